//! Session identifiers that can be guessed.

use std::collections::HashSet;

use crate::ir::{Binary, Expression, ExpressionKind, File, Pattern};

use super::find::{self, Names, dotted};
use super::{Remark, Serving, spot};

pub(super) fn look(files: &[File], serving: &mut Serving) {
    for file in files {
        let names = Names::of(file);
        let keys = keys(file);
        find::bindings(file, &mut |name, value| {
            let plain = name.replace('_', "").to_ascii_lowercase();
            let generates = plain == "sessionidgenerator";
            let names_session = matches!(plain.as_str(), "session" | "sessionid" | "sid" | "sessiontoken");
            let keeps = names_session && keys.contains(name);
            if !(generates || keeps) {
                return;
            }
            if let Some(what) = guessable(value, &names) {
                serving.guessable_sessions.push(Remark { what: what.to_owned(), spot: spot(file, value.at) });
            }
        });
    }
}

/// Names under which something is kept: `sessions[id] = …`, `sessions.set(id, …)`.
fn keys(file: &File) -> HashSet<&str> {
    let mut keys = HashSet::new();
    for one in find::inside_all(&file.body) {
        match &one.kind {
            ExpressionKind::Assign { target, .. } => {
                if let Pattern::Place(place) = &**target
                    && let ExpressionKind::Index { index, .. } = &place.kind
                    && let ExpressionKind::Name(name) = &index.kind
                {
                    keys.insert(&**name);
                }
            }
            ExpressionKind::Call { callee, arguments, .. } if find::name(callee) == "set" => {
                if let Some(crate::ir::Argument::Plain(first)) = arguments.first()
                    && let ExpressionKind::Name(name) = &first.kind
                {
                    keys.insert(&**name);
                }
            }
            _ => {}
        }
    }
    keys
}

/// What a value is made of, if that can be guessed and nothing in it cannot.
fn guessable(value: &Expression, names: &Names<'_>) -> Option<&'static str> {
    let mut weak = None;
    let mut look = |one: &Expression| match &one.kind {
        ExpressionKind::Call { callee, .. } => match source(&resolved(callee, names)) {
            Strength::Strong => true,
            Strength::Weak(what) => {
                weak.get_or_insert(what);
                false
            }
            Strength::None => false,
        },
        ExpressionKind::Assign { operation: Some(Binary::Add), .. } => {
            weak.get_or_insert("a counter");
            false
        }
        _ => false,
    };
    if find::inside(value).into_iter().any(&mut look) {
        return None;
    }
    weak
}

enum Strength {
    Strong,
    Weak(&'static str),
    None,
}

/// The dotted name of a callee, its first part replaced by what that name is given at the top of the file.
fn resolved(callee: &Expression, names: &Names<'_>) -> String {
    let path = dotted(callee);
    let (first, rest) = path.split_once('.').unwrap_or((&path, ""));
    match names.0.get(first) {
        Some(value) => format!("{}.{rest}", dotted(value)),
        None => path,
    }
}

fn source(path: &str) -> Strength {
    const STRONG: &[&str] = &[
        "uuid4",
        "randomuuid",
        "secrets",
        "token_",
        "urandom",
        "randombytes",
        "getrandomvalues",
        "nanoid",
        "systemrandom",
        "crypto",
        "uuidv4",
        "rand.read",
        "cuid",
        "ulid",
        "uuid.new",
        "sha256",
        "hmac",
        "uuid()",
    ];
    const WEAK: &[(&str, &str)] = &[
        ("time.time", "the time"),
        ("time.time_ns", "the time"),
        ("Date.now", "the time"),
        ("datetime.now", "the time"),
        ("datetime.utcnow", "the time"),
        ("time.Now", "the time"),
        ("Math.random", "a generator that can be predicted"),
        ("uuid.uuid1", "the time"),
        ("next", "a counter"),
    ];
    let lower = path.to_ascii_lowercase();
    if STRONG.iter().any(|name| lower.contains(name)) || lower == "v4" || lower == "uuid" {
        return Strength::Strong;
    }
    if let Some((_, what)) =
        WEAK.iter().find(|(name, _)| path == *name || path.ends_with(&format!(".{name}")))
    {
        return Strength::Weak(what);
    }
    if path.starts_with("random.") || path.starts_with("rand.Int") {
        return Strength::Weak("a generator that can be predicted");
    }
    Strength::None
}
