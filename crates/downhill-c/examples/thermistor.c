/* Learns the curve of a thermistor from what a sensor reads, and predicts by it. */
#include <downhill.h>

#include "celsius_recipe.h"
#include "print.h"

static uint8_t memory[CELSIUS_BUFFER];

/* In its place a program reads its own sensor, and what is true. */
static void measure(int at, float *log_ratio, float *celsius)
{
    *log_ratio = 1.8f - 0.045f * (float)(at % 71);
    *celsius = -10.0f + (float)(at % 71);
}

static int failed(downhill_status status)
{
    if (status != DOWNHILL_STATUS_OK) {
        print(downhill_status_text(status));
        print("\n");
    }
    return status != DOWNHILL_STATUS_OK;
}

int main(void)
{
    downhill_fit *fit;
    uint64_t fingerprint;
    float x, y, celsius, loss = 0;

    if (failed(downhill_create(memory, sizeof memory, celsius_recipe, sizeof celsius_recipe, &fit)) ||
        failed(downhill_resume(fit, celsius_checkpoint, sizeof celsius_checkpoint))) {
        return 1;
    }
    for (int at = 0; at < 1000; at++) {
        measure(at, &x, &y);
        if (failed(downhill_observe(fit, &x, 1, &y, 1, &loss))) {
            return 1;
        }
    }
    measure(35, &x, &y);
    if (failed(downhill_predict(fit, &x, 1, &celsius, 1)) ||
        failed(downhill_fingerprint(fit, &fingerprint))) {
        return 1;
    }
    const float error = celsius > y ? celsius - y : y - celsius;
    print(error < 0.5f ? "within half a degree, fingerprint " : "off, fingerprint ");
    print_word(fingerprint);
    return error < 0.5f ? 0 : 1;
}
