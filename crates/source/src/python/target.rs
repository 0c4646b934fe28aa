//! What is assigned to.

use ruff_python_ast::{Expr, Identifier};
use ruff_text_size::Ranged;

use super::translator::{Translator, at, name};
use crate::ir::{At, Pattern};

impl<'a> Translator<'a> {
    /// What binds names in the current function.
    pub(super) fn target(&mut self, source: &'a Expr) -> Pattern {
        self.pattern(source, true)
    }

    /// What an assignment expression assigns to: a name is found in the scopes around.
    pub(super) fn assigned_target(&mut self, source: &'a Expr) -> Pattern {
        match source {
            Expr::Name(name) => Pattern::Name(name.id.as_str().into(), at(name.range)),
            source => self.pattern(source, true),
        }
    }

    /// A name that a handler or a pattern binds.
    pub(super) fn identifier(&mut self, source: &'a Identifier) -> Pattern {
        self.named(&source.id, at(source.range), true)
    }

    /// What takes a value. `is_scoped` says that its names belong to the current function, and not to a comprehension.
    pub(super) fn pattern(&mut self, source: &'a Expr, is_scoped: bool) -> Pattern {
        let range = source.range();
        self.deeper(range, || Pattern::Ignore, |translator| translator.pattern_of(source, is_scoped))
    }

    fn pattern_of(&mut self, source: &'a Expr, is_scoped: bool) -> Pattern {
        match source {
            Expr::Name(name) => self.named(&name.id, at(name.range), is_scoped),
            Expr::List(list) => self.list_pattern(&list.elts, is_scoped),
            Expr::Tuple(tuple) => self.list_pattern(&tuple.elts, is_scoped),
            Expr::Starred(starred) => self.pattern(&starred.value, is_scoped),
            source => Pattern::Place(Box::new(self.expression(source))),
        }
    }

    fn named(&mut self, source: &'a str, place: At, is_scoped: bool) -> Pattern {
        if source.is_empty() {
            return Pattern::Ignore;
        }
        if is_scoped && self.is_outer(source) {
            return Pattern::Place(Box::new(name(place, source)));
        }
        if is_scoped {
            self.note_declared(source);
        }
        Pattern::Name(source.into(), place)
    }

    fn list_pattern(&mut self, sources: &'a [Expr], is_scoped: bool) -> Pattern {
        let mut elements = Vec::with_capacity(sources.len());
        let mut rest = None;
        for source in sources {
            match source {
                Expr::Starred(starred) if rest.is_none() => {
                    rest = Some((elements.len(), Box::new(self.pattern(&starred.value, is_scoped))));
                }
                source => elements.push(Some(self.pattern(source, is_scoped))),
            }
        }
        Pattern::List { elements, rest }
    }
}
