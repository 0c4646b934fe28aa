//! Tokens of callers that are sent on to other services.
//!
//! A small propagation of its own, by names: from where the Authorization header of a request is read, through
//! assignments, arguments and results of the project's functions, to the headers of a request that is sent. Results of
//! functions that are not the project's are other values: an exchange of tokens ends the way.

use std::collections::{HashMap, HashSet};

use crate::ir::visit::{self, Visitor};
use crate::ir::{
    Argument, At, Entry, Expression, ExpressionKind, File, FileId, Function, Part, Pattern, Statement,
    StatementKind,
};

use super::find::{self, dotted, last};
use super::{Remark, Serving, spot};

/// Turns until nothing new is found; a way of more functions is not followed.
const MOST_TURNS: usize = 6;

pub(super) fn look(files: &[File], serving: &mut Serving) {
    let mut way = Way::default();
    for file in files {
        let mut found = Functions(Vec::new());
        visit::statements(&file.body, &mut found);
        way.functions.extend(found.0);
    }
    for (name, function) in &way.functions {
        way.by_name.entry(name).or_default().push(function);
    }
    if !files.iter().any(|file| find::inside_all(&file.body).iter().any(|one| is_seed(one))) {
        return;
    }
    for _ in 0..MOST_TURNS {
        let before = way.size();
        for (index, file) in files.iter().enumerate() {
            way.file = FileId(u32::try_from(index).unwrap_or(u32::MAX));
            visit::statements(&file.body, &mut way);
        }
        way.results();
        if way.size() == before {
            break;
        }
    }
    for (index, file) in files.iter().enumerate() {
        way.file = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        for one in find::inside_all(&file.body) {
            if let Some(what) = way.sent(one) {
                serving.passed_tokens.push(Remark { what: what.to_owned(), spot: spot(file, one.at) });
            }
        }
    }
}

struct Functions<'a>(Vec<(&'a str, &'a Function)>);

impl<'a> Visitor<'a> for Functions<'a> {
    fn function(&mut self, function: &'a Function) {
        self.0.push((&function.name, function));
    }
    fn statement(&mut self, statement: &'a Statement) {
        if let StatementKind::Declare { pattern: Pattern::Name(name, _), value: Some(value), .. } =
            &statement.kind
            && let ExpressionKind::Function(function) = &value.kind
        {
            self.0.push((name, function));
        }
    }
}

#[derive(Default)]
struct Way<'a> {
    functions: Vec<(&'a str, &'a Function)>,
    /// The file that is looked at.
    file: FileId,
    /// The same by their names.
    by_name: HashMap<&'a str, Vec<&'a Function>>,
    /// Names that hold the token, with the functions that they belong to.
    names: HashMap<&'a str, HashSet<(FileId, At)>>,
    /// How many those are.
    held: usize,
    /// Functions that give it.
    gives: HashSet<&'a str>,
}

impl<'a> Visitor<'a> for Way<'a> {
    fn statement(&mut self, statement: &'a Statement) {
        if let StatementKind::Declare { pattern, value: Some(value), .. } = &statement.kind
            && self.holds(value)
        {
            let scope = self.scope(statement.at);
            self.take(pattern, self.file, scope);
        }
    }

    fn expression(&mut self, expression: &'a Expression) {
        match &expression.kind {
            ExpressionKind::Assign { target, value, .. } if self.holds(value) => {
                if let Pattern::Place(place) = &**target
                    && let ExpressionKind::Name(name) = &place.kind
                {
                    let scope = self.scope(expression.at);
                    self.note(name, self.file, scope);
                }
            }
            ExpressionKind::Call { callee, arguments, .. } => self.pass(&dotted(callee), arguments),
            _ => {}
        }
    }
}

impl<'a> Way<'a> {
    fn size(&self) -> usize {
        self.held + self.gives.len()
    }

    fn note(&mut self, name: &'a str, file: FileId, scope: At) {
        self.held += usize::from(self.names.entry(name).or_default().insert((file, scope)));
    }

    /// The innermost function around a place; all of the file if there is none.
    fn scope(&self, at: At) -> At {
        let around = self.functions.iter().map(|(_, function)| *function).filter(|function| {
            function.file == self.file && function.at.start <= at.start && at.end <= function.at.end
        });
        let innermost = around.min_by_key(|function| function.at.end - function.at.start);
        innermost.map_or(At { start: 0, end: u32::MAX }, |function| function.at)
    }

    fn take(&mut self, pattern: &'a Pattern, file: FileId, scope: At) {
        match pattern {
            Pattern::Name(name, _) => {
                self.note(name, file, scope);
            }
            Pattern::List { elements, .. } => {
                elements.iter().flatten().for_each(|inner| self.take(inner, file, scope));
            }
            Pattern::Default(inner, _) => self.take(inner, file, scope),
            _ => {}
        }
    }

    /// Arguments become parameters.
    fn pass(&mut self, callee: &str, arguments: &'a [Argument]) {
        for (position, argument) in arguments.iter().enumerate() {
            if !self.holds(visit::given(argument)) {
                continue;
            }
            let name = last(callee);
            let called = self.by_name.get(name).cloned().unwrap_or_default();
            for function in called {
                let receiver = usize::from(function.parameters.first().is_some_and(
                    |first| matches!(&first.pattern, Pattern::Name(name, _) if &**name == "self"),
                ));
                let parameter = match argument {
                    Argument::Named(key, _) => function
                        .parameters
                        .iter()
                        .find(|one| matches!(&one.pattern, Pattern::Name(name, _) if name == key)),
                    _ => function.parameters.get(position + receiver),
                };
                if let Some(parameter) = parameter {
                    self.take(&parameter.pattern, function.file, function.at);
                }
            }
        }
    }

    /// Functions that return it.
    fn results(&mut self) {
        for (name, function) in self.functions.clone() {
            self.file = function.file;
            if returned(function).iter().any(|value| self.holds(value)) {
                self.gives.insert(name);
            }
        }
    }

    /// Whether an expression is the token, or a text or record with it.
    fn holds(&self, one: &Expression) -> bool {
        if is_seed(one) {
            return true;
        }
        match &one.kind {
            ExpressionKind::Name(name) => self.names.get(&**name).is_some_and(|places| {
                places.iter().any(|(file, scope)| {
                    *file == self.file && scope.start <= one.at.start && one.at.end <= scope.end
                })
            }),
            ExpressionKind::Template { parts, .. } => {
                parts.iter().any(|part| matches!(part, Part::Value(inner) if self.holds(inner)))
            }
            ExpressionKind::Await(inner) | ExpressionKind::Slice { object: inner, .. } => self.holds(inner),
            ExpressionKind::Index { object, .. } => !is_whole(object) && self.holds(object),
            ExpressionKind::Binary(crate::ir::Binary::Add, left, right)
            | ExpressionKind::Logical(_, left, right) => self.holds(left) || self.holds(right),
            ExpressionKind::Choose { then, otherwise, .. } => self.holds(then) || self.holds(otherwise),
            ExpressionKind::Record(entries) => entries.iter().any(|entry| match entry {
                Entry::Pair(_, value) | Entry::Spread(value) => self.holds(value),
                Entry::Getter(..) => false,
            }),
            ExpressionKind::Comprehension { clauses, .. } => {
                clauses.iter().any(|clause| self.holds(&clause.iterable))
            }
            ExpressionKind::Call { callee, arguments, .. } => self.given(callee, arguments),
            _ => false,
        }
    }

    fn given(&self, callee: &Expression, arguments: &[Argument]) -> bool {
        if let ExpressionKind::Member { object, name, .. } = &callee.kind {
            let keeps = matches!(
                &**name,
                "split"
                    | "replace"
                    | "slice"
                    | "substring"
                    | "trim"
                    | "strip"
                    | "removeprefix"
                    | "items"
                    | "copy"
                    | "toString"
                    | "decode"
                    | "encode"
                    | "at"
                    | "pop"
            );
            if keeps {
                return self.holds(object);
            }
        }
        let path = dotted(callee);
        if matches!(path.as_str(), "String" | "str" | "dict" | "Object.fromEntries" | "Object.entries") {
            return arguments.iter().any(|argument| self.holds(visit::given(argument)));
        }
        self.gives.contains(last(&path))
    }

    /// What a request is sent with, if that is a caller's token.
    fn sent(&self, one: &Expression) -> Option<&'static str> {
        let ExpressionKind::Call { callee, arguments, .. } = &one.kind else { return None };
        let path = dotted(callee);
        if !sends(&path) {
            return None;
        }
        let headers = find::option(arguments, "headers")?;
        if let ExpressionKind::Record(entries) = &headers.kind {
            let token = entries.iter().any(|entry| match entry {
                Entry::Pair(key, value) => {
                    let name = find::literal(key).unwrap_or_default();
                    name.eq_ignore_ascii_case("authorization") && self.holds(value)
                }
                Entry::Spread(inner) => self.holds(inner),
                Entry::Getter(..) => false,
            });
            return token.then_some("the caller's token");
        }
        self.holds(headers).then_some("the caller's headers")
    }
}

/// What a function returns, functions inside it left out.
fn returned(function: &Function) -> Vec<&Expression> {
    struct Returns<'a>(Vec<&'a Expression>);
    impl<'a> Visitor<'a> for Returns<'a> {
        fn statement(&mut self, statement: &'a Statement) {
            if let StatementKind::Return(Some(value)) = &statement.kind {
                self.0.push(value);
            }
        }
    }
    let mut returns = Returns(Vec::new());
    visit::statements(&function.body, &mut returns);
    returns.0
}

/// `request.headers["authorization"]`, `req.headers.authorization`, all headers of a request.
fn is_seed(one: &Expression) -> bool {
    match &one.kind {
        ExpressionKind::Member { object, name, .. } => {
            is_whole(object) && name.eq_ignore_ascii_case("authorization") || is_whole(one)
        }
        ExpressionKind::Index { object, index } => {
            is_whole(object)
                && find::literal(index).is_some_and(|name| name.eq_ignore_ascii_case("authorization"))
        }
        ExpressionKind::Call { callee, arguments, .. } => {
            let path = dotted(callee);
            let first = arguments.first().map(visit::given).and_then(find::literal);
            let reads = matches!(last(&path), "get" | "Get" | "header");
            let whole = matches!(&callee.kind, ExpressionKind::Member { object, .. } if is_whole(object));
            (reads && whole && first.is_some_and(|name| name.eq_ignore_ascii_case("authorization")))
                || (last(&path) == "get_http_headers" && find::option(arguments, "include_all").is_some())
        }
        _ => false,
    }
}

/// `request.headers`, `req.headers`.
fn is_whole(one: &Expression) -> bool {
    let path = dotted(one);
    matches!(&one.kind, ExpressionKind::Member { .. })
        && ["request.headers", "req.headers", "r.Header", "ctx.headers", "requestInfo.headers"]
            .iter()
            .any(|name| path.ends_with(name))
}

/// Whether a call sends a request.
fn sends(path: &str) -> bool {
    let name = last(path);
    path == "fetch"
        || path.starts_with("axios")
        || path.starts_with("httpx")
        || path.starts_with("requests.")
        || path.starts_with("aiohttp")
        || path == "got"
        || (path.contains("client") || path.contains("session") || path.contains("http"))
            && matches!(name, "get" | "post" | "put" | "patch" | "delete" | "request" | "stream" | "fetch")
}
