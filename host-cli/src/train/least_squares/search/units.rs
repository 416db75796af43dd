//! Units of a formula's parameters, as far as those of its columns and of the target tell them.

use downhill::model::formula::{Op, Program};

use super::structure::steps;

/// Powers of the units of each feature, and last of the target.
pub(super) type Unit = Vec<f64>;

/// Powers of the features' units, of the target's, and of each parameter's.
type Form = Vec<f64>;

/// The unit of each parameter; one that nothing tells is a pure number.
pub(super) fn units(program: &Program<f64>) -> Vec<Unit> {
    let (features, parameters) = (program.features(), program.parameters());
    let known = features + 1;
    let width = known + parameters;
    let single = |at: usize| {
        let mut form = vec![0.0; width];
        form[at] = 1.0;
        form
    };
    let scaled = |form: &Form, by: f64| form.iter().map(|x| x * by).collect::<Form>();
    let sum = |a: &Form, b: &Form, by: f64| {
        let pairs = a.iter().zip(b);
        pairs.map(|(a, b)| a + by * b).collect::<Form>()
    };
    let mut equations = Equations {
        known,
        rows: Vec::new(),
    };
    // `None` is of any unit, as a number is.
    let mut forms: Vec<Option<Form>> = Vec::new();
    for step in steps(program) {
        let mut taken = forms.split_off(forms.len() - step.op.takes());
        if step.swapped {
            taken.reverse();
        }
        let form = match (step.op, &taken[..]) {
            (Op::Feature(at), _) => Some(single(at.into())),
            (Op::Parameter(at), _) => Some(single(known + usize::from(at))),
            (Op::Number(_) | Op::Own(_), _) => None,
            (Op::Add | Op::Subtract | Op::Minimum | Op::Maximum, [a, b]) => match (a, b) {
                (Some(a), Some(b)) => {
                    equations.add(sum(a, b, -1.0));
                    Some(a.clone())
                }
                (a, b) => a.clone().or(b.clone()),
            },
            (Op::Multiply | Op::Divide, [a, b]) => {
                let by = if step.op == Op::Divide { -1.0 } else { 1.0 };
                match (a, b) {
                    (Some(a), Some(b)) => Some(sum(a, b, by)),
                    (None, Some(b)) => Some(scaled(b, by)),
                    (a, None) => a.clone(),
                }
            }
            (Op::Whole(power), [Some(a)]) => Some(scaled(a, power.into())),
            (Op::Sqrt, [Some(a)]) => Some(scaled(a, 0.5)),
            (Op::Negate | Op::Abs, [a]) => a.clone(),
            (Op::Power, [base, exponent]) => {
                equations.pure(exponent.as_ref());
                let base = base.clone().unwrap_or_else(|| vec![0.0; width]);
                let has = |places: std::ops::Range<usize>| base[places].iter().any(|&x| x != 0.0);
                // A ratio is a pure number; powers that are added to each other are of one unit.
                if has(0..known) && has(known..width) {
                    equations.add(base);
                    Some(vec![0.0; width])
                } else {
                    Some(base)
                }
            }
            (Op::Ln | Op::Log10, _) => Some(vec![0.0; width]),
            (_, taken) => {
                for form in taken {
                    equations.pure(form.as_ref());
                }
                Some(vec![0.0; width])
            }
        };
        forms.push(form);
    }
    if let Some(Some(result)) = forms.pop() {
        equations.add(sum(&result, &single(features), -1.0));
    }
    equations.solve(parameters)
}

/// Forms that are to be 0, as far as they do not contradict each other.
struct Equations {
    known: usize,
    /// Each with the place of its leading parameter, whose factor is 1 and which no other has.
    rows: Vec<(usize, Form)>,
}

impl Equations {
    fn pure(&mut self, form: Option<&Form>) {
        if let Some(form) = form {
            self.add(form.clone());
        }
    }

    fn add(&mut self, mut form: Form) {
        for (lead, row) in &self.rows {
            let share = form[*lead];
            for (x, y) in form.iter_mut().zip(row) {
                *x -= share * y;
            }
        }
        let Some(lead) = (self.known..form.len()).find(|&at| form[at].abs() > 1e-9) else {
            return;
        };
        let first = form[lead];
        for x in &mut form {
            *x /= first;
        }
        for (_, row) in &mut self.rows {
            let share = row[lead];
            for (x, y) in row.iter_mut().zip(&form) {
                *x -= share * y;
            }
        }
        self.rows.push((lead, form));
    }

    fn solve(&self, parameters: usize) -> Vec<Unit> {
        let mut units = vec![vec![0.0; self.known]; parameters];
        for (lead, row) in &self.rows {
            units[lead - self.known] = row[..self.known].iter().map(|x| -x).collect();
        }
        units
    }
}

#[cfg(test)]
mod tests {
    use downhill::model::formula;

    use super::*;

    #[test]
    fn units_follow_from_the_columns() {
        let of = |text: &str| {
            let program = formula::parse::<f64>(text, "y", |name| name == "x");
            units(&program.unwrap().program)
        };
        let (x, y, pure, rate) = ([1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [-1.0, 0.0]);
        assert_eq!(of("a*exp(-b*x) + c"), [y, rate, y]);
        assert_eq!(of("a*exp(-((x - m)/s)^2)"), [y, x, x]);
        assert_eq!(of("a*sin(w*x + p)"), [y, rate, pure]);
        assert_eq!(of("v*x/(k + x)"), [y, x]);
        assert_eq!(of("a + b*x"), [y, [-1.0, 1.0]]);
        assert_eq!(of("a/(1 + exp(b - c*x))"), [y, pure, rate]);
        assert_eq!(of("v*x^n/(k^n + x^n)"), [y, pure, x]);
        assert_eq!(of("d + (a - d)/(1 + (x/c)^b)"), [y, y, x, pure]);
    }
}
