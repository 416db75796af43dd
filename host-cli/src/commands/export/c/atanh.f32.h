/* The inverse hyperbolic tangent as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
static inline float NAME_atanh(float x) {
    uint32_t e = NAME_bits(x) & 0x7fffffff;
    float y = NAME_abs(x);
    if (e < 0x3f800000 - (32 << 23)) return x;
    if (e < 0x3f800000 - (1 << 23)) y = 0.5f * NAME_log1p(2.0f * y + 2.0f * y * y / (1.0f - y));
    else y = 0.5f * NAME_log1p(2.0f * (y / (1.0f - y)));
    return x < 0 ? -y : y;
}
