//! The small language that every front end translates into: what Python, JavaScript, TypeScript and Go have in common.
//!
//! It is a tree, not a graph: the interpreter walks it as a reader would. Types that do not exist at run time
//! (TypeScript's) are left out; annotations that do (Python's, Go's) are kept, because they are guards.

pub mod outline;
pub mod visit;

mod declaration;
mod expression;

use std::fmt;

pub use declaration::{Class, Function, Member, MemberKind, Parameter, ParameterKind};
pub use expression::{
    Argument, Binary, Clause, Element, Entry, Expression, ExpressionKind, Literal, Logical, Part, Pattern,
    Unary,
};

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
