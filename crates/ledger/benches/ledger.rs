//! What a record costs and how fast a ledger is verified and read: `cargo bench -p portcullis-ledger`.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // a bench prints, and may panic

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use portcullis_ledger::{
    Direction, Filter, Ledger, MessageDigest, Options, PublicKey, Reason, Record, Ruling, SystemClock, query,
    verify,
};
use portcullis_model::{Confidentiality, Integrity, Label, Threat, Verdict};
use portcullis_wire::envelope::{Id, Kind};

const RECORDS: usize = 200_000;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let began = Instant::now();
    let ledger = Arc::new(Ledger::open(&path, Options::default(), SystemClock).unwrap());
    println!("open, the first time     {:>8.2} ms", began.elapsed().as_secs_f64() * 1e3);

    let ended = Arc::new(AtomicBool::new(false));
    let ticking = {
        let (ledger, ended) = (Arc::clone(&ledger), Arc::clone(&ended));
        thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                ledger.tick().unwrap();
                thread::sleep(Duration::from_millis(100));
            }
        })
    };
    let record = record();
    let mut taken: Vec<Duration> = (0..RECORDS)
        .map(|_| {
            let began = Instant::now();
            ledger.append(&record).unwrap();
            began.elapsed()
        })
        .collect();
    ended.store(true, Ordering::Relaxed);
    ticking.join().unwrap();
    ledger.close().unwrap();
    taken.sort_unstable();
    let at = |share: f64| {
        taken.get((taken.len() as f64 * share) as usize).map_or(0.0, |time| time.as_secs_f64() * 1e6)
    };
    println!("append p50, p99, p99.9   {:>8.2} µs, {:.2} µs, {:.2} µs", at(0.5), at(0.99), at(0.999));

    let began = Instant::now();
    drop(Ledger::open(&path, Options::default(), SystemClock).unwrap());
    println!("open and close again     {:>8.2} ms", began.elapsed().as_secs_f64() * 1e3);

    let key = PublicKey::read(&folder.path().join("keys/ledger.pub")).unwrap();
    let began = Instant::now();
    let found = verify(&path, &key).unwrap();
    assert!(found.is_intact() && found.records == RECORDS as u64);
    let megabytes = found.bytes as f64 / 1e6;
    println!("bytes of a record        {:>8.0}", found.bytes as f64 / RECORDS as f64);
    println!("verify                   {:>8.0} MB/s", megabytes / began.elapsed().as_secs_f64());

    let began = Instant::now();
    assert_eq!(query(&path, Filter::default()).unwrap().filter(Result::is_ok).count(), RECORDS);
    println!("query                    {:>8.0} MB/s", megabytes / began.elapsed().as_secs_f64());
}

/// A call as the guard records it.
fn record() -> Record {
    Record {
        session: Some(String::from("7f3c1d9e5b2a4f60")),
        principal: Some(String::from("ada@example.com")),
        server: Some(String::from("mail")),
        direction: Some(Direction::ToServer),
        kind: Some(Kind::Request),
        method: Some(String::from("tools/call")),
        tool: Some(String::from("send_email")),
        request: Some(Id::Integer(42)),
        digest: Some(MessageDigest::of(b"message")),
        label: Some(Label { integrity: Integrity::Outside, confidentiality: Confidentiality::Private }),
        capabilities: vec!["network".into(), "sends".into()],
        verdict: Verdict::Ask,
        reasons: vec![Reason {
            by: Ruling::Policy("outside-private-to-network".into()),
            threats: vec![Threat::ParasiticToolchain],
        }],
        decision: Some(String::from("d-20261121-0001")),
        policy: Some("ab".repeat(32)),
        pin: Some("cd".repeat(32)),
        latency_us: Some(83),
        ..Record::default()
    }
}
