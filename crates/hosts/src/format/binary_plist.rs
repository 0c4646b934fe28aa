//! Binary property lists, turned into the same list as XML, as Apple's own `plutil` does: there is then one
//! reader, and a finding can show a line. Preferences that an administrator deploys on macOS are stored this
//! way.
//!
//! The format is a table of objects that refer to one another by number, so that a few bytes can describe a
//! huge or endless tree: depth, number of values and length of the text are bounded. A crate for it would
//! bring an XML parser, dates and base64, and no bounds.

use std::fmt::Write;

use super::{DEEPEST, MOST_VALUES};
use base64::prelude::{BASE64_STANDARD, Engine as _};

const MAGIC: &[u8] = b"bplist00";
/// The longest text that is made.
const LONGEST: usize = 64 << 20;

/// The list as XML. None when the bytes are not a binary property list; an error says what is wrong with it.
pub(crate) fn to_xml(bytes: &[u8]) -> Option<Result<String, &'static str>> {
    bytes.starts_with(MAGIC).then(|| {
        let reader = Reader::new(bytes).ok_or("its trailer is damaged")?;
        let mut writer = Writer { reader, xml: String::from("<plist version=\"1.0\">\n"), values: 0 };
        writer.value(writer.reader.root, 0)?;
        writer.xml.push_str("</plist>\n");
        Ok(writer.xml)
    })
}

struct Reader<'a> {
    bytes: &'a [u8],
    reference_size: usize,
    offset_size: usize,
    offsets: usize,
    objects: u64,
    root: u64,
}

/// One object, its references not yet followed.
enum Object<'a> {
    Null,
    Bool(bool),
    Integer(i128),
    Real(f64),
    Date(f64),
    Data(&'a [u8]),
    Text(String),
    List(Vec<u64>),
    Map(Vec<(u64, u64)>),
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let trailer = bytes.len().checked_sub(32)?;
        let size = |at: usize| {
            bytes.get(trailer + at).copied().filter(|size| (1..=8).contains(size)).map(usize::from)
        };
        Some(Self {
            bytes,
            offset_size: size(6)?,
            reference_size: size(7)?,
            objects: number(bytes.get(trailer + 8..trailer + 16)?)?,
            root: number(bytes.get(trailer + 16..trailer + 24)?)?,
            offsets: usize::try_from(number(bytes.get(trailer + 24..trailer + 32)?)?).ok()?,
        })
    }

    fn object(&self, index: u64) -> Option<Object<'a>> {
        if index >= self.objects {
            return None;
        }
        let entry = usize::try_from(index).ok()?.checked_mul(self.offset_size)?.checked_add(self.offsets)?;
        let at = usize::try_from(number(self.slice(entry, self.offset_size)?)?).ok()?;
        let marker = *self.bytes.get(at)?;
        let low = usize::from(marker & 0x0F);
        Some(match marker >> 4 {
            0 => match marker {
                0x08 => Object::Bool(false),
                0x09 => Object::Bool(true),
                _ => Object::Null,
            },
            1 => Object::Integer(integer(self.slice(at + 1, 1usize.checked_shl(low as u32)?)?)?),
            2 => Object::Real(real(self.slice(at + 1, 1usize.checked_shl(low as u32)?)?)?),
            3 => Object::Date(real(self.slice(at + 1, 8)?)?),
            8 => Object::Integer(integer(self.slice(at + 1, low + 1)?)?),
            kind => {
                let (count, start) = self.count(at, low)?;
                match kind {
                    4 => Object::Data(self.slice(start, count)?),
                    5 | 7 => Object::Text(String::from_utf8_lossy(self.slice(start, count)?).into_owned()),
                    6 => Object::Text(utf16(self.slice(start, count.checked_mul(2)?)?)),
                    10 | 12 => Object::List(self.references(start, count)?),
                    13 => {
                        let keys = self.references(start, count)?;
                        let values = start.checked_add(count.checked_mul(self.reference_size)?)?;
                        Object::Map(keys.into_iter().zip(self.references(values, count)?).collect())
                    }
                    _ => return None,
                }
            }
        })
    }

    /// A length: in the marker, or in an integer after it.
    fn count(&self, at: usize, low: usize) -> Option<(usize, usize)> {
        if low != 0x0F {
            return Some((low, at + 1));
        }
        let marker = *self.bytes.get(at + 1)?;
        let width = 1usize.checked_shl(u32::from(marker & 0x0F))?;
        let count = usize::try_from(number(self.slice(at + 2, width)?)?).ok()?;
        Some((count, (at + 2).checked_add(width)?))
    }

    fn references(&self, start: usize, count: usize) -> Option<Vec<u64>> {
        let bytes = self.slice(start, count.checked_mul(self.reference_size)?)?;
        bytes.chunks(self.reference_size).map(number).collect()
    }

    fn slice(&self, start: usize, length: usize) -> Option<&'a [u8]> {
        self.bytes.get(start..start.checked_add(length)?)
    }
}

struct Writer<'a> {
    reader: Reader<'a>,
    xml: String,
    values: usize,
}

impl Writer<'_> {
    fn value(&mut self, index: u64, depth: usize) -> Result<(), &'static str> {
        self.values += 1;
        if depth > DEEPEST || self.values > MOST_VALUES || self.xml.len() > LONGEST {
            return Err("it describes more than this program reads");
        }
        match self.reader.object(index).ok_or("it refers to an object that it does not hold")? {
            Object::Null => self.element("string", ""),
            Object::Bool(value) => self.xml.push_str(if value { "<true/>\n" } else { "<false/>\n" }),
            Object::Integer(number) => self.element("integer", &number.to_string()),
            Object::Real(number) => self.element("real", &number.to_string()),
            Object::Date(seconds) => self.element("date", &format!("{seconds} s after 2001-01-01")),
            Object::Data(bytes) => self.element("data", &BASE64_STANDARD.encode(bytes)),
            Object::Text(text) => self.element("string", &text),
            Object::List(items) => {
                self.xml.push_str("<array>\n");
                for item in items {
                    self.value(item, depth + 1)?;
                }
                self.xml.push_str("</array>\n");
            }
            Object::Map(entries) => {
                self.xml.push_str("<dict>\n");
                for (key, value) in entries {
                    let Some(Object::Text(key)) = self.reader.object(key) else {
                        return Err("a key is not a text");
                    };
                    self.element("key", &key);
                    self.value(value, depth + 1)?;
                }
                self.xml.push_str("</dict>\n");
            }
        }
        Ok(())
    }

    fn element(&mut self, name: &str, text: &str) {
        let _ = write!(self.xml, "<{name}>");
        for character in text.chars() {
            match character {
                '&' => self.xml.push_str("&amp;"),
                '<' => self.xml.push_str("&lt;"),
                '>' => self.xml.push_str("&gt;"),
                '\0' => self.xml.push(char::REPLACEMENT_CHARACTER),
                other => self.xml.push(other),
            }
        }
        let _ = writeln!(self.xml, "</{name}>");
    }
}

/// An unsigned number, high byte first.
fn number(bytes: &[u8]) -> Option<u64> {
    (bytes.len() <= 8).then(|| bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// Integers of eight bytes and more are signed.
fn integer(bytes: &[u8]) -> Option<i128> {
    match bytes.len() {
        ..8 => number(bytes).map(i128::from),
        8 => Some(i128::from(i64::from_be_bytes(bytes.try_into().ok()?))),
        16 => Some(i128::from_be_bytes(bytes.try_into().ok()?)),
        _ => None,
    }
}

fn real(bytes: &[u8]) -> Option<f64> {
    match bytes.len() {
        4 => Some(f64::from(f32::from_be_bytes(bytes.try_into().ok()?))),
        8 => Some(f64::from_be_bytes(bytes.try_into().ok()?)),
        _ => None,
    }
}

fn utf16(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| u16::from_be_bytes(*pair)))
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{"name": "ö & b", "on": true, "n": [1, -1], "raw": data "ab"}`.
    fn list() -> Vec<u8> {
        let objects: [&[u8]; 11] = [
            &[0xD4, 1, 3, 5, 8, 2, 4, 6, 9],
            b"\x54name",
            &[0x65, 0, 0xF6, 0, b' ', 0, b'&', 0, b' ', 0, b'b'],
            b"\x52on",
            &[0x09],
            b"\x51n",
            &[0xA2, 7, 10],
            &[0x10, 1],
            b"\x53raw",
            b"\x42ab",
            &[0x13, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        ];
        let mut bytes = MAGIC.to_vec();
        let mut offsets = Vec::new();
        for object in objects {
            offsets.push(bytes.len() as u8);
            bytes.extend_from_slice(object);
        }
        let table = bytes.len() as u64;
        bytes.extend_from_slice(&offsets);
        bytes.extend_from_slice(&[0, 0, 0, 0, 0, 0, 1, 1]);
        for number in [objects.len() as u64, 0, table] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    #[test]
    fn a_binary_list_becomes_the_same_list_as_xml() {
        let xml = to_xml(&list()).unwrap().unwrap();
        let expected = "<plist version=\"1.0\">\n<dict>\n<key>name</key>\n<string>ö &amp; b</string>\n<key>on</key>\n\
            <true/>\n<key>n</key>\n<array>\n<integer>1</integer>\n<integer>-1</integer>\n</array>\n<key>raw</key>\n\
            <data>YWI=</data>\n</dict>\n</plist>\n";
        assert_eq!(xml, expected);
    }

    #[test]
    fn a_list_that_holds_itself_ends() {
        let mut bytes = list();
        let first_value = MAGIC.len() + 5;
        bytes[first_value] = 0;
        assert_eq!(to_xml(&bytes), Some(Err("it describes more than this program reads")));
    }

    #[test]
    fn every_changed_byte_is_an_error_or_a_list_and_never_a_panic() {
        let bytes = list();
        for at in MAGIC.len()..bytes.len() {
            for value in [0x00, 0x0F, 0x5F, 0xAF, 0xDF, 0xFF] {
                let mut bytes = bytes.clone();
                bytes[at] = value;
                let _ = to_xml(&bytes);
            }
        }
        assert!(to_xml(b"bplist00").unwrap().is_err());
        assert!(to_xml(b"<plist>").is_none());
    }
}
