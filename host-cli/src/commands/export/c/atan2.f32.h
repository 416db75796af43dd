/* The angle of a point as FreeBSD's e_atan2f.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_atan2(float y, float x) {
    const float pi = 3.1415927410e+00f, low = -8.7422776573e-08f;
    uint32_t ix = NAME_bits(x), iy = NAME_bits(y), m;
    float z;
    if (x != x || y != y) return x + y;
    if (ix == 0x3f800000) return NAME_atan(y);
    m = (iy >> 31 & 1) | (ix >> 30 & 2);
    ix &= 0x7fffffff;
    iy &= 0x7fffffff;
    if (iy == 0) {
        if (m < 2) return y;
        return m == 2 ? pi : -pi;
    }
    if (ix == 0) return (m & 1) != 0 ? -pi / 2 : pi / 2;
    if (ix == 0x7f800000) {
        if (iy == 0x7f800000) z = m < 2 ? pi / 4 : 3 * pi / 4;
        else z = m < 2 ? 0 : pi;
        return (m & 1) != 0 ? -z : z;
    }
    if (ix + (26u << 23) < iy || iy == 0x7f800000) return (m & 1) != 0 ? -pi / 2 : pi / 2;
    if ((m & 2) != 0 && iy + (26u << 23) < ix) z = 0;
    else z = NAME_atan(NAME_abs(y / x));
    switch (m) {
    case 0: return z;
    case 1: return -z;
    case 2: return pi - (z - low);
    default: return (z - low) - pi;
    }
}
