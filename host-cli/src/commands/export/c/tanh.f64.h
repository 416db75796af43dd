static inline double NAME_tanh(double x) {
    union { double number; uint64_t bits; } word;
    uint32_t size;
    double t;
    int negative;
    word.number = x;
    negative = (int)(word.bits >> 63);
    word.bits &= 0x7fffffffffffffff;
    x = word.number;
    size = (uint32_t)(word.bits >> 32);
    if (size > 0x40340000) {
        t = 1.0 - 0.0 / x;
    } else if (size > 0x3fe193ea) {
        t = NAME_expm1(2.0 * x);
        t = 1.0 - 2.0 / (t + 2.0);
    } else if (size > 0x3fd058ae) {
        t = NAME_expm1(2.0 * x);
        t = t / (t + 2.0);
    } else if (size >= 0x00100000) {
        t = NAME_expm1(-2.0 * x);
        t = -t / (t + 2.0);
    } else {
        t = x;
    }
    return negative ? -t : t;
}
