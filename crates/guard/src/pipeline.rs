//! The way of a message, from top to bottom. No other code lets bytes pass.

mod accept;
mod admit;
mod binding;
mod decide;
mod list;
mod opening;
mod questions;
mod record;
mod request;
mod result;
mod unasked;
mod way;

use bytes::Bytes;
use portcullis_ledger::Direction;
use portcullis_wire::Fault;
use portcullis_wire::envelope::{Id, Kind};

use crate::guard::Guard;
use crate::passage::Judged;
use crate::pipeline::way::Way;
use crate::refusal::Refusal;
use crate::session::Session;

/// What the course of the session calls a request: ids are unique for each server only.
fn call_id(server: &str, id: &Id) -> String {
    match id {
        Id::Text(text) => format!("{server}\0\"{text}"),
        Id::Integer(integer) => format!("{server}\0{integer}"),
    }
}

/// Judges a message of the client.
pub(crate) fn outbound(guard: &Guard, session: &Session, server: &str, bytes: &Bytes) -> Judged {
    let way = Way::new(guard, session, server, Direction::ToServer, bytes.clone());
    let envelope = match accept::read(&way, bytes) {
        Ok(envelope) => envelope,
        Err(refusal) => return way.refuse_unread(&refusal),
    };
    match envelope.kind {
        Kind::Request => request::judge(&way, &envelope),
        Kind::Notification => unasked::client_notification(&way, &envelope),
        Kind::Response | Kind::Error => unasked::client_answer(&way, &envelope),
    }
}

/// Judges a message of the server.
pub(crate) fn inbound(guard: &Guard, session: &Session, server: &str, bytes: &Bytes) -> Judged {
    let way = Way::new(guard, session, server, Direction::ToClient, bytes.clone());
    let envelope = match accept::read(&way, bytes) {
        Ok(envelope) => envelope,
        Err(refusal) => return way.refuse_unread(&refusal),
    };
    match envelope.kind {
        Kind::Response | Kind::Error => result::judge(&way, &envelope),
        Kind::Request => unasked::server_request(&way, &envelope),
        Kind::Notification => unasked::server_notification(&way, &envelope),
    }
}

/// What came in place of a message, and is none.
pub(crate) fn unreadable(
    guard: &Guard,
    session: &Session,
    server: &str,
    direction: Direction,
    fault: &Fault,
) -> Judged {
    Way::new(guard, session, server, direction, Bytes::new())
        .refuse_unread(&Refusal::invalid(fault.to_string()))
}
