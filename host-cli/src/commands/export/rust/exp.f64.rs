/// e^x as FreeBSD's e_exp.c computes it:
/// Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved.
/// Permission to use, copy, modify, and distribute this software is freely granted, provided that
/// this notice is preserved.
fn exp(mut x: f64) -> f64 {
    let negative = x.is_sign_negative();
    let size = (x.to_bits() >> 32) as u32 & 0x7fff_ffff;
    if size >= 0x4086_232b {
        if x.is_nan() {
            return x;
        }
        if x > 709.782_712_893_384 {
            return x * f64::from_bits(0x7fe0_0000_0000_0000);
        }
        if x < -745.133_219_101_941_1 {
            return 0.0;
        }
    }
    let (hi, lo, mut k);
    if size > 0x3fd6_2e42 {
        k = match (size >= 0x3ff0_a2b2, negative) {
            (true, true) => (1.442_695_040_888_963_4 * x - 0.5) as i32,
            (true, false) => (1.442_695_040_888_963_4 * x + 0.5) as i32,
            (false, true) => -1,
            (false, false) => 1,
        };
        hi = x - f64::from(k) * 6.931_471_803_691_238e-1;
        lo = f64::from(k) * 1.908_214_929_270_587_7e-10;
        x = hi - lo;
    } else if size > 0x3e30_0000 {
        (k, hi, lo) = (0, x, 0.0);
    } else {
        return 1.0 + x;
    }
    let xx = x * x;
    let p = 6.613_756_321_437_934e-5 + xx * (-1.653_390_220_546_525_2e-6 + xx * 4.138_136_797_057_238e-8);
    let c = x - xx * (1.666_666_666_666_660_2e-1 + xx * (-2.777_777_777_701_559_3e-3 + xx * p));
    let mut y = 1.0 + (x * c / (2.0 - c) - lo + hi);
    if k > 1023 {
        y *= f64::from_bits(0x7fe0_0000_0000_0000);
        k -= 1023;
    } else if k < -1022 {
        y *= f64::from_bits((1023 - 969) << 52);
        k += 969;
    }
    y * f64::from_bits(((1023 + k) as u64) << 52)
}
