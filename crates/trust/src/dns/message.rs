//! Messages of the domain name system: one question, and as much of the answer as is needed.

use std::hash::{BuildHasher, RandomState};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The start of authority: every zone has one, and every name that exists is told from one that does not.
    Authority,
    /// Texts.
    Text,
}

impl Kind {
    const fn code(self) -> u16 {
        match self {
            Kind::Authority => 6,
            Kind::Text => 16,
        }
    }
}

/// What a server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// The name exists, and these are its texts.
    Found(Vec<String>),
    /// There is no such name.
    Nothing,
    /// The answer did not fit.
    Cut,
    /// The server could or would not answer: the code says why.
    Failed(u8),
}

/// A number that nobody else can guess.
pub(super) fn id() -> u16 {
    let [first, second, ..] = RandomState::new().hash_one(1).to_be_bytes();
    u16::from_be_bytes([first, second])
}

/// The question; none when the name is none.
pub(super) fn question(id: u16, name: &str, kind: Kind) -> Option<Vec<u8>> {
    let name = name.trim_end_matches('.');
    if name.is_empty() || name.len() > 253 || !name.is_ascii() {
        return None;
    }
    // Please recurse; one question.
    let mut bytes = id.to_be_bytes().to_vec();
    bytes.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.split('.') {
        if label.is_empty() || label.len() > 63 {
            return None;
        }
        bytes.push(u8::try_from(label.len()).ok()?);
        bytes.extend(label.to_ascii_lowercase().as_bytes());
    }
    bytes.push(0);
    bytes.extend(kind.code().to_be_bytes());
    bytes.extend([0, 1]);
    Some(bytes)
}

/// Reads the answer to a question; none when it answers another one or is broken.
pub(super) fn read(bytes: &[u8], id: u16, question: &[u8]) -> Option<Answer> {
    let number = |at: usize| Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    let flags = number(2)?;
    let is_answer = flags & 0x8000 != 0 && number(0)? == id && number(4)? == 1;
    let asked = question.get(12..)?;
    let said = bytes.get(12..12 + asked.len())?;
    if !is_answer || !said.eq_ignore_ascii_case(asked) {
        return None;
    }
    if flags & 0x0200 != 0 {
        return Some(Answer::Cut);
    }
    match u8::try_from(flags & 0xf).ok()? {
        0 => {}
        3 => return Some(Answer::Nothing),
        code => return Some(Answer::Failed(code)),
    }
    let mut at = 12 + asked.len();
    let mut texts = Vec::new();
    for _ in 0..number(6)?.min(200) {
        at = after_name(bytes, at)?;
        let (kind, length) = (number(at)?, usize::from(number(at + 8)?));
        let data = bytes.get(at + 10..at + 10 + length)?;
        if kind == Kind::Text.code() {
            texts.push(text(data));
        }
        at += 10 + length;
    }
    Some(Answer::Found(texts))
}

/// Where a name ends. A pointer ends it, wherever it leads.
fn after_name(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *bytes.get(at)? {
            0 => return Some(at + 1),
            length if length & 0xc0 == 0xc0 => return Some(at + 2),
            length if length & 0xc0 == 0 => at += usize::from(length) + 1,
            _ => return None,
        }
    }
}

/// The strings of one record, put together; one line.
fn text(mut data: &[u8]) -> String {
    let mut whole = Vec::new();
    while let Some((length, rest)) = data.split_first() {
        let (part, behind) = rest.split_at_checked(usize::from(*length)).unwrap_or((rest, &[]));
        whole.extend_from_slice(part);
        data = behind;
    }
    String::from_utf8_lossy(&whole).chars().filter(|letter| !letter.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(flags: u16, answers: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = question(7, "example.com", Kind::Text).unwrap();
        bytes[2..4].copy_from_slice(&flags.to_be_bytes());
        bytes[6..8].copy_from_slice(&u16::try_from(answers.len()).unwrap().to_be_bytes());
        for (kind, data) in answers {
            bytes.extend([0xc0, 12]);
            bytes.extend(kind.to_be_bytes());
            bytes.extend([0, 1, 0, 0, 0, 60]);
            bytes.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            bytes.extend_from_slice(data);
        }
        bytes
    }

    fn heard(bytes: &[u8]) -> Option<Answer> {
        read(bytes, 7, &question(7, "Example.com.", Kind::Text).unwrap())
    }

    #[test]
    fn a_name_that_does_not_exist_is_told_from_a_server_that_fails() {
        assert_eq!(heard(&answer(0x8183, &[])), Some(Answer::Nothing));
        assert_eq!(heard(&answer(0x8182, &[])), Some(Answer::Failed(2)));
        assert_eq!(heard(&answer(0x8185, &[])), Some(Answer::Failed(5)));
        assert_eq!(heard(&answer(0x8180, &[])), Some(Answer::Found(Vec::new())));
        assert_eq!(heard(&answer(0x8380, &[])), Some(Answer::Cut));
    }

    #[test]
    fn texts_are_put_together() {
        let texts: &[(u16, &[u8])] = &[(5, b"\x01a\0"), (16, b"\x05v=MCP\x02v1"), (16, b"\x09short")];
        let expected = vec![String::from("v=MCPv1"), String::from("short")];
        assert_eq!(heard(&answer(0x8180, texts)), Some(Answer::Found(expected)));
    }

    #[test]
    fn what_answers_something_else_or_is_broken_is_no_answer() {
        let whole = answer(0x8180, &[(16, b"\x03abc")]);
        assert_eq!(read(&whole, 8, &question(7, "example.com", Kind::Text).unwrap()), None);
        assert_eq!(read(&whole, 7, &question(7, "example.org", Kind::Text).unwrap()), None);
        assert_eq!(heard(&answer(0x0180, &[])), None, "a question is no answer");
        for length in 0..whole.len() {
            assert_eq!(heard(&whole[..length]), None, "cut after {length} bytes");
        }
        for name in ["", "a..b", &"a".repeat(64), &"a.".repeat(130), "ä.example"] {
            assert_eq!(question(1, name, Kind::Text), None, "{name}");
        }
    }
}
