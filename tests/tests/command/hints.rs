//! Advice of messages: with the option that a refusal names, a command is not refused for the same
//! reason.

use std::fs;

use downhill_tests::downhill;

use super::refusals::{LIST, fixture};

/// Options with their values between backticks, such as `--missing-value=oops`.
fn hints(message: &str) -> Vec<String> {
    let parts: Vec<&str> = message.split('`').collect();
    let pairs = parts.chunks_exact(2).map(|pair| (pair[0], pair[1]));
    // Advice on the fit that made a model is not for the command that uses it.
    let is_own = |front: &str| !front.ends_with("fit with ") && !front.ends_with("without ");
    let quoted = pairs.filter(|pair| is_own(pair.0)).map(|pair| pair.1);
    let hint = |text: &str| {
        let (option, value) = text.strip_prefix("--")?.split_once(['=', ' '])?;
        // A letter or dots in the place of a value, or a value that was cut.
        let is_open = value.contains('…') || value.chars().all(|c| c.is_ascii_uppercase());
        let value = value.trim_matches('\'');
        (!is_open).then(|| format!("--{option}={value}"))
    };
    quoted.filter_map(hint).collect()
}

#[test]
fn what_a_refusal_advises_is_not_refused_for_the_same_reason() {
    let folder = tempfile::tempdir().unwrap();
    fixture(folder.path());
    let list = fs::read_to_string(LIST).unwrap();
    let mut tried = 0;
    for refusal in list.split("\n\n") {
        let mut lines = refusal.lines();
        let Some(command) = lines
            .next()
            .and_then(|line| line.strip_prefix("$ downhill "))
        else {
            continue;
        };
        let message = lines.next().unwrap();
        for hint in hints(message) {
            let (option, value) = hint.split_once('=').unwrap();
            // The option that is refused, if with its defaults, and no advice.
            let mut own = command.split_once(option).into_iter();
            let own = own.find_map(|(_, own)| own[1..].split(' ').next());
            if own.is_some_and(|own| value.starts_with(own)) {
                continue;
            }
            let mut words: Vec<&str> = Vec::new();
            let mut given = command.split(' ').peekable();
            while let Some(word) = given.next() {
                let is_replaced = word == option || word.starts_with(&format!("{option}="));
                match is_replaced {
                    true if word == option => _ = given.next(),
                    true => {}
                    false => words.push(word),
                }
            }
            words.push(&hint);
            let run = downhill(&words).current_dir(folder.path()).assert();
            let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
            let again = said.lines().next().unwrap_or_default();
            assert_ne!(again, message, "downhill {command} {hint:?}");
            assert!(!again.contains("unexpected argument"), "{hint:?}: {said}");
            tried += 1;
        }
    }
    assert!(tried >= 15, "{tried}");
}
