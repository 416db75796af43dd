/* Learns from the samples of a recipe, and prints the fingerprint after each; stops in the middle,
 * and goes on from a checkpoint in a buffer that held another fit. */
#include "print.h"
#include "recipe.h"
#include "samples.h"

static uint8_t memory[SUBJECT_BUFFER];
static uint8_t checkpoint[SUBJECT_CHECKPOINT];
static downhill_fit *fit;

static int failed(downhill_status status)
{
    if (status != DOWNHILL_STATUS_OK) {
        print(downhill_status_text(status));
        print("\n");
    }
    return status != DOWNHILL_STATUS_OK;
}

static int create(void)
{
    return failed(downhill_create(memory, sizeof memory, subject_recipe, sizeof subject_recipe, &fit));
}

static int go_on(void)
{
    size_t size;
    if (failed(downhill_save(fit, checkpoint, sizeof checkpoint, &size))) {
        return 1;
    }
    for (size_t at = 0; at < sizeof memory; at++) {
        memory[at] = (uint8_t)(0xa5 + at);
    }
    return create() || failed(downhill_resume(fit, checkpoint, size));
}

int main(void)
{
    if (create()) {
        return 1;
    }
    for (size_t at = 0; at < SCALER_SAMPLES; at++) {
        const float *sample = samples[at];
        if (failed(downhill_fit_scaler(fit, sample, SUBJECT_FEATURES, sample + SUBJECT_FEATURES,
                                       SUBJECT_TARGETS))) {
            return 1;
        }
    }
    if (failed(downhill_freeze_scaler(fit))) {
        return 1;
    }
    for (size_t at = SCALER_SAMPLES; at < SAMPLES; at++) {
        const float *sample = samples[at];
        float loss;
        uint64_t fingerprint;
        if (at == SAMPLES / 2 && go_on()) {
            return 1;
        }
        if (failed(downhill_observe(fit, sample, SUBJECT_FEATURES, sample + SUBJECT_FEATURES,
                                    SUBJECT_TARGETS, &loss)) ||
            failed(downhill_fingerprint(fit, &fingerprint))) {
            return 1;
        }
        print_word(fingerprint);
    }
    union {
        float number;
        uint32_t bits;
    } outputs[SUBJECT_OUTPUTS];
    float prediction[SUBJECT_OUTPUTS];
    if (failed(downhill_predict(fit, samples[0], SUBJECT_FEATURES, prediction, SUBJECT_OUTPUTS))) {
        return 1;
    }
    for (size_t at = 0; at < SUBJECT_OUTPUTS; at++) {
        outputs[at].number = prediction[at];
        print_word(outputs[at].bits);
    }
    return 0;
}
