//! Takes in one result: its values under their labels, its secrets, and the sentences that ask for something.

use std::collections::BTreeMap;

use portcullis_model::{Confidentiality, Integrity, Label, Node, Secret};
use portcullis_text::{Readings, secret};

use crate::course::Pending;
use crate::digest::{self, Digest, Digester};
use crate::memory::Place;
use crate::order::{self, Order};
use crate::person::Person;
use crate::piece::{self, Piece};
use crate::tool::names_secret;
use crate::words::{self, Shape};

/// Most words that name a record.
const MOST_NAMES: usize = 48;
/// Words in a row by which content is recognised.
const SHINGLE: usize = 4;
/// A secret value has at most this many bytes.
const LONGEST_SECRET: usize = 512;
/// How much of the values that are no secrets is kept beside those that are, in bytes.
const MOST_PLAIN: usize = 2048;
/// Most sentences and secrets of one result.
const MOST_ORDERS: usize = 512;
const MOST_SECRETS: usize = 64;
/// Guidance of a server is short.
const LONGEST_GUIDANCE: usize = 400;

/// What came in, and what is known of where it came from.
pub(crate) struct Source<'a> {
    pub(crate) body: &'a Node,
    pub(crate) readings: &'a Readings<'a>,
    pub(crate) class: Label,
    pub(crate) pending: Option<&'a Pending>,
    pub(crate) person: &'a Person,
    pub(crate) result: u64,
    pub(crate) calls: u64,
    pub(crate) bytes: usize,
}

/// One value and where it stands.
pub(crate) struct Value {
    pub(crate) digest: Digest,
    pub(crate) place: Place,
    pub(crate) is_field: bool,
    pub(crate) label: Label,
}

/// What one result held.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) label: Label,
    pub(crate) values: Vec<Value>,
    pub(crate) secrets: Vec<Secret>,
    /// Short values that are no secrets, one after another, as far as they are looked at.
    pub(crate) plain: String,
    pub(crate) orders: Vec<Order>,
}

/// Takes in a result.
pub(crate) fn gather(source: Source<'_>) -> Gathered {
    let mut pieces = Vec::new();
    piece::each(source.body, &mut |piece| pieces.push(piece));
    let mut names: BTreeMap<u32, Vec<Digest>> = BTreeMap::new();
    let mut shapes: BTreeMap<u32, u8> = BTreeMap::new();
    let mut houses: BTreeMap<u32, Vec<Digest>> = BTreeMap::new();
    for piece in pieces.iter().filter(|piece| !piece.is_running()) {
        *shapes.entry(piece.record).or_default() |= Shape::of(&piece.text).map_or(0, Shape::bit);
        if let Some(house) = words::house(&piece.text) {
            houses.entry(piece.record).or_default().push(house);
        }
        let names = names.entry(piece.record).or_default();
        words::each_word(&piece.text, |word, _| {
            if names.len() < MOST_NAMES {
                names.push(word);
            }
        });
    }
    let mut gatherer = Gatherer { source, names, shapes, houses, gathered: Gathered::default(), left: 0 };
    gatherer.left = gatherer.source.bytes;
    gatherer.gathered.label = gatherer.source.class;
    for piece in &pieces {
        gatherer.piece(piece);
    }
    let Gathered { secrets, orders, .. } = &mut gatherer.gathered;
    for order in orders {
        for secret in secrets.iter().map(Secret::expose) {
            if order.shown.contains(secret) {
                order.shown = order.shown.replace(secret, "‹secret›").into();
            }
        }
    }
    gatherer.gathered
}

struct Gatherer<'a> {
    source: Source<'a>,
    /// The words of the short fields of each record.
    names: BTreeMap<u32, Vec<Digest>>,
    /// The shapes of the short fields of each record.
    shapes: BTreeMap<u32, u8>,
    /// The domains of the mail addresses in the short fields of each record.
    houses: BTreeMap<u32, Vec<Digest>>,
    gathered: Gathered,
    /// Bytes of running text that may still be read.
    left: usize,
}

impl Gatherer<'_> {
    fn piece(&mut self, piece: &Piece<'_>) {
        let names = self.names.get(&piece.record).map(Vec::as_slice).unwrap_or_default();
        let named = names.iter().any(|name| self.source.person.names.binary_search(name).is_ok());
        let looked_up = |call: &Pending| call.pointed && !call.tool.acts();
        let failed = self.source.body.get("isError").and_then(Node::bool) == Some(true);
        let pointed = named || (!failed && self.source.pending.is_some_and(looked_up));
        let led_by = self.source.pending.map_or(0, |call| call.led_by);
        let rivals = self.shapes.get(&piece.record).copied().unwrap_or(0);
        let place = Place { result: self.source.result, key: key_of(&piece.key), pointed, rivals, led_by };
        let mut label = self.source.class;
        if self.is_secret(piece) {
            label.confidentiality = Confidentiality::Secret;
        }
        if piece.is_running() {
            if self.left > 0 {
                self.left = self.left.saturating_sub(piece.text.len());
                self.orders(piece, pointed, &mut label);
            }
            self.shingles(&piece.text, place, label);
        } else {
            self.value(words::normal(&piece.text), place, true, label);
        }
        let is_field = !piece.is_running();
        let mut atoms = Vec::new();
        let houses = self.houses.get(&piece.record).map(Vec::as_slice).unwrap_or_default();
        words::each_atom(&piece.text, |atom| {
            // Another mailbox of the same house is no rival.
            let at_home = words::house(atom).is_some_and(|house| houses.contains(&house));
            atoms.push((words::normal(atom), at_home));
        });
        for (atom, at_home) in atoms {
            let place = if at_home { Place { rivals: 0, ..place } } else { place };
            self.value(atom, place, is_field, label);
        }
        self.gathered.label = self.gathered.label.join(label);
    }

    fn value(&mut self, digest: Digest, place: Place, is_field: bool, label: Label) {
        // What the call itself said comes back as an echo: it is no second witness.
        let echo = self.source.pending.is_some_and(|call| call.values.binary_search(&digest).is_ok());
        if !echo {
            self.gathered.values.push(Value { digest, place, is_field, label });
        }
    }

    /// True for a secret, which is then remembered in all its parts.
    fn is_secret(&mut self, piece: &Piece<'_>) -> bool {
        let text = piece.text.trim();
        if !piece.is_running() && text.len() <= LONGEST_SECRET {
            let secret = secret::looks_secret(&piece.key, text).is_some()
                || (names_secret(&piece.key) && text.len() > 3 && !text.contains(' '));
            if secret {
                self.keep(text);
            } else if self.gathered.plain.len() < MOST_PLAIN {
                self.gathered.plain.push_str(text);
                self.gathered.plain.push('\n');
            }
            return secret;
        }
        let hits = secret::find(text);
        for hit in hits.iter().filter(|hit| hit.span.len() <= LONGEST_SECRET) {
            if let Some(value) = text.get(hit.span.start..hit.span.end) {
                self.keep(value);
            }
        }
        !hits.is_empty()
    }

    fn keep(&mut self, secret: &str) {
        if self.gathered.secrets.len() < MOST_SECRETS {
            self.gathered.secrets.push(Secret::new(secret));
        }
    }

    fn orders(&mut self, piece: &Piece<'_>, pointed: bool, label: &mut Label) {
        let guidance =
            self.source.pending.is_some_and(|call| call.tool.acts() && call.tool.can.ingests.is_none())
                && piece.text.len() <= LONGEST_GUIDANCE;
        let leads_on =
            self.source.pending.is_some_and(|call| !call.tool.looks) && piece.text.len() <= LONGEST_GUIDANCE;
        for mut order in order::of_piece(&piece.text, self.source.readings) {
            // "Order 7 created": the server reports what the call did.
            if guidance && order.reports {
                continue;
            }
            if let Some(call) = self.source.pending {
                order.home.clone_from(&call.values);
                order.source.clone_from(&call.tool_name);
                order.server = call.server;
                order.acted = call.tool.acts();
                order.values.retain(|value| call.values.binary_search(value).is_err());
                order.near.retain(|value| call.values.binary_search(value).is_err());
            }
            // Whoever speaks to the model in a result is no part of the server's own code.
            if order.addresses_model && order.likeness > 0 {
                label.integrity = Integrity::Outside;
            }
            if self.gathered.orders.len() >= MOST_ORDERS {
                return;
            }
            self.gathered.orders.push(Order {
                result: self.source.result,
                calls: self.source.calls,
                pointed,
                guidance,
                leads_on,
                rivals: self.shapes.get(&piece.record).copied().unwrap_or(0),
                ..order
            });
        }
    }

    /// Remembers some runs of words of a text that is private, so that it is recognised in what goes out.
    fn shingles(&mut self, text: &str, place: Place, label: Label) {
        if label.confidentiality == Confidentiality::Public {
            return;
        }
        each_shingle(text, |shingle| {
            self.gathered.values.push(Value { digest: shingle, place, is_field: false, label });
        });
    }
}

fn key_of(key: &str) -> Digest {
    if key.is_empty() { 0 } else { digest::of(&key.to_lowercase()) }
}

/// Calls `each` with the digest of some runs of words, the same ones wherever the run stands.
pub(crate) fn each_shingle(text: &str, mut each: impl FnMut(Digest)) {
    let mut last = [0; SHINGLE];
    let mut count = 0;
    words::each_word(text, |word, _| {
        last.rotate_left(1);
        if let Some(place) = last.last_mut() {
            *place = word;
        }
        count += 1;
        if count >= SHINGLE {
            let mut digester = Digester::new();
            for word in last {
                for byte in word.to_le_bytes() {
                    digester.byte(byte);
                }
            }
            let shingle = digester.finish();
            if shingle.is_multiple_of(4) {
                each(shingle);
            }
        }
    });
}
