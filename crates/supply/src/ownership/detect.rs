//! Detectors H1 to H12: what a listing's standing means for those who use it. H13 compares listings: [`super::drift`].

mod things;

use portcullis_model::{Confidence, Listing, Moment, Severity, Subject};

use super::history::{History, Presence, Settled};
use super::relied::{Role, relied_on};
use super::standing::{LinkState, one_less, standing};
use things::{content, domain, image, mail, package, proof, release};

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Detector {
    /// H1: the account that owns the namespace.
    Account,
    /// H2: the link to the repository.
    Repository,
    /// H3: the name on npm.
    Npm,
    /// H4: the name on the Python index.
    Pypi,
    /// H5: the name on another package registry.
    Package,
    /// H6: the image.
    Image,
    /// H7: the file of a release.
    Release,
    /// H8: the domain.
    Domain,
    /// H9: the name under a platform.
    Platform,
    /// H10: the published proof of a domain's owner.
    Proof,
    /// H11: the domain of a maintainer's mail.
    Mail,
    /// H12: files of the repository that editors and agents run.
    Content,
    /// H13: lists that name different owners.
    Drift,
}

/// Every detector with its number and its name.
pub const DETECTORS: &[(Detector, &str, &str)] = &[
    (Detector::Account, "H1", "freed-account"),
    (Detector::Repository, "H2", "hijackable-link"),
    (Detector::Npm, "H3", "free-npm-name"),
    (Detector::Pypi, "H4", "free-python-name"),
    (Detector::Package, "H5", "free-package-name"),
    (Detector::Image, "H6", "image-drift"),
    (Detector::Release, "H7", "release-mismatch"),
    (Detector::Domain, "H8", "expired-domain"),
    (Detector::Platform, "H9", "unclaimed-platform-name"),
    (Detector::Proof, "H10", "lost-proof"),
    (Detector::Mail, "H11", "expired-mail-domain"),
    (Detector::Content, "H12", "repository-runs-code"),
    (Detector::Drift, "H13", "owner-drift"),
];

impl Detector {
    /// The number that the method uses: `H1`.
    #[must_use]
    pub fn number(self) -> &'static str {
        DETECTORS.iter().find(|(detector, _, _)| *detector == self).map_or("", |(_, number, _)| number)
    }
}

/// What a detector found, how bad and how certain it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Which detector.
    pub detector: Detector,
    /// How bad. Critical takes two observations that agree.
    pub severity: Severity,
    /// How certain.
    pub confidence: Confidence,
    /// What it is about.
    pub subject: Subject,
    /// What was found, and what it means.
    pub message: String,
    /// The first observation that agrees.
    pub first: Moment,
    /// The last one.
    pub last: Moment,
}

/// One thing of a listing with all that is known of it.
struct Case<'a> {
    listing: &'a Listing,
    subject: &'a Subject,
    role: Role,
    settled: Settled<'a>,
    history: &'a History,
}

impl Case<'_> {
    fn fact(&self, name: &str) -> Option<&str> {
        self.settled.told.and_then(|told| told.fact(name))
    }

    fn verdict(
        &self,
        detector: Detector,
        severity: Severity,
        confidence: Confidence,
        message: String,
    ) -> Verdict {
        let confidence = if self.settled.is_stale { one_less(confidence) } else { confidence };
        let (first, last) = (self.settled.first, self.settled.last);
        Verdict { detector, severity, confidence, subject: self.subject.clone(), message, first, last }
    }

    /// A name that is free, or was when it was last looked at.
    fn free(&self, detector: Detector, message: &str) -> Option<Verdict> {
        let state = standing(self.subject, None, None, self.history).state;
        match (self.settled.presence, state) {
            (Presence::Absent, LinkState::AbsentClaimable) => Some(self.verdict(
                detector,
                Severity::Critical,
                Confidence::High,
                format!("{message}; seen on two days, at least 20 hours apart"),
            )),
            (Presence::Absent | Presence::Missing, LinkState::AbsentUnverified) => Some(self.verdict(
                detector,
                Severity::High,
                Confidence::Medium,
                format!("{message}; this is to be confirmed by a second look on another day"),
            )),
            (Presence::Absent | Presence::Missing, LinkState::GoneOwnerPresent) => Some(self.verdict(
                detector,
                Severity::Medium,
                Confidence::High,
                String::from("it is gone; only its owner, who is there, can bring it back"),
            )),
            _ => None,
        }
    }
}

/// What the detectors H1 to H12 say of a listing, in the order of what it relies on.
#[must_use]
pub fn verdicts(listing: &Listing, history: &History) -> Vec<Verdict> {
    let mut found = Vec::new();
    for (subject, role) in &relied_on(listing) {
        let settled = history.settled(subject);
        let case = Case { listing, subject, role: *role, settled, history };
        match subject {
            Subject::Account(_) => found.extend(account(&case)),
            Subject::Link(_) => {
                found.extend(repository(&case));
                found.extend(content(&case));
            }
            Subject::Npm(_) => {
                found.extend(case.free(Detector::Npm, "the name is free on npm"));
                found.extend(package(&case, Detector::Npm));
                found.extend(mail(&case));
            }
            Subject::Pypi(_) => {
                found.extend(case.free(Detector::Pypi, "the name is free on the Python index"));
                found.extend(package(&case, Detector::Pypi));
                found.extend(mail(&case));
            }
            Subject::Package(kind, _) => match kind.as_str() {
                "oci" => found.extend(image(&case)),
                "mcpb" => found.extend(release(&case)),
                _ => found.extend(case.free(Detector::Package, "the registry does not know the name")),
            },
            Subject::Domain(_) => {
                found.extend(domain(&case));
                found.extend(proof(&case));
            }
            Subject::Other(_) => {}
        }
    }
    found
}

/// H1. Whoever registers a freed login may publish in its namespace.
fn account(case: &Case<'_>) -> Option<Verdict> {
    let ids = case.history.course(case.subject, "id");
    if let [(_, first), .., (_, last)] = ids.as_slice() {
        let message = format!(
            "the account `{}` is another one than before: its id was {first} and is {last}",
            case.subject
        );
        return Some(case.verdict(Detector::Account, Severity::Critical, Confidence::Certain, message));
    }
    if case.role != Role::Namespace {
        return None;
    }
    let renamed = case.fact("renamed-to").map(|to| format!(" since its owner is now called `{to}`"));
    let message = format!("the login that owns the namespace is free{}", renamed.unwrap_or_default());
    case.free(Detector::Account, &message)
}

/// H2. A redirect holds only as long as nobody takes the old name.
fn repository(case: &Case<'_>) -> Option<Verdict> {
    let recorded = case.listing.repository.as_ref().filter(|_| case.role == Role::Repository);
    let found = standing(case.subject, recorded, case.listing.published, case.history);
    let (severity, confidence, message) = match found.state {
        LinkState::AbsentClaimable => (
            Severity::Critical,
            found.confidence,
            String::from(
                "the repository and the account it belonged to are gone: whoever takes the login takes the link; seen on two days, at least 20 hours apart",
            ),
        ),
        LinkState::AbsentUnverified => (
            Severity::Medium,
            Confidence::Medium,
            String::from(
                "the repository is gone, or private; whether its owner's name is free is not confirmed",
            ),
        ),
        LinkState::GoneOwnerPresent => (
            Severity::Low,
            found.confidence,
            String::from("the repository is gone, or private; its owner is there"),
        ),
        LinkState::Redirected { from, to, old_owner } => redirected(from.as_ref(), to.as_ref(), old_owner),
        LinkState::Resurrected { by_id: true } => (
            Severity::Critical,
            Confidence::Certain,
            String::from(
                "another repository stands under the name than the one that was listed: their immutable ids differ",
            ),
        ),
        LinkState::Resurrected { by_id: false } => (
            Severity::High,
            found.confidence,
            String::from("the repository was made after the listing was published"),
        ),
        _ => return None,
    };
    Some(case.verdict(Detector::Repository, severity, confidence, message))
}

fn redirected(
    from: Option<&Subject>,
    to: Option<&Subject>,
    old_owner: Presence,
) -> (Severity, Confidence, String) {
    let shown = |owner: Option<&Subject>| {
        owner.map_or_else(|| String::from("an unknown owner"), |owner| format!("`{owner}`"))
    };
    let way = format!("the link leads from {} to {}", shown(from), shown(to));
    match old_owner {
        Presence::Absent => (
            Severity::Critical,
            Confidence::High,
            format!(
                "{way}, and the old login is free: whoever takes it takes the link; seen on two days, at least 20 hours apart"
            ),
        ),
        Presence::Missing => (
            Severity::High,
            Confidence::Medium,
            format!(
                "{way}, and the old login seems free; this is to be confirmed by a second look on another day"
            ),
        ),
        _ if from == to => {
            (Severity::Info, Confidence::Certain, format!("{way}: the same owner gave it another name"))
        }
        _ => (Severity::Low, Confidence::Certain, format!("{way}; only the old owner could take it back")),
    }
}
