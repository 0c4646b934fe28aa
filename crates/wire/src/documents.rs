//! A stream cut into documents: one per line (JSON Lines), or the whole of it.

use std::io::{self, BufRead, Cursor, Read};

use memchr::memchr;
use portcullis_model::Span;

use crate::encoding;
use crate::fault::Fault;
use crate::json::{self, Dialect, Limits};

/// The cap that serves for surfaces, one per line or file: 64 MiB.
pub const SURFACE_CAP: usize = 64 << 20;

/// The byte order mark in UTF-8. Editors and shells of one system write it; it is no part of the document.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// How a stream holds its documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One document on each line.
    Lines,
    /// One document that may run over many lines.
    Whole,
}

/// One document's bytes, unread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The line on which it begins, counted from 1.
    pub line: usize,
    /// The byte of the stream at which it begins; of the decoded stream when that began with a byte order mark.
    pub offset: u64,
    /// The bytes without the line's end, or why they were passed over.
    pub bytes: Result<Vec<u8>, Fault>,
}

/// The lines of a stream, each bounded, blank ones left out. A longer line is passed over and reported.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    cap: usize,
    line: usize,
    offset: u64,
}

impl<R: BufRead> Lines<R> {
    /// Lines of at most `cap` bytes.
    pub fn new(reader: R, cap: usize) -> Self {
        Self { reader, cap, line: 0, offset: 0 }
    }

    fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        loop {
            let mut bytes = Vec::new();
            let mut length = 0;
            let ended = loop {
                let available = match self.reader.fill_buf() {
                    Ok(available) => available,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => return Err(error),
                };
                let newline = memchr(b'\n', available);
                let part = available.get(..newline.unwrap_or(available.len())).unwrap_or_default();
                if length + part.len() <= self.cap {
                    bytes.extend_from_slice(part);
                }
                length += part.len();
                let consumed = part.len() + usize::from(newline.is_some());
                self.reader.consume(consumed);
                if newline.is_some() || consumed == 0 {
                    break newline.is_none();
                }
            };
            if ended && length == 0 {
                return Ok(None);
            }
            self.line += 1;
            let offset = self.offset;
            self.offset += length as u64 + u64::from(!ended);
            let bytes = if length > self.cap {
                Err(too_long("line", self.cap, length))
            } else {
                if bytes.last() == Some(&b'\r') {
                    bytes.pop();
                }
                if bytes.trim_ascii().is_empty() {
                    continue;
                }
                Ok(bytes)
            };
            return Ok(Some(Piece { line: self.line, offset, bytes }));
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Piece>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_piece().transpose()
    }
}

/// A reader with what was already read from it put back.
type Rewound<R> = io::Chain<Cursor<Vec<u8>>, R>;

/// The documents of a stream, whether it is one JSON document or JSON Lines: its content decides.
#[derive(Debug)]
pub struct Documents<R> {
    lines: Lines<Rewound<Rewound<R>>>,
    shape: Shape,
    whole_is_read: bool,
}

impl<R: BufRead> Documents<R> {
    /// Looks at the beginning of `reader`. A document, and a stream in UTF-16, has at most `cap` bytes.
    ///
    /// Never waits for more than the first line when that line is a document.
    ///
    /// # Errors
    /// Reading failed, or the stream is UTF-16 that cannot be decoded ([`io::ErrorKind::InvalidData`]).
    pub fn open(reader: R, cap: usize) -> io::Result<Self> {
        let mut reader = without_mark(reader, cap)?;
        let mut head = Vec::new();
        let shape = shape(&mut reader, &mut head, cap)?;
        Ok(Self::of(reader, head, shape, cap))
    }

    /// The same for a stream whose name says that it is JSON Lines: broken lines do not make a document of it. Only a
    /// first line that is an opening bracket and nothing else does.
    ///
    /// # Errors
    /// As [`Documents::open`].
    pub fn open_lines(reader: R, cap: usize) -> io::Result<Self> {
        let mut reader = without_mark(reader, cap)?;
        let mut head = Vec::new();
        let first = next_line(&mut reader, &mut head, cap)?.unwrap_or_default().trim_ascii();
        let shape = if matches!(first, b"{" | b"[") { Shape::Whole } else { Shape::Lines };
        Ok(Self::of(reader, head, shape, cap))
    }

    fn of(reader: Rewound<R>, head: Vec<u8>, shape: Shape, cap: usize) -> Self {
        let lines = Lines::new(Cursor::new(head).chain(reader), cap);
        Self { lines, shape, whole_is_read: false }
    }

    /// How the stream holds its documents.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    fn whole(&mut self) -> io::Result<Piece> {
        let cap = self.lines.cap;
        let mut bytes = Vec::new();
        self.lines.reader.by_ref().take(cap as u64 + 1).read_to_end(&mut bytes)?;
        let bytes = if bytes.len() > cap { Err(too_long("document", cap, bytes.len())) } else { Ok(bytes) };
        Ok(Piece { line: 1, offset: 0, bytes })
    }
}

impl<R: BufRead> Iterator for Documents<R> {
    type Item = io::Result<Piece>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.shape {
            Shape::Lines => self.lines.next(),
            Shape::Whole if self.whole_is_read => None,
            Shape::Whole => {
                self.whole_is_read = true;
                Some(self.whole())
            }
        }
    }
}

/// The stream as UTF-8, without a byte order mark.
fn without_mark<R: BufRead>(mut reader: R, cap: usize) -> io::Result<Rewound<R>> {
    let mut start = Vec::new();
    reader.by_ref().take(4).read_to_end(&mut start)?;
    if encoding::is_utf_16(&start) {
        start = decode_utf_16(start, &mut reader, cap)?;
    } else if start.starts_with(MARK) {
        start.drain(..MARK.len());
    }
    Ok(Cursor::new(start).chain(reader))
}

fn too_long(what: &str, cap: usize, length: usize) -> Fault {
    Fault::new(Span::new(cap, length), format!("{what} is longer than {cap} bytes; split it"))
}

fn decode_utf_16<R: BufRead>(mut bytes: Vec<u8>, reader: &mut R, cap: usize) -> io::Result<Vec<u8>> {
    reader.by_ref().take(cap as u64 + 1).read_to_end(&mut bytes)?;
    let refuse = |fault| io::Error::new(io::ErrorKind::InvalidData, fault);
    if bytes.len() > cap {
        return Err(refuse(too_long("stream in UTF-16", cap, bytes.len())));
    }
    Ok(encoding::decode(&bytes).map_err(refuse)?.into_owned().into_bytes())
}

/// Decides by at most three lines, which are read into `head`. A first line beyond `cap` cannot be read whichever way; as
/// a line of its own it leaves the ones after it to be read.
///
/// A first line that ends inside a value begins a document over many lines, unless the two lines after it are
/// values of their own: no document has two values without a comma between them, so that first line is a broken one.
fn shape<R: BufRead>(reader: &mut R, head: &mut Vec<u8>, cap: usize) -> io::Result<Shape> {
    match next_line(reader, head, cap)? {
        // JSON Lines have no comments.
        Some(line) if line.trim_ascii_start().starts_with(b"/") => return Ok(Shape::Whole),
        Some(line) if line.len() >= cap && !line.ends_with(b"\n") => return Ok(Shape::Lines),
        Some(line) if json::ends_inside(line) => {}
        _ => return Ok(Shape::Lines),
    }
    let is_whole = |line: &[u8]| {
        let limits = Limits { bytes: cap, ..Limits::default() };
        json::read(line.trim_ascii_end(), Dialect::Jsonc, &limits).is_ok()
    };
    if !next_line(reader, head, cap)?.is_some_and(is_whole) {
        return Ok(Shape::Whole);
    }
    let third_is_whole = next_line(reader, head, cap)?.is_none_or(is_whole);
    Ok(if third_is_whole { Shape::Lines } else { Shape::Whole })
}

/// Reads the next line that is not blank onto the end of `head` and returns it.
fn next_line<'a, R: BufRead>(
    reader: &mut R,
    head: &'a mut Vec<u8>,
    cap: usize,
) -> io::Result<Option<&'a [u8]>> {
    loop {
        let start = head.len();
        let length = reader.by_ref().take(cap as u64).read_until(b'\n', head)?;
        let is_blank = head.get(start..).unwrap_or_default().trim_ascii().is_empty();
        if length == 0 {
            return Ok(None);
        }
        if !is_blank {
            return Ok(head.get(start..));
        }
        if head.len() > cap {
            return Ok(None);
        }
    }
}
