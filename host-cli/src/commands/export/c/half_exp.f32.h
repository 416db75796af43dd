/* e^x / 2 of a large x as musl computes it:
 * Copyright (C) 2005-2020 Rich Felker, et al. MIT license, as above. */
static inline float NAME_half_exp(float x) {
    return NAME_exp(x - NAME_number(0x4322e3bc)) * 0x1p117f * 0x1p117f;
}
