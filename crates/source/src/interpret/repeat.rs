//! Calls that come out as they did before are not run again.
//!
//! Servers load their settings, open their clients and write their logs in every tool and on every way of it, and no
//! input reaches any of that. Such a call is recorded: what it gave, wrote, checked and did, and which parts of the heap
//! it read. It is repeated where the same function is given the same and none of what it read has changed since, or only
//! by the call itself. What it made is shared then, as long as nobody has written into it.
//!
//! A call that an input reaches, that registers something, or that was cut short by the calls around it is run.

mod digest;

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::sources::ATTACKER;
use super::state::{Held, Part, Read};
use super::sweep::Reached;
use super::{Arguments, Interpreter, MOST_THROWN, Outcome};
use crate::analysis::Effect;
use crate::fact::Checked;
use crate::value::{Closure, ObjectId, Place, Value};

/// A call that took fewer steps is sooner run than compared.
const FEWEST_STEPS: u64 = 150;

/// A function whose calls were recorded so often without being repeated is not recorded any more.
const MOST_IN_VAIN: u32 = 12;

/// A call that came out in so many ways, depending on what had changed meanwhile, is not run for further changes unless an
/// input came with them.
const MOST_WAYS: usize = 3;

/// Objects that recorded calls keep, and parts that they read; with more of them all calls are forgotten.
const MOST_KEPT: usize = 200_000;

/// A call that leaves more objects than this is not recorded.
const MOST_MADE: usize = 400;

/// A call that reads more than this is not recorded.
const MOST_READ: usize = 4_000;

/// The calls that were recorded.
#[derive(Default)]
pub(crate) struct Repeats<'a> {
    known: FxHashMap<u64, Vec<Recorded<'a>>>,
    /// How many objects they keep, and how many parts they read.
    kept: usize,
    functions: FxHashMap<usize, Usual>,
    /// The calls that are recorded at the moment, the outermost first.
    recordings: Vec<Recording<'a>>,
    /// The effects that were noted while calls are recorded, by their positions among those of the offer.
    noted: Vec<(usize, Place)>,
}

/// What is known of a function's calls.
#[derive(Default)]
struct Usual {
    /// The steps of the last one.
    steps: u64,
    /// How many were recorded since one was repeated.
    in_vain: u32,
}

/// A call that is recorded.
struct Recording<'a> {
    /// How many objects there were before.
    objects: u32,
    /// How many calls it stands in.
    frames: usize,
    /// How many `try` it stands in.
    tries: usize,
    /// Where its effects begin.
    noted: usize,
    thrown: Vec<Value<'a>>,
    /// Whether it depends on something that is not compared.
    in_vain: bool,
}

/// A call that was recorded.
struct Recorded<'a> {
    outcome: Outcome<Value<'a>>,
    facts: Checked<'a>,
    writes: Vec<((ObjectId, Part), Held<'a>)>,
    thrown: Vec<Value<'a>>,
    effects: Vec<(Place, Effect)>,
    /// What it read, with the stamps that this had before and after the call.
    reads: Vec<(Read, u64, u64)>,
    /// What it made and left, with its stamps.
    made: Vec<(u32, u64)>,
}

/// What a call changed that is not compared.
#[derive(PartialEq, Eq)]
struct Elsewhere {
    registrations: usize,
    listeners: usize,
    started: usize,
    wrapped: usize,
    sources: usize,
    compared: u64,
    gave_up: bool,
}

impl<'a> Interpreter<'a> {
    /// Calls a function, or repeats how that came out before.
    pub(crate) fn repeated(
        &mut self,
        closure: &Rc<Closure<'a>>,
        this: Option<Value<'a>>,
        arguments: Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        let function = std::ptr::from_ref(closure.function).addr();
        let compared = self
            .is_worth_it(function)
            .then(|| self.digest(function, closure, this.as_ref(), &arguments))
            .flatten();
        self.repeat_or(function, compared, |me| me.call_closure(closure, this, arguments))
    }

    /// Makes an instance, or gives the one that was made in the same way.
    pub(crate) fn repeated_instance(
        &mut self,
        class: &Value<'a>,
        arguments: Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        let Value::Class(made) = class else { return self.instantiate(class, arguments) };
        let function = std::ptr::from_ref(made.class).addr();
        let compared =
            self.is_worth_it(function).then(|| self.digest_of(function, class, &arguments)).flatten();
        self.repeat_or(function, compared, |me| me.instantiate(class, arguments))
    }

    fn is_worth_it(&mut self, function: usize) -> bool {
        let usual = self.usual(function);
        usual.steps >= FEWEST_STEPS && usual.in_vain < MOST_IN_VAIN
    }

    fn repeat_or(
        &mut self,
        function: usize,
        compared: Option<(u64, Vec<u32>)>,
        run: impl FnOnce(&mut Self) -> Outcome<Value<'a>>,
    ) -> Outcome<Value<'a>> {
        let before = self.steps;
        let outcome = match compared {
            None => run(self),
            Some((key, shaped)) => {
                if let Some(outcome) = self.known(key) {
                    self.usual(function).in_vain = 0;
                    return outcome;
                }
                self.usual(function).in_vain += 1;
                self.recorded(key, &shaped, run)
            }
        };
        self.usual(function).steps = self.steps - before;
        outcome
    }

    /// What a call gives that came out in the same way before.
    fn known(&mut self, key: u64) -> Option<Outcome<Value<'a>>> {
        let known = self.repeats.known.remove(&key)?;
        let found = known.iter().find(|call| self.holds(call)).or_else(|| {
            let last = known.last().filter(|_| known.len() >= MOST_WAYS)?;
            self.is_unreached(last).then_some(last)
        });
        let outcome = found.map(|call| self.replay(call));
        self.repeats.known.insert(key, known);
        outcome
    }

    /// Runs a call and notes what it reads and does.
    fn recorded(
        &mut self,
        key: u64,
        shaped: &[u32],
        run: impl FnOnce(&mut Self) -> Outcome<Value<'a>>,
    ) -> Outcome<Value<'a>> {
        let elsewhere = self.elsewhere();
        let watched = self.state.watch();
        let depth = self.state.depth();
        self.state.enter();
        self.repeats.recordings.push(Recording {
            objects: self.state.count(),
            frames: self.frames.len(),
            tries: self.tries.len(),
            noted: self.repeats.noted.len(),
            thrown: Vec::new(),
            in_vain: false,
        });
        let outcome = run(self);
        let reads = self.state.unwatch(watched);
        let delta = self.state.since(depth);
        let stamps = self.state.stamps_before();
        self.state.keep();
        let Some(recording) = self.repeats.recordings.pop() else { return outcome };
        let mut noted = self.repeats.noted.split_off(recording.noted);
        noted.sort_unstable();
        noted.dedup();
        if self.is_recorded() {
            self.repeats.noted.extend(&noted);
        }
        if recording.in_vain || reads.len() > MOST_READ || self.elsewhere() != elsewhere {
            return outcome;
        }
        let (writes, facts) = delta.parts();
        let effect = |(at, place): &(usize, Place)| Some((*place, self.effects.get(*at)?.clone()));
        let stamped = |read| {
            let now = self.state.stamp_of(read);
            (read, stamps.get(&read).copied().unwrap_or(now), now)
        };
        let call = Recorded {
            outcome: outcome.clone(),
            facts,
            writes,
            thrown: recording.thrown,
            effects: noted.iter().filter_map(effect).collect(),
            reads: reads.into_iter().filter(|read| !shaped.contains(&read.0)).map(stamped).collect(),
            made: Vec::new(),
        };
        self.remember(key, call, shaped, recording.objects);
        outcome
    }

    fn usual(&mut self, function: usize) -> &mut Usual {
        self.repeats.functions.entry(function).or_default()
    }

    /// Keeps a recorded call, if what it gave and wrote is the same whenever it is repeated.
    fn remember(&mut self, key: u64, mut call: Recorded<'a>, shaped: &[u32], objects: u32) {
        if call.values().any(|value| self.taint(value) & ATTACKER != 0)
            || call.facts.iter().any(|fact| fact.subject.taint() & ATTACKER != 0)
            || call.writes.iter().any(|((id, _), _)| shaped.contains(&id.0))
            || (!call.effects.is_empty() && !self.strange_conditions().is_empty())
        {
            return;
        }
        let mut reached = Reached::from(objects);
        call.reach(&mut reached);
        let Some(made) = self.reach(reached, MOST_MADE) else { return };
        if shaped.iter().any(|id| made.contains(id)) {
            return;
        }
        call.made = made.into_iter().map(|id| (id, self.state.stamp_of((id, 0)))).collect();
        self.repeats.kept += call.made.len() + call.reads.len();
        if self.repeats.kept > MOST_KEPT {
            self.repeats.known.clear();
            self.repeats.kept = call.made.len() + call.reads.len();
        }
        let known = self.repeats.known.entry(key).or_default();
        if known.len() >= MOST_WAYS {
            known.remove(0);
        }
        known.push(call);
    }

    /// Whether nothing has changed since that a call depends on.
    fn holds(&self, call: &Recorded<'a>) -> bool {
        let same = |(read, before, after): &(Read, u64, u64)| {
            let now = self.state.stamp_of(*read);
            now == *before || now == *after
        };
        call.reads.iter().all(same)
            && call.made.iter().all(|(id, stamp)| self.state.stamp_of((*id, 0)) == *stamp)
    }

    /// Whether no input has come since into what a call depends on.
    fn is_unreached(&self, call: &Recorded<'a>) -> bool {
        let is_clean = |(id, name): Read| {
            let Some(object) = self.state.peek(ObjectId(id)) else { return false };
            let inside = object.fields.values().chain(object.elements.iter()).chain(&object.rest);
            let taint = match name {
                0 => inside.fold(0, |all, value| all | self.taint(value)),
                name => self.state.named(id, name).map_or(0, |value| self.taint(value)),
            };
            taint & ATTACKER == 0
        };
        let changed = |(read, before, after): &&(Read, u64, u64)| {
            let now = self.state.stamp_of(*read);
            now != *before && now != *after
        };
        call.reads.iter().filter(changed).all(|(read, _, _)| is_clean(*read))
            && call
                .made
                .iter()
                .all(|(id, stamp)| self.state.stamp_of((*id, 0)) == *stamp || is_clean((*id, 0)))
    }

    /// Does what a recorded call did.
    fn replay(&mut self, call: &Recorded<'a>) -> Outcome<Value<'a>> {
        self.steps += 1 + (call.reads.len() / 16) as u64;
        call.reads.iter().for_each(|(read, _, _)| self.state.note(*read));
        if !call.effects.is_empty() {
            let when = self.strange_conditions();
            for (place, effect) in &call.effects {
                let mut effect = effect.clone();
                effect.when.extend(when.iter().cloned());
                self.note_again(*place, effect);
            }
        }
        for thrown in &call.thrown {
            let _ = self.thrown(thrown.clone());
        }
        self.state.write_all(&call.writes);
        call.facts.iter().for_each(|fact| self.hold(fact.clone()));
        call.outcome.clone()
    }

    fn elsewhere(&self) -> Elsewhere {
        Elsewhere {
            registrations: self.registrations.len(),
            listeners: self.listeners.len(),
            started: self.started.len() + self.beside.len(),
            wrapped: self.wrapped.len(),
            sources: self.sources.given(),
            compared: self.compared,
            gave_up: self.gave_up,
        }
    }

    /// Whether a call is recorded.
    pub(crate) const fn is_recorded(&self) -> bool {
        !self.repeats.recordings.is_empty()
    }

    /// Notes that the calls that are recorded did this.
    pub(crate) fn record_effect(&mut self, at: usize, place: Place) {
        if self.is_recorded() {
            self.repeats.noted.push((at, place));
        }
    }

    /// Notes what is thrown to those who catch outside of recorded calls.
    pub(crate) fn record_thrown(&mut self, value: &Value<'a>) {
        let tries = self.tries.len();
        for recording in self.repeats.recordings.iter_mut().rev().take_while(|one| one.tries == tries) {
            if recording.thrown.len() < MOST_THROWN {
                recording.thrown.push(value.clone());
            }
        }
    }

    /// What happens now depends on the calls before this many: those that are recorded inside of them are not repeated.
    pub(crate) fn is_cut_by(&mut self, frames: usize) {
        for recording in self.repeats.recordings.iter_mut().filter(|one| one.frames > frames) {
            recording.in_vain = true;
        }
    }

    /// An input reaches what is recorded: it is not repeated.
    pub(crate) fn is_reached(&mut self) {
        self.repeats.recordings.iter_mut().for_each(|recording| recording.in_vain = true);
    }

    /// What recorded calls need.
    pub(crate) fn reach_recorded(&self, reached: &mut Reached<'a>) {
        self.repeats.known.values().flatten().for_each(|call| call.reach(reached));
    }
}

impl<'a> Recorded<'a> {
    /// What it gave and wrote.
    fn values(&self) -> impl Iterator<Item = &Value<'a>> {
        let written = self.writes.iter().flat_map(|(_, held)| held.values());
        self.outcome.iter().chain(&self.thrown).chain(written)
    }

    fn reach(&self, reached: &mut Reached<'a>) {
        self.values().for_each(|value| reached.add(value));
        self.facts.iter().for_each(|fact| reached.fact(fact));
    }
}
