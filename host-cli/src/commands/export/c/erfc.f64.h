/* The complement of the error function as FreeBSD's s_erf.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline double NAME_erfc(double x) {
    double r, s, z, y;
    uint32_t ix, sign;
    ix = (uint32_t)(NAME_bits(x) >> 32);
    sign = (int32_t)(ix >> 31);
    ix &= 0x7fffffff;
    if (ix >= 0x7ff00000) return 2.0 * (double)sign + 1.0 / x;
    if (ix < 0x3feb0000) {
        if (ix < 0x3c700000) return 1.0 - x;
        z = x * x;
        r = 1.28379167095512558561e-01 + z * (-3.25042107247001499370e-01
            + z * (-2.84817495755985104766e-02 + z * (-5.77027029648944159157e-03
            + z * -2.37630166566501626084e-05)));
        s = 1.0 + z * (3.97917223959155352819e-01 + z * (6.50222499887672944485e-02
            + z * (5.08130628187576562776e-03 + z * (1.32494738004321644526e-04
            + z * -3.96022827877536812320e-06))));
        y = r / s;
        if (sign != 0 || ix < 0x3fd00000) return 1.0 - (x + x * y);
        return 0.5 - (x - 0.5 + x * y);
    }
    if (ix < 0x403c0000) {
        if (sign != 0) {
            return 2.0 - NAME_erfc_far(ix, x);
        } else {
            return NAME_erfc_far(ix, x);
        }
    }
    return sign != 0 ? 2.0 - 0x1p-1022 : 0x1p-1022 * 0x1p-1022;
}
