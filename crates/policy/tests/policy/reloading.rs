//! Policies replaced while they are in use.

use portcullis_model::Verdict;
use portcullis_policy::{Defaults, Policies, PolicySet, Tool};

use crate::question::{call, source};

#[test]
fn garbage_never_replaces_policies_that_work() {
    let policies = Policies::new(PolicySet::load(&[], Defaults::Kept).unwrap());
    let question = call("mail", Tool::default());
    let held = policies.current();
    assert_eq!(held.decide(&question).verdict, Verdict::Allow);

    let errors = policies.reload(&[source("\u{0}garbage")], Defaults::Replaced).unwrap_err();
    assert_eq!(errors.errors[0].source, "team.cedar");
    assert_eq!(policies.current().revision(), held.revision());

    let reloaded =
        policies.reload(&[source("forbid (principal, action, resource);")], Defaults::Kept).unwrap();
    assert_eq!(&reloaded.before, held.revision());
    let decision = policies.current().decide(&question);
    assert_eq!((decision.verdict, &decision.revision), (Verdict::Deny, &reloaded.now));
    // Whoever held the earlier set decides by it to the end.
    assert_eq!(held.decide(&question).verdict, Verdict::Allow);
}
