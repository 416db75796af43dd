static inline uint64_t NAME_bits(double x) {
    union { double number; uint64_t bits; } word;
    word.number = x;
    return word.bits;
}

static inline double NAME_number(uint64_t bits) {
    union { double number; uint64_t bits; } word;
    word.bits = bits;
    return word.number;
}

/* The first bits of a number. */
static inline double NAME_high(double x) {
    return NAME_number(NAME_bits(x) & 0xffffffff00000000u);
}
