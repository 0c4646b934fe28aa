//! Runs a command against a guard instead of a server:
//!
//! `through-guard PORTCULLIS -- COMMAND [ARGUMENT]... SERVER`
//!
//! `SERVER`, the last argument, is the address of a server or the command line of one. A gateway of `PORTCULLIS` with
//! that one server behind it is started in a folder of its own, the command is run with the gateway's address in the
//! place of `SERVER`, and its exit code is ours.
#![allow(clippy::print_stderr)] // the developer has to see why a guard did not start

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// How long a guard may take to listen.
const PATIENCE: Duration = Duration::from_secs(20);

const USAGE: &str = "through-guard PORTCULLIS -- COMMAND [ARGUMENT]... SERVER";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, String> {
    let words: Vec<String> = env::args().skip(1).collect();
    let [portcullis, separator, program, arguments @ .., server] = &*words else { return Err(USAGE.into()) };
    if separator != "--" {
        return Err(USAGE.into());
    }
    let (guard, address) = Guard::start(portcullis, server)?;
    let status = Command::new(program).args(arguments).arg(address).status();
    let status = status.map_err(|error| format!("`{program}`: {error}"))?;
    drop(guard);
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}

/// A running gateway and the folder it lives in; both end with it.
struct Guard {
    child: Child,
    folder: PathBuf,
}

impl Drop for Guard {
    fn drop(&mut self) {
        // It may have ended on its own.
        self.child.kill().ok();
        self.child.wait().ok();
        fs::remove_dir_all(&self.folder).ok();
    }
}

impl Guard {
    /// Starts the gateway and returns the address that it says it listens on.
    fn start(portcullis: &str, server: &str) -> Result<(Self, String), String> {
        let folder = env::temp_dir().join(format!("through-guard-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let settings = folder.join("portcullis.toml");
        fs::write(&settings, settings_for(server))
            .map_err(|error| format!("{}: {error}", settings.display()))?;
        let child = Command::new(portcullis)
            .args([Path::new("guard"), Path::new("--config"), &settings])
            .env("PORTCULLIS_STATE", folder.join("state"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("`{portcullis}`: {error}"))?;
        let mut guard = Self { child, folder };
        let (sender, said) = mpsc::channel();
        listen_to(guard.child.stdout.take(), sender.clone());
        listen_to(guard.child.stderr.take(), sender);
        let (begun, mut heard) = (Instant::now(), String::new());
        loop {
            match said.recv_timeout(PATIENCE.saturating_sub(begun.elapsed())) {
                Ok(line) => match line.split_whitespace().find(|word| word.starts_with("http://")) {
                    Some(address) => return Ok((guard, address.trim_end_matches(['.', ',']).to_owned())),
                    None => heard.push_str(&line),
                },
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("the guard did not listen in time: {heard}"));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(format!("the guard ended: {heard}")),
            }
        }
    }
}

/// A gateway on any port with one server whose tools keep their names.
fn settings_for(server: &str) -> String {
    let reached = if server.starts_with("http") {
        format!("url = {server:?}\n")
    } else {
        let mut words = server.split_whitespace().map(|word| format!("{word:?}"));
        let program = words.next().unwrap_or_default();
        format!("command = {program}\nargs = [{}]\n", words.collect::<Vec<_>>().join(", "))
    };
    format!("[guard]\nlisten = \"127.0.0.1:0\"\n\n[guard.servers.upstream]\nprefix = false\n{reached}")
}

/// Hands on every line, to the end, so that the guard never waits for a reader.
fn listen_to(stream: Option<impl Read + Send + 'static>, said: Sender<String>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            // Once the address is known nobody listens any more.
            said.send(line + "\n").ok();
        }
    });
}
