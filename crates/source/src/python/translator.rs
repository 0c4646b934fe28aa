//! What the translation of a file carries: scopes, depth, problems.

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::TextRange;
use std::collections::HashSet;

use crate::ir::{
    At, Expression, ExpressionKind, FileId, Literal, Name, Pattern, Problem, Statement, StatementKind,
};

/// The deepest tree that is translated, in statements and expressions inside each other. Python itself refuses more
/// than 100 levels of indentation and 200 of brackets; what walks the tree recurses, and needs this bound.
pub(super) const DEEPEST: usize = 320;

/// What stands for several parts of the source, as the middle of `a < b < c` does, is translated as often; but in all
/// of a file no more than this, in statements and expressions.
const MOST_REPEATED: usize = 100_000;

/// Of a place in the source.
pub(super) fn at(range: TextRange) -> At {
    At { start: range.start().to_u32(), end: range.end().to_u32() }
}

/// The translation of one file.
pub(super) struct Translator<'a> {
    /// Its file.
    pub(super) file: FileId,
    /// What was left out.
    pub(super) problems: Vec<Problem>,
    /// Functions around the current place; the module is the first.
    scopes: Vec<Scope<'a>>,
    depth: usize,
    /// How many translations of what was translated before are going on.
    repeating: usize,
    /// How much may still be repeated, in statements and expressions.
    repeatable: usize,
    /// Whether it was said that something is left out.
    is_told: bool,
}

/// A function, or the module.
#[derive(Default)]
struct Scope<'a> {
    /// Names of surrounding scopes (`global`, `nonlocal`).
    outer: HashSet<&'a str>,
    /// Names bound so far.
    declared: HashSet<&'a str>,
    /// Names that `:=` binds and that no statement has bound yet.
    hoisted: Vec<Name>,
    /// Whether it yields.
    yields: bool,
}

impl<'a> Translator<'a> {
    pub(super) fn new(file: FileId) -> Self {
        Self {
            file,
            problems: Vec::new(),
            scopes: vec![Scope::default()],
            depth: 0,
            repeating: 0,
            repeatable: MOST_REPEATED,
            is_told: false,
        }
    }

    /// The documentation and the statements of a module.
    pub(super) fn module(&mut self, statements: &'a [Stmt]) -> (Option<Name>, Vec<Statement>) {
        let (doc, rest) = super::text::docstring(statements);
        (doc, self.block(rest))
    }

    /// Goes one level deeper, unless that is too deep or too much: then it says so, once, and gives what stands
    /// instead.
    pub(super) fn deeper<T>(
        &mut self,
        range: TextRange,
        otherwise: impl FnOnce() -> T,
        translate: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let is_spent = self.repeating > 0 && self.repeatable == 0;
        if self.depth >= DEEPEST || is_spent {
            if !std::mem::replace(&mut self.is_told, true) {
                let message = match is_spent {
                    true => format!(
                        "more than {MOST_REPEATED} expressions stand for several; what follows is left out"
                    ),
                    false => format!("nested deeper than {DEEPEST} levels; what is inside is left out"),
                };
                self.problems.push(Problem { at: at(range), message });
            }
            return otherwise();
        }
        if self.repeating > 0 {
            self.repeatable -= 1;
        }
        self.depth += 1;
        let translated = translate(self);
        self.depth -= 1;
        translated
    }

    /// Translates once more what was translated before. That may nest, and is therefore counted.
    pub(super) fn again<T>(&mut self, translate: impl FnOnce(&mut Self) -> T) -> T {
        self.repeating += 1;
        let translated = translate(self);
        self.repeating -= 1;
        translated
    }

    /// Translates inside a function; says whether it yields.
    pub(super) fn in_function<T>(&mut self, translate: impl FnOnce(&mut Self) -> T) -> (T, bool) {
        self.scopes.push(Scope::default());
        let translated = translate(self);
        let yields = self.scopes.pop().is_some_and(|scope| scope.yields);
        (translated, yields)
    }

    fn scope(&mut self) -> Option<&mut Scope<'a>> {
        self.scopes.last_mut()
    }

    /// Whether this is not inside a function: there `global` means what is meant anyway.
    pub(super) fn is_module(&self) -> bool {
        self.scopes.len() == 1
    }

    /// Notes a name of a surrounding scope.
    pub(super) fn note_outer(&mut self, name: &'a str) {
        if !self.is_module()
            && let Some(scope) = self.scope()
        {
            scope.outer.insert(name);
        }
    }

    /// Whether a name is one of a surrounding scope.
    pub(super) fn is_outer(&self, name: &str) -> bool {
        self.scopes.last().is_some_and(|scope| !scope.outer.is_empty() && scope.outer.contains(name))
    }

    /// Notes that the current function binds a name.
    pub(super) fn note_declared(&mut self, name: &'a str) {
        if let Some(scope) = self.scope() {
            scope.declared.insert(name);
        }
    }

    /// Notes that `:=` binds a name.
    pub(super) fn note_walrus(&mut self, name: &'a str) {
        if let Some(scope) = self.scope()
            && !scope.outer.contains(name)
            && scope.declared.insert(name)
        {
            scope.hoisted.push(name.into());
        }
    }

    /// Notes that the current function yields.
    pub(super) fn note_yield(&mut self) {
        if let Some(scope) = self.scope() {
            scope.yields = true;
        }
    }

    /// How many names of `:=` wait to be declared.
    pub(super) fn hoisted(&mut self) -> usize {
        self.scope().map_or(0, |scope| scope.hoisted.len())
    }

    /// Declarations of the names of `:=` that were met since a count.
    pub(super) fn hoisted_since(&mut self, count: usize, place: At) -> Vec<Statement> {
        let Some(scope) = self.scope() else { return Vec::new() };
        let names = scope.hoisted.split_off(count.min(scope.hoisted.len()));
        names
            .into_iter()
            .map(|name| Statement {
                at: place,
                kind: StatementKind::Declare {
                    pattern: Pattern::Name(name, place),
                    value: None,
                    annotation: None,
                },
            })
            .collect()
    }

    /// Translates what is optional.
    pub(super) fn optional(&mut self, expression: Option<&'a Expr>) -> Option<Expression> {
        expression.map(|expression| self.expression(expression))
    }

    /// Translates what is optional into a box.
    pub(super) fn optional_box(&mut self, expression: Option<&'a Expr>) -> Option<Box<Expression>> {
        self.optional(expression).map(Box::new)
    }
}

/// An expression at a place.
pub(super) fn expression(at: At, kind: ExpressionKind) -> Expression {
    Expression { at, kind }
}

/// A name at a place.
pub(super) fn name(at: At, name: &str) -> Expression {
    expression(at, ExpressionKind::Name(name.into()))
}

/// Nothing at a place.
pub(super) fn nothing(at: At) -> Expression {
    expression(at, ExpressionKind::Literal(Literal::Nothing))
}

/// What has no meaning, at a place.
pub(super) fn opaque(at: At, holds: Vec<Expression>) -> Expression {
    expression(at, ExpressionKind::Opaque(holds))
}
