//! The split of numbered samples into training and validation.

/// True where sample number `index` (from 0) belongs to validation: every `every`-th sample does,
/// those whose number leaves `every` − 1. An `every` of 0 leaves all samples to training.
///
/// ```
/// use downhill::split::is_validation;
/// assert!((0..10).filter(|&i| is_validation(i, 5)).eq([4, 9]));
/// ```
pub const fn is_validation(index: u64, every: u32) -> bool {
    every > 0 && index % every as u64 == every as u64 - 1
}
