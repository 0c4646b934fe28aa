//! `portcullis policy test`.

use std::path::Path;

use portcullis_policy::{Case, CaseFile, Decision, Defaults, PolicyErrors, PolicySet};
use portcullis_report::policies::{self, Tested};

use super::{because, files, options, problems};
use crate::cli::{ListFormat, PolicyTestArgs};
use crate::exit::{Exit, Failure};

/// A case and what became of it.
struct Ran {
    file: String,
    case: Case,
    decision: Decision,
}

pub(super) fn run(arguments: &PolicyTestArgs) -> Result<Exit, Failure> {
    let mut ran = Vec::new();
    let mut sound = true;
    for path in files::expand(&arguments.files, ".test.toml")? {
        sound &= file(&path, &mut ran)?;
    }
    let cases: Vec<Tested<'_>> = ran.iter().map(tested).collect();
    let mut out = anstream::stdout().lock();
    match arguments.format {
        ListFormat::Text => policies::tested(&cases, &options(), &mut out)?,
        ListFormat::Json => policies::tested_json(&cases, &mut out)?,
    }
    let passed = sound && cases.iter().all(|case| case.passed);
    Ok(if passed { Exit::Clean } else { Exit::Findings })
}

/// Runs the cases of a file; false when it or its policies are not sound, which standard error says.
fn file(path: &Path, ran: &mut Vec<Ran>) -> Result<bool, Failure> {
    let name = path.display().to_string();
    let text = files::read(path)?;
    let mut texts = files::Texts::default();
    texts.insert(&name, &text);
    let complain = |errors: &PolicyErrors, texts: &files::Texts| {
        policies::problems(&problems(errors, texts), &options(), &mut anstream::stderr().lock())
    };
    let cases = match CaseFile::read(&name, &text) {
        Ok(cases) => cases,
        Err(error) => {
            complain(&PolicyErrors::one(error), &texts)?;
            return Ok(false);
        }
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let named: Vec<_> = cases.policies.iter().map(|policy| folder.join(policy)).collect();
    let sources = files::policies(&named)?;
    let defaults = if cases.defaults { Defaults::Kept } else { Defaults::Replaced };
    let set = match PolicySet::load(&sources, defaults) {
        Ok(set) => set,
        Err(errors) => {
            complain(&errors, &files::texts(&sources))?;
            return Ok(false);
        }
    };
    for case in cases.cases {
        let decision = case.question.put(|question| set.decide(question));
        ran.push(Ran { file: name.clone(), case, decision });
    }
    Ok(true)
}

fn tested(ran: &Ran) -> Tested<'_> {
    let Ran { file, case, decision } = ran;
    let by = case.by();
    let named = |by: &str| decision.reasons.iter().any(|reason| &*reason.policy == by);
    Tested {
        file,
        name: &case.name,
        expected: case.verdict(),
        by,
        verdict: decision.verdict,
        because: because(decision),
        passed: decision.verdict == case.verdict() && by.is_none_or(named),
    }
}
