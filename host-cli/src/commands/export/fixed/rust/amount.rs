
/// Output `at` as an amount, in units of 2 to the power of -`places`, rounded; from -24 to 24.
pub fn amount(at: usize, output: i32, places: i32) -> i64 {
    let Some(&(factor, shift, offset)) = COLUMNS.get(FEATURES + at) else {
        return 0;
    };
    let mut number = i64::from(output) + i64::from(offset);
    let mut divisor = i64::from(factor);
    let mut power = 15 - i32::from(shift) + places;
    while power > 0 && number.abs() < 1 << 61 {
        number *= 2;
        power -= 1;
    }
    while power < 0 && divisor < 1 << 60 {
        divisor *= 2;
        power += 1;
    }
    (number + divisor / 2).div_euclid(divisor)
}
