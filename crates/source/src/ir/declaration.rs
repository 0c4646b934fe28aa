//! Functions and classes of the small language.

use super::{At, Expression, FileId, Name, Pattern, Statement};

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
