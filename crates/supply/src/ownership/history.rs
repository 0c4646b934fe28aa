//! Everything that was observed, by subject and in the order of time, and what it comes down to.

use std::collections::BTreeMap;

use portcullis_model::listing::{DAY, DAY_APART};
use portcullis_model::{Moment, Observation, ObservedStatus, Subject};

use super::relied::normal;

/// Observations of many subjects. The order in which they came plays no part.
#[derive(Debug, Clone, Default)]
pub struct History {
    seen: BTreeMap<Subject, Vec<Observation>>,
}

/// Whether something exists, as far as the observations tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presence {
    /// Nobody looked.
    Unobserved,
    /// Somebody looked, and it could not be found out.
    Unknown,
    /// It is there.
    Present,
    /// It is there under another name or owner.
    Moved,
    /// It is there and holds nothing.
    Empty,
    /// It can not be had by anybody at present.
    Withheld,
    /// It was absent, and no second look on another day ([`DAY_APART`]) has agreed yet.
    Missing,
    /// It was absent on two days, and never there in between.
    Absent,
}

/// What the observations of one subject come down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled<'a> {
    /// Whether it exists.
    pub presence: Presence,
    /// The first of the observations that agree with the last one.
    pub first: Moment,
    /// The last observation that tells anything.
    pub last: Moment,
    /// That observation.
    pub told: Option<&'a Observation>,
    /// True when later looks could not find anything out.
    pub is_stale: bool,
}

impl History {
    /// The observations of one subject, the earliest first.
    #[must_use]
    pub fn of(&self, subject: &Subject) -> &[Observation] {
        let known = self.seen.get(subject).or_else(|| self.seen.get(&normal(subject)));
        known.map(Vec::as_slice).unwrap_or_default()
    }

    /// The subjects that anything was observed of, in order.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.seen.keys()
    }

    /// What the observations of a subject come down to: the last telling one decides, and absence counts from the first
    /// of the absences that nothing contradicts.
    #[must_use]
    pub fn settled(&self, subject: &Subject) -> Settled<'_> {
        let all = self.of(subject);
        let is_telling = |seen: &&Observation| read(seen) != ObservedStatus::Unknown;
        let Some(told) = all.iter().rev().find(is_telling) else {
            let presence = if all.is_empty() { Presence::Unobserved } else { Presence::Unknown };
            let at = |seen: Option<&Observation>| seen.map(|seen| seen.seen).unwrap_or_default();
            return Settled {
                presence,
                first: at(all.first()),
                last: at(all.last()),
                told: None,
                is_stale: false,
            };
        };
        let status = read(told);
        let agreeing = all.iter().rev().filter(is_telling).take_while(|seen| read(seen) == status);
        let first = agreeing.last().map_or(told.seen, |seen| seen.seen);
        let presence = match status {
            ObservedStatus::Present => Presence::Present,
            ObservedStatus::Moved => Presence::Moved,
            ObservedStatus::Empty => Presence::Empty,
            ObservedStatus::Withheld => Presence::Withheld,
            ObservedStatus::Absent if told.seen.since(first) >= DAY_APART => Presence::Absent,
            ObservedStatus::Absent => Presence::Missing,
            ObservedStatus::Unknown => Presence::Unknown,
        };
        let is_stale = all.last().is_some_and(|last| last.seen > told.seen);
        Settled { presence, first, last: told.seen, told: Some(told), is_stale }
    }

    /// The values that a fact had over time, each with the time of its first sight; repeats are left out.
    #[must_use]
    pub fn course(&self, subject: &Subject, fact: &str) -> Vec<(Moment, &str)> {
        let mut course: Vec<(Moment, &str)> = Vec::new();
        for seen in self.of(subject).iter().filter(|seen| read(seen) != ObservedStatus::Unknown) {
            if let Some(value) = seen.fact(fact)
                && course.last().is_none_or(|(_, before)| *before != value)
            {
                course.push((seen.seen, value));
            }
        }
        course
    }
}

impl FromIterator<Observation> for History {
    fn from_iter<T: IntoIterator<Item = Observation>>(all: T) -> Self {
        let mut seen: BTreeMap<Subject, Vec<Observation>> = BTreeMap::new();
        for observation in all {
            seen.entry(normal(&observation.subject)).or_default().push(observation);
        }
        for observations in seen.values_mut() {
            observations.sort_by(|a, b| {
                (a.seen, a.status).cmp(&(b.seen, b.status)).then_with(|| a.facts.cmp(&b.facts))
            });
        }
        Self { seen }
    }
}

/// What an observation says, whoever recorded it: a batch whose control failed says nothing, and a limit, an outage or a
/// request that nobody was let in for is never absence.
pub(super) fn read(seen: &Observation) -> ObservedStatus {
    if seen.fact("control").is_some_and(|control| control != "found") {
        return ObservedStatus::Unknown;
    }
    match (seen.status, seen.fact("http").and_then(|code| code.parse::<u16>().ok())) {
        (ObservedStatus::Absent, Some(451)) => ObservedStatus::Withheld,
        (ObservedStatus::Absent, Some(401 | 403 | 408 | 425 | 429 | 500..=599)) => ObservedStatus::Unknown,
        (status, _) => status,
    }
}

/// A moment as facts spell it: seconds since 1970, or `2026-03-01` with or without `T12:00:00Z`.
#[must_use]
pub fn moment_of(text: &str) -> Option<Moment> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(Moment(seconds));
    }
    let (date, time) = text.trim().split_once(['T', ' ']).unwrap_or((text.trim(), "00:00:00"));
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let is_date = (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_date || parts.next().is_some() {
        return None;
    }
    let clock = time.split(['Z', 'z', '+', '.']).next().unwrap_or_default();
    let mut parts = clock.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().flatten().unwrap_or(0));
    let is_time = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
    is_time.then(|| Moment(days_since_1970(year, month, day) * DAY + hour * 3600 + minute * 60 + second))
}

/// Days of the Gregorian calendar, counted in years that begin in March, so that the leap day is the last one.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(at: i64, status: ObservedStatus, facts: &[(&str, &str)]) -> Observation {
        let facts = facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Observation { subject: Subject::Npm(String::from("a")), seen: Moment(at), status, facts }
    }

    fn presence(all: Vec<Observation>) -> Presence {
        all.into_iter().collect::<History>().settled(&Subject::Npm(String::from("a"))).presence
    }

    #[test]
    fn absence_takes_looks_on_two_days_that_nothing_contradicts() {
        use ObservedStatus::{Absent, Present, Unknown, Withheld};
        let cases: &[(&[(i64, ObservedStatus)], Presence)] = &[
            (&[], Presence::Unobserved),
            (&[(0, Unknown)], Presence::Unknown),
            (&[(0, Absent)], Presence::Missing),
            (&[(0, Absent), (DAY_APART - 1, Absent)], Presence::Missing),
            (&[(0, Absent), (DAY_APART, Absent)], Presence::Absent),
            (&[(0, Absent), (DAY, Absent)], Presence::Absent),
            (&[(DAY, Absent), (0, Absent)], Presence::Absent),
            (&[(0, Absent), (10, Unknown), (DAY, Absent)], Presence::Absent),
            (&[(0, Absent), (10, Present), (DAY, Absent)], Presence::Missing),
            (&[(0, Absent), (10, Withheld), (DAY, Absent)], Presence::Missing),
            (&[(0, Absent), (DAY, Absent), (2 * DAY, Present)], Presence::Present),
            (&[(0, Absent), (DAY, Absent), (2 * DAY, Unknown)], Presence::Absent),
            (&[(0, Absent), (DAY, Unknown)], Presence::Missing),
        ];
        for (all, expected) in cases {
            let observations = all.iter().map(|(at, status)| seen(*at, *status, &[])).collect();
            assert_eq!(presence(observations), *expected, "{all:?}");
        }
    }

    #[test]
    fn a_limit_an_outage_or_a_failed_control_is_never_absence() {
        for (name, value) in [("http", "429"), ("http", "503"), ("http", "401"), ("control", "failed")] {
            let facts: &[(&str, &str)] = &[(name, value)];
            let all =
                vec![seen(0, ObservedStatus::Absent, facts), seen(2 * DAY, ObservedStatus::Absent, facts)];
            assert_eq!(presence(all), Presence::Unknown, "{name} {value}");
        }
        assert_eq!(presence(vec![seen(0, ObservedStatus::Absent, &[("http", "451")])]), Presence::Withheld);
        assert_eq!(
            presence(vec![seen(0, ObservedStatus::Absent, &[("http", "404"), ("control", "found")])]),
            Presence::Missing
        );
    }

    #[test]
    fn observations_of_one_subject_belong_together_however_it_is_spelt() {
        let subjects = ["github-account:Ann", "github-account:ann"];
        let all = subjects.iter().zip([0, DAY]).map(|(text, at)| {
            let status = ObservedStatus::Absent;
            Observation { subject: Subject::read(text), seen: Moment(at), status, facts: Vec::new() }
        });
        let history: History = all.collect();
        for text in subjects {
            assert_eq!(history.settled(&Subject::read(text)).presence, Presence::Absent, "{text}");
        }
    }

    #[test]
    fn moments_are_read_in_both_spellings() {
        for (text, expected) in [
            ("1700000000", Some(1_700_000_000)),
            ("1970-01-01", Some(0)),
            ("2000-02-29T00:00:00Z", Some(951_782_400)),
            ("2026-11-21T21:20:23.5Z", Some(1_795_296_023)),
            ("2026-13-01", None),
            ("soon", None),
            ("2026-01", None),
        ] {
            assert_eq!(moment_of(text), expected.map(Moment), "{text}");
        }
    }
}
