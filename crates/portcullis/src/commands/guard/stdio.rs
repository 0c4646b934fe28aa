//! `portcullis guard -- COMMAND`: in front of one server that speaks over standard input and output.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use portcullis_text::secret;
use sha2::{Digest, Sha256};

use super::assemble::{Assembled, BEAT, Keeper, assemble, person};
use crate::cli::GuardArgs;
use crate::commands::exec_server;
use crate::exit::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::machine;

/// How often an interrupt is looked for.
const LOOKS: Duration = Duration::from_millis(50);

pub(super) fn run(arguments: &GuardArgs) -> Result<Exit, Failure> {
    let settings = machine::settings(arguments.config.as_deref())?;
    let Some((program, words)) = arguments.command.split_first() else {
        return Err(Failure::usage("no command follows `--`"));
    };
    let name = arguments.name.clone().unwrap_or_else(|| name(program, words));
    let Assembled { guard, keeper } = assemble(arguments, &settings)?;
    let session = Arc::new(guard.session(person()));
    if arguments.name.is_some() {
        guard.may_start(&session, &name, &facts(program, words)).map_err(Failure::incomplete)?;
    }
    let mut command = exec_server::command(program, words)?;
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let child = command
        .spawn()
        .map_err(|error| Failure::incomplete(format!("`{program}` cannot be started: {error}")))?;
    let group = exec_server::Group::of(&child);
    let watch = exec_server::Watch::over(group).inspect_err(|_| group.end())?;
    let (running, over) = mpsc::channel();
    let kept = keep(keeper, group, over)?;
    let client = (std::io::stdin(), std::io::stdout());
    let status =
        portcullis_guard::stdio::run(guard, session, &name, child, client).map_err(Failure::incomplete);
    group.end();
    watch.end();
    drop(running);
    // A panic there would have been told by its own message.
    let _ = kept.join();
    match status?.code() {
        Some(0) | None => Ok(Exit::Clean),
        Some(code) => Err(Failure::incomplete(format!("the server `{name}` ended with code {code}"))),
    }
}

/// Looks after the guard until it is over, which is when the other end of `over` is gone; ends it in order when the
/// host or the person says so.
fn keep(
    mut keeper: Keeper,
    group: exec_server::Group,
    over: Receiver<()>,
) -> Result<std::thread::JoinHandle<()>, Failure> {
    let interrupt = Interrupt::listen()?;
    let keep = move || {
        let mut beaten = Instant::now();
        while over.recv_timeout(LOOKS) == Err(RecvTimeoutError::Timeout) {
            if interrupt.heard() {
                group.end();
                keeper.close();
                interrupt.end();
            }
            if beaten.elapsed() >= BEAT {
                keeper.beat();
                beaten = Instant::now();
            }
        }
        keeper.close();
    };
    std::thread::Builder::new().name(String::from("keeper")).spawn(keep).map_err(Failure::incomplete)
}

/// What a server is called whose command names it only: by its program and all its arguments, so that two different
/// commands are two servers.
fn name(program: &str, words: &[String]) -> String {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let package = portcullis_supply::package_of(program, &words).map(|package| package.name);
    let program =
        Path::new(program).file_stem().and_then(|stem| stem.to_str()).unwrap_or("server").to_owned();
    let digest =
        Sha256::digest(std::iter::once(program.as_str()).chain(words).collect::<Vec<_>>().join("\0"));
    let digest: String = digest.iter().take(3).map(|byte| format!("{byte:02x}")).collect();
    let whole = package.unwrap_or(program);
    format!("{}-{digest}", whole.rsplit(['/', '\\']).next().unwrap_or("server"))
}

/// The facts of a launch that must not change unnoticed.
fn facts(program: &str, words: &[String]) -> BTreeMap<String, String> {
    let shown: Vec<String> = words.iter().map(|word| secret::redact(word).into_owned()).collect();
    let digest: String = Sha256::digest(shown.join("\0")).iter().map(|byte| format!("{byte:02x}")).collect();
    BTreeMap::from([
        (String::from("command"), secret::redact(program).into_owned()),
        (String::from("arguments"), shown.join(" ")),
        (String::from("arguments-digest"), digest),
    ])
}
