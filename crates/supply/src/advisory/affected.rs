//! Whether a version is affected, as the OSV schema says it is to be told.

use std::cmp::Ordering;

use super::{Advisory, Event};
use crate::range::Release;

pub(super) fn is_affected(advisory: &Advisory, version: &str) -> bool {
    let release = Release::read(advisory.ecosystem, version);
    let same = |listed: &String| {
        listed == version || (release.is_some() && Release::read(advisory.ecosystem, listed) == release)
    };
    if advisory.versions.iter().any(same) {
        return true;
    }
    release.is_some_and(|release| advisory.ranges.iter().any(|events| holds(events, &release, advisory)))
}

/// Walks the events in the order of their versions.
fn holds(events: &[Event], release: &Release, advisory: &Advisory) -> bool {
    // `None` stands before every version.
    let mut placed: Vec<(Option<Release>, &Event)> = Vec::new();
    for event in events {
        let (Event::Introduced(at) | Event::Fixed(at) | Event::LastAffected(at)) = event;
        match (event, at.as_str()) {
            (Event::Introduced(_), "0") => placed.push((None, event)),
            _ => match Release::read(advisory.ecosystem, at) {
                Some(at) => placed.push((Some(at), event)),
                // An end that cannot be read ends nothing, and a beginning begins nothing.
                None => continue,
            },
        }
    }
    placed.sort_by(|(left, one), (right, other)| {
        let order = match (left, right) {
            (Some(left), Some(right)) => left.partial_cmp(right).unwrap_or(Ordering::Equal),
            (left, right) => left.is_some().cmp(&right.is_some()),
        };
        order.then_with(|| rank(one).cmp(&rank(other)))
    });
    let mut affected = false;
    for (at, event) in &placed {
        let reached = at.as_ref().is_none_or(|at| release >= at);
        match event {
            Event::Introduced(_) if reached => affected = true,
            Event::Fixed(_) if reached => affected = false,
            Event::LastAffected(_) if at.as_ref().is_some_and(|at| release > at) => affected = false,
            _ => {}
        }
    }
    affected
}

/// At one version what ends comes before what begins, and what is affected to the last after both.
const fn rank(event: &Event) -> u8 {
    match event {
        Event::Fixed(_) => 0,
        Event::Introduced(_) => 1,
        Event::LastAffected(_) => 2,
    }
}
