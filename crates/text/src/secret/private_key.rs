//! Private keys in PEM armour.

use memchr::memmem;
use portcullis_model::{Confidence, Span};

use super::{SecretHit, SecretKind};

const BEGIN: &str = concat!("-----", "BEGIN ");
const END: &str = concat!("-----", "END ");
const DASHES: &str = "-----";
const KEY: &str = concat!("PRIVATE", " KEY");
/// Longest label between the dashes, such as `ENCRYPTED PRIVATE KEY BLOCK`, in bytes.
const LONGEST_LABEL: usize = 40;
/// Fewest characters of base64 in a row: documentation writes `...` instead.
const LEAST_ROW: usize = 30;

const KIND: SecretKind = SecretKind { id: "private-key", title: "private key" };

/// Every private key of the text, armour included. A key that is cut off reaches to the end of the text.
pub(super) fn find(text: &str) -> Vec<SecretHit> {
    let mut hits = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| memmem::find(rest.as_bytes(), BEGIN.as_bytes())) {
        let start = from + at;
        from = start + BEGIN.len();
        let Some(label_end) = label_end(text, from) else { continue };
        let rest = text.get(label_end..).unwrap_or_default();
        let body_end = memmem::find(rest.as_bytes(), DASHES.as_bytes()).unwrap_or(rest.len());
        let body = rest.get(..body_end).unwrap_or_default();
        from = label_end + body_end;
        if !is_key_material(body) {
            continue;
        }
        let end = from + footer_length(rest.get(body_end..).unwrap_or_default());
        from = end;
        hits.push(SecretHit {
            kind: KIND,
            span: Span::new(start, end),
            confidence: Confidence::High,
            verified_checksum: false,
        });
    }
    hits
}

fn is_key_material(body: &str) -> bool {
    let rows =
        body.split(|character: char| !(character.is_ascii_alphanumeric() || "+/=".contains(character)));
    let longest = rows.map(str::len).max().unwrap_or(0);
    longest >= LEAST_ROW && !body.contains("...") && !body.contains("EXAMPLE")
}

/// The length of the armour's last line, when it stands here.
fn footer_length(rest: &str) -> usize {
    let label =
        rest.strip_prefix(END).and_then(|label| label.get(..label.floor_char_boundary(LONGEST_LABEL + 5)));
    let dashes = label.and_then(|label| label.find(DASHES));
    dashes.map_or(0, |dashes| END.len() + dashes + DASHES.len())
}

/// Where the armour's first line ends, when its label names a private key.
fn label_end(text: &str, from: usize) -> Option<usize> {
    let label = text.get(from..text.floor_char_boundary(from + LONGEST_LABEL + 5))?;
    let end = label.find(DASHES)?;
    label.get(..end)?.contains(KEY).then_some(from + end + DASHES.len())
}
