//! Whether a requirement admits a version that no advisory affects.

use super::{Advisory, Event};
use crate::ecosystem::Ecosystem;
use crate::range::{Release, Requirement};

/// The lowest version of interest that a requirement admits, when every such version is affected; none when one that is
/// admitted is not, or when nothing can be said.
///
/// Which versions there are is not known here. Those of interest are the ones that the requirement and the advisories
/// name, the ones right behind them, and the first and last of all: between two of these nothing changes.
#[must_use]
pub fn none_secure(advisories: &[Advisory], ecosystem: Ecosystem, requirement: &str) -> Option<String> {
    let wanted = Requirement::read(ecosystem, requirement)?;
    let mut versions: Vec<String> = vec![String::from("0.0.0"), String::from("999999.0.0")];
    for number in numbers(requirement) {
        versions.extend([behind(&number), number]);
    }
    for event in advisories.iter().flat_map(|advisory| advisory.ranges.iter().flatten()) {
        match event {
            Event::Introduced(version) | Event::LastAffected(version) => {
                versions.push(behind(&padded(version)));
            }
            Event::Fixed(version) => versions.push(version.clone()),
        }
    }
    let admitted = versions.iter().filter_map(|text| {
        let release = Release::read(ecosystem, text)?;
        wanted.admits(&release).then_some((release, text))
    });
    let mut admitted: Vec<(Release, &String)> = admitted.collect();
    let is_secure = |text: &str| !advisories.iter().any(|advisory| advisory.affects(text));
    if admitted.iter().any(|(_, text)| is_secure(text)) {
        return None;
    }
    admitted.sort_by(|(one, _), (other, _)| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    admitted.first().map(|(_, text)| (*text).clone())
}

/// The versions that a requirement names, with three numbers.
fn numbers(requirement: &str) -> Vec<String> {
    let words = requirement
        .split(|sign: char| !sign.is_ascii_alphanumeric() && !matches!(sign, '.' | '-' | '+' | '!'));
    let words = words.map(|word| word.trim_start_matches('v').trim_end_matches(".x").trim_end_matches('.'));
    words.filter(|word| word.starts_with(|sign: char| sign.is_ascii_digit())).map(padded).collect()
}

/// A version of one or two numbers, with three.
fn padded(version: &str) -> String {
    let is_plain = version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match version.matches('.').count() {
        0 if is_plain => format!("{version}.0.0"),
        1 if is_plain => format!("{version}.0"),
        _ => version.to_owned(),
    }
}

/// The next version behind one, by its last number.
fn behind(version: &str) -> String {
    let plain = version.split(['-', '+']).next().unwrap_or(version);
    let Some((head, last)) = plain.rsplit_once('.') else { return version.to_owned() };
    last.parse::<u64>()
        .map_or_else(|_| version.to_owned(), |last| format!("{head}.{}", last.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advisory(ecosystem: Ecosystem, events: Vec<Event>) -> Advisory {
        let name = String::from("some-library");
        let (id, summary) = (String::from("GHSA-x"), String::new());
        let (aliases, versions) = (Vec::new(), Vec::new());
        Advisory {
            id,
            aliases,
            summary,
            severity: None,
            ecosystem,
            package: name,
            ranges: vec![events],
            versions,
        }
    }

    #[test]
    fn a_range_whose_every_version_is_affected_is_told_from_one_with_a_way_out() {
        let text = String::from;
        let fixed =
            [advisory(Ecosystem::Npm, vec![Event::Introduced(text("0")), Event::Fixed(text("2.0.0"))])];
        for (requirement, expected) in [
            ("^1.2.0", Some("1.2.0")),
            ("~1.2", Some("1.2.0")),
            ("1.x", Some("1.0.0")),
            (">=1.2.0", None),
            ("^1.2.0 || ^2.0.0", None),
            ("*", None),
            ("latest", None),
        ] {
            assert_eq!(
                none_secure(&fixed, Ecosystem::Npm, requirement).as_deref(),
                expected,
                "{requirement}"
            );
        }
        let later =
            [advisory(Ecosystem::Npm, vec![Event::Introduced(text("1.4.0")), Event::Fixed(text("2.0.0"))])];
        assert_eq!(none_secure(&later, Ecosystem::Npm, "^1.2.0"), None);
        assert!(none_secure(&later, Ecosystem::Npm, "^1.4.0").is_some());
        let last = [advisory(
            Ecosystem::Pypi,
            vec![Event::Introduced(text("0")), Event::LastAffected(text("1.5.0"))],
        )];
        assert_eq!(none_secure(&last, Ecosystem::Pypi, ">=1,<2"), None);
        assert!(none_secure(&last, Ecosystem::Pypi, ">=1,<=1.5.0").is_some());
        let open = [advisory(Ecosystem::Pypi, vec![Event::Introduced(text("0"))])];
        assert!(none_secure(&open, Ecosystem::Pypi, ">=1").is_some());
    }
}
