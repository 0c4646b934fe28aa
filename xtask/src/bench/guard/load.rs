//! So many calls at a time, for some time: how long each took, and what the process between took for it.

use std::collections::HashMap;
use std::io;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use super::caller::{self, Http, Pipe};
use super::consumption;
use super::subject::{Running, Shape};

/// How many ids a connection has for itself.
const IDS: u64 = 1 << 32;

/// Calls of one kind through one subject, from all its rounds.
#[derive(Debug, Default)]
pub(super) struct Samples {
    /// How long each honestly answered call took.
    took: Vec<Duration>,
    /// Calls that were refused.
    pub(super) refused: usize,
    wall: Duration,
    processor: Duration,
}

impl Samples {
    fn add(&mut self, other: Self) {
        self.took.extend(other.took);
        self.refused += other.refused;
        self.wall += other.wall;
        self.processor += other.processor;
    }

    /// So many of a thousand calls were as fast as this, or faster.
    pub(super) fn quantile(&mut self, of_thousand: usize) -> Duration {
        self.took.sort_unstable();
        let at = self.took.len() * of_thousand / 1000;
        self.took.get(at.min(self.took.len().saturating_sub(1))).copied().unwrap_or_default()
    }

    pub(super) fn calls(&self) -> usize {
        self.took.len()
    }

    pub(super) fn calls_a_second(&self) -> f64 {
        self.took.len() as f64 / self.wall.as_secs_f64().max(1e-9)
    }

    /// Time of a processor that the process between took for one call, in seconds.
    pub(super) fn processor_a_call(&self) -> f64 {
        self.processor.as_secs_f64() / self.took.len().max(1) as f64
    }
}

/// What the load is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    pub(super) payload: usize,
    pub(super) at_a_time: usize,
    pub(super) lasting: Duration,
}

/// Clients of one subject, connected once and used for all loads.
pub(super) struct Clients {
    shape: Shape,
    connections: Vec<Http>,
}

impl Clients {
    pub(super) const fn new(shape: Shape) -> Self {
        Self { shape, connections: Vec::new() }
    }

    /// Connects until there are so many.
    pub(super) fn grow(&mut self, running: &mut Running, number: usize) -> Result<(), String> {
        if self.shape == Shape::Stdio {
            return Ok(());
        }
        while self.connections.len() < number {
            let mut connection = running.connect(self.connections.len() as u64 * IDS)?;
            match self.connections.first() {
                Some(first) if !self.shape.has_many_sessions() => connection.join(&first.session),
                _ => connection.begin().map_err(|error| format!("no session begins: {error}"))?,
            }
            self.connections.push(connection);
        }
        Ok(())
    }

    /// Puts one load on the subject.
    pub(super) fn put(
        &mut self,
        running: &mut Running,
        load: Load,
        samples: &mut Samples,
    ) -> Result<(), String> {
        self.grow(running, load.at_a_time)?;
        for connection in self.connections.iter_mut().take(load.at_a_time) {
            connection.refresh().map_err(|error| format!("no connection: {error}"))?;
        }
        let (before, began) = (consumption::processor(running.process()), Instant::now());
        let mut round = match self.shape {
            Shape::Stdio => over_pipe(running.pipe()?, load),
            Shape::Http | Shape::HttpToStdio => over_http(&mut self.connections, load),
        }
        .map_err(|error| {
            format!("a call of {} bytes, {} at a time: {error}", load.payload, load.at_a_time)
        })?;
        round.wall = began.elapsed();
        round.processor = consumption::processor(running.process()).saturating_sub(before);
        samples.add(round);
        Ok(())
    }
}

/// One thread for each connection, each of which calls again as soon as it is answered.
fn over_http(connections: &mut [Http], load: Load) -> io::Result<Samples> {
    let begin = Barrier::new(load.at_a_time);
    thread::scope(|scope| {
        let callers: Vec<_> = connections
            .iter_mut()
            .take(load.at_a_time)
            .map(|connection| scope.spawn(|| call_again(connection, load, &begin)))
            .collect();
        let mut samples = Samples::default();
        for caller in callers {
            samples.add(caller.join().map_err(|_| io::Error::other("a caller panicked"))??);
        }
        Ok(samples)
    })
}

fn call_again(connection: &mut Http, load: Load, begin: &Barrier) -> io::Result<Samples> {
    let mut samples = Samples::default();
    begin.wait();
    let end = Instant::now() + load.lasting;
    loop {
        let began = Instant::now();
        if began >= end {
            return Ok(samples);
        }
        if connection.call(load.payload)? {
            samples.took.push(began.elapsed());
        } else {
            samples.refused += 1;
        }
    }
}

/// One pair of pipes with so many calls unanswered.
fn over_pipe(pipe: &mut Pipe, load: Load) -> io::Result<Samples> {
    let mut samples = Samples::default();
    let mut waiting: HashMap<u64, Instant> = HashMap::with_capacity(load.at_a_time);
    let end = Instant::now() + load.lasting;
    let ask = |pipe: &mut Pipe, waiting: &mut HashMap<u64, Instant>| {
        let began = Instant::now();
        waiting.insert(pipe.ask(load.payload)?, began);
        io::Result::Ok(())
    };
    for _ in 0..load.at_a_time {
        ask(pipe, &mut waiting)?;
    }
    while !waiting.is_empty() {
        let id = pipe.receive()?;
        let Some(began) = waiting.remove(&id) else { continue };
        if caller::is_answer(pipe.received(), load.payload) {
            samples.took.push(began.elapsed());
        } else {
            samples.refused += 1;
        }
        if Instant::now() < end {
            ask(pipe, &mut waiting)?;
        }
    }
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_all_rounds() {
        let round = |from: u64| Samples {
            took: (from..from + 50).map(Duration::from_micros).collect(),
            wall: Duration::from_secs(1),
            processor: Duration::from_millis(5),
            refused: 0,
        };
        let mut samples = round(51);
        samples.add(round(1));
        assert_eq!(samples.quantile(500), Duration::from_micros(51));
        assert_eq!(samples.quantile(990), Duration::from_micros(100));
        assert_eq!(samples.quantile(1000), Duration::from_micros(100));
        assert!((samples.calls_a_second() - 50.0).abs() < 1e-6);
        assert!((samples.processor_a_call() - 1e-4).abs() < 1e-9);
        assert_eq!(Samples::default().quantile(500), Duration::ZERO);
    }
}
