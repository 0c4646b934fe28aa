//! One process measured from start to end.
//!
//! The kernel tells what a process took only to its parent, and only for all children together. So a process of our own
//! stands between: it starts one program, waits for it and writes down what its children took.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

/// What one run took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Took {
    pub(super) wall: Duration,
    /// On all cores together.
    pub(super) processor: Duration,
    /// The most memory held at once, in bytes.
    pub(super) memory: u64,
    pub(super) exit: i32,
}

/// What to run.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<String>,
    pub(super) stdin: Option<PathBuf>,
    /// Where its output goes; nowhere when not given.
    pub(super) stdout: Option<PathBuf>,
    pub(super) variables: Vec<(String, String)>,
}

impl Job {
    pub(super) fn new(program: &Path, arguments: &[&str]) -> Self {
        Self {
            program: program.to_owned(),
            arguments: arguments.iter().map(|&word| word.to_owned()).collect(),
            stdin: None,
            stdout: None,
            variables: Vec::new(),
        }
    }

    /// Runs it `times` and takes the run with the median wall time.
    pub(super) fn median(&self, work: &Path, times: usize) -> Result<Took, String> {
        let mut runs = (0..times).map(|_| self.once(work)).collect::<Result<Vec<_>, _>>()?;
        runs.sort_by_key(|took| took.wall);
        runs.get(runs.len() / 2).copied().ok_or_else(|| String::from("nothing was run"))
    }

    fn once(&self, work: &Path) -> Result<Took, String> {
        let name = self.program.display();
        let notes = work.join("measured");
        let stdin = match &self.stdin {
            Some(path) => File::open(path).map_err(|error| format!("{}: {error}", path.display()))?.into(),
            None => Stdio::null(),
        };
        let stdout = match &self.stdout {
            Some(path) => File::create(path).map_err(|error| format!("{}: {error}", path.display()))?.into(),
            None => Stdio::null(),
        };
        let own = std::env::current_exe().map_err(|error| format!("{name}: {error}"))?;
        let status = Command::new(own)
            .arg("measured")
            .arg(&notes)
            .arg(&self.program)
            .args(&self.arguments)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(stdin)
            .stdout(stdout)
            .stderr(Stdio::null())
            .status()
            .map_err(|error| format!("{name}: {error}"))?;
        if !status.success() {
            return Err(format!("{name} could not be measured"));
        }
        let text = fs::read_to_string(&notes).map_err(|error| format!("{name}: {error}"))?;
        let numbers: Vec<i64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let &[wall, processor, memory, exit] = numbers.as_slice() else {
            return Err(format!("{name}: `{text}` was measured"));
        };
        let micros = |number: i64| Duration::from_micros(u64::try_from(number).unwrap_or(0));
        Ok(Took {
            wall: micros(wall),
            processor: micros(processor),
            memory: u64::try_from(memory).unwrap_or(0),
            exit: i32::try_from(exit).unwrap_or(-1),
        })
    }
}

/// `cargo xtask measured NOTES PROGRAM ARGUMENT...`: the process that stands between.
pub(crate) fn measured(notes: &str, command: &[&str]) -> Result<(), String> {
    let (program, arguments) = command.split_first().ok_or("no program to measure")?;
    let started = Instant::now();
    let status =
        Command::new(program).args(arguments).status().map_err(|error| format!("{program}: {error}"))?;
    let wall = started.elapsed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| format!("{program}: {error}"))?;
    let micros = |time: nix::sys::time::TimeVal| time.tv_sec() * 1_000_000 + time.tv_usec();
    let line = format!(
        "{} {} {} {}",
        wall.as_micros(),
        micros(usage.user_time()) + micros(usage.system_time()),
        usage.max_rss() * 1024,
        status.code().unwrap_or(-1)
    );
    fs::write(notes, line).map_err(|error| format!("{notes}: {error}"))
}
