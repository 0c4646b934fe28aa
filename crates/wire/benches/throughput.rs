//! How fast surfaces are read: `cargo bench -p portcullis-wire`. Prints megabytes per second of each step.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // a bench prints, and may panic

use std::hint::black_box;
use std::time::{Duration, Instant};

use portcullis_wire::documents::{Documents, SURFACE_CAP};
use portcullis_wire::json::{self, Dialect, Limits};
use portcullis_wire::{canonical, envelope, surface};

const SERVERS: usize = 1000;

fn main() {
    let lines: Vec<String> = (0..SERVERS).map(server).collect();
    let stream = lines.join("\n");
    let limits = Limits::default();
    let each = |step: &dyn Fn(&str)| lines.iter().for_each(|line| step(line));

    report("json strict", &stream, || {
        each(&|line| {
            black_box(json::read(line.as_bytes(), Dialect::Strict, &limits).unwrap());
        });
    });
    report("json jsonc", &stream, || {
        each(&|line| {
            black_box(json::read(line.as_bytes(), Dialect::Jsonc, &limits).unwrap());
        });
    });
    report("lines, json and surface", &stream, || {
        for piece in Documents::open(stream.as_bytes(), SURFACE_CAP).unwrap() {
            let root = json::read(&piece.unwrap().bytes.unwrap(), Dialect::Jsonc, &limits).unwrap().root;
            black_box(surface::read(root, "server").unwrap());
        }
    });
    report("envelope", &stream, || {
        each(&|line| {
            let message = format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{line}}}");
            black_box(envelope::read(message.as_bytes(), &limits).unwrap());
        });
    });
    let roots: Vec<_> = lines
        .iter()
        .map(|line| json::read(line.as_bytes(), Dialect::Strict, &limits).unwrap().root)
        .collect();
    report("write", &stream, || {
        roots.iter().for_each(|root| {
            black_box(json::write(root));
        });
    });
    report("canonical write", &stream, || {
        roots.iter().for_each(|root| {
            black_box(canonical::write(root));
        });
    });
    report("canonical digest", &stream, || {
        roots.iter().for_each(|root| {
            black_box(canonical::digest(root));
        });
    });
}

/// The best of five runs.
fn report(name: &str, stream: &str, run: impl Fn()) {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed());
    }
    println!("{name:24} {:6.0} MB/s", stream.len() as f64 / 1e6 / best.as_secs_f64());
}

/// A server with ten tools as programs write them: sentences, schemas, an escape here and there.
fn server(number: usize) -> String {
    let tools: Vec<String> = (0..10)
        .map(|tool| {
            format!(
                r#"{{"name":"query_records_{tool}","title":"Query records","description":"Finds records of table {tool} that match a filter.\nReturns at most 100 rows; use `cursor` for more. Dates are ISO 8601 – for example \"2026-01-31\".","inputSchema":{{"type":"object","properties":{{"filter":{{"type":"string","description":"An expression such as name = 'Ann' and age > 30."}},"cursor":{{"type":["string","null"],"default":null}},"limit":{{"type":"integer","minimum":1,"maximum":100,"default":25}}}},"required":["filter"],"additionalProperties":false}},"annotations":{{"readOnlyHint":true,"openWorldHint":false}}}}"#
            )
        })
        .collect();
    format!(
        r#"{{"server":"records-{number}","version":"1.{number}.0","instructions":"Ask before you list whole tables.","tools":[{}]}}"#,
        tools.join(",")
    )
}
