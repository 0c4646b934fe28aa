//! Verifiers of tokens that accept any.

use crate::ir::visit::{self, Visitor};
use crate::ir::{Binary, Expression, ExpressionKind, File, Function, Pattern};

use super::find::{self, dotted, last};
use super::{Remark, Serving, spot};

pub(super) fn look(files: &[File], serving: &mut Serving) {
    for file in files {
        let mut found = Verifiers(Vec::new());
        visit::statements(&file.body, &mut found);
        for function in found.0 {
            if accepts_any(function) {
                serving
                    .open_verifiers
                    .push(Remark { what: function.name.to_string(), spot: spot(file, function.at) });
            }
        }
    }
}

struct Verifiers<'a>(Vec<&'a Function>);

impl<'a> Visitor<'a> for Verifiers<'a> {
    fn function(&mut self, function: &'a Function) {
        if matches!(
            &*function.name,
            "verify_token" | "verifyAccessToken" | "verify_access_token" | "verifyToken"
        ) {
            self.0.push(function);
        }
    }
}

/// Whether a function gives a grant for its token and never asks anything of it but whether it is there.
fn accepts_any(function: &Function) -> bool {
    let token = function.parameters.iter().find_map(|parameter| match &parameter.pattern {
        Pattern::Name(name, _) if !matches!(&**name, "self" | "this") => Some(&**name),
        _ => None,
    });
    let Some(token) = token else { return false };
    let inside = find::inside_all(&function.body);
    inside.iter().any(|one| grants(one, token)) && !inside.iter().any(|one| asks(one, token))
}

/// `AccessToken(token=token, …)`, `{ token, clientId: … }`.
fn grants(one: &Expression, token: &str) -> bool {
    match &one.kind {
        ExpressionKind::Call { callee, arguments, .. } => {
            is_grant(last(&dotted(callee)))
                && arguments.iter().any(|argument| find::mentions(visit::given(argument), token))
        }
        ExpressionKind::Record(_) => {
            find::property(one, "token").is_some_and(|value| find::mentions(value, token))
                && (find::property(one, "clientId").is_some() || find::property(one, "client_id").is_some())
        }
        _ => false,
    }
}

fn is_grant(name: &str) -> bool {
    matches!(name, "AccessToken" | "AuthInfo" | "TokenInfo")
}

/// Whether something is asked of the token: it is compared, looked up, given to somebody, or taken apart.
fn asks(one: &Expression, token: &str) -> bool {
    match &one.kind {
        ExpressionKind::Binary(
            Binary::Equal | Binary::NotEqual | Binary::In | Binary::NotIn,
            left,
            right,
        ) => find::mentions(left, token) || find::mentions(right, token),
        ExpressionKind::Index { object, index } => {
            find::mentions(index, token) || find::mentions(object, token)
        }
        ExpressionKind::Call { callee, arguments, .. } => {
            let name = dotted(callee);
            let is_harmless = is_grant(last(&name))
                || matches!(
                    last(&name),
                    "debug" | "info" | "log" | "print" | "len" | "warning" | "strip" | "trim"
                );
            let method = matches!(&callee.kind, ExpressionKind::Member { object, .. } if find::mentions(object, token));
            !is_harmless
                && (method || arguments.iter().any(|argument| find::mentions(visit::given(argument), token)))
        }
        _ => false,
    }
}
