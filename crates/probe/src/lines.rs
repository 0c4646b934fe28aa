//! Lines of a stream that nobody can make larger than they may be.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// One step of reading.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A line without its line break.
    Whole(Vec<u8>),
    /// A line that was longer than allowed; it was read to its end, and dropped.
    TooLong,
    /// The stream brought more bytes than are taken from it; nothing more is read.
    Exhausted,
    /// No more lines. What came after the last line break, when it is not empty, is an unfinished line.
    End {
        /// Bytes of the unfinished line.
        unfinished: usize,
    },
}

/// Splits a stream into lines. At most one line of the allowed length is held, whatever comes.
pub(crate) struct LineReader<R> {
    stream: R,
    chunk: Vec<u8>,
    /// Bytes of `chunk` that are not yet looked at: from, to.
    unread: (usize, usize),
    line: Vec<u8>,
    skipping: bool,
    /// Bytes that may still be read.
    budget: usize,
}

impl<R: AsyncRead + Unpin> LineReader<R> {
    /// A reader that takes at most `budget` bytes, skipped ones included.
    pub(crate) fn new(stream: R, budget: usize) -> Self {
        Self { stream, chunk: vec![0; 1 << 16], unread: (0, 0), line: Vec::new(), skipping: false, budget }
    }

    /// The next line of at most `limit` bytes. May be dropped and called again without losing anything.
    pub(crate) async fn next(&mut self, limit: usize) -> io::Result<Line> {
        loop {
            if let Some(line) = self.split(limit) {
                return Ok(line);
            }
            if self.budget == 0 {
                self.line = Vec::new();
                return Ok(Line::Exhausted);
            }
            let count = self.stream.read(&mut self.chunk).await?;
            if count == 0 {
                let unfinished = self.line.len();
                self.line = Vec::new();
                return Ok(Line::End { unfinished });
            }
            self.budget = self.budget.saturating_sub(count);
            self.unread = (0, count);
        }
    }

    /// Takes bytes out of the chunk up to a line break; the line, when one is complete.
    fn split(&mut self, limit: usize) -> Option<Line> {
        let (from, to) = self.unread;
        let bytes = self.chunk.get(from..to).unwrap_or_default();
        let (part, found) = match bytes.iter().position(|&byte| byte == b'\n') {
            Some(at) => (bytes.get(..at).unwrap_or_default(), true),
            None => (bytes, false),
        };
        self.unread.0 = from + part.len() + usize::from(found);
        if !self.skipping && self.line.len() + part.len() > limit {
            self.skipping = true;
            self.line = Vec::new();
        }
        if !self.skipping {
            self.line.extend_from_slice(part);
        }
        if !found {
            return None;
        }
        if std::mem::take(&mut self.skipping) {
            return Some(Line::TooLong);
        }
        if self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        Some(Line::Whole(std::mem::take(&mut self.line)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(bytes: &[u8], limit: usize) -> Vec<Line> {
        let mut reader = LineReader::new(bytes, 2 << 20);
        let mut lines = Vec::new();
        loop {
            let line = reader.next(limit).await.unwrap();
            let is_end = matches!(line, Line::End { .. } | Line::Exhausted);
            lines.push(line);
            if is_end {
                return lines;
            }
        }
    }

    #[tokio::test]
    async fn lines_end_with_either_line_break_and_an_unfinished_one_is_no_line() {
        let whole = |text: &str| Line::Whole(text.as_bytes().to_vec());
        assert_eq!(
            lines(b"a\r\nbc\n\nrest", 10).await,
            [whole("a"), whole("bc"), whole(""), Line::End { unfinished: 4 }]
        );
    }

    #[tokio::test]
    async fn a_line_above_the_limit_is_dropped_and_the_next_one_is_read() {
        let mut bytes = vec![b'x'; 1 << 20];
        bytes.extend_from_slice(b"\nshort\n");
        assert_eq!(
            lines(&bytes, 1000).await,
            [Line::TooLong, Line::Whole(b"short".to_vec()), Line::End { unfinished: 0 }]
        );
    }

    #[tokio::test]
    async fn a_line_without_end_stops_at_the_budget() {
        assert_eq!(lines(&vec![b'x'; 4 << 20], 1000).await, [Line::Exhausted]);
    }
}
