/* What the sketches take of Arduino's core, for this machine: the sensors are simulated. */
#ifndef ARDUINO_H
#define ARDUINO_H

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>

enum { LOW, HIGH, OUTPUT, INPUT_PULLUP, A0, A1, A2, LED_BUILTIN = 13 };

int analogRead(int pin);
int digitalRead(int pin);
void digitalWrite(int pin, int level);
inline void pinMode(int, int) {}
inline void delay(unsigned long) {}
inline void delayMicroseconds(unsigned) {}

/* The line to the computer: what is printed goes to standard output. */
struct Line {
    float typed;
    bool has_typed;
    void begin(unsigned long) {}
    int available() { return has_typed; }
    float parseFloat() { has_typed = false; return typed; }
    void print(const char *text) { std::fputs(text, stdout); }
    void println(const char *text) { std::puts(text); }
    void println(double number) { std::printf("%.2f\n", number); }
};

extern Line Serial;

#endif
