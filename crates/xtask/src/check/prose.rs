//! Wording: how doc comments open, American spelling, and no path of somebody's machine.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::packages::{Package, files};

/// Openings that leave the reader to find the noun.
const RIDDLES: &[&str] = &["What", "Whether", "Of", "How many", "The same"];
/// The share of doc comments that may open so.
const MOST: f64 = 0.04;
/// Offenders that are shown of a package.
const SHOWN: usize = 5;

/// British words, in two halves, or this list would be one.
const BRITISH: &[(&str, &str)] = &[
    ("behavi", "our"),
    ("col", "our"),
    ("fav", "our"),
    ("hon", "our"),
    ("lab", "our"),
    ("neighb", "our"),
    ("rig", "our"),
    ("cent", "re"),
    ("fib", "re"),
    ("lit", "re"),
    ("kilomet", "re"),
    ("met", "re"),
    ("gr", "ey"),
    ("anal", "ysed"),
    ("anal", "yser"),
    ("anal", "ysing"),
    ("artef", "act"),
    ("catal", "yse"),
    ("catal", "ogue"),
    ("def", "ence"),
    ("lic", "ence"),
    ("whi", "lst"),
    ("cancel", "led"),
    ("cancel", "ling"),
    ("label", "led"),
    ("label", "ling"),
    ("model", "led"),
    ("model", "ling"),
    ("signal", "led"),
    ("signal", "ling"),
    ("travel", "led"),
    ("travel", "ling"),
];
/// Stems of verbs that Britons end in -ise.
const VERBS: &[&str] = &[
    "canonical",
    "categor",
    "character",
    "custom",
    "discret",
    "factor",
    "final",
    "general",
    "initial",
    "linear",
    "local",
    "maxim",
    "minim",
    "monomorph",
    "normal",
    "optim",
    "organ",
    "parallel",
    "penal",
    "quant",
    "random",
    "real",
    "recogn",
    "regular",
    "serial",
    "special",
    "stabil",
    "standard",
    "summar",
    "synchron",
    "token",
    "util",
    "vector",
    "visual",
];
const ENDINGS: &[&str] = &[
    "e", "ed", "er", "ers", "es", "ing", "able", "ation", "ations",
];

/// Words that stay: a value of an option, an option that nobody has, and an attribute of HTML.
const NAMES: &[&str] = &["centred", "--colour", "aria-labelledby"];

/// Files of words that users write, British ones among them.
const VOCABULARIES: &[&str] = &["crates/tables/src/layout/vocabulary.rs"];

/// Folders that somebody's files are in.
const MACHINES: &[&str] = &["home", "root", "tmp", "Users", "work"];
/// Files that are read for spelling and paths.
const READ: &[&str] = &["c", "h", "json", "md", "py", "rs", "sh", "toml", "txt", "x"];

/// How the doc comments of a package open.
pub(super) struct Openings {
    pub(super) blocks: usize,
    /// Those that open with a riddle: file, line and text.
    pub(super) riddles: Vec<(PathBuf, usize, String)>,
}

impl Openings {
    pub(super) fn of(package: &Package, others: &[Package]) -> Result<Self> {
        let mut openings = Self {
            blocks: 0,
            riddles: Vec::new(),
        };
        for file in files(&package.folder)? {
            let is_here = |other: &Package| {
                other.folder.starts_with(&package.folder)
                    && other.folder != package.folder
                    && file.starts_with(&other.folder)
            };
            if file.extension().is_some_and(|end| end == "rs") && !others.iter().any(is_here) {
                openings.read(&file, &fs::read_to_string(&file)?);
            }
        }
        Ok(openings)
    }

    fn read(&mut self, file: &Path, text: &str) {
        let mut before = None;
        for (at, line) in text.lines().enumerate() {
            let comment = line.trim_start();
            let mark = ["///", "//!"]
                .into_iter()
                .find(|mark| comment.starts_with(mark));
            if let Some(mark) = mark
                && before != Some(mark)
            {
                let comment = comment[mark.len()..].trim();
                self.blocks += 1;
                if RIDDLES.iter().any(|riddle| opens(comment, riddle)) {
                    self.riddles.push((file.into(), at + 1, comment.into()));
                }
            }
            before = mark;
        }
    }

    pub(super) fn share(&self) -> f64 {
        self.riddles.len() as f64 / self.blocks.max(1) as f64
    }

    pub(super) fn is_clear(&self) -> bool {
        self.share() <= MOST
    }

    /// The share, and the first offenders where there are too many.
    pub(super) fn describe(&self, root: &Path) -> String {
        let mut text = format!(
            "{:.1} % of {} doc comments open with {}",
            100.0 * self.share(),
            self.blocks,
            RIDDLES.join(", ")
        );
        if !self.is_clear() {
            for (file, line, comment) in self.riddles.iter().take(SHOWN) {
                let file = file.strip_prefix(root).unwrap_or(file).display();
                text += &format!("\n    {file}:{line}: {comment}");
            }
        }
        text
    }
}

fn opens(comment: &str, words: &str) -> bool {
    let rest = comment.strip_prefix(words);
    rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
}

/// Lists the British words and the paths of machines in all text below a folder.
pub(super) fn blemishes(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for file in files(root)? {
        let end = file.extension().unwrap_or_default().to_string_lossy();
        let path = file.strip_prefix(root).unwrap_or(&file);
        if !READ.contains(&&*end) || VOCABULARIES.iter().any(|list| path.ends_with(list)) {
            continue;
        }
        let Ok(text) = fs::read_to_string(&file) else {
            continue;
        };
        let name = path.display();
        for (at, line) in text.lines().enumerate() {
            for blemish in blemishes_of(line) {
                found.push(format!("{name}:{}: {blemish}", at + 1));
            }
        }
    }
    Ok(found)
}

fn blemishes_of(line: &str) -> Vec<String> {
    let line = &NAMES
        .iter()
        .fold(line.to_owned(), |line, name| line.replace(name, ""));
    let words = line.split(|letter: char| !letter.is_ascii_alphabetic());
    let words = words.filter(|word| is_british(&word.to_ascii_lowercase()));
    let mut found: Vec<String> = words.map(|word| format!("`{word}` is British")).collect();
    for machine in MACHINES {
        let path = format!("/{machine}/");
        if line.contains(&path) {
            found.push(format!("`{path}` is a path of one machine"));
        }
    }
    found
}

fn is_british(word: &str) -> bool {
    let listed = |(start, end): &(&str, &str)| {
        word.strip_prefix(start)
            .is_some_and(|rest| rest.starts_with(end))
    };
    let verb = |stem: &&str| {
        let rest = word
            .strip_prefix(stem)
            .and_then(|rest| rest.strip_prefix("is"));
        rest.is_some_and(|rest| ENDINGS.contains(&rest))
    };
    BRITISH.iter().any(listed) || VERBS.iter().any(verb)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_are_counted_a_block_at_a_time() {
        let text = "//! Whatever it is.\n//! What follows.\n\n/// What a fit takes.\n/// More.\n\
                    fn a() {}\n    /// The same again.\n    /// Of it.\n/// Learning rate.\n//// What\n";
        let mut openings = Openings {
            blocks: 0,
            riddles: Vec::new(),
        };
        openings.read(Path::new("a.rs"), text);
        let lines: Vec<usize> = openings.riddles.iter().map(|riddle| riddle.1).collect();
        assert_eq!((openings.blocks, lines), (3, vec![4, 7]));
        assert!(!openings.is_clear());
        assert!(
            openings
                .describe(Path::new(""))
                .contains("a.rs:4: What a fit takes.")
        );
    }

    #[test]
    fn british_words_are_found_in_any_case_and_american_ones_pass() {
        let british = format!("The Colo{0}r of a norm{1} behavio{0}r", 'u', "alised");
        assert_eq!(blemishes_of(&british).len(), 3, "{british}");
        let british = format!(
            "two analy{0}ers under one lic{1} of many lic{1}s",
            's', "ence"
        );
        assert_eq!(blemishes_of(&british).len(), 3, "{british}");
        let american = "color normalized precise noise parameters centered meters labeled modeler \
                        specialist optimistic optimism premise analyses analyzer license rmsprop:centred_momentum";
        assert_eq!(blemishes_of(american), [""; 0]);
    }

    #[test]
    fn a_path_of_one_machine_is_found() {
        let path = format!("see /{}/me/notes", "home");
        assert_eq!(
            blemishes_of(&path),
            [format!("`/{}/` is a path of one machine", "home")]
        );
        assert_eq!(
            blemishes_of("https://example.org/a/b and target/tmp"),
            [""; 0]
        );
    }
}
