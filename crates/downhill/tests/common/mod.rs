//! Helpers of the core's tests.

use downhill::rules::Curve;

/// A curve of each kind; the cosine lasts so many steps.
pub(crate) fn curves(steps: u32) -> [Curve<f32>; 6] {
    [
        Curve::Constant,
        Curve::Step {
            every: 7,
            factor: 0.5,
        },
        Curve::Exponential { decay: 0.97 },
        Curve::InverseTime {
            decay: 0.1,
            floor: 0.2,
        },
        Curve::Cosine { steps, floor: 0.1 },
        Curve::Plateau {
            patience: 2,
            factor: 0.5,
            floor: 0.01,
        },
    ]
}
