//! Findings as JSON. The twins of the domain types are versioned: [`v1`].

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use crate::assessment::Assessment;
use crate::{Options, neutral};

pub mod v1;

/// How a document is laid out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Layout {
    /// One line.
    Line,
    /// Indented, for a document that people open too.
    Indented,
}

pub(crate) fn write(assessment: &Assessment, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    write_value(&v1::Report::new(assessment, options), Layout::Indented, out)
}

/// Writes a document and a line end.
pub(crate) fn write_value(
    value: &impl Serialize,
    layout: Layout,
    out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let written = match layout {
        Layout::Line => {
            value.serialize(&mut Serializer::with_formatter(&mut *out, Visible(CompactFormatter)))
        }
        Layout::Indented => {
            value.serialize(&mut Serializer::with_formatter(&mut *out, Visible(PrettyFormatter::new())))
        }
    };
    written.map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Writes JSON in which every hidden character is spelt as an escape: the value stays the same, and a terminal or a
/// reader meets nothing that acts or hides.
struct Visible<F>(F);

impl<F: Formatter> Formatter for Visible<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        writer.write_all(neutral::json_fragment(fragment).as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}
