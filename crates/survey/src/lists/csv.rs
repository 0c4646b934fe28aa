//! Comma-separated values (RFC 4180), row by row. The first row names the columns.

use std::io::{BufRead, ErrorKind};

use portcullis_model::{Entry, Node, Span, Value};

use super::excerpt;
use super::file::Item;
use crate::record::LONGEST_LINE;

/// More columns than any list has.
const MOST_COLUMNS: usize = 512;

pub(super) struct Rows<R> {
    reader: R,
    names: Option<Vec<String>>,
    row: u64,
    ended: bool,
}

impl<R: BufRead> Rows<R> {
    pub(super) const fn new(reader: R) -> Self {
        Self { reader, names: None, row: 0, ended: false }
    }

    /// The bytes of one row: up to a line's end that stands in no quotation marks. None at the end.
    fn bytes(&mut self) -> Result<Option<Vec<u8>>, String> {
        let mut bytes = Vec::new();
        let mut length = 0_usize;
        let mut quoted = false;
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    self.ended = true;
                    return Err(String::from("the packed file ends early; what came before it was read"));
                }
                Err(error) => {
                    self.ended = true;
                    return Err(format!("the file can not be read further: {error}"));
                }
            };
            if available.is_empty() {
                self.ended = true;
                if quoted {
                    return Err(String::from("a quotation mark is not closed before the file ends"));
                }
                return Ok((length > 0).then_some(bytes));
            }
            let mut used = 0;
            let mut complete = false;
            for byte in available {
                used += 1;
                match byte {
                    b'"' => quoted = !quoted,
                    b'\n' if !quoted => {
                        complete = true;
                        break;
                    }
                    _ => {}
                }
            }
            if length + used <= LONGEST_LINE {
                bytes.extend_from_slice(available.get(..used).unwrap_or_default());
            }
            length += used;
            self.reader.consume(used);
            // A quotation mark that is never closed would swallow the rest of the file.
            if length > LONGEST_LINE {
                self.skip_line(complete);
                return Err(format!(
                    "a row has more than {LONGEST_LINE} bytes; is a quotation mark not closed?"
                ));
            }
            if complete {
                return Ok(Some(bytes));
            }
        }
    }

    fn skip_line(&mut self, complete: bool) {
        if complete {
            return;
        }
        while let Ok(available) = self.reader.fill_buf() {
            let end = memchr(available);
            let used = end.map_or(available.len(), |end| end + 1);
            self.reader.consume(used);
            if end.is_some() || used == 0 {
                return;
            }
        }
    }
}

fn memchr(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\n')
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while !self.ended {
            let bytes = match self.bytes() {
                Ok(Some(bytes)) => bytes,
                Ok(None) => return None,
                Err(reason) => {
                    let number = if self.ended { 0 } else { self.row + 1 };
                    self.row += u64::from(!self.ended);
                    return Some(Item::Broken(number, reason, String::new()));
                }
            };
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            let Ok(text) = std::str::from_utf8(&bytes) else {
                self.row += 1;
                let reason = String::from("bytes are not UTF-8; save the list as UTF-8");
                return Some(Item::Broken(self.row, reason, excerpt(&bytes)));
            };
            let cells = cells(text.strip_prefix('\u{feff}').unwrap_or(text));
            let Some(names) = &self.names else {
                self.names = Some(cells);
                continue;
            };
            self.row += 1;
            if cells.len() != names.len() {
                let reason =
                    format!("the row has {} cells; the first row names {}", cells.len(), names.len());
                return Some(Item::Broken(self.row, reason, excerpt(&bytes)));
            }
            let entries = names.iter().zip(cells).map(|(name, cell)| Entry {
                key: name.trim().into(),
                key_span: Span::UNKNOWN,
                node: Node::made_text(&cell),
            });
            return Some(Item::Record(self.row, Node::made(Value::Map(entries.collect())), String::new()));
        }
        None
    }
}

/// The cells of a row.
fn cells(row: &str) -> Vec<String> {
    let row = row.strip_suffix('\n').unwrap_or(row);
    let row = row.strip_suffix('\r').unwrap_or(row);
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut characters = row.chars().peekable();
    let mut quoted = false;
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            ',' if !quoted => {
                cells.push(std::mem::take(&mut cell));
                if cells.len() >= MOST_COLUMNS {
                    return cells;
                }
            }
            other => cell.push(other),
        }
    }
    cells.push(cell);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_split_as_spreadsheets_do() {
        assert_eq!(cells("a,\"b, \"\"c\"\"\",,d\r\n"), ["a", "b, \"c\"", "", "d"]);
        assert_eq!(cells("\"two\nlines\",x"), ["two\nlines", "x"]);
        assert_eq!(cells("5\" disk,x"), ["5\" disk", "x"]);
    }

    #[test]
    fn a_bad_row_is_told_and_the_next_one_is_read() {
        let text = b"\xef\xbb\xbfname,url\none,x\n\xff\xfe,y\nthree\nfour,z\n\"five".as_slice();
        let items: Vec<Item> = Rows::new(text).collect();
        let shown: Vec<String> = items
            .iter()
            .map(|item| match item {
                Item::Record(number, node, _) => format!("{number} {}", node.get_text("name").unwrap()),
                Item::Broken(number, reason, _) => format!("{number} !{}", reason.split(';').next().unwrap()),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "1 one",
                "2 !bytes are not UTF-8",
                "3 !the row has 1 cells",
                "4 four",
                "0 !a quotation mark is not closed before the file ends"
            ]
        );
    }
}
