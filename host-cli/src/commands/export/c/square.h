static inline REAL NAME_square(REAL x) {
    return x * x;
}
