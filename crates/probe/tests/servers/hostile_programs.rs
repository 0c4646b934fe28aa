//! Programs that break the protocol, by accident or on purpose: what was read is kept, what was not is named.

use std::time::{Duration, Instant};

use crate::program::{ask, lost, names, plan, problems, quick, tools};
use portcullis_model::{ItemKind, TargetStatus};
use portcullis_probe::{EvidenceKind, LaunchPlan, Options, ProblemKind, probe, probe_all};

#[tokio::test]
async fn a_command_that_does_not_exist_makes_no_plan() {
    let error =
        LaunchPlan::start("x", "no-such-program", Vec::new(), Vec::new(), Vec::new(), None).unwrap_err();
    assert!(error.to_string().contains("`no-such-program` is not on the search path"), "{error}");
    let error =
        LaunchPlan::start("x", "/no/such/program", Vec::new(), Vec::new(), Vec::new(), None).unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");
}

#[tokio::test]
async fn a_program_that_ends_at_once_shows_its_last_words_without_escapes() {
    let outcome = ask("exits", &quick()).await;
    assert!(outcome.surface.is_none());
    assert_eq!(outcome.problems[0].kind, ProblemKind::Closed);
    assert!(problems(&outcome).contains("exit status: 3"), "{}", problems(&outcome));
    assert!(outcome.stderr_tail.contains("\\u{1b}[31mTOKEN is not set"), "{}", outcome.stderr_tail);
    assert!(matches!(outcome.status(), TargetStatus::Failed(_)));
}

#[tokio::test]
async fn a_program_that_never_answers_is_given_up_in_time() {
    let began = Instant::now();
    let outcome = ask("silent", &quick()).await;
    assert!(outcome.surface.is_none());
    assert_eq!(outcome.problems[0].kind, ProblemKind::TimedOut);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[tokio::test]
async fn garbage_between_messages_is_told_and_read_past() {
    let outcome = ask("garbage", &quick()).await;
    assert_eq!(names(&outcome), ["add"]);
    assert!(problems(&outcome).contains("NotProtocol"), "{}", problems(&outcome));
    assert_eq!(outcome.status(), TargetStatus::Scanned);
}

#[tokio::test]
async fn endless_garbage_and_endless_notifications_are_cut_off() {
    for mode in ["only-garbage", "floods"] {
        let began = Instant::now();
        let outcome = ask(mode, &quick()).await;
        assert!(outcome.surface.is_none());
        assert_eq!(outcome.problems[0].kind, ProblemKind::TooMuch, "{mode}: {}", problems(&outcome));
        assert!(outcome.evidence.len() <= 100);
        assert!(began.elapsed() < Duration::from_secs(10), "{mode}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn an_answer_to_another_question_is_no_answer() {
    let outcome = ask("different-id", &quick()).await;
    assert!(outcome.surface.is_none());
    assert!(problems(&outcome).contains("never asked (id 999)"), "{}", problems(&outcome));
}

#[tokio::test]
async fn a_line_of_ten_megabytes_is_read() {
    let outcome = ask("ten-megabytes", &Options { ask_twice: false, ..quick() }).await;
    assert_eq!(tools(&outcome)[0].description().unwrap().len(), 10 << 20, "{}", problems(&outcome));
}

#[tokio::test]
async fn pages_are_followed_to_the_last() {
    let outcome = ask("three-pages", &quick()).await;
    assert_eq!(names(&outcome), ["page0", "page1", "page2"]);
    assert!(outcome.surface.as_ref().unwrap().coverage.read.contains(&"tools: 3 on 3 pages".to_owned()));
    assert_eq!(outcome.status(), TargetStatus::Scanned);
}

#[tokio::test]
async fn pages_without_end_stop_at_the_limit_and_the_rest_is_named() {
    let mut options = quick();
    options.limits.pages = 50;
    let outcome = ask("endless-pages", &options).await;
    assert_eq!(names(&outcome).len(), 50);
    assert_eq!(lost(&outcome), ["tools: more than 50 pages"]);
    options.limits.pages = 1000;
    options.limits.items = 20;
    let outcome = ask("endless-pages", &options).await;
    assert_eq!(names(&outcome).len(), 20);
    assert_eq!(lost(&outcome), ["tools: more than 20 items"]);
}

#[tokio::test]
async fn a_repeated_cursor_ends_the_list_and_is_named() {
    let outcome = ask("repeated-cursor", &quick()).await;
    assert_eq!(names(&outcome), ["again", "again"]);
    assert!(lost(&outcome)[0].contains("repeats a cursor"), "{:?}", lost(&outcome));
    assert!(matches!(outcome.status(), TargetStatus::Failed(_)));
}

#[tokio::test]
async fn a_page_that_fails_keeps_those_before_it() {
    let outcome = ask("second-page-fails", &quick()).await;
    assert_eq!(names(&outcome), ["first"]);
    assert!(lost(&outcome)[0].contains("page 2: the server answered with an error"), "{:?}", lost(&outcome));
    assert!(outcome.evidence.iter().any(|evidence| evidence.kind == EvidenceKind::Error));
}

#[tokio::test]
async fn a_server_that_dies_in_the_middle_of_an_answer_is_not_clean() {
    let outcome = ask("dies-mid-answer", &quick()).await;
    assert!(
        lost(&outcome)[0].contains("bytes into a message and ended (exit status: 1)"),
        "{:?}",
        lost(&outcome)
    );
}

#[tokio::test]
async fn a_server_that_closes_its_output_and_stays_is_not_waited_for() {
    let began = Instant::now();
    let outcome = ask("closes-output", &quick()).await;
    assert!(lost(&outcome)[0].contains("closed its output but goes on running"), "{:?}", lost(&outcome));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn requests_of_the_server_are_answered_with_nothing_and_kept_as_evidence() {
    let outcome = ask("asks", &Options { ask_twice: false, ..quick() }).await;
    let told = tools(&outcome)[0].description().unwrap();
    assert_eq!(
        told,
        r#"[{}, {"roots": []}, {"code": -1, "message": "User rejected sampling request"}, {"action": "decline"}, {"code": -32601, "message": "Method not found"}]"#
    );
    let kinds: Vec<_> = outcome.evidence.iter().map(|evidence| evidence.kind).collect();
    for kind in [EvidenceKind::Sampling, EvidenceKind::Elicitation, EvidenceKind::Request] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
}

#[tokio::test]
async fn a_server_gets_the_variables_of_the_plan_and_no_others() {
    let outcome = ask("environment", &quick()).await;
    let seen = tools(&outcome)[0].description().unwrap();
    assert!(seen.contains("canary-4711"), "{seen}");
    assert!(!seen.contains("PATH") && !seen.contains("HOME") && !seen.contains("CARGO"), "{seen}");
}

#[tokio::test]
async fn bodies_are_read_with_values_that_the_server_accepts_and_what_is_too_large_is_named() {
    let outcome = ask("bodies", &quick()).await;
    let surface = outcome.surface.as_ref().unwrap();
    let body = |kind, name: &str, member: &str| {
        let item = surface.of_kind(kind).find(|item| item.name == name).unwrap();
        item.node.get(member).map(|_| ())
    };
    assert!(body(ItemKind::Prompt, "plain", "messages").is_some());
    assert!(body(ItemKind::Prompt, "picky", "messages").is_some(), "completion was not used");
    assert!(body(ItemKind::Prompt, "hangs", "messages").is_none());
    assert!(body(ItemKind::Resource, "small", "contents").is_some(), "{:?}", surface.coverage);
    assert!(body(ItemKind::Resource, "big", "contents").is_none());
    let lost = lost(&outcome).join("\n");
    assert!(lost.contains("prompt hangs: no answer in time"), "{lost}");
    let expected: Vec<_> = surface.coverage.unread.iter().filter(|unread| unread.expected).collect();
    assert!(expected.iter().any(|unread| unread.part == "resource test://gone"), "{expected:?}");
}

#[tokio::test]
async fn what_lenient_readers_take_is_looked_at_and_told() {
    let outcome = ask("oddities", &quick()).await;
    assert_eq!(tools(&outcome).len(), 1);
    assert!(problems(&outcome).contains("strict readers refuse"), "{}", problems(&outcome));
    let outcome = ask("batch", &quick()).await;
    assert_eq!(outcome.status(), TargetStatus::Scanned, "{}", problems(&outcome));
}

#[tokio::test]
async fn items_of_the_wrong_type_and_deep_nesting_are_not_clean() {
    let outcome = ask("wrong-types", &quick()).await;
    assert!(names(&outcome).contains(&"fine"));
    assert!(!lost(&outcome).is_empty());
    let outcome = ask("deep", &quick()).await;
    assert!(lost(&outcome)[0].starts_with("tools: "), "{:?}", lost(&outcome));
}

#[tokio::test]
async fn an_unknown_revision_is_told_and_its_lists_are_read() {
    let outcome = ask("unknown-revision", &quick()).await;
    assert_eq!((names(&outcome), outcome.revision.as_deref()), (vec!["add"], Some("1999-01-01")));
    assert!(problems(&outcome).contains("`1999-01-01`"), "{}", problems(&outcome));
    assert_eq!(ask("old", &quick()).await.revision.as_deref(), Some("2024-11-05"));
}

#[tokio::test]
async fn servers_of_either_era_are_read_however_they_take_the_first_question() {
    for mode in ["modern", "modern-slow", "strict", "mute-to-discover"] {
        let mut options = quick();
        options.deadlines.discovery = Duration::from_millis(500);
        let outcome = ask(mode, &options).await;
        assert_eq!(tools(&outcome).len(), 1, "{mode}: {}", problems(&outcome));
        assert_eq!(outcome.status(), TargetStatus::Scanned, "{mode}: {:?}", lost(&outcome));
        let is_modern = outcome.revision.as_deref() == Some("2026-07-28");
        assert_eq!(is_modern, mode.starts_with("modern"), "{mode}");
    }
}

#[tokio::test]
async fn a_server_that_wants_input_before_it_lists_is_refused_and_not_clean() {
    let outcome = ask("modern-wants-input", &quick()).await;
    assert!(lost(&outcome)[0].contains("wants input"), "{:?}", lost(&outcome));
    assert!(outcome.evidence.iter().any(|evidence| evidence.kind == EvidenceKind::Elicitation));
}

#[tokio::test]
async fn many_servers_are_asked_at_a_time_and_answer_in_the_order_of_their_plans() {
    let modes = ["silent", "honest", "exits", "three-pages", "modern"];
    let plans = modes.iter().map(|mode| plan(&[mode])).collect();
    let mut heard = 0;
    let began = Instant::now();
    let outcomes = probe_all(plans, &quick(), 5, |_| heard += 1).await;
    assert_eq!(heard, modes.len());
    let counts: Vec<usize> = outcomes.iter().map(|outcome| tools(outcome).len()).collect();
    assert_eq!(counts, [0, 1, 0, 3, 1]);
    assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_program_that_changed_after_consent_is_not_started() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("server.sh");
    std::fs::write(&script, "echo honest\n").unwrap();
    let arguments = vec![script.display().to_string()];
    let plan = LaunchPlan::start("x", "/bin/sh", arguments, Vec::new(), Vec::new(), None).unwrap();
    std::fs::write(&script, "echo other!\necho more\n").unwrap();
    let outcome = probe(&plan.consent(portcullis_probe::Consent::given_by("a test")), &quick()).await;
    assert_eq!(outcome.problems[0].kind, ProblemKind::NotStarted);
    assert!(problems(&outcome).contains("changed after consent"), "{}", problems(&outcome));
}
