//! The words that tables are written in, in one place to be imported.

pub(super) use super::Answer::{Clean, Make, Matches, Nest, Same, Special, Unknown};
pub(super) use super::Op;
pub(super) use super::Op::*;
pub(super) use super::Slot::{
    At, Either, Field, Formatted, From, Line as LineOf, Named, Plain, Receiver, Template as TemplateOf, Text,
};
pub(super) use super::Special::*;
pub(super) use super::When::{
    AtLeast, Begins, Configured, Fewer, IsList, IsText, Mentions, NotNamed, Other, Set, Unguarded, Unset,
    Writes,
};
pub(super) use super::table::{Library, Line, table};
pub(super) use crate::fact::Anchored;

/// Names of files that are logs.
pub(super) const LOGS: &[&str] = &["log", "audit", "trail", "journal"];

/// Names of programs that read command lines.
pub(super) const SHELLS: &[&str] = &["bash", "/sh", "zsh", "cmd.exe", "powershell", "pwsh"];

/// How statements of SQL begin.
pub(super) const SQL: &[&str] = &[
    "select", "insert", "update", "delete", "create", "drop", "alter", "with", "pragma", "show", "explain",
    "describe", "truncate", "match", "unwind", "replace", "merge", "grant", "call", "set", "use", "begin",
    "attach", "copy", "vacuum",
];
