//! The signal stage of a model, in either language: filters, window, and what is told of it.

mod features;

use std::fmt::Write;

use downhill::signal::{Cosines, Description, Feature, Pass, Plain};

use super::literal::Literal;
use crate::arguments::Language;

/// A stage that is written down.
pub(super) struct Stage<'a, T> {
    description: &'a Description<T>,
    language: Language,
}

impl<'a, T: Literal + Cosines> Stage<'a, T> {
    pub(super) fn new(description: &'a Description<T>, language: Language) -> Self {
        Self {
            description,
            language,
        }
    }

    fn is_spectral(&self) -> bool {
        self.description.features().iter().any(Feature::is_spectral)
    }

    /// Pieces of C that it calls.
    pub(super) fn pieces() -> [&'static str; 2] {
        ["sqrt.", "log10."]
    }

    fn number(&self, number: T) -> String {
        match self.language {
            Language::C => number.c(),
            Language::Rust => number.rust(),
        }
    }

    /// The text.
    pub(super) fn text(&self) -> String {
        let (of, is_c) = (self.description, self.language == Language::C);
        let [stage, spectrum] = match is_c {
            true => [include_str!("stage.h"), include_str!("spectrum.h")],
            false => [
                include_str!("stage.rs.txt"),
                include_str!("spectrum.rs.txt"),
            ],
        };
        let mut text = self.sections() + stage;
        if self.is_spectral() {
            text += &self.cosines();
            text += &spectrum.replace("TAPER", self.taper());
        }
        if is_c {
            let filter = if of.filters().next().is_some() {
                FILTER
            } else {
                ""
            };
            text += &include_str!("push.h").replace("FILTER", filter);
        } else {
            let bits = if T::RUST == "f32" { "f" } else { "" };
            let _ = write!(
                text,
                "\nfn sqrt(x: REAL) -> REAL {{\n    libm::sqrt{bits}(x)\n}}\n\nfn log10(x: REAL) -> REAL {{\n    libm::log10{bits}(x)\n}}\n"
            );
        }
        text = text.replace("TELL", self.tell().trim_end());
        let n = T::from_u32(of.window() as u32);
        let scale = match of.is_hann() {
            true => n * (n * T::from_f64(0.375)),
            false => n * n,
        };
        let scale = T::ONE / scale;
        let held = (of.first_window() - 1) / of.decimate() + 1;
        let counts = [
            ("CHANNELS", of.channels()),
            ("WINDOW", of.window()),
            ("HELD", held),
            ("HOP", of.hop()),
            ("DECIMATE", of.decimate()),
            ("SECTIONS", of.filters().count()),
        ];
        for (name, count) in counts {
            text = text.replace(&format!("COUNT_{name}"), &count.to_string());
        }
        let numbers = [
            ("SHARE", T::ONE / n),
            ("MIDDLE", (n - T::ONE) * T::HALF),
            ("CUBE", n * (n - T::ONE) * (n + T::ONE)),
            ("SCALE", scale),
            ("QUARTER", scale * T::from_f64(0.25)),
        ];
        for (name, number) in numbers {
            text = text.replace(&format!("COUNT_{name}"), &self.number(number));
        }
        text
    }

    /// Table of filters: 1 for a high pass, damping, and three coefficients.
    fn sections(&self) -> String {
        let rows = self.description.filters().map(|section| {
            let is_high = T::from_u32(u32::from(section.pass == Pass::High));
            let [a1, a2, a3] = section.a;
            let row = [is_high, section.damping, a1, a2, a3].map(|number| self.number(number));
            row.join(", ")
        });
        let rows: Vec<String> = rows.collect();
        match self.language {
            Language::C if rows.is_empty() => String::new(),
            Language::C => format!(
                "\n/* Filters: whether a high pass, damping, and three coefficients. */\nstatic const REAL NAME_sections[{}][5] = {{\n    {{{}}},\n}};\n",
                rows.len(),
                rows.join("},\n    {")
            ),
            Language::Rust => {
                let rows: String = rows.iter().map(|row| format!("\n    [{row}],")).collect();
                format!("static SECTION_TABLE: [[REAL; 5]; SECTIONS] = [{rows}\n];\n")
            }
        }
    }

    /// Cosines of a turn, a window's length of them.
    fn cosines(&self) -> String {
        let (window, mut text) = (self.description.window(), String::new());
        text += &match self.language {
            Language::C => format!("\nstatic const REAL NAME_cosines[{window}] = {{"),
            Language::Rust => format!("\nstatic COSINES: [REAL; {window}] = ["),
        };
        for at in 0..window {
            let space = if at % 4 == 0 { "\n    " } else { " " };
            let cosine = T::TABLE[at * (T::TABLE.len() / window)];
            let _ = write!(text, "{space}{},", self.number(cosine));
        }
        text += if self.language == Language::C {
            "\n};\n"
        } else {
            "\n];\n"
        };
        text
    }

    fn taper(&self) -> &'static str {
        match (self.description.is_hann(), self.language) {
            (false, _) => "",
            (true, Language::C) => HANN_C,
            (true, Language::Rust) => HANN_RUST,
        }
    }

    /// Statements that tell all features, in their order.
    fn tell(&self) -> String {
        let (of, is_c) = (self.description, self.language == Language::C);
        let window = |channel: usize| match is_c {
            true => format!("stage->held[{channel}] + UPPER_HELD - UPPER_WINDOW"),
            false => format!("&self.held[{channel}][HELD - WINDOW..]"),
        };
        let mut text = String::new();
        let own: Vec<_> = of
            .features()
            .iter()
            .filter(|one| !one.is_between())
            .collect();
        for channel in 0..of.channels() {
            let level = own.iter().map(|feature| level(feature)).max().unwrap_or(0);
            text += &match is_c {
                true => format!(
                    "    {{\n        const REAL *held = stage->held[{channel}];\n        const REAL *x = {};\n        REAL m[5];\n",
                    window(channel)
                ),
                false => format!(
                    "        {{\n            let (held, x) = (&self.held[{channel}], {});\n",
                    window(channel)
                ),
            };
            text += &match is_c {
                true => format!("        NAME_moments(x, {level}, m);\n"),
                false => format!("            let m = moments(x, {level});\n"),
            };
            if self.is_spectral() {
                text += match is_c {
                    true => {
                        "        REAL powers[UPPER_BINS];\n        NAME_spectrum(x, m, powers);\n"
                    }
                    false => "            let powers = &spectrum(x, &m);\n",
                };
            }
            for feature in &own {
                for number in self.of_channel(feature) {
                    self.put(&mut text, &number);
                }
            }
            text += match is_c {
                true => "        (void)held;\n        (void)m;\n    }\n",
                false => "            let _ = (held, m);\n        }\n",
            };
        }
        for feature in of.features().iter().filter(|one| one.is_between()) {
            text += if is_c { "    {\n" } else { "        {\n" };
            self.between(&mut text, feature, &window);
            text += if is_c { "    }\n" } else { "        }\n" };
        }
        text
    }
}

/// Moments that a feature needs: the mean, two or all four.
fn level<T>(feature: &Feature<T>) -> u8 {
    match feature {
        Feature::Plain(Plain::Skew | Plain::Kurtosis) => 4,
        Feature::Plain(Plain::Std | Plain::Var) | Feature::Autocorr(_) => 2,
        _ => 1,
    }
}

const FILTER: &str = "\
        for (i = 0; i < UPPER_SECTIONS; i++) {
            const REAL *section = NAME_sections[i];
            REAL *states = stage->states[channel][i];
            const int is_high = section[0] != 0;
            if (!stage->started) {
                states[0] = 0;
                states[1] = x;
                if (is_high) x = 0;
            } else {
                const REAL d = x - states[1];
                const REAL v1 = section[2] * states[0] + section[3] * d;
                const REAL v2 = states[1] + (section[3] * states[0] + section[4] * d);
                states[0] = 2 * v1 - states[0];
                states[1] = 2 * v2 - states[1];
                x = is_high ? x - section[1] * v1 - v2 : v2;
            }
        }
";

const HANN_C: &str = "    z[0] *= 0;
    for (i = 1; i < half; i++) {
        const REAL half_of = (REAL)0.5, weight = half_of - half_of * NAME_cosines[i];
        z[i] *= weight;
        z[UPPER_WINDOW - i] *= weight;
    }
";

const HANN_RUST: &str = "    about[0] *= 0.0;
    for i in 1..WINDOW / 2 {
        let weight = 0.5 - 0.5 * COSINES[i];
        about[i] *= weight;
        about[WINDOW - i] *= weight;
    }
";
