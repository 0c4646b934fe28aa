//! Who owns what a listing relies on: accounts, repositories, packages, domains, asked where the owners are known.
//!
//! [`Client`] is polite: it asks each host at its own pace, waits when told to, asks again only for what changed, obeys
//! robots.txt, says who it is and stays within a budget. Everything it hears goes to a [`Recording`] with its time and
//! digest, and a recording answers in its place without the network. [`probe`] turns answers into observations; a batch
//! holds only when a control that must exist was found and one that cannot exist was not.
//!
//! What observations mean is decided in `supply::ownership`, which is pure. Nothing is ever registered or changed.
//!
//! Storey 2: products may depend on it; it may use `fetch`, which knows the user's package clients.

mod client;
mod dns;
mod names;
mod probe;
mod recording;
mod request;
mod robots;
mod services;

pub use client::{Client, ClientError, LEFT_ALONE, Manners};
pub use names::encoded;
pub use probe::{Known, lane, probe};
pub use recording::{Recording, RecordingError};
pub use request::{Reply, Request};
pub use services::{Controls, Services};
