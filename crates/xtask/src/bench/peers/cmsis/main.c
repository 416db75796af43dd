/* Instructions of an update by CMSIS-DSP, counted by SysTick as the benchmark of this project does:
 * `name what ticks base repetitions` a line, with `base` of the same loop without the calls. */
#include "dsp/filtering_functions.h"

#define TAPS_MOST 64
#define BLOCK 32
#define SAMPLES 1024

static volatile uint32_t *const SYST = (uint32_t *)0xE000E010;

static int semihost(int operation, const void *argument) {
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

/* Onto the standard output, which is opened as `:tt` to be written. */
static void print(const char *text) {
    static int output;
    size_t length = 0;
    while (text[length]) length++;
    if (output == 0) {
        const uintptr_t open[] = {(uintptr_t) ":tt", 4, 3};
        output = semihost(1, open);
    }
    const uintptr_t write[] = {output, (uintptr_t)text, length};
    semihost(5, write);
}

static void number(uint32_t n) {
    char text[12];
    int at = 11;
    text[at] = 0;
    do {
        text[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    print(" ");
    print(text + at);
}

/* The counter runs down over 24 bits, and no loop here takes as long as that. */
#define MOST 0xFFFFFF
static void begin(void) {
    SYST[0] = 0;
    SYST[1] = MOST;
    SYST[2] = 0;
    SYST[0] = 5;
}

static void tell(const char *name, uint32_t ticks, uint32_t base) {
    print(name);
    print(" instructions");
    number(ticks);
    number(base);
    number(SAMPLES);
    print("\n");
}

#define TIME(ticks, loop)                                                                            \
    do {                                                                                             \
        begin();                                                                                     \
        loop;                                                                                        \
        ticks = MOST - SYST[2];                                                                      \
    } while (0)

/* Random samples, all small enough for every number type; the filter is to find a delay. */
static uint32_t state = 1;
static int32_t draw(void) {
    state = state * 1664525u + 1013904223u;
    return (int32_t)state >> 2;
}

#define F32(x) ((float32_t)(x) / 2147483648.0f)
#define Q31(x) (x)
#define Q15(x) ((q15_t)((x) >> 16))

/* One sample a call, as a sensor gives them, and then blocks of samples, over which a call is paid
 * once. Whatever happens only at first is not what a step costs: the filter has run before. */
#define MEASURE(name, type, of, lms, start, taps)                                                    \
    do {                                                                                             \
        static type weights[TAPS_MOST], line[TAPS_MOST + BLOCK], in[BLOCK], out[BLOCK], e[BLOCK];    \
        static type wanted[BLOCK];                                                                   \
        uint32_t ticks, base;                                                                        \
        for (int at = 0; at < BLOCK; at++) in[at] = of(draw());                                      \
        for (int at = 0; at < BLOCK; at++) wanted[at] = in[(at + BLOCK - 1) % BLOCK];                \
        start;                                                                                       \
        for (int at = 0; at < 2 * BLOCK; at++)                                                       \
            lms(&filter, in + at % BLOCK, wanted + at % BLOCK, out, e, 1);                           \
        TIME(base, for (int at = 0; at < SAMPLES; at++) __asm__ volatile("" ::"r"(in + at % BLOCK)));\
        TIME(ticks, for (int at = 0; at < SAMPLES; at++)                                             \
             lms(&filter, in + at % BLOCK, wanted + at % BLOCK, out, e, 1));                         \
        tell(name ".one", ticks, base);                                                              \
        TIME(ticks, for (int at = 0; at < SAMPLES / BLOCK; at++)                                     \
             lms(&filter, in, wanted, out, e, BLOCK));                                               \
        tell(name ".block", ticks, 0);                                                               \
    } while (0)

static void f32(void) {
    arm_lms_instance_f32 filter;
    MEASURE("lms_f32", float32_t, F32, arm_lms_f32,
            arm_lms_init_f32(&filter, 8, weights, line, 0.01f, BLOCK), 8);
}

static void f32_64(void) {
    arm_lms_instance_f32 filter;
    MEASURE("lms_f32_64", float32_t, F32, arm_lms_f32,
            arm_lms_init_f32(&filter, 64, weights, line, 0.01f, BLOCK), 64);
}

static void norm_f32(void) {
    arm_lms_norm_instance_f32 filter;
    MEASURE("lms_norm_f32", float32_t, F32, arm_lms_norm_f32,
            arm_lms_norm_init_f32(&filter, 8, weights, line, 0.1f, BLOCK), 8);
}

static void q15(void) {
    arm_lms_instance_q15 filter;
    MEASURE("lms_q15", q15_t, Q15, arm_lms_q15,
            arm_lms_init_q15(&filter, 8, weights, line, 328, BLOCK, 0), 8);
}

static void norm_q15(void) {
    arm_lms_norm_instance_q15 filter;
    MEASURE("lms_norm_q15", q15_t, Q15, arm_lms_norm_q15,
            arm_lms_norm_init_q15(&filter, 8, weights, line, 3277, BLOCK, 0), 8);
}

static void q31(void) {
    arm_lms_instance_q31 filter;
    MEASURE("lms_q31", q31_t, Q31, arm_lms_q31,
            arm_lms_init_q31(&filter, 8, weights, line, 21474836, BLOCK, 0), 8);
}

/* A loop of two instructions, which shows that ticks are what the reader takes them for. */
static void known(void) {
    uint32_t ticks, turns = 1000000;
    TIME(ticks, __asm__ volatile(".syntax unified\n2: subs %0, %0, #1\nbne 2b" : "+l"(turns)::"cc"));
    print("known instructions");
    number(ticks);
    number(0);
    number(1000000);
    print("\n");
}

/* The compiler calls these where it does not write the copy out. */
#undef memcpy
#undef memset
void *memcpy(void *to, const void *from, size_t count) {
    for (size_t at = 0; at < count; at++) ((volatile char *)to)[at] = ((const char *)from)[at];
    return to;
}
void *memset(void *to, int byte, size_t count) {
    for (size_t at = 0; at < count; at++) ((volatile char *)to)[at] = (char)byte;
    return to;
}

void reset(void) {
#ifdef __ARM_FP
    *(volatile uint32_t *)0xE000ED88 |= 0xFu << 20;
    __asm__ volatile("dsb\nisb");
#endif
    known();
    f32();
    f32_64();
    norm_f32();
    q15();
    norm_q15();
    q31();
    semihost(0x18, (void *)0x20026);
}

extern uint32_t stack_top;
__attribute__((section(".vectors"), used)) static const void *const VECTORS[] = {&stack_top, reset};
