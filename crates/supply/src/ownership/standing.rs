//! The state of one thing that a listing relies on.

use portcullis_model::{Confidence, ListedRepository, Moment, Observation, Subject};

use super::history::{History, Presence, Settled, moment_of};
use super::relied::owner_of;

/// Where a link, a package or another thing stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkState {
    /// Nobody looked yet.
    Unobserved,
    /// It is there, and nothing is wrong with it.
    Valid,
    /// It leads somewhere else since it was renamed or handed on.
    Redirected {
        /// Who owned it under the old name.
        from: Option<Subject>,
        /// Who owns it now.
        to: Option<Subject>,
        /// Whether the old owner's name still exists: when it is free, whoever takes it takes the link as well.
        old_owner: Presence,
    },
    /// It is gone, and the one it hung on is there: only they can bring it back.
    GoneOwnerPresent,
    /// It is gone, and it is not certain yet that others could take its name.
    AbsentUnverified,
    /// It is gone with the one it hung on, seen on two days: whoever takes the name takes its place.
    AbsentClaimable,
    /// It is there and holds nothing.
    Empty,
    /// A repository that says nothing of itself.
    NoReadme,
    /// A repository whose README shows no configuration.
    NoConfiguration,
    /// It could not be found out.
    Unreachable,
    /// It is held back by whoever runs the place.
    Withheld,
    /// Another thing stands under the name than the one that was listed.
    Resurrected {
        /// True when the immutable ids differ; false when it was only made later than it was listed.
        by_id: bool,
    },
}

impl LinkState {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            LinkState::Unobserved => "unobserved",
            LinkState::Valid => "valid",
            LinkState::Redirected { .. } => "redirected",
            LinkState::GoneOwnerPresent => "gone-owner-present",
            LinkState::AbsentUnverified => "absent-unverified",
            LinkState::AbsentClaimable => "absent-claimable",
            LinkState::Empty => "empty",
            LinkState::NoReadme => "no-readme",
            LinkState::NoConfiguration => "no-configuration",
            LinkState::Unreachable => "unreachable",
            LinkState::Withheld => "withheld",
            LinkState::Resurrected { .. } => "resurrected",
        }
    }
}

/// Where a thing stands, how certain that is, and from when to when it was seen so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Of what.
    pub subject: Subject,
    /// Its state.
    pub state: LinkState,
    /// How certain the state is.
    pub confidence: Confidence,
    /// The first of the observations that agree.
    pub first: Moment,
    /// The last one.
    pub last: Moment,
}

/// Where a thing stands. `recorded` is what the listing says of it, `published` when that was first said.
#[must_use]
pub fn standing(
    subject: &Subject,
    recorded: Option<&ListedRepository>,
    published: Option<Moment>,
    history: &History,
) -> Standing {
    let settled = history.settled(subject);
    let (state, confidence) = match settled.presence {
        Presence::Unobserved => (LinkState::Unobserved, Confidence::Low),
        Presence::Unknown => (LinkState::Unreachable, Confidence::High),
        Presence::Withheld => (LinkState::Withheld, Confidence::High),
        Presence::Present | Presence::Empty | Presence::Moved => {
            there(subject, recorded, published, &settled, history)
        }
        Presence::Missing | Presence::Absent => gone(subject, settled.presence, history),
    };
    let confidence = if settled.is_stale { one_less(confidence) } else { confidence };
    Standing { subject: subject.clone(), state, confidence, first: settled.first, last: settled.last }
}

fn there(
    subject: &Subject,
    recorded: Option<&ListedRepository>,
    published: Option<Moment>,
    settled: &Settled<'_>,
    history: &History,
) -> (LinkState, Confidence) {
    let fact = |name: &str| settled.told.and_then(|told| told.fact(name));
    let known_id = recorded.and_then(|repository| repository.id.as_deref());
    let earlier_id = history.course(subject, "id").first().map(|(_, id)| *id);
    if let (Some(known), Some(now)) = (known_id.or(earlier_id), fact("id"))
        && known != now
    {
        return (LinkState::Resurrected { by_id: true }, Confidence::Certain);
    }
    let is_same = known_id.is_some() && known_id == fact("id");
    if settled.presence == Presence::Moved {
        let account = |login: &str| Subject::Account(login.to_ascii_lowercase());
        let from = owner_of(subject);
        let old_owner = from.as_ref().map_or(Presence::Unobserved, |owner| history.settled(owner).presence);
        let to = fact("moved-to").and_then(|to| match to.split_once("://") {
            Some(_) => owner_of(&Subject::Link(to.to_owned())),
            None => to.split('/').next().map(account),
        });
        return (LinkState::Redirected { from, to, old_owner }, Confidence::Certain);
    }
    // A day of grace: a listing may be made a little before what it names is published.
    let made = fact("created").and_then(moment_of);
    if !is_same
        && let (Some(made), Some(published)) = (made, published)
        && made.since(published) > portcullis_model::listing::DAY
    {
        return (LinkState::Resurrected { by_id: false }, Confidence::Medium);
    }
    if settled.presence == Presence::Empty {
        return (LinkState::Empty, Confidence::Certain);
    }
    match (fact("readme"), fact("configuration")) {
        (Some("no"), _) => (LinkState::NoReadme, Confidence::Certain),
        (_, Some("no")) => (LinkState::NoConfiguration, Confidence::High),
        _ => (LinkState::Valid, Confidence::Certain),
    }
}

fn gone(subject: &Subject, presence: Presence, history: &History) -> (LinkState, Confidence) {
    let is_confirmed = presence == Presence::Absent;
    let owner = match subject {
        Subject::Link(_) | Subject::Npm(_) | Subject::Package(..) => owner_of(subject),
        _ => None,
    };
    if let Some(owner) = owner {
        let held = history.settled(&owner);
        return match held.presence {
            Presence::Present | Presence::Moved | Presence::Empty => (
                LinkState::GoneOwnerPresent,
                if is_confirmed { Confidence::Certain } else { Confidence::High },
            ),
            Presence::Withheld => (LinkState::Withheld, Confidence::High),
            // A renamed login is free at once, a deleted one after ninety days: which it was is only certain with its id.
            Presence::Absent if is_confirmed => (LinkState::AbsentClaimable, sureness(held.told)),
            _ => (LinkState::AbsentUnverified, Confidence::Medium),
        };
    }
    match subject {
        // The name alone decides: nobody is asked before it is taken.
        Subject::Npm(_) | Subject::Pypi(_) | Subject::Account(_) | Subject::Domain(_) if is_confirmed => {
            (LinkState::AbsentClaimable, sureness(history.settled(subject).told))
        }
        Subject::Other(text) if is_confirmed && text.starts_with("npm-scope:") => {
            (LinkState::AbsentClaimable, Confidence::High)
        }
        // The other registries hand out names under conditions that an observation does not show.
        _ => (LinkState::AbsentUnverified, Confidence::Medium),
    }
}

/// With two independent witnesses, or the proof of a rename, nothing is left to doubt.
fn sureness(told: Option<&Observation>) -> Confidence {
    let is_proved =
        told.is_some_and(|told| told.fact("renamed-to").is_some() || told.fact("witnesses") == Some("2"));
    if is_proved { Confidence::Certain } else { Confidence::High }
}

pub(super) const fn one_less(confidence: Confidence) -> Confidence {
    match confidence {
        Confidence::Certain => Confidence::High,
        Confidence::High => Confidence::Medium,
        _ => Confidence::Low,
    }
}

#[cfg(test)]
mod tests {
    use portcullis_model::ObservedStatus;
    use portcullis_model::listing::DAY;

    use super::*;

    const LINK: &str = "https://github.com/ann/tool";
    const OWNER: &str = "github-account:ann";

    /// `SUBJECT DAY STATUS name=value…`, one observation each.
    fn history(lines: &[&str]) -> History {
        let read = |line: &&str| {
            let mut words = line.split_whitespace();
            let subject = Subject::read(words.next().unwrap());
            let seen = Moment(words.next().unwrap().parse::<i64>().unwrap() * DAY);
            let status = ObservedStatus::read(words.next().unwrap()).unwrap();
            let facts =
                words.map(|fact| fact.split_once('=').unwrap()).map(|(a, b)| (a.to_owned(), b.to_owned()));
            Observation { subject, seen, status, facts: facts.collect() }
        };
        lines.iter().map(read).collect()
    }

    fn state(subject: &str, lines: &[&str]) -> String {
        let recorded = ListedRepository { id: Some(String::from("7")), ..ListedRepository::default() };
        let recorded = (subject == LINK).then_some(&recorded);
        let found = standing(&Subject::read(subject), recorded, Some(Moment(DAY)), &history(lines));
        match &found.state {
            LinkState::Redirected { to, old_owner, .. } => format!(
                "redirected to {} from {old_owner:?}",
                to.as_ref().map(ToString::to_string).unwrap_or_default()
            ),
            state => format!("{} {}", state.as_str(), found.confidence.as_str()),
        }
    }

    #[test]
    fn a_link_stands_as_its_and_its_owners_observations_say() {
        let there = &format!("{LINK} 3 present id=7 created=1 readme=yes configuration=yes");
        let gone = &format!("{LINK} 3 absent");
        let gone_still = &format!("{LINK} 5 absent");
        let moved = &format!("{LINK} 3 moved id=7 moved-to=Bob/tool");
        let free = &format!("{OWNER} 3 absent");
        let free_still = &format!("{OWNER} 5 absent");
        let here = &format!("{OWNER} 3 present id=1");
        let cases: &[(&[&str], &str)] = &[
            (&[], "unobserved low"),
            (&[there], "valid certain"),
            (&[there, "https://github.com/ann/tool 4 unknown"], "valid high"),
            (&["https://github.com/ann/tool 4 unknown"], "unreachable high"),
            (&["https://github.com/ann/tool 4 empty id=7"], "empty certain"),
            (&["https://github.com/ann/tool 4 present id=7 readme=no"], "no-readme certain"),
            (
                &["https://github.com/ann/tool 4 present id=7 readme=yes configuration=no"],
                "no-configuration high",
            ),
            (&["https://github.com/ann/tool 4 withheld"], "withheld high"),
            (&["https://github.com/ann/tool 4 present id=8"], "resurrected certain"),
            (&[moved], "redirected to github-account:bob from Unobserved"),
            (&[moved, here], "redirected to github-account:bob from Present"),
            (&[moved, free], "redirected to github-account:bob from Missing"),
            (&[moved, free, free_still], "redirected to github-account:bob from Absent"),
            (&[gone], "absent-unverified medium"),
            (&[gone, gone_still], "absent-unverified medium"),
            (&[gone, here], "gone-owner-present high"),
            (&[gone, gone_still, here], "gone-owner-present certain"),
            (&[gone, free], "absent-unverified medium"),
            (&[gone, gone_still, free], "absent-unverified medium"),
            (&[gone, free, free_still], "absent-unverified medium"),
            (&[gone, gone_still, free, free_still], "absent-claimable high"),
            (
                &[gone, gone_still, free, "github-account:ann 5 absent renamed-to=anna"],
                "absent-claimable certain",
            ),
            (&[gone, gone_still, "github-account:ann 4 withheld"], "withheld high"),
            (&[gone, gone_still, "github-account:ann 4 unknown"], "absent-unverified medium"),
        ];
        for (lines, expected) in cases {
            assert_eq!(state(LINK, lines), *expected, "{lines:?}");
        }
    }

    #[test]
    fn a_package_stands_with_its_name_or_with_its_scope() {
        let cases: &[(&str, &[&str], &str)] = &[
            ("npm:a", &["npm:a 1 absent"], "absent-unverified medium"),
            ("npm:a", &["npm:a 1 absent", "npm:a 2 absent"], "absent-claimable high"),
            ("npm:@s/a", &["npm:@s/a 1 absent", "npm:@s/a 2 absent"], "absent-unverified medium"),
            (
                "npm:@s/a",
                &["npm:@s/a 1 absent", "npm:@s/a 2 absent", "npm-scope:s 1 present"],
                "gone-owner-present certain",
            ),
            (
                "npm:@s/a",
                &["npm:@s/a 1 absent", "npm:@s/a 2 absent", "npm-scope:s 1 absent", "npm-scope:s 2 absent"],
                "absent-claimable high",
            ),
            ("pypi:a", &["pypi:a 1 absent", "pypi:a 2 absent witnesses=2"], "absent-claimable certain"),
            ("pypi:a", &["pypi:a 1 absent", "pypi:a 2 withheld"], "withheld high"),
            ("pypi:a", &["pypi:a 3 present created=259200"], "resurrected medium"),
            ("cargo:a", &["cargo:a 1 absent", "cargo:a 2 absent"], "absent-unverified medium"),
            (
                "domain:example.com",
                &["domain:example.com 1 absent", "domain:example.com 9 absent"],
                "absent-claimable high",
            ),
        ];
        for (subject, lines, expected) in cases {
            assert_eq!(state(subject, lines), *expected, "{subject} {lines:?}");
        }
    }

    #[test]
    fn an_id_that_changed_between_two_looks_is_a_resurrection_even_when_no_listing_recorded_one() {
        let history = history(&[
            "https://github.com/ann/tool 1 present id=1",
            "https://github.com/ann/tool 2 absent",
            "https://github.com/ann/tool 3 present id=2",
        ]);
        let found = standing(&Subject::read(LINK), None, None, &history);
        assert_eq!(found.state, LinkState::Resurrected { by_id: true });
    }
}
