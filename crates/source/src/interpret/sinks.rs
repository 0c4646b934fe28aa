//! Values that reach operations: flows.

use super::configured::bare;
use super::library::MOST_STEPS;
use super::sources::ATTACKER;
use super::{Arguments, Interpreter};
use crate::analysis::{Flow, Spot, Step, WrongGuard};
use crate::fact::{Check, Checked, Fact};
use crate::judge::{Danger, Judge};
use crate::library::{Answer, Model, Op, SinkKind, When};
use crate::value::{Alternative, Place, TermKind, Text, Value};

/// A list of arguments, and what holds when it is this one.
#[derive(Debug, Clone, Default)]
struct Command<'a> {
    parts: Vec<Value<'a>>,
    facts: Vec<Fact<'a>>,
}

impl<'a> Interpreter<'a> {
    pub(crate) fn check_sinks(
        &mut self,
        model: &'static Model,
        path: &str,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) {
        if model.sinks.is_empty() {
            return;
        }
        let mut commands: Vec<Command<'a>> = vec![Command::default()];
        for sink in model.sinks {
            if sink.kind == SinkKind::Subject && !self.backtracks(model, receiver, arguments) {
                continue;
            }
            let values = self.slot(sink.slot, receiver, arguments);
            for value in values {
                if sink.kind == SinkKind::Arguments {
                    if self.applies(sink, &value, receiver, arguments) {
                        self.extend(&mut commands, &value);
                    }
                    continue;
                }
                if !self.applies(sink, &value, receiver, arguments) {
                    continue;
                }
                self.observe_payload(sink.kind, &value, path);
                let kind = match sink.when {
                    When::Writes(mode) if self.mode_writes(mode, receiver, arguments) => SinkKind::PathWrite,
                    When::Writes(_) => SinkKind::PathRead,
                    _ => sink.kind,
                };
                self.sink(kind, &value, path);
            }
        }
        for mut command in commands.into_iter().filter(|command| !command.parts.is_empty()) {
            // `repo.git.checkout(name)`: the program and its command are in the path of the function.
            if path.contains("().git.") {
                command.parts.insert(0, Value::Text(Text::from("git")));
            }
            let list = self.list(command.parts);
            self.observe_payload(SinkKind::Arguments, &list, path);
            let under = Alternative { value: list, facts: command.facts.into() };
            self.sink(SinkKind::Arguments, &Value::Either([under].into()), path);
        }
    }

    /// Adds a part to the lists of arguments that a program may get. A part that is one of several lists makes as many of
    /// them: which program it is stands at the beginning of each.
    fn extend(&mut self, commands: &mut Vec<Command<'a>>, value: &Value<'a>) {
        const MOST: usize = 6;
        let ways = match value {
            Value::Either(ways)
                if ways.len() * commands.len() <= MOST
                    && ways.iter().any(|way| matches!(way.value, Value::Object(_))) =>
            {
                ways.to_vec()
            }
            value => vec![Alternative { value: value.clone(), facts: Checked::NOTHING }],
        };
        let before = std::mem::take(commands);
        for way in ways {
            let parts: Vec<Value<'a>> = match &way.value {
                Value::Object(_) => {
                    let (known, rest) = self.iterate(&way.value, crate::ir::Over::Elements);
                    known.into_iter().chain(rest).collect()
                }
                value => vec![value.clone()],
            };
            for command in &before {
                let mut command = command.clone();
                command.parts.extend(parts.iter().cloned());
                command.facts.extend(way.facts.iter().cloned());
                commands.push(command);
            }
        }
    }

    /// Whether the regular expression of a match takes exponential time on some texts.
    pub(crate) fn backtracks(
        &mut self,
        model: &'static Model,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> bool {
        let slot = match model.answer {
            Answer::Matches(_, pattern, _) => Some(pattern),
            _ => model.sinks.iter().find(|sink| sink.kind == SinkKind::Regex).map(|sink| sink.slot),
        };
        let mut patterns = slot.map(|slot| self.slot(slot, receiver, arguments)).unwrap_or_default();
        patterns.extend(receiver.cloned());
        patterns.extend(arguments.plain.first().cloned());
        patterns.iter().any(|pattern| {
            let source = match pattern {
                Value::Text(source) => Some(source.to_string()),
                Value::Term(term) => match term.kind() {
                    TermKind::Apply(Op::Regex, inner) => {
                        inner.first().and_then(Value::text).map(str::to_owned)
                    }
                    _ => None,
                },
                _ => None,
            };
            source.is_some_and(|source| crate::judge::backtracks(&source))
        })
    }

    /// A value reaches an operation: a flow, where nothing that was checked of it makes it harmless.
    pub(crate) fn sink(&mut self, kind: SinkKind, value: &Value<'a>, path: &str) {
        if self.taint(value) & ATTACKER == 0 || self.offer.is_none() {
            return;
        }
        self.is_reached();
        let judge = Judge::new(&self.state, self.language(), ATTACKER);
        let Some(danger) = judge.judge(kind, value) else { return };
        let configured = self.is_stopped_by_a_setting(kind, value);
        self.report_flow(&danger, path, configured);
    }

    /// Whether a check that an operator can switch on makes a value harmless: then who runs the server is asked, not who
    /// wrote it.
    fn is_stopped_by_a_setting(&self, kind: SinkKind, value: &Value<'a>) -> bool {
        if !self.state.facts.iter().any(|fact| matches!(fact.check, Check::Configured(_))) {
            return false;
        }
        let always = |fact: &Fact<'a>| Fact::new(fact.subject.clone(), bare(&fact.check).clone(), fact.place);
        let facts: Vec<Fact<'a>> = self.state.facts.iter().map(always).collect();
        let judge = Judge::under(&self.state, &facts, self.language(), ATTACKER);
        judge.judge(kind, value).is_none()
    }

    /// Paths that a function gives back freely only where a setting is not made, and kept in a folder where it is: `if folder
    /// is None: return name`. What holds of them is the operator's.
    pub(crate) fn let_by_settings(&self, ways: &[(Value<'a>, Checked<'a>)]) -> Vec<Fact<'a>> {
        let judge = Judge::new(&self.state, self.language(), ATTACKER);
        let is_given = |value: &Value<'a>| self.taint(value) & ATTACKER != 0;
        let is_free = |value: &Value<'a>, facts: &Checked<'a>| {
            let way = Alternative { value: value.clone(), facts: facts.clone() };
            judge.judge(SinkKind::PathRead, &Value::Either([way].into())).is_some()
        };
        let mut held = Vec::new();
        for (value, facts) in ways.iter().filter(|(value, _)| is_given(value)) {
            let is_let = ways.iter().any(|(other, others)| {
                super::configured::differ(facts, others, ATTACKER)
                    && is_given(other)
                    && !is_free(other, others)
            });
            if is_let && is_free(value, facts) {
                let inside = Check::Configured(Box::new(Check::Inside(Value::Bool(true))));
                value.alternatives(&mut |one, _| {
                    held.extend(one.term().map(|path| Fact::new(path.clone(), inside.clone(), self.here)));
                });
            }
        }
        held
    }

    pub(crate) fn report_flow(&mut self, danger: &Danger<'a>, path: &str, configured: bool) {
        let Some(offer) = self.offer else { return };
        let place = self.here;
        if !self.seen_flows.insert((danger.kind, place, danger.taint, configured)) {
            return;
        }
        for (bit, source) in (0..64_u32)
            .filter(|bit| danger.taint & (1 << bit) != 0)
            .filter_map(|bit| Some((bit, self.sources.of_bit(bit)?.clone())))
            .collect::<Vec<_>>()
        {
            let mut steps = Vec::new();
            // A bit stands for several: the way ends at the one that it is.
            let input = danger.value.as_ref().and_then(|value| self.way(value, 1 << bit, &mut steps, 24));
            let source = input.and_then(|at| self.sources.get(at).cloned()).unwrap_or(source);
            let given_to = input.and_then(|at| self.sources.offer(at)).unwrap_or(offer);
            steps.reverse();
            let mut shown: Vec<Step> = Vec::new();
            for (at, what) in steps {
                let step = Step { spot: self.spot(at), what };
                if shown.last() != Some(&step) && shown.len() < MOST_STEPS {
                    shown.push(step);
                }
            }
            shown.push(Step { spot: self.spot(place), what: format!("reaches `{path}`") });
            let guard = danger.guard.map(|(kind, place)| WrongGuard { kind, spot: self.spot(place) });
            self.flows.push(Flow {
                sink: danger.kind,
                offer,
                given_to,
                source,
                function: path.to_owned(),
                steps: shown,
                guard,
                by_design: false,
                configured,
                whole: danger.whole,
            });
        }
    }

    /// The way of a source into a value, from the value backwards.
    /// Gives the position of the source, where the way is followed to it.
    pub(crate) fn way(
        &self,
        value: &Value<'a>,
        bit: u64,
        steps: &mut Vec<(Place, String)>,
        depth: usize,
    ) -> Option<u32> {
        if depth == 0 {
            return None;
        }
        match value {
            Value::Term(term) => {
                let operands: &[Value<'a>] = match term.kind() {
                    TermKind::Input(position) => {
                        let name = self.sources.get(*position).map(|source| source.name.clone());
                        steps.push((term.place(), format!("`{}` comes in", name.unwrap_or_default())));
                        return Some(*position);
                    }
                    TermKind::Apply(op, operands) => {
                        steps.push((term.place(), described(*op).to_owned()));
                        operands
                    }
                    TermKind::Result(path, operands) => {
                        steps.push((term.place(), format!("passes `{path}`")));
                        operands
                    }
                    _ => return None,
                };
                let next = operands.iter().find(|operand| self.taint(operand) & bit != 0)?;
                self.way(next, bit, steps, depth - 1)
            }
            Value::Either(alternatives) => {
                let one = alternatives.iter().find(|one| self.taint(&one.value) & bit != 0)?;
                self.way(&one.value, bit, steps, depth - 1)
            }
            Value::Object(id) => {
                let object = self.state.object(*id)?;
                let mut inside = object.elements.iter().chain(object.fields.values()).chain(&object.rest);
                let next = inside.find(|value| self.taint(value) & bit != 0)?;
                self.way(next, bit, steps, depth - 1)
            }
            _ => None,
        }
    }

    /// A place for people.
    pub(crate) fn spot(&self, place: Place) -> Spot {
        let path = self.project.file(place.file).map(|file| file.path.clone()).unwrap_or_default();
        Spot { path, at: place.at }
    }

    /// Writing under a key that an input names into an object that an input chose (prototype pollution).
    pub(crate) fn check_key(&mut self, object: &Value<'a>, key: &Value<'a>, _value: &Value<'a>) {
        if self.language() != crate::ir::Language::JavaScript {
            return;
        }
        let mut chosen = None;
        object.alternatives(&mut |one, _| {
            if let Value::Term(term) = one
                && let Some([Value::Object(_), inner]) = term.operands(Op::Element)
            {
                chosen = Some(inner.clone());
            }
        });
        let Some(chosen) = chosen else { return };
        if self.taint(&chosen) & ATTACKER != 0 && self.taint(key) & ATTACKER != 0 {
            self.sink(SinkKind::Prototype, &chosen, "object[key][key] = value");
        }
    }
}

/// What an operation does to a value, for people.
pub(crate) const fn described(op: Op) -> &'static str {
    match op {
        Op::Concat => "becomes part of a text",
        Op::Field | Op::Element | Op::Key => "is taken out of a value",
        Op::Part => "is cut",
        Op::Fold | Op::Same => "is converted",
        Op::ReplaceFirst | Op::ReplaceAll => "has parts replaced",
        Op::JoinPath => "becomes part of a path",
        Op::ResolvePath | Op::RealPath => "is resolved as a path",
        Op::ExpandPath => "is expanded",
        Op::Decode => "is decoded",
        Op::ParseUrl => "is read as an address",
        Op::ParseJson => "is read as JSON",
        _ => "is passed on",
    }
}
