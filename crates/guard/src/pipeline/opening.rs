//! The first words of a server: its instructions, and what it says of itself.

use portcullis_assess::PinnedItem;
use portcullis_model::{Node, Verdict};
use portcullis_text::Role;
use portcullis_wire::splice::Splice;

use super::way::{Facts, Way};
use super::{binding, decide};
use crate::approval::Ask;
use crate::inspect::{self, Inspection};
use crate::pins::Standing;

/// Looks at the answer to `initialize` or `server/discover`. Instructions that may not reach the model are taken out.
pub(super) fn judge(way: &Way<'_>, result: &Node, facts: &mut Facts<'_>, splice: &mut Splice) {
    revision(way, result);
    for entry in result.entries().iter().filter(|entry| &*entry.key != "instructions") {
        facts.inspection.join(inspect::texts(way.whose(None), &entry.node, Role::Other));
    }
    let Some(instructions) = result.get("instructions") else { return };
    let found = inspect::texts(way.whose(None), instructions, Role::Instructions);
    if withhold(way, facts, instructions, &found) && !way.guard.conduct.dry_run {
        splice.remove_member(result, "instructions");
    } else {
        // What passes still tells nobody a credential.
        facts.inspection.join(found.only_secrets());
    }
}

/// Remembers what both sides agreed on.
fn revision(way: &Way<'_>, result: &Node) {
    if let Some(revision) = result.get_text("protocolVersion").and_then(|revision| revision.parse().ok()) {
        way.session.state().server(way.server).revision = Some(revision);
    }
}

/// Whether the instructions may not pass: rules speak against them, or they are not those that were accepted.
fn withhold(way: &Way<'_>, facts: &mut Facts<'_>, instructions: &Node, found: &Inspection) -> bool {
    let principal = &way.session.principal;
    let item = PinnedItem::of_instructions(instructions);
    let pins = &way.guard.pins;
    let standing = pins.standings(principal, way.server, std::slice::from_ref(&item));
    let Ok(Some(standing)) = standing.map(|mut standings| standings.pop()) else { return true };
    let poisoned = found.score >= 0.35
        && !pins.is_released(principal, way.server, &item.body).unwrap_or(false)
        && is_refused(way, facts, found);
    let changed = matches!(standing, Standing::Changed(_) | Standing::Unknown);
    if !poisoned && !changed {
        return standing == Standing::New
            && pins.accept(principal, way.server, std::slice::from_ref(&item)).is_err();
    }
    let because = reasons(&standing, found);
    facts.chain.extend(because.iter().cloned());
    if approved(way, &item, &because, instructions.text().unwrap_or_default()) {
        let released = !poisoned || pins.release(principal, way.server, &item.body).is_ok();
        let accepted = pins.accept(principal, way.server, std::slice::from_ref(&item)).is_ok();
        return !(released && accepted);
    }
    true
}

/// Whether the policies would not let a text with these findings pass as it is.
fn is_refused(way: &Way<'_>, facts: &Facts<'_>, found: &Inspection) -> bool {
    let mut of_it = Facts::new(facts.kind, facts.action, facts.method);
    of_it.inspection.findings.clone_from(&found.findings);
    let ruling = decide::decide(way, &of_it);
    ruling.asks || ruling.decision.verdict >= Verdict::Ask
}

fn reasons(standing: &Standing, found: &Inspection) -> Vec<String> {
    let mut because = Vec::new();
    match standing {
        Standing::Changed(_) => {
            because.push(String::from("the server's instructions are not those that were accepted"));
        }
        Standing::Unknown => because.push(String::from("the team's lock does not know these instructions")),
        Standing::Same | Standing::New => {}
    }
    because
        .extend(found.findings.iter().map(|finding| format!("rule {}: {}", finding.rule, finding.message)));
    because
}

/// Whether a person has let these instructions pass; they are asked if not.
fn approved(way: &Way<'_>, item: &PinnedItem, because: &[String], text: &str) -> bool {
    let Some(approvals) = &way.guard.approvals else { return false };
    let binding = binding::of_items(way, "instructions", std::iter::once(item.body.as_str()));
    if approvals.take(&binding).is_some() {
        return true;
    }
    let shown: String = portcullis_text::secret::redact(text).chars().take(2_000).collect();
    // A question that cannot be asked is a no; the decision says that the instructions were withheld.
    let _ = approvals.ask(&Ask {
        kind: "change",
        principal: &way.session.principal.to_string(),
        server: way.server,
        subject: "instructions",
        shown: &shown,
        because,
        binding: &binding,
    });
    false
}
