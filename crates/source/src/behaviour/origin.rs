//! Origins and hosts of requests that are compared in part.

use crate::ir::{Argument, Binary, Expression, ExpressionKind, File};

use super::find::{self, Names, dotted, last};
use super::{Remark, Serving, spot};

pub(super) fn look(files: &[File], serving: &mut Serving) {
    for file in files {
        let names = Names::of(file);
        for one in find::inside_all(&file.body) {
            if let Some(with) = loose(one, &names) {
                serving.loose_origins.push(Remark { what: with.to_owned(), spot: spot(file, one.at) });
            }
        }
    }
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
