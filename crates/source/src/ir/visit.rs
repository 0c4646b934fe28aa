//! Walks over everything that stands in translated source.

use super::{
    Argument, Case, CaseTest, Class, Element, Entry, Expression, ExpressionKind, Function, MemberKind, Part,
    Pattern, Statement, StatementKind,
};

/// What wants to see the nodes. Each is seen before what is inside it.
pub trait Visitor<'a> {
    /// Sees a statement.
    fn statement(&mut self, _statement: &'a Statement) {}
    /// Sees an expression.
    fn expression(&mut self, _expression: &'a Expression) {}
    /// Sees a function, however it is declared.
    fn function(&mut self, _function: &'a Function) {}
    /// Sees a class, however it is declared.
    fn class(&mut self, _class: &'a Class) {}
}

/// Walks statements in order, functions and classes inside them included.
pub fn statements<'a>(statements: &'a [Statement], visitor: &mut dyn Visitor<'a>) {
    for one in statements {
        statement(one, visitor);
    }
}

fn optional<'a>(one: Option<&'a Expression>, visitor: &mut dyn Visitor<'a>) {
    if let Some(one) = one {
        expression(one, visitor);
    }
}

/// Walks a statement.
pub fn statement<'a>(one: &'a Statement, visitor: &mut dyn Visitor<'a>) {
    visitor.statement(one);
    match &one.kind {
        StatementKind::Expression(inner)
        | StatementKind::Assert(inner)
        | StatementKind::ExportDefault(inner)
        | StatementKind::Delete(inner) => expression(inner, visitor),
        StatementKind::Declare { pattern: taken, value, annotation } => {
            pattern(taken, visitor);
            optional(value.as_ref(), visitor);
            optional(annotation.as_ref(), visitor);
        }
        StatementKind::If { condition, then, otherwise } => {
            expression(condition, visitor);
            statements(then, visitor);
            statements(otherwise, visitor);
        }
        StatementKind::ForEach { pattern: taken, iterable, body, otherwise, .. } => {
            pattern(taken, visitor);
            expression(iterable, visitor);
            statements(body, visitor);
            statements(otherwise, visitor);
        }
        StatementKind::While { condition, body, step, .. } => {
            expression(condition, visitor);
            statements(body, visitor);
            optional(step.as_ref(), visitor);
        }
        StatementKind::Match { subject, cases } => {
            expression(subject, visitor);
            cases.iter().for_each(|one| case(one, visitor));
        }
        StatementKind::Try { body, catches, otherwise, finally } => {
            statements(body, visitor);
            for catch in catches {
                catch.types.iter().for_each(|one| expression(one, visitor));
                statements(&catch.body, visitor);
            }
            statements(otherwise, visitor);
            statements(finally, visitor);
        }
        StatementKind::With { items, body } => {
            for (item, taken) in items {
                expression(item, visitor);
                taken.iter().for_each(|taken| pattern(taken, visitor));
            }
            statements(body, visitor);
        }
        StatementKind::Return(value) | StatementKind::Throw(value) => optional(value.as_ref(), visitor),
        StatementKind::Function(inner) => function(inner, visitor),
        StatementKind::Class(inner) => class(inner, visitor),
        StatementKind::Block(body) => statements(body, visitor),
        StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Import { .. }
        | StatementKind::Export { .. } => {}
    }
}

fn case<'a>(one: &'a Case, visitor: &mut dyn Visitor<'a>) {
    for test in &one.tests {
        match test {
            CaseTest::Equal(inner) | CaseTest::When(inner) => expression(inner, visitor),
            CaseTest::Shape(shape) => pattern(shape, visitor),
            CaseTest::Capture(_) => {}
        }
    }
    optional(one.guard.as_ref(), visitor);
    statements(&one.body, visitor);
}

fn function<'a>(one: &'a Function, visitor: &mut dyn Visitor<'a>) {
    visitor.function(one);
    one.decorators.iter().for_each(|inner| expression(inner, visitor));
    for parameter in &one.parameters {
        pattern(&parameter.pattern, visitor);
        optional(parameter.default.as_ref(), visitor);
    }
    statements(&one.body, visitor);
}

fn class<'a>(one: &'a Class, visitor: &mut dyn Visitor<'a>) {
    visitor.class(one);
    one.bases.iter().chain(&one.decorators).for_each(|inner| expression(inner, visitor));
    for member in &one.members {
        match &member.kind {
            MemberKind::Method(inner) | MemberKind::Getter(inner) | MemberKind::Setter(inner) => {
                function(inner, visitor);
            }
            MemberKind::Field(value) => optional(value.as_ref(), visitor),
        }
    }
}

fn pattern<'a>(one: &'a Pattern, visitor: &mut dyn Visitor<'a>) {
    match one {
        Pattern::Place(inner) | Pattern::Equal(inner) => expression(inner, visitor),
        Pattern::List { elements, rest } => {
            elements.iter().flatten().for_each(|inner| pattern(inner, visitor));
            rest.iter().for_each(|(_, inner)| pattern(inner, visitor));
        }
        Pattern::Record { entries, rest } => {
            entries.iter().for_each(|(_, inner)| pattern(inner, visitor));
            rest.iter().for_each(|inner| pattern(inner, visitor));
        }
        Pattern::Default(inner, value) => {
            pattern(inner, visitor);
            expression(value, visitor);
        }
        Pattern::Instance(inner, fields) => {
            expression(inner, visitor);
            fields.iter().for_each(|(_, inner)| pattern(inner, visitor));
        }
        Pattern::As(inner, ..) => pattern(inner, visitor),
        Pattern::AnyOf(shapes) => shapes.iter().for_each(|inner| pattern(inner, visitor)),
        Pattern::Name(..) | Pattern::Ignore => {}
    }
}

/// Walks an expression.
pub fn expression<'a>(one: &'a Expression, visitor: &mut dyn Visitor<'a>) {
    visitor.expression(one);
    match &one.kind {
        ExpressionKind::Name(_)
        | ExpressionKind::This
        | ExpressionKind::Super
        | ExpressionKind::Literal(_)
        | ExpressionKind::Regex { .. } => {}
        ExpressionKind::Template { tag, parts } => {
            optional(tag.as_deref(), visitor);
            for part in parts {
                if let Part::Value(inner) = part {
                    expression(inner, visitor);
                }
            }
        }
        ExpressionKind::Member { object: inner, .. }
        | ExpressionKind::Unary(_, inner)
        | ExpressionKind::Await(inner)
        | ExpressionKind::ImportCall(inner) => expression(inner, visitor),
        ExpressionKind::Index { object: left, index: right }
        | ExpressionKind::Binary(_, left, right)
        | ExpressionKind::Logical(_, left, right) => {
            expression(left, visitor);
            expression(right, visitor);
        }
        ExpressionKind::Slice { object, from, to } => {
            expression(object, visitor);
            optional(from.as_deref(), visitor);
            optional(to.as_deref(), visitor);
        }
        ExpressionKind::Call { callee, arguments, .. } => {
            expression(callee, visitor);
            arguments.iter().for_each(|argument| expression(given(argument), visitor));
        }
        ExpressionKind::Choose { condition, then, otherwise } => {
            expression(condition, visitor);
            expression(then, visitor);
            expression(otherwise, visitor);
        }
        ExpressionKind::List(elements) => {
            for element in elements {
                let (Element::One(inner) | Element::Spread(inner)) = element;
                expression(inner, visitor);
            }
        }
        ExpressionKind::Record(entries) => entries.iter().for_each(|one| entry(one, visitor)),
        ExpressionKind::Function(inner) => function(inner, visitor),
        ExpressionKind::Class(inner) => class(inner, visitor),
        ExpressionKind::Yield(inner) => optional(inner.as_deref(), visitor),
        ExpressionKind::Assign { target, value, .. } => {
            pattern(target, visitor);
            expression(value, visitor);
        }
        ExpressionKind::Comprehension { key, element, clauses } => {
            optional(key.as_deref(), visitor);
            expression(element, visitor);
            for clause in clauses {
                expression(&clause.iterable, visitor);
                clause.conditions.iter().for_each(|inner| expression(inner, visitor));
            }
        }
        ExpressionKind::Sequence(inner) | ExpressionKind::Opaque(inner) => {
            inner.iter().for_each(|inner| expression(inner, visitor));
        }
    }
}

fn entry<'a>(one: &'a Entry, visitor: &mut dyn Visitor<'a>) {
    match one {
        Entry::Pair(key, value) => {
            expression(key, visitor);
            expression(value, visitor);
        }
        Entry::Spread(inner) => expression(inner, visitor),
        Entry::Getter(key, inner) => {
            expression(key, visitor);
            function(inner, visitor);
        }
    }
}

/// The expression of an argument.
#[must_use]
pub const fn given(argument: &Argument) -> &Expression {
    match argument {
        Argument::Plain(inner)
        | Argument::Named(_, inner)
        | Argument::Spread(inner)
        | Argument::SpreadNamed(inner) => inner,
    }
}
