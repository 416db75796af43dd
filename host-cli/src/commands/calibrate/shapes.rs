//! Formulas of the shapes, and starts by linearization.

use crate::options::spec::ShapeSpec;

/// The rows of a calibration.
pub(super) struct Rows {
    /// What the sensor reads, column by column.
    pub(super) sensor: Vec<Vec<f64>>,
    /// What is true.
    pub(super) reference: Vec<f64>,
}

/// A formula, and where its parameters start.
pub(super) struct Start {
    pub(super) formula: String,
    pub(super) start: Vec<(String, f64)>,
}

/// 0 °C in kelvin.
const ICE: f64 = 273.15;

/// The formula of a shape, and a start by what is linear in it.
///
/// # Errors
/// What the rows lack.
pub(super) fn start(
    shape: ShapeSpec,
    rows: &Rows,
    names: &[String],
    kelvin: bool,
) -> Result<Start, String> {
    let (x, y) = (&rows.sensor[0], &rows.reference);
    let (name, ones) = (&names[0], vec![1.0; y.len()]);
    let needed = match shape {
        ShapeSpec::TwoPoint | ShapeSpec::PowerLaw => 2,
        ShapeSpec::Polynomial(degree) => usize::from(degree) + 1,
        ShapeSpec::FourPl => 4,
        ShapeSpec::SteinhartHart => 3,
        ShapeSpec::Ellipsoid => 9,
    };
    let mut different = x.clone();
    different.sort_by(f64::total_cmp);
    different.dedup();
    if different.len() < needed {
        return Err(format!(
            "`{shape}` needs at least {needed} different readings, and there are {}",
            different.len()
        ));
    }
    let positive = |what: &str, values: &[f64]| match values.iter().find(|value| **value <= 0.0) {
        Some(value) => Err(format!(
            "`{shape}` is of {what} above 0, and one is {value}; correct the row or leave it out"
        )),
        None => Ok(()),
    };
    let map =
        |values: &[f64], of: fn(f64) -> f64| values.iter().map(|&v| of(v)).collect::<Vec<_>>();
    let named = |names: &[&str], values: Vec<f64>| -> Vec<(String, f64)> {
        names
            .iter()
            .map(|name| name.to_string())
            .zip(values)
            .collect()
    };
    Ok(match shape {
        ShapeSpec::TwoPoint => Start {
            formula: format!("offset + slope*{name}"),
            start: named(&["offset", "slope"], linear(&[ones, x.clone()], y)),
        },
        ShapeSpec::Polynomial(degree) => {
            let powers: Vec<Vec<f64>> = (0..=i32::from(degree))
                .map(|power| x.iter().map(|x| x.powi(power)).collect())
                .collect();
            let mut formula = format!("c{degree}");
            for power in (0..degree).rev() {
                formula = match power + 1 == degree {
                    true => format!("c{power} + {name}*{formula}"),
                    false => format!("c{power} + {name}*({formula})"),
                };
            }
            let names: Vec<String> = (0..=degree).map(|power| format!("c{power}")).collect();
            Start {
                formula,
                start: names.into_iter().zip(linear(&powers, y)).collect(),
            }
        }
        ShapeSpec::PowerLaw => {
            positive("readings", x)?;
            positive("true values", y)?;
            let line = linear(&[ones, map(x, f64::ln)], &map(y, f64::ln));
            Start {
                formula: format!("a*{name}^b"),
                start: named(&["a", "b"], vec![line[0].exp(), line[1]]),
            }
        }
        ShapeSpec::FourPl => {
            positive("readings", x)?;
            Start {
                formula: format!("d + (a - d)/(1 + ({name}/c)^b)"),
                start: named(&["a", "b", "c", "d"], four(x, y)),
            }
        }
        ShapeSpec::SteinhartHart => {
            positive("resistances", x)?;
            let above = if kelvin { 0.0 } else { ICE };
            let kelvins: Vec<f64> = y.iter().map(|t| t + above).collect();
            positive("absolute temperatures", &kelvins)?;
            let logs = map(x, f64::ln);
            let cubes = map(&logs, |log| log * log * log);
            let inverses = map(&kelvins, |t| 1.0 / t);
            let formula = format!("1/(A + B*ln({name}) + C*ln({name})^3)");
            Start {
                formula: match kelvin {
                    true => formula,
                    false => format!("{formula} - {ICE}"),
                },
                start: named(&["A", "B", "C"], linear(&[ones, logs, cubes], &inverses)),
            }
        }
        ShapeSpec::Ellipsoid => ellipsoid(rows, names)?,
    })
}

/// Start of the logistic curve: levels a little beyond the data, the middle by interpolation,
/// and the steepness as the slope of the logit over the logarithm.
fn four(x: &[f64], y: &[f64]) -> Vec<f64> {
    let mut pairs: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    pairs.sort_by(|one, other| one.0.total_cmp(&other.0));
    let tenth = (pairs.len() / 10).max(1);
    let mean =
        |pairs: &[(f64, f64)]| pairs.iter().map(|pair| pair.1).sum::<f64>() / pairs.len() as f64;
    let (first, last) = (mean(&pairs[..tenth]), mean(&pairs[pairs.len() - tenth..]));
    let room = 0.05 * (last - first);
    let (a, d) = (first - room, last + room);
    let (mut logs, mut logits) = (Vec::new(), Vec::new());
    for &(x, y) in &pairs {
        let share = (a - y) / (y - d);
        if share > 0.0 {
            logs.push(x.ln());
            logits.push(share.ln());
        }
    }
    // (y − d) (1 + (x/c)ᵇ) = a − d: the share is (x/c)ᵇ.
    let line = linear(&[vec![1.0; logs.len()], logs], &logits);
    match line[..] {
        [at, b] if b.is_finite() && b != 0.0 => vec![a, b, (-at / b).exp(), d],
        _ => vec![a, 1.0, pairs[pairs.len() / 2].0, d],
    }
}

/// Start of an ellipsoid: its middle, and the reach of each axis.
fn ellipsoid(rows: &Rows, names: &[String]) -> Result<Start, String> {
    let ends = |values: &[f64]| {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (low, high)
    };
    let radius = rows.reference.iter().sum::<f64>() / rows.reference.len() as f64;
    let ends: Vec<(f64, f64)> = rows.sensor.iter().map(|values| ends(values)).collect();
    if let Some((name, (value, _))) = names.iter().zip(&ends).find(|(_, ends)| ends.0 == ends.1) {
        return Err(format!(
            "`{}` is {value} in every row, which tells nothing of that axis; turn the sensor in all \
             directions, or name other columns with `--sensor`",
            name.trim_matches('"')
        ));
    }
    let factor = |at: usize| 2.0 * radius / (ends[at].1 - ends[at].0);
    let middle = |at: usize| (ends[at].0 + ends[at].1) / 2.0;
    let [x, y, z] = [0, 1, 2].map(|at| format!("({} - {})", names[at], ["x0", "y0", "z0"][at]));
    let start = [
        ("xx", factor(0)),
        ("xy", 0.0),
        ("xz", 0.0),
        ("yy", factor(1)),
        ("yz", 0.0),
        ("zz", factor(2)),
        ("x0", middle(0)),
        ("y0", middle(1)),
        ("z0", middle(2)),
    ];
    Ok(Start {
        formula: format!("sqrt((xx*{x} + xy*{y} + xz*{z})^2 + (yy*{y} + yz*{z})^2 + (zz*{z})^2)"),
        start: start.map(|(name, value)| (name.to_string(), value)).into(),
    })
}

/// Factors of columns whose sum is nearest to `y` by squares: by orthogonal columns (Gram and
/// Schmidt, modified); 0 of a column that others make up.
pub(super) fn linear(columns: &[Vec<f64>], y: &[f64]) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let count = columns.len();
    let (mut rest, mut columns) = (y.to_vec(), columns.to_vec());
    let (mut upper, mut right) = (vec![vec![0.0; count]; count], vec![0.0; count]);
    for at in 0..count {
        let own = columns[at].clone();
        let square = dot(&own, &own);
        if square <= 0.0 {
            continue;
        }
        upper[at][at] = 1.0;
        for other in at + 1..count {
            let share = dot(&own, &columns[other]) / square;
            upper[at][other] = share;
            for (value, own) in columns[other].iter_mut().zip(&own) {
                *value -= share * own;
            }
        }
        right[at] = dot(&own, &rest) / square;
        for (value, own) in rest.iter_mut().zip(&own) {
            *value -= right[at] * own;
        }
    }
    for at in (0..count).rev() {
        let later: f64 = (at + 1..count)
            .map(|other| upper[at][other] * right[other])
            .sum();
        right[at] -= later;
    }
    right
}
