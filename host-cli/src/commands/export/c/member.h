/* The number of a group, from 0 on and below a count; NaN if it is none. */
static inline REAL NAME_member(REAL code, int count) {
    REAL nothing = code - code;
    if (code >= 0 && code < (REAL)count && (REAL)(int)code == code) return code;
    return nothing / nothing;
}
