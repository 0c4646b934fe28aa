//! Reports of a large scan are written while a person waits.

use std::time::{Duration, Instant};

use portcullis_report::{Assessment, Format};

use crate::formats::render;
use crate::sample;

/// Ten thousand findings over many servers, with the sources of all of them.
fn large() -> Assessment {
    let mut assessment = sample::assessment();
    let patterns = std::mem::take(&mut assessment.findings);
    assessment.findings = (0..10_000)
        .map(|index| {
            let mut finding = patterns[index % patterns.len()].clone();
            finding.id = format!("{index:064x}");
            finding.location.server = Some(format!("server-{}", index % 300));
            finding
        })
        .collect();
    assessment
}

#[test]
fn ten_thousand_findings_are_written_within_a_second() {
    let assessment = large();
    // Unoptimised code is about ten times slower.
    let limit = Duration::from_secs(if cfg!(debug_assertions) { 15 } else { 1 });
    for format in Format::ALL {
        let start = Instant::now();
        let report = render(&assessment, *format, &sample::options());
        let took = start.elapsed();
        println!("{format}: {took:?}, {} KiB", report.len() / 1024);
        assert!(took < limit, "{format} took {took:?}");
    }
}

#[test]
fn a_comment_stays_within_the_limit_of_services() {
    assert!(render(&large(), Format::Markdown, &sample::options()).len() < 65_536);
}
