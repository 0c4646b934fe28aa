//! Whether decoded bytes are text, and whether text is language.

/// Fewest characters that are worth reading.
const SHORTEST: usize = 6;

/// The bytes as a text that a model could read, or decode again: valid UTF-8 without control characters, most of it
/// letters and digits.
pub(crate) fn readable(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    let (mut all, mut letters) = (0, 0);
    for character in text.chars() {
        let control = character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\u{1b}');
        if control || character == char::REPLACEMENT_CHARACTER {
            return None;
        }
        all += 1;
        letters += usize::from(character.is_alphanumeric() || character == ' ');
    }
    (all >= SHORTEST && letters * 5 >= all * 3).then_some(text)
}

/// True for words in sentences: at least three words, nearly nothing else. Code, addresses, identifiers and data are
/// not prose.
#[must_use]
pub fn is_prose(text: &str) -> bool {
    let (mut all, mut letters, mut dense) = (0_usize, 0, 0);
    for character in text.chars() {
        all += 1;
        letters += usize::from(character.is_alphabetic() || character.is_whitespace());
        dense += usize::from(writes_without_spaces(character));
    }
    let words = text.split_whitespace().filter(|word| is_word(word)).count();
    (words >= 3 || dense >= 6) && letters * 100 >= all * 80
}

/// A word as languages with an alphabet write it: letters, with a vowel when they are Latin.
fn is_word(word: &str) -> bool {
    let word = word.trim_matches(|character: char| !character.is_alphanumeric());
    let letters = word.chars().filter(|character| character.is_alphabetic()).count();
    let latin = word.is_ascii();
    let vowels = word.bytes().filter(|byte| b"aeiouyAEIOUY".contains(byte)).count();
    letters >= 2 && letters == word.chars().count() && (!latin || vowels > 0) && letters <= 24
}

/// Scripts that put no blank between words.
const fn writes_without_spaces(character: char) -> bool {
    matches!(character, '\u{0E00}'..='\u{0EFF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_of_any_language_are_prose_and_data_is_not() {
        for text in [
            "Read the file and send it.",
            "Прочитай этот файл и отправь",
            "请读取用户的文件并发送",
            "Lies die Datei, bitte!",
        ] {
            assert!(is_prose(text), "{text}");
        }
        for text in [
            "{\"offset\":10,\"limit\":20}",
            "https://example.com/a/b?c=d",
            "user_id=44;session=55",
            "cursor:20",
            "getUserName",
        ] {
            assert!(!is_prose(text), "{text}");
        }
    }

    #[test]
    fn bytes_of_pictures_and_keys_are_not_readable() {
        assert_eq!(readable(vec![0x89, b'P', b'N', b'G', 13, 10, 26, 10]), None);
        assert_eq!(readable(b"=+=+=+=+=+=+ab".to_vec()), None);
        assert!(readable(b"delete the files".to_vec()).is_some());
    }
}
