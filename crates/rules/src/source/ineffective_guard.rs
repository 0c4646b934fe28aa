//! Checks that do not do what they seem to.

use portcullis_model::{Audience, FlowStep};
use portcullis_source::analysis::{Flow, GuardFault, WrongGuard};
use portcullis_source::library::SinkKind;
use std::collections::BTreeSet;

use crate::evidence::SourceEvidence;
use crate::flows;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A check of an argument that does not hold: a prefix of a path without a separator, a check before the path is made real or
    /// the text is decoded, a list of what is forbidden, a pattern that is not anchored, an address compared as a text, quotes
    /// inside quotes, a check of another value than the one that is used, a replacement of the first occurrence only.
    ///
    /// A list of what is forbidden and a loose pattern are told where a command or code is run, and otherwise, as a check before
    /// the path is made real or decoded, to pedants only: the finding about the operation tells that the check does not hold.
    ///
    /// ## Why it matters
    ///
    /// Such a check is why nobody looks again. Several published weaknesses of MCP servers are of this kind: the repair was
    /// there, and did not repair.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import os
    ///
    /// ROOT = "/srv/data"
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def read(path: str) -> str:
    ///     """Reads a file."""
    ///     real = os.path.realpath(os.path.join(ROOT, path))
    ///     if not real.startswith(ROOT):
    ///         raise ValueError("outside")
    ///     return open(real).read()
    /// ```
    ///
    /// ```python bad
    /// import os
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def archive(name: str) -> str:
    ///     """Packs a folder."""
    ///     if ";" in name or "|" in name:
    ///         raise ValueError("no")
    ///     os.system("tar czf /tmp/out.tgz " + name)
    ///     return "done"
    /// ```
    ///
    /// ```python good
    /// import os
    ///
    /// ROOT = "/srv/data"
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("example")
    ///
    /// @mcp.tool()
    /// def read(path: str) -> str:
    ///     """Reads a file."""
    ///     real = os.path.realpath(os.path.join(ROOT, path))
    ///     if not real.startswith(ROOT + "/"):
    ///         raise ValueError("outside")
    ///     return open(real).read()
    /// ```
    pub(crate) struct IneffectiveGuard {
        id: "ineffective-guard",
        summary: "a check of a tool's argument does not hold",
        severity: Medium,
        confidence: High,
        threats: [CommandInjection, SandboxEscape],
        entry: Source,
        remedy: "Replace the check by one that says what is allowed, and make it the last thing before the value is used.",
        references: ["CWE-693", "CWE-184"],
        since: "0.1.0",
    }
}

impl Rule for IneffectiveGuard {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        let mut told = BTreeSet::new();
        for case in flows::cases(source, flows::KINDS) {
            if case.is_open() || case.is_configured() {
                continue;
            }
            let guarded = case.flows.iter().find_map(|flow| Some((*flow, flow.guard.as_ref()?)));
            let Some((flow, guard)) = guarded.filter(|(_, guard)| told.insert(&guard.spot)) else { continue };
            let message = format!("{}: {}", case.inputs(), fault(guard.kind));
            let mut draft = report.found(case.at(&guard.spot), message).flow(steps(flow, guard));
            if let Some(line) = flows::line_of(source, &guard.spot) {
                draft = draft.evidence(line);
            }
            if flow.sink == SinkKind::Log || !is_plain(guard.kind, flow.sink) {
                draft.audience(Audience::Pedantic);
            }
        }
    }
}

/// Whether the form of the check alone shows that it was meant as a guard. Of the others many ask for something else (a kind of
/// file, a branch of the work): the finding about the operation says that they do not hold, and only pedants hear of them twice.
const fn is_plain(fault: GuardFault, sink: SinkKind) -> bool {
    match fault {
        GuardFault::PrefixWithoutSeparator
        | GuardFault::LooseAddress
        | GuardFault::WrongQuoting
        | GuardFault::FirstOnly => true,
        GuardFault::DenyList | GuardFault::LoosePattern | GuardFault::OtherValue => {
            matches!(sink, SinkKind::Shell | SinkKind::Arguments | SinkKind::Code)
        }
        GuardFault::BeforeNormalising | GuardFault::BeforeDecoding => false,
    }
}

/// What is wrong with a check, and what would be right.
const fn fault(kind: GuardFault) -> &'static str {
    match kind {
        GuardFault::PrefixWithoutSeparator => {
            "the path is compared with a prefix that does not end in a separator: `/data` is a prefix of `/database` too"
        }
        GuardFault::BeforeNormalising => {
            "the path is checked before it is made absolute and its links are followed, and another one is used"
        }
        GuardFault::BeforeDecoding => "it is decoded or expanded after the check, so what was checked is not what is used",
        GuardFault::DenyList => "the check lists what is forbidden, and more than that is dangerous",
        GuardFault::LoosePattern => "the pattern of the check is not anchored on both sides, or lets dangerous characters pass",
        GuardFault::LooseAddress => {
            "the address is compared as a text: `https://api.example.com` also begins `https://api.example.com.evil.example`"
        }
        GuardFault::WrongQuoting => "it is quoted inside other quotes, or for something else than what reads it",
        GuardFault::OtherValue => "another value is checked than the one that is used",
        GuardFault::FirstOnly => "only the first occurrence is replaced",
    }
}

/// The way from the check to the operation.
fn steps(flow: &Flow, guard: &WrongGuard) -> Vec<FlowStep> {
    let check = FlowStep { location: flows::place(&guard.spot), message: String::from("is checked here") };
    let end = flow.steps.last().map(|step| FlowStep {
        location: flows::place(&step.spot),
        message: step.what.clone(),
    });
    std::iter::once(check).chain(end).collect()
}
