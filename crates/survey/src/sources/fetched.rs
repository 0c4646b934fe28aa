//! Packages of the most used servers, fetched within a budget.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use portcullis_fetch::{
    Clients, FetchError, FetchErrorKind, Fetched, News, Options, Progress, Registry, Wanted, fetch_unless,
};

use super::due::{Due, due};
use super::{Inspected, Inspector, Package, keep};
use crate::SurveyError;

/// A registry that could not be asked so often in a row is not asked again in this run.
const STRIKES: u32 = 3;

/// How much one run fetches at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Packages that are asked for.
    pub packages: u64,
    /// Megabytes (10⁶ bytes) of everything that registries send.
    pub megabytes: u64,
    /// Minutes after which no package is begun.
    pub minutes: u64,
}

/// What ended a run before all packages were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// So many packages were asked for as may be.
    Packages,
    /// So much was fetched as may be.
    Megabytes,
    /// The time is over.
    Minutes,
    /// Nobody may be asked.
    Offline,
    /// A registry does not answer.
    Unreachable,
}

impl Ended {
    /// Its word in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Packages => "packages",
            Self::Megabytes => "megabytes",
            Self::Minutes => "minutes",
            Self::Offline => "offline",
            Self::Unreachable => "unreachable",
        }
    }
}

/// How packages are fetched.
pub struct Fetching<'a> {
    /// Where the user's own clients fetch from.
    pub clients: Clients<'a>,
    /// How patient and how greedy.
    pub options: Options,
    /// Hears of each download as it goes on.
    pub progress: &'a (dyn Fn(Progress<'_>) + Sync),
    /// Time between two packages.
    pub pause: Duration,
    /// Nobody is asked.
    pub offline: bool,
}

/// Fetches the packages of the most used servers that were not looked at yet, each with its digest verified, and looks at them.
/// Each is kept as soon as it was looked at: whoever is killed goes on there.
///
/// # Errors
/// The store failed.
pub async fn fetch(
    inspector: &mut Inspector<'_>,
    fetching: &Fetching<'_>,
    budget: &Budget,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Inspected, SurveyError> {
    let began = Instant::now();
    let (all, more) = due(inspector.store, budget.packages, inspector.now).await?;
    let of = all.len() as u64;
    let mut round = Round::new(fetching, budget);
    let mut inspected = Inspected::default();
    for (done, one) in (0_u64..).zip(&all) {
        progress(done, of);
        let ended = if fetching.offline {
            Some(Ended::Offline)
        } else if began.elapsed() >= Duration::from_secs(budget.minutes.saturating_mul(60)) {
            Some(Ended::Minutes)
        } else if round.room() == 0 {
            Some(Ended::Megabytes)
        } else {
            round.one(one, inspector, &mut inspected).await?
        };
        if let Some(ended) = ended {
            inspected.left = of - done;
            inspected.ended = Some(ended);
            break;
        }
    }
    if more > 0 && inspected.ended.is_none() {
        inspected.ended = Some(Ended::Packages);
    }
    inspected.left += more;
    if round.not_asked > 0 {
        inspected.left += round.not_asked;
        inspected.ended = inspected.ended.or(Some(Ended::Unreachable));
    }
    let failed = inspector.store.number("SELECT COUNT(*) FROM uninspected", &[]).await?;
    inspected.missing = u64::try_from(failed).unwrap_or(0).saturating_sub(inspected.unread.len() as u64);
    inspected.bytes = round.received.load(Ordering::Relaxed);
    keep::round(inspector.store, budget, &inspected, inspector.now).await?;
    Ok(inspected)
}

/// One run.
struct Round<'a> {
    fetching: &'a Fetching<'a>,
    most: u64,
    received: AtomicU64,
    /// How often in a row each registry could not be asked.
    strikes: [u32; 2],
    /// Packages of a registry that is not asked any more.
    not_asked: u64,
}

impl<'a> Round<'a> {
    const fn new(fetching: &'a Fetching<'a>, budget: &Budget) -> Self {
        let most = budget.megabytes.saturating_mul(1_000_000);
        Self { fetching, most, received: AtomicU64::new(0), strikes: [0; 2], not_asked: 0 }
    }

    /// Bytes that may still be fetched.
    fn room(&self) -> u64 {
        self.most.saturating_sub(self.received.load(Ordering::Relaxed))
    }

    /// Fetches a package and looks at it. Says what ended the run, where something did.
    async fn one(
        &mut self,
        due: &Due,
        inspector: &mut Inspector<'_>,
        inspected: &mut Inspected,
    ) -> Result<Option<Ended>, SurveyError> {
        let is_npm = due.name.kind == "npm";
        let [npm, pypi] = &self.strikes;
        if *(if is_npm { npm } else { pypi }) >= STRIKES {
            self.not_asked += 1;
            return Ok(None);
        }
        let room = self.room();
        let usual = self.fetching.options;
        let options =
            Options { metadata: usual.metadata.min(room), archive: usual.archive.min(room), ..usual };
        keep::begins(inspector.store, due, inspector.now).await?;
        let (outcome, hosts) = self.ask(due, &options).await;
        inspected.hosts.extend(hosts);
        let strike = match &outcome {
            Err(error) if error.kind == FetchErrorKind::TooLarge && room < usual.archive => {
                keep::not_begun(inspector.store, due.key).await?;
                return Ok(Some(Ended::Megabytes));
            }
            Err(error) => is_about_the_registry(error.kind),
            Ok(_) => false,
        };
        let [npm, pypi] = &mut self.strikes;
        let strikes = if is_npm { npm } else { pypi };
        *strikes = if strike { *strikes + 1 } else { 0 };
        match outcome {
            Ok(News::Same(_)) => {
                inspected.known += 1;
                keep::still_the_newest(inspector.store, due.key, inspector.now).await?;
            }
            Ok(News::Fetched(fetched)) => {
                inspector.look(&package(due, *fetched), inspected).await?;
            }
            Err(error) => {
                keep::not_had(inspector.store, due, &error, inspector.now).await?;
                inspected.unread.push((due.name.subject().to_string(), error.to_string()));
            }
        }
        tokio::time::sleep(self.fetching.pause).await;
        Ok(None)
    }

    async fn ask(&self, due: &Due, options: &Options) -> (Result<News, FetchError>, Vec<String>) {
        let Fetching { clients, progress, .. } = self.fetching;
        let wanted = match wanted(due) {
            Ok(wanted) => wanted,
            Err(error) => return (Err(error), Vec::new()),
        };
        // What comes of one request grows; a smaller number begins the next one.
        let last = AtomicU64::new(0);
        let counted = |now: Progress<'_>| {
            let before = last.swap(now.received, Ordering::Relaxed);
            let new = if now.received >= before { now.received - before } else { now.received };
            self.received.fetch_add(new, Ordering::Relaxed);
            progress(now);
        };
        let is_known = |version: &str| due.known.as_deref() == Some(version);
        let attempt = fetch_unless(&wanted, clients, options, &counted, &is_known).await;
        (attempt.outcome, attempt.hosts)
    }
}

/// The package as its registry's client would name it.
fn wanted(due: &Due) -> Result<Wanted, FetchError> {
    let named: Wanted = due.spelt.parse()?;
    let version = match (named.registry, &due.version) {
        (_, None) => named.version,
        (Registry::Npm, Some(version)) => Some(version.trim().to_owned()),
        (Registry::Pypi, Some(version)) => Some(format!("=={}", version.trim())),
    };
    Ok(Wanted { version, ..named })
}

/// True for what would happen to every other package of the registry, too.
const fn is_about_the_registry(kind: FetchErrorKind) -> bool {
    matches!(kind, FetchErrorKind::Configuration | FetchErrorKind::Unauthorised | FetchErrorKind::Unreachable)
}

fn package(due: &Due, fetched: Fetched) -> Package {
    Package {
        name: due.name.clone(),
        version: Some(fetched.version),
        digest: fetched.digest,
        bundle: fetched.bundle,
    }
}
