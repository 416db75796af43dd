/* 1 / (1 + e^-x). */
static inline REAL NAME_sigmoid(REAL x) {
    REAL e = NAME_exp_unit(x < 0 ? x : -x), share = 1 / (1 + e);
    return x < 0 ? e * share : share;
}
