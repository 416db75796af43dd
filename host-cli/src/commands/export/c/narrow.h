/* Rounds to float for good: where it vectorizes two of these, GCC 12 would go on with the doubles. */
static inline float NAME_narrow(double x) {
    volatile float narrow = (float)x;
    return narrow;
}
