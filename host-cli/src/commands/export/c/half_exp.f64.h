/* e^x / 2 of a large x as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
static inline double NAME_half_exp(double x) {
    return NAME_exp(x - NAME_number(0x40962066151add8bu)) * 0x1p1021 * 0x1p1021;
}
