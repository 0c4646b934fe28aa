//! References of a text to tools: which names in it are tools, and whose they are.

use portcullis_text::meaning::{Act, Concept, Concepts, Force, Token, TokenKind};

use crate::asked::Line;
use crate::evidence::Subject;

/// Whose tool a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The tool that is described.
    Own,
    /// Another tool of the same server.
    Sibling,
    /// A tool of another installed server.
    OtherServer,
    /// No installed server offers it.
    Unknown,
}

/// What a sentence does with a tool that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Something is to happen when the tool is used.
    Trigger,
    /// The tool is to be called.
    Called,
    /// It is mentioned.
    Mentioned,
}

/// One reference.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reference<'r> {
    pub(crate) name: &'r str,
    pub(crate) whose: Whose,
    pub(crate) part: Part,
}

impl Reference<'_> {
    /// True when it is neither the described tool nor one of the same server.
    pub(crate) fn is_foreign(&self) -> bool {
        matches!(self.whose, Whose::OtherServer | Whose::Unknown)
    }
}

/// Acts by which a tool is used.
const USE: Concepts = Concepts::of(&[Concept::Call, Concept::Execute, Concept::Do]);

/// The tools that a sentence names.
pub(crate) fn tools(line: Line<'_>) -> Vec<Reference<'_>> {
    let tokens = line.tokens();
    let text = line.said.text();
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if !is_candidate(token, text) || is_parameter(tokens, index) {
            continue;
        }
        let name = token.text(text);
        let whose = whose(name, &line.said.passage.subject);
        let part = part(line, tokens, index);
        if let Some(part) = part.or((whose != Whose::Unknown).then_some(Part::Mentioned)) {
            found.push(Reference { name, whose, part });
        }
    }
    found
}

/// True for a name that can be a tool's: spelt like one, or quoted alone.
fn is_candidate(token: &Token, text: &str) -> bool {
    let name = token.text(text);
    token.name
        && matches!(token.kind, TokenKind::Identifier | TokenKind::Word)
        && name.len() >= 3
        && name.bytes().any(|byte| byte.is_ascii_lowercase())
        && (token.kind == TokenKind::Identifier || name.contains('-') || token.quoted)
}

/// True for the name of a parameter: "the `ticker` parameter", "field `to`".
fn is_parameter(tokens: &[Token], index: usize) -> bool {
    let beside = |offset: usize| tokens.get(offset).is_some_and(|token| token.is(Concept::Parameter));
    beside(index + 1) || index.checked_sub(1).is_some_and(beside)
}

fn part(line: Line<'_>, tokens: &[Token], index: usize) -> Option<Part> {
    let acts = line.acts();
    let at = |act: &Act| line.said.meaning.place_of(line.sentence, act);
    let before = acts.iter().rev().find(|act| at(act) < index);
    let after = acts.iter().find(|act| at(act) > index);
    if let Some(act) =
        before.filter(|act| act.is(USE) && index - at(act) <= 6 && first_name(tokens, at(act), index))
    {
        return Some(if act.ordered() {
            Part::Called
        } else if act.force == Force::Condition {
            Part::Trigger
        } else {
            Part::Mentioned
        });
    }
    if let Some(act) = after.filter(|act| act.is(USE) && at(act) - index <= 4) {
        return Some(match act.force {
            Force::Condition => Part::Trigger,
            Force::Obligation | Force::Advice => Part::Called,
            _ => Part::Mentioned,
        });
    }
    let tool_beside = tokens.get(index + 1).is_some_and(|next| next.is(Concept::Tool))
        || index
            .checked_sub(1)
            .and_then(|before| tokens.get(before))
            .is_some_and(|before| before.is(Concept::Tool));
    let general = Concepts::of(&[Concept::When, Concept::Before, Concept::After, Concept::All, Concept::If]);
    if tool_beside
        || (tokens.get(index).is_some_and(|token| token.kind == TokenKind::Identifier) && line.any(general))
    {
        let condition = line.any(general);
        return Some(if condition { Part::Trigger } else { Part::Mentioned });
    }
    None
}

/// True when no other name stands between the act and this one, so that this is what the act is done with.
fn first_name(tokens: &[Token], act: usize, index: usize) -> bool {
    tokens.get(act + 1..index).unwrap_or_default().iter().all(|token| !token.name)
}

/// Whose tool a name is, as far as the installed set is known.
pub(crate) fn whose(name: &str, subject: &Subject<'_>) -> Whose {
    let same = |known: &str| alike(known, name);
    if subject.name.is_some_and(same) {
        return Whose::Own;
    }
    let mut whose = Whose::Unknown;
    for (server, tool) in &subject.neighbours.tools {
        if same(tool) {
            if server == subject.server {
                return Whose::Sibling;
            }
            whose = Whose::OtherServer;
        }
    }
    whose
}

/// True for names that differ only in case and in how their words are joined.
fn alike(one: &str, other: &str) -> bool {
    let fold = |name: &str| -> String {
        name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    fold(one) == fold(other)
}
