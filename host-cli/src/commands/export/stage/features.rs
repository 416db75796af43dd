//! Features of a window, as expressions.

use downhill::signal::{Cosines, Feature, Plain};

use super::Stage;
use crate::arguments::Language;
use crate::commands::export::literal::Literal;

/// Power below which a logarithm is that of this number, as in the core.
const FLOOR: f64 = 1e-12;

impl<T: Literal + Cosines> Stage<'_, T> {
    pub(super) fn put(&self, text: &mut String, number: &str) {
        *text += &match self.language {
            Language::C => format!("        *features++ = {number};\n"),
            Language::Rust => format!("            put({number});\n"),
        };
    }

    /// A call of a function with these arguments.
    fn call(&self, name: &str, arguments: &[&str]) -> String {
        let prefix = if self.language == Language::C {
            "NAME_"
        } else {
            ""
        };
        format!("{prefix}{name}({})", arguments.join(", "))
    }

    /// Numbers of a feature of one channel.
    pub(super) fn of_channel(&self, feature: &Feature<T>) -> Vec<String> {
        let of = self.description;
        let rate = match of.rate() {
            Some(rate) => rate / T::from_u32(of.decimate() as u32),
            None => T::ONE,
        };
        let n = T::from_u32(of.window() as u32);
        let share = self.number(T::ONE / n);
        let bin = self.number(rate * (T::ONE / n));
        let rate = self.number(rate);
        let zero = if self.language == Language::C {
            "0"
        } else {
            "0.0"
        };
        let squares = self.call("sum", &["x", "2", zero]);
        let rms = self.call("sqrt", &[&format!("{squares} * {share}")]);
        let (low, high) = (self.call("smallest", &["x"]), self.call("largest", &["x"]));
        let held = (of.first_window() - 1) / of.decimate() + 1;
        let before_last = |lag: usize| format!("held[{}]", held - 1 - lag);
        let powered = |name: &str| format!("{} * {bin}", self.call(name, &["powers"]));
        let of_plain = |plain: Plain| match plain {
            Plain::Mean => "m[0]".into(),
            Plain::Std => self.call("sqrt", &["m[2]"]),
            Plain::Var => "m[2]".into(),
            Plain::Rms => rms.clone(),
            Plain::Min => low.clone(),
            Plain::Max => high.clone(),
            Plain::P2p => format!("{high} - {low}"),
            Plain::Mav => format!("{} * {share}", self.call("sum", &["x", "5", zero])),
            Plain::Skew => {
                let root = self.call("sqrt", &["m[2]"]);
                self.call("ratio", &["m[3]", &format!("m[2] * {root}")])
            }
            Plain::Kurtosis => {
                let ratio = self.call("ratio", &["m[4]", "m[2] * m[2]"]);
                self.choice(
                    &format!("m[2] > {zero}"),
                    &format!("{ratio} - {}", self.whole(3)),
                    zero,
                )
            }
            Plain::Crest => {
                let larger = self.choice(&format!("-{low} > {high}"), &format!("-{low}"), &high);
                self.call("ratio", &[&larger, &rms])
            }
            Plain::ZeroCrossings => self.call("crossings", &["x", zero, zero]),
            Plain::MeanCrossings => self.call("crossings", &["x", "m[0]", "m[1]"]),
            Plain::Slope => format!("{} * {rate}", self.call("slope", &["x", "m[0]"])),
            Plain::Energy => squares.clone(),
            Plain::Diff if held > 1 => format!("{} - {}", before_last(0), before_last(1)),
            Plain::Dominant => powered("dominant"),
            Plain::Centroid => powered("centroid"),
            Plain::Spread => powered("spread"),
            _ => zero.into(),
        };
        let banded = |bands| {
            let bins = of.bins(bands).map(|(from, until)| {
                let bins = [from, until].map(|bin| bin.to_string());
                self.call("band", &["powers", &bins[0], &bins[1]])
            });
            bins.collect::<Vec<String>>()
        };
        match *feature {
            Feature::Plain(plain) => vec![of_plain(plain)],
            Feature::Lag(lag) => vec![before_last(lag.into())],
            Feature::Autocorr(lag) => {
                let lag = lag.to_string();
                let sum = self.call("product", &["x", "m[0]", "x", "m[0]", &lag]);
                vec![self.call("ratio", &[&sum, &format!("m[2] * {}", self.number(n))])]
            }
            Feature::Bands(bands) => banded(bands),
            Feature::LogBands(bands) => {
                let floor = self.number(T::from_f64(FLOOR));
                let log = |power: String| {
                    let larger = self.choice(&format!("{floor} > {power}"), &floor, &power);
                    self.call("log10", &[&larger])
                };
                banded(bands).into_iter().map(log).collect()
            }
            Feature::Rolloff(share) => {
                let bin_of = self.call("rolloff", &["powers", &self.number(share)]);
                vec![format!("{bin_of} * {bin}")]
            }
            _ => Vec::new(),
        }
    }

    fn choice(&self, condition: &str, yes: &str, no: &str) -> String {
        match self.language {
            Language::C => format!("({condition} ? {yes} : {no})"),
            Language::Rust => format!("if {condition} {{ {yes} }} else {{ {no} }}"),
        }
    }

    fn whole(&self, number: u8) -> String {
        match self.language {
            Language::C => number.to_string(),
            Language::Rust => format!("{number}.0"),
        }
    }

    /// A feature of several channels.
    pub(super) fn between(
        &self,
        text: &mut String,
        feature: &Feature<T>,
        window: &dyn Fn(usize) -> String,
    ) {
        let (of, is_c) = (self.description, self.language == Language::C);
        let share = self.number(T::ONE / T::from_u32(of.window() as u32));
        match *feature {
            Feature::Magnitude(which) => {
                let all = (0..of.channels()).filter(|channel| which >> channel & 1 == 1);
                let held = (of.first_window() - 1) / of.decimate() + 1;
                let behind = held - of.window();
                let squares: String = all
                    .map(|channel| match is_c {
                        true => format!(
                            "            square += stage->held[{channel}][i] * stage->held[{channel}][i];\n"
                        ),
                        false => format!(
                            "                square += self.held[{channel}][i] * self.held[{channel}][i];\n"
                        ),
                    })
                    .collect();
                *text += &match is_c {
                    true => format!(
                        "        REAL sum = 0;\n        size_t i;\n        for (i = {behind}; i < UPPER_HELD; i++) {{\n            REAL square = 0;\n{squares}            sum += NAME_sqrt(square);\n        }}\n"
                    ),
                    false => format!(
                        "            let mut sum = 0.0;\n            for i in {behind}..HELD {{\n                let mut square = 0.0;\n{squares}                sum += sqrt(square);\n            }}\n"
                    ),
                };
                self.put(text, &format!("sum * {share}"));
            }
            Feature::Corr(a, b) => {
                let (a, b) = (window(a.into()), window(b.into()));
                *text += &match is_c {
                    true => format!(
                        "        const REAL *a = {a}, *b = {b};\n        REAL m[5], n[5];\n        NAME_moments(a, 2, m);\n        NAME_moments(b, 2, n);\n"
                    ),
                    false => format!(
                        "            let (a, b) = ({a}, {b});\n            let (m, n) = (moments(a, 2), moments(b, 2));\n"
                    ),
                };
                let product = self.call("product", &["a", "m[0]", "b", "n[0]", "0"]);
                let roots = ["m[2]", "n[2]"].map(|second| self.call("sqrt", &[second]));
                let ratio = self.call(
                    "ratio",
                    &[
                        &format!("{product} * {share}"),
                        &format!("{} * {}", roots[0], roots[1]),
                    ],
                );
                self.put(text, &ratio);
            }
            _ => {}
        }
    }
}
