//! The data of the case studies in `docs/cases`: parts of the given files, and simulations, drawn
//! from a seed and said to be such.

use std::fmt::Write;
use std::path::Path;
use std::{fs, io};

use downhill::random::Random;

/// Writes every file of the case studies into a folder.
///
/// # Errors
/// Where a file cannot be read or written.
pub fn write(folder: &Path) -> io::Result<()> {
    let save = |name: &str, text: String| fs::write(folder.join(name), text);
    let (churn, later) = churn(2)?;
    save("churn.csv", churn)?;
    save("churn_later.csv", later)?;
    let (concrete, clean) = split(&fs::read_to_string(crate::data("concrete.csv"))?, 2);
    save("concrete_typed.csv", mistyped(&concrete))?;
    save("concrete_clean.csv", clean)?;
    save("screening.csv", screening(1, 4000))?;
    save("screening_later.csv", screening(2, 4000))?;
    save("payments.csv", payments(3, 20_000))?;
    save("payments_later.csv", payments(4, 20_000))?;
    save("readmission.csv", readmission(5, 1500, true))?;
    save("readmission_at_discharge.csv", readmission(6, 1500, false))
}

/// The customers to learn from, and the third of them, 0 to 2, that is held back. `at_stake` is
/// what an error costs: what a leaver pays a month, and for one who stays the mean of all.
///
/// # Errors
/// Where the data cannot be read.
pub fn churn(third: usize) -> io::Result<(String, String)> {
    let table = fs::read_to_string(crate::data("telco_churn.csv"))?;
    let mut text = String::new();
    for (at, row) in table.lines().enumerate() {
        let cells: Vec<&str> = row.split(',').collect();
        let stake = match cells.as_slice() {
            _ if at == 0 => "at_stake",
            [.., monthly, _, "1"] => monthly,
            _ => "64.76",
        };
        let _ = writeln!(text, "{row},{stake}");
    }
    Ok(split(&text, third))
}

/// Two files of a table: a third of the rows, 0 to 2, goes to the second.
fn split(table: &str, third: usize) -> (String, String) {
    let (header, rows) = table.split_once('\n').unwrap_or((table, ""));
    let (mut first, mut second) = (format!("{header}\n"), format!("{header}\n"));
    for (at, row) in rows.lines().enumerate() {
        let part = if at % 3 == third {
            &mut second
        } else {
            &mut first
        };
        let _ = writeln!(part, "{row}");
    }
    (first, second)
}

/// Every nineteenth target is ten times too large, as if its point had not been typed.
fn mistyped(table: &str) -> String {
    let mut text = String::new();
    for (at, row) in table.lines().enumerate() {
        match row.rsplit_once(',') {
            Some((features, target)) if at % 19 == 5 => {
                let target: f64 = target.parse().unwrap_or(f64::NAN);
                let _ = writeln!(text, "{features},{}", 10.0 * target);
            }
            _ => {
                let _ = writeln!(text, "{row}");
            }
        }
    }
    text
}

/// A number around 0 with a deviation of about 1, from sums alone.
pub(crate) fn draw(random: &mut Random) -> f64 {
    (0..12).map(|_| random.unit::<f64>()).sum::<f64>() - 6.0
}

/// Draws 0 or 1 with the probability of this logit.
fn happens(random: &mut Random, logit: f64) -> u8 {
    u8::from(random.unit::<f64>() < 1.0 / (1.0 + (-logit).exp()))
}

/// A simulation of people screened for an illness that one in twelve or so has.
fn screening(seed: u64, rows: usize) -> String {
    let mut random = Random::seed(seed);
    let mut text = String::from("age,marker,pressure,bmi,ill\n");
    for _ in 0..rows {
        let age = 30.0 + 50.0 * random.unit::<f64>();
        let [marker, pressure, bmi] = std::array::from_fn(|_| draw(&mut random));
        let logit = -3.6 + 0.05 * (age - 55.0) + 1.4 * marker + 0.5 * pressure;
        let ill = happens(&mut random, logit);
        let (pressure, bmi) = (125.0 + 15.0 * pressure, 26.0 + 4.0 * bmi);
        let _ = writeln!(text, "{age:.0},{marker:.2},{pressure:.0},{bmi:.1},{ill}");
    }
    text
}

/// A simulation of card payments of which one in two hundred or so is a fraud.
fn payments(seed: u64, rows: usize) -> String {
    let mut random = Random::seed(seed);
    let mut text = String::from("amount,distance,hurry,hour,fraud\n");
    for _ in 0..rows {
        let [amount, distance, hurry] = std::array::from_fn(|_| draw(&mut random));
        let hour = random.below(24);
        let logit = -9.0 + 1.6 * amount + 1.8 * distance + 1.2 * hurry;
        let fraud = happens(&mut random, logit);
        let _ = writeln!(text, "{amount:.3},{distance:.3},{hurry:.3},{hour},{fraud}");
    }
    text
}

/// A simulation of patients who come back within a month. `letters` is counted a month later: at
/// discharge nobody has written any. One patient in six was entered twice, and the second entry
/// is coded by chance.
fn readmission(seed: u64, patients: usize, later: bool) -> String {
    let mut random = Random::seed(seed);
    let mut text = String::from("age,stays,days,severity,letters,back\n");
    for _ in 0..patients {
        let [age, severity] = std::array::from_fn(|_| draw(&mut random));
        let (stays, days) = (random.below(5), 1 + random.below(14));
        let logit = -1.2 + 0.8 * severity + 0.3 * f64::from(stays) + 0.2 * age;
        let back = happens(&mut random, logit);
        let entries = if random.below(6) == 0 { 2 } else { 1 };
        for entry in 0..entries {
            let coded = match entry {
                0 => back,
                _ => random.below(2) as u8,
            };
            let letters = match (later, coded) {
                (true, 1) => 1 + random.below(3),
                _ => 0,
            };
            let age = 65.0 + 9.0 * age;
            let _ = writeln!(
                text,
                "{age:.1},{stays},{days},{severity:.2},{letters},{coded}"
            );
        }
    }
    text
}
