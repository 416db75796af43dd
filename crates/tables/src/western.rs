//! Text that is in Windows-1252 told from text that is in another encoding of one or two bytes, whose
//! letters come out as others.

use std::path::Path;

use crate::error::TableError;
use crate::place::Place;

/// Letters of code page 850 from 0x80 on, as DOS wrote them.
const DOS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»";

/// Signs of the same from 0xf0 on, and its sharp s and micro sign.
const DOS_SIGNS: [(u8, char); 8] = [
    (0xe1, 'ß'),
    (0xe6, 'µ'),
    (0xf8, '°'),
    (0xfa, '·'),
    (0xfc, '³'),
    (0xfd, '²'),
    (0xf1, '±'),
    (0xf6, '÷'),
];

/// Letters by which Polish and Czech of Windows come out.
const CENTRAL: [char; 9] = ['œ', 'Œ', '¹', '³', '¿', 'Ÿ', 'ì', 'ù', '¯'];

/// Refuses a text that was read as Windows-1252, and is none by one of its words.
pub(crate) fn check(path: &Path, text: &str, byte: impl Fn(char) -> u8) -> Result<(), TableError> {
    for (line, row) in (1..).zip(text.split('\n')) {
        let is_part = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii();
        let word = { row.split(|c| !is_part(c)) }.find(|word| is_misread(word));
        if let Some(word) = word {
            let dos = |c: char| match c.is_ascii() {
                true => Some(c),
                false => of_dos(byte(c)),
            };
            let as_dos: Option<String> = word.chars().map(dos).collect();
            let all = || text.chars().filter(|c| !c.is_ascii()).count();
            let are_low = text.chars().filter(|&c| ('à'..='ÿ').contains(&c)).count() * 2 > all();
            let is_dos = as_dos.is_some_and(|word| !is_misread(&word));
            let are_plain = 2 * word.chars().filter(char::is_ascii).count() >= word.chars().count();
            let encoding = match are_plain && word.contains(CENTRAL) {
                true => "WINDOWS-1250",
                false if is_dos => "CP850",
                false if are_low => "WINDOWS-1251",
                false => "GB18030",
            };
            return Err(TableError::OtherEncoding {
                place: Place::line(path, line),
                word: word.into(),
                encoding,
            });
        }
    }
    Ok(())
}

/// Letter or sign of a byte in code page 850; `None` where it draws a line.
fn of_dos(byte: u8) -> Option<char> {
    let sign = DOS_SIGNS.iter().find(|(sign, _)| *sign == byte);
    match sign {
        Some((_, sign)) => Some(*sign),
        None => DOS.chars().nth(usize::from(byte.checked_sub(0x80)?)),
    }
}

/// Tells whether a word can be none of a Western language: a sign within it, a capital behind a small
/// letter, three letters with marks in a row, or a letter where no language has it.
fn is_misread(word: &str) -> bool {
    if word.is_ascii() {
        return false;
    }
    let letters: Vec<char> = word.chars().collect();
    let is_letter = |c: char| c.is_alphabetic() && !"ªºµƒˆ".contains(c);
    let at = |at: Option<usize>| at.and_then(|at| letters.get(at)).copied().unwrap_or(' ');
    let is_odd = |place: usize| {
        let (before, own, after) = (
            at(place.checked_sub(1)),
            letters[place],
            at(Some(place + 1)),
        );
        let marked = |c: char| is_letter(c) && !c.is_ascii();
        match own {
            own if own.is_ascii() => false,
            // Quotes, dashes and points stand between letters, and degrees behind them.
            '’' | '‘' | '·' | '–' | '—' | '…' | '\u{a0}' | '\u{ad}' | 'µ' | '«' | '»' => {
                false
            }
            '\u{80}'..='\u{9f}' | '¡' | '¿' | '¤' | 'ƒ' | 'ˆ' | '¨' | '¬' | '¸' | '¯' => {
                true
            }
            '°' | '²' | '³' | '¹' | '´' => {
                marked(before) || marked(after) || own == '¹' && is_letter(after)
            }
            'ì' | 'ù' if is_letter(after) => true,
            'œ' | 'Œ' => !"uidtslUIDTSL ".contains(after) || after == ' ' && before != ' ',
            'ý' | 'ü' if before == 'm' && letters.len() == 2 => true,
            own if is_letter(own) => {
                let is_third = marked(before) && marked(at(place.checked_sub(2)));
                let is_upper = |c: char| is_letter(c) && c.is_uppercase();
                let is_lower = |c: char| is_letter(c) && c.is_lowercase();
                is_third
                    || is_lower(before) && is_upper(own)
                    || is_lower(own) && is_upper(after)
                    || is_upper(own) && is_letter(before) && is_lower(after)
            }
            _ => {
                is_letter(before) && is_letter(after)
                    || marked(before) && !"„“”\u{2019}".contains(own)
            }
        }
    };
    (0..letters.len()).any(is_odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_western_languages_are_read() {
        for word in [
            "Größe",
            "ÜBERDRUCK",
            "Zähler",
            "°C",
            "µS",
            "m²K",
            "m³",
            "N·m",
            "créée",
            "Öl",
            "l’été",
            "température",
            "Humidité",
            "Año",
            "señal",
            "Leitfähigkeit",
            "più",
            "où",
            "œuvre",
            "sœur",
            "Übersicht",
            "‰",
            "±0",
            "Straße",
            "Drücke",
            "São",
            "Lufttæthed",
            "øst",
            "Ångström",
            "kühlTemp",
            "T°C",
            "n°5",
            "5€",
            "½",
            "20°",
            "Réf",
            "DÉBIT",
            "Tür",
            "Umdrehungen™",
        ] {
            assert!(!is_misread(word), "{word}");
        }
    }

    #[test]
    fn words_of_other_encodings_are_not() {
        for word in [
            "Gr”áe",
            "øC",
            "Z„hler",
            "æS",
            "mý",
            "mü",
            "Òåìïåðàòóðà",
            "Prêdkoœæ",
            "Œrednia",
            "Ciœnienie",
            "Pr¹d",
            "ÎÂ¶È",
            "Ê±¼ä",
            "ŽžŠÔ",
            "»þ´Ö",
            "ôÅÍÐÅÒÁÔÕÒÁ",
            "Prùmìr",
            "Grš§e",
            "ZŠhler",
            "¡C",
            "L\u{81}ftung",
        ] {
            assert!(is_misread(word), "{word}");
        }
    }
}
