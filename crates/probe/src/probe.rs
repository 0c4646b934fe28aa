//! One server, and many servers at a time.

use std::collections::VecDeque;
use std::time::Instant;

use tokio::task::JoinSet;

use crate::consent::Consented;
use crate::examination::Examination;
use crate::options::Options;
use crate::outcome::{Outcome, Problem, ProblemKind};
use crate::plan::LaunchPlan;

/// Asks one server for everything. It never fails: what went wrong is in the outcome.
pub async fn probe(plan: &Consented<LaunchPlan>, options: &Options) -> Outcome {
    let began = Instant::now();
    let mut outcome = Examination::of(plan.get(), options).run().await;
    outcome.elapsed = began.elapsed();
    outcome
}

/// Probes many servers, at most `parallelism` at a time. Outcomes come back in the order of the plans; `finished` hears
/// of each as it is done.
pub async fn probe_all(
    plans: Vec<Consented<LaunchPlan>>,
    options: &Options,
    parallelism: usize,
    mut finished: impl FnMut(&Outcome),
) -> Vec<Outcome> {
    let names: Vec<String> = plans.iter().map(|plan| plan.get().server.clone()).collect();
    let mut outcomes: Vec<Option<Outcome>> = names.iter().map(|_| None).collect();
    let mut waiting: VecDeque<_> = plans.into_iter().enumerate().collect();
    let mut running = JoinSet::new();
    loop {
        while running.len() < parallelism.max(1)
            && let Some((index, plan)) = waiting.pop_front()
        {
            let options = options.clone();
            running.spawn(async move { (index, probe(&plan, &options).await) });
        }
        let Some(joined) = running.join_next().await else { break };
        // A probe that panicked is missing here, and is filled in below.
        if let Ok((index, outcome)) = joined {
            finished(&outcome);
            if let Some(place) = outcomes.get_mut(index) {
                *place = Some(outcome);
            }
        }
    }
    let broken = |name: String| Outcome {
        server: name,
        problems: vec![Problem::new(
            ProblemKind::Internal,
            "the probe broke off; this is our fault, please report it",
        )],
        ..Outcome::default()
    };
    outcomes.into_iter().zip(names).map(|(outcome, name)| outcome.unwrap_or_else(|| broken(name))).collect()
}
