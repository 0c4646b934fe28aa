//! A server that is a program: one message a line.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use portcullis_probe::{Process, Start, Unconfined};
use portcullis_wire::frame::{self, Framer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::LinkFault;
use crate::gateway::board::Board;
use crate::settings::Limits;

/// How long a program has to end.
const PATIENCE: Duration = Duration::from_secs(4);

/// How long a program may leave its input unread.
const WRITE: Duration = Duration::from_secs(30);

pub(super) struct Stdio {
    input: Mutex<Option<ChildStdin>>,
    process: Mutex<Option<Process>>,
    board: Arc<Board>,
    reader: JoinHandle<()>,
}

impl Stdio {
    pub(super) fn start(start: &Start, board: &Arc<Board>, limits: &Limits) -> Result<Self, LinkFault> {
        let (mut process, output) =
            Process::start(start, &Unconfined).map_err(|why| LinkFault::Unreachable(why.message))?;
        let input = process.take_stdin();
        let reader = tokio::spawn(read(output, Arc::clone(board), limits.message));
        Ok(Self {
            input: Mutex::new(input),
            process: Mutex::new(Some(process)),
            board: Arc::clone(board),
            reader,
        })
    }

    pub(super) async fn send(&self, message: &[u8]) -> Result<(), LinkFault> {
        let line = frame::line(message).map_err(|why| LinkFault::Odd(why.message))?;
        let mut input = self.input.lock().await;
        let stream = input.as_mut().ok_or(LinkFault::Ended)?;
        let written = tokio::time::timeout(WRITE, async {
            stream.write_all(&line).await?;
            stream.flush().await
        });
        match written.await {
            Ok(Ok(())) => Ok(()),
            // Half a line may be written: nothing more can be said to this program.
            failed => {
                *input = None;
                self.board.close();
                Err(if failed.is_ok() { LinkFault::Ended } else { LinkFault::Silent })
            }
        }
    }

    pub(super) async fn stop(&self) {
        *self.input.lock().await = None;
        if let Some(process) = self.process.lock().await.take() {
            // Nobody is left to be told that it could not be ended.
            let _ = process.stop(PATIENCE).await;
        }
    }
}

impl Drop for Stdio {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// Reads lines until the program ends. A line that is too long is passed over: whoever waits for it waits in vain, and
/// not for ever.
async fn read(mut output: ChildStdout, board: Arc<Board>, longest: usize) {
    let mut framer = Framer::new(longest);
    let mut chunk = vec![0; 1 << 16];
    while let Ok(count @ 1..) = output.read(&mut chunk).await {
        let mut bytes = chunk.get(..count).unwrap_or_default();
        while !bytes.is_empty() {
            if let Ok(Some(line)) = framer.next_line(&mut bytes) {
                board.hand_out(Bytes::from(line));
            }
        }
    }
    board.close();
}
