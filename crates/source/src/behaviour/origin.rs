//! Origins and hosts of requests that are compared in part, or not at all.

use crate::ir::{Argument, Binary, Expression, ExpressionKind, File, Literal};

use super::find::{self, Names, dotted, last};
use super::{Remark, Serving, spot};

pub(super) fn look(files: &[File], serving: &mut Serving) {
    let names: Vec<Names<'_>> = files.iter().map(Names::of).collect();
    for (file, own) in files.iter().zip(&names) {
        for one in find::inside_all(&file.body) {
            if let Some(with) = loose(one, own) {
                serving.loose_origins.push(Remark { what: with.to_owned(), spot: spot(file, one.at) });
            }
            if answers_all_pages(one, own, &names) {
                serving.open_to_pages.push(spot(file, one.at));
            }
        }
    }
}

/// Whether pages of every origin may read what is answered, with the credentials that the browser has: Starlette repeats
/// the origin that asks where `*` is allowed together with credentials, and so does Express's `cors` for `origin: true`.
fn answers_all_pages<'a>(one: &'a Expression, own: &Names<'a>, all: &[Names<'a>]) -> bool {
    let ExpressionKind::Call { callee, arguments, .. } = &one.kind else { return false };
    let is_true = |value: &Expression| matches!(value.kind, ExpressionKind::Literal(Literal::Bool(true)));
    let has = |name: &str| find::option(arguments, name);
    let is_middleware = find::name(callee) == "CORSMiddleware"
        || arguments.iter().any(
            |argument| matches!(argument, Argument::Plain(first) if find::name(first) == "CORSMiddleware"),
        );
    if is_middleware {
        return has("allow_credentials").is_some_and(is_true)
            && has("allow_origins").is_some_and(|origins| allows_all(origins, own, all));
    }
    find::name(callee) == "cors"
        && has("credentials").is_some_and(is_true)
        && has("origin").is_some_and(is_true)
}

/// Whether a list of origins holds `*`, also by default. What another file names counts where no other has that name.
fn allows_all<'a>(origins: &'a Expression, own: &Names<'a>, all: &[Names<'a>]) -> bool {
    let named = match &origins.kind {
        ExpressionKind::Name(name) => match own.0.get(&**name) {
            Some(value) => Some(*value),
            None => {
                let mut others = all.iter().filter_map(|names| names.0.get(&**name));
                others.next().filter(|_| others.next().is_none()).copied()
            }
        },
        _ => Some(origins),
    };
    named.is_some_and(|origins| find::texts(origins).contains(&"*"))
}

/// What an origin is compared with, if others pass too.
fn loose<'a>(one: &'a Expression, names: &Names<'a>) -> Option<&'a str> {
    match &one.kind {
        ExpressionKind::Call { callee, arguments, .. } => {
            let ExpressionKind::Member { object, name, .. } = &callee.kind else { return None };
            if !is_origin(object) {
                return None;
            }
            let Some(Argument::Plain(first)) = arguments.first() else { return None };
            let with = find::text(first, names)?;
            let others_pass = match &**name {
                "startswith" | "startsWith" => begins_openly(with),
                "endswith" | "endsWith" => {
                    with.contains('.') && !with.starts_with(['.', '/', ':']) && !with.contains("://")
                }
                "includes" | "indexOf" => with.contains('.') || with.contains("localhost"),
                _ => false,
            };
            others_pass.then_some(with)
        }
        ExpressionKind::Binary(Binary::In, part, text) if is_origin(text) => {
            let with = find::text(part, names)?;
            (with.contains('.') || with.contains("localhost")).then_some(with)
        }
        _ => None,
    }
}

/// `http://localhost` is the beginning of `http://localhost.attacker.example` too.
fn begins_openly(with: &str) -> bool {
    with.split_once("://").is_some_and(|(_, host)| !host.is_empty() && !host.ends_with([':', '/']))
}

/// Whether an expression is the origin of a request.
fn is_origin(expression: &Expression) -> bool {
    let own = last(&dotted(expression)).to_ascii_lowercase();
    if own.ends_with("origin") {
        return true;
    }
    match &expression.kind {
        ExpressionKind::Call { callee, arguments, .. } => {
            matches!(last(&dotted(callee)), "get" | "Get" | "header")
                && matches!(arguments.first(), Some(Argument::Plain(first))
                    if find::literal(first).is_some_and(|name| name.eq_ignore_ascii_case("origin")))
        }
        ExpressionKind::Index { index, .. } => {
            find::literal(index).is_some_and(|name| name.eq_ignore_ascii_case("origin"))
        }
        _ => false,
    }
}
