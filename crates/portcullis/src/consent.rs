//! Before anything is started or contacted, a person sees exactly what, and says yes.

use std::io::{self, BufRead, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use portcullis_assess::{Ask, Live};
use portcullis_model::{Secret, TargetStatus};
use portcullis_probe::{Consent, Deadlines, LaunchPlan, Options, Outcome, Way};

use crate::cli::LiveArgs;

/// How many servers are asked at a time.
const PARALLEL: usize = 4;
/// The variables of the user's environment that a started server gets; what it is configured with is added.
const BASE: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LC_ALL",
    "TERM",
    "TMPDIR",
    "TEMP",
    "TMP",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "APPDATA",
    "LOCALAPPDATA",
    "USERPROFILE",
    "SYSTEMROOT",
    "COMSPEC",
    "PATHEXT",
];

/// Why servers may be asked, if they may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basis {
    /// The user named the server on the command line.
    Named,
    /// The user said yes to all.
    YesToAll,
    /// Each server is asked about.
    EachOne,
}

/// Who agrees to what. Keeps what [`Live`] borrows.
pub(crate) struct Consents {
    allowed: bool,
    timeout: Duration,
    ask: Box<Ask>,
    progress: ProgressBar,
    finished: Box<dyn Fn(&Outcome)>,
}

/// The variables that every started server gets, with their values.
pub(crate) fn base_environment() -> Vec<(String, Secret)> {
    let value = |name: &&str| Some(((*name).to_owned(), Secret::new(std::env::var(name).ok()?)));
    BASE.iter().filter_map(value).collect()
}

impl Consents {
    /// `named`: servers were named on the command line, which is consent to them.
    pub(crate) fn new(arguments: &LiveArgs, named: bool) -> Self {
        let basis = match (arguments.yes, named && !arguments.live) {
            (_, true) => Basis::Named,
            (true, false) => Basis::YesToAll,
            (false, false) => Basis::EachOne,
        };
        let progress = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template("{spinner} asked {pos} servers, last {msg}") {
            progress.set_style(style);
        }
        let shown = progress.clone();
        Self {
            allowed: arguments.live || named,
            timeout: Duration::from_secs(arguments.timeout),
            ask: Box::new(move |plan, lines| ask(plan, lines, basis)),
            progress,
            finished: Box::new(move |outcome| {
                shown.set_message(portcullis_report::neutral::terminal(&outcome.server).into_owned());
                shown.inc(1);
            }),
        }
    }

    /// How servers are asked; `None` when none may be.
    pub(crate) fn live(&self) -> Option<Live<'_>> {
        let patience = Deadlines { phase: self.timeout, ..Deadlines::default() };
        self.allowed.then(|| Live {
            options: Options { deadlines: patience, ..Options::default() },
            parallel: PARALLEL,
            base: base_environment(),
            variable: &|name| std::env::var(name).ok(),
            consent: &*self.ask,
            finished: &*self.finished,
        })
    }

    /// Takes the progress from the terminal before the report comes.
    pub(crate) fn done(&self) {
        self.progress.finish_and_clear();
    }
}

/// Shows the plan; asks when the basis is that each server is asked about. Where nobody can be asked, the server could
/// not be looked at; where somebody said no, it was not meant to be.
fn ask(plan: &LaunchPlan, lines: &[String], basis: Basis) -> Result<Consent, TargetStatus> {
    let verb = match plan.way {
        Way::Start(_) => "Start",
        Way::Contact(_) => "Contact",
    };
    let name = portcullis_report::neutral::terminal(&plan.server);
    anstream::eprintln!("{name}:");
    for line in lines {
        anstream::eprintln!("  {line}");
    }
    match basis {
        Basis::Named => Ok(Consent::given_by("named on the command line")),
        Basis::YesToAll => Ok(Consent::given_by("--yes")),
        Basis::EachOne if !io::stdin().is_terminal() => {
            let reason = "there is no terminal to agree at; `--yes` agrees to all";
            anstream::eprintln!("  not asked: {reason}");
            Err(TargetStatus::Failed(reason.to_owned()))
        }
        Basis::EachOne if is_agreed(verb) => Ok(Consent::given_by("answer at the terminal")),
        Basis::EachOne => Err(TargetStatus::Skipped(String::from("nobody agreed to start or contact it"))),
    }
}

/// Asks at the terminal. One that cannot be written to or read from has not agreed.
fn is_agreed(verb: &str) -> bool {
    anstream::eprint!("{verb} it? [y/N] ");
    let mut answer = String::new();
    let answered = io::stderr().flush().and_then(|()| io::stdin().lock().read_line(&mut answer));
    answered.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}
