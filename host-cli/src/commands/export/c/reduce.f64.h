/* An angle less quarter turns as FreeBSD's e_rem_pio2.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline int32_t NAME_reduce(double x, double *y) {
    uint64_t bits = NAME_bits(x);
    uint32_t ix = (uint32_t)(bits >> 32) & 0x7fffffff;
    int sign = bits >> 63 != 0;
    int32_t n, i, jz, above, quarters = 0;
    double z, tx[3], fq[20] = {0.0}, fw;
    if (ix <= 0x401c463b) {
        if (ix <= 0x4002d97c) quarters = 1;
        else if (ix <= 0x400f6a7a) quarters = 2;
        else if (ix <= 0x4015fdbc) quarters = 3;
        else quarters = 4;
        /* Near a quarter turn the digits cancel. */
        if (ix <= 0x400f6a7a ? (ix & 0xfffff) == 0x921fb : ix == 0x4012d97c || ix == 0x401921fb)
            quarters = 0;
    }
    if (quarters != 0) {
        double high = quarters * 1.57079632673412561417e+00;
        double low = quarters * 6.07710050650619224932e-11;
        if (sign) {
            z = x + high;
            y[0] = z + low;
            y[1] = (z - y[0]) + low;
            return -quarters;
        }
        z = x - high;
        y[0] = z - low;
        y[1] = (z - y[0]) - low;
        return quarters;
    }
    if (ix < 0x413921fb) {
        double whole = x * 6.36619772367581382433e-01 + 6755399441055744.0, r, w, t;
        whole = whole - 6755399441055744.0;
        n = (int32_t)whole;
        r = x - whole * 1.57079632673412561417e+00;
        w = whole * 6.07710050650619224932e-11;
        y[0] = r - w;
        i = (int32_t)(ix >> 20);
        if (i - (int32_t)(NAME_bits(y[0]) >> 52 & 0x7ff) > 16) {
            t = r;
            w = whole * 6.07710050630396597660e-11;
            r = t - w;
            w = whole * 2.02226624879595063154e-21 - ((t - r) - w);
            y[0] = r - w;
            if (i - (int32_t)(NAME_bits(y[0]) >> 52 & 0x7ff) > 49) {
                t = r;
                w = whole * 2.02226624871116645580e-21;
                r = t - w;
                w = whole * 8.47842766036889956997e-32 - ((t - r) - w);
                y[0] = r - w;
            }
        }
        y[1] = (r - y[0]) - w;
        return n;
    }
    z = NAME_number((bits & 0x000fffffffffffffu) | (uint64_t)(0x3ff + 23) << 52);
    for (i = 0; i < 2; i++) {
        tx[i] = (double)(int32_t)z;
        z = (z - tx[i]) * 0x1p24;
    }
    tx[2] = z;
    for (i = 2; i != 0 && tx[i] == 0; i--) {}
    n = NAME_rest(tx, i, (int32_t)(ix >> 20) - (0x3ff + 23), 4, fq, &jz, &above);
    for (i = jz, fw = 0.0; i >= 0; i--) fw += fq[i];
    y[0] = above == 0 ? fw : -fw;
    fw = fq[0] - fw;
    for (i = 1; i <= jz; i++) fw += fq[i];
    y[1] = above == 0 ? fw : -fw;
    if (sign) {
        y[0] = -y[0];
        y[1] = -y[1];
        return -n;
    }
    return n;
}
