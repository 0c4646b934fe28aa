//! `cargo xtask evaluate --flows`: recorded conversations replayed call by call, as `bench/flows.md` and a curve beside
//! it. The page holds ids, counts and kinds of evidence, never a text of a set.

mod curve;
mod page;
mod replay;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use portcullis_model::Node;
use portcullis_wire::json::{self, Dialect, Limits};

use crate::devset;
use replay::{Hearing, Outcome};

/// The sources of recorded conversations.
const SOURCES: &[&str] = &["agentdojo-plan", "agentdyn", "injecagent", "livemcpbench"];
/// Trajectories of our own.
const OWN: &[&str] =
    &["fixtures/flows/attacks.jsonl", "fixtures/flows/honest.jsonl", "fixtures/flows/blind.jsonl"];

/// What a conversation is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Label {
    /// An injected goal was carried out.
    Attack,
    /// Something was injected and did not reach its goal.
    Resisted,
    /// Nothing was injected.
    Honest,
}

/// One conversation.
#[derive(Debug)]
pub(crate) struct Conversation {
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) label: Label,
    /// Real results were recorded.
    pub(crate) recorded: bool,
    /// The call that carries the injected goal out, and the one that has the effect, counted from 0.
    pub(crate) first_injected: Option<usize>,
    pub(crate) first_harm: Option<usize>,
    pub(crate) user: String,
    /// Messages with the server they go to or come from.
    pub(crate) messages: Vec<(String, Node)>,
}

/// Writes `bench/flows.md` and `bench/flows.svg`.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let mut conversations = own(root)?;
    let folder = devset::folder(root);
    if let Some(folder) = &folder {
        conversations.extend(recorded(folder)?);
    }
    let replay =
        |how: Hearing| -> Vec<Outcome> { conversations.iter().map(|one| replay::replay(one, how)).collect() };
    let heard = replay(Hearing::Everything);
    let page = page::write(&heard, &replay(Hearing::NoPerson), &replay(Hearing::NoLearnedModel));
    if folder.is_none() {
        print!("{page}");
        return Ok(());
    }
    put(&root.join("bench/flows.md"), &page)?;
    put(&root.join("bench/flows.svg"), &curve::draw(&heard))?;
    println!("wrote bench/flows.md and bench/flows.svg");
    Ok(())
}

fn put(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, format!("{}\n", text.trim_end())).map_err(|error| format!("{}: {error}", path.display()))
}

fn recorded(folder: &Path) -> Result<Vec<Conversation>, String> {
    let mut labels: BTreeMap<String, BTreeMap<String, String>> =
        devset::rows(folder, "flows/labels.csv.zst")?
            .into_iter()
            .map(|row| (row.get("session").cloned().unwrap_or_default(), row))
            .collect();
    let mut conversations = Vec::new();
    for source in SOURCES {
        let name = format!("flows/{source}.transcript.jsonl.zst");
        for (head, messages) in transcripts(&name, &devset::unpacked(folder, &name)?)? {
            let id = head.get_text("session").unwrap_or_default().to_owned();
            let row = labels.remove(&id).ok_or_else(|| format!("{name}: `{id}` has no label"))?;
            let of = |column: &str| row.get(column).map(String::as_str).unwrap_or_default();
            let conversation = Conversation {
                source: of("source").to_owned(),
                label: match of("label") {
                    "attack_success" => Label::Attack,
                    "resisted" => Label::Resisted,
                    _ => Label::Honest,
                },
                recorded: of("outputs") == "recorded",
                first_injected: of("first_injected_call").parse().ok(),
                first_harm: of("first_harm_call").parse().ok(),
                user: head.get_text("user").unwrap_or_default().to_owned(),
                messages,
                id,
            };
            // Some attacks show no call that carries the goal out: nothing can be stopped in them.
            if conversation.label != Label::Attack || conversation.first_injected.is_some() {
                conversations.push(conversation);
            }
        }
    }
    Ok(conversations)
}

fn own(root: &Path) -> Result<Vec<Conversation>, String> {
    let mut conversations = Vec::new();
    for name in OWN {
        let text = fs::read_to_string(root.join(name)).map_err(|error| format!("{name}: {error}"))?;
        for (head, messages) in transcripts(name, &text)? {
            let text = |key: &str| head.get_text(key).unwrap_or_default().to_owned();
            let first = head.get("first_injected_call").and_then(replay::number);
            conversations.push(Conversation {
                id: text("session"),
                source: format!("own, {}", text("half")),
                label: if text("label") == "attack" { Label::Attack } else { Label::Honest },
                recorded: true,
                first_injected: first,
                first_harm: first,
                user: text("user"),
                messages,
            });
        }
    }
    Ok(conversations)
}

/// The conversations of a file of JSON Lines: each begins with the line that holds what the person said.
#[allow(clippy::type_complexity)] // a head and its messages, used once
fn transcripts(name: &str, text: &str) -> Result<Vec<(Node, Vec<(String, Node)>)>, String> {
    let mut all: Vec<(Node, Vec<(String, Node)>)> = Vec::new();
    for line in text.lines() {
        let node = json::read(line.as_bytes(), Dialect::Json5, &Limits::default())
            .map_err(|fault| format!("{name}: {fault}"))?
            .root;
        if node.get("user").is_some() {
            all.push((node, Vec::new()));
        } else if let (Some((_, messages)), Some(message)) = (all.last_mut(), node.get("message")) {
            messages.push((node.get_text("server").unwrap_or_default().to_owned(), message.clone()));
        }
    }
    Ok(all)
}
