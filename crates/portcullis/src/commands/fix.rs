//! `portcullis scan --fix`: repairs what findings propose to repair. Every changed file keeps its old self beside it.

use std::io::Write;

use portcullis_assess::{Request, Scan, fix};

use crate::cli::ScanArgs;
use crate::exit::Failure;

/// Shows or makes the repairs. The scan that follows reports what is left.
pub(crate) fn run(scan: &Scan<'_>, requests: &[Request], arguments: &ScanArgs) -> Result<(), Failure> {
    let (assessment, seen) = scan.run(requests, &mut ())?;
    let repairs = fix::repairs(&seen, &assessment.findings, scan.machine, arguments.unsafe_fixes);
    if repairs.is_empty() {
        anstream::eprintln!("nothing can be repaired automatically");
    }
    let mut refused = false;
    for repair in repairs {
        let change = match repair.change {
            Ok(change) => change,
            Err(problem) => {
                refused = true;
                anstream::eprintln!("{}: {problem}", crate::cli::styled("not repaired"));
                continue;
            }
        };
        if arguments.diff {
            write!(anstream::stdout(), "{}", change.diff(&[]))?;
            continue;
        }
        let written = change.write().map_err(Failure::incomplete)?;
        anstream::eprintln!("repaired `{}`:", repair.file);
        for title in &repair.titles {
            anstream::eprintln!("  {title}");
        }
        if let Some(backup) = written.backup {
            anstream::eprintln!("  before: `{}`", scan.machine.shown(&backup));
        }
    }
    if refused {
        Err(Failure::incomplete("some repairs were not made; the reasons stand above"))
    } else {
        Ok(())
    }
}
