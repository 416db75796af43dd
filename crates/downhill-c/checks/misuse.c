/* Calls that are wrong: each gets its status, and changes nothing. Prints a line for each that does
 * not, and their number. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "other.h"
#include "print.h"
#include "recipe.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static uint8_t memory[SUBJECT_BUFFER];
static uint8_t before[SUBJECT_BUFFER];
static uint8_t checkpoint[SUBJECT_CHECKPOINT];
static downhill_fit *fit;
static uint64_t fingerprint;
static int cases, wrong;

/* Tells whether the buffer is as it was, and, of a fit, whether that is: its scratch is not. */
static int is_kept(void)
{
    uint64_t now;
    if (fit == NULL) {
        return memcmp(memory, before, sizeof memory) == 0;
    }
    return downhill_fingerprint(fit, &now) == DOWNHILL_STATUS_OK && now == fingerprint;
}

/* A call has to return this, and to change nothing. */
static void expect(const char *what, downhill_status expected, downhill_status got)
{
    cases++;
    if (got != expected || !is_kept()) {
        wrong++;
        printf("%s: %s, not %s; %s\n", what, downhill_status_text(got), downhill_status_text(expected),
               is_kept() ? "unchanged" : "changed");
    }
}

#define REFUSED(STATUS, call) expect(#call, DOWNHILL_STATUS_##STATUS, call)

static void keep(void)
{
    memcpy(before, memory, sizeof memory);
    downhill_fingerprint(fit, &fingerprint);
}

int main(void)
{
    static uint8_t other[OTHER_BUFFER] __attribute__((aligned(8)));
    static uint8_t copied[OTHER_BUFFER] __attribute__((aligned(8)));
    static uint8_t foreign[OTHER_CHECKPOINT], bytes[sizeof subject_recipe], copy[SUBJECT_CHECKPOINT];
    static double blank[4096];
    float x[SUBJECT_FEATURES], y[SUBJECT_TARGETS], out[SUBJECT_OUTPUTS], loss, many[64] = {0};
    downhill_fit *same, *none = NULL;
    downhill_verdict verdict;
    uint64_t word;
    uint32_t class_number;
    size_t size, count;
    for (size_t at = 0; at < COUNT(x); at++) {
        x[at] = (float)at + 0.5f;
    }
    for (size_t at = 0; at < COUNT(y); at++) {
        y[at] = 1;
    }

    /* Before a fit is created. */
    keep();
    REFUSED(POINTER, downhill_observe(NULL, x, COUNT(x), y, COUNT(y), &loss));
    REFUSED(NOT_A_FIT, downhill_observe((downhill_fit *)blank, x, COUNT(x), y, COUNT(y), &loss));
    REFUSED(NOT_A_FIT, downhill_freeze_scaler((downhill_fit *)blank));
    REFUSED(POINTER, downhill_freeze_scaler((downhill_fit *)((char *)blank + 1)));
    REFUSED(POINTER, downhill_create(NULL, sizeof memory, subject_recipe, sizeof subject_recipe, &fit));
    REFUSED(POINTER, downhill_create(memory, sizeof memory, NULL, sizeof subject_recipe, &fit));
    REFUSED(POINTER, downhill_create(memory, sizeof memory, subject_recipe, sizeof subject_recipe, NULL));
    REFUSED(RECIPE, downhill_create(memory, sizeof memory, subject_recipe, 0, &fit));
    REFUSED(RECIPE, downhill_create(memory, sizeof memory, subject_recipe, 3, &fit));
    REFUSED(RECIPE, downhill_create(memory, sizeof memory, subject_recipe, sizeof subject_recipe - 1, &fit));
    REFUSED(ROOM, downhill_create(memory, 0, subject_recipe, sizeof subject_recipe, &fit));
    REFUSED(ROOM, downhill_create(memory, 64, subject_recipe, sizeof subject_recipe, &fit));
    REFUSED(POINTER, downhill_size(subject_recipe, sizeof subject_recipe, NULL));
    for (size_t at = 0; at < sizeof bytes; at++) {
        memcpy(bytes, subject_recipe, sizeof bytes);
        bytes[at] ^= 0x10;
        expect("a changed byte of the recipe",
               at == 4 ? DOWNHILL_STATUS_RECIPE_VERSION : DOWNHILL_STATUS_RECIPE,
               downhill_create(memory, sizeof memory, bytes, sizeof bytes, &fit));
    }
    if (fit != NULL || downhill_size(subject_recipe, sizeof subject_recipe, &size) || size > sizeof memory) {
        puts("a call that was refused has made a fit, or a size is wrong");
        return 1;
    }
    expect("a byte too short", DOWNHILL_STATUS_ROOM,
           downhill_create(memory, size - 1, subject_recipe, sizeof subject_recipe, &fit));

    /* Of a fit. */
    if (downhill_create(memory, sizeof memory, subject_recipe, sizeof subject_recipe, &fit)) {
        puts("no fit");
        return 1;
    }
    keep();
    REFUSED(SCALER, downhill_observe(fit, x, COUNT(x), y, COUNT(y), &loss));
    for (int at = 0; at < 4; at++) {
        x[0] += 1;
        downhill_fit_scaler(fit, x, COUNT(x), y, COUNT(y));
    }
    downhill_freeze_scaler(fit);
    if (downhill_observe(fit, x, COUNT(x), y, COUNT(y), NULL) || downhill_save(fit, checkpoint, sizeof checkpoint, &size)) {
        puts("a fit that does not learn");
        return 1;
    }
    same = fit;
    keep();
    REFUSED(ROOM, downhill_create(memory, 64, subject_recipe, sizeof subject_recipe, &fit));
    REFUSED(RECIPE, downhill_create(memory, sizeof memory, checkpoint, size, &fit));
    REFUSED(POINTER, downhill_observe(fit, NULL, COUNT(x), y, COUNT(y), &loss));
    REFUSED(POINTER, downhill_observe(fit, x, COUNT(x), NULL, COUNT(y), &loss));
    REFUSED(POINTER, downhill_observe(fit, (float *)((char *)many + 1), COUNT(x), y, COUNT(y), &loss));
    REFUSED(LENGTH, downhill_observe(fit, x, COUNT(x) - 1, y, COUNT(y), &loss));
    REFUSED(LENGTH, downhill_observe(fit, many, COUNT(x) + 1, y, COUNT(y), &loss));
    REFUSED(LENGTH, downhill_observe(fit, x, 0, y, COUNT(y), &loss));
    REFUSED(LENGTH, downhill_observe(fit, x, COUNT(x), y, 0, &loss));
    REFUSED(LENGTH, downhill_observe(fit, x, COUNT(x), many, COUNT(y) + 1, &loss));
    REFUSED(WEIGHT, downhill_observe_weighted(fit, x, COUNT(x), y, COUNT(y), -1, &loss));
    REFUSED(WEIGHT, downhill_observe_weighted(fit, x, COUNT(x), y, COUNT(y), NAN, &loss));
    REFUSED(EMPTY_BATCH, downhill_apply_batch(fit, &loss));
    REFUSED(LOSS, downhill_report_validation(fit, INFINITY));
    x[1] = NAN;
    REFUSED(FEATURE, downhill_observe(fit, x, COUNT(x), y, COUNT(y), &loss));
    x[1] = 1;
    y[0] = INFINITY;
    REFUSED(TARGET, downhill_observe(fit, x, COUNT(x), y, COUNT(y), &loss));
    y[0] = 99;
    REFUSED(TARGET, downhill_observe(fit, x, COUNT(x), y, COUNT(y), &loss));
    y[0] = 1;
    REFUSED(NONE, downhill_next_verdict(fit, &verdict));
    REFUSED(POINTER, downhill_next_verdict(fit, NULL));
    REFUSED(POINTER, downhill_steps(fit, NULL));
    REFUSED(POINTER, downhill_steps(NULL, &word));
    REFUSED(POINTER, downhill_fingerprint(fit, NULL));
    REFUSED(ROOM, downhill_parameters(fit, NULL, 0, &count));
    REFUSED(POINTER, downhill_parameters(fit, many, COUNT(many), NULL));
    REFUSED(ROOM, downhill_state(fit, many, 1, &count));
    REFUSED(LENGTH, downhill_restore(fit, many, 1, 0));
    REFUSED(ROOM, downhill_save(fit, copy, size - 1, &count));
    REFUSED(POINTER, downhill_save(fit, NULL, size, &count));
    REFUSED(POINTER, downhill_save(fit, copy, sizeof copy, NULL));
    REFUSED(POINTER, downhill_resume(fit, NULL, size));
    REFUSED(CHECKPOINT, downhill_resume(fit, checkpoint, 0));
    REFUSED(CHECKPOINT, downhill_resume(fit, checkpoint, size - 1));
    REFUSED(CHECKPOINT, downhill_resume(fit, subject_recipe, sizeof subject_recipe));
    for (size_t at = 0; at < size; at++) {
        memcpy(copy, checkpoint, size);
        copy[at] ^= 1;
        expect("a changed byte of the checkpoint",
               at == 4 || at == 5 ? DOWNHILL_STATUS_CHECKPOINT_VERSION : DOWNHILL_STATUS_CHECKPOINT,
               downhill_resume(fit, copy, size));
    }
    if (fit != same || !downhill_fingerprint(none, &word)) {
        puts("a call that was refused has moved a pointer");
        return 1;
    }

    REFUSED(LENGTH, downhill_predict(fit, x, COUNT(x), many, COUNT(out) + 1));
    REFUSED(POINTER, downhill_predict(fit, x, COUNT(x), NULL, COUNT(out)));
    REFUSED(LENGTH, downhill_predict(fit, x, COUNT(x) - 1, out, COUNT(out)));
    REFUSED(POINTER, downhill_classify(fit, x, COUNT(x), NULL));
    REFUSED(OK, downhill_classify(fit, x, COUNT(x), &class_number));

    /* A fit of another recipe, and a buffer that was written to. */
    downhill_fit *another;
    if (downhill_create(other, sizeof other, other_recipe, sizeof other_recipe, &another) ||
        downhill_save(another, foreign, sizeof foreign, &count)) {
        puts("no second fit");
        return 1;
    }
    REFUSED(OTHER_CHECKPOINT, downhill_resume(fit, foreign, count));
    memcpy(copied, other, sizeof other);
    REFUSED(NOT_A_FIT, downhill_steps((downhill_fit *)(copied + ((uint8_t *)another - other)), &word));
    memset(other, 0, sizeof other);
    REFUSED(NOT_A_FIT, downhill_freeze_scaler(another));
    REFUSED(NOT_A_FIT, downhill_steps(another, &word));
    REFUSED(OK, downhill_steps(fit, &word));

    printf("%d cases, %d wrong\n", cases, wrong);
    return wrong > 0;
}
