//! Columns and rows of a fit, as its options choose them from a table.

use downhill::Real;
use downhill::rules::ScalingMethod;

use crate::data::apart;
use crate::data::classes::{Asked, Classes, Ruling, Settled};
use crate::data::columns::{self, Features, LeftOut, Target, TargetKind};
use crate::data::constant;
use crate::data::encode::Encoder;
use crate::data::errors_in_features;
use crate::data::features::Feature;
use crate::data::formula::Formula;
use crate::data::group_roles;
use crate::data::hold;
use crate::data::long_format;
use crate::data::origins::{ColumnOrigin, Origins};
use crate::data::parts::Parts;
use crate::data::ranges::Ranges;
use crate::data::role::RoleRule;
use crate::data::roles;
use crate::data::row_order::RowOrder;
use crate::data::samples::{Order, RowCounts, Sample, Samples, Split, Weighting};
use crate::data::shifts::{self, Need, Shifts};
use crate::data::signal::{self, Signal};
use crate::data::stream::{self, Reread, Stream};
use crate::data::untrained::Untrained;
use crate::options::FitOptions;
use crate::options::precision::Precision;
use crate::options::spec::MissingSpec;
use crate::support::failure::{Failure, Outcome};
use crate::support::messages;
use downhill_tables::{CsvFile, Files, HEAD_ROWS, HowRead, Table};

/// Columns and rows of a fit.
#[derive(Debug)]
pub(crate) struct Dataset<T> {
    /// Files that the rows come from.
    pub(crate) files: Files,
    /// How the file is read.
    pub(crate) how: HowRead,
    /// Names of the features, in the model's order.
    pub(crate) features: Vec<String>,
    /// Origin of each feature; empty where each is a column as it stands.
    pub(crate) encoding: Vec<Feature>,
    /// Origins that columns are counted from.
    pub(crate) origins: Origins,
    pub(crate) target: Target,
    /// How the target was taken, where it could have been taken otherwise.
    pub(crate) taken: Option<String>,
    /// How the rows were parted into roles, where not by their number alone.
    pub(crate) parted: Option<String>,
    /// Classes without a training row, where all rows are held.
    pub(crate) untrained: Vec<Untrained>,
    /// The model, where it is a formula.
    pub(crate) formula: Option<Formula>,
    /// Columns that are used and have a unit, and that unit.
    pub(crate) units: Vec<[String; 2]>,
    /// Order of the first rows.
    pub(crate) order: RowOrder,
    /// Columns that are not used, and why.
    pub(crate) left_out: Vec<LeftOut>,
    /// Treatment of a row that misses a feature.
    pub(crate) missing: MissingSpec,
    /// Marks of a missing cell, beside an empty one.
    pub(crate) missing_values: Vec<String>,
    pub(crate) weighting: Weighting,
    /// Standard deviations of the features of each sample; empty where they have no errors.
    pub(super) sigma_x: Vec<f64>,
    /// All rows, or those of a file too large to be held that are kept to be measured.
    pub(crate) samples: Samples<T>,
    /// Training and validation rows among the samples.
    pub(crate) split: Split,
    /// True where the last rows are measured and not learned from.
    pub(crate) takes_last_rows: bool,
    /// True where these, or the rows of another file, are.
    pub(crate) measures_later_rows: bool,
    /// Number of test rows in a file of their own that were measured.
    pub(crate) test_rows: usize,
    /// All rows of a file too large to be held.
    pub(crate) stream: Option<Stream>,
    /// Signal that the rows are windows of.
    pub(crate) signal: Option<Signal>,
    /// Group of each row that is held, or its recording, where rows have groups.
    pub(crate) groups: Vec<u32>,
}

/// Files that are held in memory, and the order of the rows of others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hold {
    /// Most bytes of a file that is held.
    pub(crate) at_most: u64,
    /// True where epochs go through the rows in an order of their own.
    pub(crate) is_shuffled: bool,
}

impl<T: Real> Dataset<T> {
    /// Reads a file that is small enough to be held, or goes through a larger one once, while a
    /// scaler learns by `method`; returns that scaler, not frozen yet. The target is what is
    /// `asked`, or else what its cells look like.
    ///
    /// # Errors
    /// [`Failure::Usage`] where options contradict each other or the columns, and
    /// [`Failure::Input`] where the file cannot be read or has no row with every number.
    pub(crate) fn read(
        options: &FitOptions,
        hold: Hold,
        method: ScalingMethod,
        asked: &Asked,
    ) -> Outcome<(Self, Option<Vec<f64>>)> {
        let precision = Precision::of::<T>();
        let signal = options.signal.as_ref();
        let signal = signal.map(|signal| signal::prepare(options, signal, precision));
        let (mut opened, of_windows, own_rule, signal) = match signal.transpose()? {
            Some((file, features, rule, signal)) => (file, features, Some(rule), Some(signal)),
            None => {
                let file = CsvFile::open_all(&options.data, &options.reading)?;
                (file, Vec::new(), None, None)
            }
        };
        let is_small = opened.length() <= hold.at_most;
        let mut head = opened.table(HEAD_ROWS)?;
        let mut is_whole = head.lines.len() < HEAD_ROWS;
        // Any row can have a category of its own, or make a marker of a text.
        if is_small && !is_whole && head.columns.iter().any(|column| column.texts > 0) {
            head = opened.table(usize::MAX)?;
            is_whole = true;
        }
        let targets = match (&options.target, options.model) {
            (Some(target), _) => columns::named_by(&head, target),
            (None, Some(model)) if model.is_of_itself() => Vec::new(),
            (None, _) => return Err(columns::no_target()),
        };
        let mut formula = Formula::of(options, &head)?;
        // Any row can be of another group.
        if !is_whole && formula.as_ref().is_some_and(Formula::has_groups) {
            head = opened.table(usize::MAX)?;
            is_whole = true;
            formula = Formula::of(options, &head)?;
        }
        if let Some(formula) = &formula {
            formula.say_how_read();
        }
        let named = match &signal {
            Some(_) => of_windows,
            None => columns::all_named(&head, &options.features),
        };
        let weight = options
            .weight
            .as_deref()
            .map(|name| columns::one(&head, name));
        let rule = own_rule.as_ref().unwrap_or(&options.roles);
        let group = rule.group.as_deref().map(|name| columns::one(&head, name));
        if formula.is_none() {
            long_format::check(&head, &targets, &named, group.as_deref())?;
        }
        let group = group.map(|name| head.find(&name)).transpose()?;
        let (mut forced, mut room) = (None, None);
        let (choice, gaps, mut read, settled) = loop {
            opened.take_formats(&head);
            let features = match &formula {
                Some(formula) => Features::Are(formula.resolved(&head)?),
                None => Features::named(&named),
            };
            let are_named = formula.is_some() || !named.is_empty();
            let mut choice = columns::choose(&head, &targets, weight.as_deref(), features, asked)?;
            choice.ruling = forced.unwrap_or(choice.ruling);
            choice.set_group(&head, group, are_named)?;
            if options.has_one_solution() {
                choice.leave_out_categories();
            }
            let mut needs = shifts::needs::<T>(options);
            if matches!(choice.ruling, Ruling::Classes { .. }) {
                needs.1 = Need::Leave;
            }
            let shifts = Shifts::find::<T>(&head, &choice, needs);
            let encoder = Encoder::new(&opened, &choice, options.missing)
                .shifted_by(shifts)
                .with_sigma(options.sigma.is_some());
            let gaps = opened.gaps(choice.columns());
            // The left side of a formula is made of all targets at once.
            let is_held = is_small || formula.is_some();
            let read = match is_held {
                true => FirstRead::hold(&opened, encoder, rule),
                false => {
                    if forced.is_none() && !targets.is_empty() {
                        refuse_constant(&opened, &encoder, (&targets, asked, choice.ruling))?;
                    }
                    let parts = match room.take() {
                        None if hold.is_shuffled => {
                            Some(parts::<T>(options, &opened, &head, &encoder)?)
                        }
                        room => room,
                    };
                    FirstRead::stream(&opened, encoder, rule, method, parts)
                }
            };
            let read = match read {
                // A text that is first met behind the head may be a marker, or a label.
                Err(Failure::Input(_)) if !is_whole && is_held => {
                    head = opened.table(usize::MAX)?;
                    is_whole = true;
                    continue;
                }
                read => read?,
            };
            let target = (&head.files, targets.first().map_or("", String::as_str));
            match asked.settle(target, choice.ruling, read.encoder.seen())? {
                Settled::Anew(ruling) => {
                    forced = Some(ruling);
                    let parts = read.reread.and_then(|reread| reread.parts);
                    room = parts.map(Parts::emptied).transpose()?;
                }
                settled => break (choice, gaps, read, settled),
            }
        };
        // A number apart from others is told wherever it is.
        if !is_whole
            && read.reread.is_none()
            && (opened.has_suspects() || apart::is_behind(&read.samples, HEAD_ROWS))
        {
            opened.take_formats(&opened.table(usize::MAX)?);
        }
        let mut parted = group_roles::told(rule, read.encoder.groups(), &head.files)?;
        let (kind, classes, taken) = match settled {
            Settled::Classes(decision) => {
                parted = decision.parted(rule).or(parted);
                read.samples.reorder_classes(&decision.places);
                if let Some(reread) = &mut read.reread {
                    reread.classes = decision.places;
                }
                read.encoder.know(decision.classes.clone());
                (TargetKind::Class, decision.classes, Some(decision.taken))
            }
            Settled::Amount(taken) => (TargetKind::Number, Classes::default(), taken),
            Settled::Anew(_) => (TargetKind::Number, Classes::default(), None),
        };
        let how = match &signal {
            Some(signal) => signal.how.clone(),
            None => choice.how_read(opened.how_read(), opened.names()),
        };
        let (of_raw, left_out) = match &signal {
            Some(signal) => (&signal.gaps[..], signal.left_out.clone()),
            None => (&gaps[..], choice.left_out.clone()),
        };
        let scaler = read.scaler;
        let sigma_x = match (options.sigma_x.is_empty(), formula.is_some()) {
            (false, true) => errors_in_features::read(
                &opened.table(usize::MAX)?,
                &options.sigma_x,
                &choice.names(),
                &read.samples,
            )?,
            _ => Vec::new(),
        };
        let untrained = match &read.reread {
            None => Untrained::find(&read.samples, &read.split, classes.len()),
            Some(_) => Vec::new(),
        };
        let data = Self {
            features: choice.names(),
            encoding: choice.encoding(),
            origins: read.encoder.origins(),
            how,
            target: Target {
                names: targets,
                kind,
                classes,
            },
            taken,
            parted,
            untrained,
            formula,
            units: choice.units(&head),
            order: RowOrder::find(&head, &choice),
            left_out,
            missing: options.missing,
            missing_values: [&options.reading.missing[..], of_raw].concat(),
            weighting: Weighting {
                column: weight,
                sigma: options.sigma,
                ..Weighting::default()
            },
            sigma_x,
            samples: read.samples,
            split: read.split,
            takes_last_rows: rule.needs_total(),
            measures_later_rows: rule.needs_total() || options.test.is_some() || signal.is_some(),
            test_rows: 0,
            stream: read.reread.map(|reread| Stream {
                file: opened,
                encoder: read.encoder,
                reread,
            }),
            files: head.files,
            signal,
            groups: read.groups,
        };
        Ok((data.complete()?, scaler))
    }

    /// Completes it once all of its rows are there: lets the formula take the origins of columns, and
    /// samples its left side for their targets.
    pub(super) fn complete(mut self) -> Outcome<Self> {
        if self.samples.len() == 0 {
            return Err(self.samples.none_left(&self.files));
        }
        if let Some(formula) = &mut self.formula
            && !self.origins.is_none()
        {
            formula.count_from(&self.origins, &self.samples.largest())?;
        }
        if let (Some(formula), [target]) = (&self.formula, &self.target.names[..]) {
            let program = formula.program()?;
            self.samples.take_left_side(&self.files, target, &program)?;
        }
        Ok(self)
    }

    /// Names of the files, as they were given.
    pub(crate) fn name(&self) -> String {
        self.files.to_string()
    }

    /// Names of the model's outputs.
    pub(crate) fn outputs(&self) -> &[String] {
        self.target.outputs(&self.features)
    }

    /// Names of the model's outputs, and the origins that these are counted from.
    pub(crate) fn outputs_and_origins(&self) -> (&[String], &[f64]) {
        let of_features = self.target.kind == TargetKind::Features;
        (self.outputs(), self.origins.outputs(of_features))
    }

    /// Columns that are counted from an origin.
    pub(crate) fn shifted(&self) -> Vec<ColumnOrigin> {
        self.origins
            .named(&self.features, &self.encoding, &self.target.names)
    }

    /// Names of the features as the model takes them: less their origins.
    pub(crate) fn shifted_names(&self) -> Vec<String> {
        let features = self.features.iter().enumerate();
        let name = |(at, name): (usize, &String)| match self.origins.feature(at) {
            0.0 => name.clone(),
            origin => format!("({name} - {origin})"),
        };
        features.map(name).collect()
    }

    /// Number of the recording of a row that is held, or else of its group, if there are such.
    pub(crate) fn recording(&self, row: usize) -> Option<u32> {
        let Some(signal) = &self.signal else {
            return self.groups.get(row).copied();
        };
        // Windows are a table of a line each, below its header.
        let window = (self.samples.sample(row).line as usize).checked_sub(2)?;
        let place = signal.rows.places.get(window)?;
        Some(place.recording as u32)
    }

    /// Standard deviations of the features of a training row, by its place among them.
    pub(crate) fn sigma_x(&self, at: usize) -> &[f64] {
        let row = self.split.train.get(at).map_or(0, |&row| row as usize);
        let width = self.features.len();
        self.sigma_x
            .get(row * width..(row + 1) * width)
            .unwrap_or(&[])
    }

    /// The least and the largest number of each feature in the training rows.
    pub(crate) fn ranges(&self) -> Vec<[f64; 2]> {
        let held = || {
            let mut ranges = Ranges::of(self.features.len());
            self.training().for_each(|row| ranges.see(row.features));
            ranges
        };
        let ranges = match &self.stream {
            Some(stream) => stream.ranges(),
            None => held().numbers(),
        };
        let origin = |at| self.origins.feature(at);
        let ends = ranges.into_iter().enumerate();
        ends.map(|(at, ends)| ends.map(|end| end + origin(at)))
            .collect()
    }

    /// Training rows that are held, in the file's order.
    pub(crate) fn training(&self) -> impl Iterator<Item = Sample<'_, T>> + Clone {
        self.samples.of(&self.split.train)
    }

    /// Validation rows that are held, or training rows where there are none.
    pub(crate) fn measured(&self) -> impl Iterator<Item = Sample<'_, T>> + Clone {
        self.samples.of(match self.split.validation.is_empty() {
            true => &self.split.train,
            false => &self.split.validation,
        })
    }

    /// Number of rows that went where.
    pub(crate) fn rows(&self) -> RowCounts {
        let mut rows = self.own_rows();
        rows.test += self.test_rows;
        rows
    }

    fn own_rows(&self) -> RowCounts {
        match &self.stream {
            Some(stream) => stream.rows(),
            None => RowCounts {
                used: self.samples.len(),
                dropped: self.samples.dropped,
                filled: self.samples.filled,
                train: self.split.train.len(),
                validation: self.split.validation.len(),
                test: self.split.test.len(),
            },
        }
    }

    /// Goes through the training rows once, some at a time and in this order, until `visit` has
    /// seen enough.
    pub(crate) fn epoch<E: From<Failure>>(
        &self,
        order: &mut Order<'_>,
        mut visit: impl FnMut(&Samples<T>, &[u32]) -> Result<bool, E>,
    ) -> Result<(), E> {
        match &self.stream {
            None => visit(&self.samples, order.epoch()).map(|_| ()),
            Some(stream) => stream.pass(order.random(), &self.weighting.classes, visit),
        }
    }
}

/// Refuses a target that is the same in all rows of a file that is not held, before any work is
/// done with them.
fn refuse_constant(
    file: &CsvFile,
    encoder: &Encoder,
    (targets, asked, ruling): (&[String], &Asked, Ruling),
) -> Outcome {
    let Some((at, value, line, read)) = constant::find(file, encoder)? else {
        return Ok(());
    };
    let (files, name) = (file.files(), &targets[at]);
    if targets.len() == 1 {
        // Of a class its label is said.
        asked.settle((files, name), ruling, read.seen())?;
    }
    Err(Failure::Input(format!(
        "{} and on, column `{name}`: the target is {} in every row, so there is nothing to learn; \
         choose another `--target`",
        files.place(line),
        value + read.origins().target(at)
    )))
}

/// Room on disk for the training rows of a file that is not held; says how much it will be.
fn parts<T: Real>(
    options: &FitOptions,
    file: &CsvFile,
    head: &Table,
    encoder: &Encoder,
) -> Outcome<Parts> {
    let numbers = encoder.samples::<T>().stride();
    let rows_of_byte = head.lines.len() as f64 / head.bytes.max(1) as f64;
    let rows = (file.length() as f64 * rows_of_byte) as u64;
    let bytes = rows * Parts::row_bytes::<T>(numbers);
    let temporary = &options.reading.temporary;
    messages::say(format_args!(
        "{}: too large to be held, so that the fit shuffles its rows on disk: up to {} MB in {}",
        file.files(),
        bytes.div_ceil(1 << 20),
        temporary.folder().display()
    ));
    let what = format!("{}: rows to be shuffled", file.files());
    Parts::create::<T>(temporary, what, (numbers, rows), options.seed)
}

/// A file after the first pass.
struct FirstRead<T> {
    samples: Samples<T>,
    split: Split,
    encoder: Encoder,
    /// How the rows are read again, unless all are held.
    reread: Option<Reread>,
    /// Scaler that has seen every training row, where not all are held.
    scaler: Option<Vec<f64>>,
    /// Group of each row, where rows have groups and all are held.
    groups: Vec<u32>,
}

impl<T: Real> FirstRead<T> {
    /// Takes every row.
    fn hold(opened: &CsvFile, mut encoder: Encoder, rule: &RoleRule) -> Outcome<Self> {
        let mut samples: Samples<T> = hold::hold(&mut encoder, opened)?;
        while encoder.settle_origins::<T>() {
            samples = hold::hold(&mut encoder, opened)?;
        }
        encoder.check_digits::<T>()?;
        Ok(Self {
            split: roles::split(
                rule,
                &samples,
                encoder.has_classes(),
                (encoder.groups_of_rows(), encoder.unused()),
            ),
            groups: encoder.groups_of_rows().to_vec(),
            reread: None,
            scaler: None,
            samples,
            encoder,
        })
    }

    /// Takes some rows, and leaves the others to be read again.
    fn stream(
        opened: &CsvFile,
        mut encoder: Encoder,
        rule: &RoleRule,
        method: ScalingMethod,
        parts: Option<Parts>,
    ) -> Outcome<Self> {
        let first = stream::first(opened, &mut encoder, rule, method, parts)?;
        Ok(Self {
            samples: first.kept,
            split: first.split,
            reread: Some(first.reread),
            scaler: Some(first.scaler),
            groups: Vec::new(),
            encoder,
        })
    }
}
