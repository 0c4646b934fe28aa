//! What a server can make us hold. One test in a program of its own, because memory is measured for the whole program.

use crate::program::{ask, lost, quick, tools};

/// The most memory that this program ever held, in MiB.
fn high_water() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() / 1024
}

/// Set in the program that measures itself.
const MEASURED: &str = "PORTCULLIS_TEST_MEASURED";

#[tokio::test]
async fn a_hundred_megabytes_in_one_line_and_millions_of_values_are_not_held() {
    if std::env::var_os(MEASURED).is_none() {
        // Memory is measured for a whole program, so this test runs once more in one of its own.
        let name = "memory::a_hundred_megabytes_in_one_line_and_millions_of_values_are_not_held";
        let program = std::env::current_exe().unwrap();
        let output =
            std::process::Command::new(program).args(["--exact", name]).env(MEASURED, "1").output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let outcome = ask("hundred-megabytes", &quick()).await;
    assert!(lost(&outcome)[0].contains("more than 67108864 bytes"), "{:?}", lost(&outcome));
    let after_line = high_water();
    assert!(after_line < 64, "{after_line} MiB");
    let outcome = ask("values", &quick()).await;
    assert!(tools(&outcome).len() <= 900_000);
    let after_values = high_water();
    assert!(after_values < 300, "{after_values} MiB");
}
