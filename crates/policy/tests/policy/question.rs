//! Questions that tests start from.

use portcullis_model::Node;
use portcullis_policy::{Action, Defaults, PolicySet, Principal, Question, Server, Source, Tool};
use portcullis_wire::json::{self, Dialect, Limits};

pub(crate) fn call<'q>(server: &'q str, tool: Tool<'q>) -> Question<'q> {
    let principal = Principal { issuer: "local", subject: "anna", groups: &["staff"] };
    let server = Server { name: server, ..Server::default() };
    Question { tool: Some(tool), method: "tools/call", ..Question::new(Action::CallTool, principal, server) }
}

pub(crate) fn message(action: Action, method: &str) -> Question<'_> {
    Question { action, method, tool: None, ..call("mail", Tool::default()) }
}

pub(crate) fn source(text: &str) -> Source {
    Source { name: "team.cedar".to_owned(), text: text.to_owned() }
}

pub(crate) fn beside_defaults(text: &str) -> PolicySet {
    PolicySet::load(&[source(text)], Defaults::Kept).unwrap()
}

pub(crate) fn alone(text: &str) -> PolicySet {
    PolicySet::load(&[source(text)], Defaults::Replaced).unwrap()
}

pub(crate) fn tree(text: &str) -> Node {
    json::read(text.as_bytes(), Dialect::Strict, &Limits::default()).unwrap().root
}
