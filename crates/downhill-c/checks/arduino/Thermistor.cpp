/* A thermistor with B = 3,600, which the sketch takes for one of 3,950 until it is told. */
#include "Arduino.h"

void setup();
void loop();

Line Serial;
static double celsius = 25;

int analogRead(int)
{
    const double ratio = std::exp(3600 * (1 / (celsius + 273.15) - 1 / 298.15));
    return (int)std::lround(1023 * ratio / (1 + ratio));
}
int digitalRead(int) { return HIGH; }
void digitalWrite(int, int) {}

int main()
{
    setup();
    for (int at = 0; at < 3000; at++) {
        celsius = 50 + 9 * std::sin(at * 0.7);
        Serial.typed = (float)celsius;
        Serial.has_typed = at > 0 && at < 2999;
        loop();
    }
    std::printf("truth %.2f\n", celsius);
}
