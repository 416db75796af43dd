/* An angle less quarter turns as FreeBSD's e_rem_pio2f.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline int32_t NAME_reduce(float x, double *y) {
    uint32_t ix = NAME_bits(x) & 0x7fffffff;
    int32_t n, i, jz, above, power;
    double whole, part, fw, fq[20] = {0.0};
    if (ix < 0x4dc90fdb) {
        whole = (double)x * 6.36619772367581382433e-01 + 6755399441055744.0;
        whole = whole - 6755399441055744.0;
        *y = (double)x - whole * 1.57079631090164184570e+00 - whole * 1.58932547735281966916e-08;
        return (int32_t)whole;
    }
    power = (int32_t)(ix >> 23) - (0x7f + 23);
    part = (double)NAME_number(ix - ((uint32_t)power << 23));
    n = NAME_rest(&part, 0, power, 3, fq, &jz, &above);
    for (i = jz, fw = 0.0; i >= 0; i--) fw += fq[i];
    *y = above == 0 ? fw : -fw;
    if (NAME_bits(x) >> 31 != 0) {
        *y = -*y;
        return -n;
    }
    return n;
}
