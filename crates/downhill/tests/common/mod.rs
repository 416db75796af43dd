//! Helpers of the core's tests: every choice of a registry.

use downhill::optimizer::{AnyOptimizer, OPTIMIZERS};
use downhill::registry::Argument;
use downhill::rules::{Curve, SCHEDULES};

/// Numbers that a choice may have: the usual ones, and 0.9 or 7 where there are none.
fn numbers(arguments: &[Argument]) -> Vec<f64> {
    let number = |argument: &Argument| {
        let tried = [0.9, 7.0].into_iter();
        let possible = { tried }.find(|&x| argument.range.contains(x));
        argument.default.or(possible).unwrap()
    };
    arguments.iter().map(number).collect()
}

/// Every curve; one that lasts a whole fit lasts so many steps.
pub(crate) fn curves(steps: u32) -> Vec<Curve<f32>> {
    let curve = |name, arguments| Curve::named(name, &numbers(arguments), steps).unwrap();
    let all = SCHEDULES.iter();
    all.map(|choice| curve(choice.name, choice.arguments))
        .collect()
}

/// Every optimizer, at this learning rate.
pub(crate) fn optimizers(rate: f64) -> Vec<AnyOptimizer<f32>> {
    let all = OPTIMIZERS.iter().map(|choice| {
        let numbers = numbers(choice.arguments);
        AnyOptimizer::named(choice.name, choice.variant, rate, &numbers).unwrap()
    });
    all.collect()
}
