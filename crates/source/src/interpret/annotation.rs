//! Annotations of Python and Go, where they are enforced.

use super::register::result_of;
use super::{Arguments, Interpreter, Outcome};
use crate::fact::{Anchored, Check, Fact, Pattern};
use crate::go::is_number;
use crate::ir::{Argument, Expression, ExpressionKind, Language, Literal};
use crate::library::Op;
use crate::value::{ObjectId, Term, Text, Value};

impl<'a> Interpreter<'a> {
    /// A value after its annotation was enforced: always in Go, and where a Python framework validates.
    pub(crate) fn annotated(
        &mut self,
        value: Value<'a>,
        annotation: Option<&'a Expression>,
        scope: ObjectId,
    ) -> Outcome<Value<'a>> {
        let Some(annotation) = annotation else { return Ok(value) };
        if self.taint(&value) == 0 {
            return Ok(value);
        }
        match self.language() {
            Language::Go => Ok(match &annotation.kind {
                ExpressionKind::Name(name) if is_number(name) || &**name == "bool" => {
                    self.apply(Op::Measure, vec![value])
                }
                ExpressionKind::Name(name) if &**name == "string" => {
                    self.hold_text(&value);
                    value
                }
                _ => value,
            }),
            Language::Python if self.validates => self.validated(value, annotation, scope, 6),
            _ => Ok(value),
        }
    }

    /// A value after pydantic has validated it.
    pub(crate) fn validated(
        &mut self,
        value: Value<'a>,
        annotation: &'a Expression,
        scope: ObjectId,
        depth: usize,
    ) -> Outcome<Value<'a>> {
        if depth == 0 {
            return Ok(value);
        }
        match &annotation.kind {
            ExpressionKind::Name(name) => match &**name {
                "int" | "float" | "bool" | "UUID" | "date" | "datetime" | "Decimal" | "PositiveInt"
                | "IPvAnyAddress" => Ok(self.apply(Op::Measure, vec![value])),
                "str" => {
                    self.hold_text(&value);
                    Ok(value)
                }
                "dict" | "Any" | "bytes" | "object" => Ok(value),
                "list" | "set" | "tuple" => Ok(value),
                _ => {
                    let class = self.evaluate(annotation, scope)?;
                    self.validated_class(value, &class, depth)
                }
            },
            ExpressionKind::Member { .. } => {
                let class = self.evaluate(annotation, scope)?;
                if let Some(path) = class.term().and_then(Term::path)
                    && matches!(
                        &*path,
                        "uuid.UUID" | "datetime.date" | "datetime.datetime" | "decimal.Decimal"
                    )
                {
                    return Ok(self.apply(Op::Measure, vec![value]));
                }
                self.validated_class(value, &class, depth)
            }
            ExpressionKind::Index { object, index } => {
                let name = match &object.kind {
                    ExpressionKind::Name(name) | ExpressionKind::Member { name, .. } => name,
                    _ => return Ok(value),
                };
                let inner: Vec<&'a Expression> = match &index.kind {
                    ExpressionKind::List(elements) => elements
                        .iter()
                        .filter_map(|element| match element {
                            crate::ir::Element::One(inner) => Some(inner),
                            crate::ir::Element::Spread(_) => None,
                        })
                        .collect(),
                    _ => vec![index],
                };
                match &**name {
                    "Literal" => Ok(self.apply(Op::Measure, vec![value])),
                    "Annotated" => {
                        let mut value = match inner.first() {
                            Some(first) => self.validated(value, first, scope, depth - 1)?,
                            None => value,
                        };
                        for constraint in inner.iter().skip(1) {
                            value = self.constrained(value, constraint, scope)?;
                        }
                        Ok(value)
                    }
                    "Optional" | "Union" => match inner.first() {
                        Some(first) if inner.len() == 1 || **name == *"Optional" => {
                            self.validated(value, first, scope, depth - 1)
                        }
                        _ => Ok(value),
                    },
                    "list" | "List" | "set" | "Set" | "Sequence" | "tuple" | "Tuple" | "Iterable" => {
                        let Some(first) = inner.first() else { return Ok(value) };
                        let element = self.apply(Op::Element, vec![value, Value::Nothing]);
                        let fitted = self.validated(element, first, scope, depth - 1)?;
                        let list = self.list(Vec::new());
                        if let Value::Object(id) = &list {
                            self.state.may_hold(*id, &fitted);
                        }
                        Ok(list)
                    }
                    _ => Ok(value),
                }
            }
            // `int | None`
            ExpressionKind::Binary(crate::ir::Binary::Or, left, right) => {
                let is_nothing =
                    |side: &Expression| matches!(side.kind, ExpressionKind::Literal(Literal::Nothing));
                if is_nothing(right) {
                    self.validated(value, left, scope, depth - 1)
                } else if is_nothing(left) {
                    self.validated(value, right, scope, depth - 1)
                } else {
                    Ok(value)
                }
            }
            ExpressionKind::Call { .. } => self.constrained(value, annotation, scope),
            // A text in quotes is an annotation that is read later; of simple ones the name says it.
            ExpressionKind::Literal(Literal::Text(text)) if matches!(&**text, "int" | "float" | "bool") => {
                Ok(self.apply(Op::Measure, vec![value]))
            }
            _ => Ok(value),
        }
    }

    /// `Field(pattern=…)`, `constr(regex=…)`, `StringConstraints(pattern=…)`, `AfterValidator(function)`.
    pub(crate) fn constrained(
        &mut self,
        value: Value<'a>,
        constraint: &'a Expression,
        scope: ObjectId,
    ) -> Outcome<Value<'a>> {
        let ExpressionKind::Call { callee, arguments, .. } = &constraint.kind else { return Ok(value) };
        let name = match &callee.kind {
            ExpressionKind::Name(name) | ExpressionKind::Member { name, .. } => name,
            _ => return Ok(value),
        };
        if matches!(&**name, "conint" | "confloat") {
            return Ok(self.apply(Op::Measure, vec![value]));
        }
        for argument in arguments {
            match argument {
                Argument::Named(key, expression) if matches!(&**key, "pattern" | "regex") => {
                    if let (Value::Text(source), Value::Term(subject)) =
                        (self.evaluate(expression, scope)?, &value)
                    {
                        let pattern = Pattern {
                            source: source.to_string(),
                            flags: String::new(),
                            anchored: Anchored::No,
                        };
                        let place = self.here;
                        self.hold(Fact::new(subject.clone(), Check::Matches(pattern), place));
                    }
                }
                Argument::Plain(expression) if name.ends_with("Validator") => {
                    let function = self.evaluate(expression, scope)?;
                    if matches!(function, Value::Function(_)) {
                        return self.call(&function, None, Arguments::of(vec![value]));
                    }
                }
                _ => {}
            }
        }
        Ok(value)
    }

    /// An input that became an instance of a class of ours: an enumeration, a model.
    pub(crate) fn validated_class(
        &mut self,
        value: Value<'a>,
        class: &Value<'a>,
        depth: usize,
    ) -> Outcome<Value<'a>> {
        let Value::Class(found) = class else { return self.validated_alias(value, class, depth) };
        if self.has_base(found, "Enum", 6) {
            return Ok(self.apply(Op::Measure, vec![value]));
        }
        if depth == 0 || matches!(value, Value::Object(_)) {
            return Ok(value);
        }
        self.instantiate(class, Arguments { plain: Vec::new(), named: Vec::new(), rest: Some(value) })
    }

    /// An alias of an annotation: `Action = Literal["start", "stop"]`.
    pub(crate) fn validated_alias(
        &mut self,
        value: Value<'a>,
        alias: &Value<'a>,
        depth: usize,
    ) -> Outcome<Value<'a>> {
        let Some([outer, inner]) = alias.term().and_then(|term| term.operands(Op::Element)) else {
            return Ok(value);
        };
        let name = outer.term().and_then(Term::path).unwrap_or_else(|| Text::from(""));
        let name = name.rsplit('.').next().unwrap_or_default().to_owned();
        let parts = match inner {
            Value::Object(_) => self.iterate(&inner.clone(), crate::ir::Over::Elements).0,
            inner => vec![inner.clone()],
        };
        match name.as_str() {
            "Literal" => Ok(self.apply(Op::Measure, vec![value])),
            "Annotated" => {
                let mut value = value;
                for (index, part) in parts.iter().enumerate() {
                    if index == 0 {
                        value = self.validated_named(value, part, depth)?;
                        continue;
                    }
                    let Some((path, operands)) = result_of(part) else { continue };
                    let (path, operands) = (path.to_owned(), operands.to_vec());
                    for operand in operands {
                        match &operand {
                            Value::Object(options) => {
                                let source = ["pattern", "regex"]
                                    .iter()
                                    .find_map(|key| self.state.field(*options, key));
                                if let (Some(Value::Text(source)), Value::Term(subject)) = (source, &value) {
                                    let pattern = Pattern {
                                        source: source.to_string(),
                                        flags: String::new(),
                                        anchored: Anchored::No,
                                    };
                                    let fact = Fact::new(subject.clone(), Check::Matches(pattern), self.here);
                                    self.hold(fact);
                                }
                            }
                            Value::Function(_) if path.ends_with("Validator") => {
                                value = self.call(&operand, None, Arguments::of(vec![value]))?;
                            }
                            _ => {}
                        }
                    }
                }
                Ok(value)
            }
            "Optional" => match parts.first() {
                Some(part) => self.validated_named(value, &part.clone(), depth),
                None => Ok(value),
            },
            _ => Ok(value),
        }
    }

    /// A value after a type that is known by its value: `int`, a class, another alias.
    pub(crate) fn validated_named(
        &mut self,
        value: Value<'a>,
        kind: &Value<'a>,
        depth: usize,
    ) -> Outcome<Value<'a>> {
        if depth == 0 {
            return Ok(value);
        }
        match kind.term().and_then(Term::path).as_deref() {
            Some("int" | "float" | "bool" | "uuid.UUID" | "datetime.date" | "datetime.datetime") => {
                Ok(self.apply(Op::Measure, vec![value]))
            }
            Some("str") => {
                self.hold_text(&value);
                Ok(value)
            }
            _ => self.validated_class(value, kind, depth - 1),
        }
    }

    /// Whether a class extends one of a library whose name contains a word.
    pub(crate) fn has_base(&self, class: &crate::value::ClassValue<'a>, word: &str, depth: usize) -> bool {
        class.bases.iter().any(|base| match base {
            Value::Class(base) => depth > 0 && self.has_base(base, word, depth - 1),
            Value::Term(term) => term.path().is_some_and(|path| path.contains(word)),
            _ => false,
        })
    }
}
