//! Recipes as bytes of their own: what a program in C is given to build its fit from.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 4 | `DHRC` |
//! | 4 | 1 | version, 1 |
//! | 5 | | the recipe and its sections, as in a message |
//! | | 4 | CRC-32 (ISO-HDLC) of all before it |

use core::fmt;

use crc::{CRC_32_ISO_HDLC, Crc, NoTable};
use downhill::Recipe;
use serde::Deserialize;

use crate::sections::take_sections;
use crate::{Signal, TooLong};

/// The version that this crate writes, and the only one that it reads.
pub const RECIPE_VERSION: u8 = 1;

const MAGIC: [u8; 4] = *b"DHRC";
const HEADER: usize = 5;
const CHECK: usize = 4;
/// Without a table: a recipe is read once.
const CRC: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// Error of bytes that are no recipe for this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecipeError {
    /// These bytes are no recipe.
    Foreign,
    /// The recipe is of another version.
    Version(u8),
    /// Bytes are missing or changed: the CRC is wrong, or what it seals is no recipe.
    Corrupt,
}

impl fmt::Display for RecipeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign => f.write_str("these bytes are no recipe"),
            Self::Version(version) => write!(
                f,
                "the recipe is of version {version}, and this is {RECIPE_VERSION}"
            ),
            Self::Corrupt => f.write_str("bytes of the recipe are missing or changed"),
        }
    }
}

impl core::error::Error for RecipeError {}

/// Writes a recipe to the front of `buffer`; returns its length.
///
/// # Errors
/// [`TooLong`], with a length that would suffice.
///
/// ```
/// use downhill::loss::{AnyLoss, Squared};
/// use downhill::model::{AnyModel, Linear};
/// use downhill::optimizer::{AnyOptimizer, Sgd};
/// use downhill::{Dyn, NumberType, Recipe};
/// use downhill_link::{RecipeError, read_recipe, write_recipe};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let recipe = Recipe::new(
///     AnyModel::Linear(Linear::with_shape(Dyn(2), Dyn(1), Dyn(1))),
///     AnyLoss::Squared(Squared),
///     AnyOptimizer::Sgd(Sgd::new(0.05)),
/// )
/// .number(NumberType::Q15);
/// let mut bytes = [0; 64];
/// let length = write_recipe(&recipe, &mut bytes)?;
/// assert_eq!(read_recipe(&bytes[..length]), Ok(recipe));
/// assert_eq!(read_recipe(&bytes[..length - 1]), Err(RecipeError::Corrupt));
/// # Ok(())
/// # }
/// ```
pub fn write_recipe(recipe: &Recipe<f32>, buffer: &mut [u8]) -> Result<usize, TooLong> {
    let got = buffer.len();
    write(recipe, buffer).ok_or_else(|| {
        let size = postcard::experimental::serialized_size(recipe).unwrap_or(usize::MAX / 2);
        let need = HEADER + size + CHECK;
        TooLong { need, got }
    })
}

fn write(recipe: &Recipe<f32>, buffer: &mut [u8]) -> Option<usize> {
    let (header, rest) = buffer.split_first_chunk_mut::<HEADER>()?;
    let [magic @ .., version] = header;
    (*magic, *version) = (MAGIC, RECIPE_VERSION);
    let end = HEADER + postcard::to_slice(recipe, rest).ok()?.len();
    let check = CRC.checksum(buffer.get(..end)?);
    *buffer.get_mut(end..)?.first_chunk_mut()? = check.to_le_bytes();
    Some(end + CHECK)
}

/// Reads a recipe. It may be one that no fit can be built from.
///
/// # Errors
/// [`RecipeError`] names the fault of the bytes.
pub fn read_recipe(bytes: &[u8]) -> Result<Recipe<f32>, RecipeError> {
    let Some(([magic @ .., version], _)) = bytes.split_first_chunk::<HEADER>() else {
        return Err(RecipeError::Foreign);
    };
    if *magic != MAGIC {
        return Err(RecipeError::Foreign);
    }
    match *version {
        RECIPE_VERSION => body(bytes).ok_or(RecipeError::Corrupt),
        version => Err(RecipeError::Version(version)),
    }
}

fn body(bytes: &[u8]) -> Option<Recipe<f32>> {
    let (sealed, check) = bytes.split_last_chunk::<CHECK>()?;
    if u32::from_le_bytes(*check) != CRC.checksum(sealed) {
        return None;
    }
    let mut deserializer = postcard::Deserializer::from_bytes(sealed.get(HEADER..)?);
    let mut recipe = Recipe::deserialize(&mut deserializer).ok()?;
    let mut signal = Signal::NONE;
    take_sections(&mut recipe, &mut signal, deserializer.finalize().ok()?);
    // A program makes its windows itself.
    signal.is_none().then_some(recipe)
}
