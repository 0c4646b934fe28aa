//! What a provider's tokens look like, and whether bytes look like that.

use portcullis_model::Confidence;

use super::alphabet::Alphabet;
use super::{SecretKind, checksum, placeholder};

/// One kind of token: a literal that begins it, and what follows.
pub(super) struct Provider {
    pub(super) kind: SecretKind,
    /// The literal that is searched for. It belongs to the secret.
    pub(super) literal: &'static str,
    /// How many characters of [`Self::lead_alphabet`] stand before the literal: (least, most).
    pub(super) lead: (usize, usize),
    pub(super) lead_alphabet: Alphabet,
    pub(super) rest: &'static [Part],
    pub(super) check: Check,
    pub(super) confidence: Confidence,
}

/// A piece of a token.
pub(super) enum Part {
    /// Characters of an alphabet: least and most.
    Run(Alphabet, usize, usize),
    /// These very characters.
    Literal(&'static str),
}

/// What is checked beyond the shape.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    /// It looks drawn at random.
    Random,
    /// Its last six characters are the CRC-32 of the rest in base 62.
    Crc32Base62,
    /// It is a JSON web token: the header says how it is signed.
    JsonWebToken,
    /// Nothing: the shape says it all.
    Shape,
}

pub(super) const fn provider(
    id: &'static str,
    title: &'static str,
    literal: &'static str,
    rest: &'static [Part],
) -> Provider {
    Provider {
        kind: SecretKind { id, title },
        literal,
        lead: (0, 0),
        lead_alphabet: super::alphabet::BASE62,
        rest,
        check: Check::Random,
        confidence: Confidence::High,
    }
}

pub(super) const fn run(alphabet: Alphabet, least: usize, most: usize) -> Part {
    Part::Run(alphabet, least, most)
}

pub(super) const fn literal(text: &'static str) -> Part {
    Part::Literal(text)
}

impl Provider {
    pub(super) const fn check(mut self, check: Check) -> Self {
        self.check = check;
        self
    }

    pub(super) const fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    pub(super) const fn after(mut self, alphabet: Alphabet, least: usize, most: usize) -> Self {
        self.lead_alphabet = alphabet;
        self.lead = (least, most);
        self
    }

    /// Fewest bytes of such a token.
    pub(super) fn shortest(&self) -> usize {
        let least = |part: &Part| match part {
            Part::Run(_, least, _) => *least,
            Part::Literal(text) => text.len(),
        };
        self.lead.0 + self.literal.len() + self.rest.iter().map(least).sum::<usize>()
    }

    /// The token around the literal found at `at`: its first byte and one past its last.
    pub(super) fn extent(&self, text: &str, at: usize) -> Option<(usize, usize)> {
        let bytes = text.as_bytes();
        let before = bytes.get(..at)?;
        let (least, most) = self.lead;
        let lead =
            before.iter().rev().take(most).take_while(|&&byte| self.lead_alphabet.contains(byte)).count();
        if lead < least || !begins_a_word(before.get(..at - lead)?) {
            return None;
        }
        let mut end = at + self.literal.len();
        let mut open = None;
        for part in self.rest {
            let after = bytes.get(end..)?;
            match part {
                Part::Literal(text) if after.starts_with(text.as_bytes()) => {
                    end += text.len();
                    open = None;
                }
                Part::Run(alphabet, least, most) => {
                    let length = alphabet.run(after, *most);
                    if length < *least {
                        return None;
                    }
                    end += length;
                    open = Some(*alphabet);
                }
                Part::Literal(_) => return None,
            }
        }
        // A token of fixed length does not go on: a longer word is something else.
        let goes_on = open.zip(bytes.get(end)).is_some_and(|(alphabet, &next)| alphabet.contains(next));
        (!goes_on).then_some((at - lead, end))
    }

    /// Whether the token is what its shape promises: `Some(true)` when a checksum in it proves so, `None` when not.
    pub(super) fn verified(&self, token: &str) -> Option<bool> {
        let body = token.get(self.literal.len()..).filter(|_| self.lead.1 == 0).unwrap_or(token);
        match self.check {
            Check::Shape => Some(false),
            Check::Random => placeholder::looks_random(body).then_some(false),
            Check::Crc32Base62 if placeholder::looks_random(body) => Some(checksum::crc32_base62_holds(body)),
            Check::Crc32Base62 => None,
            Check::JsonWebToken => checksum::is_json_web_token(token).then_some(true),
        }
    }
}

/// True when a word can begin after `before`: no letter or digit stands there, unless it belongs to an escape.
fn begins_a_word(before: &[u8]) -> bool {
    match before {
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => true,
        [.., last] => !last.is_ascii_alphanumeric(),
        [] => true,
    }
}
