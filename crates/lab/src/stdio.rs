//! The everything-server on standard input and output: both eras over one pipe, told apart message by message.

use std::collections::BTreeMap;
use std::sync::Arc;

use portcullis_wire::envelope::{self, Envelope, Id, Kind};
use portcullis_wire::frame::{Framer, line};
use portcullis_wire::json::Limits;
use portcullis_wire::request::notification;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{broadcast, mpsc};
use tokio::task::AbortHandle;

use crate::everything::{Call, Change, Emission, Everything, Session, initialize};
use crate::message::{self, INVALID_REQUEST, PARSE_ERROR, Refusal};
use crate::node::at;

/// The longest line that is read, in bytes.
const LONGEST: usize = 4 << 20;

/// Serves until the input ends.
///
/// # Errors
/// When the input or the output breaks.
pub async fn serve(
    server: Arc<Everything>,
    mut input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin + Send + 'static,
) -> std::io::Result<()> {
    let (outlet, emissions) = mpsc::unbounded_channel();
    let writer = tokio::spawn(write(output, emissions));
    let mut pipe = Pipe { server, outlet, session: None, running: BTreeMap::new() };
    let mut framer = Framer::new(LONGEST);
    let mut chunk = vec![0; 64 << 10];
    loop {
        let read = input.read(&mut chunk).await?;
        if read == 0 {
            break;
        }
        let mut rest = chunk.get(..read).unwrap_or_default();
        loop {
            match framer.next_line(&mut rest) {
                Ok(Some(line)) => pipe.take(&line),
                Ok(None) => break,
                Err(fault) => pipe.refuse(None, &Refusal::new(INVALID_REQUEST, fault.to_string())),
            }
        }
    }
    drop(pipe);
    // What was begun is finished, unless it goes on for ever.
    tokio::time::timeout(std::time::Duration::from_secs(5), writer).await.ok();
    Ok(())
}

async fn write(mut output: impl AsyncWrite + Unpin, mut emissions: mpsc::UnboundedReceiver<Emission>) {
    while let Some(emission) = emissions.recv().await {
        let (Emission::Message(bytes) | Emission::Answer { bytes, .. }) = emission else { continue };
        let Ok(line) = line(&bytes) else { continue };
        if output.write_all(&line).await.is_err() || output.flush().await.is_err() {
            return;
        }
    }
}

struct Pipe {
    server: Arc<Everything>,
    outlet: mpsc::UnboundedSender<Emission>,
    session: Option<Arc<Session>>,
    /// What can still be cancelled.
    running: BTreeMap<Id, AbortHandle>,
}

impl Drop for Pipe {
    fn drop(&mut self) {
        for work in self.running.values() {
            work.abort();
        }
    }
}

impl Pipe {
    fn take(&mut self, bytes: &[u8]) {
        let envelope = match envelope::read(bytes, &Limits::default()) {
            Ok(envelope) => envelope,
            Err(fault) => {
                let code = if bytes.starts_with(b"{") { INVALID_REQUEST } else { PARSE_ERROR };
                return self.refuse(None, &Refusal::new(code, fault.to_string()));
            }
        };
        match envelope.kind {
            Kind::Request => self.request(&envelope),
            Kind::Notification => self.notified(&envelope),
            Kind::Response | Kind::Error => {
                if let Some(session) = &self.session {
                    session.settle(&envelope);
                }
            }
        }
    }

    fn request(&mut self, envelope: &Envelope<'_>) {
        let meta = |name: &str| envelope.params().and_then(|params| at(params, &["_meta", name]));
        let called = if meta("io.modelcontextprotocol/protocolVersion").is_some() {
            Call::alone(&self.server, envelope, &self.outlet)
        } else if envelope.method.as_deref() == Some("initialize") {
            return self.begin(envelope);
        } else if let Some(session) = &self.session {
            Ok(Call::in_session(&self.server, session, envelope, &self.outlet))
        } else {
            Err(Refusal::new(INVALID_REQUEST, "begin with `initialize`, or say the revision in `_meta`"))
        };
        match called {
            Ok(Some(call)) => {
                let work = tokio::spawn(Arc::clone(&self.server).answer(call, self.outlet.clone()));
                self.running.retain(|_, work| !work.is_finished());
                if let Some(id) = envelope.id.clone() {
                    self.running.insert(id, work.abort_handle());
                }
            }
            Ok(None) => self.refuse(None, &Refusal::new(INVALID_REQUEST, "a request has an id")),
            Err(refusal) => self.refuse(envelope.id.as_ref(), &refusal),
        }
    }

    fn begin(&mut self, envelope: &Envelope<'_>) {
        match (initialize(envelope.params()), &envelope.id) {
            (Ok((session, result)), Some(id)) => {
                tokio::spawn(tell(Arc::clone(&session), self.server.changes(), self.outlet.clone()));
                self.session = Some(session);
                self.outlet.send(Emission::Answer { bytes: message::response(id, result), status: 200 }).ok();
            }
            (Err(refusal), id) => self.refuse(id.as_ref(), &refusal),
            (Ok(_), None) => {}
        }
    }

    fn notified(&mut self, envelope: &Envelope<'_>) {
        if envelope.method.as_deref() != Some("notifications/cancelled") {
            return;
        }
        let Some(id) = envelope.params().and_then(|params| params.get("requestId")) else { return };
        let id = match &id.value {
            portcullis_model::Value::Text(id) => Some(Id::Text(id.clone())),
            portcullis_model::Value::Number(id) => id.parse().ok().map(Id::Integer),
            _ => None,
        };
        if let Some(work) = id.and_then(|id| self.running.remove(&id)) {
            work.abort();
        }
    }

    fn refuse(&self, id: Option<&Id>, refusal: &Refusal) {
        self.outlet.send(Emission::Answer { bytes: message::error(id, refusal), status: 200 }).ok();
    }
}

/// Tells of changes.
async fn tell(
    session: Arc<Session>,
    mut changes: broadcast::Receiver<Change>,
    outlet: mpsc::UnboundedSender<Emission>,
) {
    loop {
        match changes.recv().await {
            Ok(change) => {
                let Some((method, params)) = session.notification(&change) else { continue };
                if outlet.send(Emission::Message(notification(method, &params))).is_err() {
                    return;
                }
            }
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}
