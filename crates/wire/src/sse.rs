//! Server-sent events, decoded as they arrive (HTML Living Standard, section 9.2).

use portcullis_model::Span;

use crate::fault::Fault;

/// What a stream says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// An event.
    Event(Event),
    /// A comment; servers send empty ones to keep a connection open.
    Comment(String),
    /// How many milliseconds to wait before connecting again.
    Retry(u64),
}

/// An event with data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its type; `message` when it names none.
    pub name: String,
    /// Its data, lines joined by line feeds.
    pub data: String,
    /// The last id that the stream gave, here or before.
    pub id: Option<String>,
}

/// Decodes one stream. It never holds more than its cap.
#[derive(Debug)]
pub struct Decoder {
    cap: usize,
    line: Vec<u8>,
    name: String,
    data: String,
    id: Option<String>,
    has_data: bool,
    after_carriage_return: bool,
    at_start: bool,
    broken: bool,
}

impl Decoder {
    /// A decoder of events of at most `cap` bytes, their field names included.
    #[must_use]
    pub fn new(cap: usize) -> Self {
        Self {
            cap,
            line: Vec::new(),
            name: String::new(),
            data: String::new(),
            id: None,
            has_data: false,
            after_carriage_return: false,
            at_start: true,
            broken: false,
        }
    }

    /// Takes bytes as they arrived and adds what they completed to `signals`.
    ///
    /// # Errors
    /// An event beyond the cap, or bytes that are not UTF-8. What came before it is in `signals`; the stream cannot
    /// be read on after it.
    pub fn push(&mut self, bytes: &[u8], signals: &mut Vec<Signal>) -> Result<(), Fault> {
        let mut rest = bytes;
        if self.broken {
            return Err(Fault::new(Span::UNKNOWN, "stream broke before; connect again"));
        }
        while let Some(&first) = rest.first() {
            if std::mem::take(&mut self.after_carriage_return) && first == b'\n' {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let end = memchr::memchr2(b'\n', b'\r', rest);
            let (part, after) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or_default();
            self.extend(part)?;
            if let Some(end) = after.first() {
                self.after_carriage_return = *end == b'\r';
                signals.extend(self.end_line()?);
            }
            rest = after.get(1..).unwrap_or_default();
        }
        Ok(())
    }

    /// Whether the stream stands between two events; an event that is cut short is never dispatched.
    #[must_use]
    pub fn is_between_events(&self) -> bool {
        self.line.is_empty() && !self.has_data && self.name.is_empty()
    }

    fn extend(&mut self, part: &[u8]) -> Result<(), Fault> {
        let id = self.id.as_ref().map_or(0, String::len);
        let held = self.line.len() + self.data.len() + self.name.len() + id;
        if held + part.len() > self.cap {
            let message = format!("event is longer than {} bytes; send it in parts", self.cap);
            return Err(self.give_up(Span::new(self.cap, held + part.len()), message));
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    fn give_up(&mut self, span: Span, message: impl Into<String>) -> Fault {
        *self = Self { broken: true, ..Self::new(self.cap) };
        Fault::new(span, message)
    }

    fn end_line(&mut self) -> Result<Option<Signal>, Fault> {
        let bytes = std::mem::take(&mut self.line);
        let line = match String::from_utf8(bytes) {
            Ok(line) => line,
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                return Err(self.give_up(Span::new(at, at + 1), "event stream is not UTF-8; send UTF-8"));
            }
        };
        let at_start = std::mem::take(&mut self.at_start);
        let line = if at_start { line.strip_prefix('\u{feff}').unwrap_or(&line) } else { &line };
        if line.is_empty() {
            return Ok(self.dispatch());
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => return Ok(Some(Signal::Comment(value.to_owned()))),
            "event" => value.clone_into(&mut self.name),
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            "id" if !value.contains('\0') => self.id = Some(value.to_owned()),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                return Ok(value.parse().ok().map(Signal::Retry));
            }
            _ => {}
        }
        Ok(None)
    }

    fn dispatch(&mut self) -> Option<Signal> {
        let name = std::mem::take(&mut self.name);
        let data = std::mem::take(&mut self.data);
        std::mem::take(&mut self.has_data).then(|| {
            let name = if name.is_empty() { "message".to_owned() } else { name };
            Signal::Event(Event { name, data, id: self.id.clone() })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(stream: &[u8], size: usize) -> Vec<Signal> {
        let mut decoder = Decoder::new(100);
        let mut signals = Vec::new();
        for chunk in stream.chunks(size) {
            decoder.push(chunk, &mut signals).unwrap();
        }
        signals
    }

    fn event(name: &str, data: &str, id: Option<&str>) -> Signal {
        Signal::Event(Event { name: name.into(), data: data.into(), id: id.map(Into::into) })
    }

    #[test]
    fn events_come_out_the_same_however_the_bytes_arrive_and_lines_end() {
        let stream = "\u{feff}: hello\ndata: {\"a\":1}\n\nevent: endpoint\nid: 7\ndata:/x\ndata\ndata:  ü\n\n\
            retry: 1500\nretry: 1x\nunknown: y\nid\n\nevent: nothing\n\ndata: z\n\ndata: cut";
        let expected = [
            Signal::Comment("hello".into()),
            event("message", "{\"a\":1}", None),
            event("endpoint", "/x\n\n ü", Some("7")),
            Signal::Retry(1500),
            event("message", "z", Some("")),
        ];
        for end in ["\n", "\r\n", "\r"] {
            let stream = stream.replace('\n', end);
            for size in 1..=stream.len() {
                assert_eq!(decode(stream.as_bytes(), size), expected, "{end:?} {size}");
            }
        }
    }

    #[test]
    fn an_event_beyond_the_cap_breaks_the_stream_and_is_not_kept() {
        for line in ["data: aaaaaaaa\n", "a", ":", "id: aaaaaaaaaaaaaaa\ndata: b\n"] {
            let mut decoder = Decoder::new(20);
            let mut signals = Vec::new();
            decoder.push(b"data: y\n\n", &mut signals).unwrap();
            let broke = (0..30).any(|_| decoder.push(line.as_bytes(), &mut signals).is_err());
            assert!(broke, "{line:?}");
            assert!(decoder.line.is_empty() && decoder.data.is_empty());
            assert!(decoder.push(b"data: x\n\n", &mut signals).is_err());
            assert_eq!(signals.first(), Some(&event("message", "y", None)));
        }
    }

    #[test]
    fn an_event_that_ends_at_the_end_of_the_stream_is_not_dispatched() {
        let mut decoder = Decoder::new(100);
        let mut signals = Vec::new();
        decoder.push(b"data: x\n", &mut signals).unwrap();
        assert!(signals.is_empty() && !decoder.is_between_events());
        decoder.push(b"\n", &mut signals).unwrap();
        assert!(signals.len() == 1 && decoder.is_between_events());
    }

    #[test]
    fn bytes_that_are_not_utf_8_break_the_stream() {
        let mut decoder = Decoder::new(100);
        let mut signals = Vec::new();
        assert!(decoder.push(b"data: \xff\n\n", &mut signals).is_err());
        assert!(decoder.push(b"data: x\n\n", &mut signals).is_err());
        assert!(signals.is_empty());
    }
}
