//! The queue by itself, and workers over it: on a file, and on a PostgreSQL where one is installed.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use portcullis_store::{Job, Queue, Store, StoreError};

#[path = "../../../../crates/store/tests/store/server.rs"]
#[allow(clippy::unwrap_used, dead_code, reason = "it is the tests' own")]
mod server;

use server::Server;

/// Jobs of one measurement, and how many are claimed together.
const JOBS: usize = 100_000;
const BATCH: u32 = 500;
/// Workers at the same time.
const WORKERS: [usize; 3] = [1, 2, 4];
/// Subjects that each service is asked for; the Python index is asked twice for each.
const SERVICES: [(&str, usize); 4] = [("npm", 400), ("pypi", 200), ("cargo", 400), ("nuget", 400)];
/// Milliseconds between two requests to one service.
const PAUSE: u32 = 10;
const LEASE: Duration = Duration::from_secs(60);

/// Two tables for the page.
pub(super) fn measure(program: &Path, work: &Path) -> Result<String, String> {
    eprintln!("bench: the queue and its workers");
    fs::create_dir_all(work).map_err(|error| format!("{}: {error}", work.display()))?;
    let server = Server::start();
    let mut page = format!(
        "\n## The queue\n\n{JOBS} jobs that do nothing, claimed and finished in batches of {BATCH}, each batch in two transactions.\n\n\
         | store | workers | added jobs/s | claimed and finished jobs/s |\n|---|---:|---:|---:|\n"
    );
    for workers in WORKERS {
        let file = work.join(format!("queue-{workers}.db")).display().to_string();
        page.push_str(&queue("SQLite", &file, workers)?);
    }
    for (workers, server) in WORKERS.iter().zip(server.iter().cycle()) {
        page.push_str(&queue("PostgreSQL", &server.address(&format!("queue{workers}")), *workers)?);
    }
    let subjects: usize = SERVICES.iter().map(|(_, count)| count).sum();
    let _ = write!(
        page,
        "\n## Workers\n\n`survey work --hosts 1`: {subjects} packages at {} services on this machine, each of which is asked by one \
         process at a time, once in {PAUSE} ms.\n\n| store | processes | s | subjects/s |\n|---|---:|---:|---:|\n",
        SERVICES.len()
    );
    for processes in WORKERS {
        let folder = work.join(format!("workers-{processes}"));
        page.push_str(&workers(
            "SQLite",
            program,
            &folder,
            &folder.join("s.db").display().to_string(),
            processes,
        )?);
    }
    for (processes, server) in WORKERS.iter().zip(server.iter().cycle()) {
        let folder = work.join(format!("shared-{processes}"));
        let store = server.address(&format!("work{processes}"));
        page.push_str(&workers("PostgreSQL", program, &folder, &store, *processes)?);
    }
    if server.is_none() {
        page.push_str("\nPostgreSQL is not installed here.\n");
    }
    fs::remove_dir_all(work).map_err(|error| format!("{}: {error}", work.display()))?;
    Ok(page)
}

/// One line of the table of the queue.
fn queue(kind: &str, address: &str, workers: usize) -> Result<String, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let (added, done) = runtime.block_on(turned(address, workers)).map_err(|error| error.to_string())?;
    let rate = |time: Duration| JOBS as f64 / time.as_secs_f64();
    Ok(format!("| {kind} | {workers} | {:.0} | {:.0} |\n", rate(added), rate(done)))
}

async fn turned(address: &str, workers: usize) -> Result<(Duration, Duration), StoreError> {
    let store = Store::open(address).await?;
    let parent = Queue::new(&store, "parent", LEASE, 3);
    let began = Instant::now();
    let mut transaction = store.begin().await?;
    let jobs = (0..JOBS).map(|number| Job {
        kind: String::from("nothing"),
        payload: number.to_string(),
        lane: format!("lane {}", number % 16),
    });
    parent.add(&mut transaction, jobs).await?;
    transaction.commit().await?;
    let added = began.elapsed();
    let began = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for worker in 0..workers {
        running.spawn(until_empty(store.clone(), format!("worker {worker}")));
    }
    while let Some(outcome) = running.join_next().await {
        outcome.unwrap_or(Ok(()))?;
    }
    let done = began.elapsed();
    store.close().await;
    Ok((added, done))
}

async fn until_empty(store: Store, name: String) -> Result<(), StoreError> {
    let queue = Queue::new(&store, &name, LEASE, 3);
    loop {
        let claimed = queue.claim("nothing", BATCH).await?;
        if claimed.is_empty() {
            let left = queue.counts("nothing").await?;
            if left.waiting + left.running == 0 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
            continue;
        }
        let mut transaction = store.begin().await?;
        queue.done(&mut transaction, &claimed).await?;
        transaction.commit().await?;
    }
}

/// One line of the table of workers.
fn workers(
    kind: &str,
    program: &Path,
    folder: &Path,
    store: &str,
    processes: usize,
) -> Result<String, String> {
    let fault = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(fault)?;
    let [npm, pypi, cargo, nuget] = SERVICES.map(|(service, _)| answering(service));
    let (npm, pypi, cargo, nuget) = (npm?, pypi?, cargo?, nuget?);
    let settings = format!(
        "[registries]\nnpm = \"{npm}/\"\npypi = \"{pypi}/simple/\"\n\n[survey]\npause = {PAUSE}\ncargo = \"{cargo}\"\n\
         nuget = \"{nuget}\"\nforge = \"http://127.0.0.1:9\"\nrdap = \"http://127.0.0.1:9\"\ndns = \"127.0.0.1:9\"\n"
    );
    fs::write(folder.join("portcullis.toml"), settings).map_err(fault)?;
    let mut listings = String::new();
    for (service, count) in SERVICES {
        for number in 0..count {
            let name = format!("thing-{number}");
            let _ = writeln!(
                listings,
                "{{\"registry\":\"{service}-list\",\"name\":\"{name}\",\"packages\":[{{\"type\":\"{service}\",\"name\":\"{name}\"}}],\"seen\":\"2026-06-01T00:00:00Z\"}}"
            );
        }
    }
    fs::write(folder.join("listings.jsonl"), listings).map_err(fault)?;
    let command = |words: &[&str]| {
        let mut command = Command::new(program);
        command.arg("survey").args(words).current_dir(folder).env("HOME", folder).env("STORE", store);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    for words in [
        &["collect", "--from", "listings.jsonl", "--store", "env:STORE"][..],
        &["probe", "--plan", "--limit", "100000", "--store", "env:STORE"],
    ] {
        // PostgreSQL's address is a reference; a file is named.
        let words: Vec<&str> = words.iter().map(|&word| named(word, store)).collect();
        let status = command(&words).status().map_err(fault)?;
        if !status.success() {
            return Err(format!("`portcullis survey {}` ended with {status}", words.join(" ")));
        }
    }
    let began = Instant::now();
    let words = ["work", "--hosts", "1", "--store", named("env:STORE", store)];
    let running: Vec<_> = (0..processes).map(|_| command(&words).spawn()).collect();
    for process in running {
        let status = process.and_then(|mut process| process.wait()).map_err(fault)?;
        if !status.success() {
            return Err(format!("`portcullis survey work` ended with {status}"));
        }
    }
    let took = began.elapsed().as_secs_f64();
    let subjects: usize = SERVICES.iter().map(|(_, count)| count).sum();
    Ok(format!("| {kind} | {processes} | {took:.1} | {:.0} |\n", subjects as f64 / took))
}

fn named<'w>(word: &'w str, store: &'w str) -> &'w str {
    if word == "env:STORE" && !store.contains("://") { store } else { word }
}

/// A service on this machine that has whatever it is asked for; its address.
fn answering(service: &'static str) -> Result<String, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| format!("the loopback: {error}"))?;
    let address = listener.local_addr().map_err(|error| format!("the loopback: {error}"))?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || drop(answer(service, stream)));
        }
    });
    Ok(format!("http://{address}"))
}

fn answer(service: &str, mut stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    while !request.ends_with("\r\n\r\n") && reader.read_line(&mut request)? > 0 {}
    let path = request.split(' ').nth(1).unwrap_or_default();
    let name = path.split('/').find(|part| part.starts_with("thing-")).unwrap_or_default();
    let body = match service {
        "npm" => format!(
            "{{\"name\":\"{name}\",\"versions\":{{\"1.0.0\":{{}}}},\"dist-tags\":{{\"latest\":\"1.0.0\"}}}}"
        ),
        "pypi" => format!("{{\"name\":\"{name}\",\"files\":[{{\"filename\":\"{name}-1.tar.gz\"}}]}}"),
        "cargo" => String::from("{\"vers\":\"1.0.0\"}\n"),
        _ => String::from("{\"versions\":[\"1.0.0\"]}"),
    };
    let length = body.len();
    stream.write_all(
        format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}").as_bytes(),
    )
}
