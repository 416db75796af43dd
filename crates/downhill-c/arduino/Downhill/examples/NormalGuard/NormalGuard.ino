// Learns how a machine shakes when all is well, and lights the LED when it shakes otherwise.
//
// An accelerometer with an analog output is on A0. The first windows of 64 samples set the scaler,
// the next ones are learned from by a small autoencoder, the next set the threshold, and from there
// on each window that it cannot tell from itself as well is an alarm. Reset the board to learn anew.
//
// guard_recipe.h was written by
//   downhill recipe vibration.csv --model autoencoder:2 --schedule constant --health 0
//     --name guard --to c --out guard_recipe.h

#include <Arduino.h>
#include <downhill.h>

#include "guard_recipe.h"

static const int SAMPLES = 64;
static const long SCALED = 50;
static const long LEARNED = SCALED + 2000;
static const long CALIBRATED = LEARNED + 200;

static uint8_t memory[GUARD_BUFFER];
static downhill_fit *fit;
static long windows;
static float threshold;

// The features of a window: rms, peak to peak, mean absolute value and crest factor about its mean.
static void read_window(float features[GUARD_FEATURES]) {
  float samples[SAMPLES], mean = 0, squares = 0, sizes = 0, low, high;
  for (int at = 0; at < SAMPLES; at++) {
    samples[at] = analogRead(A0);
    mean += samples[at] / SAMPLES;
    delayMicroseconds(500);
  }
  low = high = samples[0] - mean;
  for (int at = 0; at < SAMPLES; at++) {
    const float x = samples[at] - mean;
    squares += x * x;
    sizes += fabs(x);
    low = x < low ? x : low;
    high = x > high ? x : high;
  }
  features[0] = sqrt(squares / SAMPLES);
  features[1] = high - low;
  features[2] = sizes / SAMPLES;
  features[3] = features[0] > 0 ? (high > -low ? high : -low) / features[0] : 0;
}

static bool done(downhill_status status) {
  if (status != DOWNHILL_STATUS_OK) {
    Serial.println(downhill_status_text(status));
  }
  return status == DOWNHILL_STATUS_OK;
}

// How badly the fit tells a window from itself: the mean squared error, in spreads of each feature.
static float score(const float *features) {
  static const float spread[GUARD_FEATURES] = {20, 60, 18, 0.3f};
  float told[GUARD_OUTPUTS], sum = 0;
  if (done(downhill_predict(fit, features, GUARD_FEATURES, told, GUARD_OUTPUTS))) {
    for (int at = 0; at < GUARD_FEATURES; at++) {
      const float error = (told[at] - features[at]) / spread[at];
      sum += error * error;
    }
  }
  return sum / GUARD_FEATURES;
}

void setup() {
  Serial.begin(115200);
  pinMode(LED_BUILTIN, OUTPUT);
  done(downhill_create(memory, sizeof memory, guard_recipe, sizeof guard_recipe, &fit));
}

void loop() {
  float x[GUARD_FEATURES];
  read_window(x);
  if (windows < SCALED) {
    done(downhill_fit_scaler(fit, x, GUARD_FEATURES, x, GUARD_FEATURES));
  } else if (windows < LEARNED) {
    if (windows == SCALED) {
      done(downhill_freeze_scaler(fit));
    }
    done(downhill_observe(fit, x, GUARD_FEATURES, x, GUARD_FEATURES, NULL));
  } else if (windows < CALIBRATED) {
    const float seen = 2 * score(x);
    threshold = seen > threshold ? seen : threshold;
  } else {
    const bool alarm = score(x) > threshold;
    digitalWrite(LED_BUILTIN, alarm ? HIGH : LOW);
    Serial.println(alarm ? "alarm" : "normal");
  }
  windows++;
}
