//! Expressions and patterns of the small language.

use super::{At, Class, Function, Name};

/// What a value is bound to.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// A name.
    Name(Name, At),
    /// A property or element; or a name of a surrounding scope that stands among others (Python's `global`).
    Place(Box<Expression>),
    /// Elements in order.
    List {
        /// The elements; `None` for a hole.
        elements: Vec<Option<Pattern>>,
        /// What takes the rest, and before which position of the end: `a, *b, c` has rest at 1.
        rest: Option<(usize, Box<Pattern>)>,
    },
    /// Properties by name.
    Record {
        /// Key and what takes its value.
        entries: Vec<(Expression, Pattern)>,
        /// What takes the rest.
        rest: Option<Box<Pattern>>,
    },
    /// With a value when there is none.
    Default(Box<Pattern>, Box<Expression>),
    /// Of this class, with properties (`case Point(x=0)`). A property that is given by position is called by its
    /// number, from `0`.
    Instance(Box<Expression>, Vec<(Name, Pattern)>),
    /// Equal to this (inside a shape of `match`).
    Equal(Box<Expression>),
    /// Of this shape, and the whole is bound to the name (`case str() as text`).
    As(Box<Pattern>, Name, At),
    /// Of any of these shapes (`case {"mode": "r" | "w"}`).
    AnyOf(Vec<Pattern>),
    /// Taken by nothing.
    Ignore,
}

/// An expression with its place.
#[derive(Debug, Clone)]
pub struct Expression {
    /// Its place.
    pub at: At,
    /// What it is.
    pub kind: ExpressionKind,
}

/// What an expression is.
#[derive(Debug, Clone)]
pub enum ExpressionKind {
    /// A name.
    Name(Name),
    /// `this`. Python's `self` is an ordinary parameter.
    This,
    /// `super` as an object: its members are those of the base class, bound to `this`.
    Super,
    /// A literal.
    Literal(Literal),
    /// A regular expression literal.
    Regex {
        /// Its source.
        source: Name,
        /// Its flags.
        flags: Name,
    },
    /// A text with values in it.
    Template {
        /// The function that makes something of it.
        tag: Option<Box<Expression>>,
        /// Texts and values in order.
        parts: Vec<Part>,
    },
    /// `object.name`.
    Member {
        /// The object.
        object: Box<Expression>,
        /// The name.
        name: Name,
        /// Whether nothing is asked of nothing (`?.`).
        optional: bool,
    },
    /// `object[index]`.
    Index {
        /// The object.
        object: Box<Expression>,
        /// The index or key.
        index: Box<Expression>,
    },
    /// `object[from:to]`.
    Slice {
        /// The object.
        object: Box<Expression>,
        /// From where.
        from: Option<Box<Expression>>,
        /// To before where.
        to: Option<Box<Expression>>,
    },
    /// A call.
    Call {
        /// What is called.
        callee: Box<Expression>,
        /// With what.
        arguments: Vec<Argument>,
        /// Whether it makes an instance (`new`, a Go composite literal of a struct). Python's classes are just called.
        is_new: bool,
    },
    /// One operand.
    Unary(Unary, Box<Expression>),
    /// Two operands. Chained comparisons are translated into [`Logical::And`].
    Binary(Binary, Box<Expression>, Box<Expression>),
    /// Two operands, of which the second may not be evaluated.
    Logical(Logical, Box<Expression>, Box<Expression>),
    /// `condition ? then : otherwise`.
    Choose {
        /// What decides.
        condition: Box<Expression>,
        /// When it is true.
        then: Box<Expression>,
        /// When it is not.
        otherwise: Box<Expression>,
    },
    /// A list, tuple or set.
    List(Vec<Element>),
    /// An object or dictionary.
    Record(Vec<Entry>),
    /// A function as a value.
    Function(Box<Function>),
    /// A class as a value.
    Class(Box<Class>),
    /// Waits for a value.
    Await(Box<Expression>),
    /// Gives a value to the caller of a generator.
    Yield(Option<Box<Expression>>),
    /// Assigns and is the value. Finds the name in the surrounding scopes.
    Assign {
        /// What takes the value.
        target: Box<Pattern>,
        /// With which operation (`+=`).
        operation: Option<Binary>,
        /// The value.
        value: Box<Expression>,
    },
    /// A list, set, dictionary or generator built in a loop.
    Comprehension {
        /// The key, for a dictionary.
        key: Option<Box<Expression>>,
        /// The element.
        element: Box<Expression>,
        /// The loops, the outermost first.
        clauses: Vec<Clause>,
    },
    /// Evaluates all, is the last.
    Sequence(Vec<Expression>),
    /// `import(…)` and `require(…)` with one argument.
    ImportCall(Box<Expression>),
    /// What has no meaning here. What it holds is evaluated.
    Opaque(Vec<Expression>),
}

/// A value that stands in the source.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `None`, `null`, `undefined`, `nil`.
    Nothing,
    /// `true`, `false`.
    Bool(bool),
    /// A number; too large ones are rounded.
    Number(f64),
    /// A text.
    Text(Name),
    /// Bytes, as far as they are UTF-8 (others stand as U+FFFD).
    Bytes(Name),
}

/// A part of a template.
#[derive(Debug, Clone)]
pub enum Part {
    /// Text.
    Text(Name),
    /// A value.
    Value(Expression),
}

/// An argument of a call.
#[derive(Debug, Clone)]
pub enum Argument {
    /// By position.
    Plain(Expression),
    /// By name.
    Named(Name, Expression),
    /// All elements of this (`*x`, `...x`).
    Spread(Expression),
    /// All entries of this, by name (`**x`).
    SpreadNamed(Expression),
}

/// An element of a list.
#[derive(Debug, Clone)]
pub enum Element {
    /// One.
    One(Expression),
    /// All of this.
    Spread(Expression),
}

/// An entry of a record.
#[derive(Debug, Clone)]
pub enum Entry {
    /// Key and value. Plain keys are text literals.
    Pair(Expression, Expression),
    /// All entries of this.
    Spread(Expression),
    /// Read as a property, runs a function.
    Getter(Expression, Box<Function>),
}

/// A loop of a comprehension.
#[derive(Debug, Clone)]
pub struct Clause {
    /// What takes the element.
    pub pattern: Pattern,
    /// What is iterated over.
    pub iterable: Expression,
    /// What has to hold.
    pub conditions: Vec<Expression>,
}

/// Operations on one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unary {
    /// `!x`, `not x`.
    Not,
    /// `-x`.
    Minus,
    /// `+x`: in JavaScript a number.
    Plus,
    /// `~x`.
    Invert,
    /// `typeof x`.
    TypeOf,
    /// `void x`.
    Void,
}

/// Operations on two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Binary {
    /// `+`: also joins texts and lists.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`: also joins paths in Python.
    Divide,
    /// `%`: also formats in Python.
    Remainder,
    /// `**`, `//`, bit operations: numbers.
    Arithmetic,
    /// `==`, `===`, `is`.
    Equal,
    /// `!=`, `!==`, `is not`.
    NotEqual,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// Left is in right: `in` of Python (elements, parts of a text) and of JavaScript (keys).
    In,
    /// Left is not in right.
    NotIn,
    /// `instanceof`.
    InstanceOf,
    /// `|` of two values that may be sets, types or numbers.
    Or,
}

/// Operations whose second operand may not be evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Logical {
    /// `and`, `&&`.
    And,
    /// `or`, `||`.
    Or,
    /// `??`.
    Coalesce,
}
