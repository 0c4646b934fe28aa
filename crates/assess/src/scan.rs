//! One run: every target read, every rule asked, everything put in its place.

mod advised;
mod compose;
mod configs;
mod gather;
mod given;
mod inventory;
mod live;
mod manifests;
mod offered;
mod packages;
mod reference;
mod repository;
mod surfaces;

use std::fs::File;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use portcullis_fetch::is_archive_name;
use portcullis_hosts::{Machine, Reading};
use portcullis_model::{Finding, HostConfig, Span, Surface, Target, TargetKind, TargetStatus};
use portcullis_probe::LaunchPlan;
use portcullis_report::Assessment;
use portcullis_rules::Engine;
use portcullis_rules::capability::Correction;
use portcullis_text::secret;
use portcullis_wire::documents::{Documents, Shape};
use portcullis_wire::json;

use crate::lock::Lock;
use crate::suppress::Suppression;

pub use advised::{Advisories, DATABASE};
use gather::Gather;
pub use gather::Observer;
pub use live::{Ask, Live};
pub use packages::Fetching;

/// A first line longer than this does not tell JSON Lines from one document: 16 MiB.
const FIRST_LINE: usize = 16 << 20;

/// What to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Every host configuration of the machine, and the texts that steer an agent beside them.
    Machine,
    /// A file: an archive of a package, a host configuration or a surface; its name and content decide. A folder: a
    /// project with its configurations and its source.
    File(PathBuf),
    /// A remote server. Naming it is consent.
    Url(String),
    /// A server to be started: the program and its arguments. Naming it is consent.
    Command(Vec<String>),
    /// A package of a registry, such as `npm:NAME@1.2.3`. Naming it is consent to ask that registry about it.
    Package(String),
}

/// Which servers count as used together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Together {
    /// Configured servers always; recorded surfaces when there are at most [`Together::MOST`] of them.
    #[default]
    Auto,
    /// All.
    Always,
    /// None.
    Never,
}

impl Together {
    /// More recorded surfaces than this are a collection, not an installation.
    pub const MOST: usize = 50;
}

/// How to look.
pub struct Scan<'a> {
    /// The rules.
    pub engine: &'a Engine,
    /// The machine whose files are read.
    pub machine: &'a Machine,
    /// Which servers are used together.
    pub together: Together,
    /// What the user says of the classes of tools.
    pub corrections: Vec<Correction>,
    /// Findings that somebody decided to live with.
    pub decisions: Vec<Suppression>,
    /// The day on which decisions are judged.
    pub today: Date,
    /// Pins to compare with.
    pub lock: Option<Lock>,
    /// The folder of the local advisory database, which may be empty; `None` when nothing is looked up in it.
    pub advisories: Option<PathBuf>,
    /// How servers are asked; `None` when none may be started or contacted.
    pub live: Option<Live<'a>>,
    /// How packages that are named are fetched; `None` when nothing may be.
    pub fetching: Option<Fetching<'a>>,
    /// Whether to note what is in each target, for a bill of materials.
    pub inventory: bool,
    /// Whether configured servers are asked too, not only those that are named.
    pub ask_configured: bool,
}

/// What was seen of the servers of a run, beside its findings: pins are made of it.
#[derive(Default)]
pub struct Seen {
    /// Configurations that were read.
    pub readings: Vec<Reading>,
    /// Surfaces that were read. Empty for collections that were only passed through.
    pub surfaces: Vec<SeenSurface>,
}

impl Seen {
    /// What the configurations say.
    pub fn configs(&self) -> impl Iterator<Item = &HostConfig> {
        self.readings.iter().map(|reading| &reading.config)
    }
}

/// A surface that was read or asked for.
pub struct SeenSurface {
    /// Id of the target it belongs to.
    pub target: String,
    /// The file it was read from or the configuration that names the server, home shown as `~`.
    pub origin: String,
    /// The surface.
    pub surface: Surface,
}

impl Scan<'_> {
    /// Looks at everything requested. `observer` hears of each target when it is done and may write it out.
    ///
    /// # Errors
    /// Only those of the observer: what cannot be read is a failed target, not an error.
    pub fn run(&self, requests: &[Request], observer: &mut dyn Observer) -> io::Result<(Assessment, Seen)> {
        let mut gather = Gather::new(self, observer);
        for request in requests {
            match request {
                Request::Machine => configs::machine(&mut gather)?,
                Request::File(path) => self.file(path, &mut gather)?,
                Request::Url(url) => live::named(self.contact(url), &secret::redact(url), &mut gather)?,
                Request::Package(name) => packages::package(name, &mut gather)?,
                Request::Command(words) => {
                    live::named(self.start(words), &secret::redact(&words.join(" ")), &mut gather)?;
                }
            }
        }
        if self.ask_configured {
            live::configured(&mut gather)?;
        }
        finish(gather)
    }

    /// Looks at surfaces from a stream, such as standard input.
    ///
    /// # Errors
    /// Only those of the observer.
    pub fn run_stream(
        &self,
        source: impl BufRead + Send,
        name: &str,
        observer: &mut dyn Observer,
    ) -> io::Result<(Assessment, Seen)> {
        let mut gather = Gather::new(self, observer);
        surfaces::stream(source, name, &mut gather)?;
        finish(gather)
    }

    fn contact(&self, url: &str) -> Result<LaunchPlan, String> {
        let name = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?', ':']).next()).unwrap_or(url);
        LaunchPlan::contact(name, url, Vec::new(), false).map_err(|error| error.to_string())
    }

    fn start(&self, words: &[String]) -> Result<LaunchPlan, String> {
        let Some((command, arguments)) = words.split_first() else {
            return Err(String::from("nothing stands after `--`; name the server's command"));
        };
        let base = self.live.as_ref().map(|live| live.base.clone()).unwrap_or_default();
        LaunchPlan::start(server_name(words), command, arguments.to_vec(), base, Vec::new(), None)
            .map_err(|error| error.to_string())
    }

    fn file(&self, path: &Path, gather: &mut Gather<'_>) -> io::Result<()> {
        if path.is_dir() {
            let folder = std::path::absolute(path)?;
            configs::project(&folder, gather)?;
            return packages::folder(&folder, gather);
        }
        if path.file_name().is_some_and(|name| is_archive_name(&name.to_string_lossy())) {
            return packages::archive(path, gather);
        }
        if configs::instructions(path, gather)? || (!is_lines(path) && configs::file(path, gather)?) {
            return Ok(());
        }
        let shown = self.machine.shown(path);
        match open(path) {
            Ok(file) => surfaces::stream(io::BufReader::with_capacity(1 << 18, file), &shown, gather),
            Err(error) => {
                let reason = format!("could not be opened: {error}; check the path");
                gather.done(
                    Target::new(TargetKind::Surface, shown, TargetStatus::Failed(reason)),
                    Vec::new(),
                    None,
                )
            }
        }
    }
}

/// What a server that was named by its command is called: its package, else its program.
fn server_name(words: &[String]) -> String {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some((command, arguments)) = words.split_first() else { return String::new() };
    let package =
        portcullis_supply::package_of(command, arguments).filter(|package| package.ecosystem.is_fetched());
    // Of a program or script on this machine the file's name is enough: the locator shows the whole command.
    let file = || command.rsplit(['/', '\\']).next().unwrap_or(command).to_owned();
    package.map_or_else(file, |package| package.name)
}

/// True for JSON Lines, by name or by content: no host keeps its configuration so.
fn is_lines(path: &Path) -> bool {
    if is_named_lines(path) {
        return true;
    }
    let is_json = path.extension().is_none_or(|extension| extension == "json");
    let lines = || -> io::Result<bool> {
        let mut documents = Documents::open(io::BufReader::new(open(path)?), FIRST_LINE)?;
        // A line that stands alone may be a configuration that was written without line ends.
        Ok(documents.shape() == Shape::Lines && documents.nth(1).is_some())
    };
    is_json && lines().unwrap_or(false)
}

/// True for the endings that JSON Lines go by.
fn is_named_lines(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "jsonl" || extension == "ndjson")
}

/// Opens a regular file. To open a pipe would mean to wait for whoever writes into it.
fn open(path: &Path) -> io::Result<File> {
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("not a regular file; a stream is read from standard input as `-`"));
    }
    File::open(path)
}

/// What only shows when everything was read: servers used together, and what changed since they were pinned.
fn finish(mut gather: Gather<'_>) -> io::Result<(Assessment, Seen)> {
    compose::compose(&mut gather)?;
    compose::compare(&mut gather)?;
    Ok(gather.finish())
}

/// A finding's place in the file it points into, as line and column. `first_line` is the line on which `text` begins.
fn place(findings: &mut [Finding], text: &str, first_line: usize, offset: u64) {
    for finding in findings {
        let Some(mut span) = finding.location.span else { continue };
        if let Some(part) = finding.location.part.take()
            && let Some(inside) =
                text.get(span.start..span.end).and_then(|literal| json::spelt(literal, part))
        {
            span = Span::new(span.start + inside.start, span.start + inside.end);
        }
        let mut place = portcullis_model::Place::of(span, text);
        place.line += first_line - 1;
        place.end_line += first_line - 1;
        finding.location.place = Some(place);
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        finding.location.span = Some(portcullis_model::Span::new(
            span.start.saturating_add(offset),
            span.end.saturating_add(offset),
        ));
    }
}
