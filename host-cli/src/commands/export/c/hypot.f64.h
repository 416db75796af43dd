/* The root of the sum of two squares as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
/* A square, and what its rounding took. */
static inline double NAME_square_of(double x, double *low) {
    double part = x * 134217729.0, high = x - part + part, rest = x - high, square = x * x;
    *low = high * high - square + 2.0 * high * rest + rest * rest;
    return square;
}

static inline double NAME_hypot(double x, double y) {
    int32_t ex, ey;
    double z = 1.0, hx, lx, hy, ly;
    x = NAME_abs(x);
    y = NAME_abs(y);
    if (NAME_bits(x) < NAME_bits(y)) {
        z = x;
        x = y;
        y = z;
        z = 1.0;
    }
    ex = (int32_t)(NAME_bits(x) >> 52);
    ey = (int32_t)(NAME_bits(y) >> 52);
    if (ey == 0x7ff) return y;
    if (ex == 0x7ff || y == 0) return x;
    if (ex - ey > 64) return x + y;
    if (ex > 0x3ff + 510) {
        z = 0x1p700;
        x *= 0x1p-700;
        y *= 0x1p-700;
    } else if (ey < 0x3ff - 450) {
        z = 0x1p-700;
        x *= 0x1p700;
        y *= 0x1p700;
    }
    hx = NAME_square_of(x, &lx);
    hy = NAME_square_of(y, &ly);
    return z * NAME_sqrt(ly + lx + hy + hx);
}
