/* The complement of the error function from 0.84375 on as FreeBSD's s_erff.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_erfc_near(float x) {
    float s, p, q;
    s = NAME_abs(x) - 1.0f;
    p = -2.3621185683e-03f + s * (4.1485610604e-01f + s * (-3.7220788002e-01f
        + s * (3.1834661961e-01f + s * (-1.1089469492e-01f + s * (3.5478305072e-02f
        + s * -2.1663755178e-03f)))));
    q = 1.0f + s * (1.0642088205e-01f + s * (5.4039794207e-01f + s * (7.1828655899e-02f
        + s * (1.2617121637e-01f + s * (1.3637083583e-02f + s * 1.1984500103e-02f)))));
    return 1.0f - 8.4506291151e-01f - p / q;
}

static inline float NAME_erfc_far(uint32_t ix, float x) {
    float s, r, big_s, z;
    if (ix < 0x3fa00000) return NAME_erfc_near(x);
    x = NAME_abs(x);
    s = 1.0f / (x * x);
    if (ix < 0x4036db6d) {
        r = -9.8649440333e-03f + s * (-6.9385856390e-01f + s * (-1.0558626175e+01f
            + s * (-6.2375331879e+01f + s * (-1.6239666748e+02f + s * (-1.8460508728e+02f
            + s * (-8.1287437439e+01f + s * -9.8143291473e+00f))))));
        big_s = 1.0f + s * (1.9651271820e+01f + s * (1.3765776062e+02f + s * (4.3456588745e+02f
            + s * (6.4538726807e+02f + s * (4.2900814819e+02f + s * (1.0863500214e+02f
            + s * (6.5702495575e+00f + s * -6.0424413532e-02f)))))));
    } else {
        r = -9.8649431020e-03f + s * (-7.9928326607e-01f + s * (-1.7757955551e+01f
            + s * (-1.6063638306e+02f + s * (-6.3756646729e+02f + s * (-1.0250950928e+03f
            + s * -4.8351919556e+02f)))));
        big_s = 1.0f + s * (3.0338060379e+01f + s * (3.2579251099e+02f + s * (1.5367296143e+03f
            + s * (3.1998581543e+03f + s * (2.5530502930e+03f + s * (4.7452853394e+02f
            + s * -2.2440952301e+01f))))));
    }
    ix = NAME_bits(x);
    z = NAME_number(ix & 0xffffe000);
    return NAME_exp(-z * z - 0.5625f) * NAME_exp((z - x) * (z + x) + r / big_s) / x;
}
