// A thermistor that is calibrated where it stands.
//
// A thermistor of 10 kOhm hangs between A0 and ground, a resistor of 10 kOhm between A0 and the
// supply. The fit begins with the curve of the data sheet (B = 3950), and learns from every true
// temperature in degrees Celsius that you send as a line, such as 23.5.
//
// celsius_recipe.h was written by
//   downhill fit thermistor.csv --target celsius --model polynomial:3 --schedule constant
//     --epochs 300 --out celsius.json
//   downhill recipe celsius.json --to c --out celsius_recipe.h

#include <Arduino.h>
#include <downhill.h>

#include "celsius_recipe.h"

static uint8_t memory[CELSIUS_BUFFER];
static downhill_fit *fit;

// Says what was refused, if anything was.
static bool done(downhill_status status) {
  if (status == DOWNHILL_STATUS_OK) {
    return true;
  }
  Serial.println(downhill_status_text(status));
  return false;
}

// The feature of the fit: the logarithm of the resistance, in units of 10 kOhm.
static float log_ratio() {
  const float counts = analogRead(A0);
  return log(counts / (1023.0f - counts));
}

void setup() {
  Serial.begin(115200);
  if (done(downhill_create(memory, sizeof memory, celsius_recipe, sizeof celsius_recipe, &fit))) {
    done(downhill_resume(fit, celsius_checkpoint, sizeof celsius_checkpoint));
  }
}

void loop() {
  const float x = log_ratio();
  float celsius;
  if (Serial.available() > 0) {
    const float truth = Serial.parseFloat();
    float loss;
    if (done(downhill_observe(fit, &x, 1, &truth, 1, &loss))) {
      Serial.print("learned, error before ");
      Serial.println(sqrt(loss));
    }
  }
  if (done(downhill_predict(fit, &x, 1, &celsius, 1))) {
    Serial.println(celsius);
  }
  delay(1000);
}
