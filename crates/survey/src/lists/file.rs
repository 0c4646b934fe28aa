//! The records of a file, whatever its format, one after another.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use portcullis_model::{Node, Value};
use portcullis_wire::documents::Lines;
use portcullis_wire::json::{self, Dialect, Limits};
use sha2::{Digest as _, Sha256};

use super::{Unit, csv, excerpt, markdown, pages};
use crate::recipe::Format;
use crate::record::LONGEST_LINE;

/// Largest document that is read as a whole, unpacked.
pub(super) const LARGEST_DOCUMENT: usize = 256 << 20;

/// Most bytes that a packed file unfolds into: a bomb ends here.
const LARGEST_STREAM: u64 = 8 << 30;

/// One record, or what stands in its place.
#[derive(Debug)]
pub(crate) enum Item {
    /// Its number from 1, its content, and the name under which it stands.
    Record(u64, Node, String),
    /// A line of our own records.
    Line(u64, Vec<u8>),
    /// What is no record: why, and how it begins. Number 0 is the file itself.
    Broken(u64, String, String),
    /// The file says that it holds another number of records than it does.
    Says(u64, u64),
}

pub(crate) type Items = Box<dyn Iterator<Item = Item> + Send>;

/// The records of a file. A file that can not be read is one broken record.
pub(super) fn items(unit: &Unit) -> Items {
    let reader = match open(&unit.path) {
        Ok(reader) => reader,
        Err(error) => return Box::new(std::iter::once(Item::Broken(0, said(&error), String::new()))),
    };
    match unit.recipe.format {
        Format::Records => Box::new(lines(reader).map(|item| match item {
            Ok((line, bytes)) => Item::Line(line, bytes),
            Err(broken) => broken,
        })),
        Format::Jsonl => Box::new(lines(reader).map(|item| match item {
            Ok((line, bytes)) => match json::read(&bytes, Dialect::Jsonc, &LIMITS) {
                Ok(document) => Item::Record(line, document.root, String::new()),
                Err(fault) => Item::Broken(line, fault.message, excerpt(&bytes)),
            },
            Err(broken) => broken,
        })),
        Format::Csv => Box::new(csv::Rows::new(reader)),
        Format::Json => whole(reader, |text| document(text, unit)),
        Format::Yaml => whole(reader, |text| pages::pages(&text).collect()),
        Format::Markdown => {
            let base = unit.recipe.base.clone();
            whole(reader, move |text| markdown::entries(&text, &base))
        }
    }
}

/// One line of a JSON Lines file.
const LIMITS: Limits = Limits { bytes: LONGEST_LINE, depth: 64, nodes: 200_000, string_bytes: LONGEST_LINE };

/// A whole JSON document.
const WHOLE: Limits =
    Limits { bytes: LARGEST_DOCUMENT, depth: 64, nodes: 20_000_000, string_bytes: LONGEST_LINE };

fn open(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    let file = BufReader::new(File::open(path)?);
    if path.extension().is_some_and(|ending| ending == "gz") {
        return Ok(Box::new(BufReader::new(MultiGzDecoder::new(file).take(LARGEST_STREAM))));
    }
    Ok(Box::new(file))
}

fn said(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            String::from("the packed file ends early; what came before it was read")
        }
        _ => format!("the file can not be read further: {error}"),
    }
}

/// SHA-256 of a file's bytes, hexadecimal.
pub(super) fn digest(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    io::copy(&mut file, &mut Hashing(&mut digest))?;
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

struct Hashing<'d>(&'d mut Sha256);

impl io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines with their numbers. Reading ends at the first error, which is told.
fn lines(reader: Box<dyn BufRead + Send>) -> impl Iterator<Item = Result<(u64, Vec<u8>), Item>> + Send {
    let mut lines = Lines::new(reader, LONGEST_LINE);
    let mut ended = false;
    std::iter::from_fn(move || {
        if ended {
            return None;
        }
        Some(match lines.next()? {
            Ok(piece) => {
                let line = piece.line as u64;
                piece
                    .bytes
                    .map(|bytes| (line, bytes))
                    .map_err(|fault| Item::Broken(line, fault.message, String::new()))
            }
            Err(error) => {
                ended = true;
                Err(Item::Broken(0, said(&error), String::new()))
            }
        })
    })
}

/// Reads the whole text and hands it to `read`. What came before an error of reading is handed over too.
fn whole(mut reader: Box<dyn BufRead + Send>, read: impl FnOnce(String) -> Vec<Item>) -> Items {
    let mut bytes = Vec::new();
    let mut broken = Vec::new();
    if let Err(error) = reader.by_ref().take(LARGEST_DOCUMENT as u64).read_to_end(&mut bytes) {
        broken.push(Item::Broken(0, said(&error), String::new()));
    } else if reader.fill_buf().is_ok_and(|more| !more.is_empty()) {
        let reason =
            format!("the file has more than {} MiB; what came before was read", LARGEST_DOCUMENT >> 20);
        broken.push(Item::Broken(0, reason, String::new()));
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            broken.push(Item::Broken(
                0,
                String::from("some bytes are not UTF-8; they are read as U+FFFD"),
                String::new(),
            ));
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }
    };
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Box::new(read(text).into_iter().chain(broken))
}

/// The records of a JSON document: the elements of a list or the members of an object.
fn document(text: String, unit: &Unit) -> Vec<Item> {
    let mut root = match json::read(text.as_bytes(), Dialect::Jsonc, &WHOLE) {
        Ok(document) => document.root,
        Err(fault) => return vec![Item::Broken(0, fault.message, excerpt(text.as_bytes()))],
    };
    drop(text);
    let place = crate::recipe::Place { node: &root, key: "" };
    let says = unit.recipe.count.as_ref().and_then(|count| count.texts(place).first()?.parse().ok());
    let records: Vec<(Node, String)> = match &unit.recipe.items {
        Some(items) if items.leads_to_many() => {
            items.places(place).into_iter().map(|place| (place.node.clone(), place.key.to_owned())).collect()
        }
        Some(items) => {
            items.places(place).first().map(|place| elements(place.node.clone())).unwrap_or_default()
        }
        None => elements(std::mem::replace(&mut root, Node::made(Value::Null))),
    };
    let found = records.len() as u64;
    let records = records.into_iter().zip(1..).map(|((node, key), number)| Item::Record(number, node, key));
    let lie = says.filter(|says| *says != found).map(|says| Item::Says(says, found));
    if found == 0 && lie.is_none() {
        return vec![Item::Broken(
            0,
            String::from("there is no record where its recipe says"),
            String::new(),
        )];
    }
    records.chain(lie).collect()
}

fn elements(node: Node) -> Vec<(Node, String)> {
    match node.value {
        Value::List(items) => items.into_iter().map(|node| (node, String::new())).collect(),
        Value::Map(entries) => {
            entries.into_iter().map(|entry| (entry.node, entry.key.into_string())).collect()
        }
        _ => Vec::new(),
    }
}
