/* What CMSIS-DSP takes of CMSIS-Core, which its archive does not have: words of the compiler, and the
 * processor's own instructions by the names of the Arm C Language Extensions. */
#ifndef CMSIS_COMPILER_H
#define CMSIS_COMPILER_H

#include <arm_acle.h>
#include <stdint.h>

#define __STATIC_INLINE static inline
#define __STATIC_FORCEINLINE static inline __attribute__((always_inline))
#define __ALIGNED(x) __attribute__((aligned(x)))
#define __WEAK __attribute__((weak))
#define __ASM __asm
#define __CLZ(x) ((uint8_t)((x) ? __builtin_clz(x) : 32))

#ifdef __ARM_FEATURE_SAT
#define __SSAT(x, bits) __ssat(x, bits)
#define __USAT(x, bits) __usat(x, bits)
#else
__STATIC_FORCEINLINE int32_t __SSAT(int32_t x, uint32_t bits) {
    int32_t most = (int32_t)((1u << (bits - 1)) - 1);
    return x > most ? most : x < -most - 1 ? -most - 1 : x;
}
__STATIC_FORCEINLINE uint32_t __USAT(int32_t x, uint32_t bits) {
    int32_t most = (int32_t)((1u << bits) - 1);
    return (uint32_t)(x > most ? most : x < 0 ? 0 : x);
}
#endif

#ifdef __ARM_FEATURE_DSP
#define __QADD(a, b) __qadd(a, b)
#define __QSUB(a, b) __qsub(a, b)
#define __QADD16(a, b) __qadd16(a, b)
#define __QSUB16(a, b) __qsub16(a, b)
#define __SMLAD(a, b, sum) __smlad(a, b, sum)
#define __SMLALD(a, b, sum) ((uint64_t)__smlald(a, b, sum))
#define __SMUAD(a, b) __smuad(a, b)
#define __SMUSD(a, b) __smusd(a, b)
#endif

#endif
