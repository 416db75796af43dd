
/* The count of a converter as feature `at`, in 16 bits; what lies beyond is cut off. */
static inline int16_t NAME_feature(size_t at, int32_t count) {
    const int64_t product = (int64_t)count * NAME_factors[at];
    const int shift = NAME_shifts[at] - 15;
    int64_t wide;
    if (shift < 0) wide = (product + ((int64_t)1 << (-shift - 1))) >> -shift;
    else if (product >= (int64_t)1 << 33) wide = (int64_t)1 << 62;
    else if (product <= -((int64_t)1 << 33)) wide = -((int64_t)1 << 62);
    else wide = product * ((int64_t)1 << (shift > 29 ? 29 : shift));
    wide -= NAME_offsets[at];
    return (int16_t)(wide > 32767 ? 32767 : wide < -32768 ? -32768 : wide);
}
