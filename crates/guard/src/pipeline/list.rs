//! A page of a list: each item is judged, compared with its pin, and shown or withheld (T04, T05, X06).

use std::collections::HashSet;

use bytes::Bytes;
use portcullis_assess::{PinnedItem, weigh};
use portcullis_model::{Finding, Item, ItemKind, Node, Pointer, Surface, Verdict};
use portcullis_policy::PinState;
use portcullis_rules::{Neighbours, capability};
use portcullis_wire::splice::Splice;

use super::way::{Facts, Way, always};
use super::{binding, decide};
use crate::approval::Ask;
use crate::passage::{Decision, Judged, Reason, ReasonKind};
use crate::pins::{PinError, Standing};
use crate::refusal::Refusal;
use crate::roster::{Offer, Schema};
use crate::session::Asked;

/// The most items that are remembered of one server. A longer list is refused.
const MOST: usize = 20_000;
/// The most characters of a difference that a person is shown.
const SHOWN: usize = 4_000;

/// One item of the page, and what is thought of it.
struct Listed {
    item: Item,
    index: usize,
    pinned: PinnedItem,
    standing: Standing,
    findings: Vec<Finding>,
    withheld: Option<Why>,
}

/// Why an item is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// It has no name, or that of another item.
    Ambiguous,
    /// It is not as it was accepted.
    Changed,
    /// Rules speak against it.
    Poisoned,
}

/// Judges a page of a list.
pub(super) fn judge(way: &Way<'_>, asked: &Asked, result: &Node, mut facts: Facts<'_>) -> Judged {
    let (kind, key) = kind(&asked.method);
    let Some(list) = result.get(key).filter(|list| list.is_list()) else {
        let decision =
            way.decided(Verdict::Deny, vec![always("known-results", &["X13"], "a list is a list")]);
        return way.refuse(&facts, decision, &Refusal::decided(format!("the result holds no list `{key}`")));
    };
    let page = items(list, kind);
    let judged = look(way, kind, page, &facts).and_then(|mut listed| {
        withhold_changed(way, kind, &mut listed)?;
        withhold_poisoned(way, &mut listed)?;
        accept_new(way, &listed)?;
        Ok(listed)
    });
    let listed = match judged {
        Ok(listed) => listed,
        Err(error) => {
            let decision = way.decided(
                Verdict::Deny,
                vec![always("pins", &["T05"], "what cannot be pinned does not pass")],
            );
            return way.refuse(&facts, decision, &Refusal::decided(error.to_string()));
        }
    };
    let last = result.get("nextCursor").and_then(Node::text).is_none_or(str::is_empty);
    if !remember(way, asked, kind, &listed, last) {
        let decision = way.decided(Verdict::Deny, vec![always("limits", &["X12"], "a list has an end")]);
        return way.refuse(
            &facts,
            decision,
            &Refusal::decided(format!("the list has more than {MOST} items")),
        );
    }
    let decision = decided(way, &listed);
    facts.inspection.findings = listed
        .into_iter()
        .filter(|listed| listed.withheld.is_some())
        .flat_map(|listed| if listed.withheld == Some(Why::Poisoned) { listed.findings } else { Vec::new() })
        .collect();
    pass(way, &facts, decision.0, list, &decision.1)
}

/// The page without what is withheld.
fn pass(way: &Way<'_>, facts: &Facts<'_>, decision: Decision, list: &Node, out: &[usize]) -> Judged {
    if out.is_empty() || way.guard.conduct.dry_run {
        return way.pass(facts, decision);
    }
    let mut splice = Splice::new();
    splice.remove_items(list, out);
    way.pass_as(facts, decision, Bytes::from(splice.apply(&way.bytes)))
}

fn kind(method: &str) -> (ItemKind, &'static str) {
    match method {
        "prompts/list" => (ItemKind::Prompt, "prompts"),
        "resources/list" => (ItemKind::Resource, "resources"),
        "resources/templates/list" => (ItemKind::Template, "resourceTemplates"),
        _ => (ItemKind::Tool, "tools"),
    }
}

/// The items of a page. What identifies a resource is its URI, whatever its name says.
fn items(list: &Node, kind: ItemKind) -> Vec<Item> {
    let key = match kind {
        ItemKind::Resource => "uri",
        ItemKind::Template => "uriTemplate",
        _ => "name",
    };
    let item = |(index, node): (usize, &Node)| {
        let mut pointer = Pointer::root();
        pointer.push_index(index);
        let name = node.get_text(key).unwrap_or_default().to_owned();
        Item { kind, name, pointer, node: node.clone() }
    };
    list.items().iter().enumerate().map(item).collect()
}

/// What the rules find in each item, and how it stands to its pin.
fn look(way: &Way<'_>, kind: ItemKind, page: Vec<Item>, facts: &Facts<'_>) -> Result<Vec<Listed>, PinError> {
    let principal = &way.session.principal;
    let pinned: Vec<PinnedItem> = page.iter().map(PinnedItem::of).collect();
    let standings = match kind {
        // Resources are data: they come, go and change all the time. The rules look at each; a team's lock pins them too.
        ItemKind::Resource if !way.guard.pins.has_team(way.server) => vec![Standing::Same; pinned.len()],
        _ => way.guard.pins.standings(principal, way.server, &pinned)?,
    };
    let surface = Surface { server: way.server.to_owned(), items: page, ..Surface::default() };
    let findings = if clean(way, &pinned) {
        Vec::new()
    } else {
        way.guard.engine.surface("message", &surface, Some("message"), &neighbours(way))
    };
    let (mut listed, mut names): (Vec<Listed>, HashSet<String>) = (Vec::new(), HashSet::new());
    for (index, ((item, pinned), standing)) in
        surface.items.into_iter().zip(pinned).zip(standings).enumerate()
    {
        let of_it = |finding: &&Finding| {
            finding.location.item == Some(kind)
                && finding.location.name.as_deref() == Some(item.name.as_str())
        };
        let findings: Vec<Finding> = findings.iter().filter(of_it).cloned().collect();
        // Names that some host takes for the same.
        let taken = !names.insert(item.name.to_ascii_lowercase());
        let withheld = if item.name.is_empty() || taken {
            Some(Why::Ambiguous)
        } else if is_refused(way, facts, &item, &findings) {
            Some(Why::Poisoned)
        } else {
            None
        };
        listed.push(Listed { item, index, pinned, standing, findings, withheld });
    }
    remember_clean(way, &listed);
    Ok(listed)
}

/// Whether all of these were looked at before and nothing was found.
fn clean(way: &Way<'_>, items: &[PinnedItem]) -> bool {
    items.iter().all(|item| way.guard.clean.contains(&item.name, &item.body))
}

fn remember_clean(way: &Way<'_>, listed: &[Listed]) {
    for listed in listed.iter().filter(|listed| listed.findings.is_empty()) {
        way.guard.clean.insert(&listed.pinned.name, &listed.pinned.body);
    }
}

/// The tools of the other servers of this session: what a text may refer to.
fn neighbours(way: &Way<'_>) -> Neighbours {
    let state = way.session.state();
    let others = state.servers.iter().filter(|(name, _)| &***name != way.server);
    let mut tools: Vec<(String, String)> = others
        .clone()
        .flat_map(|(name, server)| server.roster.tools().map(|tool| (name.to_string(), tool.to_owned())))
        .collect();
    tools.sort_unstable();
    Neighbours { tools, servers: others.map(|(name, _)| name.to_string()).collect() }
}

/// Whether the policies would not let an item with these findings be shown.
fn is_refused(way: &Way<'_>, facts: &Facts<'_>, item: &Item, findings: &[Finding]) -> bool {
    if weigh(findings).score < 0.35 {
        return false;
    }
    let mut of_it = Facts::new(facts.kind, facts.action, facts.method);
    match item.kind {
        ItemKind::Tool => of_it.tool = Some(&item.name),
        _ => of_it.target = &item.name,
    }
    of_it.inspection.findings = findings.to_vec();
    let ruling = decide::decide(way, &of_it);
    ruling.asks || ruling.decision.verdict >= Verdict::Ask
}

/// Withholds what is not as it was accepted, unless a person has accepted exactly this.
fn withhold_changed(way: &Way<'_>, kind: ItemKind, listed: &mut [Listed]) -> Result<(), PinError> {
    let is_changed =
        |listed: &&mut Listed| matches!(listed.standing, Standing::Changed(_) | Standing::Unknown);
    let mut changed: Vec<&mut Listed> = listed.iter_mut().filter(is_changed).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let what = format!("changed {kind}");
    let binding = binding::of_items(way, &what, changed.iter().map(|listed| listed.pinned.body.as_str()));
    if approved(way, &binding) {
        let items: Vec<PinnedItem> = changed.iter().map(|listed| listed.pinned.clone()).collect();
        way.guard.pins.accept(&way.session.principal, way.server, &items)?;
        changed.iter_mut().for_each(|listed| listed.standing = Standing::Same);
        return Ok(());
    }
    let mut shown = String::new();
    for listed in &mut changed {
        listed.withheld.get_or_insert(Why::Changed);
        difference(listed, &mut shown);
    }
    let names: Vec<&str> = changed.iter().map(|listed| listed.item.name.as_str()).take(8).collect();
    let because = [format!("{} of {kind} kind differ from what was accepted", changed.len())];
    question(way, &names.join(", "), &shown, &because, &binding);
    Ok(())
}

/// The semantic difference of an item, for a person.
fn difference(listed: &Listed, shown: &mut String) {
    let Standing::Changed(changes) = &listed.standing else {
        shown.push_str(&format!("{}: unknown to the lock\n", listed.item.name));
        return;
    };
    for change in changes {
        shown.push_str(&format!("{} {} {}\n", change.name, change.kind.as_str(), change.field));
        for (sign, text) in [("-", &change.before), ("+", &change.after)] {
            if let Some(text) = text {
                shown.push_str(&format!("  {sign} {}\n", portcullis_text::secret::redact(text)));
            }
        }
    }
}

/// Withholds what rules speak against, unless a person lets exactly this pass.
fn withhold_poisoned(way: &Way<'_>, listed: &mut [Listed]) -> Result<(), PinError> {
    let principal = &way.session.principal;
    for listed in listed.iter_mut().filter(|listed| listed.withheld == Some(Why::Poisoned)) {
        let body = &listed.pinned.body;
        let binding = binding::of_items(way, "poisoned", [listed.item.name.as_str(), body].into_iter());
        if approved(way, &binding) {
            way.guard.pins.release(principal, way.server, body)?;
        }
        if way.guard.pins.is_released(principal, way.server, body)? {
            listed.withheld = None;
            continue;
        }
        let because: Vec<String> = listed
            .findings
            .iter()
            .map(|finding| format!("rule {}: {}", finding.rule, finding.message))
            .collect();
        let shown = listed.item.description().unwrap_or_default();
        question(way, &listed.item.name, &portcullis_text::secret::redact(shown), &because, &binding);
    }
    Ok(())
}

fn approved(way: &Way<'_>, binding: &str) -> bool {
    way.guard.approvals.as_ref().is_some_and(|approvals| approvals.take(binding).is_some())
}

fn question(way: &Way<'_>, subject: &str, shown: &str, because: &[String], binding: &str) {
    let Some(approvals) = &way.guard.approvals else { return };
    let shown: String = shown.chars().take(SHOWN).collect();
    // What cannot be asked stays withheld; the decision in the ledger says so.
    let _ = approvals.ask(&Ask {
        kind: "change",
        principal: &way.session.principal.to_string(),
        server: way.server,
        subject,
        shown: &shown,
        because,
        binding,
    });
}

/// Pins what is seen for the first time and may be shown.
fn accept_new(way: &Way<'_>, listed: &[Listed]) -> Result<(), PinError> {
    let new: Vec<PinnedItem> = listed
        .iter()
        .filter(|listed| listed.withheld.is_none() && listed.standing == Standing::New)
        .map(|listed| listed.pinned.clone())
        .collect();
    way.guard.pins.accept(&way.session.principal, way.server, &new)
}

/// Keeps the roster; `false` when it would grow without end.
fn remember(way: &Way<'_>, asked: &Asked, kind: ItemKind, listed: &[Listed], last: bool) -> bool {
    if !matches!(kind, ItemKind::Tool | ItemKind::Prompt) {
        return true;
    }
    let mut state = way.session.state();
    let shown = listed.iter().filter(|listed| listed.withheld.is_none()).map(|listed| &listed.item);
    if kind == ItemKind::Tool {
        state.course.roster(way.server, shown);
    }
    let roster = &mut state.server(way.server).roster;
    if roster.len() + listed.len() > MOST {
        return false;
    }
    if !asked.next_page {
        roster.begin(kind);
    }
    for listed in listed {
        let pin = match (listed.withheld, &listed.standing) {
            (Some(_), _) => PinState::Withheld,
            (None, Standing::Same) => PinState::Same,
            (None, Standing::New) => PinState::New,
            (None, Standing::Changed(_)) => PinState::Changed,
            (None, Standing::Unknown) => PinState::Unpinned,
        };
        let (capabilities, schema) = match kind {
            ItemKind::Tool => (way.guard.capabilities(way.server, &listed.item), Schema::of(&listed.item)),
            _ => (capability::Capabilities::default(), Schema::None),
        };
        roster.add(kind, &listed.item.name, Offer::new(&listed.pinned.body, pin, capabilities, schema));
    }
    if last {
        roster.finish(kind);
    }
    true
}

/// The decision about the page, and the places of what is withheld.
fn decided(way: &Way<'_>, listed: &[Listed]) -> (Decision, Vec<usize>) {
    let mut because: Vec<Reason> = Vec::new();
    let mut out = Vec::new();
    for listed in listed {
        let Some(why) = listed.withheld else { continue };
        out.push(listed.index);
        because.push(match why {
            Why::Ambiguous => {
                always("one-name-one-item", &["T02"], "an item has no name, or that of another")
            }
            Why::Changed => always("pins", &["T05"], "an item is not as it was accepted"),
            Why::Poisoned => always("withheld-item", &["T04"], "rules speak against an item"),
        });
        if why == Why::Poisoned {
            because.extend(listed.findings.iter().map(|finding| Reason {
                kind: ReasonKind::Rule,
                id: finding.rule.as_str().into(),
                threats: finding.threats.iter().map(|threat| threat.id().into()).collect(),
                words: "".into(),
            }));
        }
    }
    because.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    because.dedup();
    let verdict = if out.is_empty() { Verdict::Allow } else { Verdict::Redact };
    (way.decided(verdict, because), out)
}
