//! Small questions about expressions.

use std::collections::HashMap;

use crate::ir::visit::{self, Visitor};
use crate::ir::{
    Argument, Entry, Expression, ExpressionKind, File, Function, Literal, Part, Pattern, Statement,
    StatementKind,
};

/// A dotted name: `app.listen`, `os.environ.get`. What is called on the way is left out; empty for anything else.
pub(super) fn dotted(expression: &Expression) -> String {
    match &expression.kind {
        ExpressionKind::Name(name) => name.to_string(),
        ExpressionKind::This => String::from("this"),
        ExpressionKind::Member { object, name, .. } => {
            let before = dotted(object);
            if before.is_empty() { name.to_string() } else { format!("{before}.{name}") }
        }
        ExpressionKind::Call { callee, .. } => dotted(callee),
        ExpressionKind::Await(inner) => dotted(inner),
        _ => String::new(),
    }
}

/// The last part of a dotted name of an expression: `listen` of `app.listen`; empty for anything else.
pub(super) fn name(expression: &Expression) -> &str {
    match &expression.kind {
        ExpressionKind::Name(name) | ExpressionKind::Member { name, .. } => name,
        ExpressionKind::This => "this",
        ExpressionKind::Call { callee: inner, .. } | ExpressionKind::Await(inner) => name(inner),
        _ => "",
    }
}

/// The last part of a dotted name.
pub(super) fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

/// The text of a literal or of a name that a file gives one literal.
pub(super) fn text<'a>(expression: &'a Expression, names: &Names<'a>) -> Option<&'a str> {
    match &expression.kind {
        ExpressionKind::Literal(Literal::Text(text)) => Some(text),
        ExpressionKind::Name(name) => match &names.0.get(&**name)?.kind {
            ExpressionKind::Literal(Literal::Text(text)) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// What names are given at the top of a file, and what parameters of its functions are by default.
#[derive(Default)]
pub(super) struct Names<'a>(pub(super) HashMap<&'a str, &'a Expression>);

impl<'a> Visitor<'a> for Names<'a> {
    fn function(&mut self, function: &'a Function) {
        for parameter in &function.parameters {
            if let (Pattern::Name(name, _), Some(default)) = (&parameter.pattern, &parameter.default) {
                self.0.entry(name).or_insert(default);
            }
        }
    }
}

impl<'a> Names<'a> {
    pub(super) fn of(file: &'a File) -> Self {
        let mut names = HashMap::new();
        for statement in &file.body {
            if let StatementKind::Declare { pattern: Pattern::Name(name, _), value: Some(value), .. } =
                &statement.kind
            {
                names.insert(&**name, value);
            }
        }
        let mut names = Self(names);
        visit::statements(&file.body, &mut names);
        names
    }
}

/// The value of an argument by name, or of a property of a record among the arguments.
pub(super) fn option<'a>(arguments: &'a [Argument], name: &str) -> Option<&'a Expression> {
    arguments.iter().find_map(|argument| match argument {
        Argument::Named(key, value) if &**key == name => Some(value),
        Argument::Plain(expression) => property(expression, name),
        _ => None,
    })
}

/// The value of a property of a record.
pub(super) fn property<'a>(record: &'a Expression, name: &str) -> Option<&'a Expression> {
    let ExpressionKind::Record(entries) = &record.kind else { return None };
    entries.iter().find_map(|entry| match entry {
        Entry::Pair(key, value) if literal(key) == Some(name) => Some(value),
        _ => None,
    })
}

/// The text of a literal.
pub(super) fn literal(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Literal(Literal::Text(text)) => Some(text),
        _ => None,
    }
}

/// Everything of an expression that is asked for, in order.
pub(super) fn inside(expression: &Expression) -> Vec<&Expression> {
    let mut all = All(Vec::new());
    visit::expression(expression, &mut all);
    all.0
}

/// Every expression of statements.
pub(super) fn inside_all(statements: &[Statement]) -> Vec<&Expression> {
    let mut all = All(Vec::new());
    visit::statements(statements, &mut all);
    all.0
}

struct All<'a>(Vec<&'a Expression>);

impl<'a> Visitor<'a> for All<'a> {
    fn expression(&mut self, expression: &'a Expression) {
        self.0.push(expression);
    }
}

/// Whether an expression mentions a name.
pub(super) fn mentions(expression: &Expression, name: &str) -> bool {
    inside(expression).iter().any(|one| matches!(&one.kind, ExpressionKind::Name(own) if &**own == name))
}

/// Names and values that are bound: declarations, assignments, properties, arguments by name.
pub(super) fn bindings<'a>(file: &'a File, each: &mut dyn FnMut(&'a str, &'a Expression)) {
    struct Bindings<'f, 'a>(&'f mut dyn FnMut(&'a str, &'a Expression));
    impl<'a> Visitor<'a> for Bindings<'_, 'a> {
        fn statement(&mut self, statement: &'a Statement) {
            if let StatementKind::Declare { pattern, value: Some(value), .. } = &statement.kind
                && let Some(name) = bound(pattern)
            {
                (self.0)(name, value);
            }
        }
        fn expression(&mut self, expression: &'a Expression) {
            match &expression.kind {
                ExpressionKind::Assign { target, value, .. } => {
                    if let Some(name) = bound(target) {
                        (self.0)(name, value);
                    }
                }
                ExpressionKind::Record(entries) => {
                    for entry in entries {
                        if let Entry::Pair(key, value) = entry
                            && let Some(name) = literal(key)
                        {
                            (self.0)(name, value);
                        }
                    }
                }
                ExpressionKind::Call { arguments, .. } => {
                    for argument in arguments {
                        if let Argument::Named(name, value) = argument {
                            (self.0)(name, value);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    visit::statements(&file.body, &mut Bindings(each));
}

/// The name that a pattern binds, or the property that it writes.
fn bound(pattern: &Pattern) -> Option<&str> {
    match pattern {
        Pattern::Name(name, _) => Some(name),
        Pattern::Place(place) => match &place.kind {
            ExpressionKind::Name(name) | ExpressionKind::Member { name, .. } => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// The fixed texts of an expression.
pub(super) fn texts(expression: &Expression) -> Vec<&str> {
    let mut found = Vec::new();
    for one in inside(expression) {
        match &one.kind {
            ExpressionKind::Literal(Literal::Text(text)) => found.push(&**text),
            ExpressionKind::Template { parts, .. } => {
                found.extend(parts.iter().filter_map(|part| match part {
                    Part::Text(text) => Some(&**text),
                    Part::Value(_) => None,
                }));
            }
            _ => {}
        }
    }
    found
}
