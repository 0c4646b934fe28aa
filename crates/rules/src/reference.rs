//! References of a text to tools: which names in it are tools, and whose they are.

use portcullis_text::meaning::{ACTS, Act, Concept, Concepts, Force, Meaning, Token, TokenKind};

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

/// Acts by which a tool named before them is used.
const CALLED: Concepts = Concepts::of(&[Concept::Call, Concept::Execute]);

/// Acts by which a tool is used.
const USE: Concepts = Concepts::of(&[Concept::Call, Concept::Execute]);

/// Acts whose object can be a tool's answer: "fetch `x`".
const BRING: Concepts =
    Concepts::of(&[Concept::Fetch, Concept::Read, Concept::Send, Concept::Collect, Concept::Check]);

/// The tools that a sentence names.
pub(crate) fn tools(line: Line<'_>) -> Vec<Reference<'_>> {
    let tokens = line.tokens();
    let text = line.said.text();
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let assigned = text.get(token.span.end..).is_some_and(|after| after.starts_with(['=', '+']));
        if !is_candidate(token, text) || assigned || is_parameter(tokens, index) {
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
    const LITERALS: &[&str] =
        &["true", "false", "null", "none", "auto", "default", "yes", "all", "any", "asc", "desc"];
    token.name
        && !LITERALS.contains(&name)
        && matches!(token.kind, TokenKind::Identifier | TokenKind::Word)
        && name.len() >= 3
        && name.bytes().any(|byte| byte.is_ascii_lowercase())
        && (token.kind == TokenKind::Identifier || name.contains('-') || token.quoted)
        && (!name.contains('.') || text.get(token.span.end..).is_some_and(|after| after.starts_with('(')))
}

/// True for the name of a parameter: "the `ticker` parameter", "field `to`", "`limit`: 10".
fn is_parameter(tokens: &[Token], index: usize) -> bool {
    let beside = |offset: usize| {
        tokens
            .get(offset)
            .is_some_and(|token| token.is(Concept::Parameter) && !token.is(Concept::Tool) && !token.name)
    };
    let listed = tokens.get(index + 1).is_some_and(Token::follows_colon);
    beside(index + 1)
        || listed
        || index.checked_sub(1).is_some_and(beside)
        || index.checked_sub(2).is_some_and(beside)
}

fn part(line: Line<'_>, tokens: &[Token], index: usize) -> Option<Part> {
    let name = tokens.get(index).map_or("", |token| token.text(line.said.text()));
    let acts = line.acts();
    let at = |act: &Act| line.said.meaning.place_of(line.sentence, act);
    let before = acts.iter().rev().find(|act| at(act) < index);
    let after = acts.iter().find(|act| at(act) > index);
    let plain = !name.contains(['_', '-', '.']) && name.bytes().all(|byte| byte.is_ascii_lowercase());
    // "Post it with `x`": the tool is the means of what is asked for. Reading through another tool is how one asks it.
    let means = before.is_some_and(|act| {
        act.wanted() && !act.is(BRING.without(Concept::Send.into())) && index - at(act) <= 12
    });
    let quoted = tokens.get(index).is_some_and(|token| token.quoted);
    let tool_like = quoted || is_verb_first(name);
    if means && !plain && tool_like && is_means(line, tokens, index) {
        return Some(Part::Called);
    }
    if let Some(act) = before.filter(|act| index - at(act) <= 6 && first_name(tokens, at(act), index)) {
        let named = next_to_tool(tokens, index) || is_call(line, act);
        let uses = act.is(USE)
            && (named || (!plain && (is_verb_first(name) || (tool_like && act.force == Force::Condition))));
        let direct = uses || (act.is(BRING) && !plain && tool_like && index - at(act) <= 2);
        if direct && act.wanted() {
            return Some(Part::Called);
        }
        if direct && act.force == Force::Condition {
            return Some(Part::Trigger);
        }
    }
    if let Some(act) =
        after.filter(|act| act.is(CALLED) && at(act) - index <= 8 && first_name(tokens, index, at(act)))
    {
        return Some(match act.force {
            Force::Condition => Part::Trigger,
            Force::Obligation | Force::Advice => Part::Called,
            _ => Part::Mentioned,
        });
    }
    if tool_like && !plain && under_condition(tokens, index) {
        return Some(Part::Trigger);
    }
    let spelt = tokens.get(index).is_some_and(|token| token.kind == TokenKind::Identifier)
        && name.contains(['_', '-']);
    let mentioned =
        (spelt && tool_like) || (!plain && beside_tool(tokens, index)) || next_to_tool(tokens, index);
    mentioned.then_some(Part::Mentioned)
}

/// Tools are called by what they do, parameters by what they are: `send_mail`, not `mail_address`.
pub(crate) fn is_verb_first(name: &str) -> bool {
    let capital =
        name.char_indices().skip(1).find(|(_, character)| character.is_uppercase()).map(|(at, _)| at);
    let end = name.find(['_', '-', '.']).or(capital).unwrap_or(name.len());
    let first = name.get(..end).unwrap_or_default();
    Meaning::of_name(first).any(ACTS)
        && !first.ends_with('s')
        && !first.ends_with("ed")
        && !first.ends_with("ing")
}

/// True for "call", "invoke", "run" in their own words; "use" is said of values as well.
fn is_call(line: Line<'_>, act: &Act) -> bool {
    let word = line.tokens().get(line.said.meaning.place_of(line.sentence, act));
    word.is_some_and(|word| !word.text(line.said.text()).to_ascii_lowercase().starts_with("us"))
}

/// True after "with", "using", "via": the name is the means.
fn is_means(line: Line<'_>, tokens: &[Token], index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|before| tokens.get(before));
    let word = before.map_or("", |before| before.text(line.said.text()));
    ["with", "using", "via", "through"].contains(&word.to_ascii_lowercase().as_str())
}

/// True for "the `x` tool", "tool `x`".
fn next_to_tool(tokens: &[Token], index: usize) -> bool {
    let is_tool = |at: usize| tokens.get(at).is_some_and(|token| token.is(Concept::Tool));
    is_tool(index + 1) || index.checked_sub(1).is_some_and(is_tool)
}

/// True where a condition is open before a name: "when the user asks for it via `x`", "any address given to `x`".
fn under_condition(tokens: &[Token], index: usize) -> bool {
    let opens = Concepts::of(&[Concept::When, Concept::Before, Concept::After, Concept::All]);
    let mut before = tokens.iter().take(index + 1).rev();
    let mut ended = before.next().is_none_or(Token::opens_clause);
    for token in before {
        if ended {
            return false;
        }
        if token.concepts.any(opens) {
            return true;
        }
        ended = token.opens_clause();
    }
    false
}

/// True beside a word for a tool or a call: "the `x` tool", "any call to `x`", "all `x` requests", "via `x`".
fn beside_tool(tokens: &[Token], index: usize) -> bool {
    let called = Concepts::of(&[Concept::Tool, Concept::Call, Concept::Invocation, Concept::Output]);
    let after = tokens.iter().skip(index + 1).take(2).any(|token| token.concepts.any(called) && !token.name);
    let before =
        tokens.iter().take(index).rev().take(3).any(|token| token.concepts.any(called) && !token.name);
    after || before
}

/// True when no other name stands between the act and this one, so that this is what the act is done with.
fn first_name(tokens: &[Token], act: usize, index: usize) -> bool {
    let order = Concepts::of(&[Concept::Before, Concept::After, Concept::Instead]);
    let between = tokens.get(act + 1..=index).unwrap_or_default();
    let named = tokens.get(act + 1..index).unwrap_or_default().iter().any(|token| token.name);
    !named && between.iter().all(|token| !token.concepts.any(order) && !token.opens_clause())
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
        } else if server == subject.server && shortened(tool, name) {
            return Whose::Sibling;
        }
    }
    whose
}

/// True for names that differ only in case and in how their words are joined.
fn alike(one: &str, other: &str) -> bool {
    folded(one).eq(folded(other))
}

/// The letters and digits of a name in lower case.
fn folded(name: &str) -> impl DoubleEndedIterator<Item = char> {
    name.chars()
        .filter(|character| character.is_alphanumeric())
        .map(|character| character.to_ascii_lowercase())
}

/// True where one name is the other with a prefix or suffix, as in `bitbucket_getDiff` and `getDiff`.
fn shortened(known: &str, name: &str) -> bool {
    const LEAST: usize = 6;
    let (longer, shorter) = if known.len() > name.len() { (known, name) } else { (name, known) };
    let at_end = || folded(shorter).rev().zip(folded(longer).rev()).all(|(one, other)| one == other);
    let at_start = || folded(shorter).zip(folded(longer)).all(|(one, other)| one == other);
    shorter.len() >= LEAST && (at_end() || at_start())
}

/// When something is to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trigger<'r> {
    /// When a tool of somebody else is used.
    Foreign(&'r str),
    /// When any tool at all is used, or anything at all is asked for.
    Anything,
    /// When the described tool or one of its server is used.
    Own,
}

/// The widest trigger that a sentence names.
pub(crate) fn trigger<'r>(line: Line<'r>, tools: &[Reference<'r>]) -> Option<Trigger<'r>> {
    let foreign = tools.iter().find(|tool| tool.is_foreign() && tool.part == Part::Trigger);
    if let Some(tool) = foreign {
        return Some(Trigger::Foreign(tool.name));
    }
    let conditional =
        Concepts::of(&[Concept::Before, Concept::When, Concept::After, Concept::Always, Concept::If]);
    if !line.any(conditional) {
        return tools.iter().any(|tool| tool.part == Part::Trigger).then_some(Trigger::Own);
    }
    if any_tool(line) {
        return Some(Trigger::Anything);
    }
    let this = line.any(Concepts::of(&[Concept::This, Concept::Tool]));
    (this || tools.iter().any(|tool| !tool.is_foreign())).then_some(Trigger::Own)
}

/// True for "any other tool", "all tools", "every request": words in that order, close together.
pub(crate) fn any_tool(line: Line<'_>) -> bool {
    let tokens = line.tokens();
    let general = Concepts::of(&[Concept::All, Concept::Others]);
    tokens.iter().enumerate().any(|(index, token)| {
        token.concepts.any(general)
            && tokens
                .iter()
                .skip(index + 1)
                .take(3)
                .any(|next| next.concepts.any(Concepts::of(&[Concept::Tool, Concept::Invocation])))
    })
}
