//! Conditions that ask for the time, the machine or magic words.

use super::Asked;
use super::BUILD;
use super::CLOCK;
use super::DEPTH;
use super::HOST;
use super::Interpreter;
use super::MOST_NODES;
use super::USER;
use crate::analysis::{Condition, ConditionKind, SourceKind};
use crate::library::Op;
use crate::value::{Term, TermKind, Value};

/// Questions about files.
const FILES: &[&str] = &[
    ".existsSync",
    ".exists",
    ".isfile",
    ".is_file",
    ".isdir",
    ".is_dir",
    ".stat",
    ".statSync",
    ".lstatSync",
    ".access",
    ".accessSync",
    ".readFileSync",
    ".readFile",
    ".read_text",
    "os.Stat",
    "os.ReadFile",
];

impl<'a> Interpreter<'a> {
    /// What a condition asks that has nothing to do with the work.
    pub(crate) fn strange(&self, condition: &Value<'a>) -> Vec<Condition> {
        if let Value::Term(term) = condition
            && self.observed.ordinary.borrow().contains(&term.id())
        {
            return Vec::new();
        }
        let mut asked = Asked::default();
        let mut nodes = MOST_NODES;
        self.ask(condition, &mut asked, &mut nodes, DEPTH);
        let mut found = Vec::new();
        let mut push = |kind, with: String| found.push(Condition { kind, with });
        if asked.clock
            && let Some(date) = asked.dates.first()
        {
            push(ConditionKind::Date, date.clone());
        }
        let words = || {
            let texts = asked.texts.iter().map(|text| text.chars().take(80).collect::<String>());
            texts.collect::<Vec<_>>().join(", ")
        };
        if asked.host && !asked.texts.is_empty() {
            push(ConditionKind::HostName, words());
        }
        if asked.user && !asked.texts.is_empty() {
            push(ConditionKind::UserName, words());
        }
        if asked.client && !asked.texts.is_empty() {
            push(ConditionKind::Client, words());
        }
        if let Some(name) = asked.build {
            push(ConditionKind::BuildMachine, name);
        }
        if let Some(words) = self.magic_words(condition, DEPTH) {
            push(ConditionKind::MagicWords, words);
        }
        if found.is_empty()
            && let Value::Term(term) = condition
        {
            self.observed.ordinary.borrow_mut().insert(term.id());
        }
        found
    }

    pub(crate) fn ask(&self, value: &Value<'a>, asked: &mut Asked, nodes: &mut usize, depth: usize) {
        if depth == 0 || *nodes == 0 {
            return;
        }
        *nodes -= 1;
        match value {
            Value::Text(text) if !text.trim().is_empty() => {
                if is_date(text) {
                    asked.dates.push(text.to_string());
                }
                asked.texts.push(text.clone());
            }
            Value::Number(number) if is_year(*number) || is_epoch(*number) => {
                asked.dates.push(number.to_string());
            }
            Value::Term(term) => self.ask_term(term, asked, nodes, depth),
            Value::Object(id) => {
                for element in self.state.elements(*id).iter().take(20) {
                    self.ask(element, asked, nodes, depth - 1);
                }
            }
            Value::Either(alternatives) => {
                for one in alternatives.iter().take(8) {
                    self.ask(&one.value, asked, nodes, depth - 1);
                }
            }
            _ => {}
        }
    }

    pub(crate) fn ask_term(&self, term: &Term<'a>, asked: &mut Asked, nodes: &mut usize, depth: usize) {
        match term.kind() {
            TermKind::Input(position) => {
                let source = self.sources.get(*position);
                if let Some(source) = source
                    && source.kind == SourceKind::Environment
                    && BUILD.contains(&source.name.as_str())
                {
                    asked.build = Some(source.name.clone());
                }
            }
            TermKind::External(path) => asked.client |= asks_client(path),
            TermKind::Apply(Op::Field, operands) => {
                if let [object, Value::Text(name)] = operands.as_slice() {
                    asked.client |= asks_client(name);
                    self.ask(object, asked, nodes, depth - 1);
                }
            }
            TermKind::Apply(_, operands) => {
                operands.iter().for_each(|one| self.ask(one, asked, nodes, depth - 1));
            }
            // Whether a file is there is asked by its path: a folder of the user is no question of who it is.
            TermKind::Result(path, _) if FILES.iter().any(|name| path.ends_with(name)) => {}
            TermKind::Result(path, operands) => {
                asked.clock |= CLOCK.iter().any(|clock| path.ends_with(clock));
                asked.host |= HOST.iter().any(|name| path.ends_with(name));
                asked.user |= USER.iter().any(|name| path.ends_with(name));
                asked.client |= asks_client(path);
                operands.iter().for_each(|one| self.ask(one, asked, nodes, depth - 1));
            }
            TermKind::Unknown => {}
        }
    }

    /// A fixed text that an argument of a tool is searched for, and that nobody writes by chance.
    pub(crate) fn magic_words(&self, condition: &Value<'a>, depth: usize) -> Option<String> {
        if depth == 0 {
            return None;
        }
        let Value::Term(term) = condition else { return None };
        let TermKind::Apply(op, operands) = term.kind() else { return None };
        let pair = match (op, operands.as_slice()) {
            (Op::In, [part, text]) | (Op::StartsWith | Op::EndsWith | Op::IndexOf, [text, part]) => {
                Some((text, part))
            }
            _ => None,
        };
        if let Some((text, Value::Text(part))) = pair {
            let from_argument = self
                .sources
                .of(self.taint(text))
                .iter()
                .any(|source| matches!(source.kind, SourceKind::Argument | SourceKind::PromptArgument));
            return (from_argument && is_magic(part)).then(|| part.to_string());
        }
        operands.iter().find_map(|operand| self.magic_words(operand, depth - 1))
    }
}

pub(crate) fn asks_client(name: &str) -> bool {
    ["clientInfo", "client_info", "client_params", "getClientVersion", "ClientInfo"]
        .iter()
        .any(|part| name.contains(part))
}

pub(crate) const fn is_year(number: f64) -> bool {
    number >= 2020.0 && number <= 2100.0
}

pub(crate) const fn is_epoch(number: f64) -> bool {
    (number > 1.5e9 && number < 4.2e9) || (number > 1.5e12 && number < 4.2e12)
}

pub(crate) fn is_date(text: &str) -> bool {
    let digits = text
        .get(..4)
        .is_some_and(|year| year.starts_with("20") && year.bytes().all(|byte| byte.is_ascii_digit()));
    digits && text.get(4..5) == Some("-") && text.len() >= 7
}

/// Words that nobody writes by chance, and that are no part of a language, an address, a path or a format.
pub(crate) fn is_magic(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, ' ' | '-' | '_' | ':');
    let words: Vec<&str> = text.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
    let long = words.iter().filter(|word| word.len() >= 4).count();
    text.len() >= 10 && text.chars().all(is_plain) && long >= 2 && !text.starts_with("--")
}
