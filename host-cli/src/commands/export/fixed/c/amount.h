
/* Output `at` as an amount, in units of 2 to the power of -`places`, rounded; from -24 to 24. */
static inline int64_t NAME_amount(size_t at, int32_t output, int places) {
    const size_t column = UPPER_FEATURES + at;
    const int64_t factor = NAME_factors[column];
    int64_t number = (int64_t)output + NAME_offsets[column];
    int64_t divisor = factor;
    int power = 15 - NAME_shifts[column] + places;
    for (; power > 0 && number < ((int64_t)1 << 61) && number > -((int64_t)1 << 61); power--)
        number *= 2;
    for (; power < 0 && divisor < ((int64_t)1 << 60); power++) divisor *= 2;
    number += divisor / 2;
    return number / divisor - (number % divisor < 0);
}
