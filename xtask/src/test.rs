//! `cargo xtask test`: everything that has to hold, in the order in which it is cheapest to fail.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// The steps: what it is, the program, its arguments.
const STEPS: &[(&str, &str, &[&str])] = &[
    ("format", "cargo", &["fmt", "--all", "--check"]),
    ("real servers for the tests", "bash", &[".ci/install-test-servers"]),
    ("PostgreSQL for the tests", "bash", &[".ci/install-postgres"]),
    ("lints", "cargo", &["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    ("tests", "cargo", &["test", "--locked", "--workspace", "--no-fail-fast"]),
    (
        "fuzz targets",
        "cargo",
        &[
            "check",
            "--locked",
            "--quiet",
            "--workspace",
            "--bins",
            "--manifest-path",
            "fuzz/Cargo.toml",
            "--target-dir",
            "target",
        ],
    ),
    ("conformance", "cargo", &["run", "--locked", "--quiet", "--package", "xtask", "--", "conformance"]),
    ("planted cases", "cargo", &["run", "--locked", "--quiet", "--package", "xtask", "--", "planted"]),
    (
        "generated files",
        "cargo",
        &["run", "--locked", "--quiet", "--package", "xtask", "--", "generate", "--check"],
    ),
];

pub(crate) fn run(root: &Path) -> Result<(), String> {
    for (what, program, arguments) in STEPS {
        let started = Instant::now();
        println!("==> {what}");
        let status = Command::new(program)
            .args(*arguments)
            .current_dir(root)
            .status()
            .map_err(|error| format!("{what}: `{program}` could not be started: {error}"))?;
        if !status.success() {
            return Err(format!("{what} failed"));
        }
        println!("==> {what}: {:.0} s", started.elapsed().as_secs_f64());
    }
    Ok(())
}
