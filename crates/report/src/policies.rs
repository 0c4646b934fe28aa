//! What `portcullis policy` says: what is wrong with policies, how their cases went, why a decision came about.

use std::fmt::Write as _;
use std::io::{self, Write};

use portcullis_model::{Severity, Span, Threat, Verdict};
use serde::Serialize;

use crate::Options;
use crate::frame::Frame;
use crate::json::{self, Layout};
use crate::neutral::terminal;
use crate::source::SourceText;
use crate::text::{GUTTER, Palette, framed, wrapped};

/// Columns before a text.
const INDENT: usize = 8;

/// Something wrong with a file.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Problem<'a> {
    /// The file as its user calls it.
    pub file: &'a str,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: &'a str,
    /// What to do.
    pub help: &'a str,
    /// The bytes; empty when the whole file is meant.
    #[serde(skip)]
    pub span: Span,
    /// The file's text, where it is at hand.
    #[serde(skip)]
    pub text: &'a str,
}

/// Policies that were checked.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Checked<'a> {
    /// What is wrong; nothing when they can be used.
    pub errors: &'a [Problem<'a>],
    /// How many policies there are; 0 when anything is wrong.
    pub policies: usize,
    /// Their revision; empty when anything is wrong.
    pub revision: &'a str,
}

/// A policy that determined a verdict.
#[derive(Debug, Clone)]
pub struct Because<'a> {
    /// Its id.
    pub policy: &'a str,
    /// What it demands.
    pub verdict: Verdict,
    /// The threats it stands against.
    pub threats: &'a [Threat],
    /// Why, in words.
    pub text: &'a str,
}

/// How a case went.
#[derive(Debug, Clone)]
pub struct Tested<'a> {
    /// The file of the case.
    pub file: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The verdict that it expects.
    pub expected: Verdict,
    /// The policy that it expects among the reasons.
    pub by: Option<&'a str>,
    /// The verdict that it got.
    pub verdict: Verdict,
    /// Why.
    pub because: Vec<Because<'a>>,
    /// Whether it got what it expects.
    pub passed: bool,
}

/// A decision with what every policy had to do with it.
#[derive(Debug, Clone)]
pub struct Explained<'a> {
    /// The verdict.
    pub verdict: Verdict,
    /// Whether a person has to decide before it counts.
    pub waits_for_a_person: bool,
    /// The revision of the policies.
    pub revision: &'a str,
    /// Why, the worst first.
    pub because: Vec<Because<'a>>,
    /// The policies that did not apply: id, what each would have demanded, where it stands, and why it did not apply.
    pub others: Vec<NotApplied<'a>>,
}

/// A policy that did not apply.
#[derive(Debug, Clone)]
pub struct NotApplied<'a> {
    /// Its id.
    pub policy: &'a str,
    /// What it would have demanded.
    pub verdict: Verdict,
    /// Where it stands, as `FILE:LINE`.
    pub place: String,
    /// The part of it that does not hold.
    pub why: &'a str,
}

/// Writes what is wrong, or that nothing is, for a person.
///
/// # Errors
/// Only those of `out`.
pub fn checked(checked: &Checked<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    if checked.errors.is_empty() {
        return writeln!(out, "{} policies are sound; revision {}", checked.policies, checked.revision);
    }
    problems(checked.errors, options, out)?;
    let count = checked.errors.len();
    writeln!(out, "{count} {}; the policies cannot be used", if count == 1 { "error" } else { "errors" })
}

/// Writes each problem with the lines it is about.
///
/// # Errors
/// Only those of `out`.
pub fn problems(problems: &[Problem<'_>], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let palette = Palette::new(options.colour);
    let width = options.width.clamp(40, 120);
    let room = width.saturating_sub(INDENT);
    for problem in problems {
        let mut text = String::new();
        let mut part = |head: &str, body: &str| {
            let body = wrapped(&terminal(body), room, usize::MAX).join(&format!("\n{:INDENT$}", ""));
            let _ = writeln!(text, "{head}{body}");
        };
        let (high, faint, remedy) = (palette.high, palette.faint, palette.remedy);
        part(&format!("{high}error{high:#}   "), problem.message);
        let place = format!("{}:{}:{}", problem.file, problem.line, problem.column);
        part(&format!("{:INDENT$}{faint}", ""), &place);
        text.push_str(&format!("{faint:#}"));
        let source = SourceText::redacted(problem.text, &[]);
        let columns = room.saturating_sub(GUTTER).max(24);
        if let Some(frame) = Frame::of(&source, problem.span, columns) {
            for line in framed(&frame, room, &palette, Severity::High).lines() {
                let _ = writeln!(text, "{:INDENT$}{}", "", line.trim_end());
            }
        }
        let body = wrapped(&terminal(problem.help), room.saturating_sub(5), usize::MAX);
        let _ = writeln!(
            text,
            "{:INDENT$}{remedy}fix{remedy:#}  {}\n",
            "",
            body.join(&format!("\n{:INDENT$}     ", ""))
        );
        out.write_all(text.as_bytes())?;
    }
    Ok(())
}

/// Writes the cases that failed with what they expected and what they got, and how many passed.
///
/// # Errors
/// Only those of `out`.
pub fn tested(cases: &[Tested<'_>], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let palette = Palette::new(options.colour);
    let (high, fine, strong, faint) = (palette.high, palette.fine, palette.strong, palette.faint);
    for case in cases {
        let name = terminal(case.name);
        if case.passed {
            writeln!(out, "{fine}ok{fine:#}      {name}  {faint}{}{faint:#}", case.verdict)?;
            continue;
        }
        writeln!(
            out,
            "{high}FAILED{high:#}  {strong}{name}{strong:#}  {faint}{}{faint:#}",
            terminal(case.file)
        )?;
        let by = case.by.map(|by| format!(" by `{}`", terminal(by))).unwrap_or_default();
        writeln!(out, "        - expected  {}{by}", case.expected)?;
        let named: Vec<String> =
            case.because.iter().map(|reason| format!("`{}`", terminal(reason.policy))).collect();
        writeln!(out, "        + got       {} by {}", case.verdict, named.join(", "))?;
        for reason in &case.because {
            writeln!(
                out,
                "                    {faint}{}: {}{faint:#}",
                terminal(reason.policy),
                terminal(reason.text)
            )?;
        }
    }
    let failed = cases.iter().filter(|case| !case.passed).count();
    writeln!(out, "\n{} cases passed, {failed} failed", cases.len() - failed)
}

/// Writes why a decision came about.
///
/// # Errors
/// Only those of `out`.
pub fn explained(explained: &Explained<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let palette = Palette::new(options.colour);
    let (strong, faint) = (palette.strong, palette.faint);
    let waits = if explained.waits_for_a_person { ", once a person approves" } else { "" };
    let verdict = match (explained.verdict, waits) {
        (Verdict::Ask, _) => "ask: a person decides".to_owned(),
        (verdict, waits) => format!("{verdict}{waits}"),
    };
    writeln!(out, "{strong}{verdict}{strong:#}\n\nbecause of")?;
    for reason in &explained.because {
        let threats: Vec<&str> = reason.threats.iter().map(|threat| threat.id()).collect();
        let threats = if threats.is_empty() { String::new() } else { format!("  ({})", threats.join(" ")) };
        writeln!(out, "  {:6} {strong}{}{strong:#}{threats}", reason.verdict, terminal(reason.policy))?;
        writeln!(out, "         {}", terminal(reason.text))?;
    }
    if !explained.others.is_empty() {
        writeln!(out, "\nnot because of")?;
    }
    for other in &explained.others {
        let place = terminal(&other.place);
        writeln!(
            out,
            "  {:6} {}  {faint}{place}{faint:#}\n         {}",
            other.verdict,
            terminal(other.policy),
            terminal(other.why)
        )?;
    }
    writeln!(out, "\n{faint}revision {}{faint:#}", explained.revision)
}

/// Writes what was checked as JSON.
///
/// # Errors
/// Only those of `out`.
pub fn checked_json(checked: &Checked<'_>, out: &mut dyn Write) -> io::Result<()> {
    json::write_value(checked, Layout::Indented, out)
}

/// Writes how cases went as JSON.
///
/// # Errors
/// Only those of `out`.
pub fn tested_json(cases: &[Tested<'_>], out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<TestedRow<'_>> = cases
        .iter()
        .map(|case| TestedRow {
            file: case.file,
            name: case.name,
            passed: case.passed,
            expected: case.expected.as_str(),
            by: case.by,
            verdict: case.verdict.as_str(),
            because: rows(&case.because),
        })
        .collect();
    json::write_value(&rows, Layout::Indented, out)
}

/// Writes why a decision came about as JSON.
///
/// # Errors
/// Only those of `out`.
pub fn explained_json(explained: &Explained<'_>, out: &mut dyn Write) -> io::Result<()> {
    let others = explained.others.iter().map(|other| NotAppliedRow {
        policy: other.policy,
        verdict: other.verdict.as_str(),
        place: &other.place,
        why: other.why,
    });
    let row = ExplainedRow {
        verdict: explained.verdict.as_str(),
        waits_for_a_person: explained.waits_for_a_person,
        because: rows(&explained.because),
        not_because: others.collect(),
        revision: explained.revision,
    };
    json::write_value(&row, Layout::Indented, out)
}

#[derive(Serialize)]
struct BecauseRow<'a> {
    policy: &'a str,
    verdict: &'static str,
    threats: Vec<&'static str>,
    text: &'a str,
}

#[derive(Serialize)]
struct TestedRow<'a> {
    file: &'a str,
    name: &'a str,
    passed: bool,
    expected: &'static str,
    by: Option<&'a str>,
    verdict: &'static str,
    because: Vec<BecauseRow<'a>>,
}

#[derive(Serialize)]
struct NotAppliedRow<'a> {
    policy: &'a str,
    verdict: &'static str,
    place: &'a str,
    why: &'a str,
}

#[derive(Serialize)]
struct ExplainedRow<'a> {
    verdict: &'static str,
    waits_for_a_person: bool,
    because: Vec<BecauseRow<'a>>,
    not_because: Vec<NotAppliedRow<'a>>,
    revision: &'a str,
}

fn rows<'a>(because: &[Because<'a>]) -> Vec<BecauseRow<'a>> {
    let row = |reason: &Because<'a>| BecauseRow {
        policy: reason.policy,
        verdict: reason.verdict.as_str(),
        threats: reason.threats.iter().map(|threat| threat.id()).collect(),
        text: reason.text,
    };
    because.iter().map(row).collect()
}
