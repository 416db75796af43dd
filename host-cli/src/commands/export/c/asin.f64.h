/* The arcsine as FreeBSD's e_asin.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline double NAME_asin_r(double z) {
    double p = z * (1.66666666666666657415e-01 + z * (-3.25565818622400915405e-01
        + z * (2.01212532134862925881e-01 + z * (-4.00555345006794114027e-02
        + z * (7.91534994289814532176e-04 + z * 3.47933107596021167570e-05)))));
    double q = 1.0 + z * (-2.40339491173441421878e+00 + z * (2.02094576023350569471e+00
        + z * (-6.88283971605453293030e-01 + z * 7.70381505559019352791e-02)));
    return p / q;
}

static inline double NAME_asin(double x) {
    double z, r, s;
    uint32_t hx, ix;
    hx = (uint32_t)(NAME_bits(x) >> 32);
    ix = hx & 0x7fffffff;
    if (ix >= 0x3ff00000) {
        uint32_t lx;
        lx = (uint32_t)NAME_bits(x);
        if (((ix - 0x3ff00000) | lx) == 0) {
            return x * 1.57079632679489655800e+00 + 0x1p-120;
        } else {
            return 0.0 / (x - x);
        }
    }
    if (ix < 0x3fe00000) {
        if (ix >= 0x00100000 && ix < 0x3e500000) {
            return x;
        } else {
            return x + x * NAME_asin_r(x * x);
        }
    }
    z = (1.0 - NAME_abs(x)) * 0.5;
    s = NAME_sqrt(z);
    r = NAME_asin_r(z);
    if (ix >= 0x3fef3333) {
        x = 1.57079632679489655800e+00 - (2.0 * (s + s * r) - 6.12323399573676603587e-17);
    } else {
        double f, c;
        f = NAME_high(s);
        c = (z - f * f) / (s + f);
        x = 0.5 * 1.57079632679489655800e+00 - (2.0 * s * r - (6.12323399573676603587e-17 - 2.0 * c) - (0.5 * 1.57079632679489655800e+00 - 2.0 * f));
    }
    return hx >> 31 != 0 ? -x : x;
}
