static inline REAL NAME_smaller(REAL a, REAL b) {
    return b < a ? b : a;
}
