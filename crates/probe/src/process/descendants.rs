//! Processes whose line of parents leads to a server.

use std::fs;

/// A process, told from a later one with the same number by the time it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Descendant {
    pub(super) id: i32,
    started: u64,
}

impl Descendant {
    pub(super) fn is_still_there(self) -> bool {
        status_of(self.id).is_some_and(|status| status.started == self.started)
    }
}

struct Status {
    id: i32,
    parent: i32,
    group: i32,
    started: u64,
}

/// Descendants of `leader` that are not in its group. Known only where `/proc` is like Linux's.
pub(super) fn outside_group(leader: i32) -> Vec<Descendant> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let ids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let all: Vec<Status> = ids.filter_map(status_of).collect();
    let mut family = vec![leader];
    loop {
        let is_new = |status: &&Status| family.contains(&status.parent) && !family.contains(&status.id);
        let Some(status) = all.iter().find(is_new) else { break };
        family.push(status.id);
    }
    all.iter()
        .filter(|status| status.group != leader && family.contains(&status.id))
        .map(|status| Descendant { id: status.id, started: status.started })
        .collect()
}

/// Fields 4, 5 and 22 of `/proc/<id>/stat`; the name before them is in parentheses and may hold anything.
fn status_of(id: i32) -> Option<Status> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(1);
    let parent = fields.next()?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    let started = fields.nth(16)?.parse().ok()?;
    Some(Status { id, parent, group, started })
}
