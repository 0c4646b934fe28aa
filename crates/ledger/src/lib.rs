//! The audit log: append-only, hash-chained, signed. It holds who did what and what was decided, and neither an
//! argument nor a result: digests and sizes stand for them, unless the user wants the messages, redacted.
//!
//! Every process that writes has a [series](Ledger) of files of its own; an index, signed line by line, names every
//! series and where it ended, so that a missing file or a missing end is seen. [`verify`] needs the public key alone,
//! and [`query()`] streams the records of all series in the order of their time.
//!
//! It decides nothing, prints nothing and reads no environment. What cannot be written is an error, and the guard
//! lets nothing pass then.
//!
//! Storey 2; depends on `model`, `text` and `wire`. `guard` and the binary depend on it.

mod chain;
mod clock;
mod decode;
mod encode;
mod error;
mod export;
mod folder;
mod index;
mod key;
mod ledger;
mod lines;
mod neutral;
mod query;
mod record;
mod recover;
mod series;
mod verify;

pub use clock::{Clock, SystemClock};
pub use error::LedgerError;
pub use export::CSV_COLUMNS;
pub use key::{PublicKey, SigningKey};
pub use ledger::{Ledger, Options, RecordId};
pub use query::{Entry, Filter, Query, query};
pub use record::{Approval, Direction, Event, MessageDigest, Reason, Record, Ruling};
pub use verify::{Anchor, Ending, Problem, SeriesState, Verification, verify, verify_against};
