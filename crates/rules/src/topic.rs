//! What a tool is about, by its name and its first sentence: a tool about files may speak of any path.

use portcullis_text::meaning::{Concept, Concepts, Meaning};

use crate::asked::Line;

/// What a tool is about that may well ask for credentials.
pub(crate) const OF_SECRETS: Concepts = Concepts::of(&[
    Concept::Secret,
    Concept::SecretPath,
    Concept::Account,
    Concept::Restriction,
    Concept::Authority,
    Concept::External,
    Concept::Install,
]);

/// What a tool is about that may well speak of any place on the machine.
pub(crate) const OF_PATHS: Concepts = Concepts::of(&[
    Concept::File,
    Concept::Code,
    Concept::Read,
    Concept::Write,
    Concept::Execute,
    Concept::SystemPath,
    Concept::AgentConfig,
    Concept::Memory,
    Concept::Tool,
    Concept::Visit,
]);

/// True for a tool whose name or first sentence speaks of one of these.
pub(crate) fn is_about(line: Line<'_>, what: Concepts) -> bool {
    let first = line.said.all_lines().next().filter(|first| first.sentence.number == 0);
    let stated = first.map_or(Concepts::NONE, |first| first.sentence.concepts);
    let name = line.said.passage.subject.name.map_or(Concepts::NONE, Meaning::of_name);
    stated.with(name).any(what)
}
