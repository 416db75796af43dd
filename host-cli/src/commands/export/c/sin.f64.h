/* The sine as FreeBSD's s_sin.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline double NAME_sin(double x) {
    double y[2];
    uint32_t ix = (uint32_t)(NAME_bits(x) >> 32) & 0x7fffffff;
    if (ix <= 0x3fe921fb) return ix < 0x3e500000 ? x : NAME_k_sin(x, 0.0, 0);
    if (ix >= 0x7ff00000) return x - x;
    switch (NAME_reduce(x, y) & 3) {
    case 0: return NAME_k_sin(y[0], y[1], 1);
    case 1: return NAME_k_cos(y[0], y[1]);
    case 2: return -NAME_k_sin(y[0], y[1], 1);
    default: return -NAME_k_cos(y[0], y[1]);
    }
}
