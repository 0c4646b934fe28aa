//! H3 to H12: packages, images, files, domains, proofs and what a repository runs.

use portcullis_model::listing::DAY;
use portcullis_model::{Confidence, ObservedStatus, Severity, Subject};

use super::super::history::{moment_of, read};
use super::super::relied::{Role, forge_of, host_of};
use super::{Case, Detector, Verdict};

/// H3 and H4: a package that is there and not what it was, or not whose the listing says.
pub(super) fn package(case: &Case<'_>, detector: Detector) -> Vec<Verdict> {
    let mut found = Vec::new();
    if case.settled.told.is_none() {
        return found;
    }
    let mut say = |severity, confidence, message: String| {
        found.push(case.verdict(detector, severity, confidence, message));
    };
    if case.fact("quarantined") == Some("yes") {
        say(Severity::High, Confidence::Certain, String::from("the registry has quarantined the package"));
    }
    if case.fact("security-holding") == Some("yes") {
        say(
            Severity::High,
            Confidence::Certain,
            String::from("the registry holds the name because of a security incident"),
        );
    }
    if let [.., (_, before), (_, now)] = case.history.course(case.subject, "maintainers").as_slice() {
        let kept = before.split(',').filter(|name| now.split(',').any(|other| other == *name)).count();
        let (severity, how) = if kept == 0 { (Severity::High, "all") } else { (Severity::Medium, "some") };
        say(
            severity,
            Confidence::High,
            format!("{how} of its maintainers changed since it was last looked at"),
        );
    }
    let named = case.fact("repository").and_then(forge_of);
    let listed = case.listing.repository.as_ref().and_then(|repository| forge_of(&repository.url));
    if let (Some(named), Some(listed)) = (named, listed)
        && !named.owner.eq_ignore_ascii_case(&listed.owner)
    {
        say(
            Severity::Medium,
            Confidence::Medium,
            format!(
                "the package names a repository of `{}`, the listing one of `{}`",
                named.owner, listed.owner
            ),
        );
    }
    let made = case.fact("created").and_then(moment_of);
    if let (Some(made), Some(published)) = (made, case.listing.published)
        && made.since(published) > DAY
    {
        say(
            Severity::High,
            Confidence::Medium,
            String::from("the package was first published after the listing that names it"),
        );
    }
    found
}

/// H6. A tag can be moved; what was listed with a digest should have it.
pub(super) fn image(case: &Case<'_>) -> Option<Verdict> {
    if let [.., (_, before), (_, now)] = case.history.course(case.subject, "digest").as_slice() {
        let message = format!("the image behind the same tag changed from {before} to {now}");
        return Some(case.verdict(Detector::Image, Severity::Medium, Confidence::Certain, message));
    }
    let listed = declared(case);
    if let (Some(listed), Some(now)) = (&listed, case.fact("digest"))
        && listed != now
    {
        let message =
            format!("the image has another digest than the listing says: {now} instead of {listed}");
        return Some(case.verdict(Detector::Image, Severity::High, Confidence::Certain, message));
    }
    case.free(Detector::Image, "the image is gone")
}

/// H7. The listing says what the file has to be.
pub(super) fn release(case: &Case<'_>) -> Option<Verdict> {
    let listed = declared(case);
    if let (Some(listed), Some(now)) = (&listed, case.fact("sha256"))
        && !listed.trim_start_matches("sha256:").eq_ignore_ascii_case(now.trim_start_matches("sha256:"))
    {
        let message = String::from("the released file is not the one that was listed: their SHA-256 differ");
        return Some(case.verdict(Detector::Release, Severity::Critical, Confidence::Certain, message));
    }
    case.free(Detector::Release, "the released file and the account it belonged to are gone")
}

/// The digest that the listing declares of a package.
fn declared(case: &Case<'_>) -> Option<String> {
    let Subject::Package(_, name) = case.subject else { return None };
    case.listing.packages.iter().find(|package| package.name.trim() == name)?.digest.clone()
}

/// H8 and H9. A domain runs out, a platform gives a name to the next one who asks.
pub(super) fn domain(case: &Case<'_>) -> Option<Verdict> {
    let Subject::Domain(name) = case.subject else { return None };
    let is_platform = host_of(name).is_some_and(|host| host.is_platform);
    if is_platform {
        let passing = ["trycloudflare.com", "ngrok-free.app", "ngrok-free.dev", "ngrok.io", "loca.lt"];
        if passing.iter().any(|platform| name.ends_with(platform)) {
            let message =
                String::from("the server stands behind a tunnel whose name passes from hand to hand");
            return Some(case.verdict(Detector::Platform, Severity::High, Confidence::High, message));
        }
        return case.free(Detector::Platform, "nobody has claimed the name under its platform");
    }
    if let Some(free) = case.free(Detector::Domain, "anybody can register the domain") {
        return Some(free);
    }
    let say = |severity, message: &str| {
        Some(case.verdict(Detector::Domain, severity, Confidence::High, message.to_owned()))
    };
    let phase = case.fact("registration").unwrap_or_default();
    if phase.contains("redemption") || phase.contains("pending delete") {
        return say(
            Severity::High,
            "the registration of the domain has run out; it will be free within weeks",
        );
    }
    let registered = case.fact("registered").and_then(moment_of);
    if let (Some(registered), Some(published)) = (registered, case.listing.published)
        && registered > published
    {
        return say(Severity::High, "the domain was registered anew after the listing was published");
    }
    let expires = case.fact("expires").and_then(moment_of);
    expires
        .filter(|expires| expires.since(case.settled.last) < 30 * DAY)
        .and_then(|_| say(Severity::Medium, "the registration of the domain ends within 30 days"))
}

/// H10. The proof of the owner that the registry asked for when the listing was published.
pub(super) fn proof(case: &Case<'_>) -> Option<Verdict> {
    if case.role != Role::Namespace {
        return None;
    }
    let proof = match case.subject {
        Subject::Domain(name) => Subject::Other(format!("proof:{name}")),
        _ => return None,
    };
    let settled = case.history.settled(&proof);
    let say = |severity, confidence, message: &str| {
        let (first, last) = (settled.first, settled.last);
        let message = message.to_owned();
        Some(Verdict {
            detector: Detector::Proof,
            severity,
            confidence,
            subject: proof.clone(),
            message,
            first,
            last,
        })
    };
    if case.history.course(&proof, "key").len() > 1 {
        return say(Severity::High, Confidence::High, "the published key of the owner changed");
    }
    let misses = case.history.of(&proof).iter().rev();
    let misses = misses.take_while(|seen| read(seen) == ObservedStatus::Absent);
    (misses.count() >= 3).then(|| {
        say(Severity::Low, Confidence::High, "the published proof of the owner is gone, three looks in a row")
    })?
}

/// H11. Whoever can register a maintainer's mail domain can ask for a new password.
pub(super) fn mail(case: &Case<'_>) -> Vec<Verdict> {
    let domains = case.fact("mail-domains").unwrap_or_default();
    let domains = domains.split(',').map(str::trim).filter(|domain| !domain.is_empty());
    domains
        .filter_map(|name| {
            let subject = Subject::Domain(host_of(name)?.registered);
            let settled = case.history.settled(&subject);
            let case = Case {
                subject: &subject,
                settled,
                role: Role::Owner,
                listing: case.listing,
                history: case.history,
            };
            case.free(Detector::Mail, "anybody can register the domain of a maintainer's mail")
        })
        .collect()
}

/// H12. What stands in a linked repository for editors and agents to run.
pub(super) fn content(case: &Case<'_>) -> Option<Verdict> {
    let files = case.fact("runs").filter(|files| !files.is_empty())?;
    let message =
        format!("files of the repository make an editor or agent run commands when it is opened: {files}");
    Some(case.verdict(Detector::Content, Severity::High, Confidence::Medium, message))
}
