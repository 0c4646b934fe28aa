//! How much of what may pass: token buckets for each principal, server and tool.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How many messages may pass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// How many at once.
    pub burst: f64,
    /// How many a second in the long run.
    pub per_second: f64,
}

/// Rates and budgets of one session. The defaults are far above what an agent does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Requests of a client to one server.
    pub requests: Rate,
    /// Calls of one tool.
    pub calls: Rate,
    /// Notifications and requests of a server.
    pub unasked: Rate,
    /// Calls of a whole session.
    pub session_calls: u64,
    /// Bytes of all results of a session.
    pub session_bytes: u64,
    /// Bytes of one message.
    pub message_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests: Rate { burst: 20_000.0, per_second: 20_000.0 },
            calls: Rate { burst: 20_000.0, per_second: 20_000.0 },
            unasked: Rate { burst: 1_000.0, per_second: 200.0 },
            session_calls: u64::MAX,
            session_bytes: u64::MAX,
            message_bytes: 16 << 20,
        }
    }
}

/// What is left of a rate.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// Buckets by name. The idlest one is forgotten when there are too many: it is full by then.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    buckets: BTreeMap<Box<str>, Bucket>,
}

impl Buckets {
    /// The most names that are kept.
    const MOST: usize = 4096;

    /// Takes one from the bucket `name`; `false` when it is empty.
    pub(crate) fn take(&mut self, name: &str, rate: Rate, now: Instant) -> bool {
        if self.buckets.len() >= Self::MOST && !self.buckets.contains_key(name) {
            let idlest =
                self.buckets.iter().min_by_key(|(_, bucket)| bucket.at).map(|(name, _)| name.clone());
            idlest.and_then(|name| self.buckets.remove(&name));
        }
        if !self.buckets.contains_key(name) {
            self.buckets.insert(name.into(), Bucket { left: rate.burst, at: now });
        }
        let Some(bucket) = self.buckets.get_mut(name) else { return false };
        // A clock that goes back refills nothing.
        let passed = now.checked_duration_since(bucket.at).unwrap_or(Duration::ZERO);
        bucket.left = (bucket.left + passed.as_secs_f64() * rate.per_second).min(rate.burst);
        bucket.at = now.max(bucket.at);
        if bucket.left < 1.0 {
            return false;
        }
        bucket.left -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let rate = Rate { burst: 3.0, per_second: 2.0 };
        let (mut buckets, start) = (Buckets::default(), Instant::now());
        let taken = |buckets: &mut Buckets, after: f64| {
            let now = start + Duration::from_secs_f64(after);
            (0..10).filter(|_| buckets.take("a", rate, now)).count()
        };
        assert_eq!(taken(&mut buckets, 0.0), 3);
        assert_eq!(taken(&mut buckets, 1.0), 2);
        assert_eq!(taken(&mut buckets, 60.0), 3);
        assert_eq!(taken(&mut buckets, 1.0), 0, "time does not run back");
        assert!(buckets.take("b", rate, start), "another name has a bucket of its own");
    }

    #[test]
    fn buckets_stay_few() {
        let rate = Rate { burst: 1.0, per_second: 1.0 };
        let (mut buckets, now) = (Buckets::default(), Instant::now());
        for name in 0..10_000 {
            buckets.take(&name.to_string(), rate, now);
        }
        assert!(buckets.buckets.len() <= Buckets::MOST);
    }
}
