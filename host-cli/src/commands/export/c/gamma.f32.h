/* The gamma function, in double precision on the way. */
static inline float NAME_gamma(float x) {
    return NAME_narrow(NAME_wide_gamma((double)x));
}
