/// e^x as FreeBSD's e_expf.c computes it:
/// Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
/// Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and
/// distribute this software is freely granted, provided that this notice is preserved.
fn exp(mut x: f32) -> f32 {
    let negative = x.is_sign_negative();
    let size = x.to_bits() & 0x7fff_ffff;
    if size >= 0x42ae_ac50 {
        if size > 0x7f80_0000 {
            return x;
        }
        if size >= 0x42b1_7218 && !negative {
            return x * f32::from_bits(0x7f00_0000);
        }
        if size >= 0x42cf_f1b5 && negative {
            return 0.0;
        }
    }
    let (hi, lo, mut k);
    if size > 0x3eb1_7218 {
        k = match (size > 0x3f85_1592, negative) {
            (true, true) => (1.442_695 * x - 0.5) as i32,
            (true, false) => (1.442_695 * x + 0.5) as i32,
            (false, true) => -1,
            (false, false) => 1,
        };
        hi = x - k as f32 * 6.931_457_5e-1;
        lo = k as f32 * 1.428_606_8e-6;
        x = hi - lo;
    } else if size > 0x3900_0000 {
        (k, hi, lo) = (0, x, 0.0);
    } else {
        return 1.0 + x;
    }
    let xx = x * x;
    let c = x - xx * (1.666_662_5e-1 + xx * -2.766_733_3e-3);
    let mut y = 1.0 + (x * c / (2.0 - c) - lo + hi);
    if k > 127 {
        y *= f32::from_bits(0x7f00_0000);
        k -= 127;
    } else if k < -126 {
        y *= f32::from_bits((127 - 102) << 23);
        k += 102;
    }
    y * f32::from_bits(((127 + k) as u32) << 23)
}
