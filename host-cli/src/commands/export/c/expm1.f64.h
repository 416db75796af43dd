/* e^x - 1 as FreeBSD's s_expm1.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline double NAME_expm1(double x) {
    union { double number; uint64_t bits; } word;
    uint32_t size;
    int32_t k;
    double hi, lo, c = 0.0, t, y, hfx, hxs, r1, e, power;
    int negative;
    word.number = x;
    negative = (int)(word.bits >> 63);
    size = (uint32_t)(word.bits >> 32) & 0x7fffffff;
    if (size >= 0x4043687a) {
        if (x != x) return x;
        if (negative) return -1.0;
        if (x > 7.09782712893383973096e+02) return x * 0x1p1023;
    }
    if (size > 0x3fd62e42) {
        if (size < 0x3ff0a2b2) {
            k = negative ? -1 : 1;
            hi = negative ? x + 6.93147180369123816490e-01 : x - 6.93147180369123816490e-01;
            lo = negative ? -1.90821492927058770002e-10 : 1.90821492927058770002e-10;
        } else {
            k = (int32_t)(1.44269504088896338700e+00 * x + (negative ? -0.5 : 0.5));
            hi = x - (double)k * 6.93147180369123816490e-01;
            lo = (double)k * 1.90821492927058770002e-10;
        }
        x = hi - lo;
        c = (hi - x) - lo;
    } else if (size < 0x3c900000) {
        return x;
    } else {
        k = 0;
    }
    hfx = 0.5 * x;
    hxs = x * hfx;
    r1 = 1.0 + hxs * (-3.33333333333331316428e-02 + hxs * (1.58730158725481460165e-03
        + hxs * (-7.93650757867487942473e-05 + hxs * (4.00821782732936239552e-06
        + hxs * -2.01099218183624371326e-07))));
    t = 3.0 - r1 * hfx;
    e = hxs * ((r1 - t) / (6.0 - x * t));
    if (k == 0) return x - (x * e - hxs);
    e = x * (e - c) - c;
    e -= hxs;
    if (k == -1) return 0.5 * (x - e) - 0.5;
    if (k == 1) return x < -0.25 ? -2.0 * (e - (x + 0.5)) : 1.0 + 2.0 * (x - e);
    word.bits = (uint64_t)(0x3ff + k) << 52;
    power = word.number;
    if (k < 0 || k > 56) {
        y = x - e + 1.0;
        y = k == 1024 ? y * 2.0 * 0x1p1023 : y * power;
        return y - 1.0;
    }
    word.bits = (uint64_t)(0x3ff - k) << 52;
    if (k < 20) return (x - e + (1.0 - word.number)) * power;
    return (x - (e + word.number) + 1.0) * power;
}
