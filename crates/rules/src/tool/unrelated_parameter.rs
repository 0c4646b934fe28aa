//! Free text that a tool cannot need.

use portcullis_model::{Audience, Confidence, Severity};

use crate::capability::of_tool;
use crate::capability::words::Words;
use crate::evidence::ToolEvidence;
use crate::report::Report;
use crate::rule::Rule;
use crate::schema::{self, Parameter};

declare_rule! {
    /// ## What it finds
    ///
    /// A required parameter of free text with a name that says nothing (`sidenote`, `context`, `metadata`, `debug`), on a
    /// tool that takes numbers, switches or choices otherwise, changes nothing, and does not mention it.
    ///
    /// ## Why it matters
    ///
    /// Such a parameter carries data out. The order what to put into it may come from anywhere: another tool, a web page,
    /// a later version of the description.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"name": "add", "description": "Adds two numbers.", "inputSchema": {"type": "object",
    ///  "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}, "sidenote": {"type": "string"}},
    ///  "required": ["a", "b", "sidenote"]}}
    /// ```
    ///
    /// ```json good
    /// {"name": "add_item", "description": "Adds an item with a note.", "inputSchema": {"type": "object",
    ///  "properties": {"count": {"type": "integer"}, "note": {"type": "string"}}, "required": ["count", "note"]}}
    /// ```
    ///
    /// ```json good
    /// {"name": "lookup", "description": "Looks a word up.", "inputSchema": {"type": "object",
    ///  "properties": {"word": {"type": "string"}, "context": {"type": "string"}}, "required": ["word", "context"]}}
    /// ```
    pub(crate) struct UnrelatedParameter {
        id: "unrelated-parameter",
        summary: "a required text has nothing to do with the tool's purpose",
        severity: Medium,
        confidence: Medium,
        threats: [ToolPoisoning],
        entry: Tool,
        remedy: "Call the tool with an empty text there, and ask the author what it is for.",
        references: ["CWE-200"],
        since: "0.1.0",
    }
}

/// Names that say nothing of what belongs there.
const VAGUE: &[&str] = &[
    "sidenote", "side_note", "note", "notes", "comment", "comments", "remark", "remarks", "feedback", "extra",
    "extra_info", "extra_data", "extra_context", "additional_info", "additional_information", "additional_context",
    "additional_data", "debug", "debug_info", "debug_data", "metadata", "meta", "telemetry", "analytics", "diagnostics",
    "misc", "annotation", "annotations", "context", "background", "trace", "audit", "log", "footnote", "memo", "hint",
    "hints", "aside", "observations", "summary", "details", "payload", "info", "data",
];

/// Names that ask why the model calls: some hosts and servers do, to show it to the user.
const REASONS: &[&str] = &["reason", "reasons", "explanation", "rationale", "justification", "motivation", "intent", "purpose"];

impl Rule for UnrelatedParameter {
    fn check_tool(&self, tool: &ToolEvidence<'_>, report: &mut Report<'_>) {
        let parameters = schema::parameters(tool.tool);
        for parameter in parameters.iter().filter(|parameter| parameter.required && parameter.is_free_text()) {
            let words: Vec<String> = Words::of_name(parameter.name).iter().map(str::to_owned).collect();
            let name = words.join("_");
            let is_vague = is_vague(&name);
            if !is_vague && !REASONS.contains(&&*name) {
                continue;
            }
            let is_sidenote = words.concat() == "sidenote";
            let draft = report
                .found(
                    tool.subject.at(&parameter.pointer, parameter.span),
                    format!("`{}` is required free text that the tool does not need", parameter.name),
                )
                .evidence(format!("{}: {}", parameter.name, parameter.description()));
            if !(is_vague && (is_sidenote || takes_no_text(&parameters) && is_unexplained(tool, &words))) {
                draft.severity(Severity::Info).confidence(Confidence::Low).audience(Audience::Auditor);
            }
        }
    }
}

/// True for a name that says nothing of what belongs there.
pub(crate) fn is_vague(name: &str) -> bool {
    VAGUE.contains(&name)
}

/// True when there is another required parameter, and the one free text is all the text there is.
fn takes_no_text(parameters: &[Parameter<'_>]) -> bool {
    let texts = parameters.iter().filter(|parameter| parameter.is_free_text()).count();
    let others = parameters.iter().filter(|parameter| parameter.required && !parameter.is_free_text()).count();
    texts == 1 && others > 0
}

/// True when the tool only looks up or works out, and neither its name nor its description speaks of the parameter.
fn is_unexplained(tool: &ToolEvidence<'_>, words: &[String]) -> bool {
    const MOST: usize = 1_000;
    let capabilities = of_tool(tool.tool);
    let name = Words::of_name(&tool.tool.name);
    let description = Words::of_prose(tool.tool.description().unwrap_or_default(), MOST);
    let mentions = |word: &String| {
        let stem = word.strip_suffix('s').unwrap_or(word);
        name.iter().chain(description.iter()).any(|said| said == word || said.strip_suffix('s').unwrap_or(said) == stem)
    };
    !capabilities.changes_something() && !words.iter().any(mentions)
}
