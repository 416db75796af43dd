//! Names of columns in options: separated by commas, which a name may hold too.

/// Splits `text` into names. A whole text that is known is one name; then quotes decide, such as
/// in `"Temp, °F",x`; then the longest run of pieces that is known.
pub(crate) fn split(
    text: &str,
    most_commas: usize,
    is_known: impl Fn(&str) -> bool,
) -> Vec<String> {
    if is_known(text) {
        return vec![text.into()];
    }
    let mut names = Vec::new();
    let mut rest = Some(text);
    while let Some(text) = rest {
        let name;
        (name, rest) = match quoted(text) {
            Some((name, rest)) => (name, rest),
            None => longest(text, most_commas, &is_known),
        };
        names.push(name);
    }
    names
}

/// The one name that `text` is, with quotes around it or without.
pub(crate) fn one(text: &str, is_known: impl Fn(&str) -> bool) -> String {
    match quoted(text) {
        Some((name, None)) if !is_known(text) => name,
        _ => text.into(),
    }
}

/// A name as [`split`] reads it again.
pub(crate) fn quote(name: &str) -> String {
    let is_plain = !name.contains([',', '"']) && name.trim() == name;
    match is_plain {
        true => name.into(),
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

/// A name in quotes at the front, and what follows its comma. A quote in a name stands twice.
fn quoted(text: &str) -> Option<(String, Option<&str>)> {
    let inner = text.trim_start().strip_prefix('"')?;
    let mut name = String::new();
    let mut rest = inner;
    loop {
        let (piece, behind) = rest.split_once('"')?;
        name += piece;
        rest = behind;
        match rest.strip_prefix('"') {
            Some(behind) => {
                name.push('"');
                rest = behind;
            }
            None => break,
        }
    }
    match rest.trim_start() {
        "" => Some((name, None)),
        // Such as `"Date, Time":hour`.
        part if part.starts_with(':') => {
            let (part, rest) = part
                .split_once(',')
                .map_or((part, None), |(a, b)| (a, Some(b)));
            Some((name + part.trim_end(), rest))
        }
        rest => Some((name, Some(rest.strip_prefix(',')?))),
    }
}

/// The longest known name at the front, or else what stands before the first comma.
fn longest(
    text: &str,
    most_commas: usize,
    is_known: impl Fn(&str) -> bool,
) -> (String, Option<&str>) {
    let commas = text.match_indices(',').map(|comma| comma.0);
    let ends: Vec<usize> = commas.chain([text.len()]).take(most_commas + 1).collect();
    let known = ends.iter().rev().find(|&&end| is_known(text[..end].trim()));
    let end = *known.unwrap_or(&ends[0]);
    (text[..end].trim().into(), text[end..].strip_prefix(','))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let known = [
            "\"a\",b",
            "x",
            "Temp, °F (S/N: 1)",
            "a,b",
            "a,b,c",
            "q\"t",
            "Temp",
        ];
        split(text, 2, |name| known.contains(&name))
    }

    #[test]
    fn a_whole_name_comes_first_then_quotes_then_the_longest_run() {
        assert_eq!(names("Temp, °F (S/N: 1)"), ["Temp, °F (S/N: 1)"]);
        assert_eq!(names("x,y"), ["x", "y"]);
        assert_eq!(names("\"a\",b"), ["\"a\",b"]);
        assert_eq!(
            names("x, Temp, °F (S/N: 1),x"),
            ["x", "Temp, °F (S/N: 1)", "x"]
        );
        assert_eq!(names("Temp,x"), ["Temp", "x"]);
        assert_eq!(names("a,b,c"), ["a,b,c"]);
        assert_eq!(names("a,b,x"), ["a,b", "x"]);
        assert_eq!(names("\"a,b\",\"c\",x"), ["a,b", "c", "x"]);
        assert_eq!(names("\"q\"\"t\",x"), ["q\"t", "x"]);
        assert_eq!(names("\"a,b\":hour,x"), ["a,b:hour", "x"]);
        assert_eq!(names("\"open,x"), ["\"open", "x"]);
        assert_eq!(names("x,"), ["x", ""]);
        for name in ["x", "a,b", "q\"t", " y"] {
            assert_eq!(split(&quote(name), 0, |_| false), [name]);
        }
    }
}
