//! Resource templates that reach anything.

use portcullis_model::{Audience, ItemKind, Pointer, Severity};

use crate::evidence::{ServerEvidence, Subject};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A resource template that can name any file (`file:///{+path}`) or any address (`http://{host}/…`, `{+uri}`).
    ///
    /// ## Why it matters
    ///
    /// Whoever fills the variable in reads the disk or contacts the network through the server, past the rules for tools.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"server": "files", "resourceTemplates": [{"name": "file", "uriTemplate": "file:///{+path}"}]}
    /// ```
    ///
    /// ```json bad
    /// {"server": "web", "resourceTemplates": [{"name": "page", "uriTemplate": "https://{host}/{path}"}]}
    /// ```
    ///
    /// ```json good
    /// {"server": "notes", "resourceTemplates": [{"name": "note", "uriTemplate": "file:///srv/notes/{name}.md"},
    ///  {"name": "task", "uriTemplate": "tasks://{list}/{id}"}]}
    /// ```
    pub(crate) struct UnrestrictedTemplate {
        id: "unrestricted-template",
        summary: "a resource template reaches any file or address",
        severity: Low,
        confidence: Medium,
        threats: [PoisonedPromptOrResource, SandboxEscape],
        entry: Server,
        remedy: "Ask the author for a template below one directory or host, and run the server in a sandbox.",
        references: ["CWE-22", "CWE-918", "RFC 6570"],
        since: "0.1.0",
    }
}

impl Rule for UnrestrictedTemplate {
    fn check_server(&self, server: &ServerEvidence<'_>, report: &mut Report<'_>) {
        for template in server.surface.of_kind(ItemKind::Template) {
            let Some(uri) = template.node.get("uriTemplate") else { continue };
            let text = uri.text().unwrap_or_default();
            let Some((what, severity, audience)) = reach(text) else { continue };
            let subject = Subject { item: Some(ItemKind::Template), name: Some(&template.name), ..server.subject };
            report
                .found(
                    subject.at(&Pointer::of(&["uriTemplate"]), uri.span),
                    format!("the template `{text}` reaches any {what}"),
                )
                .severity(severity)
                .audience(audience);
        }
    }
}

/// What a template reaches when its first variable can be anything.
fn reach(template: &str) -> Option<(&'static str, Severity, Audience)> {
    let lower = template.to_lowercase();
    if lower.starts_with("{+") || lower.starts_with("{uri") || lower.starts_with("{url") {
        return Some(("address", Severity::Medium, Audience::Regular));
    }
    let (scheme, rest) = lower.split_once("://")?;
    match scheme {
        "file" => {
            let path = rest.trim_start_matches('/');
            // `{path}` alone expands to one segment; `{+path}`, `{/path*}` and `{path*}` to any number.
            let many = path.starts_with("{+") || path.starts_with("{/") || path.starts_with('{') && path.contains("*}");
            if many {
                Some(("file", Severity::Medium, Audience::Regular))
            } else {
                path.starts_with('{').then_some(("file", Severity::Low, Audience::Regular))
            }
        }
        "http" | "https" | "ftp" => rest.starts_with('{').then_some(("address", Severity::Medium, Audience::Regular)),
        _ => rest.starts_with("{+").then_some(("address", Severity::Info, Audience::Auditor)),
    }
}
