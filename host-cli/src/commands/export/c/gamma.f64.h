/* The gamma function as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
static inline double NAME_sin_pi_of_gamma(double x) {
    int32_t n;
    x = x * 0.5;
    x = 2.0 * (x - NAME_floor(x));
    n = (int32_t)(4.0 * x);
    n = (n + 1) / 2;
    x -= (double)n * 0.5;
    x *= 3.141592653589793238462643383279502884;
    switch (n) {
    case 1: return NAME_k_cos(x, 0.0);
    case 2: return NAME_k_sin(-x, 0.0, 0);
    case 3: return -NAME_k_cos(x, 0.0);
    default: return NAME_k_sin(x, 0.0, 0);
    }
}

static inline double NAME_gamma_share(double x) {
    static const double above[13] = {
        23531376880.410759688572007674451636754734846804940,
        42919803642.649098768957899047001988850926355848959,
        35711959237.355668049440185451547166705960488635843,
        17921034426.037209699919755754458931112671403265390,
        6039542586.3520280050642916443072979210699388420708,
        1439720407.3117216736632230727949123939715485786772,
        248874557.86205415651146038641322942321632125127801,
        31426415.585400194380614231628318205362874684987640,
        2876370.6289353724412254090516208496135991145378768,
        186056.26539522349504029498971604569928220784236328,
        8071.6720023658162106380029022722506138218516325024,
        210.82427775157934587250973392071336271166969580291,
        2.5066282746310002701649081771338373386264310793408,
    };
    static const double below[13] = {
        0.0, 39916800.0, 120543840.0, 150917976.0, 105258076.0, 45995730.0, 13339535.0,
        2637558.0, 357423.0, 32670.0, 1925.0, 66.0, 1.0,
    };
    double num = 0.0, den = 0.0;
    int i;
    if (x < 8.0) {
        for (i = 12; i >= 0; i--) {
            num = num * x + above[i];
            den = den * x + below[i];
        }
    } else {
        for (i = 0; i <= 12; i++) {
            num = num / x + above[i];
            den = den / x + below[i];
        }
    }
    return num / den;
}

static inline double NAME_gamma(double x) {
    static const double factorials[23] = {
        1.0, 1.0, 2.0, 6.0, 24.0, 120.0, 720.0, 5040.0, 40320.0, 362880.0, 3628800.0,
        39916800.0, 479001600.0, 6227020800.0, 87178291200.0, 1307674368000.0,
        20922789888000.0, 355687428096000.0, 6402373705728000.0, 121645100408832000.0,
        2432902008176640000.0, 51090942171709440000.0, 1124000727777607680000.0,
    };
    uint64_t u = NAME_bits(x);
    double absx, y, dy, z, r;
    uint32_t ix = ((uint32_t)(u >> 32)) & 0x7fffffff;
    int sign = (u >> 63) != 0;
    if (ix >= 0x7ff00000) return x + x * x;
    if (ix < ((0x3ff - 54) << 20)) return 1.0 / x;
    if (x == NAME_floor(x)) {
        if (sign) return (x - x) / (x - x);
        if (x <= 23.0) return factorials[(int32_t)x - 1];
    }
    if (ix >= 0x40670000) {
        if (sign) {
            return NAME_floor(x) * 0.5 == NAME_floor(x * 0.5) ? 0.0 : -0.0;
        }
        return x * 0x1p1023;
    }
    absx = sign ? -x : x;
    y = absx + 5.524680040776729583740234375;
    if (absx > 5.524680040776729583740234375) {
        dy = y - absx;
        dy -= 5.524680040776729583740234375;
    } else {
        dy = y - 5.524680040776729583740234375;
        dy -= absx;
    }
    z = absx - 0.5;
    r = NAME_gamma_share(absx) * NAME_exp(-y);
    if (x < 0.0) {
        r = -3.141592653589793238462643383279502884 / (NAME_sin_pi_of_gamma(absx) * absx * r);
        dy = -dy;
        z = -z;
    }
    r += dy * (5.524680040776729583740234375 + 0.5) * r / y;
    z = NAME_pow(y, 0.5 * z);
    y = r * z * z;
    return y;
}
