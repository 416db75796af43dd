//! Code that breaks the rules, one feature each, so that the search is seen to find it.

use crate::given::Given;

#[cfg(not(any(feature = "unchecked-length", feature = "heap")))]
pub(crate) fn calls(_: &mut Given<f32>) -> bool {
    true
}

/// A model whose author left out a length check.
#[cfg(feature = "unchecked-length")]
mod unchecked {
    use core::ops::Range;

    use downhill::Sink;
    use downhill::model::{Model, ParameterKind, Sizes};

    pub(super) struct Careless(pub(super) usize);

    impl Model<f32> for Careless {
        fn sizes(&self) -> Sizes {
            Sizes {
                features: self.0,
                outputs: 1,
                parameters: self.0,
                tape: 0,
            }
        }

        fn forward(&self, parameters: &[f32], features: &[f32], _: &mut [f32], out: &mut [f32]) {
            let mut sum = 0.0;
            for at in 0..self.0 {
                sum += parameters[at] * features[at];
            }
            out.fill(sum);
        }

        fn backward(&self, _: &[f32], _: &[f32], _: &mut [f32], _: &[f32]) {}

        fn gradient(&self, features: &[f32], _: &[f32], slopes: &[f32], sink: &mut impl Sink<f32>) {
            sink.outer(0, slopes, features);
        }

        fn parameter_groups(&self, visit: &mut impl FnMut(Range<usize>, ParameterKind)) {
            visit(0..self.0, ParameterKind::Weight);
        }
    }
}

#[cfg(feature = "unchecked-length")]
pub(crate) fn calls(given: &mut Given<f32>) -> bool {
    use downhill::{Trainer, loss::Squared, optimizer::Sgd};
    let model = unchecked::Careless(given.number as usize);
    Trainer::new(model, Squared, Sgd::new(0.1), &mut *given.arena)
        .and_then(|mut fit| fit.observe(given.features, given.target))
        .is_ok()
}

#[cfg(feature = "heap")]
pub(crate) fn calls(given: &mut Given<f32>) -> bool {
    extern crate alloc;

    struct Nothing;

    // SAFETY: an allocator may always say that it has nothing.
    unsafe impl core::alloc::GlobalAlloc for Nothing {
        #[inline(never)]
        unsafe fn alloc(&self, _: core::alloc::Layout) -> *mut u8 {
            core::hint::black_box(core::ptr::null_mut())
        }

        #[inline(never)]
        unsafe fn dealloc(&self, _: *mut u8, _: core::alloc::Layout) {}
    }

    #[global_allocator]
    static HEAP: Nothing = Nothing;

    let mut copy = alloc::vec::Vec::new();
    copy.try_reserve(given.features.len()).is_ok_and(|()| {
        copy.extend(given.features.iter().map(|feature| feature * 2.0));
        core::hint::black_box(&copy).is_empty()
    })
}
