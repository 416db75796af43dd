/* A dim room: what an office has of light when it is empty is what this one has when it is not. */
#include "Arduino.h"

void setup();
void loop();

Line Serial;
static int occupied, pressed, led, wrong;

int analogRead(int pin) { return pin == A0 ? 440 : pin == A1 ? (occupied ? 120 : 5) : 50 + 400 * occupied; }
int digitalRead(int pin) { return pressed && pin == (occupied ? 2 : 3) ? LOW : HIGH; }
void digitalWrite(int, int level) { led = level == HIGH; }

int main()
{
    setup();
    for (int at = 0; at < 4000; at++) {
        occupied = at % 7 < 3;
        pressed = at >= 100 && at < 3900;
        if (at == 100 || at == 3900) {
            std::printf("wrong %d\n", wrong);
            wrong = 0;
        }
        loop();
        wrong += led != occupied;
    }
    std::printf("wrong %d\n", wrong);
}
