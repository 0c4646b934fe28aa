//! `cargo xtask bench`: how fast and how small the release binary is, as whole processes, in `bench/results.md`.
//!
//! Each option measures one section anew and leaves the others of the page as they are. What stands between a client and
//! a server has a page of its own, `bench/guard.md`, and so has the source scanner, `bench/source.md`.

mod build;
mod guard;
mod load;
mod page;
mod peers;
mod process;
mod source;
mod speed;
mod survey;

use std::path::Path;

pub(crate) use process::measured;
pub(crate) use survey::planted;

use crate::portcullis::Portcullis;

/// Measures what is asked for: nothing named means speed and memory.
pub(crate) fn run(root: &Path, options: &[&str]) -> Result<(), String> {
    if let ["--guard", options @ ..] = options {
        return guard::run(root, options);
    }
    if let ["--source", options @ ..] = options {
        return source::run(root, options);
    }
    if let ["--survey", options @ ..] = options {
        return survey::run(root, options);
    }
    if let Some(unknown) = options.iter().find(|option| !["--build", "--speed", "--peers"].contains(option)) {
        return Err(format!(
            "`{unknown}` is not known: --speed, --build, --peers, --guard, --source or --survey"
        ));
    }
    let asked = |option: &str| options.contains(&option);
    let mut page = page::Page::open(&root.join("bench/results.md"));
    if asked("--speed") || options.is_empty() {
        let portcullis = Portcullis::build(root)?;
        page.put("Speed and memory", &speed::measure(root, &portcullis)?);
    }
    if asked("--build") {
        page.put("Build", &build::measure(root)?);
    }
    if asked("--peers") {
        let portcullis = Portcullis::build(root)?;
        page.put("Beside other scanners", &peers::measure(root, &portcullis)?);
    }
    page.close(root)
}

/// A folder for what is measured with.
fn workshop(root: &Path) -> Result<std::path::PathBuf, String> {
    let folder = root.join("target/bench");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}
