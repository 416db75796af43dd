//! The score of a detector of anomalies, its threshold and its votes, in either language.

use std::fmt::Write;
use std::path::Path;

use downhill::loss::Link;
use downhill::model::{AnyActivation, AnyModel};
use downhill::normal::{AnyScore, Score as _};
use downhill::scaler;

use super::literal::Literal;
use super::net::{self, Body, Decision, Detector, Net, Score, Sums};
use crate::data::signal::SignalRecord;
use crate::model::normal::{NormalFile, NormalModel};
use crate::support::failure::Outcome;

/// A detector that was read from `path`, as a net whose one output is its score.
pub(super) fn net(model: &NormalModel, path: &Path, name: Option<&str>) -> Outcome<Net<f32>> {
    let NormalModel { file, detector } = model;
    let settings = detector.settings();
    let columns = |words: &[f32]| scaler::columns(words).to_vec();
    let width = file.features.len();
    let (score, scaler) = match detector.model() {
        AnyScore::Mahalanobis(model) => {
            let triangle = model.state().get(width..).unwrap_or(&[]).to_vec();
            let mean = model.mean().to_vec();
            (Score::Mahalanobis { mean, triangle }, Vec::new())
        }
        AnyScore::KMeans(model) => {
            let centers = model.centers().flatten().copied().collect();
            (Score::KMeans { centers }, columns(model.scaler()))
        }
        AnyScore::Reconstruction(model) => {
            let trainer = model.trainer();
            let sums = Sums {
                products: Vec::new(),
                layers: net::layers(trainer.model(), trainer.parameters(), width),
                activation: match trainer.model() {
                    AnyModel::Mlp(mlp) => mlp.activation(),
                    _ => AnyActivation::Identity,
                },
            };
            let mut scaler = columns(trainer.scaler());
            scaler.truncate(width);
            (Score::Reconstruction(sums), scaler)
        }
    };
    let usual = match file.target.option() {
        Some(target) => format!("{target} anomaly"),
        None => "anomaly".into(),
    };
    Ok(Net {
        name: net::identifier(name.unwrap_or(&usual)),
        about: about(file, path),
        features: net::features(&file.features, &file.encoding),
        origins: file.origins.features.clone(),
        output_origins: Vec::new(),
        scaler,
        body: Body::Score(Detector {
            score,
            threshold: file.normal.threshold,
            votes: settings.votes,
            cool_down: settings.cool_down,
        }),
        outputs: 1,
        link: Link::Identity,
        outputs_scaler: Vec::new(),
        decision: Decision::None,
        classes: Vec::new(),
        stage: file.signal.as_ref().map(SignalRecord::parsed).transpose()?,
    })
}

fn about(file: &NormalFile, path: &Path) -> Vec<String> {
    let from = path.file_name().unwrap_or_default().to_string_lossy();
    vec![
        format!(
            "Scores how far {} feature{} are from what is normal, by {} fitted to {}.",
            file.features.len(),
            if file.features.len() == 1 { "" } else { "s" },
            net::comment(&file.normal.model),
            net::comment(&file.data.file)
        ),
        format!(
            "Written by downhill {} from {}, fingerprint {}.",
            env!("CARGO_PKG_VERSION"),
            net::comment(&from),
            file.fingerprint
        ),
    ]
}

impl<T: Literal> Detector<T> {
    /// Bits of the windows that vote.
    fn last(&self) -> u32 {
        u32::MAX >> (32 - u32::from(self.votes[1]).clamp(1, 32))
    }

    /// Function of the score in C, with places for what is by the model: `UNITS`, `SUMS` and counts.
    pub(super) fn c(&self) -> &'static str {
        match &self.score {
            Score::Mahalanobis { .. } => MAHALANOBIS_C,
            Score::KMeans { .. } => KMEANS_C,
            Score::Reconstruction(_) => RECONSTRUCTION_C,
        }
    }

    /// Threshold and votes in C.
    pub(super) fn votes_c(&self) -> String {
        self.filled(VOTES_C, &self.threshold.c())
            .replace("COUNT_LAST", &format!("0x{:x}u", self.last()))
    }

    /// As [`c`](Detector::c), in Rust.
    pub(super) fn rust(&self) -> &'static str {
        match &self.score {
            Score::Mahalanobis { .. } => MAHALANOBIS_RUST,
            Score::KMeans { .. } => KMEANS_RUST,
            Score::Reconstruction(_) => RECONSTRUCTION_RUST,
        }
    }

    /// As [`votes_c`](Detector::votes_c), in Rust.
    pub(super) fn votes_rust(&self) -> String {
        self.filled(VOTES_RUST, &self.threshold.rust())
            .replace("COUNT_LAST", &format!("0x{:x}", self.last()))
    }

    fn filled(&self, text: &str, threshold: &str) -> String {
        let mut all = text.replace("COUNT_THRESHOLD", threshold);
        let [votes, of] = self.votes;
        for (name, count) in [
            ("VOTES", votes.into()),
            ("OF", of.into()),
            ("COOL", self.cool_down),
        ] {
            let mut number = String::new();
            let _ = write!(number, "{count}");
            all = all.replace(&format!("COUNT_{name}"), &number);
        }
        all
    }
}

const MAHALANOBIS_C: &str = "
/* The Mahalanobis distance of features. */
static inline REAL NAME_distance(const REAL x[UPPER_FEATURES]) {
    REAL whitened[UPPER_FEATURES], square = 0;
    const REAL *row = NAME_triangle;
    size_t i;
    for (i = 0; i < UPPER_FEATURES; i++) {
        whitened[i] = (x[i] - NAME_mean[i]) * row[i] - NAME_dot(row, whitened, i);
        row += i + 1;
    }
    for (i = 0; i < UPPER_FEATURES; i++) square += whitened[i] * whitened[i];
    square = NAME_sqrt(square);
    return NAME_finite(square) ? square : LARGEST;
}
";

const KMEANS_C: &str = "
/* The distance of scaled features to the nearest center. */
static inline REAL NAME_distance(const REAL x[UPPER_FEATURES]) {
    REAL best = LARGEST;
    size_t center, i;
    for (center = 0; center < COUNT_CENTERS; center++) {
        const REAL *c = NAME_centers + center * UPPER_FEATURES;
        REAL square = 0;
        for (i = 0; i < UPPER_FEATURES; i++) square += (x[i] - c[i]) * (x[i] - c[i]);
        if (square < best) best = square;
    }
    return best < LARGEST ? NAME_sqrt(best) : LARGEST;
}
";

const RECONSTRUCTION_C: &str = "
/* The reconstruction error of scaled features. */
static inline REAL NAME_distance(const REAL units_0[UPPER_FEATURES]) {
    REAL prediction[UPPER_FEATURES], sum = 0;
    size_t i;
UNITSSUMS
    for (i = 0; i < UPPER_FEATURES; i++) {
        const REAL error = prediction[i] - units_0[i];
        sum += error * error;
    }
    sum *= COUNT_SHARE;
    return NAME_finite(sum) ? sum : LARGEST;
}
";

const VOTES_C: &str = "
/* Score above which a window is an anomaly. */
static const REAL NAME_threshold = COUNT_THRESHOLD;

/* The votes of the last windows, and how many more raise no alarm. */
typedef struct {
    uint32_t above, wait;
} NAME_votes;

/* Forgets the last windows: at the start, and behind a gap or the end of a recording. */
static inline void NAME_clear(NAME_votes *votes) {
    votes->above = votes->wait = 0;
}

/* Whether COUNT_VOTES of the last COUNT_OF windows were anomalies: what an output pin shows. */
static inline int NAME_is_on(const NAME_votes *votes) {
    uint32_t left = votes->above & COUNT_LAST;
    int count = 0;
    for (; left != 0; left &= left - 1) count++;
    return count >= COUNT_VOTES;
}

/* Takes in the score of the next window. Returns 1 where it raises an alarm, else 0. */
static inline int NAME_vote(NAME_votes *votes, REAL score) {
    int raises;
    votes->above = votes->above << 1 | (uint32_t)(score > NAME_threshold);
    if (votes->wait > 0) votes->wait--;
    raises = NAME_is_on(votes) && votes->wait == 0;
    if (raises) votes->wait = COUNT_COOLu < UINT32_MAX ? COUNT_COOLu + 1 : UINT32_MAX;
    return raises;
}
";

const MAHALANOBIS_RUST: &str = "
/// The Mahalanobis distance of features.
fn distance(x: &[REAL; FEATURES]) -> REAL {
    let mut whitened = [0.0; FEATURES];
    let mut rest = &TRIANGLE[..];
    for (i, (x, mean)) in x.iter().zip(&MEAN).enumerate() {
        let Some((row, behind)) = rest.split_at_checked(i + 1) else {
            break;
        };
        rest = behind;
        let (Some((pivot, row)), Some((done, left))) =
            (row.split_last(), whitened.split_at_mut_checked(i))
        else {
            break;
        };
        if let Some(own) = left.first_mut() {
            *own = (x - mean) * pivot - dot(row, done);
        }
    }
    let square: REAL = whitened.iter().fold(0.0, |sum, x| sum + x * x);
    let distance = SQRT(square);
    if distance.is_finite() { distance } else { REAL::MAX }
}
";

const KMEANS_RUST: &str = "
/// The distance of scaled features to the nearest center.
fn distance(x: &[REAL; FEATURES]) -> REAL {
    let mut best = REAL::MAX;
    for center in CENTERS.chunks_exact(FEATURES) {
        let pairs = x.iter().zip(center);
        let square = pairs.fold(0.0, |sum, (x, c)| sum + (x - c) * (x - c));
        if square < best {
            best = square;
        }
    }
    if best < REAL::MAX { SQRT(best) } else { REAL::MAX }
}
";

const RECONSTRUCTION_RUST: &str = "
/// The reconstruction error of scaled features.
fn distance(scaled: &[REAL; FEATURES]) -> REAL {
    let units = *scaled;
SUMS
    let pairs = prediction.iter().zip(scaled);
    let sum: REAL = pairs.fold(0.0, |sum, (own, x)| sum + (own - x) * (own - x));
    let sum = sum * COUNT_SHARE;
    if sum.is_finite() { sum } else { REAL::MAX }
}
";

const VOTES_RUST: &str = "
/// Score above which a window is an anomaly.
pub const THRESHOLD: REAL = COUNT_THRESHOLD;

/// The votes of the last windows, and how many more raise no alarm.
#[derive(Clone, Copy, Debug, Default)]
pub struct Votes {
    above: u32,
    wait: u32,
}

#[allow(dead_code)]
impl Votes {
    /// Of no window: at the start, and behind a gap or the end of a recording.
    pub const fn new() -> Self {
        Self { above: 0, wait: 0 }
    }

    /// True while COUNT_VOTES of the last COUNT_OF windows were anomalies: what an output pin shows.
    pub fn is_on(&self) -> bool {
        (self.above & COUNT_LAST).count_ones() >= COUNT_VOTES
    }

    /// Takes in the score of the next window; returns true where it raises an alarm.
    pub fn push(&mut self, score: REAL) -> bool {
        self.above = self.above << 1 | u32::from(score > THRESHOLD);
        self.wait = self.wait.saturating_sub(1);
        let raises = self.is_on() && self.wait == 0;
        if raises {
            self.wait = u32::saturating_add(COUNT_COOL, 1);
        }
        raises
    }
}
";
