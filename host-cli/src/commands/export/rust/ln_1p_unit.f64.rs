/// ln(1 + x) for 0 ≤ x ≤ 1, as FreeBSD's s_log1p.c computes it:
/// Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
/// Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
/// distribute this software is freely granted, provided that this notice is preserved.
fn ln_1p_unit(x: f64) -> f64 {
    let size = (x.to_bits() >> 32) as u32;
    if !(0x3ca0_0000..0x7ff0_0000).contains(&size) {
        return x;
    }
    let (mut k, mut c, mut f) = (0, 0.0, x);
    if size >= 0x3fda_827a {
        let u = 1.0 + x;
        let size = (u.to_bits() >> 32) as u32 + (0x3ff0_0000 - 0x3fe6_a09e);
        k = (size >> 20) as i32 - 0x3ff;
        c = if k >= 2 { 1.0 - (u - x) } else { x - (u - 1.0) } / u;
        let size = (size & 0x000f_ffff) + 0x3fe6_a09e;
        f = f64::from_bits(u64::from(size) << 32 | u.to_bits() & 0xffff_ffff) - 1.0;
    }
    let hfsq = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let t1 = w * (3.999_999_999_940_942e-1 + w * (2.222_219_843_214_978_4e-1 + w * 1.531_383_769_920_937_3e-1));
    let t2 = z
        * (6.666_666_666_666_735e-1
            + w * (2.857_142_874_366_239e-1
                + w * (1.818_357_216_161_805e-1 + w * 1.479_819_860_511_658_6e-1)));
    let dk = f64::from(k);
    s * (hfsq + (t2 + t1)) + (dk * 1.908_214_929_270_587_7e-10 + c) - hfsq
        + f
        + dk * 6.931_471_803_691_238e-1
}
