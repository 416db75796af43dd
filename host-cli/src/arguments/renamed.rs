//! Options that earlier versions had under another name. Files that were written then are still
//! read; the command line refuses the old name.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Old names, each with the name of today.
const RENAMED: [(&str, &str); 1] = [("test-every", "validation-every")];

/// Name of today of an option that had this name before, without dashes; `None` where it had not.
pub(super) fn new_name(old: &str) -> Option<&'static str> {
    let renamed = RENAMED.iter().find(|renamed| renamed.0 == old);
    renamed.map(|renamed| renamed.1)
}

/// Sentence on an old name, with the dashes that the reader writes; `None` where it is none.
pub(super) fn sentence(dashes: &str, old: &str) -> Option<String> {
    let new = new_name(old)?;
    Some(format!("`{dashes}{old}` is now called `{dashes}{new}`"))
}

/// Sentence on an error that is the use of an old name, where the new one is known; `None` where it
/// is another error.
pub(super) fn used(error: &clap::Error, is_known: impl Fn(&str) -> bool) -> Option<String> {
    match (error.kind(), error.get(ContextKind::InvalidArg)) {
        (ErrorKind::UnknownArgument, Some(ContextValue::String(name))) => {
            let old = name.strip_prefix("--")?;
            new_name(old).filter(|new| is_known(new))?;
            sentence("--", old)
        }
        _ => None,
    }
}

/// A word of a command line in a file, with an option by its name of today; the sentence on its old
/// name, where it had that.
pub(crate) fn word(word: &str) -> (String, Option<String>) {
    let named = || {
        let option = word.strip_prefix("--")?;
        let name = option.split('=').next()?;
        let (new, sentence) = (new_name(name)?, sentence("--", name)?);
        Some((format!("--{new}{}", &option[name.len()..]), sentence))
    };
    named().map_or_else(|| (word.into(), None), |(word, told)| (word, Some(told)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_name_stands_for_the_name_of_today() {
        let told = Some("`--test-every` is now called `--validation-every`".to_owned());
        assert_eq!(
            word("--test-every=3"),
            ("--validation-every=3".into(), told.clone())
        );
        assert_eq!(word("--test-every"), ("--validation-every".into(), told));
        for kept in ["--test-everything", "test-every", "--lr=1", "3"] {
            assert_eq!(word(kept), (kept.into(), None));
        }
    }
}
