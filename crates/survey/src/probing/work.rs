//! One worker: claims, asks, writes, until nothing is left.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use portcullis_model::listing::DAY_APART;
use portcullis_model::{Observation, ObservedStatus, Subject};
use portcullis_store::{Claimed, Counts, Queue, Store, StoreError};
use portcullis_supply::ownership::History;
use portcullis_trust::{Client, Services, probe};
use tokio::sync::RwLock;
use tokio::time::{Instant, sleep};

use super::plan::last_seen;
use super::{asked, job, kind, mail_domains};
use crate::SurveyError;
use crate::table::{history, write_observations};

/// Jobs that are claimed, asked for and written together.
const BATCH: u32 = 50;
/// A job is begun so often before it is given up.
pub(super) const ATTEMPTS: u32 = 5;
/// A subject whose probe failed in itself rests.
const REST: Duration = Duration::from_secs(60);
/// Between two looks at a queue that has nothing for this worker.
const IDLE: Duration = Duration::from_millis(300);
/// Between two counts of the queue.
const COUNTED: Duration = Duration::from_secs(3);
/// A store that is away is waited for so long.
const PATIENCE: Duration = Duration::from_secs(120);

/// How a process works.
#[derive(Debug, Clone)]
pub struct Orders {
    /// Its name, unique among all processes.
    pub name: String,
    /// Lanes that are worked at the same time, each at the pace of its host.
    pub lanes: u32,
    /// A worker that is not heard from for so long is dead, and its jobs are given to others.
    pub lease: Duration,
    /// Wait for more when nothing is left.
    pub keep: bool,
}

impl Orders {
    /// The queue as one of its lanes sees it.
    #[must_use]
    pub fn queue(&self, store: &Store, lane: u32) -> Queue {
        Queue::new(store, &format!("{} {lane}", self.name), self.lease, ATTEMPTS)
    }
}

/// What a process came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Probed {
    /// Subjects that were asked for.
    pub subjects: u64,
    /// How many had each status, in the order of [`ObservedStatus::ALL`].
    pub by_status: Vec<(ObservedStatus, u64)>,
    /// Requests that were made.
    pub requests: u64,
    /// Observations that were made too late: another worker has these jobs now.
    pub late: u64,
    /// The queue at the end.
    pub left: Counts,
}

/// Does what is planned until nothing is left, until `stop` says so, or until the client's budget is used up. What was begun is
/// brought to an end, what was not goes back. Killed at any point, it loses no more than what it asked for and had not written.
///
/// # Errors
/// The store failed, or was away for longer than two minutes.
pub async fn work(
    store: &Store,
    client: &Arc<Client>,
    services: &Arc<Services>,
    orders: &Orders,
    stop: &AtomicBool,
    progress: &(dyn Fn(u64, Counts) + Sync),
) -> Result<Probed, SurveyError> {
    let state = State { probed: Probed::default(), counted: Instant::now() };
    let worker = Worker {
        store,
        client,
        services,
        orders,
        stop,
        progress,
        state: Mutex::new(state),
        alone: RwLock::new(()),
    };
    let lanes = (0..orders.lanes.max(1)).map(|lane| worker.lane(orders.queue(store, lane)));
    join_all(lanes).await.into_iter().collect::<Result<Vec<()>, SurveyError>>()?;
    let queue = orders.queue(store, 0);
    let left = patiently(|| queue.counts(kind(client)), stop).await?;
    let state = worker.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Probed { requests: client.spent(), left, ..state.probed })
}

struct State {
    probed: Probed,
    counted: Instant,
}

/// What the lanes of a process share.
struct Worker<'a> {
    store: &'a Store,
    client: &'a Arc<Client>,
    services: &'a Arc<Services>,
    orders: &'a Orders,
    stop: &'a AtomicBool,
    progress: &'a (dyn Fn(u64, Counts) + Sync),
    state: Mutex<State>,
    /// Held by every lane that holds jobs; wholly by one that holds a job which its workers may have died of.
    alone: RwLock<()>,
}

impl Worker<'_> {
    async fn lane(&self, queue: Queue) -> Result<(), SurveyError> {
        let kind = kind(self.client);
        while !self.stop.load(Ordering::Relaxed) && !self.client.is_used_up() {
            let beside_others = self.alone.read().await;
            let claimed = patiently(|| queue.claim(kind, BATCH), self.stop).await?;
            self.tell(&queue).await?;
            if !claimed.is_empty() {
                self.batch(&queue, claimed).await?;
                continue;
            }
            drop(beside_others);
            if patiently(|| queue.has_suspects(kind), self.stop).await? {
                self.suspects(&queue).await?;
            }
            let left = patiently(|| queue.counts(kind), self.stop).await?;
            // What others hold may come back: they may die.
            if left.waiting + left.running == 0 && !self.orders.keep {
                break;
            }
            sleep(IDLE).await;
        }
        patiently(|| queue.release(), self.stop).await?;
        Ok(())
    }

    /// Looks one by one at what was begun twice and never done. Nothing else is in hand meanwhile: when this process dies of it,
    /// nothing else is lost.
    async fn suspects(&self, queue: &Queue) -> Result<(), SurveyError> {
        let kind = kind(self.client);
        let _alone = self.alone.write().await;
        while !self.stop.load(Ordering::Relaxed) && !self.client.is_used_up() {
            let Some(suspect) = patiently(|| queue.claim_alone(kind), self.stop).await? else { break };
            self.batch(queue, vec![suspect]).await?;
        }
        Ok(())
    }

    async fn batch(&self, queue: &Queue, claimed: Vec<Claimed>) -> Result<(), SurveyError> {
        let mut done = Vec::new();
        let mut wanted: HashMap<Subject, Claimed> = HashMap::new();
        let read: Vec<_> = claimed.into_iter().map(|claimed| (asked(&claimed.job), claimed)).collect();
        let subjects: BTreeSet<Subject> =
            read.iter().filter_map(|(asked, _)| asked.as_ref().map(|(subject, _)| subject.clone())).collect();
        let earlier = patiently(|| history(self.store, &subjects), self.stop).await?;
        for (asked, claimed) in read {
            match asked {
                Some((subject, after)) if earlier.of(&subject).iter().all(|seen| seen.seen <= after) => {
                    done.extend(wanted.insert(subject, claimed));
                }
                // Somebody looked meanwhile, or a newer program planned what this one does not understand.
                _ => done.push(claimed),
            }
        }
        let subjects: Vec<Subject> = wanted.keys().cloned().collect();
        let mut found = self.ask(queue, &subjects, &earlier).await;
        if self.client.is_used_up() {
            // Not asked is not unknown.
            found.retain(|seen| seen.status != ObservedStatus::Unknown);
        }
        done.extend(found.iter().filter_map(|seen| wanted.remove(&seen.subject)));
        if self.client.is_replay() {
            // What the recording does not have is left out.
            found.retain(|seen| seen.seen.0 > 0);
            done.extend(wanted.into_values());
        } else if !self.client.is_used_up() {
            for lost in wanted.values() {
                patiently(|| queue.failed(lost, "its probe failed", REST), self.stop).await?;
            }
        }
        match patiently(|| self.write(queue, &found, &done), self.stop).await {
            Ok(()) => self.count(&found),
            Err(SurveyError::Store(StoreError::LeaseLost)) => self.locked().probed.late += found.len() as u64,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Asks, and says meanwhile that it lives.
    async fn ask(&self, queue: &Queue, subjects: &[Subject], earlier: &History) -> Vec<Observation> {
        let asking = probe(subjects, earlier, self.client, self.services);
        tokio::pin!(asking);
        loop {
            tokio::select! {
                found = &mut asking => return found,
                // When it is not heard, the lease ends, and what was found is not written.
                () = sleep(self.orders.lease / 3) => drop(queue.heartbeat().await),
            }
        }
    }

    /// Observations, the jobs that they are for, and new jobs for what they name: all of it or nothing.
    async fn write(&self, queue: &Queue, found: &[Observation], done: &[Claimed]) -> Result<(), SurveyError> {
        let mut named: Vec<(Subject, i64)> =
            found.iter().flat_map(|seen| mail_domains(seen).map(|domain| (domain, seen.seen.0))).collect();
        named.sort();
        named.dedup_by(|one, other| one.0 == other.0);
        let subjects: Vec<Subject> = named.iter().map(|(domain, _)| domain.clone()).collect();
        let last = last_seen(self.store, &subjects).await?;
        let is_replay = self.client.is_replay();
        let jobs = named.iter().zip(last).filter(|((_, now), last)| is_replay || *last <= now - DAY_APART);
        let jobs = jobs.map(|((domain, _), last)| job(kind(self.client), domain, last));
        let mut transaction = self.store.begin().await?;
        write_observations(&mut transaction, found).await?;
        queue.add(&mut transaction, jobs).await?;
        queue.done(&mut transaction, done).await?;
        Ok(transaction.commit().await?)
    }

    fn count(&self, found: &[Observation]) {
        let probed = &mut self.locked().probed;
        probed.subjects += found.len() as u64;
        for status in ObservedStatus::ALL {
            let these = found.iter().filter(|seen| seen.status == *status).count() as u64;
            match probed.by_status.iter_mut().find(|(known, _)| known == status) {
                Some((_, count)) => *count += these,
                None => probed.by_status.push((*status, these)),
            }
        }
    }

    /// Says how far the whole is, now and then.
    async fn tell(&self, queue: &Queue) -> Result<(), SurveyError> {
        {
            let mut state = self.locked();
            if state.counted.elapsed() < COUNTED {
                return Ok(());
            }
            state.counted = Instant::now();
        }
        let counts = patiently(|| queue.counts(kind(self.client)), self.stop).await?;
        (self.progress)(self.locked().probed.subjects, counts);
        Ok(())
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does something with the store again and again while the store is away.
async fn patiently<T, E: Into<SurveyError>, F: Future<Output = Result<T, E>>>(
    attempt: impl Fn() -> F,
    stop: &AtomicBool,
) -> Result<T, SurveyError> {
    let began = Instant::now();
    let mut wait = Duration::from_millis(100);
    loop {
        let error = match attempt().await {
            Ok(done) => return Ok(done),
            Err(error) => error.into(),
        };
        let passes = matches!(&error, SurveyError::Store(error) if error.may_pass());
        if !passes || stop.load(Ordering::Relaxed) || began.elapsed() > PATIENCE {
            return Err(error);
        }
        sleep(wait).await;
        wait = (wait * 2).min(Duration::from_secs(5));
    }
}
