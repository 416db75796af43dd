use downhill::Fault;
use downhill::least_squares::AnyEstimator;
use downhill_link::{Command, CommandError, Counters, Numbers};

use crate::staging::count_step;
use crate::words::Words;

/// A fit by least squares. Where it replays its samples, they are kept at the end of the staging
/// memory, the first one last: features, target, weight.
#[derive(Debug)]
pub(crate) struct Estimate<'a> {
    pub(crate) fit: AnyEstimator<'a, f32>,
    features: usize,
    /// Samples that are kept.
    rows: usize,
    /// Words for a monitor, which such a fit has not.
    pub(crate) spare: &'a mut [f32],
}

impl<'a> Estimate<'a> {
    pub(crate) fn new(fit: AnyEstimator<'a, f32>, features: usize, spare: &'a mut [f32]) -> Self {
        Self {
            fit,
            features,
            rows: 0,
            spare,
        }
    }

    pub(crate) fn into_words(self) -> Words<'a> {
        Words {
            fit: self.fit.into_words(),
            monitor: self.spare,
        }
    }

    /// Words that hold samples.
    pub(crate) fn kept(&self) -> usize {
        self.rows * (self.features + 2)
    }

    /// Carries out a command; returns the error of a sample that was learned from, or the cost
    /// after a pass.
    pub(crate) fn execute(
        &mut self,
        staging: &mut [f32],
        command: &Command<'_>,
        counters: &mut Counters,
    ) -> Result<f32, CommandError> {
        match command {
            Command::Sample {
                weight,
                features,
                target,
            } => self.sample(staging, *weight, (features, target), counters),
            Command::Advance if self.fit.replays() => {
                let before = self.fit.steps();
                for row in staging.rchunks_exact(self.features + 2).take(self.rows) {
                    if let [features @ .., target, weight] = row {
                        self.fit.add(features, *target, *weight)?;
                    }
                }
                self.fit.advance()?;
                if self.fit.steps() > before {
                    count_step(self.fit.steps(), counters);
                }
                Ok(self.fit.solver().map_or(0.0, |solver| solver.cost()))
            }
            _ => Err(CommandError::Unsupported),
        }
    }

    fn sample(
        &mut self,
        staging: &mut [f32],
        weight: f32,
        (features, target): (&Numbers<'_>, &Numbers<'_>),
        counters: &mut Counters,
    ) -> Result<f32, CommandError> {
        if self.fit.replays() && self.fit.steps() > 0 {
            return Err(CommandError::AlreadyStarted);
        }
        if !(weight >= 0.0 && weight.is_finite()) {
            return Err(Fault::Weight.into());
        }
        for (numbers, need) in [(features, self.features), (target, 1)] {
            if numbers.len() != need {
                let (need, got) = (need as u32, numbers.len() as u32);
                return Err(Fault::Length { need, got }.into());
            }
        }
        if let Some(index) = features.iter().position(|x| !x.is_finite()) {
            let index = index as u16;
            return Err(Fault::Feature { index }.into());
        }
        if !target.iter().all(f32::is_finite) {
            return Err(Fault::Target { index: 0 }.into());
        }
        let width = self.features + 2;
        let (need, got) = ((self.rows + 1) * width, staging.len());
        let (need, got) = (need as u32, got as u32);
        let mut places = staging.rchunks_exact_mut(width);
        let Some(row) = places.nth(self.rows) else {
            return Err(Fault::Arena { need, got }.into());
        };
        for (place, number) in row
            .iter_mut()
            .zip(features.iter().chain(target.iter()).chain([weight]))
        {
            *place = number;
        }
        let mut error = 0.0;
        if self.fit.replays() {
            self.rows += 1;
        } else if let [features @ .., target, weight] = &*row {
            let before = self.fit.steps();
            error = self.fit.add(features, *target, *weight)?;
            if self.fit.steps() > before {
                count_step(self.fit.steps(), counters);
            }
        }
        if weight > 0.0 {
            counters.samples = counters.samples.saturating_add(1);
        }
        Ok(error)
    }
}
