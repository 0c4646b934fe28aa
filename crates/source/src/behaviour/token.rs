//! Tokens of callers that are sent on to other services.
//!
//! A small propagation of its own, by names: from where the Authorization header of a request is read, through
//! assignments, arguments and results of the project's functions, to the headers of a request that is sent. Results of
//! functions that are not the project's are other values: an exchange of tokens ends the way.

mod scopes;

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::visit::{self, Visitor};
use crate::ir::{
    Argument, At, Entry, Expression, ExpressionKind, File, FileId, Function, Part, Pattern, Statement,
    StatementKind,
};

use super::find::{self, dotted, last};
use super::{Remark, Serving, spot};
use scopes::Scopes;

/// Turns until nothing new is found; a way of more functions is not followed.
const MOST_TURNS: usize = 6;

/// Functions of one name beyond this are not followed: names of one letter, as programs leave them that make files small.
const MOST_NAMESAKES: usize = 60;

/// All of a file, for what stands in no function.
const WHOLE: At = At { start: 0, end: u32::MAX };

pub(super) fn look(files: &[File], serving: &mut Serving) {
    let mut seen = Seen::default();
    for (index, file) in files.iter().enumerate() {
        seen.file = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        visit::statements(&file.body, &mut seen);
    }
    if !seen.seeded || !seen.sends {
        return;
    }
    let mut way = Way { scopes: Scopes::of(files.len(), &seen.functions), ..Way::default() };
    let mut by_name: FxHashMap<&str, Vec<&Function>> = FxHashMap::default();
    for (name, function) in &seen.functions {
        by_name.entry(name).or_default().push(function);
    }
    // A name that so many functions have says nothing of which is called.
    by_name.retain(|_, functions| functions.len() <= MOST_NAMESAKES);
    way.by_name = by_name.into_iter().map(|(name, functions)| (name, functions.into())).collect();
    for _ in 0..MOST_TURNS {
        let before = way.size();
        for one in &seen.moves {
            way.file = one.file;
            way.follow(one);
        }
        way.results(&seen.returns);
        if way.size() == before {
            break;
        }
    }
    for one in &seen.moves {
        way.file = one.file;
        if let Move::Pass(call) = one.kind
            && let Some(what) = way.sent(call)
            && let Some(file) = files.get(one.file.0 as usize)
        {
            serving.passed_tokens.push(Remark { what: what.to_owned(), spot: spot(file, call.at) });
        }
    }
}

/// Everything that a token may move by, in the order of the source.
#[derive(Default)]
struct Seen<'a> {
    /// The file that is looked at.
    file: FileId,
    functions: Vec<(&'a str, &'a Function)>,
    moves: Vec<Moved<'a>>,
    returns: Vec<(FileId, &'a Expression, At)>,
    /// Whether a token is read anywhere.
    seeded: bool,
    /// Whether a request is sent anywhere.
    sends: bool,
}

struct Moved<'a> {
    file: FileId,
    kind: Move<'a>,
}

/// How a token may come from one name to another.
#[derive(Clone, Copy)]
enum Move<'a> {
    /// It is declared under a name.
    Declare(&'a Pattern, &'a Expression, At),
    /// It is assigned to a name.
    Assign(&'a str, &'a Expression, At),
    /// It is an argument of this call.
    Pass(&'a Expression),
}

impl<'a> Visitor<'a> for Seen<'a> {
    fn function(&mut self, function: &'a Function) {
        self.functions.push((&function.name, function));
    }

    fn statement(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Declare { pattern, value: Some(value), .. } => {
                if let (Pattern::Name(name, _), ExpressionKind::Function(function)) = (pattern, &value.kind) {
                    self.functions.push((name, function));
                }
                let kind = Move::Declare(pattern, value, statement.at);
                self.moves.push(Moved { file: self.file, kind });
            }
            StatementKind::Return(Some(value)) => self.returns.push((self.file, value, statement.at)),
            _ => {}
        }
    }

    fn expression(&mut self, expression: &'a Expression) {
        self.seeded = self.seeded || is_seed(expression);
        match &expression.kind {
            ExpressionKind::Assign { target, value, .. } => {
                if let Pattern::Place(place) = &**target
                    && let ExpressionKind::Name(name) = &place.kind
                {
                    let kind = Move::Assign(name, value, expression.at);
                    self.moves.push(Moved { file: self.file, kind });
                }
            }
            ExpressionKind::Call { callee, arguments, .. } if !arguments.is_empty() => {
                self.sends = self.sends || sends(&dotted(callee));
                self.moves.push(Moved { file: self.file, kind: Move::Pass(expression) });
            }
            _ => {}
        }
    }
}

/// Whether something holds the token. More counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Held {
    No,
    /// Where the function that it stands in is called with it.
    Given,
    /// Always.
    Own,
}

#[derive(Default)]
struct Way<'a> {
    /// The file that is looked at.
    file: FileId,
    scopes: Scopes<'a>,
    /// Functions by their names.
    by_name: FxHashMap<&'a str, Rc<[&'a Function]>>,
    /// Names that hold the token, with the functions that they belong to.
    names: FxHashMap<&'a str, FxHashMap<(FileId, At), Held>>,
    /// How often something was learnt of them.
    held: usize,
    /// Functions that give it.
    gives: FxHashSet<&'a str>,
    /// Functions that give back what they are given.
    keeps: FxHashSet<&'a str>,
}

impl<'a> Way<'a> {
    fn size(&self) -> usize {
        self.held + self.gives.len() + self.keeps.len()
    }

    fn note(&mut self, name: &'a str, file: FileId, scope: At, held: Held) {
        if held == Held::No {
            return;
        }
        let known = self.names.entry(name).or_default().entry((file, scope)).or_insert(Held::No);
        if *known < held {
            *known = held;
            self.held += 1;
        }
    }

    /// Lets the token move to where this puts it.
    fn follow(&mut self, one: &Moved<'a>) {
        match one.kind {
            Move::Declare(pattern, value, at) => {
                let scope = self.scope(at);
                self.take(pattern, self.file, scope, self.holds(value));
            }
            Move::Assign(name, value, at) => {
                let scope = self.scope(at);
                self.note(name, self.file, scope, self.holds(value));
            }
            Move::Pass(call) => {
                if let ExpressionKind::Call { callee, arguments, .. } = &call.kind {
                    self.pass(callee, arguments);
                }
            }
        }
    }

    /// The innermost function around a place; all of the file if there is none.
    fn scope(&self, at: At) -> At {
        let innermost = self.scopes.around(self.file, at).next();
        innermost.map_or(WHOLE, |scope| scope.at)
    }

    fn take(&mut self, pattern: &'a Pattern, file: FileId, scope: At, held: Held) {
        match pattern {
            Pattern::Name(name, _) => self.note(name, file, scope, held),
            Pattern::List { elements, .. } => {
                elements.iter().flatten().for_each(|inner| self.take(inner, file, scope, held));
            }
            Pattern::Default(inner, _) => self.take(inner, file, scope, held),
            _ => {}
        }
    }

    /// Arguments become parameters.
    fn pass(&mut self, callee: &Expression, arguments: &'a [Argument]) {
        for (position, argument) in arguments.iter().enumerate() {
            if self.holds(visit::given(argument)) == Held::No {
                continue;
            }
            let path = dotted(callee);
            let Some(called) = self.by_name.get(last(&path)).map(Rc::clone) else { continue };
            for function in called.iter() {
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
                    self.take(&parameter.pattern, function.file, function.at, Held::Given);
                }
            }
        }
    }

    /// Functions that return it, and those that return what they are given.
    fn results(&mut self, returns: &[(FileId, &'a Expression, At)]) {
        for (file, value, at) in returns {
            self.file = *file;
            let around = self.scopes.around(*file, *at).flat_map(|scope| &scope.names);
            match self.holds(value) {
                Held::Own => self.gives.extend(around),
                Held::Given => self.keeps.extend(around),
                Held::No => {}
            }
        }
    }

    /// Whether an expression is the token, or a text or record with it.
    fn holds(&self, one: &Expression) -> Held {
        if is_seed(one) {
            return Held::Own;
        }
        let most = |all: &mut dyn Iterator<Item = &Expression>| {
            all.map(|inner| self.holds(inner)).max().unwrap_or(Held::No)
        };
        match &one.kind {
            ExpressionKind::Name(name) => {
                // A name that is short is a name of many things: each is looked for where it would be declared.
                let Some(places) = self.names.get(&**name) else { return Held::No };
                let around = self.scopes.around(self.file, one.at).map(|scope| scope.at).chain([WHOLE]);
                around.filter_map(|scope| places.get(&(self.file, scope)).copied()).max().unwrap_or(Held::No)
            }
            ExpressionKind::Template { parts, .. } => most(&mut parts.iter().filter_map(|part| match part {
                Part::Value(inner) => Some(inner),
                Part::Text(_) => None,
            })),
            ExpressionKind::Await(inner) | ExpressionKind::Slice { object: inner, .. } => self.holds(inner),
            ExpressionKind::Index { object, .. } if !is_whole(object) => self.holds(object),
            ExpressionKind::Binary(crate::ir::Binary::Add, left, right)
            | ExpressionKind::Logical(_, left, right) => self.holds(left).max(self.holds(right)),
            ExpressionKind::Choose { then, otherwise, .. } => self.holds(then).max(self.holds(otherwise)),
            ExpressionKind::Record(entries) => most(&mut entries.iter().filter_map(|entry| match entry {
                Entry::Pair(_, value) | Entry::Spread(value) => Some(value),
                Entry::Getter(..) => None,
            })),
            ExpressionKind::Comprehension { clauses, .. } => {
                most(&mut clauses.iter().map(|clause| &clause.iterable))
            }
            ExpressionKind::Call { callee, arguments, .. } => self.given(callee, arguments),
            _ => Held::No,
        }
    }

    fn given(&self, callee: &Expression, arguments: &[Argument]) -> Held {
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
        let name = last(&path);
        if self.gives.contains(name) {
            return Held::Own;
        }
        let keeps =
            matches!(path.as_str(), "String" | "str" | "dict" | "Object.fromEntries" | "Object.entries");
        if !keeps && !self.keeps.contains(name) {
            return Held::No;
        }
        arguments.iter().map(|argument| self.holds(visit::given(argument))).max().unwrap_or(Held::No)
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
                    name.eq_ignore_ascii_case("authorization") && self.holds(value) != Held::No
                }
                Entry::Spread(inner) => self.holds(inner) != Held::No,
                Entry::Getter(..) => false,
            });
            return token.then_some("the caller's token");
        }
        (self.holds(headers) != Held::No).then_some("the caller's headers")
    }
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
            let name = find::name(callee);
            let first = arguments.first().map(visit::given).and_then(find::literal);
            let reads = matches!(name, "get" | "Get" | "header");
            let whole = matches!(&callee.kind, ExpressionKind::Member { object, .. } if is_whole(object));
            (reads && whole && first.is_some_and(|name| name.eq_ignore_ascii_case("authorization")))
                || (name == "get_http_headers" && find::option(arguments, "include_all").is_some())
        }
        _ => false,
    }
}

/// `request.headers`, `req.headers`.
fn is_whole(one: &Expression) -> bool {
    let ExpressionKind::Member { name, .. } = &one.kind else { return false };
    if !matches!(&**name, "headers" | "Header") {
        return false;
    }
    let path = dotted(one);
    ["request.headers", "req.headers", "r.Header", "ctx.headers", "requestInfo.headers"]
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
