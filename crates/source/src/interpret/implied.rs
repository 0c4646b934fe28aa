//! What holds of which values when a condition does.

use super::condition::MOST_COMPARED;
use super::condition::alike_facts;
use super::sources::ATTACKER;
use super::state::common_facts;
use super::{Interpreter, MOST_HELD};
use crate::fact::{Anchored, Check, Fact, Pattern};
use crate::ir::Over;
use crate::library::Op;
use crate::value::{Term, TermKind, Text, Value};

impl<'a> Interpreter<'a> {
    /// What holds of which values when a condition holds, or does not.
    ///
    /// Conditions share parts, and each part of `a || b` is asked both ways: what was found out of a part is kept until
    /// the whole is done.
    pub(crate) fn implied(&mut self, condition: &Value<'a>, holds: bool) -> Vec<Fact<'a>> {
        let Value::Term(term) = condition else { return self.implied_afresh(condition, holds) };
        let key = (term.id(), holds);
        if let Some(known) = self.implications.get(&key) {
            return known.clone();
        }
        self.implying += 1;
        let mut facts = self.implied_afresh(condition, holds);
        facts.truncate(MOST_HELD);
        self.implying -= 1;
        if self.implying == 0 {
            self.implications.clear();
        } else {
            self.implications.insert(key, facts.clone());
        }
        facts
    }

    fn implied_afresh(&mut self, condition: &Value<'a>, holds: bool) -> Vec<Fact<'a>> {
        let term = match condition {
            Value::Term(term) => term.clone(),
            Value::Either(alternatives) => {
                let alternatives = alternatives.clone();
                let mut ways = Vec::new();
                for one in alternatives.iter() {
                    match self.truth(&one.value) {
                        Some(truth) if truth != holds => {}
                        Some(_) => ways.push(one.facts.to_vec()),
                        None => {
                            let mut facts = one.facts.to_vec();
                            facts.extend(self.implied(&one.value, holds));
                            ways.push(facts);
                        }
                    }
                }
                return alike_facts(&ways);
            }
            Value::Object(list) if !holds => return self.none_kept(*list),
            _ => return Vec::new(),
        };
        let TermKind::Apply(op, operands) = term.kind() else {
            let check = if holds { Check::True } else { Check::False };
            return vec![self.fact(&term, check)];
        };
        match (op, operands.as_slice()) {
            (Op::Not, [inner]) => self.implied(inner, !holds),
            (Op::And | Op::Or, [left, right]) => {
                let mut facts = self.implied_of_both(op == &Op::And, left, right, holds);
                if super::configured::is_setting(&term, ATTACKER) {
                    // Settings that decide together: which of them did is not known, but that they did.
                    facts.push(self.fact(&term, if holds { Check::True } else { Check::False }));
                }
                facts
            }
            (Op::Any, [condition]) => {
                if holds {
                    // One element of the inputs satisfies: nothing is known of the others.
                    let mut facts = self.implied(condition, true);
                    facts.retain(|fact| !is_element(&fact.subject, 8));
                    facts
                } else {
                    let mut facts = self.implied(condition, false);
                    facts.extend(self.facts_of_letters(condition, false));
                    facts
                }
            }
            (Op::All, [condition]) => {
                if holds {
                    let mut facts = self.implied(condition, true);
                    facts.extend(self.facts_of_letters(condition, true));
                    facts
                } else {
                    Vec::new()
                }
            }
            (Op::Equal, [left, right]) => self.equality(left, right, holds),
            (Op::In, [value, container]) => self.membership(value, container, holds),
            (Op::StartsWith, [text, start]) => {
                let check = if holds {
                    Check::StartsWith(start.clone())
                } else {
                    Check::StartsNotWith(start.clone())
                };
                self.facts_of(text, &check)
            }
            (Op::EndsWith, [text, end]) if holds => self.facts_of(text, &Check::EndsWith(end.clone())),
            (Op::IsInside, [path, folder]) if holds => self.facts_of(path, &Check::Inside(folder.clone())),
            (Op::Matches, [text, pattern, anchored]) => {
                let Some(pattern) = pattern_of(pattern, anchored) else { return Vec::new() };
                let check = if holds { Check::Matches(pattern) } else { Check::MatchesNot(pattern) };
                self.facts_of(text, &check)
            }
            (Op::IsNumber, [value]) if holds => self.facts_of(value, &Check::Number),
            (Op::IsAddress, [value]) if holds => self.facts_of(value, &Check::Address),
            (Op::IsPublic, [value]) if holds => self.facts_of(value, &Check::PublicAddress),
            (Op::IsPrivate, [value]) if !holds => self.facts_of(value, &Check::PublicAddress),
            (Op::IsAbsolute, [path]) if !holds => {
                self.facts_of(path, &Check::StartsNotWith(Value::Text(Text::from("/"))))
            }
            (Op::Less, [left, _]) if is_position(left) => self.position(left, holds),
            (Op::Less, [_, right]) if is_position(right) => self.position(right, !holds),
            (Op::IndexOf, _) => Vec::new(),
            (Op::IsInstance, [value, Value::Object(schema)]) if holds => {
                let (value, schema) = (value.clone(), *schema);
                self.schema_facts(&value, schema, 4)
            }
            (Op::IsInstance, [value, Value::Term(schema)])
                if holds && let Some(facts) = self.fit_facts(&value.clone(), &schema.clone()) =>
            {
                facts
            }
            (Op::IsInstance, [value, class]) if holds && is_text_class(class) => {
                self.facts_of(value, &Check::Text)
            }
            (Op::IsInstance, [value, class]) if holds && is_number_class(class) => {
                self.facts_of(value, &Check::Number)
            }
            (Op::RelativePath | Op::Field | Op::Element, _) => {
                let check = if holds { Check::True } else { Check::False };
                vec![self.fact(&term, check)]
            }
            _ => {
                let check = if holds { Check::True } else { Check::False };
                vec![self.fact(&term, check)]
            }
        }
    }

    /// What holds when two conditions together do (`is_and`), or one of them, or not.
    fn implied_of_both(
        &mut self,
        is_and: bool,
        left: &Value<'a>,
        right: &Value<'a>,
        holds: bool,
    ) -> Vec<Fact<'a>> {
        let first = self.implied(left, holds);
        if is_and == holds {
            let mut facts = first;
            facts.extend(self.implied(right, holds));
            return facts;
        }
        // The second was asked only when the first did not decide.
        let mut second = self.implied(left, !holds);
        second.extend(self.implied(right, holds));
        let ways = [first.as_slice(), second.as_slice()];
        let mut facts = common_facts(&ways);
        facts.extend(super::containment::shared(&ways));
        facts
    }

    pub(crate) fn fact(&self, subject: &Term<'a>, check: Check<'a>) -> Fact<'a> {
        Fact::new(subject.clone(), check, self.here)
    }

    pub(crate) fn facts_of(&self, value: &Value<'a>, check: &Check<'a>) -> Vec<Fact<'a>> {
        match value {
            Value::Term(term) => vec![self.fact(term, check.clone())],
            // Made of several values of which each is one of several, it has such inside of one another.
            Value::Either(ways) => ways.iter().flat_map(|one| self.facts_of(&one.value, check)).collect(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn equality(&mut self, left: &Value<'a>, right: &Value<'a>, holds: bool) -> Vec<Fact<'a>> {
        let mut facts = Vec::new();
        for (one, other) in [(left, right), (right, left)] {
            // `text.indexOf(x) === 0`, `path.relative(…) === ""`, `typeof x === "number"`.
            if let Value::Term(term) = one {
                match (term.kind(), other) {
                    (TermKind::Apply(Op::IsInstance, operands), Value::Text(kind)) => {
                        if holds && let [value] = operands.as_slice() {
                            let check = match &**kind {
                                "number" | "boolean" | "bigint" => Check::Number,
                                "string" => Check::Text,
                                _ => continue,
                            };
                            facts.extend(self.facts_of(value, &check));
                        }
                        continue;
                    }
                    (TermKind::Apply(Op::IndexOf, operands), Value::Number(number)) => {
                        if let [text, part] = operands.as_slice() {
                            let check = match (*number == 0.0, *number < 0.0, holds) {
                                (true, _, true) => Check::StartsWith(part.clone()),
                                (true, _, false) => Check::StartsNotWith(part.clone()),
                                (_, true, true) => Check::ContainsNot(part.clone()),
                                (_, true, false) => Check::Contains(part.clone()),
                                _ => continue,
                            };
                            if self.taint(text) & ATTACKER == 0 {
                                let held = matches!(check, Check::Contains(_) | Check::StartsWith(_));
                                facts.extend(
                                    self.facts_of(part, &(if held { Check::OneOf } else { Check::NoneOf })),
                                );
                            } else {
                                facts.extend(self.facts_of(text, &check));
                            }
                        }
                        continue;
                    }
                    // `net.isIP(host) === 0`.
                    (TermKind::Apply(Op::IsAddress, operands), Value::Number(version)) => {
                        if let ([address], true) = (operands.as_slice(), (*version != 0.0) == holds) {
                            facts.extend(self.facts_of(address, &Check::Address));
                        }
                        continue;
                    }
                    (TermKind::Apply(Op::CommonPath, operands), folder) if holds => {
                        let mut flat = Vec::new();
                        for operand in operands.clone() {
                            match &operand {
                                Value::Object(_) => flat.extend(self.iterate(&operand, Over::Elements).0),
                                _ => flat.push(operand),
                            }
                        }
                        let operands = flat;
                        for operand in operands.iter().filter(|operand| *operand != folder) {
                            facts.extend(self.facts_of(operand, &Check::Inside(folder.clone())));
                        }
                        continue;
                    }
                    _ => {}
                }
            }
            if matches!(other, Value::Nothing) {
                facts.extend(self.success(one, holds));
            }
            let fixed = self.taint(other) & ATTACKER == 0;
            if !fixed {
                if holds {
                    facts.extend(self.facts_of(one, &Check::Equal(other.clone())));
                }
                continue;
            }
            if matches!(other, Value::Nothing) || other.text().is_some_and(str::is_empty) {
                // Equal to nothing, or not: says whether there is something, and nothing of what.
                if holds {
                    facts.extend(self.facts_of(one, &Check::OneOf));
                } else {
                    facts.extend(self.facts_of(one, &Check::True));
                    facts.extend(self.implied(one, true));
                }
                continue;
            }
            if let Value::Bool(truth) = other {
                facts.extend(self.implied(one, *truth == holds));
                continue;
            }
            let check = if holds { Check::OneOf } else { Check::NoneOf };
            facts.extend(self.facts_of(one, &check));
        }
        facts
    }

    pub(crate) fn membership(
        &mut self,
        value: &Value<'a>,
        container: &Value<'a>,
        holds: bool,
    ) -> Vec<Fact<'a>> {
        // A text in a text: contains.
        let text_in = match container {
            Value::Text(_) => true,
            Value::Term(term) => {
                self.taint(container) & ATTACKER != 0 && value.text().is_some() && !is_list_like(term)
            }
            _ => false,
        };
        if text_in && self.taint(container) & ATTACKER != 0 {
            let check =
                if holds { Check::Contains(value.clone()) } else { Check::ContainsNot(value.clone()) };
            return self.facts_of(container, &check);
        }
        if let Value::Term(term) = container
            && let Some([path, Value::Text(name)]) = term.operands(Op::Field)
            && &**name == "parents"
            && holds
        {
            return self.facts_of(path, &Check::Inside(value.clone()));
        }
        if let Value::Term(term) = container
            && term.operands(Op::ParentPath).is_some()
            && holds
        {
            // `folder in path.parents`
            let parents = term.operands(Op::ParentPath).unwrap_or_default().to_vec();
            return parents
                .iter()
                .flat_map(|path| self.facts_of(path, &Check::Inside(value.clone())))
                .collect();
        }
        if self.taint(container) & ATTACKER == 0 {
            let (known, _) = self.iterate(container, Over::Elements);
            let names_nothing = known.len() > MOST_COMPARED;
            let check = if holds { Check::OneOf } else { Check::NoneOf };
            if names_nothing && !holds {
                return Vec::new();
            }
            // A tuple that is one of fixed ones: each part of it is one of a fixed set.
            if let (Value::Object(tuple), true) = (value, holds) {
                let parts = self.state.elements(*tuple);
                return parts.iter().flat_map(|part| self.facts_of(part, &check)).collect();
            }
            return self.facts_of(value, &check);
        }
        // One side comes from an input: `part in text`, where both are not known.
        let check = if holds { Check::Contains(value.clone()) } else { Check::ContainsNot(value.clone()) };
        self.facts_of(container, &check)
    }

    /// `text.indexOf(x) < 0`.
    pub(crate) fn position(&mut self, left: &Value<'a>, holds: bool) -> Vec<Fact<'a>> {
        let Value::Term(term) = left else { return Vec::new() };
        let Some(operands) = position_operands(term) else { return Vec::new() };
        let (Some(text), Some(part)) = (operands.first(), operands.get(1)) else { return Vec::new() };
        if self.taint(text) & ATTACKER == 0 {
            // A fixed list: what stands in it is one of a fixed set.
            return self.facts_of(part, if holds { &Check::NoneOf } else { &Check::OneOf });
        }
        let check = if holds { Check::ContainsNot(part.clone()) } else { Check::Contains(part.clone()) };
        self.facts_of(text, &check)
    }
}

pub(crate) fn is_position(value: &Value<'_>) -> bool {
    value.term().is_some_and(|term| position_operands(term).is_some())
}

/// The text and the part of a search for a position.
pub(crate) fn position_operands<'t, 'a>(term: &'t Term<'a>) -> Option<&'t [Value<'a>]> {
    match term.kind() {
        TermKind::Apply(Op::IndexOf, operands) => Some(operands),
        _ => None,
    }
}

/// Whether a symbol is made of some element of an input.
pub(crate) fn is_element(term: &Term<'_>, depth: u8) -> bool {
    if term.taint() == 0 || depth == 0 {
        return false;
    }
    match term.kind() {
        TermKind::Apply(Op::Element | Op::Key, _) => true,
        TermKind::Apply(_, operands) | TermKind::Result(_, operands) => {
            operands.iter().filter_map(Value::term).any(|inner| is_element(inner, depth - 1))
        }
        _ => false,
    }
}

pub(crate) fn is_list_like(term: &Term<'_>) -> bool {
    matches!(term.kind(), TermKind::Apply(Op::Key | Op::Element, _))
}

pub(crate) fn is_text_class(class: &Value<'_>) -> bool {
    class
        .term()
        .and_then(Term::path)
        .is_some_and(|path| matches!(&*path, "str" | "String" | "bytes" | "string"))
}

pub(crate) fn is_number_class(class: &Value<'_>) -> bool {
    class
        .term()
        .and_then(Term::path)
        .is_some_and(|path| matches!(&*path, "float" | "bool" | "Number") || crate::go::is_number(&path))
}

/// Whether flags of Python let `^` and `$` match at every line.
pub(crate) fn mentions_lines(flags: &Value<'_>, depth: u8) -> bool {
    match flags.term().map(Term::kind) {
        Some(TermKind::External(path)) => path.ends_with(".MULTILINE") || path.ends_with(".M"),
        Some(TermKind::Apply(_, operands)) if depth > 0 => {
            operands.iter().any(|operand| mentions_lines(operand, depth - 1))
        }
        _ => false,
    }
}

/// The regular expression of a match.
pub(crate) fn pattern_of(pattern: &Value<'_>, anchored: &Value<'_>) -> Option<Pattern> {
    let anchored = match anchored {
        Value::Number(number) if *number == 1.0 => Anchored::Start,
        Value::Number(number) if *number == 2.0 => Anchored::Both,
        _ => Anchored::No,
    };
    match pattern {
        Value::Text(source) => Some(Pattern { source: source.to_string(), flags: String::new(), anchored }),
        Value::Term(term) => {
            let operands = term.operands(Op::Regex)?;
            let source = operands.first()?.text()?.to_owned();
            let flags = match operands.get(1) {
                Some(Value::Text(flags)) => flags.to_string(),
                Some(flags) if mentions_lines(flags, 4) => String::from("m"),
                _ => String::new(),
            };
            Some(Pattern { source, flags, anchored })
        }
        _ => None,
    }
}
