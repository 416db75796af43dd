/* What W1 costs in C: a fit of eight features that learns, and nothing else; with COUNT, the ticks
 * of a timer that counts instructions are printed. */
#include "downhill.h"
#include "print.h"
#include "recipe.h"

#ifdef COUNT
#define REPETITIONS 250
#define SYSTICK ((volatile uint32_t *)0xe000e010)
#endif

static uint8_t memory[2048];
static float features[8] = {0.1f, -0.2f, 0.3f, -0.4f, 0.5f, -0.6f, 0.7f, -0.8f};
static float target[1] = {1.0f};

/* What a sensor would have written there meanwhile. */
static void touched(void)
{
    __asm__ volatile("" : : : "memory");
}

#ifdef COUNT
static void print_number(uint32_t number)
{
    char text[11], *at = text + sizeof text;
    *--at = 0;
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    print(at);
}

static uint32_t run(downhill_fit *fit)
{
    float loss = 0;
    const uint32_t start = SYSTICK[2];
    for (int at = 0; at < REPETITIONS; at++) {
        touched();
        if (fit != NULL && downhill_observe(fit, features, 8, target, 1, &loss)) {
            print("refused\n");
        }
    }
    return (start - SYSTICK[2]) & 0xffffff;
}
#endif

int main(void)
{
    downhill_fit *fit;
    if (downhill_create(memory, sizeof memory, recipe, sizeof recipe, &fit)) {
        return 1;
    }
#ifdef COUNT
    SYSTICK[1] = 0xffffff;
    SYSTICK[2] = 0;
    SYSTICK[0] = 5;
    run(fit);
    print("w1.c instructions ");
    print_number(run(fit));
    print(" ");
    print_number(run(NULL));
    print(" 250\n");
    return 0;
#else
    for (;;) {
        float loss;
        touched();
        downhill_observe(fit, features, 8, target, 1, &loss);
    }
#endif
}
