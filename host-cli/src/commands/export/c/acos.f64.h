/* The arccosine as FreeBSD's e_acos.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline double NAME_acos_r(double z) {
    double p = z * (1.66666666666666657415e-01 + z * (-3.25565818622400915405e-01
        + z * (2.01212532134862925881e-01 + z * (-4.00555345006794114027e-02
        + z * (7.91534994289814532176e-04 + z * 3.47933107596021167570e-05)))));
    double q = 1.0 + z * (-2.40339491173441421878e+00 + z * (2.02094576023350569471e+00
        + z * (-6.88283971605453293030e-01 + z * 7.70381505559019352791e-02)));
    return p / q;
}

static inline double NAME_acos(double x) {
    double z, w, s, c, df;
    uint32_t hx, ix;
    hx = (uint32_t)(NAME_bits(x) >> 32);
    ix = hx & 0x7fffffff;
    if (ix >= 0x3ff00000) {
        uint32_t lx = (uint32_t)NAME_bits(x);
        if (((ix - 0x3ff00000) | lx) == 0) {
            if ((hx >> 31) != 0) return 2.0 * 1.57079632679489655800e+00 + 0x1p-120;
            return 0.0;
        }
        return 0.0 / (x - x);
    }
    if (ix < 0x3fe00000) {
        if (ix <= 0x3c600000) return 1.57079632679489655800e+00 + 0x1p-120;
        return 1.57079632679489655800e+00 - (x - (6.12323399573676603587e-17 - x * NAME_acos_r(x * x)));
    }
    if ((hx >> 31) != 0) {
        z = (1.0 + x) * 0.5;
        s = NAME_sqrt(z);
        w = NAME_acos_r(z) * s - 6.12323399573676603587e-17;
        return 2.0 * (1.57079632679489655800e+00 - (s + w));
    }
    z = (1.0 - x) * 0.5;
    s = NAME_sqrt(z);
    df = NAME_number(NAME_bits(s) & 0xffffffff00000000u);
    c = (z - df * df) / (s + df);
    w = NAME_acos_r(z) * s + c;
    return 2.0 * (df + w);
}
