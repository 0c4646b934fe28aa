//! What is taken besides calls: memory for sessions that are open, and time to the first answer.

use std::thread;
use std::time::{Duration, Instant};

use super::consumption;
use super::load::Clients;
use super::subject::{Between, Running, Shape, Tools};

/// How often a start is measured.
const STARTS: usize = 11;
/// Sessions of which memory is told.
pub(super) const SESSIONS: [usize; 3] = [1, 100, 256];

/// What one subject takes at rest.
pub(super) struct Rest {
    pub(super) shape: Shape,
    pub(super) between: Between,
    /// From the start of its process to its first answer: the median.
    pub(super) start: Duration,
    /// Bytes of resident memory with so many sessions, as [`SESSIONS`]; one only where each would start a server.
    pub(super) memory: Vec<u64>,
}

pub(super) fn measure(tools: &Tools) -> Result<Vec<Rest>, String> {
    let mut rests = Vec::new();
    for shape in Shape::ALL {
        for &between in shape.subjects().iter().filter(|between| tools.has(**between)) {
            // What stands at HTTP in front of nothing is the same in both shapes.
            if (shape, between) == (Shape::HttpToStdio, Between::Nobody) {
                continue;
            }
            let fault = |error| format!("{}, {}: {error}", shape.name(), between.name());
            // The first start makes keys and files that later ones find.
            let starts = (0..=STARTS).map(|_| start(tools, shape, between)).skip(1);
            let mut starts = starts.collect::<Result<Vec<_>, _>>().map_err(fault)?;
            starts.sort_unstable();
            let start = starts.get(STARTS / 2).copied().unwrap_or_default();
            let memory = memory(tools, shape, between).map_err(fault)?;
            rests.push(Rest { shape, between, start, memory });
        }
    }
    Ok(rests)
}

/// Starts it and begins a session.
fn begin(tools: &Tools, shape: Shape, between: Between) -> Result<(Running, Clients), String> {
    let mut running = tools.start(shape, between)?;
    let mut clients = Clients::new(shape);
    match shape {
        Shape::Stdio => running.pipe()?.begin().map_err(|error| error.to_string())?,
        Shape::Http | Shape::HttpToStdio => clients.grow(&mut running, 1)?,
    }
    Ok((running, clients))
}

/// How long it takes from the start of the process to the first list of tools.
fn start(tools: &Tools, shape: Shape, between: Between) -> Result<Duration, String> {
    let began = Instant::now();
    let running = begin(tools, shape, between)?;
    Ok(began.elapsed().saturating_sub(running.0.behind()))
}

fn memory(tools: &Tools, shape: Shape, between: Between) -> Result<Vec<u64>, String> {
    let (mut running, mut clients) = begin(tools, shape, between)?;
    let most = if shape.has_many_sessions() { SESSIONS.len() } else { 1 };
    let mut memory = Vec::new();
    for number in SESSIONS.into_iter().take(most) {
        clients.grow(&mut running, number)?;
        thread::sleep(Duration::from_millis(300));
        memory.push(consumption::memory(running.process()));
    }
    Ok(memory)
}
