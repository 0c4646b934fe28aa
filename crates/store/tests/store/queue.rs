//! Jobs are done once each, whoever dies.

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use portcullis_store::{Counts, Job, Queue, Store, StoreError};

use super::{on_both, server};

const LEASE: Duration = Duration::from_secs(60);

fn jobs(count: usize) -> impl Iterator<Item = Job> {
    (0..count).map(|number| job("count", &number.to_string(), ""))
}

fn job(kind: &str, payload: &str, lane: &str) -> Job {
    Job { kind: kind.into(), payload: payload.into(), lane: lane.into() }
}

async fn add(store: &Store, queue: &Queue, jobs: impl IntoIterator<Item = Job>) -> u64 {
    let mut transaction = store.begin().await.unwrap();
    let added = queue.add(&mut transaction, jobs).await.unwrap();
    transaction.commit().await.unwrap();
    added
}

async fn with_results(store: &Store) {
    let sql = "CREATE TABLE IF NOT EXISTS result (payload TEXT NOT NULL PRIMARY KEY, worker TEXT NOT NULL)";
    store.execute(sql, &[]).await.unwrap();
}

#[test]
fn a_job_is_added_once_and_claimed_by_one_worker() {
    on_both("claims", |store, _| async move {
        let one = Queue::new(&store, "one", LEASE, 3);
        let other = Queue::new(&store, "other", LEASE, 3);
        assert_eq!(add(&store, &one, jobs(100)).await, 100);
        assert_eq!(add(&store, &one, jobs(120)).await, 20);
        let (first, second) = tokio::join!(one.claim("count", 70), other.claim("count", 70));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert_eq!(first.len() + second.len(), 120);
        assert!(first.iter().all(|job| second.iter().all(|taken| taken.id != job.id)));
        assert!(one.claim("another kind", 10).await.unwrap().is_empty());
        let mut transaction = store.begin().await.unwrap();
        one.done(&mut transaction, &first).await.unwrap();
        transaction.commit().await.unwrap();
        // Somebody else's job can not be finished.
        let mut transaction = store.begin().await.unwrap();
        assert!(matches!(one.done(&mut transaction, &second).await, Err(StoreError::LeaseLost)));
        drop(transaction);
        let counts = one.counts("count").await.unwrap();
        let (done, running) = (first.len() as u64, second.len() as u64);
        assert_eq!(counts, Counts { waiting: 0, running, done, failed: 0 });
    });
}

#[test]
fn a_lease_that_ends_gives_the_job_to_another_and_too_many_attempts_end_it() {
    on_both("leases", |store, _| async move {
        let short = Queue::new(&store, "slow", Duration::from_millis(200), 3);
        add(&store, &short, jobs(1)).await;
        let slow = short.claim("count", 1).await.unwrap();
        assert_eq!(short.heartbeat().await.unwrap(), 1);
        tokio::time::sleep(Duration::from_millis(400)).await;
        let other = Queue::new(&store, "other", Duration::from_millis(200), 3);
        let again = other.claim("count", 1).await.unwrap();
        assert_eq!((again[0].id, again[0].attempts), (slow[0].id, 2));
        let mut transaction = store.begin().await.unwrap();
        assert!(matches!(short.done(&mut transaction, &slow).await, Err(StoreError::LeaseLost)));
        drop(transaction);
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert!(other.claim("count", 1).await.unwrap().is_empty());
        assert_eq!(other.claim_alone("count").await.unwrap().unwrap().attempts, 3);
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert_eq!(other.claim_alone("count").await.unwrap(), None);
        assert_eq!(other.counts("count").await.unwrap().failed, 1);
    });
}

#[test]
fn jobs_that_were_begun_twice_are_claimed_one_by_one_and_behind_all_others() {
    on_both("suspects", |store, _| async move {
        let dead = |number: usize| Queue::new(&store, &format!("dead {number}"), Duration::ZERO, 5);
        add(&store, &dead(0), jobs(3)).await;
        for number in 0..2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert_eq!(dead(number).claim("count", 10).await.unwrap().len(), 3);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        let queue = Queue::new(&store, "one", LEASE, 5);
        add(&store, &queue, jobs(5)).await;
        assert_eq!(queue.claim("count", 10).await.unwrap().len(), 2);
        assert!(queue.claim("count", 10).await.unwrap().is_empty());
        assert!(queue.has_suspects("count").await.unwrap());
        // Whoever was begun least often comes first: none is lost every time beside another.
        let first = dead(3).claim_alone("count").await.unwrap().unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        let others = [queue.claim_alone("count").await.unwrap(), queue.claim_alone("count").await.unwrap()];
        assert!(others.iter().flatten().all(|other| other.id != first.id && other.attempts == 3));
        assert_eq!(queue.claim_alone("count").await.unwrap().unwrap().id, first.id);
        assert!(!queue.has_suspects("count").await.unwrap());
    });
}

#[test]
fn what_failed_waits_for_its_next_attempt_and_what_was_released_was_never_begun() {
    on_both("failures", |store, _| async move {
        let queue = Queue::new(&store, "one", LEASE, 2);
        add(&store, &queue, jobs(1)).await;
        let job = queue.claim("count", 1).await.unwrap();
        assert_eq!(queue.release().await.unwrap(), 1);
        let job = [job, queue.claim("count", 1).await.unwrap()].concat();
        assert_eq!((job[0].attempts, job[1].attempts), (1, 1));
        queue.failed(&job[1], "no answer", Duration::from_millis(300)).await.unwrap();
        assert!(queue.claim("count", 1).await.unwrap().is_empty());
        tokio::time::sleep(Duration::from_millis(500)).await;
        let last = queue.claim("count", 1).await.unwrap();
        queue.failed(&last[0], "no answer", Duration::ZERO).await.unwrap();
        assert_eq!(queue.counts("count").await.unwrap(), Counts { failed: 1, ..Counts::default() });
    });
}

#[test]
fn jobs_of_one_lane_are_held_by_one_worker_at_a_time_however_many_claim() {
    on_both("lanes", |store, _| async move {
        let lanes = (0..400).map(|number| job("ask", &number.to_string(), ["left", "right"][number % 2]));
        let parent = Queue::new(&store, "parent", LEASE, 3);
        add(&store, &parent, lanes).await;
        let held = Mutex::new(HashMap::new());
        let workers = (0..4).map(|number| {
            let queue = Queue::new(&store, &format!("worker {number}"), LEASE, 3);
            let (store, held) = (&store, &held);
            async move {
                let mut done = 0;
                for _ in 0..200 {
                    let claimed = queue.claim("ask", 10).await.unwrap();
                    let Some(first) = claimed.first() else {
                        tokio::time::sleep(Duration::from_millis(2)).await;
                        continue;
                    };
                    let lane = first.job.lane.clone();
                    assert!(claimed.iter().all(|job| job.job.lane == lane));
                    assert_eq!(held.lock().unwrap().insert(lane.clone(), number), None);
                    tokio::time::sleep(Duration::from_millis(3)).await;
                    held.lock().unwrap().remove(&lane);
                    let mut transaction = store.begin().await.unwrap();
                    queue.done(&mut transaction, &claimed).await.unwrap();
                    transaction.commit().await.unwrap();
                    done += claimed.len();
                }
                done
            }
        });
        assert_eq!(futures_util::future::join_all(workers).await.into_iter().sum::<usize>(), 400);
        let mut transaction = store.begin().await.unwrap();
        assert_eq!(parent.forget(&mut transaction, "ask").await.unwrap(), 400);
        transaction.commit().await.unwrap();
        assert_eq!(parent.counts("ask").await.unwrap(), Counts::default());
    });
}

/// The program of a worker: this test in another process. It says nothing when it is run as a test.
#[test]
fn a_worker_process() {
    let Ok(address) = std::env::var("PORTCULLIS_TEST_WORKER") else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let name = format!("worker-{}", std::process::id());
    runtime.block_on(async {
        // A server that is away comes back.
        while let Err(error) = work(&address, &name).await {
            eprintln!("{name}: {error}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
}

async fn work(address: &str, name: &str) -> Result<(), StoreError> {
    let store = Store::open(address).await?;
    let queue = Queue::new(&store, name, Duration::from_secs(1), 50);
    loop {
        let claimed = queue.claim("count", 40).await?;
        if claimed.is_empty() {
            if queue.counts("count").await?.waiting + queue.counts("count").await?.running == 0 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        let mut transaction = store.begin().await?;
        for job in &claimed {
            // A job that is done twice breaks the key.
            let row = [job.job.payload.as_str().into(), name.into()];
            transaction.execute("INSERT INTO result (payload, worker) VALUES ($1, $2)", &row).await?;
        }
        match queue.done(&mut transaction, &claimed).await {
            Ok(()) => transaction.commit().await?,
            Err(StoreError::LeaseLost) => drop(transaction),
            Err(error) => return Err(error),
        }
    }
}

fn worker(address: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "queue::a_worker_process", "--nocapture"])
        .env("PORTCULLIS_TEST_WORKER", address)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Workers are killed in the middle of their work, again and again; `strike` may do more.
fn survive(address: &str, count: usize, mut strike: impl FnMut(usize)) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = runtime.block_on(async {
        let store = Store::open(address).await.unwrap();
        with_results(&store).await;
        add(&store, &Queue::new(&store, "parent", LEASE, 50), jobs(count)).await;
        store
    });
    let mut workers: Vec<Child> = (0..3).map(|_| worker(address)).collect();
    for round in 0..6 {
        std::thread::sleep(Duration::from_millis(250));
        let place = round % workers.len();
        workers[place].kill().unwrap();
        workers[place].wait().unwrap();
        strike(round);
        workers[place] = worker(address);
    }
    for worker in &mut workers {
        assert!(worker.wait().unwrap().success());
    }
    runtime.block_on(async {
        let queue = Queue::new(&store, "parent", LEASE, 50);
        assert_eq!(queue.counts("count").await.unwrap(), Counts { done: count as u64, ..Counts::default() });
        assert_eq!(store.number("SELECT COUNT(*) FROM result", &[]).await.unwrap(), count as i64);
    });
}

#[test]
fn killed_workers_lose_nothing_and_double_nothing() {
    let folder = tempfile::tempdir().unwrap();
    survive(&folder.path().join("store.db").display().to_string(), 2000, |_| {});
    let Some(server) = server::Server::start() else { return };
    survive(&server.address("kills"), 4000, |_| {});
}

#[test]
fn a_killed_server_loses_nothing_and_doubles_nothing() {
    let Some(server) = server::Server::start() else { return };
    survive(&server.address("crashes"), 4000, |round| {
        if round % 3 == 1 {
            server.kill();
            std::thread::sleep(Duration::from_millis(200));
            server.begin();
        }
    });
}

#[test]
fn a_queue_turns_thousands_of_jobs_a_second() {
    const COUNT: usize = 20_000;
    on_both("speed", |store, _| async move {
        let queue = Queue::new(&store, "one", LEASE, 3);
        let began = Instant::now();
        add(&store, &queue, jobs(COUNT)).await;
        let added = began.elapsed();
        let began = Instant::now();
        let mut done = 0;
        while done < COUNT {
            let claimed = queue.claim("count", 500).await.unwrap();
            let mut transaction = store.begin().await.unwrap();
            queue.done(&mut transaction, &claimed).await.unwrap();
            transaction.commit().await.unwrap();
            done += claimed.len();
        }
        let worked = began.elapsed();
        let rate = |time: Duration| COUNT as f64 / time.as_secs_f64();
        eprintln!(
            "{:?}: {:.0} jobs/s added, {:.0} jobs/s claimed and done",
            store.dialect(),
            rate(added),
            rate(worked)
        );
        // Far below what it does: a machine that is busy with everything else still keeps it.
        assert!(rate(worked) > 500.0);
    });
}
