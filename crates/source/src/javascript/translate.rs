//! What all parts of the translation share: places, names, comments, and how deep it may go.

use oxc_ast::ast;
use oxc_span::{GetSpan, Span};

use crate::ir::{
    At, Expression, ExpressionKind, FileId, LONGEST_LITERAL, Literal, Name, Pattern, Problem, Statement,
    StatementKind,
};

/// How many constructs may stand inside one another. What is deeper is left out, with a problem. Written code stays
/// below 100, generated code below 500; a level costs up to 10 KB of stack in a debug build.
pub(super) const DEEPEST: usize = 1_000;

/// Translates one text that was parsed as a whole.
pub(super) struct Translator<'a> {
    text: &'a str,
    /// Where the text begins in its file.
    base: u32,
    pub(super) file: FileId,
    /// Documentation comments: the place of what follows, and their text's place.
    comments: Vec<(u32, Span)>,
    /// The comment before the construct at hand, until a function or class takes it.
    doc: Option<Name>,
    pub(super) depth: usize,
    /// How many `switch` surround what is translated.
    pub(super) switches: usize,
    /// What `var` declares inside of blocks, for the function at hand.
    hoisted: Vec<Name>,
    /// How many blocks surround what is translated, within its function.
    pub(super) blocks: usize,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Translator<'a> {
    pub(super) fn new(program: &ast::Program<'a>, base: u32, file: FileId) -> Self {
        let documents = |comment: &&ast::Comment| comment.is_jsdoc();
        let comments = program.comments.iter().filter(documents);
        let mut comments: Vec<(u32, Span)> =
            comments.map(|comment| (comment.attached_to, comment.content_span())).collect();
        comments.sort_by_key(|(place, span)| (*place, span.start));
        Self {
            text: program.source_text,
            base,
            file,
            comments,
            doc: None,
            depth: 0,
            switches: 0,
            hoisted: Vec::new(),
            blocks: 0,
            problems: Vec::new(),
        }
    }

    /// Translates the whole text.
    pub(super) fn program(&mut self, program: &ast::Program<'a>) -> Vec<Statement> {
        self.function_body(&program.body, &[])
    }

    pub(super) fn at(&self, span: Span) -> At {
        At { start: self.base.saturating_add(span.start), end: self.base.saturating_add(span.end) }
    }

    /// Goes one level deeper, unless that is too deep.
    pub(super) fn deeper<T>(&mut self, span: Span, inside: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.deeper_by(1, span, inside)
    }

    /// Goes some levels deeper, unless that is too deep.
    pub(super) fn deeper_by<T>(
        &mut self,
        levels: usize,
        span: Span,
        inside: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        if self.depth + levels > DEEPEST {
            let message =
                format!("more than {DEEPEST} constructs inside one another; what is deeper was left out");
            if !self.problems.iter().any(|problem| problem.message == message) {
                self.problems.push(Problem { at: self.at(span), message });
            }
            return None;
        }
        self.depth += levels;
        let result = inside(self);
        self.depth -= levels;
        Some(result)
    }

    /// Translates the body of a function, with what its inner blocks declare by `var` at its beginning.
    pub(super) fn function_body(
        &mut self,
        body: &[ast::Statement<'a>],
        parameters: &[Name],
    ) -> Vec<Statement> {
        let surrounding = std::mem::take(&mut self.hoisted);
        let blocks = std::mem::take(&mut self.blocks);
        let switches = std::mem::take(&mut self.switches);
        let translated = self.statements(body);
        self.blocks = blocks;
        self.switches = switches;
        let hoisted = std::mem::replace(&mut self.hoisted, surrounding);
        if hoisted.is_empty() {
            return translated;
        }
        let at = translated
            .first()
            .map(|first| At { start: first.at.start, end: first.at.start })
            .unwrap_or_default();
        let mut hoisted: Vec<Name> = hoisted.into_iter().filter(|name| !parameters.contains(name)).collect();
        hoisted.sort_unstable();
        hoisted.dedup();
        let declare =
            |name| StatementKind::Declare { pattern: Pattern::Name(name, at), value: None, annotation: None };
        let declared = hoisted.into_iter().map(|name| Statement { at, kind: declare(name) });
        declared.chain(translated).collect()
    }

    /// Remembers a name that `var` declares inside of a block.
    pub(super) fn hoist(&mut self, name: Name) {
        self.hoisted.push(name);
    }

    /// Reads the documentation before a construct; the next function or class takes it.
    pub(super) fn document(&mut self, start: u32) {
        self.doc = self.doc_at(start);
    }

    /// The documentation of the function or class that begins here, or of the statement around it.
    pub(super) fn take_doc(&mut self, start: u32) -> Option<Name> {
        let surrounding = self.doc.take();
        self.doc_at(start).or(surrounding)
    }

    fn doc_at(&self, start: u32) -> Option<Name> {
        let after = self.comments.partition_point(|(place, _)| *place <= start);
        let (place, span) = self.comments.get(after.checked_sub(1)?)?;
        if *place != start {
            return None;
        }
        let text = self.text.get(span.start as usize..span.end as usize)?;
        let lines =
            text.trim_start_matches('*').lines().map(|line| line.trim().trim_start_matches('*').trim());
        let lines: Vec<&str> = lines.collect();
        let text = lines.join("\n");
        let text = text.trim();
        if text.is_empty() { None } else { Some(name(text)) }
    }
}

/// A text of the source, cut where it is too long.
pub(super) fn name(text: &str) -> Name {
    text.get(..text.floor_char_boundary(LONGEST_LITERAL)).unwrap_or(text).into()
}

/// A text literal.
pub(super) fn text_literal(at: At, text: &str) -> Expression {
    Expression { at, kind: ExpressionKind::Literal(Literal::Text(name(text))) }
}

/// A name as an expression.
pub(super) fn name_expression(at: At, text: &str) -> Expression {
    Expression { at, kind: ExpressionKind::Name(name(text)) }
}

/// Something that has no meaning here.
pub(super) fn opaque(at: At) -> Expression {
    Expression { at, kind: ExpressionKind::Opaque(Vec::new()) }
}

/// The place from the beginning of one to the end of another.
pub(super) fn from_to(first: At, last: At) -> At {
    At { start: first.start.min(last.start), end: last.end.max(first.end) }
}

/// The whole place of some statements.
pub(super) fn whole(statements: &[ast::Statement<'_>]) -> Span {
    match (statements.first(), statements.last()) {
        (Some(first), Some(last)) => Span::new(first.span().start, last.span().end),
        _ => Span::default(),
    }
}
