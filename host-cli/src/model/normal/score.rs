//! A detector that is chosen at run time, on the host.

use downhill::normal::{AnyDetector, Description, Kind, Settings};
use downhill::{Fault, Recipe};

use crate::model::trainer::{MOST_WORDS, Memory};
use crate::options::spec::NormalSpec;

/// A detector of any kind.
pub(crate) type HostDetector = AnyDetector<Memory<f32>>;

/// Description of a detector with such a model, whose scaler, where it has one, learns from the first
/// `scaled_by` windows.
pub(crate) fn description(
    spec: NormalSpec,
    scaled_by: u32,
    settings: Settings<f32>,
) -> Description<f32> {
    Description {
        kind: match spec {
            NormalSpec::Mahalanobis { shrinkage } => Kind::Mahalanobis {
                shrinkage: shrinkage as f32,
            },
            NormalSpec::KMeans { centers } => Kind::KMeans { centers },
            NormalSpec::Autoencoder(_) => Kind::Reconstruction,
        },
        scaled_by,
        settings,
    }
}

/// Builds a detector that has learned nothing.
pub(crate) fn build(
    description: &Description<f32>,
    recipe: &Recipe<f32>,
) -> Result<HostDetector, Fault> {
    let need = description.arena_len(recipe);
    if need > MOST_WORDS {
        let (need, got) = (need as u32, MOST_WORDS as u32);
        return Err(Fault::Arena { need, got });
    }
    description.build(recipe, Memory::new(need))
}
