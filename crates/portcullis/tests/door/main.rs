//! Portcullis as its users meet it: every test here starts the program itself.
//!
//! Tests say what has to be in an answer and leave room for more: a new rule may find more, and breaks nothing here.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod desk;

mod advisories;
mod bad_files;
mod bad_surfaces;
mod bills;
mod commands;
mod configurations;
mod deciding;
mod fixing;
mod gateway_clients;
mod gateway_desk;
mod gateway_incidents;
mod gateway_isolation;
mod gateway_modern;
mod gateway_running;
mod guard_changes;
mod guard_closed;
mod guard_content;
mod guard_deaths;
mod guard_messages;
mod guarded;
mod guarded_hosts;
mod guarded_remotes;
mod hostile_servers;
mod installing;
mod installing_anything;
mod judging;
mod ledger;
mod live;
mod locking;
mod mutations;
mod packages;
mod peers;
mod policy;
mod products;
mod real_servers;
mod replaying;
mod reports;
mod repositories;
mod repository;
mod secrets;
#[path = "../../../store/tests/store/server.rs"]
#[allow(clippy::print_stderr, reason = "it says what was not tried")]
mod server;
mod sources;
mod surfaces;
mod survey_hostile;
mod survey_packages;
mod survey_packages_failing;
mod survey_parquet;
mod survey_recount;
mod survey_reports;
mod survey_work;
mod surveying;
mod test_servers;
