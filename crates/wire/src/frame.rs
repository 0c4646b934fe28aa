//! Messages on a stdio transport: one per line, none of them longer than a cap.

use memchr::{memchr, memchr2};
use portcullis_model::Span;

use crate::fault::Fault;

/// Cuts a byte stream into lines as it arrives. It never holds more than its cap.
#[derive(Debug)]
pub struct Framer {
    line: Vec<u8>,
    cap: usize,
    passing_over: bool,
}

impl Framer {
    /// Lines of at most `cap` bytes, without their end.
    #[must_use]
    pub fn new(cap: usize) -> Self {
        Self { line: Vec::new(), cap, passing_over: false }
    }

    /// Takes bytes from the front of `input` up to the end of one line and returns that line without its end;
    /// nothing when all of `input` was taken and the line goes on. Blank lines are left out.
    ///
    /// # Errors
    /// Once for a line that is longer than the cap, and for one with a carriage return inside. What follows such a
    /// line can be read on.
    pub fn next_line(&mut self, input: &mut &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        while !input.is_empty() {
            let newline = memchr(b'\n', input);
            let (part, rest) = input.split_at_checked(newline.unwrap_or(input.len())).unwrap_or_default();
            *input = rest.get(1..).unwrap_or_default();
            let length = self.line.len() + part.len();
            let was_passing_over = self.passing_over;
            self.passing_over = newline.is_none() && (was_passing_over || length > self.cap);
            if was_passing_over {
                continue;
            }
            if length > self.cap {
                self.line = Vec::new();
                let message = format!("message is longer than {} bytes; split it", self.cap);
                return Err(Fault::new(Span::new(self.cap, length), message));
            }
            self.line.extend_from_slice(part);
            if newline.is_some()
                && let Some(line) = checked(std::mem::take(&mut self.line))?
            {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    /// Whether the stream stands between two lines; a stream that ends elsewhere cuts a message short.
    #[must_use]
    pub fn is_between_lines(&self) -> bool {
        self.line.is_empty() && !self.passing_over
    }
}

/// The line without a carriage return at its end; nothing for a blank one.
///
/// A carriage return inside is white space to JSON, but ends the line for some readers (Python's text streams):
/// they would take a list element that stands alone between two of them for a message.
fn checked(mut line: Vec<u8>) -> Result<Option<Vec<u8>>, Fault> {
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if let Some(at) = memchr(b'\r', &line) {
        let message = "message holds a carriage return, where some readers end the line; remove it";
        return Err(Fault::new(Span::new(at, at + 1), message));
    }
    Ok(if line.trim_ascii().is_empty() { None } else { Some(line) })
}

/// A message as a line.
///
/// # Errors
/// A message with a line break in it: the other side would read parts of it.
pub fn line(message: &[u8]) -> Result<Vec<u8>, Fault> {
    if let Some(at) = memchr2(b'\n', b'\r', message) {
        return Err(Fault::new(Span::new(at, at + 1), "message holds a line break; write it on one line"));
    }
    let mut line = Vec::with_capacity(message.len() + 1);
    line.extend_from_slice(message);
    line.push(b'\n');
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a framer with a cap of eight bytes makes of a stream that arrives in chunks of `size` bytes.
    fn lines(stream: &[u8], size: usize) -> Vec<String> {
        let mut framer = Framer::new(8);
        let mut found = Vec::new();
        for mut chunk in stream.chunks(size) {
            loop {
                match framer.next_line(&mut chunk) {
                    Ok(Some(line)) => found.push(String::from_utf8(line).unwrap()),
                    Ok(None) => break,
                    Err(fault) => found.push(fault.message),
                }
            }
            assert!(framer.line.len() <= 8);
        }
        assert!(framer.is_between_lines());
        found
    }

    #[test]
    fn lines_come_out_the_same_however_the_bytes_arrive() {
        let stream = b"{}\r\n\n \n12345678\n123456789\n{\"a\":1}\n[\r1]\n123456789012345678901234567890\n1\n";
        let expected = [
            "{}",
            "12345678",
            "message is longer than 8 bytes; split it",
            "{\"a\":1}",
            "message holds a carriage return, where some readers end the line; remove it",
            "message is longer than 8 bytes; split it",
            "1",
        ];
        for size in 1..=stream.len() {
            assert_eq!(lines(stream, size), expected, "{size}");
        }
    }

    #[test]
    fn a_message_with_a_line_break_is_not_written() {
        assert_eq!(line(b"{}").unwrap(), b"{}\n");
        assert!(line(b"{\n}").is_err() && line(b"{\r}").is_err());
    }
}
