//! Shells, and the command lines that they are given.

use crate::library::Op;
use crate::value::Value;

/// Programs that read a command line behind an option.
const SHELLS: &[&str] = &[
    "sh",
    "bash",
    "zsh",
    "dash",
    "ksh",
    "fish",
    "cmd",
    "cmd.exe",
    "powershell",
    "powershell.exe",
    "pwsh",
    "/bin/sh",
    "/bin/bash",
];

pub(super) fn is_shell_name(name: &str) -> bool {
    SHELLS.contains(&name) || SHELLS.contains(&name.rsplit(['/', '\\']).next().unwrap_or_default())
}

/// The command line of a shell that another program starts: `sudo sh -c line`, `docker exec name bash -c line`.
pub(super) fn line_behind_another<'v, 'a>(elements: &[&'v Value<'a>]) -> Option<&'v Value<'a>> {
    let starts = |pair: &[&Value<'a>]| {
        matches!(pair, [shell, option, _] if shell.text().is_some_and(is_shell_name)
            && option.text().is_some_and(is_command_option))
    };
    let behind = elements.get(1..)?;
    let at = behind.windows(3).position(starts)?;
    behind.get(at + 2).copied()
}

/// Whether a program without arguments takes its orders from its input.
pub(crate) fn reads_orders(program: &Value<'_>) -> bool {
    program.text().is_some_and(is_shell_name)
}

/// Whether a program is a shell unless the caller names another one: `shell || "/bin/sh"`.
pub(super) fn may_be_shell(program: &Value<'_>) -> bool {
    let mut is_shell = false;
    program.alternatives(&mut |one, _| {
        is_shell = is_shell
            || match one {
                Value::Text(name) => is_shell_name(name),
                Value::Term(term) => term
                    .operands(Op::Or)
                    .is_some_and(|ways| ways.iter().filter_map(Value::text).any(is_shell_name)),
                _ => false,
            };
    });
    is_shell
}

/// Whether a text was put together of words: `"ls " + folder`.
pub(super) fn is_line(value: &Value<'_>) -> bool {
    let parts = value.term().and_then(|term| term.operands(Op::Concat));
    parts.is_some_and(|parts| parts.iter().filter_map(Value::text).any(|text| text.contains(' ')))
}

/// Whether an argument may be the option behind which a command line stands: `windows ? "/c" : "-c"`.
pub(super) fn is_order(value: &Value<'_>) -> bool {
    let mut is_order = false;
    value.alternatives(&mut |one, _| is_order = is_order || one.text().is_some_and(is_command_option));
    is_order
}

fn is_command_option(text: &str) -> bool {
    matches!(text, "-c" | "/c" | "/C" | "-Command" | "-command" | "-lc" | "-ic" | "-ec" | "/k")
}
