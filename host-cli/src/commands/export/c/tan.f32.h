/* The tangent as FreeBSD's k_tanf.c and s_tanf.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_k_tan(double x, int odd) {
    double z = x * x, w = z * z, s = z * x;
    double r = 0.00297435743359967304927 + z * 0.00946564784943673166728, t = 0.0533812378445670393523 + z * 0.0245283181166547278873, u = 0.333331395030791399758 + z * 0.133392002712976742718;
    r = (x + s * u) + (s * w) * (t + w * r);
    return NAME_narrow(odd ? -1.0 / r : r);
}

static inline float NAME_tan(float x) {
    const double half = 1.57079632679489661923;
    double wide = (double)x, y;
    uint32_t ix = NAME_bits(x);
    int sign = ix >> 31 != 0;
    ix &= 0x7fffffff;
    if (ix <= 0x3f490fda) return ix < 0x39800000 ? x : NAME_k_tan(wide, 0);
    if (ix <= 0x407b53d1) {
        if (ix <= 0x4016cbe3) return NAME_k_tan(sign ? wide + half : wide - half, 1);
        return NAME_k_tan(sign ? wide + 2 * half : wide - 2 * half, 0);
    }
    if (ix <= 0x40e231d5) {
        if (ix <= 0x40afeddf) return NAME_k_tan(sign ? wide + 3 * half : wide - 3 * half, 1);
        return NAME_k_tan(sign ? wide + 4 * half : wide - 4 * half, 0);
    }
    if (ix >= 0x7f800000) return x - x;
    ix = (uint32_t)NAME_reduce(x, &y);
    return NAME_k_tan(y, (int)(ix & 1));
}
