//! Where a finding is: the file and region when there is one, and the server, item and field in any case.

use std::borrow::Cow;

use portcullis_model::{Finding, FlowStep, ItemKind, Span, Target};

use super::log::{ArtifactLocation, Location, LogicalLocation, PhysicalLocation, Region, Text};
use super::{is_file, uri};
use crate::source::Sources;

pub(super) fn of_finding<'a>(
    finding: &'a Finding,
    target: Option<&Target>,
    sources: &Sources,
) -> Location<'a> {
    let in_file = finding.location.file.as_deref().map(|file| PhysicalLocation {
        artifact_location: ArtifactLocation { uri: uri::of_file(file) },
        region: region_of(&finding.location, sources),
    });
    Location {
        physical_location: in_file.or_else(|| file_of(target?)),
        logical_locations: logical(finding),
        message: None,
    }
}

/// The target itself, when it is a file.
pub(super) fn of_target(target: &Target) -> Option<Location<'static>> {
    Some(Location { physical_location: Some(file_of(target)?), ..Location::default() })
}

fn file_of(target: &Target) -> Option<PhysicalLocation> {
    // Standard input is a target without a name that anybody could open.
    (is_file(target.kind) && target.locator != "-").then(|| PhysicalLocation {
        artifact_location: ArtifactLocation { uri: uri::of_file(&target.locator) },
        region: None,
    })
}

/// A step of a way through source code.
pub(super) fn of_step<'a>(step: &'a FlowStep, sources: &Sources) -> Location<'a> {
    let physical_location = step.location.file.as_deref().map(|file| PhysicalLocation {
        artifact_location: ArtifactLocation { uri: uri::of_file(file) },
        region: region_of(&step.location, sources),
    });
    let message = Text { text: Cow::Borrowed(&step.message), markdown: None };
    Location { physical_location, message: Some(message), ..Location::default() }
}

fn region_of(location: &portcullis_model::Location, sources: &Sources) -> Option<Region> {
    let place = sources.place(location);
    if place.is_none() && location.span.is_none() {
        return None;
    }
    Some(Region {
        start_line: place.map(|place| place.line),
        start_column: place.map(|place| place.column),
        end_line: place.map(|place| place.end_line),
        end_column: place.map(|place| place.end_column),
        byte_offset: location.span.map(|span| span.start),
        byte_length: location.span.map(Span::len),
    })
}

/// The region of an edit: bytes, and lines and columns where the text is at hand.
pub(super) fn of_span(file: &str, span: Span, sources: &Sources) -> Region {
    let place = sources.get(file).map(|source| source.place(span));
    Region {
        start_line: place.map(|place| place.line),
        start_column: place.map(|place| place.column),
        end_line: place.map(|place| place.end_line),
        end_column: place.map(|place| place.end_column),
        byte_offset: Some(span.start),
        byte_length: Some(span.len()),
    }
}

/// From the server down to the field.
fn logical(finding: &Finding) -> Vec<LogicalLocation<'_>> {
    let location = &finding.location;
    let mut path = String::new();
    let mut locations = Vec::new();
    let mut add = |name: Cow<'static, str>, kind| {
        if !path.is_empty() && !name.starts_with('/') {
            path.push('/');
        }
        path.push_str(&name);
        locations.push(LogicalLocation { name, fully_qualified_name: path.clone(), kind });
    };
    if let Some(server) = &location.server {
        add(Cow::Owned(server.clone()), "server");
    }
    if let Some(item) = location.item {
        let name = location.name.clone().map_or(Cow::Borrowed(item.as_str()), Cow::Owned);
        add(name, item.as_str());
    } else if let Some(name) = &location.name {
        add(Cow::Owned(name.clone()), ItemKind::Config.as_str());
    }
    if let Some(field) = location.field.as_ref().filter(|field| !field.as_str().is_empty()) {
        add(Cow::Owned(field.as_str().to_owned()), "field");
    }
    locations
}
