//! What the collected listings rely on is asked for, by any number of workers on any number of machines.
//!
//! [`plan`] makes a job of everything that is due: what was never looked at first, then what was looked at longest ago.
//! [`work`] claims jobs, asks, and writes what was observed in the transaction that says that they are done. A job is to look
//! at a subject *after* a known observation of it: planned twice it is one job, and done late it is none.

mod plan;
mod work;

pub use plan::plan;
pub use work::{Orders, Probed, work};

use portcullis_model::{Moment, Observation, Subject};
use portcullis_store::Job;
use portcullis_supply::ownership::host_of;
use portcullis_trust::{Client, lane};

/// The kind of jobs. Workers that ask the network never take those that a recording shall answer.
fn kind(client: &Client) -> &'static str {
    if client.is_replay() { "replay" } else { "probe" }
}

/// The job to look at a subject after it was seen at a time; 0 when it never was.
fn job(kind: &str, subject: &Subject, after: i64) -> Job {
    Job { kind: kind.to_owned(), payload: format!("{after} {subject}"), lane: lane(subject) }
}

/// What a job says.
fn asked(job: &Job) -> Option<(Subject, Moment)> {
    let (after, subject) = job.payload.split_once(' ')?;
    Some((Subject::read(subject), Moment(after.parse().ok()?)))
}

/// The domains of maintainers' mail addresses, as a package's registry names them.
pub(crate) fn mail_domains(seen: &Observation) -> impl Iterator<Item = Subject> {
    let domains = seen.fact("mail-domains").unwrap_or_default();
    domains.split(',').filter_map(host_of).map(|host| Subject::Domain(host.registered))
}
