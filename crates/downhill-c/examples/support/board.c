/* All that a bare Cortex-M needs to run `main` under QEMU with semihosting. */
#include <stdint.h>

#include "print.h"

__asm__(".section .note.GNU-stack,\"\",%progbits\n.text");

extern uint32_t stack_top, data_load, data_start, data_end, bss_start, bss_end;

int main(void);

static uintptr_t semihosting(uintptr_t operation, const void *argument)
{
    register uintptr_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

/* Writes to the console, which is standard output. */
void print(const char *text)
{
    static uintptr_t console;
    static const char name[] = ":tt";
    const uintptr_t open[3] = {(uintptr_t)name, 4, sizeof name - 1};
    uintptr_t write[3] = {0, (uintptr_t)text, 0};
    if (console == 0) {
        console = semihosting(0x01, open);
    }
    while (text[write[2]] != 0) {
        write[2]++;
    }
    write[0] = console;
    semihosting(0x05, write);
}

static void leave(uint32_t code)
{
    const uint32_t end[2] = {0x20026, code};
    semihosting(0x20, end);
    for (;;) {
    }
}

static void fault(void)
{
    print("fault\n");
    leave(2);
}

void reset(void)
{
    uint32_t *from = &data_load;
    for (uint32_t *to = &data_start; to < &data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = &bss_start; to < &bss_end; to++) {
        *to = 0;
    }
#if defined(__ARM_FP)
    *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20;
    __asm__ volatile("dsb\n\tisb");
#endif
    leave((uint32_t)main());
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    &stack_top, (const void *)reset, (const void *)fault, (const void *)fault,
};
