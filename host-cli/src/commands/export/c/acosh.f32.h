/* The inverse hyperbolic cosine as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
static inline float NAME_acosh(float x) {
    uint32_t e = NAME_bits(x) & 0x7fffffff;
    float y = x - 1.0f;
    if (e < 0x3f800000 + (1 << 23)) return NAME_log1p(y + NAME_sqrt(y * y + 2.0f * y));
    if (e < 0x3f800000 + (12 << 23)) return NAME_ln(2.0f * x - 1.0f / (x + NAME_sqrt(x * x - 1.0f)));
    return NAME_ln(x) + 0.693147180559945309417232121458176568f;
}
