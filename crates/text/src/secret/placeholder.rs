//! Telling a secret from what documentation writes in its place.

/// Words that stand in examples and never in a random token. Compared in small letters.
const STAND_INS: &[&str] = &[
    "example",
    "placeholder",
    "change",
    "your",
    "xxxx",
    "dummy",
    "sample",
    "redact",
    "insert",
    "replace",
    "fake",
    "mock",
    "here",
    "secret",
    "token",
    "passw",
    "apikey",
    "api_key",
    "api-key",
    "test_",
    "test-",
    "demo",
    "foobar",
    "lorem",
    "0000000",
    "1234567",
    "abcdef",
    "qwerty",
];

/// Bits of Shannon entropy per character.
pub(super) fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for &byte in text.as_bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let length = text.len() as f64;
    counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| {
            let share = f64::from(count) / length;
            -share * share.log2()
        })
        .sum()
}

/// True when a value says itself that it stands for another: `<token>`, `${TOKEN}`, `sk-…`, `your-key-here`.
pub(super) fn stands_in(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let reference = [
        "${", "{{", "$(", "%(", "<", ">", "...", "…", "***", "•", "env:", "keyring:", "op://", "file:",
        "vault:",
    ];
    reference.iter().any(|mark| lower.contains(mark))
        || value.starts_with(['$', '%', '@', '{', '['])
        || STAND_INS.iter().any(|word| lower.contains(word))
}

/// True when the body of a token looks drawn at random: many different characters, no stand-in word, no row of equal
/// or counting characters.
pub(super) fn looks_random(body: &str) -> bool {
    let most = (body.len().max(2) as f64).log2();
    entropy(body) >= (0.62 * most).min(2.8) && !stands_in(body) && longest_row(body) < 6
}

/// True when the characters of a value change class as often as random ones do. Words, identifiers, paths and dates
/// change class at their seams only.
pub(super) fn looks_mixed(value: &str) -> bool {
    let class = |byte: u8| match byte {
        b'0'..=b'9' => Some(0),
        b'a'..=b'z' => Some(1),
        b'A'..=b'Z' => Some(2),
        b'.' | b'-' | b'_' | b'/' | b':' => None,
        _ => Some(3),
    };
    let seam = |a: u8, b: u8| class(a).zip(class(b)).is_some_and(|(a, b)| a != b);
    let changes = value.as_bytes().windows(2).filter(|pair| matches!(pair, [a, b] if seam(*a, *b))).count();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    digits > 0 && digits * 10 < value.len() * 9 && changes * 4 >= value.len()
}

/// True when most of a value is words of three and more letters, capitalised or not: an identifier, a host, a class.
pub(super) fn looks_named(value: &str) -> bool {
    let (mut in_words, mut word) = (0, 0);
    for byte in value.bytes().chain([b' ']) {
        let continues = byte.is_ascii_lowercase();
        if !continues {
            in_words += if word >= 3 { word } else { 0 };
            word = 0;
        }
        word += usize::from(continues || byte.is_ascii_uppercase());
    }
    in_words * 100 >= value.len() * 60
}

/// The longest row of equal, rising or falling characters.
fn longest_row(text: &str) -> usize {
    let mut longest = 0;
    let mut length = 1;
    let mut step = None;
    for pair in text.as_bytes().windows(2) {
        let [before, after] = pair else { continue };
        let now = i16::from(*after) - i16::from(*before);
        length = if now.abs() <= 1 && step == Some(now) { length + 1 } else { 2 };
        step = Some(now);
        if now.abs() <= 1 {
            longest = longest.max(length);
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_documentation_stand_in_for_secrets() {
        for value in ["your-api-key-here", "<token>", "${TOKEN}", "xxxxxxxxxxxx", "changeme", "sk-…", "$KEY"]
        {
            assert!(stands_in(value), "{value}");
        }
        assert!(!stands_in("q8Zr4kTn02LmPw"));
    }

    #[test]
    fn random_characters_differ_from_rows_and_words() {
        assert!(looks_random("q8Zr4kTn02LmPwV7bYc1"));
        assert!(!looks_random("aaaaaaaaaaaaaaaaaaaa"));
        assert!(!looks_random("ABCDEFGHIJKLMNOPQRST"));
        assert!(looks_mixed("q8Zr4kTn02LmPwV7bYc1"));
        assert!(!looks_mixed("com.house.service.TokenProvider2"));
        assert!(!looks_mixed("2026-11-21"));
        assert!(looks_named("win32api.RegEnumKey") && looks_named("EcPrivateKeyRfc5915Der"));
        assert!(!looks_named("q8Zr4kTn02LmPwV7bYc1") && !looks_named("b7e23ec29af22b0b4e41da31"));
    }

    #[test]
    fn entropy_counts_bits_per_character() {
        assert!((entropy("aaaa") - 0.0).abs() < 1e-9);
        assert!((entropy("abab") - 1.0).abs() < 1e-9);
    }
}
