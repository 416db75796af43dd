/* e^x for x <= 0. */
static inline double NAME_exp_unit(double x) {
    return NAME_exp(x);
}
