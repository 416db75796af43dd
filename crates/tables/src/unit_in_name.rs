//! Units in the names of columns, and names that loggers make long.

use std::collections::HashMap;

use crate::layout::vocabulary;

/// Words of rows of units that are none of an amount.
const NO_UNITS: &str = "utc gmt local date time datetime timestamp code text string number none \
    unitless - -- n/a # bool boolean ts rn";

/// Unit in the name of a column, such as `Power (kW)`, `Power [kW]` and `Temp, °C`.
pub(crate) fn unit(name: &str) -> Option<String> {
    let (front, group) = last_group(name);
    let in_brackets = group.and_then(plain);
    let behind_comma = || {
        front
            .trim_end()
            .rsplit_once(',')
            .and_then(|(_, unit)| plain(unit))
    };
    in_brackets.or_else(behind_comma)
}

fn plain(unit: &str) -> Option<String> {
    let unit = unit.trim();
    let is_of_amount = |unit: &str| {
        let lower = unit.to_lowercase();
        !NO_UNITS.split_ascii_whitespace().any(|no| no == lower)
    };
    (vocabulary::is_unit(unit) && is_of_amount(unit)).then(|| unit.to_string())
}

/// A name in front of a group in brackets at its end, and the text of that.
fn last_group(name: &str) -> (&str, Option<&str>) {
    let name = name.trim_end();
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some(rest) = name.strip_suffix(close)
            && let Some(at) = rest.rfind(open)
            && at > 0
        {
            return (&name[..at], Some(&rest[at + 1..]));
        }
    }
    (name, None)
}

/// Makes names such as `Temp, °C (LGR S/N: 1, SEN S/N: 1, LBL: Inside)` short, `Temp (Inside)`,
/// where each stays the only one; returns those that they had.
pub(crate) fn shorten(names: &mut [String]) -> HashMap<String, usize> {
    let short: Vec<String> = names.iter().map(|name| short(name)).collect();
    let mut had = HashMap::new();
    let is_changed = |at: &usize| short[*at] != names[*at];
    let changed: Vec<usize> = (0..names.len()).filter(is_changed).collect();
    if changed.is_empty() {
        return had;
    }
    // Columns that would have a name, and those that have it.
    let mut counts = HashMap::<String, usize>::new();
    for (at, name) in short.iter().enumerate() {
        *counts.entry(name.clone()).or_default() += 1;
        if *name != names[at] {
            *counts.entry(names[at].clone()).or_default() += 1;
        }
    }
    for at in changed {
        if counts.get(&short[at]) == Some(&1) {
            had.insert(std::mem::replace(&mut names[at], short[at].clone()), at);
        }
    }
    had
}

fn short(name: &str) -> String {
    let Some((front, about)) = name.split_once(" (LGR S/N:") else {
        return name.into();
    };
    let field = |key: &str| {
        let fields = about.trim_end_matches(')').split(", ");
        let mut found = fields.filter_map(|field| field.trim().strip_prefix(key));
        found.next().map(|text| text.trim().to_string())
    };
    let front = match front.rsplit_once(',') {
        Some((front, unit)) if plain(unit).is_some() => front,
        _ => front,
    };
    match field("LBL:").or_else(|| field("SEN S/N:")) {
        Some(label) => format!("{} ({label})", front.trim()),
        None => front.trim().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_found_in_a_name() {
        for (name, expected) in [
            ("Power (kW)", Some("kW")),
            ("Power [kW]", Some("kW")),
            ("Temp, °C", Some("°C")),
            ("Temp, °F (S/N: 1)", Some("°F")),
            ("Temp, °C (LGR S/N: 1, SEN S/N: 1, LBL: Inside)", Some("°C")),
            ("wind (m/s)", Some("m/s")),
            ("Zeit (UTC)", None),
            ("Power", None),
            ("(kW)", None),
            ("Station (north)", None),
            ("a, b", None),
        ] {
            assert_eq!(unit(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn names_of_loggers_are_short_and_each_the_only_one() {
        let lgr = "(LGR S/N: 10415278, SEN S/N: 10415278";
        let mut names = [
            format!("Temp, °C {lgr}, LBL: Inside)"),
            format!("Temp, °C {lgr}, LBL: Outside)"),
            format!("RH, % {lgr})"),
            format!("RH, % {lgr})"),
            "x".into(),
        ];
        let long = names[0].clone();
        let had = shorten(&mut names);
        assert_eq!(names[..2], ["Temp (Inside)", "Temp (Outside)"]);
        assert_eq!(names[2], format!("RH, % {lgr})"));
        assert_eq!(had.get(&long), Some(&0));
    }
}
