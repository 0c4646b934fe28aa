//! Workflows that strangers can make run their code.

use portcullis_model::{Audience, BundleFile, Severity, Span};

use crate::evidence::PackageEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Workflows of a repository (`.github/workflows`) that run with its rights on an event that anybody can cause, and check out the
    /// code of whoever caused it; and workflows that write what a stranger wrote (a title, a comment, the name of a branch) into a
    /// command. Where the workflow holds no secret and publishes nothing, it weighs less; on events that bring no rights it is told
    /// to pedantic readers.
    ///
    /// ## Why it matters
    ///
    /// Whoever runs code in such a workflow has its token: they can publish the package under its own name, or change its
    /// repository (X17, X18).
    ///
    /// ## Examples
    ///
    /// ```package bad
    /// --- .github/workflows/check.yml
    /// on: pull_request_target
    /// jobs:
    ///   check:
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///         with:
    ///           ref: ${{ github.event.pull_request.head.sha }}
    ///       - run: npm ci && npm test
    /// ```
    ///
    /// ```package bad
    /// --- .github/workflows/triage.yml
    /// on:
    ///   issues:
    ///     types: [opened]
    /// jobs:
    ///   triage:
    ///     steps:
    ///       - run: |
    ///           echo "New issue: ${{ github.event.issue.title }}"
    /// ```
    ///
    /// ```package good
    /// --- .github/workflows/check.yml
    /// on: [push, pull_request]
    /// jobs:
    ///   check:
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: npm ci && npm test
    ///         env:
    ///           TITLE: ${{ github.event.pull_request.title }}
    /// ```
    pub(crate) struct RiskyWorkflow {
        id: "risky-workflow",
        summary: "a workflow of the repository runs what strangers give it",
        severity: High,
        confidence: High,
        threats: [LinkedRepositoryPayload, MaliciousPackage],
        entry: Package,
        remedy: "Run strangers' code without rights (`pull_request`); pass what they wrote through `env`.",
        references: ["CWE-94", "CWE-829"],
        since: "0.1.0",
    }
}

/// Events that anybody can cause and that run with the repository's rights.
const OPEN: &[&str] =
    &["pull_request_target", "issue_comment", "issues", "discussion", "discussion_comment", "workflow_run"];
/// The code of whoever caused the event.
const HEADS: &[&str] =
    &["github.event.pull_request.head", "github.head_ref", "refs/pull/", "github.event.workflow_run.head", "gh pr checkout"];
/// What whoever causes an event writes.
const WRITTEN: &[&str] = &[
    "github.event.issue.title", "github.event.issue.body", "github.event.pull_request.title", "github.event.pull_request.body",
    "github.event.pull_request.head.ref", "github.event.pull_request.head.label", "github.event.comment.body",
    "github.event.review.body", "github.event.discussion.title", "github.event.discussion.body", "github.head_ref",
    "github.event.head_commit.message", "github.event.workflow_run.head_branch", "github.event.workflow_run.display_title",
];
/// What makes a workflow worth breaking into.
const RIGHTS: &[&str] =
    &["secrets.", "id-token: write", "contents: write", "packages: write", "write-all", " publish", "twine upload"];
/// Findings of one file.
const MOST: usize = 5;

impl Rule for RiskyWorkflow {
    fn check_package(&self, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
        for file in package.bundle.files.iter().filter(|file| is_workflow(&file.path)) {
            if let Some(text) = file.text() {
                look(file, text, package, report);
            }
        }
    }
}

fn is_workflow(path: &str) -> bool {
    let is_yaml = [".yml", ".yaml"].iter().any(|ending| path.ends_with(ending));
    is_yaml && (path.starts_with(".github/workflows/") || path.contains("/.github/workflows/"))
}

fn look(file: &BundleFile, text: &str, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
    let events = events(text);
    let open = OPEN.iter().find(|event| events.iter().any(|met| met == *event));
    let has_rights = RIGHTS.iter().any(|mark| text.contains(mark));
    let severity = if has_rights { Severity::High } else { Severity::Medium };
    for place in places(text).iter().take(MOST) {
        let line = text.get(place.span.start..place.span.end).unwrap_or_default().trim();
        let at = package.at(&file.path, place.span);
        match (&place.what, open) {
            (What::Checkout, Some(event)) => {
                let message = format!("on `{event}`, which anybody can cause, the code of whoever caused it is checked out");
                report.found(at, message).evidence(line).severity(severity);
            }
            (What::Written(what), Some(event)) => {
                let message = format!("on `{event}`, `{what}` becomes a part of a command");
                report.found(at, message).evidence(line).severity(severity);
            }
            (What::Written(what), None) => {
                let message = format!("`{what}` becomes a part of a command");
                report.found(at, message).evidence(line).severity(Severity::Low).audience(Audience::Pedantic);
            }
            (What::Checkout, None) => {}
        }
    }
}

/// The words of the part `on`.
fn events(text: &str) -> Vec<&str> {
    let mut inside = false;
    let mut events = Vec::new();
    for line in text.lines() {
        let is_top = !line.starts_with([' ', '\t', '#']) && !line.trim().is_empty();
        if is_top {
            inside = ["on:", "\"on\":", "'on':", "true:"].iter().any(|key| line.starts_with(key));
        }
        if inside {
            let line = line.split(" #").next().unwrap_or(line);
            events.extend(line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_'));
        }
    }
    events
}

enum What<'t> {
    /// A stranger's code is fetched.
    Checkout,
    /// A stranger's words stand in a command.
    Written(&'t str),
}

struct Place<'t> {
    what: What<'t>,
    span: Span,
}

fn places(text: &str) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    // The indent of the `run` or `script` that a line belongs to.
    let mut command: Option<usize> = None;
    let mut checks_out = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(at, at + line.trim_end().len());
        at += line.len();
        let body = line.trim_start().trim_end();
        let indent = line.len() - line.trim_start().len();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        let key = body.trim_start_matches("- ");
        let is_step = key.len() < body.len();
        if command.is_some_and(|outer| indent <= outer) {
            command = None;
        }
        if command.is_none() {
            checks_out = key.starts_with("uses:") && key.contains("actions/checkout") || (checks_out && !is_step);
            if checks_out && key.starts_with("ref:") && HEADS.iter().any(|head| key.contains(head)) {
                places.push(Place { what: What::Checkout, span });
            }
            if key.starts_with("run:") || key.starts_with("script:") {
                command = Some(indent + body.len() - key.len());
            }
        }
        if command.is_some() {
            places.extend(written(body).map(|what| Place { what: What::Written(what), span }));
            if key.contains("gh pr checkout") {
                places.push(Place { what: What::Checkout, span });
            }
        }
    }
    places
}

/// What a stranger wrote, in an expression of this line that becomes a text.
fn written(line: &str) -> Option<&'static str> {
    line.split("${{").skip(1).find_map(|rest| {
        let expression = rest.split("}}").next().unwrap_or_default();
        // What is asked of it is a yes or no.
        let is_question = ["contains(", "startsWith(", "endsWith(", "==", "!="].iter().any(|sign| expression.contains(sign));
        WRITTEN.iter().find(|what| !is_question && expression.contains(**what)).copied()
    })
}
