//! Steps of an optimizer towards an aggregate.

use super::member::{Member, check};
use crate::optimizer::{AnyOptimizer, Optimizer, OptimizerVisitor, STEEPEST};
use crate::{Fault, Real};

/// Moves `parameters` by a step of an optimizer whose gradient is what they are away from `aim`: the
/// aggregate of a round (Reddi et al. 2021). `state` has the optimizer's
/// [`slots`](Optimizer::slots) for each parameter, and then its [`shared`](Optimizer::shared) numbers,
/// all 0 before the first step.
///
/// # Errors
/// [`Fault::Length`], [`Fault::Setting`] of the optimizer, [`Fault::Gradient`] and [`Fault::Update`];
/// then nothing has changed.
pub fn step<T: Real>(
    optimizer: AnyOptimizer<T>,
    parameters: &mut [T],
    state: &mut [T],
    aim: &[T],
) -> Result<(), Fault> {
    optimizer.check().map_err(Fault::Setting)?;
    check(&[Member::new(aim, 1.0)], parameters.len())?;
    optimizer.visit(Stepping {
        parameters,
        state,
        aim,
    })
}

/// Step of an optimizer as its own type.
struct Stepping<'a, T> {
    parameters: &'a mut [T],
    state: &'a mut [T],
    aim: &'a [T],
}

impl<T: Real> OptimizerVisitor<T> for Stepping<'_, T> {
    type Output = Result<(), Fault>;

    fn visit<O: Optimizer<T> + Copy>(self, optimizer: O) -> Self::Output {
        let slots = self.parameters.len() * optimizer.slots();
        let (need, got) = (slots + optimizer.shared(), self.state.len());
        if need != got {
            let (need, got) = (need as u32, got as u32);
            return Err(Fault::Length { need, got });
        }
        let (state, shared) = self.state.split_at_mut(slots);
        let coefficients = optimizer.step_coefficients(shared, T::ONE);
        let gain = optimizer.gain(&coefficients);
        let pairs = self.parameters.iter().zip(self.aim);
        let (largest, steepest) =
            pairs.fold((T::ZERO, T::ZERO), |(largest, steepest), (&p, &aim)| {
                (
                    largest.larger(p.abs()),
                    steepest.larger(((p - aim) * gain).abs()),
                )
            });
        if !(steepest <= T::from_f64(STEEPEST)) {
            return Err(Fault::Gradient);
        }
        if !(largest + optimizer.max_update(&coefficients, steepest)).is_finite() {
            return Err(Fault::Update);
        }
        let mut state = state.chunks_mut(optimizer.slots().max(1));
        for (parameter, &aim) in self.parameters.iter_mut().zip(self.aim) {
            let state = state.next().unwrap_or_default();
            let gradient = (*parameter - aim) * gain;
            *parameter = optimizer.update(&coefficients, *parameter, state, gradient);
            optimizer.after_step(&coefficients, *parameter, state);
        }
        optimizer.advance(&coefficients, shared);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimizer::{Adam, Momentum, Sgd};

    #[test]
    fn steps_go_towards_the_aggregate() {
        let aim = [1.0f32, -2.0];
        let mut parameters = [0.0, 0.0];
        step(
            AnyOptimizer::Sgd(Sgd::new(0.5)),
            &mut parameters,
            &mut [],
            &aim,
        )
        .unwrap();
        assert_eq!(parameters, [0.5, -1.0]);
        let momentum = AnyOptimizer::Momentum(Momentum::new(0.5));
        let adam = AnyOptimizer::Adam(Adam::new(0.1));
        for (optimizer, len) in [(momentum, 2), (adam, 6)] {
            let (mut parameters, mut state) = ([0.0f32; 2], [0.0; 6]);
            for _ in 0..200 {
                step(optimizer, &mut parameters, &mut state[..len], &aim).unwrap();
            }
            let gap = (parameters[0] - 1.0).abs() + (parameters[1] + 2.0).abs();
            assert!(gap < 0.05, "{optimizer:?} {parameters:?}");
            let before = (parameters, state);
            let refused = step(optimizer, &mut parameters, &mut state[..len], &[1e30, 0.0]);
            assert_eq!(
                (refused, (parameters, state)),
                (Err(Fault::Gradient), before)
            );
            let refused = step(optimizer, &mut parameters, &mut state[..1], &aim);
            assert!(matches!(refused, Err(Fault::Length { got: 1, .. })));
        }
    }
}
