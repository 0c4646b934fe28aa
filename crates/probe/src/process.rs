//! A started server: its streams, its end, and the end of everything that it started.
//!
//! The program leads a process group of its own. It is ended in steps: its input is closed, then the group is asked to
//! end (SIGTERM), then it is killed (SIGKILL), and with it descendants that left the group. Dropping a [`Server`] kills
//! at once, so a cancelled, failed or panicking probe leaves nothing behind. When this program itself is killed without
//! warning, nobody is left to do so: the server then sees the end of its input, which is when servers end by
//! themselves. A program that hides from its parent (a daemon) is only held by a sandbox.

#[cfg(unix)]
mod descendants;
#[cfg_attr(not(unix), path = "process/group_without_posix.rs")]
mod group;

use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::confinement::Confinement;
use crate::neutral::neutral;
use crate::outcome::{Problem, ProblemKind};
use crate::plan::Start;

/// Bytes of standard error that are kept.
const STDERR_KEPT: usize = 16 << 10;

/// How often an ending program is looked at.
const GLANCE: Duration = Duration::from_millis(5);

/// A running server program.
pub struct Server {
    child: Child,
    group: group::Group,
    stdin: Option<ChildStdin>,
    tail: Arc<Mutex<Vec<u8>>>,
    stderr_task: JoinHandle<()>,
}

impl Server {
    /// Starts the program with exactly the environment of the plan.
    ///
    /// # Errors
    /// It, or its script, is not what it was when the plan was made, or it cannot be confined or started.
    pub fn start(start: &Start, confinement: &dyn Confinement) -> Result<(Self, ChildStdout), Problem> {
        start.unchanged().map_err(|why| Problem::new(ProblemKind::NotStarted, why))?;
        let mut command = Command::new(&start.command);
        command.args(&start.arguments).env_clear();
        command.envs(start.environment.iter().map(|(name, value)| (name, value.expose())));
        if let Some(directory) = &start.directory {
            command.current_dir(directory);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        group::separate(&mut command);
        let shown = start.command.display();
        confinement.prepare(&mut command).map_err(|why| {
            Problem::new(ProblemKind::NotStarted, format!("`{shown}` cannot be confined: {why}"))
        })?;
        let mut child = command.spawn().map_err(|error| {
            Problem::new(
                ProblemKind::NotStarted,
                format!("`{shown}` cannot be started: {error}; check the command"),
            )
        })?;
        let group = group::Group::of(&child);
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(Problem::new(ProblemKind::Internal, "the program's streams could not be opened"));
        };
        let tail = Arc::new(Mutex::new(Vec::new()));
        let stderr_task = tokio::spawn(keep_tail(stderr, Arc::clone(&tail)));
        Ok((Self { child, group, stdin: Some(stdin), tail, stderr_task }, stdout))
    }

    /// Where requests are written; none once it was closed.
    pub(crate) const fn stdin(&mut self) -> Option<&mut ChildStdin> {
        self.stdin.as_mut()
    }

    /// Takes the stream that requests are written to; the program sees the end of its input when that is dropped.
    pub fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.stdin.take()
    }

    /// The end of what it wrote to standard error, safe to show.
    fn stderr_tail(&self) -> String {
        let bytes = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        neutral(&String::from_utf8_lossy(&bytes), STDERR_KEPT)
    }

    /// Waits a moment for a program that closed its output, so that its last words and its exit code are known.
    pub(crate) async fn last_words(&mut self) -> Option<String> {
        let deadline = Instant::now() + Duration::from_millis(200);
        while !self.group.leader_ended(&mut self.child) && Instant::now() < deadline {
            sleep(GLANCE).await;
        }
        while !self.stderr_task.is_finished() && Instant::now() < deadline {
            sleep(GLANCE).await;
        }
        if !self.group.leader_ended(&mut self.child) {
            return None;
        }
        self.group.kill(&mut self.child);
        let status = self.child.wait().await.ok()?;
        self.group.forget();
        Some(status.to_string())
    }

    /// Ends the program and everything that it started: politely, then firmly. The first step takes at most a
    /// quarter of `patience`, the second all of it.
    /// What it wrote to standard error until its end comes back, and a problem when it could not be ended.
    pub async fn stop(mut self, patience: Duration) -> (String, Option<Problem>) {
        self.group.remember_descendants();
        drop(self.stdin.take());
        // Most end by themselves at once; the others are asked before it costs the user time.
        if !self.ended_within(patience / 4).await {
            self.group.ask_to_end();
            self.ended_within(patience).await;
        }
        // Whatever is left of the group, and descendants that left it. The leader is not reaped yet, so the number of
        // the group cannot belong to anybody else.
        self.group.remember_descendants();
        self.group.kill(&mut self.child);
        let reaped = tokio::time::timeout(patience.max(Duration::from_secs(1)), self.child.wait()).await;
        if matches!(reaped, Ok(Ok(_))) {
            self.group.forget();
            return (self.stderr_tail(), None);
        }
        let problem = Problem::new(ProblemKind::NotEnded, "the server could not be ended; end it by hand");
        (self.stderr_tail(), Some(problem))
    }

    async fn ended_within(&mut self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if self.group.leader_ended(&mut self.child) {
                return true;
            }
            sleep(GLANCE).await;
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stderr_task.abort();
        self.group.remember_descendants();
        self.group.kill(&mut self.child);
    }
}

async fn keep_tail(mut stderr: ChildStderr, tail: Arc<Mutex<Vec<u8>>>) {
    let mut chunk = vec![0; 1 << 14];
    while let Ok(count) = stderr.read(&mut chunk).await {
        let Some(bytes) = chunk.get(..count).filter(|bytes| !bytes.is_empty()) else { return };
        let mut kept = tail.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(bytes);
        let surplus = kept.len().saturating_sub(STDERR_KEPT);
        kept.drain(..surplus);
    }
}
