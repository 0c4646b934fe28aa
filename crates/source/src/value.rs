//! What the interpreter computes with: known values, objects on its heap, and symbols for what is not known.
//!
//! A symbol ([`Term`]) remembers how it came about. Equal computations give the same symbol, so that what was checked of
//! a value holds for the value that is used, and only for it.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use crate::fact::Checked;
use crate::ir::{At, Class, FileId, Function};
use crate::library::Op;

/// A text that is shared.
pub type Text = Rc<str>;

/// A place in the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Where in it.
    pub at: At,
}

/// Position of an object on the heap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub u32);

/// A value.
#[derive(Debug, Clone)]
pub enum Value<'a> {
    /// `None`, `null`, `undefined`, `nil`.
    Nothing,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, or bytes.
    Text(Text),
    /// A record, list, instance, module or scope.
    Object(ObjectId),
    /// A function with the scope it was made in.
    Function(Rc<Closure<'a>>),
    /// A class.
    Class(Rc<ClassValue<'a>>),
    /// A method of a value that is no object of ours, or of a list, text or record: `items.push`.
    Method(Rc<(Value<'a>, Text)>),
    /// What is not known.
    Term(Term<'a>),
    /// One of several, depending on what happened.
    Either(Rc<[Alternative<'a>]>),
}

/// One of several values, and what holds when it is this one.
#[derive(Debug, Clone)]
pub struct Alternative<'a> {
    /// The value.
    pub value: Value<'a>,
    /// What was checked on the way to it.
    pub facts: Checked<'a>,
}

/// A function with what it sees.
#[derive(Debug)]
pub struct Closure<'a> {
    /// The function.
    pub function: &'a Function,
    /// The scope it was made in.
    pub scope: ObjectId,
    /// What `this`, or Python's first parameter, is bound to.
    pub this: Option<Value<'a>>,
    /// Arguments that were given before (`partial`, `bind`).
    pub given: Vec<Value<'a>>,
}

/// A class with what it sees.
#[derive(Debug)]
pub struct ClassValue<'a> {
    /// The class.
    pub class: &'a Class,
    /// The file it stands in.
    pub file: FileId,
    /// The scope it was made in.
    pub scope: ObjectId,
    /// What it extends.
    pub bases: Vec<Value<'a>>,
    /// Its static members.
    pub statics: ObjectId,
}

/// A symbol. Two symbols are the same exactly if their ids are.
#[derive(Debug, Clone)]
pub struct Term<'a> {
    /// Unique in one analysis. It stands beside the rest so that comparing symbols touches nothing else.
    id: u32,
    data: Rc<TermData<'a>>,
}

/// How a symbol came about.
#[derive(Debug)]
pub struct TermData<'a> {
    /// How it came about.
    pub kind: TermKind<'a>,
    /// Which sources it may carry: a set of positions in the list of sources; bit 63 stands for all beyond.
    pub taint: u64,
    /// Where it was made first.
    pub place: Place,
}

/// How a symbol came about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TermKind<'a> {
    /// An input: position in the list of sources.
    Input(u32),
    /// An entity of a library or of the language, by its path: `subprocess.run`, `fs/promises.readFile`, `fetch`.
    External(Text),
    /// An operation on values.
    Apply(Op, Vec<Value<'a>>),
    /// The result of a call that is not understood: the path of what was called, its receiver or [`Value::Nothing`],
    /// then its arguments.
    Result(Text, Vec<Value<'a>>),
    /// Nothing is known.
    Unknown,
}

impl<'a> Term<'a> {
    /// A symbol under an id that no other has.
    #[must_use]
    pub fn new(id: u32, data: TermData<'a>) -> Self {
        Self { id, data: Rc::new(data) }
    }

    /// Unique in one analysis. What a symbol was made of has a smaller one.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// Which sources it may carry: a set of positions in the list of sources; bit 63 stands for all beyond.
    #[must_use]
    pub fn taint(&self) -> u64 {
        self.data.taint
    }

    /// Where it was made first.
    #[must_use]
    pub fn place(&self) -> Place {
        self.data.place
    }

    /// How it came about.
    #[must_use]
    pub fn kind(&self) -> &TermKind<'a> {
        &self.data.kind
    }

    /// The operands, if it is that operation.
    #[must_use]
    pub fn operands(&self, operation: Op) -> Option<&[Value<'a>]> {
        match &self.data.kind {
            TermKind::Apply(op, operands) if *op == operation => Some(operands),
            _ => None,
        }
    }

    /// The path of the library entity that it is, or that gave it (`sqlite3.connect()`).
    #[must_use]
    pub fn path(&self) -> Option<Text> {
        match &self.data.kind {
            TermKind::External(path) => Some(path.clone()),
            TermKind::Result(path, _) => Some(Text::from(format!("{path}()"))),
            _ => None,
        }
    }
}

impl PartialEq for Term<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Term<'_> {}

impl Hash for Term<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<'a> TermKind<'a> {
    /// What it was made of.
    #[must_use]
    pub fn operands(&self) -> &[Value<'a>] {
        match self {
            TermKind::Apply(_, operands) | TermKind::Result(_, operands) => operands,
            _ => &[],
        }
    }
}

impl<'a> Value<'a> {
    /// The text, if it is known.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The symbol, if it is one.
    #[must_use]
    pub const fn term(&self) -> Option<&Term<'a>> {
        match self {
            Value::Term(term) => Some(term),
            _ => None,
        }
    }

    /// The sources that it may carry, without looking into objects.
    #[must_use]
    pub fn taint(&self) -> u64 {
        match self {
            Value::Term(term) => term.taint(),
            Value::Either(alternatives) => alternatives.iter().fold(0, |all, one| all | one.value.taint()),
            Value::Method(method) => method.0.taint(),
            _ => 0,
        }
    }

    /// Every value that it may be, with what holds then. Looks through [`Op::Or`] and [`Op::And`] of values.
    pub fn alternatives(&self, each: &mut dyn FnMut(&Value<'a>, &Checked<'a>)) {
        match self {
            Value::Either(alternatives) => {
                for one in alternatives.iter() {
                    each(&one.value, &one.facts);
                }
            }
            value => each(value, &Checked::NOTHING),
        }
    }
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Nothing, Value::Nothing) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a.to_bits() == b.to_bits(),
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Object(a), Value::Object(b)) => a == b,
            (Value::Function(a), Value::Function(b)) => {
                std::ptr::eq(a.function, b.function)
                    && a.scope == b.scope
                    && a.this == b.this
                    && a.given == b.given
            }
            (Value::Class(a), Value::Class(b)) => Rc::ptr_eq(a, b),
            (Value::Method(a), Value::Method(b)) => a == b,
            (Value::Term(a), Value::Term(b)) => a == b,
            (Value::Either(a), Value::Either(b)) => {
                Rc::ptr_eq(a, b)
                    || (a.len() == b.len()
                        && a.iter().zip(b.iter()).all(|(a, b)| a.value == b.value && a.facts == b.facts))
            }
            _ => false,
        }
    }
}

impl Eq for Value<'_> {}

impl Hash for Value<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Value::Nothing => {}
            Value::Bool(value) => value.hash(state),
            Value::Number(value) => value.to_bits().hash(state),
            Value::Text(text) => text.hash(state),
            Value::Object(id) => id.hash(state),
            Value::Function(closure) => {
                std::ptr::from_ref(closure.function).hash(state);
                closure.scope.hash(state);
            }
            Value::Class(class) => Rc::as_ptr(class).hash(state),
            Value::Method(method) => method.hash(state),
            Value::Term(term) => term.hash(state),
            Value::Either(alternatives) => alternatives.iter().for_each(|one| one.value.hash(state)),
        }
    }
}
