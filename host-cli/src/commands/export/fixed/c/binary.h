
/* The probability of class 1, with 12 bits behind the point. */
static inline int32_t NAME_probability(const int32_t outputs[UPPER_OUTPUTS]) {
    return NAME_sigmoid(outputs[0]);
}

/* The class that outputs stand for. */
static inline int NAME_class(const int32_t outputs[UPPER_OUTPUTS]) {
    return NAME_probability(outputs) >= THRESHOLD;
}
