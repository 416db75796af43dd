//! State and samples as a board sends them.

use downhill::Fingerprint;

use crate::support::failure::{Failure, Outcome};

/// A fit's state on its way from the board.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pulled {
    /// Parameters, the optimizer's state, the scaler.
    pub(crate) words: Vec<f32>,
    /// Number of words when it is whole, as the board has announced.
    pub(super) length: usize,
    /// The most that it may be.
    most: usize,
    /// Steps that the fit has made.
    pub(crate) steps: u64,
    pub(crate) fingerprint: Option<Fingerprint>,
    /// Number of samples told that are in this state already.
    pub(super) told: usize,
    /// Number of events that had not arrived by then.
    pub(super) missed: u32,
}

impl Learned {
    /// Returns true where all its numbers are finite, as of any sample that a fit takes.
    pub(super) fn is_finite(&self) -> bool {
        let numbers = self.features.iter().chain(&self.target).chain([&self.loss]);
        numbers.copied().all(f32::is_finite)
    }
}

/// From here on, `f32` holds only every other whole number.
const WHOLE: f32 = (1 << 24) as f32;

/// Place of the first number that lies so far from zero that a board does not hold every whole number
/// there, the number, and how far from it the next one is.
pub(crate) fn coarse(numbers: &[f32]) -> Option<(usize, f32, f32)> {
    let place = numbers.iter().position(|number| number.abs() >= WHOLE)?;
    let number = numbers[place];
    Some((place, number, number.abs().next_up() - number.abs()))
}

impl Learned {
    /// Says which number of the sensor lies so far from zero that a board does not hold every whole
    /// number there.
    pub(super) fn coarse(&self) -> Option<String> {
        let named = |of: &[f32], name: &str| {
            let (place, number, step) = coarse(of)?;
            Some((format!("{name} {}", place + 1), number, step))
        };
        let (name, number, step) =
            named(&self.features, "feature").or_else(|| named(&self.target, "target"))?;
        Some(format!(
            "{name} is {number}, and so far from zero a board tells numbers apart by {step} only: \
             its sensor has to subtract a number near to it, in a type that holds both"
        ))
    }
}

impl Pulled {
    /// Nothing yet, of so many words at most.
    pub(super) fn of_at_most(most: usize) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// Takes notice of the length that a piece announces.
    ///
    /// # Errors
    /// If no fit has so many, or the piece before announced another length.
    pub(super) fn announced(&mut self, length: usize) -> Outcome {
        if length > self.most {
            return Err(Failure::Input(format!(
                "the board announces a state of {length} words, and its fit has at most {}; does \
                 it run Downhill's firmware, of these sources?",
                self.most
            )));
        }
        if !self.words.is_empty() && length != self.length {
            return Err(Failure::Input(
                "the board has begun another fit while its state was pulled; pull it again".into(),
            ));
        }
        self.length = length;
        Ok(())
    }
}

/// A sample of the board's own sensor that it has learned from.
#[derive(Clone, Debug)]
pub(crate) struct Learned {
    pub(crate) sample: u32,
    pub(crate) step: u64,
    pub(crate) loss: f32,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) features: Vec<f32>,
    pub(crate) target: Vec<f32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_board_cannot_hold_is_named() {
        let learned = |features: [f32; 2], target: f32| Learned {
            sample: 1,
            step: 0,
            loss: 0.0,
            fingerprint: Fingerprint(0),
            features: features.into(),
            target: vec![target],
        };
        let said = |features, target| learned(features, target).coarse().unwrap_or_default();
        assert!(said([20.5, 1.7e9], 1.0).starts_with("feature 2 is 1700000000, and so far"));
        assert!(said([20.5, 1.7e9], 1.0).contains("by 128 only"));
        assert!(said([20.5, 3.0], -118_894_520.0).starts_with("target 1 is -118894520"));
        assert_eq!(said([16_777_215.0, 101_325.0], -0.1), "");
    }
}
