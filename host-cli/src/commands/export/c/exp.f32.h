/* e^x as FreeBSD's e_expf.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_exp(float x) {
    union { float number; uint32_t bits; } word;
    uint32_t size;
    int32_t k;
    float hi, lo, xx, c, y;
    int negative;
    word.number = x;
    negative = (int)(word.bits >> 31);
    size = word.bits & 0x7fffffff;
    if (size >= 0x42aeac50) {
        if (size > 0x7f800000) return x;
        if (size >= 0x42b17218 && !negative) return x * 0x1p127f;
        if (size >= 0x42cff1b5 && negative) return 0.0f;
    }
    if (size > 0x3eb17218) {
        k = size > 0x3f851592 ? (int32_t)(1.4426950216f * x + (negative ? -0.5f : 0.5f))
                              : 1 - negative - negative;
        hi = x - (float)k * 6.9314575195e-1f;
        lo = (float)k * 1.4286067653e-6f;
        x = hi - lo;
    } else if (size > 0x39000000) {
        k = 0;
        hi = x;
        lo = 0.0f;
    } else {
        return 1.0f + x;
    }
    xx = x * x;
    c = x - xx * (1.6666625440e-1f + xx * -2.7667332906e-3f);
    y = 1.0f + (x * c / (2.0f - c) - lo + hi);
    if (k == 0) return y;
    if (k > 127) {
        y *= 0x1p127f;
        k -= 127;
    } else if (k < -126) {
        y *= 0x1p-102f;
        k += 102;
    }
    word.bits = (uint32_t)(127 + k) << 23;
    return y * word.number;
}
