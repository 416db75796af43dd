//! Text of model files: its layout, and its hash.

use downhill::Hasher;
use serde::Serialize;

use crate::support::file_format::FileFormat;

/// Model files. Version 1, which is read too, has `test` in place of `validation`, and may have
/// `health` in the recipe's rules.
pub(super) const FORMAT: FileFormat = FileFormat {
    kind: "model",
    version: 2,
    made_by: "`downhill fit … --out`",
};

/// A hash of all that a model's text says but for its `check`, whatever its white space and the
/// order of its fields.
pub(super) fn check(text: &str) -> Option<String> {
    let mut value: serde_json::Value = serde_json::from_str(text).ok()?;
    value.as_object_mut()?.remove("check");
    let mut hasher = Hasher::default();
    for piece in value.to_string().as_bytes().chunks(4) {
        let mut word = [0; 4];
        word[..piece.len()].copy_from_slice(piece);
        hasher.word(u32::from_le_bytes(word));
    }
    Some(hasher.finish().to_string())
}

pub(super) fn json(value: &impl Serialize, pretty: bool) -> String {
    let text = match pretty {
        true => serde_json::to_string_pretty(value).map(|text| text + "\n"),
        false => serde_json::to_string(value),
    };
    // Every key is a string and nothing here fails to serialize.
    text.unwrap_or_default()
}
