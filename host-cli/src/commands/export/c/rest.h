/* A large angle less quarter turns as FreeBSD's k_rem_pio2.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
/* A power of two times x, which has room for it. */
static inline double NAME_scaled(double x, int32_t power) {
    for (; power > 0; power--) x = x * 2;
    for (; power < 0; power++) x = x * 0.5;
    return x;
}

/* x[0] + ... + x[jx], of 24 bits each and times 2^e0, less a multiple of pi/2: its last bits are
 * returned, and fq[0] + ... + fq[jz] are left, *above half a quarter turn or not. */
static inline int32_t NAME_rest(const double *x, int32_t jx, int32_t e0, int32_t jk, double *fq,
                                int32_t *jz_of, int32_t *above) {
    static const int32_t digits[66] = {
        0xa2f983, 0x6e4e44, 0x1529fc, 0x2757d1, 0xf534dd, 0xc0db62, 0x95993c, 0x439041,
        0xfe5163, 0xabdebb, 0xc561b7, 0x246e3a, 0x424dd2, 0xe00649, 0x2eea09, 0xd1921c,
        0xfe1deb, 0x1cb129, 0xa73ee8, 0x8235f5, 0x2ebb44, 0x84e99c, 0x7026b4, 0x5f7e41,
        0x3991d6, 0x398353, 0x39f49c, 0x845f8b, 0xbdf928, 0x3b1ff8, 0x97ffde, 0x05980f,
        0xef2f11, 0x8b5a0a, 0x6d1f6d, 0x367ecf, 0x27cb09, 0xb74f46, 0x3f669e, 0x5fea2d,
        0x7527ba, 0xc7ebe5, 0xf17b3d, 0x0739f7, 0x8a5292, 0xea6bfb, 0x5fb11f, 0x8d5d08,
        0x560330, 0x46fc7b, 0x6babf0, 0xcfbc20, 0x9af436, 0x1da9e3, 0x91615e, 0xe61b08,
        0x659985, 0x5f14a0, 0x68408d, 0xffd880, 0x4d7327, 0x310606, 0x1556ca, 0x73a8c9,
        0x60e27b, 0xc08c6b,
    };
    static const double halves[8] = {
        1.57079625129699707031e+00, 7.54978941586159635335e-08, 5.39030252995776476554e-15,
        3.28200341580791294123e-22, 1.27065575308067607349e-29, 1.22933308981111328932e-36,
        2.73370053816464559624e-44, 2.16741683877804819444e-51,
    };
    int32_t i, j, k, m, n, ih, carry, jz = jk, jv = (e0 - 3) / 24, q0;
    int32_t iq[20];
    double z, fw, f[20], q[20];
    if (jv < 0) jv = 0;
    q0 = e0 - 24 * (jv + 1);
    j = jv - jx;
    m = jx + jk;
    for (i = 0; i <= m; i++, j++) f[i] = j < 0 ? 0.0 : (double)digits[j];
    for (i = 0; i <= jk; i++) {
        for (j = 0, fw = 0.0; j <= jx; j++) fw += x[j] * f[jx + i - j];
        q[i] = fw;
    }
    for (;;) {
        for (i = 0, j = jz, z = q[jz]; j > 0; i++, j--) {
            fw = (double)(int32_t)(0x1p-24 * z);
            iq[i] = (int32_t)(z - 0x1p24 * fw);
            z = q[j - 1] + fw;
        }
        z = NAME_scaled(z, q0);
        /* Not negative, and far below 2^52. */
        z -= 8.0 * (double)(int64_t)(z * 0.125);
        n = (int32_t)z;
        z -= (double)n;
        ih = 0;
        if (q0 > 0) {
            i = iq[jz - 1] >> (24 - q0);
            n += i;
            iq[jz - 1] -= i << (24 - q0);
            ih = iq[jz - 1] >> (23 - q0);
        } else if (q0 == 0) {
            ih = iq[jz - 1] >> 23;
        } else if (z >= 0.5) {
            ih = 2;
        }
        if (ih > 0) {
            n += 1;
            carry = 0;
            for (i = 0; i < jz; i++) {
                j = iq[i];
                if (carry != 0) {
                    iq[i] = 0xffffff - j;
                } else if (j != 0) {
                    carry = 1;
                    iq[i] = 0x1000000 - j;
                }
            }
            if (q0 == 1) iq[jz - 1] &= 0x7fffff;
            if (q0 == 2) iq[jz - 1] &= 0x3fffff;
            if (ih == 2) {
                z = 1.0 - z;
                if (carry != 0) z -= NAME_scaled(1.0, q0);
            }
        }
        if (z != 0) break;
        for (i = jz - 1, j = 0; i >= jk; i--) j |= iq[i];
        if (j != 0) break;
        for (k = 1; iq[jk - k] == 0; k++) {}
        for (i = jz + 1; i <= jz + k; i++) {
            f[jx + i] = (double)digits[jv + i];
            for (j = 0, fw = 0.0; j <= jx; j++) fw += x[j] * f[jx + i - j];
            q[i] = fw;
        }
        jz += k;
    }
    if (z == 0) {
        do {
            jz -= 1;
            q0 -= 24;
        } while (iq[jz] == 0);
    } else {
        z = NAME_scaled(z, -q0);
        if (z >= 0x1p24) {
            fw = (double)(int32_t)(0x1p-24 * z);
            iq[jz] = (int32_t)(z - 0x1p24 * fw);
            jz += 1;
            q0 += 24;
            iq[jz] = (int32_t)fw;
        } else {
            iq[jz] = (int32_t)z;
        }
    }
    fw = NAME_scaled(1.0, q0);
    for (i = jz; i >= 0; i--) {
        q[i] = fw * (double)iq[i];
        fw *= 0x1p-24;
    }
    for (i = jz; i >= 0; i--) {
        for (k = 0, fw = 0.0; k <= jk && k <= jz - i; k++) fw += halves[k] * q[i + k];
        fq[jz - i] = fw;
    }
    *jz_of = jz;
    *above = ih;
    return n & 7;
}
