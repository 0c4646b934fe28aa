//! `portcullis policy explain`.

use std::sync::Arc;

use portcullis_policy::{
    Defaults, Explanation, PolicyError, PolicyErrors, PolicySet, PolicySummary, WrittenQuestion,
};
use portcullis_report::policies::{self, Explained, NotApplied};
use portcullis_wire::json::{self, Dialect, Limits};

use super::{because, files, options, problems};
use crate::cli::{ListFormat, PolicyExplainArgs};
use crate::exit::{Exit, Failure};

pub(super) fn run(arguments: &PolicyExplainArgs) -> Result<Exit, Failure> {
    let sources = files::policies(&arguments.policies)?;
    let name = arguments.question.display().to_string();
    let text = files::read(&arguments.question)?;
    let mut texts = files::texts(&sources);
    texts.insert(&name, &text);
    let defaults = if arguments.no_defaults { Defaults::Replaced } else { Defaults::Kept };
    let ready = question(&name, &text)
        .map_err(PolicyErrors::one)
        .and_then(|question| Ok((question, PolicySet::load(&sources, defaults)?)));
    let mut out = anstream::stdout().lock();
    match ready {
        Ok((question, set)) => {
            let explanation = question.put(|question| set.explain(question));
            let explained = explained(&explanation);
            match arguments.format {
                ListFormat::Text => policies::explained(&explained, &options(), &mut out)?,
                ListFormat::Json => policies::explained_json(&explained, &mut out)?,
            }
            Ok(Exit::Clean)
        }
        Err(errors) => {
            policies::problems(&problems(&errors, &texts), &options(), &mut anstream::stderr().lock())?;
            Ok(Exit::Usage)
        }
    }
}

/// A question in JSON begins with a brace, one in TOML does not.
fn question(name: &str, text: &str) -> Result<WrittenQuestion, PolicyError> {
    if !text.trim_start().starts_with('{') {
        return WrittenQuestion::read(name, text);
    }
    match json::read(text.as_bytes(), Dialect::Strict, &Limits { depth: 32, ..Limits::default() }) {
        Ok(document) => WrittenQuestion::of_tree(name, text, &document.root),
        Err(fault) => Err(PolicyError::at(name, text, fault.span, fault.message, "mend the JSON")),
    }
}

fn explained(explanation: &Explanation) -> Explained<'_> {
    let decision = &explanation.decision;
    Explained {
        verdict: decision.verdict,
        waits_for_a_person: decision.waits_for_a_person(),
        revision: &decision.revision,
        because: because(decision),
        others: explanation.others.iter().map(not_applied).collect(),
    }
}

fn not_applied((summary, why): &(Arc<PolicySummary>, String)) -> NotApplied<'_> {
    NotApplied {
        policy: &summary.id,
        verdict: summary.verdict,
        place: format!("{}:{}", summary.source, summary.line),
        why,
    }
}
