//! No server, and nothing that it started, outlives the scan.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::program::{names, plan, problems, quick};
use portcullis_probe::{Interrupted, probe, run_blocking};

/// Waits until the processes whose numbers the peer wrote down are gone; those that are left.
fn left_over(file: &Path) -> Vec<String> {
    let numbers = std::fs::read_to_string(file).unwrap();
    assert_eq!(numbers.split(' ').count(), 3, "{numbers}");
    let began = Instant::now();
    loop {
        let left: Vec<String> =
            numbers.split(' ').filter(|number| is_running(number)).map(str::to_owned).collect();
        if left.is_empty() || began.elapsed() > Duration::from_secs(2) {
            return left;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A process that ended and was not reaped by whoever adopted it is not running.
fn is_running(number: &str) -> bool {
    let output = Command::new("ps").args(["-o", "stat=", "-p", number]).output().unwrap();
    let state = String::from_utf8(output.stdout).unwrap();
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}

#[tokio::test]
async fn a_server_is_ended_with_its_children_even_those_that_left_its_group() {
    let folder = tempfile::tempdir().unwrap();
    for mode in ["family", "stubborn"] {
        let file = folder.path().join(mode);
        let began = Instant::now();
        let outcome = probe(&plan(&[mode, file.to_str().unwrap()]), &quick()).await;
        assert_eq!(names(&outcome), ["add"], "{}", problems(&outcome));
        assert!(outcome.problems.is_empty(), "{}", problems(&outcome));
        assert_eq!(left_over(&file), [""; 0], "{mode}");
        assert!(began.elapsed() < Duration::from_secs(6), "{mode}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_probe_that_is_given_up_kills_its_server() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("numbers");
    let plan = plan(&["stubborn", file.to_str().unwrap()]);
    let options = quick();
    tokio::select! {
        _ = probe(&plan, &options) => panic!("it was to be given up"),
        () = written(&file) => {}
    }
    assert_eq!(left_over(&file), [""; 0]);
}

async fn written(file: &Path) {
    while !std::fs::read_to_string(file).is_ok_and(|text| text.split(' ').count() == 3) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[test]
fn a_panic_beside_a_probe_kills_its_server() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("numbers");
    let (inner, arguments) = (file.clone(), plan(&["stubborn", file.to_str().unwrap()]));
    let panicked = std::thread::spawn(move || {
        let options = quick();
        let work = async {
            tokio::select! {
                _ = probe(&arguments, &options) => {}
                () = written(&inner) => panic!("a fault in the program"),
            }
        };
        drop(run_blocking(work));
    });
    assert!(panicked.join().is_err());
    assert_eq!(left_over(&file), [""; 0]);
}

#[test]
fn a_signal_kills_every_server_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("numbers");
    let plans = vec![plan(&["stubborn", file.to_str().unwrap()])];
    let options = quick();
    let result = run_blocking(async {
        tokio::join!(portcullis_probe::probe_all(plans, &options, 2, |_| {}), async {
            written(&file).await;
            let kill = Command::new("kill").args(["-TERM", &std::process::id().to_string()]).status();
            assert!(kill.unwrap().success());
        })
    });
    assert!(matches!(result, Err(Interrupted::Signal)));
    assert_eq!(left_over(&file), [""; 0]);
}
