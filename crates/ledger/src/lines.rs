//! Lines of a file, one at a time and none too long.

use std::io::{self, BufRead};

use crate::chain::LONGEST_LINE;

/// Reads lines and counts them. It keeps one line.
pub(crate) struct Lines<R> {
    reader: R,
    line: Vec<u8>,
    /// How many lines were read.
    pub(crate) number: u64,
    /// How many bytes were read.
    pub(crate) offset: u64,
}

/// What was read.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    /// A whole line, without its line end.
    Line(&'a [u8]),
    /// The file ends in this, which has no line end.
    Torn(&'a [u8]),
    /// A line that is longer than any of ours.
    TooLong,
    /// There is nothing more.
    End,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, line: Vec::new(), number: 0, offset: 0 }
    }

    /// The next line.
    pub(crate) fn step(&mut self) -> io::Result<Step<'_>> {
        self.line.clear();
        let read = io::Read::take(&mut self.reader, LONGEST_LINE as u64).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(Step::End);
        }
        self.number += 1;
        self.offset += read as u64;
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
            return Ok(Step::Line(&self.line));
        }
        if read < LONGEST_LINE {
            return Ok(Step::Torn(&self.line));
        }
        self.skip()?;
        Ok(Step::TooLong)
    }

    /// Passes over the rest of a line without keeping it.
    fn skip(&mut self) -> io::Result<()> {
        loop {
            let available = self.reader.fill_buf()?;
            let newline = available.iter().position(|&byte| byte == b'\n');
            let consumed = newline.map_or(available.len(), |at| at + 1);
            let ended = newline.is_some() || available.is_empty();
            self.reader.consume(consumed);
            self.offset += consumed as u64;
            if ended {
                return Ok(());
            }
        }
    }
}
