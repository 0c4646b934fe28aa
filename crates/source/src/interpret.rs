//! Runs translated source without running it: what is known is computed, what is not stays a symbol.
//!
//! A way of the program ends ([`Ended`]) where it returns, throws or leaves a loop; what it wrote and checked is kept
//! with it and joined with the other ways where they meet. A budget of steps bounds everything.

mod annotation;
mod beside;
mod builtin;
mod call;
mod cases;
mod class_member;
mod command_line;
mod condition;
pub(crate) mod configured;
mod containers;
mod containment;
mod data;
mod declaration;
mod decorator;
mod effects;
mod element;
mod expression;
mod frameworks;
mod function_property;
mod functional;
mod given;
mod go;
mod handlers;
mod implied;
mod instance;
mod keys;
mod known;
mod letters;
mod library;
mod loops;
mod member;
mod modules;
mod observe;
mod operator;
mod package;
mod pattern;
mod promise;
mod property;
mod protocol;
mod python;
mod record;
mod recursion;
mod reflection;
mod register;
mod registered;
mod repeat;
mod same_name;
mod scan;
mod schema;
mod setting;
mod sinks;
mod slots;
mod sources;
mod special;
mod start;
pub(crate) mod state;
mod statement;
mod sweep;
mod tables;
mod terms;
mod text;
mod tried;
mod unassigned;

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use crate::analysis::{Effect, Flow, SourceKind};
use crate::fact::{Checked, Fact};
use crate::ir::{FileId, Function, Language};
use crate::library::Op;
use crate::project::Project;
use crate::value::{ObjectId, Place, TermKind, Text, Value};

use modules::Module;
use register::Registration;
use sources::Sources;
use state::{Delta, State};

/// Calls inside calls, and instances inside instances, beyond this are not followed.
const DEEPEST_CALL: usize = 40;

/// The same function or class inside itself beyond this is not followed.
const DEEPEST_RECURSION: usize = 2;

/// Elements of a known list beyond this are not looked at one by one.
const MOST_TURNS: usize = 400;

/// Ways that throw beyond this are not told apart by whoever catches.
const MOST_THROWN: usize = 16;

/// Facts beyond this are not kept.
const MOST_HELD: usize = 400;

/// This way of the program goes no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended;

pub(crate) type Outcome<T> = Result<T, Ended>;

/// One of several ways that the program may take.
pub(crate) type Way<'w, I, T> = &'w mut dyn FnMut(&mut I) -> Outcome<T>;

/// A way out of a function, loop or `try`.
#[derive(Debug)]
pub(crate) struct Exit<'a> {
    pub(crate) value: Value<'a>,
    pub(crate) delta: Delta<'a>,
}

/// A function that runs.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) function: Option<&'a Function>,
    /// What it was given, for JavaScript's `arguments`.
    pub(crate) given: Option<Arguments<'a>>,
    pub(crate) this: Option<Value<'a>>,
    /// The class whose method runs, for `super`.
    pub(crate) class: Option<Rc<crate::value::ClassValue<'a>>>,
    pub(crate) depth: usize,
    pub(crate) returns: Vec<Exit<'a>>,
    pub(crate) yields: Vec<Value<'a>>,
    pub(crate) loops: Vec<LoopFrame<'a>>,
}

/// A loop or `switch` that runs.
#[derive(Debug, Default)]
pub(crate) struct LoopFrame<'a> {
    pub(crate) depth: usize,
    pub(crate) outer_depth: usize,
    pub(crate) is_switch: bool,
    pub(crate) breaks: Vec<Delta<'a>>,
    pub(crate) continues: Vec<Delta<'a>>,
}

/// A `try` whose body runs.
#[derive(Debug, Default)]
pub(crate) struct TryFrame<'a> {
    depth: usize,
    throws: Vec<Exit<'a>>,
}

/// The arguments of a call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arguments<'a> {
    pub(crate) plain: Vec<Value<'a>>,
    pub(crate) named: Vec<(Text, Value<'a>)>,
    /// What further arguments may be.
    pub(crate) rest: Option<Value<'a>>,
}

impl<'a> Arguments<'a> {
    pub(crate) fn of(plain: Vec<Value<'a>>) -> Self {
        Self { plain, ..Self::default() }
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Value<'a>> {
        self.named.iter().find(|(key, _)| &**key == name).map(|(_, value)| value)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Value<'a>> {
        self.plain.iter().chain(self.named.iter().map(|(_, value)| value)).chain(&self.rest)
    }
}

/// Symbols by how they came about.
type Terms<'a> = IndexSet<terms::Known<'a>, FxBuildHasher>;

/// The interpreter.
pub(crate) struct Interpreter<'a> {
    pub(crate) project: &'a Project,
    pub(crate) state: State<'a>,
    pub(crate) frames: Vec<Frame<'a>>,
    tries: Vec<TryFrame<'a>>,
    /// The symbols of the offer whose handler runs, or of loading.
    terms: Terms<'a>,
    /// The symbols that were there when all files were loaded.
    lasting: Terms<'a>,
    next_term: u32,
    /// Names and other short texts that are used again and again.
    texts: FxHashSet<Text>,
    modules: FxHashMap<FileId, Module<'a>>,
    /// The offer whose handler runs; none while files are loaded.
    pub(crate) offer: Option<usize>,
    /// How many objects there were when all files were loaded.
    pub(crate) loaded_objects: u32,
    /// What was written into values that are not known.
    store: ObjectId,
    /// What runs beside the program, with its arguments (Go's `go`).
    started: Vec<(Value<'a>, Arguments<'a>)>,
    /// What the handler that runs has started beside itself.
    beside: Vec<(Value<'a>, Arguments<'a>)>,
    /// Whether what was started goes on now.
    goes_on_beside: bool,
    /// Methods of types of Go that are no structs, by their names, with the scope of their package.
    type_methods: FxHashMap<Text, Vec<(&'a Function, ObjectId)>>,
    /// The coroutine that was made last while files are loaded, which may become a task.
    promised: Option<(Value<'a>, Arguments<'a>)>,
    /// What listens: on what, to which event, and the function.
    listeners: Vec<(Value<'a>, Option<Text>, Value<'a>)>,
    /// Where the interpreter is.
    pub(crate) here: Place,
    pub(crate) registrations: Vec<Registration<'a>>,
    pub(crate) sources: Sources,
    pub(crate) flows: Vec<Flow>,
    pub(crate) effects: Vec<Effect>,
    seen_flows: FxHashSet<(crate::library::SinkKind, Place, u64, bool)>,
    /// The effects of the offer by what tells them apart, and their positions.
    seen_effects: FxHashMap<(crate::library::EffectKind, Place, Option<String>), usize>,
    /// Under what names values were written into records.
    keys: keys::Keys,
    /// What the tables say of paths that were looked up.
    models: library::Models,
    /// The same for members that are read.
    properties: library::Models,
    /// Where a path is put together.
    path: String,
    /// The paths of symbols, as libraries of a language know them.
    paths: RefCell<FxHashMap<(u32, Language), Text>>,
    /// The classes of the instances that are being made, each for the one before.
    instances: Vec<*const crate::ir::Class>,
    /// How many objects were in reach when they were looked at last.
    swept: u32,
    /// What was seen beside flows and effects.
    pub(crate) observed: observe::Observed,
    /// The conditions of the branches that run, and whether they hold.
    pub(crate) conditions: Vec<(Value<'a>, bool)>,
    /// Functions that stand for others, as `functools.wraps` says: they have their names, texts and parameters.
    pub(crate) wrapped: FxHashMap<(*const Function, ObjectId), Rc<crate::value::Closure<'a>>>,
    /// What parts of the condition that is looked at imply, by symbol and truth.
    implications: FxHashMap<(u32, bool), Vec<Fact<'a>>>,
    /// How deep in that condition the interpreter is.
    implying: usize,
    /// Functions that have run.
    ran: FxHashSet<*const Function>,
    /// Whether the function that is called next has its arguments validated by their annotations.
    pub(crate) validates: bool,
    /// The inputs that were compared with a folder since the function that runs was called.
    pub(crate) compared: u64,
    /// Whether the function that was called last gives a promise.
    pub(crate) gave_promise: bool,
    /// Calls that were recorded, and are repeated where they would come out in the same way.
    repeats: repeat::Repeats<'a>,
    /// Steps so far.
    pub(crate) steps: u64,
    limit: u64,
    /// Whether the budget was used up.
    pub(crate) gave_up: bool,
    /// Whether a part of loading was given up.
    pub(crate) gave_up_loading: bool,
}

impl<'a> Interpreter<'a> {
    pub(crate) fn new(project: &'a Project) -> Self {
        let mut state = State::default();
        let store = state.allocate(state::ObjectKind::Record);
        Self {
            project,
            state,
            offer: None,
            loaded_objects: 0,
            store,
            started: Vec::new(),
            beside: Vec::new(),
            goes_on_beside: false,
            promised: None,
            type_methods: FxHashMap::default(),
            listeners: Vec::new(),
            frames: Vec::new(),
            tries: Vec::new(),
            terms: Terms::default(),
            lasting: Terms::default(),
            next_term: 0,
            texts: FxHashSet::default(),
            modules: FxHashMap::default(),
            here: Place::default(),
            registrations: Vec::new(),
            sources: Sources::new(),
            flows: Vec::new(),
            effects: Vec::new(),
            seen_flows: FxHashSet::default(),
            keys: keys::Keys::default(),
            seen_effects: FxHashMap::default(),
            instances: Vec::new(),
            swept: 0,
            models: library::Models::default(),
            properties: library::Models::default(),
            path: String::new(),
            paths: RefCell::default(),
            observed: observe::Observed::default(),
            conditions: Vec::new(),
            wrapped: FxHashMap::default(),
            implications: FxHashMap::default(),
            implying: 0,
            ran: FxHashSet::default(),
            validates: false,
            compared: 0,
            gave_promise: false,
            repeats: repeat::Repeats::default(),
            steps: 0,
            limit: 0,
            gave_up: false,
            gave_up_loading: false,
        }
    }

    /// Gives this many steps to what comes next.
    pub(crate) fn budget(&mut self, steps: u64) {
        self.limit = self.steps + steps;
    }

    /// Lets what comes next use these steps, none of them beyond a limit. What came before and was given up is remembered.
    pub(crate) fn budget_within(&mut self, steps: u64, limit: u64) {
        self.gave_up_loading |= std::mem::take(&mut self.gave_up);
        self.limit = limit.min(self.steps + steps);
    }

    /// Counts a step.
    pub(crate) fn step(&mut self) -> Outcome<()> {
        self.steps += 1;
        if self.steps > self.limit {
            self.gave_up = true;
            return Err(Ended);
        }
        Ok(())
    }

    pub(crate) fn language(&self) -> Language {
        self.project.file(self.here.file).map_or(Language::Python, |file| file.language)
    }

    /// A value that nothing is known of and that carries these sources.
    pub(crate) fn unknown(&mut self, taint: u64) -> Value<'a> {
        Value::Term(self.fresh(TermKind::Unknown, taint))
    }

    /// The result of an operation. Equal operations give the same symbol.
    pub(crate) fn apply(&mut self, op: Op, operands: Vec<Value<'a>>) -> Value<'a> {
        self.note_comparison(op, &operands);
        let mut taint = operands.iter().fold(0, |all, operand| all | self.taint(operand));
        if matches!(op, Op::Number | Op::Measure) {
            taint = 0;
        }
        self.intern(TermKind::Apply(op, operands), taint, None)
    }

    /// The result of a call that is not understood.
    pub(crate) fn result(&mut self, path: Text, operands: Vec<Value<'a>>, taint: u64) -> Value<'a> {
        let place = self.here;
        self.intern(TermKind::Result(path, operands), taint, Some(place))
    }

    /// A new input.
    pub(crate) fn input(&mut self, kind: SourceKind, name: &str) -> Value<'a> {
        let (position, bit) = self.sources.add(kind, name);
        let taint = 1_u64 << bit;
        self.intern(TermKind::Input(u32::try_from(position).unwrap_or(u32::MAX)), taint, None)
    }

    /// The sources that a value may carry, objects included down to a few levels.
    pub(crate) fn taint(&self, value: &Value<'a>) -> u64 {
        self.taint_within(value, 3)
    }

    fn taint_within(&self, value: &Value<'a>, depth: u8) -> u64 {
        match value {
            Value::Object(id) if depth > 0 => {
                let Some(object) = self.state.peek(*id) else { return 0 };
                if matches!(object.kind, state::ObjectKind::Scope(_)) {
                    return 0;
                }
                let fields = object.fields.values().take(64);
                let all = fields.chain(object.elements.iter().take(64)).chain(&object.rest);
                all.fold(0, |taint, value| taint | self.taint_within(value, depth - 1))
            }
            Value::Either(alternatives) => {
                alternatives.iter().fold(0, |taint, one| taint | self.taint_within(&one.value, depth))
            }
            Value::Method(method) => self.taint_within(&method.0, depth),
            value => value.taint(),
        }
    }

    /// Notes that something was checked.
    pub(crate) fn hold(&mut self, fact: Fact<'a>) {
        if self.state.facts.len() < MOST_HELD && !self.state.facts.contains(&fact) {
            self.state.facts.push(fact);
        }
    }

    /// Takes one of several ways, and joins what they did. Ways that end are noted where they end.
    pub(crate) fn fork<T>(&mut self, ways: &mut [Way<'_, Self, T>]) -> Outcome<Vec<(T, Checked<'a>)>> {
        let mut deltas = Vec::new();
        let mut values = Vec::new();
        for way in ways {
            let depth = self.state.depth();
            self.state.enter();
            let outcome = way(self);
            let delta = self.state.since(depth);
            // What is written is written again where ways meet: it counts.
            self.steps += delta.size() as u64;
            self.state.back();
            if let Ok(value) = outcome {
                values.push((value, delta.facts.clone()));
                deltas.push(delta);
            }
        }
        if deltas.is_empty() {
            return Err(Ended);
        }
        self.state.apply_any(deltas);
        Ok(values)
    }

    /// A way that throws: whoever catches goes on from here.
    pub(crate) fn thrown(&mut self, value: Value<'a>) -> Ended {
        self.record_thrown(&value);
        if let Some(frame) = self.tries.last_mut()
            && frame.throws.len() < MOST_THROWN
        {
            let delta = self.state.since(frame.depth);
            self.steps += delta.size() as u64 / 4;
            frame.throws.push(Exit { value, delta });
        }
        Ended
    }
}
