//! Stable identities of findings: they survive moved lines, reordered servers and reordered tools.

use std::collections::BTreeMap;

use portcullis_model::Finding;
use sha2::{Digest, Sha256};

/// Gives every finding its id. Findings that are alike in everything that counts are numbered in order.
pub(crate) fn assign(findings: &mut [Finding]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let digest = digest(finding);
        let count = seen.entry(digest.clone()).or_insert(0);
        *count += 1;
        finding.id = if *count == 1 { digest } else { format!("{digest}-{count}") };
    }
}

/// Rule, target, server, item, name, field and evidence count; place and wording of the message do not. List indices
/// in the field do not count either: they move when an item is added before.
fn digest(finding: &Finding) -> String {
    let location = &finding.location;
    let field: Vec<String> = location
        .field
        .iter()
        .flat_map(portcullis_model::Pointer::segments)
        .filter(|segment| !segment.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    let parts = [
        finding.rule.as_str(),
        &finding.target,
        location.server.as_deref().unwrap_or_default(),
        location.item.map_or("", |item| item.as_str()),
        location.name.as_deref().unwrap_or_default(),
        &field.join("/"),
        finding.evidence.as_deref().unwrap_or_default(),
    ];
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
