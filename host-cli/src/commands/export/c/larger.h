static inline REAL NAME_larger(REAL a, REAL b) {
    return b > a ? b : a;
}
