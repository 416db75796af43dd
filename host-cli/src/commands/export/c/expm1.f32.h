/* e^x - 1 as FreeBSD's s_expm1f.c computes it:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved. */
static inline float NAME_expm1(float x) {
    uint32_t hx = NAME_bits(x);
    int sign = (hx >> 31) != 0;
    hx &= 0x7fffffff;
    if (hx >= 0x4195b844) {
        if (hx > 0x7f800000) return x;
        if (sign) return -1.0f;
        if (hx > 0x42b17217) {
            x *= 0x1p127f;
            return x;
        }
    }
    int32_t k;
    float hi, lo, c = 0.0f;
    if (hx > 0x3eb17218) {
        if (hx < 0x3F851592) {
            if (!sign) {
                hi = x - 6.9313812256e-01f;
                lo = 9.0580006145e-06f;
                k = 1;
            } else {
                hi = x + 6.9313812256e-01f;
                lo = -9.0580006145e-06f;
                k = -1;
            }
        } else {
            k = (int32_t)(1.4426950216e+00f * x + ((sign ? -0.5f : 0.5f)));
            float t = (float)k;
            hi = x - t * 6.9313812256e-01f;
            lo = t * 9.0580006145e-06f;
        }
        x = hi - lo;
        c = (hi - x) - lo;
    } else if (hx < 0x33000000) {
        return x;
    } else {
        k = 0;
    }
    float hfx = 0.5f * x, hxs = x * hfx;
    float r1 = 1.0f + hxs * (-3.3333212137e-2f + hxs * 1.5807170421e-3f);
    float t = 3.0f - r1 * hfx;
    float e = hxs * ((r1 - t) / (6.0f - x * t));
    if (k == 0) return x - (x * e - hxs);
    e = x * (e - c) - c;
    e -= hxs;
    if (k == -1) return 0.5f * (x - e) - 0.5f;
    if (k == 1) {
        if (x < -0.25f) return -2.0f * (e - (x + 0.5f));
        return 1.0f + 2.0f * (x - e);
    }
    float twopk = NAME_number((uint32_t)((0x7f + k) << 23));
    if (k < 0 || k > 56) {
        float y = x - e + 1.0f;
        if (k == 128) {
            y = y * 2.0f * 0x1p127f;
        } else {
            y = y * twopk;
        }
        return y - 1.0f;
    }
    float uf = NAME_number((uint32_t)((0x7f - k) << 23));
    return (k < 23 ? (x - e + (1.0f - uf)) * twopk : (x - (e + uf) + 1.0f) * twopk);
}
