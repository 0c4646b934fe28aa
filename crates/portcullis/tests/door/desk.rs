//! A user's desk: a home and a project of their own, and the program to run on them.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// Every format of a report.
pub(crate) const FORMATS: [&str; 6] = ["text", "json", "jsonl", "sarif", "html", "markdown"];

/// The user whose home it is: their name must not turn up in anything that the program writes.
pub(crate) const USER: &str = "wilhelmina-canary";

/// No run of a test takes longer, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A home with one repository in it, in a folder that cleans itself up.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() };
        std::fs::create_dir_all(desk.project().join(".git")).unwrap();
        desk
    }

    /// A desk whose project's Cursor starts these servers; the text is the inside of `mcpServers`.
    pub(crate) fn with_servers(servers: &str) -> Self {
        Self::new().file(".cursor/mcp.json", format!("{{\"mcpServers\": {{{servers}}}}}\n"))
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home").join(USER)
    }

    /// The folder that the program is started in.
    pub(crate) fn project(&self) -> PathBuf {
        self.home().join("work/app")
    }

    /// A file of the home (`~/…`) or of the project.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        match path.strip_prefix("~/") {
            Some(rest) => self.home().join(rest),
            None => self.project().join(path),
        }
    }

    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The program with these words, in the project, as this user, with nothing of the tests' own environment.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portcullis"));
        command.args(words).current_dir(self.project()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.home()).env("USER", USER).env("LOGNAME", USER);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Run {
        self.run_with(words, "")
    }

    /// Runs with this on standard input.
    pub(crate) fn run_with(&self, words: &[&str], input: impl AsRef<[u8]>) -> Run {
        finish(self.command(words), input.as_ref().to_vec())
    }

    /// A scan in JSON.
    pub(crate) fn scan(&self, words: &[&str]) -> Run {
        self.run(&[&["scan", "--format", "json"], words].concat())
    }

    /// The surface, written as `surface.json` of the project and scanned in JSON.
    pub(crate) fn scan_surface(&self, surface: impl AsRef<[u8]>) -> Run {
        self.write("surface.json", surface);
        self.scan(&["surface.json"])
    }
}

/// Runs a command to its end.
pub(crate) fn finish(mut command: Command, input: Vec<u8>) -> Run {
    let began = Instant::now();
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Whoever does not read its input is not to blame for it.
    thread::spawn(move || drop(stdin.write_all(&input)));
    let stdout = drain(child.stdout.take().unwrap());
    let stderr = drain(child.stderr.take().unwrap());
    let (status, peak) = wait(&mut child);
    let text = |bytes: thread::JoinHandle<Vec<u8>>| String::from_utf8(bytes.join().unwrap()).unwrap();
    Run {
        code: status.code(),
        stdout: text(stdout),
        stderr: text(stderr),
        peak_megabytes: peak,
        elapsed: began.elapsed(),
    }
}

fn drain(mut stream: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

/// Waits for the end, and watches the memory meanwhile. A program that does not end is ended, and the test fails.
fn wait(child: &mut Child) -> (ExitStatus, u64) {
    let began = Instant::now();
    let mut peak = 0;
    loop {
        peak = peak.max(peak_megabytes(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            return (status, peak);
        }
        if began.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("the program did not end in {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(3));
    }
}

/// The most memory that a process had so far, where the system tells.
pub(crate) fn peak_megabytes(process: u32) -> u64 {
    let status = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status"));
    let peak = status
        .unwrap_or_default()
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    peak.unwrap_or_default() / 1024
}

/// What became of a run.
#[derive(Debug)]
pub(crate) struct Run {
    /// The exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) peak_megabytes: u64,
    pub(crate) elapsed: Duration,
}

impl Run {
    #[track_caller]
    pub(crate) fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Everything that was written, on either stream.
    pub(crate) fn everything(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}:\n{self:?}"))
    }

    /// One value for each line.
    #[track_caller]
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    pub(crate) fn findings(&self) -> Vec<Value> {
        self.json()["findings"].as_array().unwrap().clone()
    }

    /// The rules that spoke, each once, sorted.
    pub(crate) fn rules(&self) -> Vec<String> {
        let mut rules: Vec<_> =
            self.findings().iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    /// The first finding of a rule, which must be there.
    #[track_caller]
    pub(crate) fn finding(&self, rule: &str) -> Value {
        let found = self.findings().into_iter().find(|finding| finding["rule"] == rule);
        found.unwrap_or_else(|| panic!("no `{rule}` among {:?}\n{}", self.rules(), self.stderr))
    }

    #[track_caller]
    pub(crate) fn finds(&self, rule: &str) -> &Self {
        self.finding(rule);
        self
    }

    #[track_caller]
    pub(crate) fn finds_no(&self, rule: &str) -> &Self {
        assert!(!self.rules().iter().any(|found| found == rule), "{}", self.stdout);
        self
    }

    /// The targets as `locator: status`, and the reason behind it where there is one.
    pub(crate) fn targets(&self) -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let target = |target: &Value| {
            let line = format!("{}: {}", text(&target["locator"]), text(&target["status"]));
            match target["reason"].as_str() {
                Some(reason) => format!("{line}: {reason}"),
                None => line,
            }
        };
        self.json()["targets"].as_array().unwrap().iter().map(target).collect()
    }

    /// The target of this locator failed, and its reason holds all of these words.
    #[track_caller]
    pub(crate) fn could_not_look_at(&self, locator: &str, words: &[&str]) -> &Self {
        let targets = self.targets();
        let failed = targets.iter().find(|target| target.starts_with(&format!("{locator}: failed: ")));
        let failed = failed.unwrap_or_else(|| panic!("`{locator}` did not fail: {targets:#?}"));
        for word in words {
            assert!(failed.contains(word), "no `{word}` in {failed}");
        }
        self
    }
}
