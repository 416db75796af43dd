//! A formula on the command line: its text, the columns it uses, and its parameters.

pub(crate) mod infix;
mod names;
mod refused;

use downhill::Real;
use downhill::model::AnyModel;
use downhill::model::formula::{self, Parsed, Program};
use downhill_tables::Table;
use downhill_tables::suggest::{nearest, quoted};
use serde::{Deserialize, Serialize};

use crate::data::columns;
use crate::data::features::{Feature, ResolvedFeature};
use crate::data::origins::Origins;
use crate::options::FitOptions;
use crate::options::spec::{ModelSpec, RangeSpec, StartSpec};
use crate::support::failure::{Failure, Outcome};
use crate::support::messages;

use names::{Fixed, Groups, Known, shared};

/// Most that a number beside a column may be, as a multiple of the column's own, for sums of both
/// to hold what the column does in `f32`.
const MOST_BESIDE: f64 = 512.0;

/// A formula that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Formula {
    /// Its text, as it was given.
    pub(crate) text: String,
    /// Its parameters, in the program's order.
    pub(crate) parameters: Vec<String>,
    /// Their start values; 0 where one is to be searched.
    pub(crate) start: Vec<f64>,
    /// The start values that were given.
    #[serde(skip)]
    pub(crate) given: Vec<Option<f64>>,
    /// Parameters that are not fitted, and their values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) fixed: Vec<Fixed>,
    /// The columns it uses, in the program's order.
    #[serde(skip)]
    features: Vec<String>,
    /// Those that tell groups apart.
    #[serde(skip)]
    grouping: Vec<bool>,
    #[serde(skip)]
    groups: Vec<Groups>,
    #[serde(skip)]
    target: String,
    /// True where its last `+ e` was left out.
    #[serde(skip)]
    without_error: bool,
    /// Origin of each column, and how large a number beside it may be; empty where none has one.
    #[serde(skip)]
    origins: Vec<(f64, f64)>,
}

impl Formula {
    /// The formula of `--model`, if that is one: its columns are there, and each parameter has
    /// a start.
    pub(crate) fn of(options: &FitOptions, table: &Table) -> Outcome<Option<Self>> {
        let Some(text) = options.formula() else {
            return Ok(None);
        };
        if !options.features.is_empty() {
            return Err(Failure::Usage(
                "a formula says itself which columns it uses; leave out `--features`".into(),
            ));
        }
        let columns: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
        // Before the formula, for every name in it would be a parameter else.
        let target = options.target.as_deref().unwrap_or_default();
        table.find(target)?;
        let groups = names::groups(text, table);
        let starts_told = options.start.iter().map(|spec| shared(&spec.parameter));
        let bounds_told = options.bounds.iter().map(|spec| shared(&spec.parameter));
        let told = starts_told.chain(bounds_told).collect();
        let mut known = Known {
            columns: &columns,
            told,
            fixed: &[],
            groups: &groups,
        };
        let fixed = fixed(&options.fix, &parse::<f64>(text, target, &known)?, &known)?;
        known.fixed = &fixed;
        let parsed = parse::<f64>(text, target, &known)?;
        let parameters = parameters(&parsed, &groups);
        let features = owned(parsed.features());
        let grouping: Vec<bool> = (0..features.len()).map(|at| parsed.is_group(at)).collect();
        for (name, &is_group) in features.iter().zip(&grouping) {
            match is_group {
                true => names::check_group(name, target, table, &groups)?,
                false => {
                    columns::numeric(table, name)?;
                }
            }
        }
        let given = starts(&parameters, &options.start)?;
        let missing: Vec<&str> = { parameters.iter().zip(&given) }
            .filter_map(|(name, start)| start.is_none().then_some(shared(name)))
            .collect();
        let is_slip = |name: &&str| refused::with_unit(name, &columns).is_some();
        let is_slip = missing.iter().any(is_slip)
            || (!missing.is_empty() && refused::unquoted(text, &columns).is_some());
        if options.searches && !is_slip {
            say_near_columns(&missing, &columns);
            if missing.contains(&"e") {
                messages::say(format_args!(
                    "note: `e` in the formula is a parameter, whose start is searched; Euler's \
                     number is `exp(1)`"
                ));
            }
        } else if !missing.is_empty() {
            return Err(missing_starts(text, missing, &columns));
        }
        Ok(Some(Self {
            text: text.into(),
            start: given.iter().map(|start| start.unwrap_or(0.0)).collect(),
            given,
            features,
            grouping,
            parameters,
            fixed,
            groups,
            target: target.into(),
            without_error: parsed.is_without_error(),
            origins: Vec::new(),
        }))
    }

    /// The features as they are made of a table's columns.
    pub(crate) fn resolved(&self, table: &Table) -> Outcome<Vec<ResolvedFeature>> {
        let one = |(name, &is_group): (&String, &bool)| {
            let labels = self.groups.iter().find(|(known, _)| known == name);
            let feature = match labels.filter(|_| is_group) {
                Some((_, labels)) => Feature::groups(name, labels),
                None => Feature::plain(name),
            };
            let at = table.find(name)?;
            Ok(ResolvedFeature { at, feature })
        };
        self.features.iter().zip(&self.grouping).map(one).collect()
    }

    /// Says what of the text was not taken as it stands.
    pub(crate) fn say_how_read(&self) {
        if self.without_error {
            messages::say(format_args!(
                "the last `+ e` of the equation is taken for the error and left out; to fit `e`, \
                 give it a start"
            ));
        }
    }

    /// Returns `true` if a column tells groups apart, whose labels every row may add to.
    pub(crate) fn has_groups(&self) -> bool {
        self.grouping.contains(&true)
    }

    /// The formula as a program that starts where it was told.
    pub(crate) fn program<T: Real>(&self) -> Outcome<Program<T>> {
        let columns: Vec<&str> = self.features.iter().map(String::as_str).collect();
        let known = Known {
            columns: &columns,
            told: self.parameters.iter().map(|name| shared(name)).collect(),
            fixed: &self.fixed,
            groups: &self.groups,
        };
        let program = match self.origins.is_empty() {
            true => parse::<T>(&self.text, &self.target, &known)?.program,
            false => {
                let parsed = parse::<f64>(&self.text, &self.target, &known)?;
                let shifted = parsed.program.counted_from(&self.origins);
                let shifted = shifted.map_err(|at| self.far_from_zero(at))?;
                shifted.cast().map_err(Failure::input)?
            }
        };
        let start: Vec<T> = self.start.iter().map(|&x| T::from_f64(x)).collect();
        program.with_start(&start).ok_or_else(|| {
            Failure::Usage(
                "a value of `--start` is too large for the fit's precision; try `--precision f64`"
                    .into(),
            )
        })
    }
}

impl Formula {
    /// Counts its columns from these origins; `largest` is what is left of each.
    ///
    /// # Errors
    /// [`Failure::Input`] where a column that is far from zero does not stand beside a number that
    /// is near to it.
    pub(crate) fn count_from(&mut self, origins: &Origins, largest: &[f64]) -> Outcome {
        let largest = largest.iter().map(|largest| MOST_BESIDE * largest);
        self.origins = origins.features.iter().copied().zip(largest).collect();
        self.program::<f32>().map(drop)
    }

    fn far_from_zero(&self, at: u8) -> Failure {
        let at = usize::from(at);
        let name = self.features.get(at).map_or("?", String::as_str);
        let origin = self.origins.get(at).map_or(0.0, |origin| origin.0);
        Failure::Input(format!(
            "the numbers of `{name}` lie too close together for `f32`, so far from zero; write \
             `({name} - {origin})` for `{name}` in the formula, or fit with `--precision f64`"
        ))
    }

    /// Note of a left side that is a function of the target, which is fitted and predicted in its
    /// place.
    pub(crate) fn note<T: Real>(
        &self,
        program: &Program<T>,
        target: &impl std::fmt::Display,
    ) -> Option<String> {
        let left = self.left_side(program)?;
        Some(format!(
            "note: what is fitted and predicted is `{left}`, the left side of the formula, and not \
             `{target}` itself; to predict `{target}`, solve the formula for it"
        ))
    }

    /// The left side, where it is a function of the target, which is predicted in its place.
    pub(crate) fn left_side<T: Real>(&self, program: &Program<T>) -> Option<&str> {
        let mut quote = None;
        let end = self.text.find(|c| {
            match quote {
                None if matches!(c, '"' | '`') => quote = Some(c),
                Some(open) if open == c => quote = None,
                _ => {}
            }
            quote.is_none() && c == '='
        })?;
        program.transforms_target().then(|| self.text[..end].trim())
    }
}

/// The core's model: the formula, or what the name says.
pub(crate) fn model<T: Real>(
    formula: Option<&Formula>,
    spec: ModelSpec,
    features: u16,
    outputs: u16,
) -> Outcome<AnyModel<T>> {
    match formula {
        Some(formula) => formula.program().map(AnyModel::Formula),
        None => spec
            .build(features, outputs)
            .ok_or_else(|| Failure::Usage("the formula was not read".into())),
    }
}

/// The place of each start: in the order of `names`, and `None` where there is none. A name without
/// a group stands for all that have none of their own.
pub(crate) fn starts(names: &[String], given: &[StartSpec]) -> Outcome<Vec<Option<f64>>> {
    let given = given.iter().map(|spec| (&*spec.parameter, spec.value));
    placed("--start", names, given)
}

/// The least and the largest value of a parameter, where it has such.
pub(crate) type Limits = (Option<f64>, Option<f64>);

/// The limits of each parameter.
pub(crate) fn bounds(names: &[String], given: &[RangeSpec]) -> Outcome<Vec<Option<Limits>>> {
    let given = given.iter();
    let given = given.map(|spec| (&*spec.parameter, (spec.lower, spec.upper)));
    placed("--bounds", names, given)
}

fn placed<'a, V: Copy>(
    option: &str,
    names: &[String],
    given: impl Iterator<Item = (&'a str, V)>,
) -> Outcome<Vec<Option<V>>> {
    let (mut own, mut common) = (vec![None; names.len()], vec![None; names.len()]);
    for (name, value) in given {
        let places = match names.iter().any(|known| known == name) {
            true => &mut own,
            false => &mut common,
        };
        let mut named = false;
        for (known, place) in names.iter().zip(places) {
            if known == name || shared(known) == name {
                named = true;
                if place.replace(value).is_some() {
                    return Err(twice(option, name));
                }
            }
        }
        if !named {
            return Err(unknown(option, names, name));
        }
    }
    Ok(own
        .into_iter()
        .zip(common)
        .map(|(own, all)| own.or(all))
        .collect())
}

fn unknown(option: &str, names: &[String], name: &str) -> Failure {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Failure::Usage(format!(
        "`{option}` names `{name}`, which is no parameter; the parameters are {}",
        quoted(&names)
    ))
}

/// The parameters that `--fix` names, which are all in the formula and nowhere else.
fn fixed(given: &[StartSpec], parsed: &Parsed<'_, f64>, known: &Known<'_>) -> Outcome<Vec<Fixed>> {
    let mut fixed = Vec::<Fixed>::new();
    for spec in given {
        let name = &spec.parameter;
        if !parsed.parameters().contains(&&**name) {
            let own = parameters(parsed, known.groups);
            if own.contains(name) {
                let (all, value) = (shared(name), spec.value);
                return Err(Failure::Usage(format!(
                    "`--fix` holds a parameter of all groups, as in `--fix {all}={value}`; hold that of \
                     one with `--bounds '{name}={value}..{value}'`"
                )));
            }
            return Err(unknown("--fix", &own, name));
        }
        if known.told.contains(&&**name) {
            return Err(Failure::Usage(format!(
                "`{name}` is fixed by `--fix` and cannot have a start or bounds; leave one out"
            )));
        }
        if fixed.iter().any(|(known, _)| known == name) {
            return Err(twice("--fix", name));
        }
        fixed.push((name.clone(), spec.value));
    }
    Ok(fixed)
}

/// Names of the parameters; of one that groups have for themselves each with its group.
fn parameters(parsed: &Parsed<'_, f64>, groups: &[Groups]) -> Vec<String> {
    let name = |(at, &name): (usize, &&str)| {
        let Some((feature, code)) = parsed.group(at) else {
            return name.to_string();
        };
        let column = parsed.features().get(feature).copied();
        let labels = groups.iter().find(|(known, _)| Some(&**known) == column);
        let label = labels.and_then(|(_, labels)| labels.get(code));
        format!("{name}[{}]", label.map_or("?", String::as_str))
    };
    parsed.parameters().iter().enumerate().map(name).collect()
}

/// Names every parameter that has no start.
/// Says of parameters without a start which columns may be meant.
fn say_near_columns(names: &[&str], columns: &[&str]) {
    for name in names.iter().filter(|name| name.len() > 3) {
        let close = nearest(name, columns.iter().copied());
        if !close.is_empty() {
            messages::say(format_args!(
                "note: `{name}` in the formula is no column, so it is a parameter, whose start is \
                 searched; there is the column {}",
                quoted(&close)
            ));
        }
    }
}

fn missing_starts(text: &str, mut names: Vec<&str>, columns: &[&str]) -> Failure {
    let mut seen = Vec::new();
    names.retain(|name| {
        !seen.contains(name) && {
            seen.push(*name);
            true
        }
    });
    let to_add: Vec<String> = names.iter().map(|name| format!("{name}=…")).collect();
    let close = |name: &&str| nearest(name, columns.iter().copied());
    let close: Vec<&str> = names.iter().flat_map(close).collect();
    let with_unit = { names.iter() }.find_map(|name| refused::with_unit(name, columns));
    let hint = match (with_unit, close.as_slice()) {
        _ if names.contains(&"e") => "for Euler's number write `exp(1)`, or `exp(…)`".into(),
        (Some(column), _) => format!(
            "did you mean the column `{column}`? Then write its whole name in double quotes"
        ),
        (_, []) => match refused::unquoted(text, columns) {
            Some(unquoted) => unquoted,
            None => format!("the columns are {}", quoted(columns)),
        },
        (_, close) => format!("did you mean the column {}?", quoted(close)),
    };
    Failure::Usage(match names.as_slice() {
        [name] => format!(
            "`{name}` in the formula is no column, so it is a parameter and needs a start: \
             add `{name}=…` to `--start`; {hint}"
        ),
        names => format!(
            "{} in the formula are no columns, so they are parameters and need a start: add \
             `{}` to `--start`; {hint}",
            quoted(names),
            to_add.join(",")
        ),
    })
}

fn twice(option: &str, name: &str) -> Failure {
    Failure::Usage(format!("`{option}` names `{name}` twice; name it once"))
}

fn parse<'a, T: Real>(text: &'a str, target: &str, known: &Known<'_>) -> Outcome<Parsed<'a, T>> {
    formula::parse_with(text, target, known)
        .map_err(|error| refused::refused(text, error, known.columns))
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.into()).collect()
}
