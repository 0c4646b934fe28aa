//! Messages that two readers could read in two ways, and messages that are none: a server behind the guard never sees
//! them, and the conversation goes on.

use std::time::Duration;

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::guarded::{Guarded, honest, is_refused};

/// Stands in everything that must not arrive.
const MARK: &str = "smuggled";

/// Sends these lines and then an honest call: what did not arrive by then never will.
#[track_caller]
fn stopped(lines: &[Vec<u8>]) {
    let desk = Desk::new();
    let mut guarded = Guarded::open(&desk, &[], &honest());
    for line in lines {
        guarded.send(line);
        let answer = guarded.call("note", &json!({"text": "still here"}));
        let shown = String::from_utf8_lossy(&line[..line.len().min(300)]).into_owned();
        assert_eq!(answer["result"]["content"][0]["text"], "done", "after {shown}: {answer}");
        let received = guarded.received();
        assert!(!received.iter().any(|line| line.contains(MARK)), "{shown} arrived: {received:#?}");
    }
}

fn lines(lines: &[&str]) -> Vec<Vec<u8>> {
    lines.iter().map(|line| line.as_bytes().to_vec()).collect()
}

#[test]
fn keys_that_two_readers_read_differently_do_not_arrive() {
    stopped(&lines(&[
        r#"{"jsonrpc":"2.0","id":901,"method":"tools/list","method":"tools/call","params":{"name":"note","arguments":{"text":"smuggled"}}}"#,
        r#"{"jsonrpc":"2.0","id":902,"method":"tools/call","params":{"name":"count","name":"note","arguments":{"text":"smuggled"}}}"#,
        r#"{"jsonrpc":"2.0","id":903,"method":"tools/call","params":{"name":"note","arguments":{"text":"a","text":"smuggled"}}}"#,
        r#"{"jsonrpc":"2.0","id":904,"method":"tools/call","params":{"name":"note","arguments":{"text":"smuggled","deep":{"a":[{"b":1,"b":2}]}}}}"#,
        r#"{"jsonrpc":"2.0","id":905,"Method":"tools/call","method":"tools/list","params":{"name":"smuggled"}}"#,
        r#"{"jsonrpc":"2.0","id":906,"method":"tools/call","params":{"name":"note","NAME":"smuggled","arguments":{}}}"#,
        r#"{"jsonrpc":"2.0","id":907,"method":"tools/call","param\u017f":{"name":"smuggled"},"params":{"name":"note"}}"#,
        r#"{"jsonrpc":"2.0","id":908,"\u006dethod":"tools/call","method":"tools/list","params":{"name":"smuggled"}}"#,
        r#"{"jsonrpc":"2.0","id":909,"method":"tools/call","params":{"name":"note","arguments":{"text":"smuggled \ud800"}}}"#,
    ]));
}

#[test]
fn what_is_not_one_message_does_not_arrive() {
    let call = r#"{"jsonrpc":"2.0","id":910,"method":"tools/call","params":{"name":"note","arguments":{"text":"smuggled"}}}"#;
    let mut all = lines(&[
        &format!("[{call}]"),
        &format!("[[{call}]]"),
        &format!("{call}{call}"),
        &format!("{call} {call}"),
        &format!("{call},{call}"),
        &format!("\u{feff}{call}"),
        &format!("/* x */{call}"),
        &format!("{}\u{c}", call),
        &format!("{call}\u{a0}"),
        r#"{"jsonrpc":"2.0","id":{"a":"smuggled"},"method":"tools/call","params":{"name":"note","arguments":{}}}"#,
        r#"{"jsonrpc":"2.0","id":[1],"method":"tools/call","params":{"name":"note","arguments":{"text":"smuggled"}}}"#,
        r#"{"jsonrpc":"2.0","id":1.5,"method":"tools/call","params":{"name":"note","arguments":{"text":"smuggled"}}}"#,
        r#"{"id":911,"method":"tools/call","params":{"name":"note","arguments":{"text":"smuggled"}}}"#,
        r#"{"jsonrpc":"1.0","id":912,"method":"tools/call","params":{"name":"note","arguments":{"text":"smuggled"}}}"#,
        r#"{"jsonrpc":"2.0","id":913,"method":"tools/call","params":[{"name":"note","arguments":{"text":"smuggled"}}]}"#,
        r#"{"jsonrpc":"2.0","id":914,"method":"tools/call","params":{"name":"note","arguments":{"text":"smuggled"}},"result":{}}"#,
        "smuggled",
        "\"smuggled\"",
        "{\"smuggled\"",
    ]);
    all.push([b"{\"jsonrpc\":\"2.0\",\"id\":915,\"method\":\"tools/call\",\"params\":{\"name\":\"note\",\"arguments\":{\"text\":\"smuggled \xFF\"}}}".as_slice()].concat());
    all.push(format!("{{\"jsonrpc\":\"2.0\",\"id\":916,\"method\":\"tools/call\",\"params\":{{\"name\":\"note\",\"arguments\":{{\"text\":\"smuggled\",\"a\":{}{}}}}}}}", "[".repeat(20_000), "]".repeat(20_000)).into_bytes());
    stopped(&all);
}

#[test]
fn methods_that_nobody_knows_and_calls_in_disguise_do_not_arrive() {
    stopped(&lines(&[
        r#"{"jsonrpc":"2.0","id":920,"method":"tools/callback","params":{"name":"smuggled"}}"#,
        r#"{"jsonrpc":"2.0","id":921,"method":"tools/call ","params":{"name":"note","arguments":{"text":"smuggled"}}}"#,
        r#"{"jsonrpc":"2.0","id":922,"method":"tools/call\u0000","params":{"name":"note","arguments":{"text":"smuggled"}}}"#,
        r#"{"jsonrpc":"2.0","id":923,"method":"TOOLS/CALL","params":{"name":"note","arguments":{"text":"smuggled"}}}"#,
        r#"{"jsonrpc":"2.0","id":924,"method":"","params":{"name":"smuggled"}}"#,
        r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"note","arguments":{"text":"smuggled"}}}"#,
        r#"{"jsonrpc":"2.0","id":null,"method":"tools/call","params":{"name":"note","arguments":{"text":"smuggled"}}}"#,
        r#"{"jsonrpc":"2.0","id":925,"method":"tools/call","params":{"arguments":{"text":"smuggled"}}}"#,
        r#"{"jsonrpc":"2.0","id":926,"method":"tools/call","params":{"name":"","arguments":{"text":"smuggled"}}}"#,
        r#"{"jsonrpc":"2.0","id":927,"method":"tools/call","params":{"name":"smuggled","arguments":{}}}"#,
        r#"{"jsonrpc":"2.0","id":928,"method":"tools/call","params":{"name":"note","arguments":"smuggled"}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/smuggled"}"#,
        r#"{"jsonrpc":"2.0","id":4711,"result":{"smuggled":true}}"#,
        r#"{"jsonrpc":"2.0","id":4712,"error":{"code":1,"message":"smuggled"}}"#,
    ]));
}

#[test]
fn a_line_that_never_ends_is_not_kept() {
    let desk = Desk::new();
    let mut guarded = Guarded::open(&desk, &[], &honest());
    let chunk = format!("smuggled{}", "x".repeat(1 << 20));
    // More than any message may have, in one line.
    let mut line =
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"".to_vec();
    for _ in 0..80 {
        line.extend_from_slice(chunk.as_bytes());
    }
    guarded.send(line);
    assert_eq!(guarded.call("note", &json!({"text": "x"}))["result"]["content"][0]["text"], "done");
    assert!(!guarded.received().iter().any(|line| line.contains(MARK)));
    let peak = crate::desk::peak_megabytes(guarded.guard.id());
    assert!(peak < 400, "{peak} MB");
}

#[test]
fn what_a_server_says_that_is_no_message_does_not_reach_the_client() {
    let call = r#"{"jsonrpc":"2.0","id":$ID$,"result":{"content":[{"type":"text","text":"good"}]}}"#;
    for odd in [
        r#"{"jsonrpc":"2.0","id":$ID$,"result":{"content":[]},"result":{"content":[{"type":"text","text":"smuggled"}]}}"#,
        r#"{"jsonrpc":"2.0","id":$ID$,"Result":{"content":"smuggled"},"result":{"content":[]}}"#,
        r#"[{"jsonrpc":"2.0","id":$ID$,"result":{"content":[{"type":"text","text":"smuggled"}]}}]"#,
        r#"{"jsonrpc":"2.0","id":99999,"result":{"content":[{"type":"text","text":"smuggled"}]}}"#,
        r#"{"jsonrpc":"2.0","id":"$ID$","result":{"content":[{"type":"text","text":"smuggled"}]}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/smuggled","params":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"smuggled"}}"#,
        "smuggled: a line of a log",
    ] {
        let desk = Desk::new();
        let mut answers = honest();
        answers["lines"] = json!({"note": [odd, call]});
        let mut guarded = Guarded::open(&desk, &[], &answers);
        let id = guarded.ask("tools/call", &json!({"name": "note", "arguments": {}}));
        let mut seen = Vec::new();
        while let Some(line) = guarded.line(Duration::from_secs(20)) {
            let message: Value = serde_json::from_str(&line).unwrap();
            seen.push(line);
            if message["id"] == id {
                break;
            }
        }
        assert!(!seen.is_empty(), "{odd}: the call was not answered");
        assert!(!seen.iter().any(|line| line.contains(MARK)), "{odd} reached the client: {seen:#?}");
    }
}

#[test]
fn an_id_is_answered_once() {
    let desk = Desk::new();
    let mut answers = honest();
    let twice = r#"{"jsonrpc":"2.0","id":$ID$,"result":{"content":[{"type":"text","text":"good"}]}}"#;
    answers["lines"] = json!({"note": [twice, twice.replace("good", "smuggled")]});
    let mut guarded = Guarded::open(&desk, &[], &answers);
    assert_eq!(guarded.call("note", &json!({}))["result"]["content"][0]["text"], "good");
    assert!(!is_refused(&guarded.call("count", &json!({}))));
    assert_eq!(guarded.line(Duration::from_millis(300)), None, "the second answer is not the client's");
}
