//! The command line that made a page.

/// The command line that this program was started with, as a shell takes it.
pub(crate) fn reproduce() -> String {
    let arguments = std::env::args_os().skip(1);
    let arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
    command_line(arguments)
}

/// The command line of `downhill` with these arguments, as a shell takes it.
pub(crate) fn command_line(arguments: impl IntoIterator<Item = String>) -> String {
    let quoted = arguments.into_iter().map(|argument| quote(&argument));
    let all = [String::from("downhill")].into_iter().chain(quoted);
    all.collect::<Vec<_>>().join(" ")
}

/// An argument in quotes, where a shell would make something else of it.
fn quote(argument: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    match !argument.is_empty() && argument.chars().all(plain) {
        true => argument.into(),
        false => format!("'{}'", argument.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_change_is_quoted() {
        assert_eq!(quote("--target=CO(GT)"), "'--target=CO(GT)'");
        assert_eq!(quote("it's"), r"'it'\''s'");
        assert_eq!(
            (quote(""), quote("a/b.csv")),
            ("''".into(), "a/b.csv".into())
        );
    }
}
