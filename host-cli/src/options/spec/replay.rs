use std::fmt;
use std::str::FromStr;

use downhill::registry::{Argument, Range};

use super::{numbers, split, unknown};

/// Buffer of rows that are learned from again, as `--replay` takes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ReplaySpec {
    /// Rule by which rows are kept.
    pub(crate) keep: Keep,
    /// Number of rows that are kept.
    pub(crate) rows: usize,
    /// Number of them that are learned from after each new row.
    pub(crate) draws: usize,
}

/// Rule by which a buffer keeps rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The newest.
    Ring,
    /// A fair draw of all.
    Reservoir,
}

impl ReplaySpec {
    /// The most rows a memory keeps.
    pub(crate) const MOST: usize = 4096;
}

impl FromStr for ReplaySpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = split(text);
        let keep = match name {
            "ring" => Keep::Ring,
            "reservoir" => Keep::Reservoir,
            _ => return Err(unknown("memory", name, &["ring:N", "reservoir:N"])),
        };
        let arguments = [
            Argument::required("N", Range::Count(1)),
            Argument::new("K", Range::Count(1), 1.0),
        ];
        let [rows, draws] = numbers(name, argument, &arguments)?.map(|count| count as usize);
        if rows.max(draws) > Self::MOST {
            return Err(format!(
                "`{name}` keeps and learns again at most {} rows",
                Self::MOST
            ));
        }
        Ok(Self { keep, rows, draws })
    }
}

impl fmt::Display for ReplaySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.keep {
            Keep::Ring => "ring",
            Keep::Reservoir => "reservoir",
        };
        write!(f, "{name}:{},{}", self.rows, self.draws)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_is_read_and_shown() {
        let spec: ReplaySpec = "ring:64".parse().unwrap();
        assert_eq!(spec.to_string(), "ring:64,1");
        let spec: ReplaySpec = "reservoir:8,3".parse().unwrap();
        assert_eq!((spec.keep, spec.rows, spec.draws), (Keep::Reservoir, 8, 3));
        for wrong in [
            "ring",
            "ring:0",
            "ring:8,0",
            "ring:1,2,3",
            "ring:4097",
            "pool:8",
        ] {
            assert!(wrong.parse::<ReplaySpec>().is_err(), "{wrong}");
        }
    }
}
