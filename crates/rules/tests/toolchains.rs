//! Chains of tools over an installation.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use portcullis_model::{Entry, Item, ItemKind, Node, Pointer, Span, Surface, Value};
use portcullis_rules::capability::chains;
use portcullis_rules::{Installation, InstalledServer};

fn entry(key: &str, text: &str) -> Entry {
    Entry { key: key.into(), key_span: Span::UNKNOWN, node: Node::made_text(text) }
}

fn server(name: &str, tools: &[(&str, &str)]) -> Surface {
    let items = tools
        .iter()
        .map(|(name, description)| Item {
            kind: ItemKind::Tool,
            name: (*name).to_owned(),
            pointer: Pointer::root(),
            node: Node::made(Value::Map(vec![entry("name", name), entry("description", description)])),
        })
        .collect();
    Surface { server: name.to_owned(), items, ..Surface::default() }
}

fn shown(surfaces: &[Surface]) -> Vec<String> {
    let servers = surfaces
        .iter()
        .map(|surface| InstalledServer {
            name: &surface.server,
            target: "t",
            launch: None,
            surface: Some(surface),
            file: None,
        })
        .collect();
    chains(&Installation { target: "t", servers, corrections: &[] })
        .iter()
        .map(|chain| {
            let steps = [&chain.ingests, &chain.reads_private, &chain.reaches_network];
            steps.map(portcullis_rules::capability::ClassedTool::shown).join(" ")
        })
        .collect()
}

#[test]
fn a_chain_within_one_server_comes_before_a_chain_over_three() {
    let mail = server("mail", &[("read_email", "Read an email."), ("send_email", "Send an email.")]);
    let web = server("web", &[("web_search", "Search the web.")]);
    let files = server("files", &[("read_file", "Read a file.")]);
    assert_eq!(
        shown(&[web, files, mail]),
        ["mail/read_email mail/read_email mail/send_email", "web/web_search mail/read_email mail/send_email"]
    );
}

#[test]
fn three_servers_can_make_a_chain_together() {
    let web = server("web", &[("web_search", "Search the web.")]);
    let files = server("files", &[("read_file", "Read a file.")]);
    let post = server("post", &[("publish_article", "Publish a text.")]);
    assert_eq!(shown(&[post, files, web]), ["web/web_search files/read_file post/publish_article"]);
}

#[test]
fn a_set_in_which_one_class_is_missing_has_no_chain() {
    let web = server("web", &[("web_search", "Search the web.")]);
    let files = server("files", &[("read_file", "Read a file.")]);
    assert!(shown(&[web, files]).is_empty());
}
