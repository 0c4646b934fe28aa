//! The everything-server and the everything-client against one another.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::sync::Arc;

use portcullis_lab::client::{Client, Failure};
use portcullis_lab::everything::Everything;
use portcullis_lab::http;
use portcullis_lab::node::{at, literal, object, text};
use portcullis_model::Node;
use portcullis_wire::json;
use portcullis_wire::revision::Revision;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A server of its own, and its port.
async fn server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(http::serve(Everything::new().unwrap(), listener));
    port
}

async fn client(revision: Revision) -> Arc<Client> {
    let address = format!("http://127.0.0.1:{}/mcp", server().await).parse().unwrap();
    Client::connect(address, revision).await.unwrap()
}

fn words(result: &Node) -> String {
    let block = result.get("content").unwrap().items().first().unwrap();
    block.get_text("text").unwrap_or_default().to_owned()
}

#[tokio::test]
async fn every_tool_answers_in_every_revision() {
    for revision in Revision::ALL {
        let client = client(*revision).await;
        let tools = client.list_tools().await.unwrap();
        assert!(tools.len() > 30, "{revision}");
        for tool in tools {
            let name = tool.get_text("name").unwrap();
            let arguments = literal(r#"{"prompt":"x","message":"x","phone":"1","region":"north"}"#);
            match client.call_tool(name, arguments).await {
                Ok(result) => {
                    assert!(!result.get("content").unwrap().items().is_empty(), "{revision} {name}");
                }
                // These go on as tasks, which this client does not declare.
                Err(Failure::Refused(error)) => {
                    let tasks = ["failing_job", "protocol_error_job", "test_tool_with_task"];
                    assert!(tasks.contains(&name), "{revision} {name}: {}", json::write(&error));
                    assert!(json::write(&error).contains("-32021"));
                }
                Err(Failure::Broken(why)) => panic!("{revision} {name}: {why}"),
            }
        }
    }
}

#[tokio::test]
async fn a_tool_asks_the_client_in_the_way_of_each_era() {
    for revision in [Revision::NEWEST_LEGACY, Revision::NEWEST] {
        let client = client(revision).await;
        let defaults = client.call_tool("test_elicitation_sep1034_defaults", object([])).await.unwrap();
        assert!(words(&defaults).contains(r#""name":"John Doe","age":30,"score":95.5"#), "{revision}");
        let sampled = client.call_tool("test_sampling", object([("prompt", text("?"))])).await.unwrap();
        assert_eq!(words(&sampled), "LLM response: This is what the model says.", "{revision}");
        let rounds = client.call_tool("test_input_required_result_multi_round", object([])).await.unwrap();
        assert_eq!(words(&rounds), "nobody likes nobody.", "{revision}");
        let roots = client.call_tool("test_input_required_result_list_roots", object([])).await.unwrap();
        assert_eq!(words(&roots), "The client has 1 roots.", "{revision}");
    }
}

#[tokio::test]
async fn a_client_comes_back_for_the_answer_that_a_broken_stream_owes_it() {
    let client = client(Revision::NEWEST_LEGACY).await;
    let answer = client.call_tool("test_reconnection", object([])).await.unwrap();
    assert_eq!(words(&answer), "The answer waited for you.");
}

#[tokio::test]
async fn a_list_grows_and_shrinks_only_when_it_is_asked_to() {
    let client = client(Revision::NEWEST).await;
    let before = client.list_tools().await.unwrap().len();
    client.call_tool("test_trigger_tool_change", object([])).await.unwrap();
    assert_eq!(client.list_tools().await.unwrap().len(), before + 1);
    client.call_tool("test_trigger_tool_change", object([])).await.unwrap();
    assert_eq!(client.list_tools().await.unwrap().len(), before);
}

/// Sends one request as bytes; the status and the body.
async fn raw(port: u16, request_line: &str, headers: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let host = if headers.contains("Host:") { String::new() } else { format!("Host: 127.0.0.1:{port}\r\n") };
    let request = format!(
        "{request_line} HTTP/1.1\r\n{host}Connection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    let status = response.split(' ').nth(1).unwrap().parse().unwrap();
    (status, response.split_once("\r\n\r\n").unwrap().1.to_owned())
}

const JSON: &str = "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n";

#[tokio::test]
async fn what_an_honest_server_refuses_is_refused() {
    let port = server().await;
    let initialize = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}"#;
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    let cases = [
        ("POST /mcp", format!("{JSON}Host: evil.example.com\r\n"), initialize, 403),
        ("POST /mcp", format!("{JSON}Origin: http://evil.example.com\r\n"), initialize, 403),
        ("POST /mcp", JSON.replace("application/json\r\n", "text/plain\r\n"), initialize, 415),
        ("POST /mcp", JSON.replace(", text/event-stream", ""), initialize, 406),
        ("POST /elsewhere", JSON.to_owned(), initialize, 404),
        ("PUT /mcp", JSON.to_owned(), initialize, 405),
        ("POST /mcp", JSON.to_owned(), "[]", 400),
        ("POST /mcp", JSON.to_owned(), r#"{"jsonrpc":"2.0","id":1,"method":"a","method":"initialize"}"#, 400),
        ("POST /mcp", JSON.to_owned(), list, 400),
        ("POST /mcp", format!("{JSON}Mcp-Session-Id: chosen-by-the-client\r\n"), list, 404),
        ("GET /mcp", format!("{JSON}MCP-Protocol-Version: 2026-07-28\r\n"), "", 405),
        ("DELETE /mcp", format!("{JSON}MCP-Protocol-Version: 2026-07-28\r\n"), "", 405),
        ("POST /mcp", JSON.to_owned(), initialize, 200),
    ];
    for (line, headers, body, expected) in cases {
        let (status, answer) = raw(port, line, &headers, body).await;
        assert_eq!(status, expected, "{line} {headers} {body}: {answer}");
    }
}

#[tokio::test]
async fn both_eras_and_cancelling_work_over_one_pipe() {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let (input, output) = tokio::io::split(theirs);
    tokio::spawn(portcullis_lab::stdio::serve(Everything::new().unwrap(), input, output));
    let (reader, mut writer) = tokio::io::split(ours);
    let mut lines = BufReader::new(reader).lines();
    let mut say = async |line: &str| writer.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    let meta = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;

    say(r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{"elicitation":{}}}}"#).await;
    let begun = literal(&lines.next_line().await.unwrap().unwrap());
    assert_eq!(at(&begun, &["result", "protocolVersion"]).unwrap().text(), Some("2025-06-18"));

    say(r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"test_elicitation","arguments":{"message":"?"}}}"#).await;
    let asked = literal(&lines.next_line().await.unwrap().unwrap());
    assert_eq!(asked.get_text("method"), Some("elicitation/create"));
    let id = json::write(asked.get("id").unwrap());
    say(&format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"action":"decline"}}}}"#)).await;
    let answered = literal(&lines.next_line().await.unwrap().unwrap());
    assert!(words(answered.get("result").unwrap()).contains("decline"));

    say(&format!(r#"{{"jsonrpc":"2.0","id":"l","method":"subscriptions/listen","params":{{"notifications":{{"toolsListChanged":true}},{meta}}}}}"#)).await;
    assert!(lines.next_line().await.unwrap().unwrap().contains("notifications/subscriptions/acknowledged"));
    say(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"l"}}"#).await;
    say(&format!(r#"{{"jsonrpc":"2.0","id":3,"method":"server/discover","params":{{{meta}}}}}"#)).await;
    let discovered = literal(&lines.next_line().await.unwrap().unwrap());
    assert_eq!(at(&discovered, &["result", "resultType"]).unwrap().text(), Some("complete"));
    say("[]").await;
    assert!(lines.next_line().await.unwrap().unwrap().contains("-32700"));
}
