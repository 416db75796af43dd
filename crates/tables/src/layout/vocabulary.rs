//! Words that tell a row of names from one of units, and both from a row of data.

use crate::{number, time};

/// Units by themselves, in lower case.
const UNITS: &str = "% %rh %rf rh ° °c °f ℃ ℉ ° c ° f c f k degc degf celsius fahrenheit kelvin deg degree \
    degrees rad sr v volt volts a amp amps ampere w watt watts wh j joule hz rpm s sec secs second \
    seconds min mins minute minutes h hr hrs hour hours d day days ms us µs μs ns m meter meters \
    metre metres cm mm µm μm um nm km in inch inches ft feet mi mile miles kn knot knots kt kts mph \
    kph kmh l liter liters litre ml hl gal g gram grams kg mg µg μg ug t ton lb lbs oz n nm pa hpa \
    kpa mpa bar mbar psi atm mmhg inhg torr ph lux lx klx lm cd mol db dba dbm ppm ppb ppt ntu fnu \
    psu var va ohm ohms ω farad tesla gauss t cps cpm bq sv usv gy counts count counts/s none \
    unitless - -- n/a # ratio fraction bool boolean ts rn utc gmt local date time datetime \
    timestamp code text string number yyyy-mm-dd hh:mm:ss hh:mm dd/mm/yyyy mm/dd/yyyy";

/// Letters in front of a unit, and units that take them.
const PREFIXES: &str = "p n u µ μ m c d h k M G T";
const PREFIXED: &str = "V A W Wh J Hz s m l L g Pa bar mol Ω ohm F T S lx B VA var VAr eq Bq Sv";

/// Kinds of a column's numbers or of its cells, as loggers and databases write them in a line.
const KINDS: &str = "avg average mean min max minimum maximum smp sample samples std stdev tot total \
    sum med median wvc cov mom int int32 int64 integer long float float32 float64 double decimal \
    real string text str char varchar object bool boolean number numeric date datetime time \
    timestamp category";

/// Texts in place of a number that is not there.
const GAPS: &str = "na n/a #n/a nan null none nil - -- --- ? . missing error err inf -inf nodata \
    \\n #value! #ref! bad";

fn holds(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|one| one == word)
}

/// Tells whether a text is a unit, if only one in brackets.
pub(crate) fn is_unit(text: &str) -> bool {
    let bare = text.trim();
    let inner = [('(', ')'), ('[', ']'), ('{', '}'), ('<', '>')]
        .iter()
        .find_map(|&(open, close)| bare.strip_prefix(open)?.strip_suffix(close));
    let plain = |text: &str| {
        // A name of several words is none, but `Deg C` and `m s-1` are.
        let joined: String = text.split_whitespace().collect();
        holds(UNITS, &joined.to_lowercase()) || is_product(text) || is_pattern(text)
    };
    match inner {
        Some(inner) => inner.len() <= 24 && (inner.trim().is_empty() || plain(inner.trim())),
        None => !bare.is_empty() && bare.len() <= 24 && plain(bare),
    }
}

/// Tells whether a text is a pattern of dates or times, such as `dd.mm.yyyy hh:mm`.
fn is_pattern(text: &str) -> bool {
    let text = text.to_lowercase();
    ["yy", "hh:mm"].iter().any(|part| text.contains(part))
        && text.chars().all(|c| "ymdhst-/.: ".contains(c))
}

/// Tells whether a text is units that are multiplied or divided, such as `W/m^2` or `µmol m-2 s-1`.
fn is_product(text: &str) -> bool {
    let is_exponent = |c: char| c.is_ascii_digit() || "^-+²³⁻¹".contains(c);
    let factors = text.split(['/', '*', '·', '.', ' ', '(', ')']);
    let mut factors = factors.filter(|factor| !factor.is_empty()).peekable();
    let is_factor = |factor: &str| {
        let unit = factor.trim_end_matches(is_exponent);
        let known = |unit: &str| {
            holds(UNITS, &unit.to_lowercase())
                || PREFIXES.split(' ').any(|prefix| {
                    unit.strip_prefix(prefix)
                        .is_some_and(|unit| holds(PREFIXED, unit))
                })
        };
        factor == "1" || known(unit)
    };
    factors.peek().is_some() && factors.all(is_factor)
}

/// Tells whether a text is a kind of numbers or cells.
pub(crate) fn is_kind(text: &str) -> bool {
    holds(KINDS, &text.trim().to_lowercase())
}

/// Tells whether a text stands for a number that is not there.
pub(crate) fn is_gap(text: &str) -> bool {
    holds(GAPS, &text.trim().to_lowercase())
}

/// Tells whether a text is a number, however it is written, or a time.
pub(crate) fn is_value(text: &str) -> bool {
    let text = text.trim();
    let amount = text.trim_start_matches(['€', '$', '£', '+', '-', '−', ' ']);
    let is_begin = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    if !amount.starts_with(is_begin) || text.starts_with("--") {
        return false;
    }
    let is_number = |text: &str| {
        let finite = |mark| number::parse(text.as_bytes(), mark).is_some_and(f64::is_finite);
        let is_part = |c: char| c.is_ascii_digit() || ".,'’ \u{a0}\u{202f}_".contains(c);
        finite(b'.')
            || finite(b',')
            || (text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(is_part))
    };
    if is_number(amount) || time::is_stamp(text) {
        return true;
    }
    let is_digit = |c: char| c.is_ascii_digit() || c == '.';
    let (front, unit) = amount.split_at(amount.rfind(is_digit).map_or(0, |at| at + 1));
    // `1 [°C]` is the name of a channel.
    let is_unit = |unit: &str| is_unit(unit) && !unit.trim_start().starts_with('[');
    is_number(front.trim()) && (is_unit(unit) || ["€", "$", "£"].contains(&unit.trim()))
}

/// Names of rows that sum up those above them, in lower case, without spaces and signs.
const TOTALS: &str = "total totals grandtotal totalgeneral subtotal sum sums summe summen gesamt \
    gesamtsumme zwischensumme endsumme insgesamt somme suma soma totale totaal итого razem ogółem yhteensä összesen celkem toplam samtals σ ∑";

/// Names of rows with means.
const MEANS: &str = "average averages avg mean means median meansd arithmeticmean geometricmean \
    mittelwert mittelwerte mittel durchschnitt moyenne moyennes media promedio gemiddelde medel \
    medelvärde gennemsnit średnia průměr среднее ø x\u{304}";

/// Names of other rows behind the last one of data, which can be names of rows as well.
const ENDS: &str = "min max minimum maximum mini maxi count std stdev stddev stddeviation sd sem sigma \
    standarddeviation standarderror stderror stderr variance varianz range rms skewness kurtosis cv rsd end eof n \
    sample samples observations obs number standardabweichung standardabw stabw anzahl \
    stichprobenumfang spannweite écarttype ecarttype variance étendue effectif nombre \
    desviaciónestándar desviacionestandar desvest deviazionestandard devstd varianza \
    standaardafwijking standardafvigelse percentile percentil quantile lod loq slope intercept";

/// Tells whether a text is one of these names, however it is written: `Std. Dev.` is `stddev`.
fn is_named(text: &str, names: &str) -> bool {
    // Most cells are numbers.
    if text.len() > 40 || !text.contains(|c: char| c.is_alphabetic() || c == '∑') {
        return false;
    }
    let is_part = |c: &char| c.is_alphanumeric() || "∑\u{304}".contains(*c);
    // Behind the name there may be how many, or of what: `Mean (n=40)`.
    let name = text.split(['(', '[', '=', '±']).next().unwrap_or_default();
    let folded: String = name
        .chars()
        .flat_map(char::to_lowercase)
        .filter(is_part)
        .collect();
    // Such as `95th percentile`.
    let bare = folded.trim_start_matches(|c: char| c.is_ascii_digit());
    let bare = bare.strip_prefix("th").unwrap_or(bare);
    names
        .split_ascii_whitespace()
        .any(|name| name == folded || name == bare)
}

/// Tells whether the first cell of a row says that it sums up rows above it.
pub(crate) fn is_total(text: &str) -> bool {
    is_named(text, TOTALS)
}

/// Tells whether the first cell of a row says that it is the mean of rows.
pub(crate) fn is_mean(text: &str) -> bool {
    is_named(text, MEANS)
}

/// Tells whether the first cell of a row, among names of any kind, is one that stands behind the
/// last row.
pub(crate) fn is_end(text: &str) -> bool {
    is_total(text) || is_mean(text) || is_named(text, ENDS)
}

/// First bytes of the names of totals and means.
pub(crate) fn sums() -> impl Iterator<Item = u8> {
    let lists = [TOTALS, MEANS].into_iter();
    let names = lists.flat_map(str::split_ascii_whitespace);
    names.flat_map(|name| {
        let upper: String = name.chars().flat_map(char::to_uppercase).collect();
        [name.as_bytes()[0], upper.as_bytes()[0]]
    })
}

/// Tells whether the first cell of a row says that no more rows of data follow.
pub(crate) fn is_footer(text: &str) -> bool {
    let begins = |with: &str| {
        let front = text.trim().get(..with.len());
        front.is_some_and(|front| front.eq_ignore_ascii_case(with))
    };
    is_end(text) || begins("end of ") || begins("total ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_from_names() {
        for unit in [
            "%",
            "(°C)",
            "[hPa]",
            "degC",
            "Deg C",
            "Volts",
            "W/m^2",
            "m s-1",
            "µg/m³",
            "(m/s)",
            "kWh",
            "mV",
            "umol m-2 s-1",
            "TS",
            "RN",
            "[-]",
            "()",
            "mm/h",
            "%RH",
            "µS/cm",
        ] {
            assert!(is_unit(unit), "{unit}");
        }
        for name in [
            "Air",
            "temp",
            "RECORD",
            "Temp (°C)",
            "x1",
            "humidity",
            "",
            "Station 5",
            "speed",
            "y",
        ] {
            assert!(!is_unit(name), "{name}");
        }
    }

    #[test]
    fn values_are_told_from_names() {
        for value in [
            "1",
            "-2.5",
            "+1e5",
            "1,5",
            "1.234,5",
            "1 234",
            "29%",
            "20.0 C",
            "$5",
            "5 €",
            ".5",
            "2020-05-01 00:00:00",
            "10/03/2004",
            "12:30",
        ] {
            assert!(is_value(value), "{value}");
        }
        for name in [
            "",
            "x",
            "1st",
            "2m temperature",
            "-",
            "10m_u_component",
            "a1",
            "nan",
            "1 [°C]",
            "v1.2",
        ] {
            assert!(!is_value(name), "{name}");
        }
    }
}
