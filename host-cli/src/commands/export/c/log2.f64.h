/* The logarithm to base 2 as FreeBSD's e_log2.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline double NAME_log2(double x) {
    uint64_t ui = NAME_bits(x);
    double hfsq, f, s, z, r, w, t1, t2, y, hi, lo, val_hi, val_lo;
    uint32_t hx;
    int32_t k;
    hx = (uint32_t)(ui >> 32);
    k = 0;
    if (hx < 0x00100000 || (hx >> 31) > 0) {
        if (ui << 1 == 0) return -1.0 / (x * x);
        if ((hx >> 31) > 0) return (x - x) / 0.0;
        k -= 54;
        x *= 0x1p54;
        ui = NAME_bits(x);
        hx = (uint32_t)(ui >> 32);
    } else if (hx >= 0x7ff00000) {
        return x;
    } else if (hx == 0x3ff00000 && ui << 32 == 0) return 0.0;
    hx += 0x3ff00000 - 0x3fe6a09e;
    k += (int32_t)(hx >> 20) - 0x3ff;
    hx = (hx & 0x000fffff) + 0x3fe6a09e;
    ui = ((uint64_t)hx << 32) | (ui & 0xffffffff);
    x = NAME_number(ui);
    f = x - 1.0;
    hfsq = 0.5 * f * f;
    s = f / (2.0 + f);
    z = s * s;
    w = z * z;
    t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01
        + w * 1.531383769920937332e-01));
    t2 = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01
        + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    r = t2 + t1;
    hi = f - hfsq;
    ui = NAME_bits(hi);
    ui &= 0xffffffff00000000u;
    hi = NAME_number(ui);
    lo = f - hi - hfsq + s * (hfsq + r);
    val_hi = hi * 1.44269504072144627571e+00;
    val_lo = (lo + hi) * 1.67517131648865118353e-10 + lo * 1.44269504072144627571e+00;
    y = (double)k;
    w = y + val_hi;
    val_lo += (y - w) + val_hi;
    val_hi = w;
    return val_lo + val_hi;
}
