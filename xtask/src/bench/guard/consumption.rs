//! What a running process has taken so far, from `/proc`.

use std::fs;
use std::time::Duration;

/// Ticks of a processor's time a second: `USER_HZ`, which is 100 for every Linux program.
const TICKS: u64 = 100;

/// Time on all processors, in our code and in the kernel's for us.
pub(super) fn processor(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name of the program stands in brackets and can hold anything.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 =
        rest.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1000 / TICKS)
}

/// Bytes of resident memory.
pub(super) fn memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kilobytes: u64 = line.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0);
    kilobytes << 10
}

/// How many programs wanted a processor within the last minute, on average.
pub(in crate::bench) fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_runs_has_memory() {
        assert!(memory(std::process::id()) > 100_000);
        assert_eq!(memory(u32::MAX), 0);
        assert_eq!(processor(u32::MAX), Duration::ZERO);
    }
}
