//! A signal stage of any description, in front of a fit.

use core::hint::black_box;

use downhill::fit::Fit;
use downhill::signal::{Block, Description, Stage};
use downhill::{Arena, Fault, Real};

use crate::given::Given;

macro_rules! probes {
    ($($name:ident $real:ident;)*) => { $(
        #[unsafe(no_mangle)]
        #[inline(never)]
        fn $name(given: &mut Given<$real>, signal: &Description<$real>) -> Result<u64, Fault> {
            black_box((signal.is_possible(), signal.len(), signal.arena_len()));
            black_box((signal.first_window(), signal.rate(), signal.features()));
            let mut fit = Fit::new(given.recipe.build(&mut *given.arena)?, given.number as u16);
            let mut stage = Stage::new(*signal, &mut *given.words)?;
            let (numbers, target) = (given.state, given.target);
            let block = Block {
                numbers: numbers.iter().copied(),
                target,
                weight: numbers.first().copied().unwrap_or(<$real>::ONE),
                fits_scaler: given.number == 0,
            };
            let mut features = [<$real>::ZERO; 64];
            let features = features.get_mut(..signal.len()).unwrap_or_default();
            black_box(stage.feed(block, features, |command| fit.execute(command))?);
            black_box(stage.push(numbers, features)?);
            black_box((stage.gap(), stage.windows(), stage.dropped(), stage.until_window()));
            black_box((stage.held(given.number as usize), stage.room()));
            black_box(stage.into_arena().words());
            Ok(fit.trainer.fingerprint().0)
        }
    )* };
}

probes! {
    probe_signal_32 f32;
    probe_signal_64 f64;
}

/// Signals in both precisions.
pub(crate) fn all(
    single: &mut Given<f32>,
    double: &mut Given<f64>,
    (of_single, of_double): (&Description<f32>, &Description<f64>),
) {
    black_box(probe_signal_32(black_box(single), black_box(of_single)).is_ok());
    black_box(probe_signal_64(black_box(double), black_box(of_double)).is_ok());
}
