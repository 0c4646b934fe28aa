//! Constants that are decoded at run time.

use portcullis_text::decode;

/// The plain text of a constant in base64 or hexadecimal, where that is a text.
#[must_use]
pub fn any(text: &str) -> Option<String> {
    const SHORTEST: usize = 8;
    let compact: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    if compact.len() < SHORTEST {
        return None;
    }
    let readable = |bytes: Vec<u8>| {
        let plain = String::from_utf8(bytes).ok()?;
        plain.chars().all(|letter| !letter.is_control() || letter.is_whitespace()).then_some(plain)
    };
    hexadecimal(&compact).and_then(readable).or_else(|| decode::base64(compact.as_bytes()).and_then(readable))
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|letter| letter.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    let pairs = digits.chunks_exact(2);
    pairs.map(|pair| u8::try_from(pair.iter().fold(0, |all, digit| all * 16 + digit)).ok()).collect()
}
