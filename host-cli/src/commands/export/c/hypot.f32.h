/* The root of the sum of two squares as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
static inline float NAME_hypot(float x, float y) {
    uint32_t ux, uy;
    float z = 1.0f;
    x = NAME_abs(x);
    y = NAME_abs(y);
    if (NAME_bits(x) < NAME_bits(y)) {
        z = x;
        x = y;
        y = z;
        z = 1.0f;
    }
    ux = NAME_bits(x);
    uy = NAME_bits(y);
    if (uy == 0x7f800000) return y;
    if (ux >= 0x7f800000 || uy == 0 || ux - uy >= 25u << 23) return x + y;
    if (ux >= (0x7fu + 60) << 23) {
        z = 0x1p90f;
        x *= 0x1p-90f;
        y *= 0x1p-90f;
    } else if (uy < (0x7fu - 60) << 23) {
        z = 0x1p-90f;
        x *= 0x1p90f;
        y *= 0x1p90f;
    }
    return z * NAME_sqrt(NAME_narrow((double)x * (double)x + (double)y * (double)y));
}
