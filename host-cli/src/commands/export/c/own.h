/* A group's own parameter. */
static inline REAL NAME_own(const REAL *parameters, int first, REAL code) {
    return code == code ? parameters[first + (int)code] : code;
}
