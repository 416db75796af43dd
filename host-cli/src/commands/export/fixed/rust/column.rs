
/// The count of a converter as feature `at`, in 16 bits; what lies beyond is cut off, as is a feature that
/// there is not.
pub fn feature(at: usize, count: i32) -> i16 {
    let Some(&(factor, shift, offset)) = COLUMNS.get(at) else {
        return 0;
    };
    let product = i64::from(count) * i64::from(factor);
    let shift = i32::from(shift) - 15;
    let wide = match shift {
        ..0 => (product + (1 << (-shift - 1))) >> -shift,
        _ if product.unsigned_abs() >= 1 << 33 => product.signum() << 62,
        _ => product << shift.min(29),
    };
    (wide - i64::from(offset)).clamp(-32_768, 32_767) as i16
}
