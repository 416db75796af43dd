/* Bytes of stack that calls take, from a board's whole stack that was painted before. */
#include "print.h"
#include "recipe.h"

extern uint32_t bss_end, stack_top;

static uint8_t memory[SUBJECT_BUFFER];
static uint8_t checkpoint[SUBJECT_CHECKPOINT];

__attribute__((noinline)) static void paint(void)
{
    volatile uint32_t here = 0;
    for (volatile uint32_t *at = &bss_end; at + 16 < &here; at++) {
        *at = 0x5ac3e1f0;
    }
}

__attribute__((noinline)) static void tell(const char *what)
{
    const volatile uint32_t *at = &bss_end;
    while (*at == 0x5ac3e1f0) {
        at++;
    }
    print(what);
    print_word((uint64_t)((uintptr_t)&stack_top - (uintptr_t)at));
}

int main(void)
{
    float x[SUBJECT_FEATURES], y[SUBJECT_TARGETS], out[SUBJECT_OUTPUTS];
    downhill_fit *fit;
    size_t size;
    int wrong;
    for (int at = 0; at < SUBJECT_FEATURES; at++) {
        x[at] = (float)at;
    }
    for (int at = 0; at < SUBJECT_TARGETS; at++) {
        y[at] = 1.0f;
    }
    paint();
    wrong = downhill_create(memory, sizeof memory, subject_recipe, sizeof subject_recipe, &fit);
    tell("create ");
    paint();
    for (int at = 0; at < 3 && !wrong; at++) {
        x[0] += 1.0f;
        wrong = downhill_fit_scaler(fit, x, SUBJECT_FEATURES, y, SUBJECT_TARGETS);
    }
    wrong = wrong || downhill_freeze_scaler(fit);
    for (int at = 0; at < 40 && !wrong; at++) {
        x[0] += 1.0f;
        wrong = downhill_observe(fit, x, SUBJECT_FEATURES, y, SUBJECT_TARGETS, NULL);
    }
    wrong = wrong || downhill_predict(fit, x, SUBJECT_FEATURES, out, SUBJECT_OUTPUTS);
    wrong = wrong || downhill_save(fit, checkpoint, sizeof checkpoint, &size);
    wrong = wrong || downhill_resume(fit, checkpoint, size) || downhill_restart(fit, 1);
    tell("others ");
    return wrong;
}
