//! A long run at an even pace: memory must not grow.

use std::thread;
use std::time::{Duration, Instant};

use super::consumption;
use super::load::{Clients, Load, Samples};
use super::subject::{Between, Shape, Tools};

/// How often memory is looked at.
const LOOKS: u32 = 10;
/// So long it is called, and then so long it rests: half of the time, so that the ledger does not fill the disk.
const TURN: Duration = Duration::from_millis(100);

/// Calls and resident bytes of one subject at one moment.
pub(super) struct Look {
    pub(super) at: Duration,
    /// For each shape that the guard stands in.
    pub(super) calls: [usize; 2],
    pub(super) memory: [u64; 2],
}

/// Calls the guard in turns over stdio and over HTTP.
pub(super) fn measure(tools: &Tools, lasting: Duration) -> Result<Vec<Look>, String> {
    let mut subjects = Vec::new();
    for shape in [Shape::Stdio, Shape::Http] {
        let mut running = tools.start(shape, Between::Guard)?;
        if shape == Shape::Stdio {
            running.pipe()?.begin().map_err(|error| format!("guard: {error}"))?;
        }
        subjects.push((running, Clients::new(shape), 0));
    }
    println!("soak for {} s ...", lasting.as_secs());
    let load = Load { payload: 1_000, at_a_time: 16, lasting: TURN };
    let (began, mut looks) = (Instant::now(), Vec::new());
    for look in 1..=LOOKS {
        while began.elapsed() < lasting * look / LOOKS {
            for (running, clients, calls) in &mut subjects {
                let mut samples = Samples::default();
                clients.put(running, load, &mut samples)?;
                *calls += samples.calls();
            }
            thread::sleep(TURN * 2);
        }
        if let [(stdio, _, over_stdio), (http, _, over_http)] = subjects.as_slice() {
            looks.push(Look {
                at: began.elapsed(),
                calls: [*over_stdio, *over_http],
                memory: [consumption::memory(stdio.process()), consumption::memory(http.process())],
            });
        }
    }
    Ok(looks)
}
