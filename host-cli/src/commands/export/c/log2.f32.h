/* The logarithm to base 2 as FreeBSD's e_log2f.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_log2(float x) {
    uint32_t ui = NAME_bits(x);
    float hfsq, f, s, z, r, w, t1, t2, hi, lo;
    uint32_t ix;
    int32_t k;
    ix = ui;
    k = 0;
    if (ix < 0x00800000 || (ix >> 31) > 0) {
        if (ix << 1 == 0) return -1.0f / (x * x);
        if ((ix >> 31) > 0) return (x - x) / 0.0f;
        k -= 25;
        x *= 0x1p25f;
        ui = NAME_bits(x);
        ix = ui;
    } else if (ix >= 0x7f800000) {
        return x;
    } else if (ix == 0x3f800000) return 0.0f;
    ix += 0x3f800000 - 0x3f3504f3;
    k += (int32_t)(ix >> 23) - 0x7f;
    ix = (ix & 0x007fffff) + 0x3f3504f3;
    ui = ix;
    x = NAME_number(ui);
    f = x - 1.0f;
    s = f / (2.0f + f);
    z = s * s;
    w = z * z;
    t1 = w * (0.40000972152f + w * 0.24279078841f);
    t2 = z * (0.66666662693f + w * 0.28498786688f);
    r = t2 + t1;
    hfsq = 0.5f * f * f;
    hi = f - hfsq;
    ui = NAME_bits(hi);
    ui &= 0xfffff000;
    hi = NAME_number(ui);
    lo = f - hi - hfsq + s * (hfsq + r);
    return (lo + hi) * -1.7605285393e-04f + lo * 1.4428710938e+00f + hi * 1.4428710938e+00f
        + (float)k;
}
