use downhill::{NumberType, Recipe};

use crate::Signal;

/// Takes the sections behind a recipe, in the order of their numbers. Those of a signal stage stay as
/// they are: who has none refuses them unread.
pub(crate) fn take_sections<'a>(
    recipe: &mut Recipe<f32>,
    signal: &mut Signal<'a>,
    sections: &'a [u8],
) {
    *signal = Signal::from_sections(match sections {
        // As a recipe writes it: the number of the number type.
        [1, behind @ ..] => {
            recipe.number = NumberType::Q15;
            behind
        }
        sections => sections,
    });
}
