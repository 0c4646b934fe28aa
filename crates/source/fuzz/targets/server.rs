//! Whatever a server's code does, it is followed to an end, and what is said of it lies inside of it. Each text is read as all
//! three languages: what is broken in one is what could be read of it.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use portcullis_model::{Bundle, BundleFile};
use portcullis_source::{analyse, decoded};

const PATHS: [&str; 3] = ["server.py", "index.ts", "main.go"];

fuzz_target!(|bytes: &[u8]| {
    let file = |path: &str| BundleFile { path: path.to_owned(), bytes: Arc::from(bytes), executable: false };
    for path in PATHS {
        let bundle = Bundle { locator: String::from("fuzz"), files: vec![file(path)], unread: Vec::new() };
        let analysis = analyse(&bundle);
        let length = decoded(path, bytes).0.len();
        for flow in &analysis.flows {
            assert!(flow.offer < analysis.offers.len() && flow.given_to < analysis.offers.len(), "{flow:?}");
            for step in &flow.steps {
                let at = step.spot.at;
                assert!(at.start <= at.end && at.end as usize <= length, "{flow:?}");
            }
        }
    }
});
