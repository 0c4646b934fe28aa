//! The small language that every front end translates into: what Python, JavaScript, TypeScript and Go have in common.
//!
//! It is a tree, not a graph: the interpreter walks it as a reader would. Types that do not exist at run time
//! (TypeScript's) are left out; annotations that do (Python's, Go's) are kept, because they are guards.

pub mod outline;
pub mod visit;

use std::fmt;

/// The longest text that a literal keeps; of a longer one its beginning stands.
pub const LONGEST_LITERAL: usize = 64 * 1024;

/// A name or a text of the source. Cheap to compare, never changed.
pub type Name = Box<str>;

/// A place in a file, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct At {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl fmt::Debug for At {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}..{}", self.start, self.end)
    }
}

/// Position of a file in its project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// The languages that are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Python 3.
    Python,
    /// JavaScript and TypeScript, with and without JSX; ECMAScript modules and CommonJS.
    JavaScript,
    /// Go.
    Go,
}

/// One file, translated.
#[derive(Debug, Clone)]
pub struct File {
    /// Its path in the bundle.
    pub path: String,
    /// What it is written in.
    pub language: Language,
    /// What runs when it is loaded.
    pub body: Vec<Statement>,
    /// Its documentation, where the language has such.
    pub doc: Option<Name>,
    /// What could not be understood. The rest was.
    pub problems: Vec<Problem>,
}

/// A part of a file that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub at: At,
    /// What the parser said, as a lower-case fragment.
    pub message: String,
}

/// A statement with its place.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its place.
    pub at: At,
    /// What it does.
    pub kind: StatementKind,
}

/// What a statement does.
#[derive(Debug, Clone)]
pub enum StatementKind {
    /// Evaluates.
    Expression(Expression),
    /// Binds names in the current function or block: `let`, `const`, `var`, `:=`, and Python's assignment to a name
    /// that is not `global` or `nonlocal`. An assignment to anything else is an [`ExpressionKind::Assign`].
    Declare {
        /// What is bound.
        pattern: Pattern,
        /// To what; without a value it becomes nothing.
        value: Option<Expression>,
        /// Its annotation, where that has a meaning at run time.
        annotation: Option<Expression>,
    },
    /// Two ways. Where one is empty it does nothing.
    If {
        /// What decides.
        condition: Expression,
        /// When it is true.
        then: Vec<Statement>,
        /// When it is not.
        otherwise: Vec<Statement>,
    },
    /// Repeats for each element. `for … in` of JavaScript iterates over keys.
    ForEach {
        /// What takes the element.
        pattern: Pattern,
        /// What is iterated over.
        iterable: Expression,
        /// Whether keys (or, in Go, pairs of key and value) are given instead of elements.
        over: Over,
        /// What is repeated.
        body: Vec<Statement>,
        /// Python's `else`: after the last element, unless left by `break`.
        otherwise: Vec<Statement>,
    },
    /// Repeats while a condition holds. The classic `for (;;)` is a block of its beginning and this.
    While {
        /// What decides.
        condition: Expression,
        /// What is repeated.
        body: Vec<Statement>,
        /// What runs after each turn, also after `continue`.
        step: Option<Expression>,
        /// Whether the body runs before the condition is asked (`do … while`).
        body_first: bool,
    },
    /// `switch` and `match`. A case without break that falls through is translated with the next case's statements
    /// repeated, so that cases are apart.
    Match {
        /// What is compared.
        subject: Expression,
        /// The cases, in order.
        cases: Vec<Case>,
    },
    /// `try`.
    Try {
        /// What may fail.
        body: Vec<Statement>,
        /// What catches.
        catches: Vec<Catch>,
        /// Python's `else`.
        otherwise: Vec<Statement>,
        /// What runs in any case.
        finally: Vec<Statement>,
    },
    /// `with` of Python; `using` of JavaScript.
    With {
        /// What is entered and what takes it.
        items: Vec<(Expression, Option<Pattern>)>,
        /// What runs inside.
        body: Vec<Statement>,
    },
    /// Leaves the function.
    Return(Option<Expression>),
    /// Throws; Go's `panic` too.
    Throw(Option<Expression>),
    /// Leaves the innermost loop or [`StatementKind::Match`].
    Break,
    /// Goes to the next turn.
    Continue,
    /// Throws when the condition does not hold, unless assertions are switched off.
    Assert(Expression),
    /// Declares a function. Visible in the whole block (hoisted), as in JavaScript.
    Function(Box<Function>),
    /// Declares a class or a struct with its methods.
    Class(Box<Class>),
    /// Brings names of another module.
    Import {
        /// How the source names the module: `./util.js`, `os.path`, `.helpers`, `..`.
        module: Name,
        /// The names.
        bindings: Vec<ImportBinding>,
    },
    /// Gives names to other modules.
    Export {
        /// The module that they are taken from, when it is a re-export.
        module: Option<Name>,
        /// The names. Empty with a module: all of them (`export * from`).
        names: Vec<ExportedName>,
    },
    /// `export default EXPRESSION` and `module.exports = EXPRESSION` (which front ends leave as an assignment).
    ExportDefault(Expression),
    /// Statements with names of their own.
    Block(Vec<Statement>),
    /// Removes a property or a name.
    Delete(Expression),
}

/// What a loop gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Elements.
    Elements,
    /// Keys.
    Keys,
    /// Pairs of key and value.
    Pairs,
}

/// A case of `switch` or `match`.
#[derive(Debug, Clone)]
pub struct Case {
    /// What is matched, any of them; empty for `default` and `_`.
    pub tests: Vec<CaseTest>,
    /// A further condition.
    pub guard: Option<Expression>,
    /// What runs then.
    pub body: Vec<Statement>,
}

/// What a case compares with.
#[derive(Debug, Clone)]
pub enum CaseTest {
    /// Equal to this.
    Equal(Expression),
    /// Of this shape, which binds names.
    Shape(Pattern),
    /// Anything; the name is bound.
    Capture(Name),
    /// A condition by itself (`switch (true)` and Go's `switch` without subject).
    When(Expression),
}

/// A handler of exceptions.
#[derive(Debug, Clone)]
pub struct Catch {
    /// The classes it catches; empty for all.
    pub types: Vec<Expression>,
    /// What takes the exception.
    pub pattern: Option<Pattern>,
    /// What runs then.
    pub body: Vec<Statement>,
}

/// A name brought by an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportBinding {
    /// What is taken.
    pub imported: Imported,
    /// What it is called here.
    pub local: Name,
    /// Its place.
    pub at: At,
}

/// What an import takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// The whole module (`import os`, `import * as fs`). Python's `import a.b` binds `a` to the whole of `a`.
    Whole,
    /// What the module exports by default; of a CommonJS module all of it.
    Default,
    /// A name.
    Named(Name),
    /// Every name (`from x import *`).
    All,
}

/// A name given to other modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedName {
    /// Its name here, or in the module that it is taken from; `*` for that whole module.
    pub local: Name,
    /// What others call it.
    pub exported: Name,
}

/// A function, method or closure.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name; empty for an anonymous one.
    pub name: Name,
    /// Its whole place.
    pub at: At,
    /// The file it stands in.
    pub file: FileId,
    /// What it takes. Python's and Go's receiver is the first of them.
    pub parameters: Vec<Parameter>,
    /// What it does.
    pub body: Vec<Statement>,
    /// Decorators, the outermost first.
    pub decorators: Vec<Expression>,
    /// Its documentation: Python's docstring, Go's and JavaScript's comment before it.
    pub doc: Option<Name>,
    /// Whether a call gives a promise or coroutine.
    pub is_async: bool,
    /// Whether it yields.
    pub is_generator: bool,
    /// Whether `this` is that of the surrounding function (arrow functions).
    pub keeps_this: bool,
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// What takes the argument.
    pub pattern: Pattern,
    /// When no argument is given.
    pub default: Option<Expression>,
    /// How it is given.
    pub kind: ParameterKind,
    /// Its annotation, where that has a meaning at run time (Python, Go).
    pub annotation: Option<Expression>,
}

/// How a parameter is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// By position, and in Python also by name.
    Plain,
    /// By name only.
    NamedOnly,
    /// Takes all further positions.
    Rest,
    /// Takes all further names.
    RestNamed,
}

/// A class, struct or enumeration.
#[derive(Debug, Clone)]
pub struct Class {
    /// Its name; empty for an anonymous one.
    pub name: Name,
    /// Its place.
    pub at: At,
    /// What it extends.
    pub bases: Vec<Expression>,
    /// Its members. Statements of a Python class body that are no members are left out.
    pub members: Vec<Member>,
    /// Decorators, the outermost first.
    pub decorators: Vec<Expression>,
    /// Its documentation.
    pub doc: Option<Name>,
}

/// A member of a class.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name; a computed one is an expression that is no literal.
    pub name: Expression,
    /// What it is.
    pub kind: MemberKind,
    /// Whether it belongs to the class and not to its instances. Python's class variables do.
    pub is_static: bool,
    /// The annotation of a field: in Python it validates (dataclass, pydantic), in Go it is its type.
    pub annotation: Option<Expression>,
    /// Go's tag of a field, without its quotes: `json:"path" jsonschema:"the path"`.
    pub tag: Option<Name>,
}

/// What a member is.
#[derive(Debug, Clone)]
pub enum MemberKind {
    /// A method.
    Method(Box<Function>),
    /// Read as a field, runs a function.
    Getter(Box<Function>),
    /// Written as a field, runs a function.
    Setter(Box<Function>),
    /// A field with its first value.
    Field(Option<Expression>),
}

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
