//! Cutting the rows of recordings into windows.

use std::collections::VecDeque;
use std::path::Path;

use downhill::signal::{Cosines, Stage};
use downhill_tables::{CsvFile, ReadOptions, Row, Table};

use super::cells::Cell;
use super::find;
use super::options::SignalOptions;
use super::record::{Counts, SignalRecord};
use super::roles;
use super::times::Key;
use super::walk::{self, Event};
use super::windows::{self, Place, Window, WindowRows, Windows};
use crate::data::columns::LeftOut;
use crate::data::role::{Role, RoleRule};
use crate::options::precision::Precision;
use crate::support::failure::{Failure, Outcome};

/// Columns that windows take over from their last rows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) targets: &'a [String],
    pub(crate) weight: Option<&'a str>,
    pub(crate) group: Option<&'a str>,
}

/// A file that is cut into windows, and how.
pub(crate) struct Cut<'a> {
    file: &'a CsvFile,
    pub(crate) record: SignalRecord,
    /// Columns that are no channels, and why.
    pub(crate) left_out: Vec<LeftOut>,
    wanted: Wanted<'a>,
}

impl<'a> Cut<'a> {
    /// The signal of a file whose first rows are these, by its options.
    ///
    /// # Errors
    /// A column is not there, or the description is refused.
    pub(crate) fn new(
        (file, head): (&'a CsvFile, &Table),
        options: &SignalOptions,
        channels: &[String],
        wanted: Wanted<'a>,
    ) -> Outcome<Self> {
        let targets = wanted.targets.iter().map(String::as_str);
        let others = [wanted.weight, wanted.group].into_iter().flatten();
        let used = targets.chain(others).map(|name| head.find(name));
        let used: Vec<usize> = used.collect::<Result<_, _>>()?;
        let (record, left_out) = find::find(head, options, channels, &used)?;
        Ok(Self {
            file,
            record,
            left_out,
            wanted,
        })
    }

    /// The signal of a model, in another file.
    pub(crate) fn of_model(file: &'a CsvFile, record: &SignalRecord, wanted: Wanted<'a>) -> Self {
        let is_there = |name: &String| file.has(name);
        Self {
            file,
            record: SignalRecord {
                // A file to predict from may be one recording, and have no times.
                recording: record.recording.clone().filter(is_there),
                time: record.time.clone().filter(|time| is_there(&time.column)),
                ..record.clone()
            },
            left_out: Vec::new(),
            wanted,
        }
    }

    /// Cuts the file; features are computed in this precision.
    ///
    /// # Errors
    /// A cell of a channel is no number, or there is no window.
    pub(crate) fn windows(
        &self,
        precision: Precision,
        rule: &RoleRule,
        reading: &ReadOptions,
    ) -> Outcome<Windows> {
        let (cut, features, length) = match precision {
            // Fixed point takes features as `f32` has them.
            Precision::F32 | Precision::Q15 => self.cut::<f32>()?,
            Precision::F64 => self.cut::<f64>()?,
        };
        let Cutting {
            windows,
            recordings,
            mut counts,
            longest,
            ..
        } = cut;
        if windows.is_empty() {
            let files = self.file.files();
            return Err(Failure::Input(match longest < length {
                true => format!(
                    "{files}: the longest stretch without a gap has {longest} rows, and the first \
                     window takes {length}: give `--signal` a shorter window, or longer recordings"
                ),
                false => format!(
                    "{files}: no window has a target and finite features; give a shorter \
                     `--horizon`, or check the channels"
                ),
            }));
        }
        let roles = roles::of(&windows, rule, length);
        counts.apart = roles.iter().filter(|role| role.is_none()).count();
        let (windows, roles): (Vec<Window>, Vec<Role>) = windows
            .into_iter()
            .zip(roles)
            .filter_map(|(window, role)| Some((window, role?)))
            .unzip();
        counts.windows = windows.len();
        counts.recordings = recordings.len();
        let recording = self.record.recording.clone().unwrap_or("recording".into());
        let others = [self.wanted.weight, self.wanted.group]
            .into_iter()
            .flatten();
        let others = others.filter(|name| *name != recording);
        let header: Vec<&str> = features
            .iter()
            .chain(self.wanted.targets)
            .map(String::as_str)
            .chain(others)
            .chain([recording.as_str()])
            .collect();
        let name = self.file.files().to_string();
        let file = windows::write(
            &windows,
            &header,
            &recordings,
            Path::new(&name),
            (&reading.temporary, reading.threads),
        )?;
        Ok(Windows {
            file,
            features,
            recording,
            roles,
            rows: WindowRows {
                recordings,
                places: windows.iter().map(|window| window.place).collect(),
                counts,
            },
        })
    }

    /// Windows and names of features in one precision, and the rows that the first window takes.
    fn cut<T: Cosines>(&self) -> Outcome<(Cutting, Vec<String>, u64)> {
        let (file, record) = (self.file, &self.record);
        let description = record.parsed::<T>()?;
        let find = |name: &String| file.find(name);
        let targets = self.wanted.targets.iter().map(find);
        let targets: Vec<usize> = targets.collect::<Result<_, _>>()?;
        let recording = record.recording.as_ref().map(find).transpose()?;
        let weight = self.wanted.weight.map(|name| file.find(name)).transpose()?;
        let group = self.wanted.group.map(|name| file.find(name)).transpose()?;
        let group = group.filter(|group| Some(*group) != recording);
        let mut room = vec![T::ZERO; description.arena_len()];
        let mut stage = Stage::new(description, &mut room[..]).map_err(Failure::input)?;
        let mut features = vec![T::ZERO; description.len()];
        let mut cutting = Cutting::default();
        let span = (description.window() * description.decimate()) as u64;
        walk::walk::<T, Failure>(file, record, |event| {
            match event {
                Event::Begin { key, row } => cutting.begin(&key, row, file),
                Event::Gap => cutting.gap(stage.gap() as usize),
                Event::End => cutting.end(stage.gap() as usize),
                Event::Sample { at, row, numbers } => {
                    cutting.stretch += 1;
                    cutting.longest = cutting.longest.max(cutting.stretch);
                    if stage.push(numbers, &mut features).map_err(Failure::input)? {
                        cutting.waiting.push_back(Window {
                            place: Place {
                                recording: cutting.recordings.len() - 1,
                                rows: [(at + 1).saturating_sub(span), at],
                                line: row.line(),
                            },
                            features: features.iter().map(|feature| feature.to_f64()).collect(),
                            cells: Vec::new(),
                        });
                    }
                    let due = |window: &Window| window.place.rows[1] + record.horizon == at;
                    if cutting.waiting.front().is_some_and(due)
                        && let Some(mut window) = cutting.waiting.pop_front()
                    {
                        for &target in &targets {
                            window.cells.push(Cell::of_target(row, target)?);
                        }
                        if let Some(weight) = weight {
                            window.cells.push(Cell::of_target(row, weight)?);
                        }
                        if let Some(group) = group {
                            window.cells.push(Cell::of_name(row, group)?);
                        }
                        match window.features.iter().all(|feature| feature.is_finite()) {
                            true => cutting.windows.push(window),
                            false => cutting.counts.overflowed += 1,
                        }
                    }
                }
            }
            Ok(true)
        })?;
        Ok((cutting, record.names()?, description.first_window() as u64))
    }
}

/// Where the cutting is, and what it has cut.
#[derive(Default)]
struct Cutting {
    windows: Vec<Window>,
    recordings: Vec<String>,
    counts: Counts,
    /// Windows whose target is still to come.
    waiting: VecDeque<Window>,
    /// Rows since the last gap.
    stretch: u64,
    /// The longest of these.
    longest: u64,
}

impl Cutting {
    /// Begins with a recording.
    fn begin(&mut self, key: &Key, row: &Row<'_>, file: &CsvFile) {
        self.recordings.push(match &key.0[..] {
            "" => file.files().place(row.line()).path.display().to_string(),
            name => name.into(),
        });
        self.stretch = 0;
    }

    /// Drops what had begun in front of a gap.
    fn gap(&mut self, begun: usize) {
        self.counts.gaps += 1;
        self.counts.dropped += begun + self.waiting.len();
        self.waiting.clear();
        self.stretch = 0;
    }

    /// Drops what had begun when a recording ends.
    fn end(&mut self, begun: usize) {
        self.counts.unfinished += begun + self.waiting.len();
        self.waiting.clear();
    }
}
