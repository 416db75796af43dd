// Is somebody in the room? A classifier that adapts to its site.
//
// It begins with what was learned from an office, lights the LED where it takes the room for
// occupied, and learns from you: press the button on pin 2 where it is occupied, the one on pin 3
// where it is empty. Replace read_sensors by your own.
//
// occupancy_recipe.h was written by
//   downhill fit occupancy.csv --target Occupancy --features Temperature,Light,CO2
//     --model logistic --optimizer sgd --lr 0.01 --schedule constant --out occupancy.json
//   downhill recipe occupancy.json --to c --out occupancy_recipe.h

#include <Arduino.h>
#include <downhill.h>

#include "occupancy_recipe.h"

static const int OCCUPIED = 2;
static const int EMPTY = 3;

static uint8_t memory[OCCUPANCY_BUFFER];
static downhill_fit *fit;

// Temperature in degrees Celsius, light in lux, carbon dioxide in ppm.
static void read_sensors(float features[OCCUPANCY_FEATURES]) {
  features[0] = analogRead(A0) * 0.05f;
  features[1] = analogRead(A1);
  features[2] = 400.0f + analogRead(A2);
}

static bool done(downhill_status status) {
  if (status != DOWNHILL_STATUS_OK) {
    Serial.println(downhill_status_text(status));
  }
  return status == DOWNHILL_STATUS_OK;
}

void setup() {
  Serial.begin(115200);
  pinMode(OCCUPIED, INPUT_PULLUP);
  pinMode(EMPTY, INPUT_PULLUP);
  pinMode(LED_BUILTIN, OUTPUT);
  if (done(downhill_create(memory, sizeof memory, occupancy_recipe, sizeof occupancy_recipe, &fit))) {
    done(downhill_resume(fit, occupancy_checkpoint, sizeof occupancy_checkpoint));
  }
}

void loop() {
  float features[OCCUPANCY_FEATURES];
  read_sensors(features);
  const bool occupied = digitalRead(OCCUPIED) == LOW;
  if (occupied || digitalRead(EMPTY) == LOW) {
    const float label = occupied ? 1.0f : 0.0f;
    done(downhill_observe(fit, features, OCCUPANCY_FEATURES, &label, 1, NULL));
  }
  uint32_t state;
  if (done(downhill_classify(fit, features, OCCUPANCY_FEATURES, &state))) {
    digitalWrite(LED_BUILTIN, state == 1 ? HIGH : LOW);
    Serial.println(occupancy_classes[state]);
  }
  delay(1000);
}
