//! HTTP servers that point elsewhere: to whoever issues tokens, or into our own network, where a scan does not go.

use crate::web::{Web, honest, problems, refusal, send, send_json, tools};
use portcullis_model::TargetStatus;
use portcullis_probe::ProblemKind;

#[tokio::test]
async fn a_server_that_wants_credentials_says_how_to_get_them() {
    let web = Web::new(|request, stream| match request.path.as_str() {
        "/metadata" => send_json(
            stream,
            &format!(
                r#"{{"resource":"http://{}/mcp","authorization_servers":["https://login.example"],"scopes_supported":["a","b"]}}"#,
                request.header("host")
            ),
        ),
        _ => {
            let hint = format!(
                r#"WWW-Authenticate: Bearer error="invalid_token", resource_metadata="http://{}/metadata", scope="tools:read""#,
                request.header("host")
            );
            send(stream, "401 Unauthorized", &[&hint], "");
        }
    });
    let outcome = web.ask().await;
    assert_eq!(refusal(&outcome).0, ProblemKind::Unauthenticated);
    let needed = outcome.authentication.unwrap();
    assert_eq!(needed.authorization_servers, ["https://login.example"]);
    assert_eq!(needed.scopes, ["tools:read"]);
    assert!(
        needed.how.contains("get a token from https://login.example with the scopes tools:read"),
        "{}",
        needed.how
    );
    assert!(!needed.how.contains("beware"), "{}", needed.how);
    let metadata = web.seen().into_iter().find(|request| request.path == "/metadata").unwrap();
    assert_eq!(metadata.header("authorization"), "", "the metadata needs no credentials");
}

#[tokio::test]
async fn metadata_at_the_well_known_place_is_found_and_one_of_another_resource_is_told() {
    let web = Web::new(|request, stream| match request.path.as_str() {
        "/.well-known/oauth-protected-resource" => send_json(
            stream,
            r#"{"resource":"https://bank.example/mcp","authorization_servers":["https://login.example/\u001b[31m"]}"#,
        ),
        "/mcp" => send(stream, "401 Unauthorized", &[], ""),
        _ => send(stream, "404 Not Found", &[], ""),
    });
    let needed = web.ask().await.authentication.unwrap();
    assert_eq!(needed.authorization_servers, ["https://login.example/\\u{1b}[31m"]);
    assert!(
        needed.how.contains("beware: its metadata speaks for another resource, `https://bank.example/mcp`")
    );
}

#[tokio::test]
async fn metadata_inside_our_own_network_is_not_fetched() {
    let inner = Web::always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    for place in [
        format!("http://127.0.0.1:{}/x", inner.port),
        format!("https://localhost:{}/x", inner.port),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        let hint = format!("WWW-Authenticate: Bearer resource_metadata=\"{place}\"");
        let web = Web::new(move |_, stream| send(stream, "401 Unauthorized", &[&hint], ""));
        let needed = web.ask().await.authentication.unwrap();
        assert!(needed.how.contains("where a scan does not go"), "{place}: {}", needed.how);
        assert!(needed.resource_metadata.is_none());
    }
    assert!(inner.seen().is_empty());
}

#[tokio::test]
async fn a_server_that_wants_credentials_only_for_its_lists_says_how_to_get_them_too() {
    let web = Web::new(|request, stream| match request.asks("tools/list") || request.path != "/mcp" {
        true => send(stream, "401 Unauthorized", &["WWW-Authenticate: Bearer scope=\"tools\""], ""),
        false => honest(request, stream),
    });
    let outcome = web.ask().await;
    assert!(matches!(outcome.status(), TargetStatus::Failed(reason) if reason.contains("wants credentials")));
    let how = outcome.authentication.unwrap().how;
    assert!(how.contains("get a token from whoever runs it with the scopes tools"), "{how}");
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed_with_method_and_body() {
    let web = Web::new(|request, stream| match request.path.as_str() {
        "/mcp" => send(stream, "307 Temporary Redirect", &["Location: /mcp/"], ""),
        _ => honest(request, stream),
    });
    assert_eq!(tools(&web.ask().await), 1);
}

#[tokio::test]
async fn redirects_into_our_own_network_are_refused_however_they_are_spelt() {
    let inner = Web::always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let port = inner.port;
    for target in [
        format!("http://127.0.0.1:{port}/"),
        format!("//127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("https://2130706433:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("https://[::1]:{port}/"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://10.0.0.1/".to_owned(),
        "ftp://example.com/".to_owned(),
    ] {
        let location = format!("Location: {target}");
        let web = Web::new(move |_, stream| send(stream, "307 Temporary Redirect", &[&location], ""));
        let outcome = web.ask().await;
        let (kind, message) = refusal(&outcome);
        assert_eq!(kind, ProblemKind::Refused, "{target}: {message}");
        assert!(message.contains("where a scan does not go"), "{target}: {message}");
    }
    assert!(inner.seen().is_empty());
}

#[tokio::test]
async fn redirects_without_end_and_to_pages_are_refused() {
    let web = Web::new(|_, stream| send(stream, "307 Temporary Redirect", &["Location: /mcp"], ""));
    let outcome = web.ask().await;
    assert!(refusal(&outcome).1.contains("more than 5 redirects"));
    assert_eq!(web.seen().len(), 6);
    let web = Web::new(|_, stream| send(stream, "303 See Other", &["Location: /login"], ""));
    let outcome = web.ask().await;
    assert!(refusal(&outcome).1.contains("redirect to the page"));
}

#[tokio::test]
async fn the_older_event_stream_may_not_send_messages_to_another_origin() {
    let other = Web::always("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    let target = format!("http://127.0.0.1:{}/messages", other.port);
    let web = Web::new(move |request, stream| match request.method.as_str() {
        "GET" => {
            let body = format!("event: endpoint\ndata: {target}\n\n");
            send(stream, "200 OK", &["Content-Type: text/event-stream"], &body);
        }
        _ => send(stream, "405 Method Not Allowed", &[], ""),
    });
    let outcome = web.ask().await;
    assert_eq!(refusal(&outcome).0, ProblemKind::Refused, "{}", problems(&outcome));
    assert!(other.seen().is_empty());
}
