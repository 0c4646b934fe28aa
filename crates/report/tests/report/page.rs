//! The HTML page: well formed, loads nothing, and nothing from outside becomes markup.

use std::collections::BTreeSet;

use portcullis_report::{Assessment, CapabilityClass, Format, ServerSummary, ToolSummary};
use sha2::{Digest, Sha256};

use crate::formats::render;
use crate::sample;

/// Elements without an end.
const VOID: &[&str] = &["meta", "br", "input"];

/// One start tag: its name and attributes.
type Tag = (String, Vec<(String, String)>);

fn page() -> String {
    render(&sample::assessment(), Format::Html, &sample::options())
}

/// The content of the only `element` of the page.
fn content<'a>(page: &'a str, element: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("<{element}>")).unwrap();
    rest.split_once(&format!("</{element}>")).unwrap().0
}

/// Reads the page strictly: every element ends, every attribute is quoted or bare. Returns the start tags.
pub(crate) fn read(page: &str) -> Vec<Tag> {
    let style = content(page, "style");
    let script = content(page, "script");
    let page = page.replacen(style, "", 1).replacen(script, "", 1);
    let mut tags = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = page.strip_prefix("<!doctype html>\n").unwrap();
    while let Some(at) = rest.find('<') {
        let (text, tail) = rest.split_at(at);
        assert!(!text.contains('>'), "a stray `>` in {text}");
        let end = tail.find('>').unwrap();
        let inside = &tail[1..end];
        rest = &tail[end + 1..];
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "`</{name}>` ends something else");
            continue;
        }
        let tag = start_tag(inside.trim_end_matches('/'));
        if !inside.ends_with('/') && !VOID.contains(&tag.0.as_str()) {
            open.push(tag.0.clone());
        }
        tags.push(tag);
    }
    assert!(open.is_empty(), "never ended: {open:?}");
    tags
}

fn start_tag(inside: &str) -> Tag {
    let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
    assert!(name.chars().all(|character| character.is_ascii_alphanumeric()), "odd element `{name}`");
    let mut attributes = Vec::new();
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let (attribute, tail) = rest.split_at(end);
        assert!(
            attribute.chars().all(|c| c.is_ascii_alphabetic() || c == '-'),
            "odd attribute `{attribute}`"
        );
        match tail.strip_prefix("=\"") {
            Some(tail) => {
                let (value, tail) = tail.split_once('"').unwrap();
                attributes.push((attribute.to_owned(), value.to_owned()));
                rest = tail;
            }
            None => {
                attributes.push((attribute.to_owned(), String::new()));
                rest = tail;
            }
        }
    }
    (name.to_owned(), attributes)
}

#[test]
fn every_element_ends_and_every_link_leads_somewhere() {
    for assessment in [sample::assessment(), sample::clean(), Assessment::default()] {
        let page = render(&assessment, Format::Html, &sample::options());
        let tags = read(&page);
        let all = |wanted: &str| -> Vec<String> {
            let attributes = tags.iter().flat_map(|(_, attributes)| attributes);
            attributes.filter(|(name, _)| name == wanted).map(|(_, value)| value.clone()).collect()
        };
        let ids = all("id");
        let unique: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len(), "an id twice");
        for link in all("href") {
            assert!(unique.contains(&link.strip_prefix('#').unwrap().to_owned()), "{link} leads nowhere");
        }
    }
}

#[test]
fn only_our_own_elements_and_attributes_are_on_the_page() {
    let elements: BTreeSet<String> = read(&page()).into_iter().map(|(name, _)| name).collect();
    for foreign in ["img", "iframe", "link", "object", "base", "form", "b64"] {
        assert!(!elements.contains(foreign), "<{foreign}>");
    }
    for (name, attributes) in read(&page()) {
        for (attribute, _) in attributes {
            assert!(!attribute.starts_with("on") && attribute != "style", "<{name} {attribute}>");
            assert!(!["src", "srcset", "action"].contains(&attribute.as_str()), "<{name} {attribute}>");
        }
    }
}

#[test]
fn the_policy_allows_exactly_the_style_and_script_of_the_page() {
    let page = page();
    let digest = |text: &str| {
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let policy =
        page.split_once("Content-Security-Policy\" content=\"").unwrap().1.split_once("\">").unwrap().0;
    let policy = policy.replace("&#39;", "'");
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    let allowed: Vec<String> =
        policy.split("'sha256-").skip(1).map(|rest| hex(rest.split_once('\'').unwrap().0)).collect();
    assert_eq!(allowed, [digest(content(&page, "style")), digest(content(&page, "script"))]);
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"));
}

/// Base64 as hexadecimal digits.
fn hex(base64: &str) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: String = base64
        .bytes()
        .filter_map(|letter| alphabet.iter().position(|one| *one == letter))
        .map(|value| format!("{value:06b}"))
        .collect();
    let bytes = bits.as_bytes().chunks_exact(8).map(|byte| std::str::from_utf8(byte).unwrap());
    bytes.map(|byte| format!("{:02x}", u8::from_str_radix(byte, 2).unwrap())).collect()
}

#[test]
fn style_and_script_load_nothing() {
    let page = page();
    for part in [content(&page, "style"), content(&page, "script")] {
        for loader in [
            "url(",
            "@import",
            "http:",
            "https:",
            "fetch(",
            "import(",
            "XMLHttpRequest",
            "innerHTML",
            "eval(",
        ] {
            assert!(!part.contains(loader), "{loader}");
        }
    }
}

#[test]
fn hundreds_of_tools_have_a_page() {
    let mut assessment = sample::assessment();
    let tool = |index: usize| ToolSummary {
        name: format!("tool_{index}"),
        classes: CapabilityClass::ALL[index % 3..=index % 3].to_vec(),
    };
    assessment.servers.push(ServerSummary {
        name: "many".to_owned(),
        target: assessment.targets[0].id.clone(),
        tools: Some((0..200).map(tool).collect()),
        ..ServerSummary::default()
    });
    let page = render(&assessment, Format::Html, &sample::options());
    read(&page);
    assert!(page.contains("more</text>"));
}
