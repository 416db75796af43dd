//! Standard deviations of features, row by row.

use downhill::Real;
use downhill_tables::Table;

use crate::data::columns;
use crate::data::samples::Samples;
use crate::options::spec::SigmaXSpec;
use crate::support::failure::{Failure, Outcome};

/// The standard deviation of each feature of each sample, 0 of a feature without errors.
pub(crate) fn read<T: Real>(
    table: &Table,
    specs: &[SigmaXSpec],
    features: &[String],
    samples: &Samples<T>,
) -> Outcome<Vec<f64>> {
    let mut found = vec![0.0; samples.len() * features.len()];
    let mut seen = Vec::new();
    for spec in specs {
        let at = place(spec, features)?;
        if seen.contains(&at) {
            return Err(Failure::Usage(format!(
                "`--sigma-x` names two columns for `{}`; name one",
                features[at]
            )));
        }
        seen.push(at);
        let name = columns::one(table, &spec.column);
        let column = columns::numeric(table, &name)?;
        let mut row = 0;
        for (sample, own) in samples.iter().zip(found.chunks_mut(features.len())) {
            while table.lines.of(row) != sample.line {
                row += 1;
            }
            let sigma = table.columns[column].values[row];
            if !(sigma >= 0.0 && sigma.is_finite()) {
                let place = table.files.place(sample.line);
                let what = match sigma.is_nan() {
                    true => "missing".into(),
                    false => format!("{sigma}"),
                };
                return Err(Failure::Input(format!(
                    "{place}, column `{name}`: the standard deviation is {what}, and must be at \
                     least 0; correct it, or leave the row out"
                )));
            }
            own[at] = sigma;
        }
    }
    Ok(found)
}

/// The feature that a column is of.
fn place(spec: &SigmaXSpec, features: &[String]) -> Outcome<usize> {
    match (&spec.feature, features) {
        (None, [_]) => Ok(0),
        (None, _) => Err(Failure::Usage(format!(
            "`--sigma-x {}` does not say of which column; write `--sigma-x {}={}`",
            spec.column,
            features.first().map_or("x", String::as_str),
            spec.column
        ))),
        (Some(name), _) => features.iter().position(|own| own == name).ok_or_else(|| {
            let names: Vec<&str> = features.iter().map(String::as_str).collect();
            Failure::Usage(format!(
                "`--sigma-x` names `{name}`, which the formula does not use; it uses {}",
                downhill_tables::suggest::quoted(&names)
            ))
        }),
    }
}
