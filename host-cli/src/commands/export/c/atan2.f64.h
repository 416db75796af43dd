/* The angle of a point as FreeBSD's e_atan2.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline double NAME_atan2(double y, double x) {
    const double pi = 3.1415926535897931160E+00, low = 1.2246467991473531772E-16;
    uint32_t ix = (uint32_t)(NAME_bits(x) >> 32), lx = (uint32_t)NAME_bits(x);
    uint32_t iy = (uint32_t)(NAME_bits(y) >> 32), ly = (uint32_t)NAME_bits(y), m;
    double z;
    if (x != x || y != y) return x + y;
    if (((ix - 0x3ff00000) | lx) == 0) return NAME_atan(y);
    m = (iy >> 31 & 1) | (ix >> 30 & 2);
    ix &= 0x7fffffff;
    iy &= 0x7fffffff;
    if ((iy | ly) == 0) {
        if (m < 2) return y;
        return m == 2 ? pi : -pi;
    }
    if ((ix | lx) == 0) return (m & 1) != 0 ? -pi / 2 : pi / 2;
    if (ix == 0x7ff00000) {
        if (iy == 0x7ff00000) z = m < 2 ? pi / 4 : 3 * pi / 4;
        else z = m < 2 ? 0 : pi;
        return (m & 1) != 0 ? -z : z;
    }
    if (ix + (64u << 20) < iy || iy == 0x7ff00000) return (m & 1) != 0 ? -pi / 2 : pi / 2;
    if ((m & 2) != 0 && iy + (64u << 20) < ix) z = 0;
    else z = NAME_atan(NAME_abs(y / x));
    switch (m) {
    case 0: return z;
    case 1: return -z;
    case 2: return pi - (z - low);
    default: return (z - low) - pi;
    }
}
