
static inline int32_t NAME_exp_unit(int32_t z) {
    int32_t power, at, within, low, value;
    int whole;
    if (z < -45056) return 0;
    power = (z * 47274 + 2048) >> 12;
    whole = -(power >> 15);
    at = (power & 0x7fff) >> 10;
    within = power & 1023;
    low = NAME_power_table[at];
    value = 32768 + low + (((NAME_power_table[at + 1] - low) * within + 512) >> 10);
    return (value + (((int32_t)1 << whole) >> 1)) >> whole;
}

/* The probabilities of the classes, with 12 bits behind the point. */
static inline void NAME_probabilities(const int32_t outputs[UPPER_OUTPUTS],
                                      int32_t probabilities[UPPER_OUTPUTS]) {
    size_t i;
    int32_t largest = outputs[0];
    uint32_t sum = 0, share;
    for (i = 1; i < UPPER_OUTPUTS; i++)
        if (outputs[i] > largest) largest = outputs[i];
    for (i = 0; i < UPPER_OUTPUTS; i++) {
        probabilities[i] = NAME_exp_unit(outputs[i] - largest);
        sum += (uint32_t)probabilities[i];
    }
    share = ((uint32_t)1 << 31) / sum;
    for (i = 0; i < UPPER_OUTPUTS; i++)
        probabilities[i] = (int32_t)(((uint32_t)probabilities[i] * share + 262144) >> 19);
}

/* The class that outputs stand for: the first of the most probable. */
static inline int NAME_class(const int32_t outputs[UPPER_OUTPUTS]) {
    int32_t probabilities[UPPER_OUTPUTS];
    int i, best = 0;
    NAME_probabilities(outputs, probabilities);
    for (i = 1; i < UPPER_OUTPUTS; i++)
        if (probabilities[i] > probabilities[best]) best = i;
    return best;
}
