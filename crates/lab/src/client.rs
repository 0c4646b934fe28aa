//! The everything-client: speaks every revision over Streamable HTTP, answers what a server asks, comes back for an
//! answer that a broken stream owes it.

mod answers;
mod link;
mod script;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

use hyper::Uri;
use portcullis_model::{Node, Value};
use portcullis_wire::envelope::Id;
use portcullis_wire::request::{notification, request};
use portcullis_wire::revision::{Era, Revision};

use crate::headers::{self, Mirror};
use crate::message::UNSUPPORTED_VERSION;
use crate::node::{at, map, object, text, with};

use link::{Link, Reply};
pub use script::run;

/// In how many rounds a request may ask for more before the client gives up.
const ROUNDS: usize = 8;

/// A client of one server.
#[derive(Debug)]
pub struct Client {
    link: Link,
    revision: Revision,
    next: AtomicU64,
    /// The headers that each tool wants, from the last list; tools that want headers that are none are left out.
    tools: Mutex<BTreeMap<String, Vec<Mirror>>>,
}

/// Why there is no result.
#[derive(Debug)]
pub enum Failure {
    /// The server refused: the `error` member.
    Refused(Node),
    /// The connection or what came over it.
    Broken(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(error) => write!(f, "refused: {}", portcullis_wire::json::write(error)),
            Self::Broken(why) => f.write_str(why),
        }
    }
}

impl Client {
    /// Connects in the way of `revision`: before 2026-07-28 by the handshake, since then by asking what there is.
    ///
    /// # Errors
    /// When the server does not let it in.
    pub async fn connect(address: Uri, revision: Revision) -> Result<Arc<Self>, Failure> {
        let client = Arc::new(Self {
            link: Link::new(address),
            revision,
            next: AtomicU64::new(1),
            tools: Mutex::default(),
        });
        match revision.era() {
            Era::Legacy => client.shake_hands().await?,
            Era::Modern => {
                client.request("server/discover", object([])).await?;
            }
        }
        Ok(client)
    }

    async fn shake_hands(self: &Arc<Self>) -> Result<(), Failure> {
        let params = object([
            ("protocolVersion", text(self.revision.as_str())),
            ("capabilities", answers::capabilities()),
            ("clientInfo", info()),
        ]);
        let result = self.request("initialize", params).await?;
        let agreed = result.get_text("protocolVersion").unwrap_or_default();
        self.link.agree(agreed);
        self.link.send(notification("notifications/initialized", &object([])), &[]).await?;
        // What a server asks on a stream that nobody reads is lost: the stream stands before anything is called.
        if let Some(stream) = self.link.open_stream().await {
            let client = Arc::clone(self);
            tokio::spawn(async move { client.link.listen(stream).await.ok() });
        }
        Ok(())
    }

    /// The tools that can be used, and the list as the server gave it.
    ///
    /// # Errors
    /// See [`Client::request`].
    pub async fn list_tools(&self) -> Result<Vec<Node>, Failure> {
        let result = self.request("tools/list", object([])).await?;
        let tools = result.get("tools").map_or(&[][..], Node::items).iter();
        let mut usable = Vec::new();
        let mut wanted = BTreeMap::new();
        for tool in tools {
            let (Some(name), Some(schema)) = (tool.get_text("name"), tool.get("inputSchema")) else {
                continue;
            };
            let Ok(mirrors) = headers::mirrors(schema) else { continue };
            wanted.insert(name.to_owned(), mirrors);
            usable.push(tool.clone());
        }
        *self.tools.lock().unwrap_or_else(PoisonError::into_inner) = wanted;
        Ok(usable)
    }

    /// Calls a tool.
    ///
    /// # Errors
    /// See [`Client::request`].
    pub async fn call_tool(&self, name: &str, arguments: Node) -> Result<Node, Failure> {
        self.request("tools/call", object([("name", text(name)), ("arguments", arguments)])).await
    }

    /// Asks the server for something; what the server asks on the way is answered.
    ///
    /// # Errors
    /// When the server refuses, the connection breaks for good, or the server asks without end.
    pub async fn request(&self, method: &str, params: Node) -> Result<Node, Failure> {
        let mut given = params.clone();
        for _ in 0..ROUNDS {
            let result = match self.request_once(method, &given).await {
                Err(Failure::Refused(error)) if self.may_retry(&error) => {
                    self.request_once(method, &given).await
                }
                other => other,
            }?;
            if result.get_text("resultType") != Some("input_required") {
                return Ok(result);
            }
            given = answered(params.clone(), &result);
        }
        Err(Failure::Broken(format!("`{method}` asked for more in {ROUNDS} rounds")))
    }

    /// Whether the server named our revision as one it speaks, although it refused it.
    fn may_retry(&self, error: &Node) -> bool {
        let code = error.get("code").and_then(headers::spelt);
        let supported = at(error, &["data", "supported"]).map_or(&[][..], Node::items);
        code.is_some_and(|code| code == UNSUPPORTED_VERSION.to_string())
            && supported.iter().any(|version| version.text() == Some(self.revision.as_str()))
    }

    async fn request_once(&self, method: &str, params: &Node) -> Result<Node, Failure> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (params, headers) = match self.revision.era() {
            Era::Legacy => (params.clone(), Vec::new()),
            Era::Modern => (with(params.clone(), "_meta", self.metadata()), self.headers(method, params)),
        };
        let message = request(id, method, &params);
        let id = Id::Integer(i64::try_from(id).unwrap_or(i64::MAX));
        match self.link.ask(message, &headers, &id).await? {
            Reply::Result(result) => Ok(result),
            Reply::Error(error) => Err(Failure::Refused(error)),
        }
    }

    fn metadata(&self) -> Node {
        let key = |name: &str| format!("io.modelcontextprotocol/{name}");
        map([
            (key("protocolVersion"), text(self.revision.as_str())),
            (key("clientInfo"), info()),
            (key("clientCapabilities"), answers::capabilities()),
        ])
    }

    /// What the headers repeat of the body.
    fn headers(&self, method: &str, params: &Node) -> Vec<(String, String)> {
        let mut headers = vec![
            (headers::VERSION.to_owned(), self.revision.as_str().to_owned()),
            (headers::METHOD.to_owned(), method.to_owned()),
        ];
        if let Some(name) = headers::named_member(method).and_then(|member| params.get_text(member)) {
            headers.push((headers::NAME.to_owned(), headers::encode(name)));
        }
        if method == "tools/call" {
            let tools = self.tools.lock().unwrap_or_else(PoisonError::into_inner);
            let mirrors = params.get_text("name").and_then(|name| tools.get(name));
            for mirror in mirrors.into_iter().flatten() {
                let value = at(params, &["arguments", &mirror.parameter]).and_then(headers::spelt);
                headers.extend(value.map(|value| (mirror.header.clone(), headers::encode(&value))));
            }
        }
        headers
    }
}

/// The same request with what was asked for, and with the state exactly as it came, if one came.
fn answered(params: Node, result: &Node) -> Node {
    let requests = result.get("inputRequests").map_or(&[][..], Node::entries).iter();
    let responses = requests.map(|entry| {
        let method = entry.node.get_text("method").unwrap_or_default();
        (entry.key.to_string(), answers::answer(method, entry.node.get("params")))
    });
    let params = with(params, "inputResponses", map(responses));
    match result.get("requestState").filter(|state| state.value != Value::Null) {
        Some(state) => with(params, "requestState", state.clone()),
        None => params,
    }
}

fn info() -> Node {
    object([("name", text("everything-client")), ("version", text(env!("CARGO_PKG_VERSION")))])
}
