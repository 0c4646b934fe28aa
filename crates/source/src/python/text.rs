//! Texts: literals, f-strings, docstrings.

use ruff_python_ast::{
    BytesLiteralValue, ConversionFlag, Expr, FStringPart, FStringValue, InterpolatedElement,
    InterpolatedStringElement, Stmt, StringLiteralValue, TStringValue,
};

use super::expression::builtin;
use super::translator::{Translator, at, expression, name};
use crate::ir::{At, Expression, ExpressionKind, LONGEST_LITERAL, Literal, Name, Part};

/// A text of which the beginning is kept.
pub(super) fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST_LITERAL)).unwrap_or(text)
}

/// A text literal, its parts joined.
pub(super) fn literal(source: &StringLiteralValue) -> Literal {
    Literal::Text(cut(source.to_str()).into())
}

/// A bytes literal, its parts joined.
pub(super) fn bytes(source: &BytesLiteralValue) -> Literal {
    let bytes: Vec<u8> = source.bytes().take(LONGEST_LITERAL).collect();
    Literal::Bytes(String::from_utf8_lossy(&bytes).into())
}

/// The docstring of a body, and what follows it.
pub(super) fn docstring(statements: &[Stmt]) -> (Option<Name>, &[Stmt]) {
    match statements {
        [Stmt::Expr(first), rest @ ..] => match &*first.value {
            Expr::StringLiteral(text) => (Some(clean(cut(text.value.to_str())).into()), rest),
            _ => (None, statements),
        },
        _ => (None, statements),
    }
}

/// A docstring without the indentation of the source, as `inspect.cleandoc` gives it.
fn clean(text: &str) -> String {
    let text = expand_tabs(text);
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default().trim_start();
    let lines: Vec<&str> = lines.collect();
    let indentation = |line: &&str| line.len() - line.trim_start().len();
    let margin =
        lines.iter().filter(|line| !line.trim_start().is_empty()).map(indentation).min().unwrap_or(0);
    let mut cleaned: Vec<&str> = vec![first];
    cleaned.extend(lines.iter().map(|line| line.get(margin..).unwrap_or_default()));
    while cleaned.last().is_some_and(|line| line.is_empty()) {
        cleaned.pop();
    }
    let from = cleaned.iter().position(|line| !line.is_empty()).unwrap_or(cleaned.len());
    cleaned.get(from..).unwrap_or_default().join("\n")
}

/// Tabs as spaces up to the next column that 8 divides.
fn expand_tabs(text: &str) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut column = 0;
    for character in text.chars() {
        match character {
            '\t' => {
                let spaces = 8 - column % 8;
                expanded.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            '\n' | '\r' => {
                expanded.push(character);
                column = 0;
            }
            _ => {
                expanded.push(character);
                column += 1;
            }
        }
    }
    expanded
}

impl<'a> Translator<'a> {
    /// `f"…"`, also beside plain texts.
    pub(super) fn f_string(&mut self, source: &'a FStringValue, place: At) -> ExpressionKind {
        let mut parts = Vec::new();
        for part in source {
            match part {
                FStringPart::Literal(literal) => push_text(&mut parts, &literal.value),
                FStringPart::FString(inner) => self.parts(&inner.elements, place, &mut parts),
            }
        }
        template(parts)
    }

    /// `t"…"`: not a text, but an object of texts and values.
    pub(super) fn t_string(&mut self, source: &'a TStringValue, place: At) -> ExpressionKind {
        let mut parts = Vec::new();
        for inner in source {
            self.parts(&inner.elements, place, &mut parts);
        }
        let tag = Some(Box::new(name(place, "string.templatelib.Template")));
        ExpressionKind::Template { tag, parts }
    }

    fn parts(&mut self, elements: &'a [InterpolatedStringElement], place: At, into: &mut Vec<Part>) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => push_text(into, &literal.value),
                InterpolatedStringElement::Interpolation(element) => self.interpolation(element, place, into),
            }
        }
    }

    /// `{value!r:>10}` is `format(repr(value), ">10")`.
    fn interpolation(&mut self, element: &'a InterpolatedElement, around: At, into: &mut Vec<Part>) {
        let place = at(element.range);
        let mut value = self.expression(&element.expression);
        let mut conversion = element.conversion;
        if let Some(debug) = &element.debug_text {
            push_text(into, debug.as_str());
            if conversion == ConversionFlag::None && element.format_spec.is_none() {
                conversion = ConversionFlag::Repr;
            }
        }
        let converter = match conversion {
            ConversionFlag::None => None,
            ConversionFlag::Str => Some("str"),
            ConversionFlag::Ascii => Some("ascii"),
            ConversionFlag::Repr => Some("repr"),
        };
        if let Some(converter) = converter {
            value = builtin(place, converter, vec![value]);
        }
        if let Some(specification) = &element.format_spec {
            let specification = self.deeper(
                element.range,
                || expression(around, ExpressionKind::Opaque(Vec::new())),
                |translator| translator.specification(&specification.elements, place),
            );
            value = builtin(place, "format", vec![value, specification]);
        }
        into.push(Part::Value(value));
    }

    fn specification(&mut self, elements: &'a [InterpolatedStringElement], place: At) -> Expression {
        let mut parts = Vec::new();
        self.parts(elements, place, &mut parts);
        expression(place, template(parts))
    }
}

/// Texts and values; a literal where there is no value.
fn template(parts: Vec<Part>) -> ExpressionKind {
    match parts.as_slice() {
        [] => ExpressionKind::Literal(Literal::Text("".into())),
        [Part::Text(text)] => ExpressionKind::Literal(Literal::Text(text.clone())),
        _ => ExpressionKind::Template { tag: None, parts },
    }
}

/// Adds a text, to the one before where that is one.
fn push_text(parts: &mut Vec<Part>, text: &str) {
    if let Some(Part::Text(last)) = parts.last_mut() {
        if last.len() < LONGEST_LITERAL {
            let joined = format!("{last}{text}");
            *last = cut(&joined).into();
        }
    } else if !text.is_empty() {
        parts.push(Part::Text(cut(text).into()));
    }
}
