//! Messages as lines on the standard streams of a program.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::ChildStdout;

use crate::confinement::Confinement;
use crate::lines::{Line, LineReader};
use crate::link::{Failure, Farewell, Outgoing};
use crate::outcome::Problem;
use crate::plan::Start;
use crate::process::Server;

/// A program and its lines.
pub(crate) struct Stdio {
    server: Server,
    lines: LineReader<ChildStdout>,
    budget: usize,
    /// True while a message is being written: when the wait for that was given up, half a line lies in the pipe.
    is_writing: bool,
}

impl Stdio {
    /// Starts the program; at most `budget` bytes of its output are read.
    pub(crate) fn start(
        start: &Start,
        confinement: &dyn Confinement,
        budget: usize,
    ) -> Result<Self, Problem> {
        let (server, stdout) = Server::start(start, confinement)?;
        Ok(Self { server, lines: LineReader::new(stdout, budget), budget, is_writing: false })
    }

    pub(crate) async fn send(&mut self, message: &Outgoing<'_>) -> Result<(), Failure> {
        if self.is_writing {
            return Err(Failure::Closed("the server does not read its input".to_owned()));
        }
        let Some(stdin) = self.server.stdin() else {
            return Err(Failure::Closed("the server's input is closed".to_owned()));
        };
        self.is_writing = true;
        let mut line = message.body.clone();
        line.push(b'\n');
        let written = async {
            stdin.write_all(&line).await?;
            stdin.flush().await
        };
        let written = written.await;
        self.is_writing = false;
        match written {
            Ok(()) => Ok(()),
            Err(_) => Err(self.closed("the server closed its input").await),
        }
    }

    pub(crate) async fn receive(&mut self, limit: usize) -> Result<Vec<u8>, Failure> {
        match self.lines.next(limit).await {
            Ok(Line::Whole(line)) => Ok(line),
            Ok(Line::TooLong) => Err(Failure::TooLong(limit)),
            Ok(Line::Exhausted) => {
                Err(Failure::Exhausted(format!("the server wrote more than {} bytes", self.budget)))
            }
            Ok(Line::End { unfinished: 0 }) => Err(self.closed("the server closed its output").await),
            Ok(Line::End { unfinished }) => {
                let what = format!("the server closed its output {unfinished} bytes into a message");
                Err(self.closed(&what).await)
            }
            Err(error) => Err(Failure::Closed(format!("the server's output cannot be read: {error}"))),
        }
    }

    pub(crate) async fn close(self, patience: Duration) -> Farewell {
        let Self { server, .. } = self;
        let (stderr_tail, problem) = server.stop(patience).await;
        Farewell { stderr_tail, problem }
    }

    async fn closed(&mut self, what: &str) -> Failure {
        Failure::Closed(match self.server.last_words().await {
            Some(status) => format!("{what} and ended ({status}); its standard error says why"),
            None => format!("{what} but goes on running"),
        })
    }
}
