//! Recorded surfaces: one document or a stream of any length.

use std::collections::BTreeSet;
use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;

use portcullis_model::{Finding, Span, Surface, Target, TargetKind, TargetStatus};
use portcullis_report::ServerSummary;
use portcullis_rules::{Engine, Neighbours};
use portcullis_text::secret;
use portcullis_wire::documents::{Documents, Piece, SURFACE_CAP};
use portcullis_wire::json::{self, Dialect, Limits};
use portcullis_wire::surface;

use super::gather::Gather;
use super::{Together, is_named_lines, place};
use crate::pool;
use crate::summary;

/// A set is kept in memory up to this many bytes; a larger one is a collection.
const SET_BYTES: usize = 32 << 20;

/// A document as text, and where its stream it began.
struct Document {
    line: usize,
    offset: u64,
    text: Arc<str>,
}

/// What became of one surface.
struct Looked {
    target: Target,
    findings: Vec<Finding>,
    summary: Option<ServerSummary>,
    surface: Option<Surface>,
    /// What was odd about it, although all of it was looked at.
    notes: Vec<String>,
}

/// Looks at every surface of a stream. A small set is looked at as one installation; a long stream passes through.
pub(super) fn stream(source: impl BufRead + Send, name: &str, gather: &mut Gather<'_>) -> io::Result<()> {
    let opened = if is_named_lines(Path::new(name)) {
        Documents::open_lines(source, SURFACE_CAP)
    } else {
        Documents::open(source, SURFACE_CAP)
    };
    let mut pieces = match opened {
        Ok(pieces) => pieces,
        Err(error) => return failed(name, &format!("could not be read: {error}"), gather),
    };
    let mut head = Vec::new();
    let mut bytes = 0;
    let most = match gather.scan.together {
        Together::Auto => Together::MOST,
        Together::Always => usize::MAX,
        Together::Never => 0,
    };
    let mut is_set = false;
    while head.len() <= most && (bytes <= SET_BYTES || gather.scan.together == Together::Always) {
        let Some(piece) = pieces.next() else {
            is_set = true;
            break;
        };
        bytes += piece.as_ref().map_or(0, |piece| piece.bytes.as_ref().map_or(0, Vec::len));
        head.push(piece);
    }
    if is_set {
        as_set(head, name, gather)
    } else {
        as_collection(head.into_iter().chain(pieces), name, gather)
    }
}

/// All surfaces are read first, so that each is looked at knowing the others.
fn as_set(pieces: Vec<io::Result<Piece>>, name: &str, gather: &mut Gather<'_>) -> io::Result<()> {
    let read: Vec<Opened> = pieces.into_iter().flat_map(|piece| open(piece, name)).collect();
    if read.is_empty() {
        return failed(
            name,
            "holds no surface; give an object with `tools`, or one such object on each line",
            gather,
        );
    }
    let together =
        gather.scan.together != Together::Never && read.len() <= most_together(gather.scan.together);
    let neighbours = together.then(|| neighbours(&read));
    let whole = read.len() == 1;
    for opened in read {
        if whole && let Opened::Surface { document, .. } = &opened {
            let secrets: Vec<Span> = secret::find(&document.text).iter().map(|hit| hit.span).collect();
            gather.assessment.sources.insert(name, &document.text, &secrets);
        }
        let looked = look(opened, name, gather.scan.engine, neighbours.as_ref());
        if let Some(surface) = looked.surface {
            gather.keep(&looked.target, name, surface);
        }
        gather.assessment.notes.extend(looked.notes);
        gather.done(looked.target, looked.findings, looked.summary)?;
    }
    Ok(())
}

const fn most_together(together: Together) -> usize {
    match together {
        Together::Auto => Together::MOST,
        Together::Always => usize::MAX,
        Together::Never => 0,
    }
}

/// Each surface is looked at by itself, many at once, memory bounded.
fn as_collection(
    pieces: impl Iterator<Item = io::Result<Piece>> + Send,
    name: &str,
    gather: &mut Gather<'_>,
) -> io::Result<()> {
    let engine = gather.scan.engine;
    let mut outcome = Ok(());
    pool::in_order(
        pieces,
        |piece| -> Vec<Looked> {
            open(piece, name).into_iter().map(|opened| look(opened, name, engine, None)).collect()
        },
        |looked| {
            for one in looked {
                outcome = gather.done(one.target, one.findings, None);
                if outcome.is_err() {
                    return false;
                }
            }
            true
        },
    );
    gather.assessment.notes.push(format!(
        "`{name}` holds more than {} surfaces: it was looked at as a collection, not as servers used together \
         (`--together always` changes that)",
        Together::MOST
    ));
    outcome
}

/// A surface that was read, or why it was not.
enum Opened {
    Surface { document: Document, surface: Box<Surface>, problems: Vec<String> },
    Failed { line: usize, reason: String },
}

/// Reads the surfaces of one piece of the stream.
fn open(piece: io::Result<Piece>, name: &str) -> Vec<Opened> {
    let fail = |line: usize, reason: String| vec![Opened::Failed { line, reason }];
    let piece = match piece {
        Ok(piece) => piece,
        Err(error) => return fail(0, format!("could not be read: {error}")),
    };
    let bytes = match piece.bytes {
        Ok(bytes) => bytes,
        Err(fault) => return fail(piece.line, fault.message),
    };
    let document = match json::read(&bytes, Dialect::Strict, &Limits::default()) {
        Ok(document) => document,
        Err(fault) => {
            let place = fault.place(&String::from_utf8_lossy(&bytes));
            return fail(
                piece.line,
                format!("line {}, column {}: {}", piece.line + place.line - 1, place.column, fault.message),
            );
        }
    };
    let Ok(text) = String::from_utf8(bytes).map(Arc::<str>::from) else {
        return fail(piece.line, String::from("is not UTF-8"));
    };
    let nodes = surface::split(document.root);
    let stem = stem(name);
    nodes
        .into_iter()
        .map(|node| match surface::read(node, stem) {
            Ok(reading) => Opened::Surface {
                document: Document { line: piece.line, offset: piece.offset, text: text.clone() },
                surface: Box::new(reading.surface),
                problems: reading.problems.into_iter().map(|problem| problem.message).collect(),
            },
            Err(fault) => Opened::Failed { line: piece.line, reason: fault.message },
        })
        .collect()
}

/// The name for a surface that gives none: the file's, without folders and ending.
fn stem(name: &str) -> &str {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or(file)
}

/// Looks at one surface. `together` are the servers used with it; one by itself still knows its own tools.
fn look(opened: Opened, name: &str, engine: &Engine, together: Option<&Neighbours>) -> Looked {
    let own = together.is_none().then(|| neighbours(std::slice::from_ref(&opened)));
    let none = Neighbours::default();
    let neighbours = together.or(own.as_ref()).unwrap_or(&none);
    let keep = together.is_some();
    match opened {
        Opened::Failed { line, reason } => {
            let locator = if line > 1 { format!("{name}:{line}") } else { name.to_owned() };
            let target = Target::new(TargetKind::Surface, locator, TargetStatus::Failed(reason));
            Looked { target, findings: Vec::new(), summary: None, surface: None, notes: Vec::new() }
        }
        Opened::Surface { document, surface, problems } => {
            let mut target = Target::scanned(TargetKind::Surface, format!("{name}#{}", surface.server));
            let unread = surface.coverage.unread.iter().filter(|unread| !unread.expected);
            let gaps: Vec<String> =
                unread.map(|unread| format!("{}: {}", unread.part, unread.reason)).collect();
            let mut notes = Vec::new();
            if gaps.is_empty() {
                let note = |problem| format!("`{}` line {}: {problem}", target.locator, document.line);
                notes.extend(problems.into_iter().map(note));
            } else {
                target.status =
                    TargetStatus::Failed(format!("not read: {}", [gaps, problems].concat().join("; ")));
            }
            let mut findings = engine.surface(&target.id, &surface, Some(name), neighbours);
            place(&mut findings, &document.text, document.line, document.offset);
            let summary = keep.then(|| summary::of_surface(&surface, Some(name)));
            Looked { target, findings, summary, surface: keep.then_some(*surface), notes }
        }
    }
}

/// The names that a text of one of the surfaces may refer to.
fn neighbours(read: &[Opened]) -> Neighbours {
    let mut tools = BTreeSet::new();
    let mut servers = BTreeSet::new();
    for opened in read {
        if let Opened::Surface { surface, .. } = opened {
            servers.insert(surface.server.clone());
            tools.extend(surface.tools().map(|tool| (surface.server.clone(), tool.name.clone())));
        }
    }
    Neighbours { tools: tools.into_iter().collect(), servers: servers.into_iter().collect() }
}

fn failed(name: &str, reason: &str, gather: &mut Gather<'_>) -> io::Result<()> {
    let target = Target::new(TargetKind::Surface, name, TargetStatus::Failed(reason.to_owned()));
    gather.done(target, Vec::new(), None)
}
