//! Bot tokens of Discord. They begin with no literal: the bot's number in base64, six characters, and a signature.

use memchr::memchr_iter;
use portcullis_model::{Confidence, Span};

use super::alphabet::SLUG;
use super::{SecretHit, SecretKind};
use crate::decode;

const KIND: SecretKind = SecretKind { id: "discord-bot-token", title: "Discord bot token" };
/// Characters of the bot's number.
const NUMBER: std::ops::RangeInclusive<usize> = 23..=28;
/// Characters between the dots.
const MIDDLE: usize = 6;
/// Characters of the signature.
const SIGNATURE: std::ops::RangeInclusive<usize> = 27..=45;

/// Every bot token of a text.
pub(super) fn find(text: &str) -> Vec<SecretHit> {
    memchr_iter(b'.', text.as_bytes()).filter_map(|dot| token(text.as_bytes(), dot)).collect()
}

fn token(bytes: &[u8], dot: usize) -> Option<SecretHit> {
    let after = dot + 1 + MIDDLE;
    if bytes.get(after) != Some(&b'.') || SLUG.run(bytes.get(dot + 1..after)?, MIDDLE) < MIDDLE {
        return None;
    }
    let number =
        bytes.get(..dot)?.iter().rev().take(NUMBER.end() + 1).take_while(|&&b| SLUG.contains(b)).count();
    let signature = SLUG.run(bytes.get(after + 1..)?, SIGNATURE.end() + 1);
    let digits = decode::base64(bytes.get(dot - number..dot)?)?;
    let shaped = NUMBER.contains(&number) && SIGNATURE.contains(&signature);
    (shaped && digits.iter().all(u8::is_ascii_digit)).then_some(SecretHit {
        kind: KIND,
        span: Span::new(dot - number, after + 1 + signature),
        confidence: Confidence::Certain,
        verified_checksum: true,
    })
}
