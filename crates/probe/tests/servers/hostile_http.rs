//! HTTP servers that answer in every way but the right one, stall, or flood.

use std::io::Write as _;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::web::{Web, honest, plan, problems, quick, refusal, send, send_json, tools};
use portcullis_model::TargetStatus;
use portcullis_probe::{EvidenceKind, LaunchPlan, ProblemKind, Transport, probe};

#[tokio::test]
async fn an_honest_server_is_read_with_its_headers_and_its_session_is_ended() {
    let web = Web::new(|request, stream| {
        if request.asks("initialize") {
            let body = format!(
                r#"{{"jsonrpc":"2.0","id":{},"result":{{"protocolVersion":"2025-06-18","capabilities":{{}}}}}}"#,
                request.id()
            );
            send(stream, "200 OK", &["Content-Type: application/json", "Mcp-Session-Id: s-1"], &body);
        } else {
            honest(request, stream);
        }
    });
    let outcome = web.ask().await;
    assert_eq!((tools(&outcome), outcome.status()), (1, TargetStatus::Scanned), "{}", problems(&outcome));
    assert_eq!(outcome.transport, Some(Transport::StreamableHttp));
    let seen = web.seen();
    assert!(seen.iter().all(|request| request.header("authorization") == "Bearer canary-4711"));
    assert!(seen.iter().all(|request| request.header("user-agent") == "claude-ai/0.1.0"));
    let list = seen.iter().find(|request| request.asks("tools/list")).unwrap();
    assert_eq!((list.header("mcp-session-id"), list.header("mcp-protocol-version")), ("s-1", "2025-06-18"));
    assert_eq!(list.header("mcp-method"), "", "older revisions mirror nothing");
    assert_eq!(seen.last().map(|request| request.method.as_str()), Some("DELETE"));
}

#[tokio::test]
async fn a_modern_server_sees_metadata_in_every_body_and_the_same_in_the_headers() {
    let web = Web::new(|request, stream| {
        let mirrors = request.asks(request.header("mcp-method"))
            && request.header("mcp-protocol-version") == "2026-07-28"
            && request.body.contains("\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"")
            && request.body.contains("\"io.modelcontextprotocol/clientCapabilities\":{")
            && (!request.asks("prompts/get") || request.header("mcp-name") == "=?base64?ZsO8cg==?=");
        let id = request.id();
        if !mirrors {
            let body = format!(
                r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":-32020,"message":"Header mismatch"}}}}"#
            );
            send(stream, "400 Bad Request", &["Content-Type: application/json"], &body);
        } else if request.asks("server/discover") {
            send_json(
                stream,
                &format!(
                    r#"{{"jsonrpc":"2.0","id":{id},"result":{{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{{"prompts":{{}}}}}}}}"#
                ),
            );
        } else if request.asks("prompts/list") {
            send_json(
                stream,
                &format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"prompts":[{{"name":"für"}}]}}}}"#),
            );
        } else if request.asks("prompts/get") {
            send_json(stream, &format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"messages":[]}}}}"#));
        } else {
            let body = format!(
                r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":-32601,"message":"Method not found"}}}}"#
            );
            send(stream, "404 Not Found", &["Content-Type: application/json"], &body);
        }
    });
    let outcome = web.ask().await;
    assert_eq!(outcome.status(), TargetStatus::Scanned, "{}", problems(&outcome));
    assert_eq!(outcome.revision.as_deref(), Some("2026-07-28"));
    let surface = outcome.surface.unwrap();
    assert!(surface.items[0].node.get("messages").is_some(), "{:?}", surface.coverage);
}

#[tokio::test]
async fn answers_come_as_event_streams_with_requests_of_the_server_between() {
    let web = Web::new(|request, stream| {
        if !request.asks("tools/list") {
            return honest(request, stream);
        }
        let asked =
            r#"{"jsonrpc":"2.0","id":"q","method":"sampling/createMessage","params":{"messages":[]}}"#;
        let answer =
            format!(r#"{{"jsonrpc":"2.0","id":{},"result":{{"tools":[{{"name":"add"}}]}}}}"#, request.id());
        let body = format!(": hello\n\nevent: message\ndata: {asked}\n\ndata: {answer}\n\n");
        send(stream, "200 OK", &["Content-Type: text/event-stream; charset=utf-8"], &body);
    });
    let outcome = web.ask().await;
    assert_eq!(tools(&outcome), 1, "{}", problems(&outcome));
    assert!(outcome.evidence.iter().any(|evidence| evidence.kind == EvidenceKind::Sampling));
    assert!(web.seen().iter().any(|request| request.body.contains(r#""id":"q","error""#)));
}

#[tokio::test]
async fn errors_of_http_are_told_with_their_status() {
    for status in ["403 Forbidden", "404 Not Found", "500 Internal Server Error", "302 Found"] {
        let web = Web::always(format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
        let outcome = web.ask().await;
        let (kind, message) = refusal(&outcome);
        if status.starts_with("302") {
            assert_eq!(kind, ProblemKind::NotProtocol, "{message}");
        } else {
            assert_eq!(kind, ProblemKind::Http, "{message}");
            let code = status.split(" ").next().unwrap();
            assert!(message.contains(code), "{message}");
        }
    }
    let gone = Web::always("");
    let outcome = gone.ask().await;
    assert_eq!(refusal(&outcome).0, ProblemKind::Http);
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_told() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let outcome = probe(&plan(&format!("http://127.0.0.1:{port}/?key=canary-4711")), &quick()).await;
    let (kind, message) = refusal(&outcome);
    assert_eq!(kind, ProblemKind::Http);
    assert!(message.contains("refused") && !message.contains("canary"), "{message}");
}

/// Writes the head of an answer and then what `drip` writes, for as long as anybody reads.
fn endless(stream: &mut TcpStream, media: &str, drip: &[u8], pause: Duration) {
    drop(stream.write_all(format!("HTTP/1.1 200 OK\r\nContent-Type: {media}\r\n\r\n").as_bytes()));
    while stream.write_all(drip).is_ok() {
        sleep(pause);
    }
}

#[tokio::test]
async fn a_server_that_sends_a_byte_at_a_time_is_given_up_in_time() {
    let slow_head = Web::new(|_, stream| {
        for byte in b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n".iter().cycle() {
            if stream.write_all(&[*byte]).is_err() {
                return;
            }
            sleep(Duration::from_millis(200));
        }
    });
    let pause = Duration::from_millis(200);
    let slow_body = Web::new(move |_, stream| endless(stream, "application/json", b" ", pause));
    let slow_events = Web::new(move |_, stream| endless(stream, "text/event-stream", b":\n", pause));
    for web in [slow_head, slow_body, slow_events] {
        let began = Instant::now();
        let outcome = web.ask().await;
        assert_eq!(refusal(&outcome).0, ProblemKind::TimedOut, "{}", problems(&outcome));
        assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    }
}

#[tokio::test]
async fn bodies_and_streams_without_end_are_cut_off() {
    let never = Duration::ZERO;
    let mut options = quick();
    options.deadlines.phase = Duration::from_secs(20);
    options.deadlines.discovery = Duration::from_secs(20);
    let chunk = vec![b' '; 1 << 20];
    let note = br#"data: {"jsonrpc":"2.0","method":"notifications/message","params":{}}"#;
    let notes = [&note[..], b"\n\n"].concat().repeat(1000);
    let line = vec![b'x'; 1 << 20];
    let bodies = Web::new(move |_, stream| endless(stream, "application/json", &chunk, never));
    let notifications = Web::new(move |_, stream| endless(stream, "text/event-stream", &notes, never));
    let one_event = Web::new(move |_, stream| endless(stream, "text/event-stream", &line, never));
    for (web, kind) in [
        (bodies, ProblemKind::TooMuch),
        (notifications, ProblemKind::TooMuch),
        (one_event, ProblemKind::NotProtocol),
    ] {
        let began = Instant::now();
        let outcome = web.ask_with(&options).await;
        assert_eq!(refusal(&outcome).0, kind, "{}", problems(&outcome));
        assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    }
}

#[tokio::test]
async fn answers_that_are_no_messages_are_told() {
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: ";
    for (answer, kind, word) in [
        (format!("{head}text/html\r\nContent-Length: 4\r\n\r\n<p>x"), ProblemKind::NotProtocol, "text/html"),
        (
            format!("{head}application/json\r\nContent-Length: 4\r\n\r\noops"),
            ProblemKind::NotProtocol,
            "no answer",
        ),
        (
            format!("{head}application/json\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nxxxx"),
            ProblemKind::NotProtocol,
            "compressed",
        ),
        (
            format!("{head}application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\noops\r\n"),
            ProblemKind::Http,
            "body",
        ),
        (
            format!("{head}application/json\r\nContent-Length: 400\r\n\r\n{{\"jsonrpc\""),
            ProblemKind::Http,
            "body",
        ),
        (
            format!("{head}text/event-stream\r\n\r\ndata: {{\"jsonrpc\""),
            ProblemKind::NotProtocol,
            "before the answer",
        ),
        (format!("{head}application/json\r\nX: {}\r\n\r\n", "y".repeat(2 << 20)), ProblemKind::Http, ""),
        ("SSH-2.0-OpenSSH_9.9\r\n".to_owned(), ProblemKind::Http, ""),
    ] {
        let shown = answer.chars().take(120).collect::<String>();
        let web = Web::always(answer);
        let outcome = web.ask().await;
        assert!(outcome.surface.is_none(), "{shown}");
        let all = problems(&outcome);
        assert!(outcome.problems.iter().any(|problem| problem.kind == kind), "{shown}: {all}");
        assert!(all.contains(word), "{shown}: {all}");
    }
}

#[tokio::test]
async fn a_session_name_that_no_header_may_carry_is_refused() {
    let web = Web::new(|request, stream| match request.asks("initialize") {
        true => send(stream, "200 OK", &["Content-Type: application/json", "Mcp-Session-Id: a b"], "{}"),
        false => honest(request, stream),
    });
    let outcome = web.ask().await;
    assert!(problems(&outcome).contains("visible ASCII"), "{}", problems(&outcome));
}

#[tokio::test]
async fn a_server_that_fails_later_keeps_what_was_read_and_is_not_clean() {
    let count = AtomicUsize::new(0);
    let web = Web::new(move |request, stream| {
        if request.asks("tools/list") && count.fetch_add(1, Ordering::Relaxed) > 0 {
            return send(stream, "503 Service Unavailable", &[], "");
        }
        if request.asks("tools/list") {
            let body = format!(
                r#"{{"jsonrpc":"2.0","id":{},"result":{{"tools":[{{"name":"add"}}],"nextCursor":"2"}}}}"#,
                request.id()
            );
            return send_json(stream, &body);
        }
        honest(request, stream);
    });
    let outcome = web.ask().await;
    assert_eq!(tools(&outcome), 1);
    assert!(
        matches!(outcome.status(), TargetStatus::Failed(reason) if reason.contains("page 2: HTTP status 503"))
    );
}

#[tokio::test]
async fn an_https_address_that_speaks_http_is_told() {
    let web = Web::always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let outcome = probe(&plan(&web.url().replace("http:", "https:")), &quick()).await;
    assert_eq!(refusal(&outcome).0, ProblemKind::Http, "{}", problems(&outcome));
}

#[test]
fn addresses_that_are_none_or_carry_a_password_make_no_plan() {
    for (url, word) in [
        ("ftp://x/", "neither http nor https"),
        ("not an address", "cannot be read"),
        ("https://user:canary-4711@tools.example/", "user name or password"),
    ] {
        let error = LaunchPlan::contact("x", url, Vec::new(), false).unwrap_err().to_string();
        assert!(error.contains(word) && !error.contains("canary"), "{error}");
    }
}
