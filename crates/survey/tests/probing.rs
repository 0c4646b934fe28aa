//! What is due becomes jobs, each once.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::time::Duration;

use portcullis_fetch::ProxySettings;
use portcullis_model::{ListedPackage, Listing, Moment, Observation, ObservedStatus, Subject};
use portcullis_store::{Queue, Store};
use portcullis_survey::probing::plan;
use portcullis_survey::table::{self, Spoken, Writer, write_observations};
use portcullis_trust::{Client, Manners};

const NOW: i64 = 1_800_000_000;

/// A listing under a domain, with a package in a scope and a remote server somewhere else.
fn listing() -> Listing {
    let package =
        ListedPackage { kind: "npm".into(), name: "@corp/tool".into(), version: None, digest: None };
    Listing {
        registry: String::from("official"),
        name: String::from("com.proved/tool"),
        packages: vec![package],
        remotes: vec![String::from("https://mcp.elsewhere.dev/mcp")],
        seen: Moment(NOW),
        ..Listing::default()
    }
}

async fn payloads(store: &Store) -> Vec<String> {
    let rows = store.query("SELECT payload FROM job ORDER BY payload", &[]).await.unwrap();
    rows.iter().map(|row| row.text(0).to_owned()).collect()
}

#[test]
fn everything_that_is_due_is_planned_once_with_what_it_hangs_on_and_proofs_where_somebody_owed_one() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    runtime.block_on(async {
        let store = table::open(&folder.path().join("survey.db").display().to_string()).await.unwrap();
        let mut writer = Writer::new(&store, 1, Spoken::ALL);
        writer.take(listing(), 1).await.unwrap();
        writer.finish().await.unwrap();
        let client = Client::new(Manners::default(), &ProxySettings::default(), None).unwrap();
        let queue = Queue::new(&store, "test", Duration::from_secs(60), 3);
        assert_eq!(plan(&store, &queue, &client, 100, Moment(NOW)).await.unwrap(), 5);
        let jobs = [
            "domain:elsewhere.dev",
            "domain:proved.com",
            "npm-scope:corp",
            "npm:@corp/tool",
            "proof:proved.com",
        ];
        let jobs = jobs.map(|subject| format!("0 {subject}"));
        assert_eq!(payloads(&store).await, jobs);
        // Planned again it is the same.
        assert_eq!(plan(&store, &queue, &client, 100, Moment(NOW)).await.unwrap(), 0);

        // What was looked at is due again on the next day, also when that begins a little earlier.
        let mut all = Vec::new();
        loop {
            let claimed = queue.claim("probe", 10).await.unwrap();
            let Some(first) = claimed.first() else { break };
            assert!(claimed.iter().all(|job| job.job.lane == first.job.lane));
            all.extend(claimed);
        }
        let seen = |job: &str| Observation {
            subject: Subject::read(job.split_once(' ').unwrap().1),
            seen: Moment(NOW),
            status: ObservedStatus::Present,
            facts: Vec::new(),
        };
        let observations: Vec<Observation> = all.iter().map(|claimed| seen(&claimed.job.payload)).collect();
        let mut transaction = store.begin().await.unwrap();
        write_observations(&mut transaction, &observations).await.unwrap();
        queue.done(&mut transaction, &all).await.unwrap();
        transaction.commit().await.unwrap();
        for (hours, due) in [(19, 0), (20, 5)] {
            let now = Moment(NOW + hours * 3600);
            assert_eq!(plan(&store, &queue, &client, 100, now).await.unwrap(), due, "after {hours} hours");
        }
        // As few as are asked for, and what they hang on.
        let later = Moment(NOW + 24 * 3600);
        let other = Queue::new(&store, "other", Duration::from_secs(60), 3);
        store.execute("DELETE FROM job", &[]).await.unwrap();
        assert_eq!(plan(&store, &other, &client, 2, later).await.unwrap(), 3);
        let few = ["domain:elsewhere.dev", "domain:proved.com", "proof:proved.com"];
        assert_eq!(payloads(&store).await, few.map(|subject| format!("{NOW} {subject}")));
    });
}
