static inline REAL NAME_floor(REAL x) {
    REAL whole;
    if (!(x > -4503599627370496.0 && x < 4503599627370496.0)) return x;
    whole = (REAL)(int64_t)x;
    if (whole > x) whole = whole - 1;
    return whole == 0 ? x * 0 : whole;
}
