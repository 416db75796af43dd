/* A fan whose speed varies, and which knocks once a turn after 3,000 windows. */
#include "Arduino.h"

void setup();
void loop();

Line Serial;
static uint32_t state = 1;
static double size, phase, knock;
static int led;

static double noise()
{
    state = state * 1664525 + 1013904223;
    return state / 4294967296.0 - 0.5;
}
int analogRead(int)
{
    phase += 0.4;
    const double hit = std::fmod(phase, 2 * 3.14159265358979) < 0.4 ? 2 * knock : 0;
    return (int)std::lround(512 + size * std::sin(phase) + 20 * noise() + hit);
}
int digitalRead(int) { return HIGH; }
void digitalWrite(int, int level) { led = level == HIGH; }

int main()
{
    int alarms[2] = {0, 0};
    setup();
    for (int at = 0; at < 3500; at++) {
        size = 100 * (1 + 0.2 * noise());
        knock = at < 3000 ? 0 : 80;
        led = 0;
        loop();
        alarms[at >= 3000] += led;
    }
    std::printf("alarms %d of 750 and %d of 500\n", alarms[0], alarms[1]);
}
