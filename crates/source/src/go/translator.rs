//! What the translation of a file carries.

use std::collections::{HashMap, HashSet};
use tree_sitter::Node;

use crate::ir::{At, Expression, ExpressionKind, FileId, Literal, Member, Name, Problem};

/// The deepest tree that is translated, in statements and expressions inside each other.
const DEEPEST: usize = 320;

/// What stands for several parts of the source, as the middle of `a < b < c` does, is translated as often; but in all
/// of a file no more than this, in statements and expressions.
const MOST_REPEATED: usize = 100_000;

/// The translation of one file.
pub(super) struct Translator<'t> {
    text: &'t str,
    /// Its file.
    pub(super) file: FileId,
    /// What was left out.
    pub(super) problems: Vec<Problem>,
    /// Types that the file declares.
    pub(super) types: HashMap<&'t str, Shape>,
    /// Names of imported packages.
    pub(super) packages: HashSet<Name>,
    /// Methods by the name of their receiver's type, in the order of the source.
    pub(super) methods: Vec<(&'t str, Member)>,
    /// Named results of the functions around.
    pub(super) results: Vec<Vec<&'t str>>,
    /// Position in the block of constants.
    pub(super) iota: usize,
    depth: usize,
    /// How many translations of what was translated before are going on.
    repeating: usize,
    /// How much may still be repeated, in statements and expressions.
    repeatable: usize,
    /// Whether it was said that something is left out.
    is_told: bool,
}

/// What a declared type is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Struct,
    List,
    Record,
    Other,
}

impl<'t> Translator<'t> {
    pub(super) fn new(text: &'t str, file: FileId) -> Self {
        Self {
            text,
            file,
            problems: Vec::new(),
            types: HashMap::new(),
            packages: HashSet::new(),
            methods: Vec::new(),
            results: Vec::new(),
            iota: 0,
            depth: 0,
            repeating: 0,
            repeatable: MOST_REPEATED,
            is_told: false,
        }
    }

    /// Goes one level deeper, unless that is too deep or too much: then it says so, once, and gives what stands
    /// instead.
    pub(super) fn deeper<T>(
        &mut self,
        node: Node<'t>,
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
                self.problems.push(Problem { at: at(node), message });
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

    /// Whether nothing more may be repeated.
    pub(super) fn is_spent(&self) -> bool {
        self.repeatable == 0
    }

    /// The source of a node.
    pub(super) fn text(&self, node: Node<'t>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// The comment directly before a declaration.
    pub(super) fn doc(&self, node: Node<'t>) -> Option<Name> {
        let mut lines: Vec<String> = Vec::new();
        let mut below = node;
        while let Some(comment) = below.prev_named_sibling() {
            let is_beside = comment.end_position().row + 1 == below.start_position().row;
            if comment.kind() != "comment" || !is_beside || lines.len() > 500 {
                break;
            }
            let text = self.text(comment);
            below = comment;
            if text.starts_with("//go:") || text.starts_with("// +build") {
                continue;
            }
            let text = match text.strip_prefix("//") {
                Some(line) => line.strip_prefix(' ').unwrap_or(line),
                None => text.trim_start_matches("/*").trim_end_matches("*/").trim(),
            };
            lines.push(text.trim_end().to_owned());
        }
        lines.reverse();
        let doc = lines.join("\n");
        if doc.is_empty() { None } else { Some(super::literal::cut(&doc).into()) }
    }
}

/// The place of a node.
pub(super) fn at(node: Node<'_>) -> At {
    let place = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    At { start: place(node.start_byte()), end: place(node.end_byte()) }
}

/// The children that are no comments and no punctuation.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let children = node.named_children(&mut cursor).filter(|child| !child.is_extra() || child.is_error());
    children.collect()
}

/// The children with a field.
pub(super) fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.children_by_field_name(name, &mut cursor).filter(Node::is_named).collect()
}

/// An expression at a node.
pub(super) fn expression(node: Node<'_>, kind: ExpressionKind) -> Expression {
    Expression { at: at(node), kind }
}

/// A name at a node.
pub(super) fn name(node: Node<'_>, name: &str) -> Expression {
    expression(node, ExpressionKind::Name(name.into()))
}

/// A literal at a node.
pub(super) fn literal(node: Node<'_>, literal: Literal) -> Expression {
    expression(node, ExpressionKind::Literal(literal))
}

/// What has no meaning, at a node.
pub(super) fn opaque(node: Node<'_>, holds: Vec<Expression>) -> Expression {
    expression(node, ExpressionKind::Opaque(holds))
}

/// A literal text.
pub(super) fn text_at(at: At, text: &str) -> Expression {
    Expression { at, kind: ExpressionKind::Literal(Literal::Text(text.into())) }
}
