/* The inverse hyperbolic sine as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
static inline float NAME_asinh(float x) {
    uint32_t e = NAME_bits(x) & 0x7fffffff;
    float y = NAME_abs(x);
    if (e >= 0x3f800000 + (12 << 23)) y = NAME_ln(y) + 0.693147180559945309417232121458176568f;
    else if (e >= 0x3f800000 + (1 << 23)) y = NAME_ln(2.0f * y + 1.0f / (NAME_sqrt(y * y + 1.0f) + y));
    else if (e >= 0x3f800000 - (12 << 23)) y = NAME_log1p(y + y * y / (NAME_sqrt(y * y + 1.0f) + 1.0f));
    return x < 0 ? -y : x == 0 ? x : y;
}
