/* The inverse hyperbolic sine as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
static inline double NAME_asinh(double x) {
    uint32_t e = (uint32_t)(NAME_bits(x) >> 52) & 0x7ff;
    double y = NAME_abs(x);
    if (e >= 0x3ff + 26) y = NAME_ln(y) + 0.693147180559945309417232121458176568;
    else if (e >= 0x3ff + 1) y = NAME_ln(2.0 * y + 1.0 / (NAME_sqrt(y * y + 1.0) + y));
    else if (e >= 0x3ff - 26) y = NAME_log1p(y + y * y / (NAME_sqrt(y * y + 1.0) + 1.0));
    return x < 0 ? -y : x == 0 ? x : y;
}
