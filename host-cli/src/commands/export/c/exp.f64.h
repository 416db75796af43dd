/* e^x as FreeBSD's e_exp.c computes it:
 * Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved.
 * Permission to use, copy, modify, and distribute this software is freely granted, provided that
 * this notice is preserved. */
static inline double NAME_exp(double x) {
    union { double number; uint64_t bits; } word;
    uint32_t size;
    int32_t k;
    double hi, lo, xx, c, y;
    int negative;
    word.number = x;
    negative = (int)(word.bits >> 63);
    size = (uint32_t)(word.bits >> 32) & 0x7fffffff;
    if (size >= 0x4086232b) {
        if (x != x) return x;
        if (x > 709.782712893383973096) return x * 0x1p1023;
        if (x < -745.13321910194110842) return 0.0;
    }
    if (size > 0x3fd62e42) {
        k = size >= 0x3ff0a2b2
            ? (int32_t)(1.44269504088896338700e+00 * x + (negative ? -0.5 : 0.5))
            : 1 - negative - negative;
        hi = x - (double)k * 6.93147180369123816490e-01;
        lo = (double)k * 1.90821492927058770002e-10;
        x = hi - lo;
    } else if (size > 0x3e300000) {
        k = 0;
        hi = x;
        lo = 0.0;
    } else {
        return 1.0 + x;
    }
    xx = x * x;
    c = x - xx * (1.66666666666666019037e-01 + xx * (-2.77777777770155933842e-03
        + xx * (6.61375632143793436117e-05 + xx * (-1.65339022054652515390e-06
        + xx * 4.13813679705723846039e-08))));
    y = 1.0 + (x * c / (2.0 - c) - lo + hi);
    if (k == 0) return y;
    if (k > 1023) {
        y *= 0x1p1023;
        k -= 1023;
    } else if (k < -1022) {
        y *= 0x1p-969;
        k += 969;
    }
    word.bits = (uint64_t)(1023 + k) << 52;
    return y * word.number;
}
