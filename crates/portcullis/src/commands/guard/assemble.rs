//! Puts a guard together from what is configured and what was remembered.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use portcullis_assess::{GuardSettings, Lock, Settings};
use portcullis_guard::approval::Approvals;
use portcullis_guard::{Conduct, Guard, Limits, Parts, Pins, Principal, Rate};
use portcullis_ledger::{Ledger, Options, SystemClock};
use portcullis_policy::{Defaults, Policies, PolicySet, Source};
use portcullis_rules::Engine;
use portcullis_text::meaning;

use crate::cli::GuardArgs;
use crate::exit::Failure;
use crate::machine;

/// How often the ledger is signed and the policy files are looked at.
pub(super) const BEAT: Duration = Duration::from_millis(500);

/// A guard, and what has to be looked after while it runs.
pub(super) struct Assembled {
    pub(super) guard: Arc<Guard>,
    pub(super) keeper: Keeper,
}

/// Looks after a running guard.
pub(super) struct Keeper {
    ledger: Arc<Ledger>,
    policies: Arc<Policies>,
    files: Vec<PathBuf>,
    defaults: Defaults,
    /// What the files held when they were last looked at, readable or not.
    seen: Vec<Source>,
}

/// A guard of the user at this machine.
pub(super) fn assemble(arguments: &GuardArgs, settings: &Settings) -> Result<Assembled, Failure> {
    let (state, said) = (machine::state_folder()?, &settings.guard);
    let folder = arguments.config.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let (files, defaults) = policies_of(said, folder, &arguments.policy);
    let seen = read(&files).map_err(Failure::usage)?;
    let options = Options { content: said.ledger_content, ..Options::default() };
    // The host waits for the first list of tools: policies and lexicon are read while the disk is waited for.
    let prepared = thread::Builder::new().name(String::from("lexicon")).spawn(meaning::prepare);
    let (policies, ledger) = thread::scope(|scope| {
        let open = || Ledger::open(&state.join("ledger"), options, SystemClock);
        let opening = thread::Builder::new().name(String::from("ledger")).spawn_scoped(scope, open);
        (PolicySet::load(&seen, defaults), opening.map(thread::ScopedJoinHandle::join))
    });
    // Without that thread the first text waits.
    drop(prepared);
    let policies = Arc::new(Policies::new(policies.map_err(Failure::usage)?));
    let ledger = ledger.map_err(Failure::incomplete)?;
    let ledger = ledger.map_err(|_| Failure::incomplete("the audit log could not be opened"))?;
    let ledger = Arc::new(ledger.map_err(Failure::incomplete)?);
    let approvals = Approvals::open(&state.join("approvals")).map_err(Failure::incomplete)?;
    let lock = arguments.lock.clone().or_else(|| said.lock.as_ref().map(|lock| folder.join(lock)));
    let team = lock.as_deref().map(|path| Lock::read(path).map_err(Failure::usage)).transpose()?;
    let mut conduct = conduct(settings);
    conduct.dry_run |= arguments.dry_run;
    let guard = Guard::new(Parts {
        engine: Engine::default(),
        policies: Arc::clone(&policies),
        pins: Pins::new(Some(state.join("pins")), team),
        ledger: Arc::clone(&ledger),
        approvals: Some(approvals),
        conduct,
    });
    let guard = Arc::new(guard.map_err(Failure::incomplete)?);
    Ok(Assembled { guard, keeper: Keeper { ledger, policies, files, defaults, seen } })
}

/// A guard for a recording: nothing is remembered, asked or enforced. `policy` stands in the place of the files that
/// the settings name.
pub(super) fn for_replay(policy: Option<&PathBuf>, settings: &Settings) -> Result<Guard, Failure> {
    let given: Vec<PathBuf> = policy.into_iter().cloned().collect();
    let (configured, defaults) = policies_of(&settings.guard, Path::new(""), &[]);
    let files = if given.is_empty() { configured } else { given };
    let guard = Guard::new(Parts {
        engine: Engine::default(),
        policies: Arc::new(load(&files, defaults)?),
        pins: Pins::new(None, None),
        ledger: Arc::new(Ledger::in_memory(
            Options { file_bytes: 1 << 16, ..Options::default() },
            SystemClock,
        )),
        approvals: None,
        conduct: Conduct { dry_run: true, ..conduct(settings) },
    });
    guard.map_err(Failure::incomplete)
}

/// The files of policies that the settings and the command line name.
fn policies_of(said: &GuardSettings, folder: &Path, more: &[PathBuf]) -> (Vec<PathBuf>, Defaults) {
    let files = said.policies.iter().map(|file| folder.join(file)).chain(more.iter().cloned()).collect();
    let defaults = if said.policy_defaults == Some(false) { Defaults::Replaced } else { Defaults::Kept };
    (files, defaults)
}

/// How the settings say that a guard decides.
fn conduct(settings: &Settings) -> Conduct {
    let (said, usual) = (&settings.guard, Conduct::default());
    let rate = |per_second: Option<u32>, usual: Rate, burst: f64| {
        per_second.map_or(usual, |rate| Rate { burst: f64::from(rate) * burst, per_second: f64::from(rate) })
    };
    let limits = Limits {
        requests: rate(said.limits.requests_per_second, usual.limits.requests, 1.0),
        calls: rate(said.limits.requests_per_second, usual.limits.calls, 1.0),
        unasked: rate(said.limits.unasked_per_second, usual.limits.unasked, 5.0),
        session_calls: said.limits.session_calls.unwrap_or(usual.limits.session_calls),
        session_bytes: said.limits.session_bytes.unwrap_or(usual.limits.session_bytes),
        message_bytes: said.limits.message_bytes.unwrap_or(usual.limits.message_bytes),
    };
    Conduct {
        limits,
        patience: said.approval_seconds.map_or(usual.patience, Duration::from_secs),
        dry_run: said.dry_run,
        corrections: settings.corrections(),
        accept_secrets: said.accept_secrets.clone(),
    }
}

/// The person at this machine.
pub(super) fn person() -> Principal {
    Principal { issuer: "local".into(), subject: machine::user_name().into() }
}

fn load(files: &[PathBuf], defaults: Defaults) -> Result<Policies, Failure> {
    let sources = read(files).map_err(Failure::usage)?;
    PolicySet::load(&sources, defaults).map(Policies::new).map_err(Failure::usage)
}

fn read(files: &[PathBuf]) -> Result<Vec<Source>, String> {
    let source = |file: &PathBuf| {
        let text = std::fs::read_to_string(file)
            .map_err(|error| format!("the policy `{}` cannot be read: {error}", file.display()))?;
        Ok(Source { name: file.display().to_string(), text })
    };
    files.iter().map(source).collect()
}

impl Keeper {
    /// Signs what is unsigned, and takes changed policies over. What is wrong with them is said once; the old ones
    /// stay in force.
    pub(super) fn beat(&mut self) {
        if let Err(error) = self.ledger.tick() {
            anstream::eprintln!("portcullis: the audit log cannot be written: {error}; nothing passes");
        }
        if self.files.is_empty() {
            return;
        }
        let sources = match read(&self.files) {
            Ok(sources) => sources,
            Err(why) => vec![Source { name: String::new(), text: why }],
        };
        if self.seen == sources {
            return;
        }
        let unreadable = sources.first().filter(|source| source.name.is_empty());
        let outcome = match unreadable {
            Some(why) => Err(why.text.clone()),
            None => {
                let reloaded = self.policies.reload(&sources, self.defaults);
                reloaded.map(drop).map_err(|errors| errors.to_string())
            }
        };
        match outcome {
            Ok(()) => anstream::eprintln!("portcullis: the changed policies are in force"),
            Err(why) => anstream::eprintln!(
                "portcullis: the changed policies cannot be used, so the old ones stay in force:\n{why}"
            ),
        }
        self.seen = sources;
    }

    /// Ends the audit log in order.
    pub(super) fn close(&self) {
        if let Err(error) = self.ledger.close() {
            anstream::eprintln!("portcullis: the audit log could not be closed: {error}");
        }
    }
}
