//! `bench/guard.md`.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use super::rest::{Rest, SESSIONS};
use super::soak::Look;
use super::subject::{Between, Shape};
use super::{Cell, Plan, consumption};
use crate::bench::page::circumstances;
use crate::markdown::table;

/// Said when the callers take more of the shared cores than they need.
const NOT_OPTIMISED: &str = "The callers were not optimised in this run.\n\n";

/// The payload that promises are made for.
const USUAL: usize = 1_000;

/// Everything that was measured.
pub(super) fn page(
    root: &Path,
    plan: &Plan,
    load_before: &str,
    cells: &mut [Cell],
    rests: &[Rest],
    soak: Option<&Vec<Look>>,
) -> String {
    let mut page =
        String::from("# What the guard adds\n\nWritten by `cargo xtask bench --guard`. Release build.\n\n");
    let _ = writeln!(
        page,
        "{} The load average was {load_before} when the run began and {} when it ended; callers, server and what \
         stands between share the same cores.\n",
        circumstances(root),
        consumption::load()
    );
    let _ = writeln!(
        page,
        "The mock server answers at once with so many bytes of honest text. It is called directly, through the guard \
         (default policies, audit log, pins, data flow, rules on arguments and results: as it comes), and through other \
         proxies, which judge nothing; {} turns of {} ms each, one after the other. *Added* is the difference of the \
         quantiles of the same load directly and through it. *Processor* is the time of a core that the process itself takes \
         for one call; of `direct` it is the server's.\n",
        plan.turns,
        plan.lasting.as_millis()
    );
    if cfg!(debug_assertions) {
        page.push_str(NOT_OPTIMISED);
    }
    let figures = figures(cells);
    promises(&mut page, &figures, rests, soak);
    for shape in Shape::ALL {
        calls(&mut page, shape, &figures);
    }
    at_rest(&mut page, rests);
    if let Some(looks) = soak {
        soaked(&mut page, looks);
    }
    page
}

/// One load through one subject, in numbers.
struct Figure {
    shape: Shape,
    between: Between,
    payload: usize,
    at_a_time: usize,
    half: f64,
    most: f64,
    added_half: f64,
    added_most: f64,
    calls_a_second: f64,
    processor: f64,
    calls: usize,
    refused: usize,
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn figures(cells: &mut [Cell]) -> Vec<Figure> {
    let mut figures: Vec<Figure> = Vec::with_capacity(cells.len());
    for cell in cells {
        let (half, most) = (micros(cell.samples.quantile(500)), micros(cell.samples.quantile(990)));
        let same = |figure: &&Figure| {
            figure.between == Between::Nobody
                && (figure.shape, figure.payload, figure.at_a_time)
                    == (cell.shape, cell.load.payload, cell.load.at_a_time)
        };
        let direct = figures.iter().find(same);
        figures.push(Figure {
            shape: cell.shape,
            between: cell.between,
            payload: cell.load.payload,
            at_a_time: cell.load.at_a_time,
            added_half: direct.map_or(0.0, |direct| half - direct.half),
            added_most: direct.map_or(0.0, |direct| most - direct.most),
            half,
            most,
            calls_a_second: cell.samples.calls_a_second(),
            processor: cell.samples.processor_a_call() * 1e6,
            calls: cell.samples.calls(),
            refused: cell.samples.refused,
        });
    }
    figures
}

fn promises(page: &mut String, figures: &[Figure], rests: &[Rest], soak: Option<&Vec<Look>>) {
    let guard = |shape: Shape, payload: usize, at_a_time: usize| {
        figures.iter().find(|figure| {
            (figure.shape, figure.between, figure.payload, figure.at_a_time)
                == (shape, Between::Guard, payload, at_a_time)
        })
    };
    let mut rows = Vec::new();
    let mut row = |what: &str, most: f64, unit: &str, measured: Option<f64>| {
        let Some(measured) = measured else { return };
        let holds = match measured {
            measured if measured < 0.0 => "not told: the direct calls were disturbed",
            measured if measured <= most => "holds",
            _ => "**does not hold**",
        };
        rows.push(vec![
            what.to_owned(),
            format!("at most {most} {unit}"),
            format!("{measured:.1} {unit}"),
            holds.to_owned(),
        ]);
    };
    let (http, stdio) = (guard(Shape::Http, USUAL, 1), guard(Shape::Stdio, USUAL, 1));
    row("added over HTTP at 1 KB, half of the calls", 150.0, "µs", http.map(|figure| figure.added_half));
    row("added over HTTP at 1 KB, 99 of 100 calls", 500.0, "µs", http.map(|figure| figure.added_most));
    row("added over stdio at 1 KB, half of the calls", 60.0, "µs", stdio.map(|figure| figure.added_half));
    for shape in [Shape::Stdio, Shape::Http] {
        let (small, large) = (guard(shape, 100, 1), guard(shape, 10_000, 1));
        let more = small.zip(large).map(|(small, large)| large.added_half - small.added_half);
        row(
            &format!("inspection of 10 KB: added beyond that at 100 B, {}", shape.name()),
            1_000.0,
            "µs",
            more,
        );
    }
    let rest = |shape: Shape| rests.iter().find(|rest| (rest.shape, rest.between) == (shape, Between::Guard));
    for shape in [Shape::Stdio, Shape::Http] {
        let start = rest(shape).map(|rest| rest.start.as_secs_f64() * 1e3);
        row(&format!("start to the first list of tools, {}", shape.name()), 20.0, "ms", start);
    }
    if let Some([one, hundred, all]) = rest(Shape::Http).map(|rest| rest.memory.as_slice()) {
        row("resident with 100 sessions", 30.0, "MB", Some(*hundred as f64 / 1e6));
        row("for each of 256 idle sessions", 50.0, "KB", Some(for_each(*one, *all) / 1e3));
    }
    if let Some(grown) = soak.and_then(|looks| grown(looks)) {
        row("growth over the second half of the soak, both guards", 1.0, "MB", Some(grown));
    }
    let two_cores = [1, 16, 256].map(|at_a_time| guard(Shape::Http, USUAL, at_a_time));
    let best = two_cores.iter().flatten().map(|figure| figure.calls_a_second).fold(0.0, f64::max);
    let cheapest = two_cores.iter().flatten().map(|figure| figure.processor).fold(f64::INFINITY, f64::min);
    let holds = |value: f64| if value >= 10_000.0 { "holds" } else { "**does not hold**" };
    rows.push(vec![
        "calls a second over HTTP at 1 KB, callers and server on the same cores".into(),
        "at least 10000".into(),
        format!("{best:.0}"),
        holds(best).into(),
    ]);
    rows.push(vec![
        "calls a second over HTTP at 1 KB that two cores are enough for, by the guard's processor time"
            .into(),
        "at least 10000".into(),
        format!("{:.0}", 2e6 / cheapest),
        holds(2e6 / cheapest).into(),
    ]);
    page.push_str("## Promises\n\n");
    table(page, &["what", "promise", "#measured", ""], &rows);
}

/// What each session beyond the first takes, in bytes.
fn for_each(one: u64, all: u64) -> f64 {
    let more = SESSIONS.last().copied().unwrap_or(2) - 1;
    all.saturating_sub(one) as f64 / more as f64
}

fn calls(page: &mut String, shape: Shape, figures: &[Figure]) {
    let _ = writeln!(page, "## Calls, {}\n", shape.name());
    if shape == Shape::HttpToStdio {
        page.push_str(
            "`direct` is the mock server over HTTP. All connections share one session: what starts a server for each \
             session would start 256.\n\n",
        );
    }
    let added = |figure: &Figure, value: f64| {
        if figure.between == Between::Nobody { "–".into() } else { format!("{value:.0}") }
    };
    let rows: Vec<Vec<String>> = figures
        .iter()
        .filter(|figure| figure.shape == shape)
        .map(|figure| {
            vec![
                size(figure.payload),
                figure.at_a_time.to_string(),
                figure.between.name().to_owned(),
                format!("{:.0}", figure.half),
                format!("{:.0}", figure.most),
                added(figure, figure.added_half),
                added(figure, figure.added_most),
                format!("{:.0}", figure.calls_a_second),
                format!("{:.0}", figure.processor),
                figure.calls.to_string(),
                figure.refused.to_string(),
            ]
        })
        .collect();
    let heads = [
        "#answer",
        "#at a time",
        "through",
        "#p50 µs",
        "#p99 µs",
        "#added p50",
        "#added p99",
        "#calls/s",
        "#processor µs",
        "#calls",
        "#refused",
    ];
    table(page, &heads, &rows);
}

fn size(bytes: usize) -> String {
    match bytes {
        1_000_000.. => format!("{} MB", bytes / 1_000_000),
        1_000.. => format!("{} KB", bytes / 1_000),
        _ => format!("{bytes} B"),
    }
}

fn at_rest(page: &mut String, rests: &[Rest]) {
    page.push_str(
        "## Memory and start\n\nFrom the start of the process to its first list of tools, the median; resident memory of \
         the process itself with so many sessions open.\n\n",
    );
    let cell =
        |value: Option<f64>, digits: usize| value.map_or("–".into(), |value| format!("{value:.digits$}"));
    let rows: Vec<Vec<String>> = rests
        .iter()
        .map(|rest| {
            let memory = |index: usize| rest.memory.get(index).map(|bytes| *bytes as f64 / 1e6);
            let each = match rest.memory.as_slice() {
                [one, _, all] => Some(for_each(*one, *all) / 1e3),
                _ => None,
            };
            vec![
                rest.shape.name().to_owned(),
                rest.between.name().to_owned(),
                format!("{:.1}", rest.start.as_secs_f64() * 1e3),
                cell(memory(0), 1),
                cell(memory(1), 1),
                cell(memory(2), 1),
                cell(each, 1),
            ]
        })
        .collect();
    let heads = [
        "shape",
        "through",
        "#start ms",
        "#1 session MB",
        "#100 sessions MB",
        "#256 sessions MB",
        "#each KB",
    ];
    table(page, &heads, &rows);
}

/// By how many megabytes both guards grew since the middle.
fn grown(looks: &[Look]) -> Option<f64> {
    let both = |look: &Look| look.memory.iter().sum::<u64>() as f64 / 1e6;
    Some(both(looks.last()?) - both(looks.get(looks.len() / 2)?))
}

fn soaked(page: &mut String, looks: &[Look]) {
    page.push_str("## Soak\n\nCalls of 1 KB, 16 at a time, on two guards in turns, with rests.\n\n");
    let rows: Vec<Vec<String>> = looks
        .iter()
        .map(|look| {
            let mut row = vec![format!("{:.0}", look.at.as_secs_f64())];
            for (calls, memory) in look.calls.iter().zip(look.memory) {
                row.extend([calls.to_string(), format!("{:.1}", memory as f64 / 1e6)]);
            }
            row
        })
        .collect();
    table(page, &["#s", "#calls stdio", "#MB stdio", "#calls HTTP", "#MB HTTP"], &rows);
}
