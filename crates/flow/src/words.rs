//! Words and atoms of a text. A word is what people write; an atom is a token that tells one thing from all others: an
//! address, an id, a path, an amount, a quotation.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::digest::{self, Digest, DigestMap, Digester};

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 512;

/// Words that say nothing about what is done to what.
#[rustfmt::skip]
const EMPTY: &[&str] = &[
    "about", "above", "after", "again", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been",
    "before", "below", "but", "by", "can", "could", "did", "do", "doe", "done", "etc", "for", "from", "get",
    "had", "has", "have", "he", "her", "here", "him", "his", "how", "if", "in", "into", "is", "it", "its",
    "just", "let", "like", "make", "may", "me", "might", "must", "my", "need", "no", "not", "of", "on",
    "one", "only", "or", "our", "out", "please", "she", "should", "so", "some", "such", "sure", "than",
    "thank", "thanks", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those",
    "to", "too", "up", "us", "use", "via", "want", "was", "we", "were", "what", "when", "where", "which",
    "who", "will", "with", "would", "you", "your",
];

/// Their digests, without their endings.
static EMPTY_DIGESTS: LazyLock<DigestMap<()>> =
    LazyLock::new(|| EMPTY.iter().map(|word| (digest::of(stem(word)), ())).collect());

/// Calls `each` with the digest of every word that says something: lower case, without its ending, in order.
pub(crate) fn each_word(text: &str, mut each: impl FnMut(Digest, &str)) {
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if word.is_empty() || word.len() > 40 {
            continue;
        }
        let lower: Cow<'_, str> = if word.bytes().all(|b| b.is_ascii_lowercase()) {
            word.into()
        } else {
            word.to_lowercase().into()
        };
        let stem = stem(&lower);
        let digest = digest::of(stem);
        if (stem.len() > 1 || !stem.is_ascii()) && !EMPTY_DIGESTS.contains_key(&digest) {
            each(digest, word);
        }
    }
}

/// The digests of the words of a text, sorted, each once.
pub(crate) fn set(text: &str, most: usize) -> Vec<Digest> {
    let mut words = Vec::new();
    each_word(text, |word, _| {
        if words.len() < most {
            words.push(word);
        }
    });
    sorted(words)
}

/// The digests of the words of a name in a machine's spelling: `send_email`, `SendEmail`, `send-email`.
pub(crate) fn of_name(name: &str) -> Vec<Digest> {
    let mut spaced = String::with_capacity(name.len() + 8);
    let mut last = ' ';
    let mut characters = name.chars().take(200).peekable();
    while let Some(character) = characters.next() {
        let next_lower = characters.peek().is_some_and(|next| next.is_lowercase());
        let hump = character.is_uppercase() && (last.is_lowercase() || (last.is_uppercase() && next_lower));
        if hump || (character == '_') {
            spaced.push(' ');
        }
        spaced.push(character);
        last = character;
    }
    set(&spaced, 24)
}

/// A sorted list without repetitions.
pub(crate) fn sorted(mut digests: Vec<Digest>) -> Vec<Digest> {
    digests.sort_unstable();
    digests.dedup();
    digests
}

/// How many digests two sorted lists share.
pub(crate) fn shared(one: &[Digest], other: &[Digest]) -> usize {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    short.iter().filter(|digest| long.binary_search(digest).is_ok()).count()
}

/// A word without the endings that English adds to it.
fn stem(word: &str) -> &str {
    if !word.is_ascii() || word.len() < 4 {
        return word;
    }
    let cut = |ending: &str, least: usize| word.strip_suffix(ending).filter(|stem| stem.len() >= least);
    // Only endings with the word's last letter are tried: every word of every result comes by here.
    let stem = match word.as_bytes().last() {
        Some(b'g') => cut("ing", 4),
        Some(b'd') => cut("ied", 3).or_else(|| cut("ed", 3)),
        Some(b'e') => cut("e", 4),
        Some(b'y') => cut("y", 3),
        Some(b's') => cut("ings", 4)
            .or_else(|| cut("ies", 3))
            .or_else(|| cut("sses", 3))
            .or_else(|| cut("es", 4))
            .or_else(|| cut("s", 3).filter(|stem| !stem.ends_with('s'))),
        _ => None,
    };
    stem.unwrap_or(word)
}

/// Calls `each` with every atom of a text as it stands there.
pub(crate) fn each_atom<'t>(text: &'t str, mut each: impl FnMut(&'t str)) {
    // `30,000` is one number.
    let mut start = 0;
    let bytes = text.as_bytes();
    let mut take = |token: &'t str| {
        let token = token.trim_matches(|c: char| matches!(c, '.' | ':' | '!' | '?' | '*' | '=' | '…' | '\\'));
        if (2..=LONGEST).contains(&token.len()) && is_atom(token) {
            each(token);
            if let Some((name, value)) = token.split_once(['=', ':']).filter(|(name, _)| is_plain(name)) {
                let value = value.trim_start_matches('/');
                if !name.is_empty() && is_atom(value) && !token.contains("://") {
                    each(value);
                }
            }
        }
    };
    // Most tokens are letters alone, which make no atom.
    let mut letters = true;
    for (at, &byte) in bytes.iter().enumerate() {
        let length = match CLASSES.get(usize::from(byte)).copied().unwrap_or(Class::Other) {
            Class::Letter => continue,
            Class::Other => 0,
            Class::Separator => 1,
            Class::Wide => wide_separator(text, at),
        };
        if length == 0 {
            letters = false;
            continue;
        }
        let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        if byte == b',' && digit(at.checked_sub(1)) && digit(Some(at + 1)) {
            letters = false;
            continue;
        }
        if !letters {
            take(text.get(start..at).unwrap_or_default());
        }
        letters = true;
        start = at + length;
    }
    if !letters {
        take(text.get(start..).unwrap_or_default());
    }
}

/// What a byte is to whoever cuts a text into tokens.
#[derive(Clone, Copy)]
enum Class {
    /// A letter of ASCII.
    Letter,
    /// Anything else that belongs to a token.
    Other,
    /// A mark or blank of ASCII that separates tokens.
    Separator,
    /// It begins a character beyond ASCII, which may separate them.
    Wide,
}

impl Class {
    const fn of(byte: u8) -> Self {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => Self::Letter,
            b'\t'..=b'\r'
            | b' '
            | b'"'
            | b'\''
            | b'`'
            | b'<'
            | b'>'
            | b'('
            | b')'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b','
            | b';'
            | b'|' => Self::Separator,
            0xC2.. => Self::Wide,
            _ => Self::Other,
        }
    }
}

/// The class of every byte: each byte of every result comes by here.
static CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut left: &mut [Class] = &mut classes;
    let mut byte = 0_u8;
    while let Some((first, rest)) = left.split_first_mut() {
        *first = Class::of(byte);
        left = rest;
        byte = byte.wrapping_add(1);
    }
    classes
};

/// The length of the character that begins here, if it separates tokens; 0 if it does not.
fn wide_separator(text: &str, at: usize) -> usize {
    let character = text.get(at..).and_then(|rest| rest.chars().next());
    let separates = |c: &char| c.is_whitespace() || matches!(c, '“' | '”' | '‘' | '’');
    character.filter(separates).map_or(0, char::len_utf8)
}

fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'-')
}

/// True for a token that is no plain word.
fn is_atom(token: &str) -> bool {
    let bytes = token.as_bytes();
    if bytes.iter().all(u8::is_ascii_alphabetic) {
        return false;
    }
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if digits == bytes.len() {
        return digits >= 3;
    }
    if digits > 0 && letters > 0 {
        // `3rd`, `2nd` and `80s` are words.
        return !(digits <= 2 && letters == 2 && bytes.first().is_some_and(u8::is_ascii_digit));
    }
    let joined = bytes.windows(3).any(|window| match window {
        [before, mark, after] => {
            matches!(mark, b'@' | b'.' | b'/' | b'_' | b'\\' | b':' | b'#' | b'-' | b'+')
                && before.is_ascii_alphanumeric()
                && (after.is_ascii_alphanumeric() || *after == b'/')
                && (*mark != b'-' || digits > 0)
        }
        _ => false,
    });
    (joined && (letters > 0 || digits >= 3))
        || (digits > 0 && bytes.first().is_some_and(|byte| matches!(byte, b'$' | b'#' | b'+')))
        || (bytes.len() > 2 && bytes.first().is_some_and(|byte| matches!(byte, b'/' | b'~' | b'#' | b'@')))
}

/// How a value is compared: lower case, blanks as one, without what addresses and amounts may carry or leave out.
pub(crate) fn normal(value: &str) -> Digest {
    let value = bare(value.trim());
    let mut digester = Digester::new();
    let mut blank = false;
    let number = is_number(value);
    let value = if number { trimmed_number(value) } else { value };
    for character in value.chars().take(LONGEST) {
        if character.is_whitespace() {
            blank = true;
            continue;
        }
        if number && character == ',' {
            continue;
        }
        if blank {
            digester.byte(b' ');
            blank = false;
        }
        if character.is_ascii() {
            digester.byte(character.to_ascii_lowercase() as u8);
        } else {
            for lower in character.to_lowercase() {
                digester.text(lower.encode_utf8(&mut [0; 4]));
            }
        }
    }
    digester.finish()
}

/// An address or amount without scheme, `www.`, currency and closing slash.
fn bare(value: &str) -> &str {
    let mut value = value;
    for prefix in ["mailto:", "https://", "http://", "HTTPS://", "HTTP://", "www.", "$", "€", "£", "#"] {
        value = value.strip_prefix(prefix).unwrap_or(value);
    }
    value.trim_end_matches(['/', '.', '!', '?'])
}

fn is_number(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_digit())
        && value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
}

/// `10.00` is `10`.
fn trimmed_number(value: &str) -> &str {
    if value.contains('.') { value.trim_end_matches('0').trim_end_matches('.') } else { value }
}

/// The host of an address, where it has one.
pub(crate) fn host(value: &str) -> Option<&str> {
    let host = match value.split_once("://") {
        Some((_, rest)) => rest,
        None => value,
    };
    let host = host.split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    let host = host.split(':').next()?;
    let top = host.rsplit('.').next()?;
    let named = host.contains('.')
        && !host.starts_with('.')
        && top.len() >= 2
        && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    named.then_some(host)
}

/// The domain of a mail address that belongs to one house: not of those where everybody has a mailbox.
pub(crate) fn house(value: &str) -> Option<Digest> {
    const EVERYBODYS: &[&str] = &[
        "gmail",
        "googlemail",
        "outlook",
        "hotmail",
        "live",
        "yahoo",
        "icloud",
        "proton",
        "protonmail",
        "gmx",
        "aol",
        "mail",
        "web",
        "yandex",
        "qq",
        "163",
    ];
    let value = value.trim();
    let (_, domain) = value.rsplit_once('@').filter(|_| Shape::of(value) == Some(Shape::Mail))?;
    let name = domain.split('.').next().unwrap_or_default();
    (!EVERYBODYS.iter().any(|known| name.eq_ignore_ascii_case(known))).then(|| normal(domain))
}

/// What a value looks like, where that tells what it can be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A mail address.
    Mail,
    /// An address of the web.
    Site,
    /// The number of a telephone or an account.
    Account,
    /// Another name of one thing: letters and digits, or a number of at least three digits.
    Id,
}

impl Shape {
    /// The shape of a value; none for words.
    pub(crate) fn of(value: &str) -> Option<Self> {
        let value = value.trim();
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
        let spaced = value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'+' | b'(' | b')'));
        if host(value).is_some() && !value.contains(' ') {
            return Some(if value.contains('@') && !value.contains(['/', '?']) {
                Self::Mail
            } else {
                Self::Site
            });
        }
        if spaced && digits >= 7 && digits >= letters && value.len() >= 9 {
            return Some(Self::Account);
        }
        let id = !value.contains([' ', '.', ','])
            && (digits >= 3 || (digits > 0 && letters > 0))
            && value.len() < 40;
        id.then_some(Self::Id)
    }

    /// This shape in a set of shapes.
    pub(crate) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atoms(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        each_atom(text, |atom| found.push(atom));
        found
    }

    #[test]
    fn the_list_of_empty_words_is_sorted() {
        let mut sorted = EMPTY.to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, EMPTY);
    }

    #[test]
    fn addresses_ids_paths_and_amounts_are_atoms_and_words_are_not() {
        assert_eq!(
            atoms(
                "Send $30,000 to ann@example.com, then open https://example.com/a and /tmp/x (order A-77)."
            ),
            ["$30,000", "ann@example.com", "https://example.com/a", "/tmp/x", "A-77"]
        );
        assert!(atoms("A well-known place, the 3rd of its kind.").is_empty());
    }

    #[test]
    fn spellings_of_one_value_are_the_same() {
        for (one, other) in [
            ("https://www.Example.com/", "example.com"),
            ("$30,000", "30000"),
            ("10.00", "10"),
            ("Ann  Lee", "ann lee"),
        ] {
            assert_eq!(normal(one), normal(other), "{one}");
        }
        assert_ne!(normal("a.b"), normal("ab"));
    }

    #[test]
    fn names_fall_into_words_at_their_humps() {
        assert_eq!(of_name("GitHubListPRs").len(), of_name("git_hub_list_prs").len());
        assert_eq!(shared(&of_name("sendEmail"), &set("please send the emails", 9)), 2);
    }
}
