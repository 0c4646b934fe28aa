//! Any text loads or is refused at a place inside it, and a set that loads answers every kind of message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_model::Verdict;
use portcullis_policy::{Action, Defaults, PolicySet, Principal, Question, Server, Source, Tool};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let length = text.len();
    match PolicySet::load(&[Source { name: "fuzz.cedar".to_owned(), text }], Defaults::Replaced) {
        Err(errors) => {
            assert!(!errors.errors.is_empty());
            assert!(errors.errors.iter().all(|error| error.span.start <= length && !error.help.is_empty()));
        }
        Ok(set) => {
            for action in Action::ALL {
                let principal = Principal { issuer: "local", subject: "me", groups: &["g"] };
                let server = Server { name: "s", ..Server::default() };
                let tool = Some(Tool { name: "t", ..Tool::default() });
                let explanation = set.explain(&Question { tool, ..Question::new(*action, principal, server) });
                let decision = explanation.decision;
                assert!(!decision.reasons.is_empty());
                let permitted = explanation.applied.iter().any(|policy| policy.permits);
                assert!(permitted || decision.verdict == Verdict::Deny);
            }
        }
    }
});
