//! Walks evidence from the widest to the narrowest and lets every selected rule look at what it is for.

use std::borrow::Cow;

use portcullis_model::{
    Bundle, Change, ContextDocument, ContextKind, Finding, HostConfig, Item, ItemKind, Node, Pointer, Span,
    Surface,
};
use portcullis_supply::manifest;
use portcullis_text::{Reading, Role, secret};

use crate::evidence::{
    Advised, Installation, LaunchEvidence, Neighbours, PackageEvidence, Passage, ServerEvidence,
    SourceEvidence, Subject, ToolEvidence,
};
use crate::fingerprint;
use crate::listed::ListingEvidence;
use crate::report::Report;
use crate::rule::Entry;
use crate::rules::{self, RULES};
use crate::selection::Selection;
use crate::sourced::{self, Looked, Offers};

/// The engine: a selection of rules, ready to look at evidence. It keeps no state between calls.
#[derive(Debug, Clone, Default)]
pub struct Engine {
    selection: Selection,
}

impl Engine {
    /// An engine for a selection. There is no engine without rules: [`Selection::new`] refuses an empty one.
    #[must_use]
    pub const fn new(selection: Selection) -> Self {
        Self { selection }
    }

    /// Looks at one server's whole surface: every text that can reach a model, every tool, the server itself.
    #[must_use]
    pub fn surface(
        &self,
        target: &str,
        surface: &Surface,
        file: Option<&str>,
        neighbours: &Neighbours,
    ) -> Vec<Finding> {
        self.report(target, |report| {
            let server = Subject { server: &surface.server, file, item: None, name: None, neighbours };
            rules::check_server(&ServerEvidence { surface, subject: server }, report, &self.selection);
            self.server_texts(&server, surface, report);
            for item in &surface.items {
                let subject = Subject { item: Some(item.kind), name: Some(&item.name), ..server };
                self.tree(&subject, &item.node, &mut Pointer::root(), item_role(item), report);
                if item.kind == ItemKind::Tool {
                    let tool = ToolEvidence { tool: item, surface, subject };
                    rules::check_tool(&tool, report, &self.selection);
                }
            }
        })
    }

    /// Looks at one host configuration: its servers' launches and everything else in it.
    #[must_use]
    pub fn host_config(&self, target: &str, config: &HostConfig) -> Vec<Finding> {
        self.report(target, |report| {
            rules::check_host_config(config, report, &self.selection);
            for server in &config.servers {
                rules::check_launch(&LaunchEvidence { server, config }, report, &self.selection);
            }
        })
    }

    /// Looks at an instruction file, skill, command or hook beside a configuration.
    #[must_use]
    pub fn document(
        &self,
        target: &str,
        document: &ContextDocument,
        neighbours: &Neighbours,
    ) -> Vec<Finding> {
        let role = match document.kind {
            ContextKind::Instructions | ContextKind::Skill | ContextKind::Command => Role::Context,
            ContextKind::HookScript => Role::Other,
        };
        self.report(target, |report| {
            let subject = Subject {
                server: "",
                file: Some(&document.path),
                item: Some(ItemKind::Config),
                name: None,
                neighbours,
            };
            let span = Span::new(0, document.text.len());
            self.text(&subject, &document.text, span, &Pointer::root(), role, report);
        })
    }

    /// True when a rule of the selection looks at what a bundle holds: without one, it was not looked at.
    #[must_use]
    pub fn looks_at_bundles(&self) -> bool {
        let mut rules = RULES.iter().enumerate().filter(|(index, _)| self.selection.runs(*index));
        rules.any(|(_, rule)| {
            matches!(rule.entry, Entry::Package | Entry::Source | Entry::Advisory | Entry::Tool | Entry::Text)
        })
    }

    /// Looks at the files of a package, an archive or a source folder: at the files themselves, at what their code does,
    /// and at every text of the tools, prompts and resources that it offers. Findings name files by their paths in the
    /// bundle. Nothing is executed.
    #[must_use]
    pub fn bundle(&self, target: &str, bundle: &Bundle) -> Looked {
        let analysis = portcullis_source::analyse(bundle);
        let offers = sourced::offers(&analysis);
        let findings = self.report(target, |report| {
            let manifests = manifest::of_bundle(bundle);
            let package = PackageEvidence { bundle, manifests: &manifests };
            rules::check_package(&package, report, &self.selection);
            rules::check_source(&SourceEvidence { bundle, analysis: &analysis }, report, &self.selection);
            self.offers(&offers, report);
        });
        Looked { findings, analysis, surface: offers.surface }
    }

    /// Looks at what code offers as at a server's surface. What is found is where the code registers it.
    fn offers(&self, offers: &Offers, report: &mut Report<'_>) {
        let neighbours = Neighbours::default();
        for (item, registered) in offers.surface.items.iter().zip(&offers.registered) {
            let subject = Subject {
                server: "",
                file: Some(&registered.path),
                item: Some(item.kind),
                name: Some(&item.name),
                neighbours: &neighbours,
            };
            let first = report.len();
            self.tree(&subject, &item.node, &mut Pointer::root(), item_role(item), report);
            // Of a tool whose name is made at run time too little is known.
            if item.kind == ItemKind::Tool && !item.name.is_empty() {
                let tool = ToolEvidence { tool: item, surface: &offers.surface, subject };
                rules::check_tool(&tool, report, &self.selection);
            }
            report.place_since(first, sourced::span(registered.at));
        }
    }

    /// Looks at a package in use, with the advisories that speak of its version.
    #[must_use]
    pub fn advised(&self, target: &str, package: &Advised<'_>) -> Vec<Finding> {
        self.report(target, |report| rules::check_advised(package, report, &self.selection))
    }

    /// Looks at a listing of a registry: at what it relies on, and at the texts that it shows.
    #[must_use]
    pub fn listing(&self, target: &str, evidence: &ListingEvidence<'_>) -> Vec<Finding> {
        self.report(target, |report| {
            rules::check_listing(evidence, report, &self.selection);
            let listing = evidence.listing;
            let neighbours = Neighbours::default();
            let subject = Subject {
                server: &listing.name,
                file: None,
                item: Some(ItemKind::Listing),
                name: Some(&listing.name),
                neighbours: &neighbours,
            };
            let texts = [
                ("name", Some(&listing.name), Role::Name),
                ("title", listing.title.as_ref(), Role::Title),
                ("description", listing.description.as_ref(), Role::Description),
            ];
            for (member, text, role) in texts {
                if let Some(text) = text {
                    self.text(&subject, text, Span::UNKNOWN, &Pointer::of(&[member]), role, report);
                }
            }
        })
    }

    /// Looks at all servers that are used together.
    #[must_use]
    pub fn installation(&self, installation: &Installation<'_>) -> Vec<Finding> {
        self.report(installation.target, |report| {
            rules::check_installation(installation, report, &self.selection);
        })
    }

    /// Looks at changes since a pin was made or between two askings.
    #[must_use]
    pub fn changes(&self, target: &str, changes: &[Change]) -> Vec<Finding> {
        self.report(target, |report| {
            for change in changes {
                rules::check_change(change, report, &self.selection);
            }
        })
    }

    /// Looks at one text by itself, for `judge` and for live messages.
    #[must_use]
    pub fn one_text(&self, subject: &Subject<'_>, text: &str, role: Role) -> Vec<Finding> {
        self.report("text", |report| {
            self.text(subject, text, Span::UNKNOWN, &Pointer::root(), role, report);
        })
    }

    /// Looks at one text of a live message, which was read already. `span` is where the message spells it: a subject
    /// with a file gets findings with their places in the message.
    #[must_use]
    pub fn passage(
        &self,
        subject: &Subject<'_>,
        reading: &Reading<'_>,
        span: Span,
        field: &Pointer,
    ) -> Vec<Finding> {
        self.report("message", |report| {
            let passage = Passage { reading, subject: *subject, field, span };
            rules::check_text(&passage, report, &self.selection);
        })
    }

    fn report(&self, target: &str, look: impl FnOnce(&mut Report<'_>)) -> Vec<Finding> {
        let Some(first) = RULES.first() else { return Vec::new() };
        let mut report = Report::new(target, first);
        look(&mut report);
        let mut findings = report.into_findings();
        findings.retain(|finding| self.selection.hears(finding));
        findings.iter_mut().for_each(redact);
        fingerprint::assign(&mut findings);
        findings
    }

    fn server_texts(&self, server: &Subject<'_>, surface: &Surface, report: &mut Report<'_>) {
        let subject = Subject { item: Some(ItemKind::Instructions), ..*server };
        if let Some(instructions) = &surface.instructions {
            let mut field = Pointer::of(&["instructions"]);
            self.tree(&subject, instructions, &mut field, Role::Instructions, report);
        }
        for entry in &surface.rest {
            let mut field = Pointer::of(&[&entry.key]);
            self.tree(&subject, &entry.node, &mut field, Role::Other, report);
        }
    }

    /// Hands every text of a tree to the text rules.
    fn tree(
        &self,
        subject: &Subject<'_>,
        node: &Node,
        field: &mut Pointer,
        role: Role,
        report: &mut Report<'_>,
    ) {
        node.visit_texts(field, &mut |at, field| {
            let role = role_of(role, field.as_str(), at.is_key);
            self.text(subject, at.text, at.span, field, role, report);
        });
    }

    fn text(
        &self,
        subject: &Subject<'_>,
        text: &str,
        span: Span,
        field: &Pointer,
        role: Role,
        report: &mut Report<'_>,
    ) {
        let reading = Reading::of(text, role);
        let passage = Passage { reading: &reading, subject: *subject, field, span };
        rules::check_text(&passage, report, &self.selection);
    }
}

/// Takes every secret out of what a finding shows, so that no report can hold one. Names are shown too: a secret in one
/// is as readable as elsewhere.
fn redact(finding: &mut Finding) {
    let clean = |text: &mut String| {
        if let Cow::Owned(redacted) = secret::redact(text) {
            *text = redacted;
        }
    };
    clean(&mut finding.message);
    clean(&mut finding.fix.title);
    finding.flow.iter_mut().for_each(|step| clean(&mut step.message));
    finding.evidence.iter_mut().for_each(clean);
    finding.location.name.iter_mut().for_each(clean);
    let field = finding.location.field.as_ref();
    if let Some(field) = field.filter(|field| matches!(secret::redact(field.as_str()), Cow::Owned(_))) {
        let segments: Vec<String> =
            field.segments().map(|segment| secret::redact(&segment).into_owned()).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        finding.location.field = Some(Pointer::of(&segments));
    }
}

/// What the bulk of an item's texts is for.
const fn item_role(item: &Item) -> Role {
    match item.kind {
        ItemKind::Prompt => Role::Prompt,
        ItemKind::Resource | ItemKind::Template => Role::Resource,
        _ => Role::Other,
    }
}

/// What the text at `field` of an item is for, by the names that the specification gives its members.
fn role_of(item: Role, field: &str, is_key: bool) -> Role {
    if is_key {
        return Role::Name;
    }
    let in_schema = ["/inputSchema/", "/outputSchema/", "/input_schema/", "/parameters/", "/arguments/"]
        .iter()
        .any(|prefix| field.starts_with(prefix));
    match field {
        _ if in_schema => Role::Schema,
        "/description" => Role::Description,
        "/title" | "/annotations/title" => Role::Title,
        "/name" | "/uri" | "/uriTemplate" => Role::Name,
        _ if field.starts_with("/messages") || field.starts_with("/contents") => item,
        _ if item == Role::Instructions => Role::Instructions,
        _ => Role::Other,
    }
}
