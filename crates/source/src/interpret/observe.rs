//! What is seen while code runs, beside flows and effects: conditions that have nothing to do with the work, private
//! data on their way out, payloads that are decoded or fetched.

mod asking;

use std::cell::RefCell;

use rustc_hash::FxHashSet;

use crate::analysis::{Address, Condition, HiddenText, Payload, PayloadOrigin, Source, SourceKind};
use crate::behaviour::decode;
use crate::ir::visit::{self, Visitor};
use crate::ir::{Expression, ExpressionKind, Literal, Part, Statement};
use crate::library::{self, Answer, EffectKind, Op, SinkKind};
use crate::value::{Place, Term, TermKind, Text, Value};

use super::{Arguments, Interpreter, Outcome};

/// Values inside values beyond this are not looked at.
pub(crate) const DEPTH: usize = 12;

/// Nodes of one value beyond this are not looked at.
pub(crate) const MOST_NODES: usize = 400;

/// Observations of one kind beyond this are not kept.
const MOST_OBSERVED: usize = 500;

/// What was observed.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    pub(crate) texts: Vec<HiddenText>,
    pub(crate) payloads: Vec<Payload>,
    /// Symbols that ask for nothing strange, by their ids.
    ordinary: RefCell<FxHashSet<u32>>,
}

/// What is found in a condition.
#[derive(Default)]
pub(crate) struct Asked {
    clock: bool,
    dates: Vec<String>,
    texts: Vec<Text>,
    host: bool,
    user: bool,
    client: bool,
    build: Option<String>,
}

impl<'a> Interpreter<'a> {
    /// Runs a branch under its condition.
    pub(crate) fn under<T>(
        &mut self,
        condition: &Value<'a>,
        holds: bool,
        run: impl FnOnce(&mut Self) -> Outcome<T>,
    ) -> Outcome<T> {
        self.conditions.push((condition.clone(), holds));
        let outcome = run(self);
        self.conditions.pop();
        outcome
    }

    /// Notes the texts of branches whose condition has nothing to do with the work.
    pub(crate) fn observe_branches(
        &mut self,
        condition: &Value<'a>,
        then: &'a [Statement],
        otherwise: &'a [Statement],
    ) {
        let when = self.strange(condition);
        if when.is_empty() {
            return;
        }
        let mut texts = Texts::default();
        visit::statements(then, &mut texts);
        visit::statements(otherwise, &mut texts);
        self.note_texts(&when, texts);
    }

    /// The same for the two values of a choice.
    pub(crate) fn observe_choice(
        &mut self,
        condition: &Value<'a>,
        then: &'a Expression,
        otherwise: &'a Expression,
    ) {
        let when = self.strange(condition);
        if when.is_empty() {
            return;
        }
        let mut texts = Texts::default();
        visit::expression(then, &mut texts);
        visit::expression(otherwise, &mut texts);
        self.note_texts(&when, texts);
    }

    pub(crate) fn note_texts(&mut self, when: &[Condition], texts: Texts<'a>) {
        let file = self.here.file;
        for (text, at) in texts.0 {
            let spot = self.spot(Place { file, at });
            let known = self.observed.texts.iter().any(|one| one.spot == spot);
            if !known && self.observed.texts.len() < MOST_OBSERVED {
                self.observed.texts.push(HiddenText { when: when.to_vec(), text: text.to_owned(), spot });
            }
        }
    }

    /// The conditions of the branches that run which have nothing to do with the work.
    pub(crate) fn strange_conditions(&mut self) -> Vec<Condition> {
        let mut found = Vec::new();
        for (condition, _) in self.conditions.clone() {
            for one in self.strange(&condition) {
                if !found.contains(&one) {
                    found.push(one);
                }
            }
        }
        let facts: Vec<Value<'a>> =
            self.state.facts.iter().map(|fact| Value::Term(fact.subject.clone())).collect();
        for subject in facts {
            for one in self.strange(&subject) {
                if !found.contains(&one) {
                    found.push(one);
                }
            }
        }
        found
    }

    /// The private data among the arguments of a call, each by name.
    pub(crate) fn sent(&self, arguments: &Arguments<'a>) -> Vec<Source> {
        let taint = arguments.all().fold(0, |taint, value| taint | self.taint(value));
        let mut sent: Vec<Source> = self
            .sources
            .of(taint)
            .into_iter()
            .filter(|source| !source.name.is_empty())
            .filter(|source| matches!(source.kind, SourceKind::Environment | SourceKind::PrivateFile))
            .collect();
        let mut nodes = MOST_NODES;
        if arguments.all().any(|value| self.holds_environment(value, &mut nodes, DEPTH)) {
            sent.insert(0, Source { kind: SourceKind::Environment, name: String::new() });
        }
        sent
    }

    /// Whether a value holds all of the environment, not single variables of it.
    pub(crate) fn holds_environment(&self, value: &Value<'a>, nodes: &mut usize, depth: usize) -> bool {
        if depth == 0 || *nodes == 0 {
            return false;
        }
        *nodes -= 1;
        let mut inner = |value: &Value<'a>| self.holds_environment(value, nodes, depth - 1);
        match value {
            Value::Term(term) => match term.kind() {
                TermKind::External(path) => ENVIRONMENT.contains(&&**path),
                TermKind::Input(position) => self
                    .sources
                    .get(*position)
                    .is_some_and(|source| source.kind == SourceKind::Environment && source.name.is_empty()),
                TermKind::Apply(Op::Measure | Op::Number, _) => false,
                TermKind::Apply(Op::Field | Op::Element, operands) => match operands.as_slice() {
                    [_, Value::Text(_)] => false,
                    operands => operands.iter().any(inner),
                },
                TermKind::Apply(_, operands) => operands.iter().any(inner),
                TermKind::Result(path, operands) => {
                    if ENVIRONMENT.iter().any(|name| path.strip_prefix(name).is_some_and(is_whole)) {
                        return true;
                    }
                    let keeps = library::model(self.language(), path)
                        .is_some_and(|model| !matches!(model.answer, Answer::Clean))
                        || KEEPS.iter().any(|name| path.ends_with(name));
                    keeps && operands.iter().any(inner)
                }
                TermKind::Unknown => false,
            },
            Value::Object(id) => {
                let Some(object) = self.state.object(*id) else { return false };
                if matches!(object.kind, super::state::ObjectKind::Scope(_)) {
                    return false;
                }
                let values = object.fields.values().chain(object.elements.iter()).chain(&object.rest);
                values.take(64).any(inner)
            }
            Value::Either(alternatives) => alternatives.iter().any(|one| inner(&one.value)),
            Value::Method(method) => inner(&method.0),
            _ => false,
        }
    }

    /// What a call reaches: the known beginning of its first arguments that are an address or a command.
    pub(crate) fn address(&self, arguments: &Arguments<'a>) -> Option<Address> {
        let named = ["url", "base_url", "baseURL", "host", "hostname", "uri"];
        let named = named.iter().filter_map(|name| arguments.named(name));
        named.chain(arguments.plain.iter().take(3)).find_map(|value| {
            let mut encoded = false;
            let text = self.decoded(value, &mut encoded, 6)?;
            let text: String = text.chars().take(300).collect();
            (encoded || text.contains("://") || text.contains('.')).then_some(Address { text, encoded })
        })
    }

    /// The known beginning of a text, with what is decoded from constants decoded.
    pub(crate) fn decoded(&self, value: &Value<'a>, encoded: &mut bool, depth: usize) -> Option<String> {
        if depth == 0 {
            return None;
        }
        match value {
            Value::Text(text) => Some(text.to_string()),
            Value::Term(term) => match term.kind() {
                TermKind::Apply(Op::Decode, operands) => {
                    let inner = operands.iter().find_map(|one| self.decoded(one, encoded, depth - 1))?;
                    if *encoded {
                        return Some(inner);
                    }
                    let plain = decode::any(&inner)?;
                    *encoded = true;
                    Some(plain)
                }
                TermKind::Apply(Op::Concat | Op::Same | Op::ParseUrl | Op::Fold | Op::Or, operands) => {
                    operands.iter().find_map(|one| self.decoded(one, encoded, depth - 1))
                }
                TermKind::Apply(Op::Part | Op::Element, operands) => {
                    operands.first().and_then(|one| self.decoded(one, encoded, depth - 1))
                }
                TermKind::Result(path, operands) if DECODES.iter().any(|name| path.ends_with(name)) => {
                    let inner = operands.iter().find_map(|one| self.decoded(one, encoded, depth - 1))?;
                    if *encoded {
                        return Some(inner);
                    }
                    let plain = decode::any(&inner)?;
                    *encoded = true;
                    Some(plain)
                }
                _ => None,
            },
            Value::Either(alternatives) => {
                alternatives.iter().find_map(|one| self.decoded(&one.value, encoded, depth - 1))
            }
            Value::Object(id) => {
                let object = self.state.object(*id)?;
                let named = ["hostname", "host", "url", "baseURL"];
                let named = named.iter().find_map(|name| object.fields.get(*name));
                named.or(object.elements.first()).and_then(|one| self.decoded(one, encoded, depth - 1))
            }
            _ => None,
        }
    }

    /// Notes code and commands that are decoded from a constant or fetched.
    pub(crate) fn observe_payload(&mut self, sink: SinkKind, value: &Value<'a>, path: &str) {
        if !matches!(sink, SinkKind::Shell | SinkKind::Arguments | SinkKind::Code | SinkKind::Import) {
            return;
        }
        let mut encoded = false;
        let shown = self.decoded(value, &mut encoded, 8);
        let origin = if encoded {
            PayloadOrigin::Encoded
        } else if sink != SinkKind::Arguments && self.is_fetched(value, 8) && !self.is_compared(value) {
            PayloadOrigin::Fetched
        } else {
            return;
        };
        let spot = self.spot(self.here);
        let known = self.observed.payloads.iter().any(|one| one.spot == spot);
        if !known && self.observed.payloads.len() < MOST_OBSERVED {
            let shown = shown.map(|text| text.chars().take(200).collect());
            let function = path.to_owned();
            self.observed.payloads.push(Payload { origin, sink, function, spot, shown });
        }
    }

    /// Whether a digest or signature of a value was compared on the way.
    pub(crate) fn is_compared(&self, value: &Value<'a>) -> bool {
        let Value::Term(term) = value else { return false };
        self.state.facts.iter().any(|fact| self.is_made_of(&Value::Term(fact.subject.clone()), term, 8))
    }

    pub(crate) fn is_made_of(&self, value: &Value<'a>, part: &Term<'a>, depth: usize) -> bool {
        let Value::Term(term) = value else { return false };
        if term == part {
            return true;
        }
        match term.kind() {
            TermKind::Apply(_, operands) | TermKind::Result(_, operands) if depth > 0 => {
                operands.iter().any(|operand| self.is_made_of(operand, part, depth - 1))
            }
            _ => false,
        }
    }

    /// Whether a value is what the network answered, or a part of it.
    pub(crate) fn is_fetched(&self, value: &Value<'a>, depth: usize) -> bool {
        if depth == 0 {
            return false;
        }
        match value {
            Value::Term(term) => match term.kind() {
                TermKind::Apply(
                    Op::Field | Op::Element | Op::Same | Op::Decode | Op::Part | Op::Fold,
                    operands,
                ) => operands.first().is_some_and(|one| self.is_fetched(one, depth - 1)),
                TermKind::Result(path, operands) => {
                    let fetches = library::model(self.language(), path)
                        .is_some_and(|model| model.effects.contains(&EffectKind::Network));
                    let reads = READS.iter().any(|name| path.ends_with(name));
                    fetches || (reads && operands.first().is_some_and(|one| self.is_fetched(one, depth - 1)))
                }
                _ => false,
            },
            Value::Either(alternatives) => {
                alternatives.iter().any(|one| self.is_fetched(&one.value, depth - 1))
            }
            _ => false,
        }
    }
}

/// The longer literal texts of a branch.
#[derive(Default)]
pub(crate) struct Texts<'a>(Vec<(&'a str, crate::ir::At)>);

impl<'a> Visitor<'a> for Texts<'a> {
    fn expression(&mut self, expression: &'a Expression) {
        const SHORTEST: usize = 24;
        let mut keep = |text: &'a str| {
            if text.len() >= SHORTEST {
                self.0.push((text, expression.at));
            }
        };
        match &expression.kind {
            ExpressionKind::Literal(Literal::Text(text)) => keep(text),
            ExpressionKind::Template { parts, .. } => parts.iter().for_each(|part| {
                if let Part::Text(text) = part {
                    keep(text);
                }
            }),
            _ => {}
        }
    }
}

/// What tells the time.
pub(crate) const CLOCK: &[&str] = &[
    "date.today",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "time.time",
    "Date.now",
    "Date",
    "time.Now",
    "pendulum.now",
    "arrow.utcnow",
];

/// What tells the name of the machine.
pub(crate) const HOST: &[&str] = &["gethostname", "getfqdn", "platform.node", "os.hostname", "os.Hostname"];

/// What tells who is logged in.
pub(crate) const USER: &[&str] = &["getpass.getuser", "os.getlogin", "os.userInfo", "os/user.Current"];

/// Variables that build machines set.
pub(crate) const BUILD: &[&str] =
    &["CI", "GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL", "TRAVIS", "CIRCLECI", "BUILDKITE", "TF_BUILD"];

/// The whole environment.
pub(crate) const ENVIRONMENT: &[&str] =
    &["process.env", "os.environ", "os.Environ", "os.environb", "Deno.env", "Bun.env"];

/// Calls of unknown libraries that give what they get in another form.
const KEEPS: &[&str] = &[
    ".join",
    ".encode",
    ".dumps",
    ".stringify",
    ".entries",
    ".items",
    ".values",
    ".copy",
    "NewReader",
    ".map",
];

/// Calls that decode.
const DECODES: &[&str] = &[
    "b64decode",
    "atob",
    "unhexlify",
    "fromhex",
    "fromCharCode",
    "DecodeString",
    "Buffer.from",
    ".toString",
    ".decode",
];

/// Calls that read an answer.
const READS: &[&str] = &[".text", ".read", ".decode", ".json", ".toString", "ReadAll", ".content"];

fn is_whole(rest: &str) -> bool {
    matches!(rest, "" | ".copy" | ".items" | ".values" | ".toObject")
}
