//! `budgets.toml`: the figures that may fall but not rise.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::root;

/// Figures by key, such as `w1.m4f.const.o3.instructions`.
pub(crate) type Figures = BTreeMap<String, f64>;

/// Upper bounds of figures, by key.
pub(crate) type Budgets = BTreeMap<String, f64>;

pub(crate) fn read() -> Result<Budgets> {
    let path = root().join("budgets.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    parse(&text).with_context(|| format!("in {}", path.display()))
}

/// Keys are written quoted, one a line, so that a figure can be found by searching for it.
fn parse(text: &str) -> Result<Budgets> {
    Ok(toml::from_str(text)?)
}

/// Fails with every figure above its budget or without one, and every budget that nothing was
/// measured for.
pub(crate) fn check(figures: &Figures, budgets: &Budgets) -> Result<()> {
    let mut wrong = Vec::new();
    for (key, figure) in figures {
        match budgets.get(key) {
            Some(budget) if figure > budget => {
                wrong.push(format!("{key} is {figure}, above its budget of {budget}"));
            }
            Some(_) => {}
            None => wrong.push(format!("{key} is {figure} and has no budget")),
        }
    }
    for key in budgets.keys().filter(|key| !figures.contains_key(*key)) {
        wrong.push(format!("{key} has a budget but was not measured"));
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

/// Prints figures beside their budgets, or as one JSON object.
pub(crate) fn show(figures: &Figures, json: bool) -> Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(&figures)?);
        return Ok(());
    }
    let budgets = read()?;
    let width = figures.keys().map(String::len).max().unwrap_or_default();
    for (key, figure) in figures {
        match budgets.get(key) {
            Some(budget) => {
                let above = if figure > budget { "ABOVE its " } else { "" };
                println!("{key:width$}  {figure:>10.1}  ({above}budget {budget})");
            }
            None => println!("{key:width$}  {figure:>10.1}"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_above_its_budget_fails_with_both_numbers() {
        let budgets = parse("\"w1.m4f.const.o3.instructions\" = 95").unwrap();
        let figure = |value| Figures::from([("w1.m4f.const.o3.instructions".to_owned(), value)]);
        assert!(check(&figure(95.0), &budgets).is_ok());
        let error = check(&figure(95.1), &budgets).unwrap_err().to_string();
        assert!(
            error.contains("95.1") && error.contains("budget of 95"),
            "{error}"
        );
    }

    #[test]
    fn a_budget_without_a_figure_and_a_figure_without_a_budget_fail() {
        let budgets = parse("\"a\" = 1").unwrap();
        let figures = Figures::from([("b".to_owned(), 1.0)]);
        let error = check(&figures, &budgets).unwrap_err().to_string();
        assert!(
            error.contains("a has a budget but was not measured"),
            "{error}"
        );
        assert!(error.contains("b is 1 and has no budget"), "{error}");
    }
}
