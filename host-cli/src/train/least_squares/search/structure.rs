//! Structure of a formula: the parameters it is linear in, and the part of it below what can be
//! undone.

use std::ops::Range;

use downhill::Real;
use downhill::model::formula::{Op, Program};

/// Set of parameters, a bit each.
pub(super) type Set = u128;

/// A value on the way: the steps that make it, and what it depends on.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Its steps, the last one included.
    pub(super) steps: Range<usize>,
    pub(super) parameters: Set,
    /// True where a column has a part in it.
    pub(super) varies: bool,
}

/// The operands of each step, and its result.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) op: Op,
    /// True where the operands stand the other way round on the stack.
    pub(super) swapped: bool,
    pub(super) operands: Vec<Node>,
    pub(super) result: Node,
}

/// The steps of a program as a tree.
pub(super) fn steps(program: &Program<f64>) -> Vec<Step> {
    let mut stack: Vec<Node> = Vec::new();
    let mut steps = Vec::new();
    let mut members = 0usize;
    for (at, &op) in program.steps().iter().enumerate() {
        let mut operands = stack.split_off(stack.len().saturating_sub(op.takes()));
        let start = operands.first().map_or(at, |node| node.steps.start);
        let own = match op {
            Op::Parameter(index) => bit(index.into()),
            Op::Own(first) => (0..members).fold(0, |set, at| set | bit(usize::from(first) + at)),
            _ => 0,
        };
        if let Op::Member(count) = op {
            members = count.into();
        }
        let swapped = op == Op::Under;
        if swapped {
            operands.reverse();
        }
        let result = Node {
            steps: start..at + 1,
            parameters: operands.iter().fold(own, |set, node| set | node.parameters),
            varies: matches!(op, Op::Feature(_)) || operands.iter().any(|node| node.varies),
        };
        stack.push(result.clone());
        steps.push(Step {
            op: if swapped { Op::Divide } else { op },
            swapped,
            operands,
            result,
        });
    }
    steps
}

pub(super) fn bit(index: usize) -> Set {
    1u128.checked_shl(index as u32).unwrap_or(0)
}

/// The parameters in a set, in order.
pub(super) fn members(set: Set) -> impl Iterator<Item = usize> {
    (0..128).filter(move |&index| set & bit(index) != 0)
}

/// Parameters that a program is linear in, all of them together.
pub(super) fn linear(program: &Program<f64>) -> Set {
    let steps = steps(program);
    let Some(last) = steps.last() else {
        return 0;
    };
    let mut candidates = last.result.parameters;
    let mut pairs = Vec::new();
    for step in &steps {
        let sets = step.operands.iter().map(|node| node.parameters);
        match (step.op, &sets.collect::<Vec<_>>()[..]) {
            (Op::Add | Op::Subtract | Op::Negate, _) => {}
            (Op::Multiply, &[a, b]) => {
                candidates &= !(a & b);
                pairs.push((a, b));
            }
            (Op::Divide, &[_, below]) => candidates &= !below,
            (Op::Select, &[_, when, _]) => candidates &= !when,
            (_, sets) => candidates &= sets.iter().fold(!0, |left, set| left & !set),
        }
    }
    // Of those that are multiplied with each other, the one that meets most others goes.
    let others = |of: usize, set: Set| {
        let met = |&(a, b): &(Set, Set)| match (a & bit(of) != 0, b & bit(of) != 0) {
            (true, _) => b,
            (_, true) => a,
            _ => 0,
        };
        let met = pairs.iter().map(met).fold(0, |met, set| met | set);
        (met & set & !bit(of)).count_ones()
    };
    loop {
        let worst = members(candidates).max_by_key(|&of| others(of, candidates));
        match worst.filter(|&of| others(of, candidates) > 0) {
            Some(of) => candidates &= !bit(of),
            None => return candidates,
        }
    }
}

/// An operation that a part of a formula goes through, and that can be undone.
#[derive(Clone, Copy, Debug)]
enum Undo<'a> {
    One(Op),
    /// With a part without parameters, to the left or to the right.
    Two(Op, &'a Program<f64>, bool),
}

/// The part below all that can be undone, and the targets as seen from there: NaN where a target has
/// no such.
pub(super) fn peel<'a>(
    program: &Program<f64>,
    rows: impl Iterator<Item = (&'a [f64], f64)> + Clone,
) -> Option<(Program<f64>, Vec<f64>)> {
    let mut targets: Vec<f64> = rows.clone().map(|(_, target)| target).collect();
    let mut part = *program;
    let mut peeled = false;
    loop {
        let all = steps(&part);
        let step = all.last()?;
        let (inner, other) = match &step.operands[..] {
            [one] => (one, None),
            [left, right] if left.parameters == 0 => (right, Some((left, true))),
            [left, right] if right.parameters == 0 => (left, Some((right, false))),
            _ => break,
        };
        if inner.parameters == 0 {
            break;
        }
        let known = match other {
            Some((node, _)) => Some(part.part(node.steps.clone())?),
            None => None,
        };
        let undo = match (&known, other) {
            (Some(known), Some((_, is_left))) => Undo::Two(step.op, known, is_left),
            _ => Undo::One(step.op),
        };
        if !undo.is_possible() {
            break;
        }
        for (target, (features, _)) in targets.iter_mut().zip(rows.clone()) {
            *target = undo.apply(*target, features);
        }
        peeled |= undo.bends();
        part = part.part(inner.steps.clone())?;
    }
    peeled.then_some((part, targets))
}

impl Undo<'_> {
    fn is_possible(&self) -> bool {
        match self {
            Self::One(op) => matches!(
                op,
                Op::Exp | Op::Ln | Op::Log10 | Op::Sqrt | Op::Negate | Op::Whole(-1)
            ),
            Self::Two(op, ..) => {
                matches!(op, Op::Add | Op::Subtract | Op::Multiply | Op::Divide)
            }
        }
    }

    /// True where what is linear above it is not below, or the other way round.
    fn bends(&self) -> bool {
        match self {
            Self::One(op) => *op != Op::Negate,
            Self::Two(op, _, is_left) => *op == Op::Divide && *is_left,
        }
    }

    /// The number that becomes `y` by it.
    fn apply(&self, y: f64, features: &[f64]) -> f64 {
        match *self {
            Self::One(Op::Exp) => Real::ln(y),
            Self::One(Op::Ln) => Real::exp(y),
            Self::One(Op::Log10) => Real::pow(10.0, y),
            Self::One(Op::Sqrt) => y * y,
            Self::One(Op::Negate) => -y,
            Self::One(_) => 1.0 / y,
            Self::Two(op, known, is_left) => {
                let known = known.eval::<f64>(&[], features);
                match (op, is_left) {
                    (Op::Add, _) => y - known,
                    (Op::Subtract, true) => known - y,
                    (Op::Subtract, false) => y + known,
                    (Op::Multiply, _) => y / known,
                    (_, true) => known / y,
                    (_, false) => y * known,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use downhill::model::formula;

    use super::*;

    fn program(text: &str) -> Program<f64> {
        formula::parse::<f64>(text, "y", |name| name == "x")
            .unwrap()
            .program
    }

    #[test]
    fn linear_parameters_are_found() {
        for (text, right) in [
            ("a + b*x", 0b11),
            ("a*exp(-b*x) + c", 0b101),
            ("a + (b - a)/(1 + (x/c)^d)", 0b11),
            ("y0 + k1*min(x - x0, 0) + k2*max(x - x0, 0)", 0b1011),
            ("a*sin(w*x + p) + c", 0b1001),
            ("1/(a + b*log(x) + c*log(x)^3)", 0),
            ("a*x/(k + x)", 0b1),
        ] {
            assert_eq!(linear(&program(text)), right, "{text}");
        }
        assert_eq!(linear(&program("a*b*x + c")).count_ones(), 2);
    }

    #[test]
    fn a_reciprocal_is_undone() {
        let model = program("1/(a + b*log(x) + c*log(x)^3) - 273.15");
        let row = ([2.0], 1.0);
        let rows = [(&row.0[..], row.1)];
        let (inner, targets) = peel(&model, rows.into_iter()).unwrap();
        assert_eq!(linear(&inner), 0b111);
        assert!((targets[0] - 1.0 / 274.15).abs() < 1e-15);
        assert!(peel(&program("a*exp(-b*x)"), rows.into_iter()).is_none());
    }
}
