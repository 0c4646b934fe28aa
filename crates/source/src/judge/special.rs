//! Operations with questions of their own: queries of documents, messages, archives, keys.

use super::DEEPEST;
use super::Judge;
use super::Loose;
use super::bare;
use super::deepest_input;
use crate::analysis::GuardFault;
use crate::fact::Check;
use crate::library::{Op, SinkKind};
use crate::value::{TermKind, Value};

impl<'j, 'a> Judge<'j, 'a> {
    /// A query of a document database: an input that can be an object brings operators of its own.
    pub(crate) fn no_sql(&self, value: &Value<'a>, depth: usize) -> Loose {
        if depth == 0 {
            return Loose::SAFE;
        }
        match value {
            Value::Object(id) => {
                let Some(object) = self.state.object(*id) else { return Loose::SAFE };
                let mut loose = Loose::SAFE;
                for (name, inner) in &object.fields {
                    if &**name == "$where" {
                        loose.add(&self.generic(SinkKind::Code, inner, depth - 1));
                    } else if !name.starts_with("$eq") {
                        loose.add(&self.no_sql(inner, depth - 1));
                    }
                }
                for inner in object.elements.iter().chain(&object.rest) {
                    loose.add(&self.no_sql(inner, depth - 1));
                }
                loose
            }
            Value::Either(alternatives) => {
                let mut loose = Loose::SAFE;
                for one in alternatives.iter() {
                    loose.add(&self.with(&one.facts).no_sql(&one.value, depth - 1));
                }
                loose
            }
            Value::Term(term) => {
                let is_checked = self.facts.iter().any(|fact| {
                    bare(&fact.subject) == bare(term)
                        && matches!(fact.check, Check::Text | Check::OneOf | Check::Number)
                });
                if is_checked {
                    return Loose::SAFE;
                }
                let is_object = match term.kind() {
                    TermKind::Apply(Op::ParseJson, _) => true,
                    TermKind::Input(_) => true,
                    TermKind::Apply(Op::Field | Op::Element, operands) => {
                        return operands.first().map_or(Loose::SAFE, |inner| self.no_sql(inner, depth - 1));
                    }
                    _ => false,
                };
                let is_text = self.facts.iter().any(|fact| {
                    bare(&fact.subject) == bare(term)
                        && matches!(
                            fact.check,
                            Check::OneOf | Check::Number | Check::Matches(_) | Check::Text | Check::Address
                        )
                });
                if is_object && !is_text {
                    Loose { taint: term.taint() & self.attacker, guard: None }
                } else {
                    Loose::SAFE
                }
            }
            _ => Loose::SAFE,
        }
    }

    /// A message of headers, an empty line, and a body: headers must be of one line.
    pub(crate) fn message(&self, value: &Value<'a>) -> Loose {
        if let Value::Object(id) = value
            && let Some(object) = self.state.object(*id)
        {
            let mut loose = Loose::SAFE;
            // A request that holds the message as a text of its own: the rest of it is no header.
            if let Some(raw) = object.fields.get("raw") {
                return self.message(&written(raw));
            }
            object.fields.values().take(50).for_each(|inner| loose.add(&self.message(inner)));
            object.elements.iter().chain(&object.rest).for_each(|inner| {
                loose.add(&self.generic(SinkKind::Message, inner, DEEPEST));
            });
            return loose;
        }
        let Value::Term(term) = value else { return self.generic(SinkKind::Message, value, DEEPEST) };
        let Some(parts) = bare(term).operands(Op::Concat).map(<[Value<'a>]>::to_vec) else {
            return self.generic(SinkKind::Message, value, DEEPEST);
        };
        let mut loose = Loose::SAFE;
        for part in &parts {
            if part.text().is_some_and(|text| text.contains("\n\n") || text.contains("\r\n\r\n")) {
                break;
            }
            loose.add(&self.generic(SinkKind::Message, part, DEEPEST));
        }
        loose
    }

    /// An archive that is unpacked where its entries say: safe where the entries were checked.
    pub(crate) fn archive(&self, value: &Value<'a>) -> Loose {
        let taint = self.taint(value);
        let Some(root) = deepest_input(value) else { return Loose { taint, guard: None } };
        let mut guard = None;
        for fact in self.facts.iter() {
            if !self.made_of(&fact.subject, &root) {
                continue;
            }
            match &fact.check {
                Check::Inside(_) => return Loose::SAFE,
                Check::StartsWith(folder) if super::path::ends_with_separator(folder) => return Loose::SAFE,
                Check::StartsNotWith(_) if super::path::is_relative(&fact.subject) => return Loose::SAFE,
                Check::StartsWith(_) => guard = Some((GuardFault::PrefixWithoutSeparator, fact.place)),
                Check::ContainsNot(_) => guard = Some((GuardFault::DenyList, fact.place)),
                _ => {}
            }
        }
        Loose { taint, guard }
    }

    /// A key under which an object is written: naming what is forbidden is right here.
    pub(crate) fn key(&self, value: &Value<'a>) -> Loose {
        let Some(term) = value.term() else { return Loose::SAFE };
        let root = bare(term);
        let checked = self.facts.iter().any(|fact| {
            // Of the key, or of the parts of a path of keys.
            (bare(&fact.subject) == root || self.made_of(&fact.subject, &root))
                && matches!(
                    fact.check,
                    Check::OneOf
                        | Check::NoneOf
                        | Check::Number
                        | Check::ContainsNot(_)
                        | Check::Matches(_)
                        | Check::MatchesNot(_)
                )
        });
        if checked { Loose::SAFE } else { self.generic(SinkKind::Prototype, value, DEEPEST) }
    }
}

/// What was written in other letters, and is read in its own where it arrives.
fn written<'a>(value: &Value<'a>) -> Value<'a> {
    let mut value = value;
    while let Some(term) = value.term()
        && let TermKind::Apply(Op::EncodeUrl | Op::ReplaceAll, operands) = term.kind()
        && let Some(inner) = operands.first()
    {
        value = inner;
    }
    value.clone()
}
