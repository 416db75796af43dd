//! Features that leave parameters of a linear or polynomial model open, for others tell what they do.

use downhill::Real;
use downhill::model::AnyModel;
use downhill_tables::shell_word;

use super::problem::Problem;
use crate::data::dependence::Gram;
use crate::data::names;
use crate::model::parameters;

/// Most names that a cure lists.
const MOST_NAMED: usize = 20;

/// The feature that tells nothing of its own in the training rows, and what to do; `None` of a formula,
/// or where no feature is the cause.
pub(super) fn of<T: Real>(problem: &Problem<T>) -> Option<String> {
    let width = problem.data.features.len();
    let factors = match &problem.estimation.model {
        AnyModel::Linear(_) => Vec::new(),
        AnyModel::Polynomial(model) => parameters::factors(width, model.degree().0.into()),
        _ => return None,
    };
    feature(problem).or_else(|| products(problem, &factors))
}

/// The feature that is constant, or a combination of others.
fn feature<T: Real>(problem: &Problem<T>) -> Option<String> {
    let data = &problem.data;
    let width = data.features.len();
    let numbers = data.training().map(|row| {
        let numbers = row.features.iter().map(|x| x.to_f64());
        (numbers, row.weight.to_f64())
    });
    let gram = Gram::of(width, numbers.clone())?;
    let name = |at: usize| format!("`{}`", data.features[at]);
    let constant = (0..width).find(|&at| gram.deviation(at) == 0.0);
    let (column, cause) = if let Some(at) = constant {
        let value = gram.mean(at) + data.origins.feature(at);
        (at, format!("{} is {value} in every training row", name(at)))
    } else if let Some(pair) = gram.collinear(width).iter().find(|pair| pair.is_exact()) {
        let [a, b] = [pair.a, pair.b].map(name);
        let cause = format!("{b} is a multiple of {a}, but for a constant");
        (pair.b, cause)
    } else {
        let rows = numbers.map(|row| row.0);
        let found = gram.combinations(width, rows).into_iter().next()?;
        let of: Vec<String> = found.of.iter().map(|&at| name(at)).collect();
        let cause = format!(
            "{} is a combination of {}",
            name(found.column),
            of.join(", ")
        );
        (found.column, cause)
    };
    let kept = data.features.iter().enumerate();
    let kept: Vec<String> = kept
        .filter(|(at, _)| *at != column)
        .map(|(_, name)| names::quote(name))
        .collect();
    let cure = match (kept.len(), &data.signal) {
        (1..=MOST_NAMED, None) => format!(
            "leave it out with `--features {}`",
            shell_word(&kept.join(","))
        ),
        _ => "leave it out of `--features`".into(),
    };
    Some(singular(&cause, &cure))
}

/// The products of features, with these factors, that tell nothing of their own.
fn products<T: Real>(problem: &Problem<T>, factors: &[Vec<usize>]) -> Option<String> {
    let rows = problem.data.training().map(|row| {
        let product = move |own: &Vec<usize>| {
            let factors = own.iter().map(|&at| row.features[at].to_f64());
            factors.product::<f64>()
        };
        (factors.iter().map(product), row.weight.to_f64())
    });
    let dependent = Gram::of(factors.len(), rows)?.dependent(factors.len());
    let names: Vec<&String> = dependent.iter().map(|&at| &problem.names[at]).collect();
    let [first, ..] = names[..] else {
        return None;
    };
    let cause = match names.len() {
        1 => format!("`{first}` tells what other terms do"),
        more => format!("`{first}` and {} more terms tell what others do", more - 1),
    };
    let held: Vec<String> = names.iter().map(|name| format!("{name}=0..0")).collect();
    let cure = match held.len() {
        ..=MOST_NAMED => format!(
            "hold at 0 what others tell: `--bounds '{}'`",
            held.join(",")
        ),
        _ => "use `--model linear`, or fewer `--features`".into(),
    };
    Some(singular(&cause, &cure))
}

fn singular(cause: &str, cure: &str) -> String {
    format!("the fit is singular: {cause}, so that its parameter is open; {cure}")
}
