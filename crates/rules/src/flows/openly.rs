//! Whether an operation is what a tool openly is for: then it is what the tool can do and no weakness of it.
//!
//! The criterion, for operations that run, ask or fetch what they are given: the caller's value arrives whole, not in a line, a
//! statement or an address of the tool's own; and the tool's name, the first sentence of its description, the argument's name
//! or the argument's description says so. Paths are never open: a tool that writes a file is not thereby free of its folder.

use portcullis_model::Node;
use portcullis_source::analysis::{Flow, Offer, OfferKind};
use portcullis_source::library::SinkKind;

/// What a kind of operation is called by a tool that is openly for it.
struct Words {
    /// With a verb of running in the name or the first sentence.
    objects: &'static [&'static str],
    /// Names of arguments that are the thing itself.
    arguments: &'static [&'static str],
}

const VERBS: &[&str] = &[
    "run",
    "runs",
    "execute",
    "executes",
    "exec",
    "eval",
    "evaluate",
    "evaluates",
    "raw",
    "arbitrary",
    "query",
    "queries",
];

/// Names of tools that need no verb.
const BARE: &[&str] = &["shell", "bash", "terminal", "eval", "exec", "sql"];

const SHELL: Words = Words {
    objects: &[
        "command",
        "commands",
        "cmd",
        "shell",
        "bash",
        "terminal",
        "powershell",
        "script",
        "scripts",
        "applescript",
        "process",
    ],
    arguments: &["command", "commands", "cmd", "command_line", "commandline", "argv"],
};

const CODE: Words = Words {
    objects: &["code", "python", "javascript", "js", "typescript", "script", "scripts", "snippet", "repl"],
    arguments: &["code", "script", "snippet", "javascript"],
};

const SQL: Words = Words {
    objects: &["sql", "query", "queries", "statement", "statements", "mysql", "postgres", "database"],
    arguments: &["sql", "query", "statement"],
};

const DOCUMENTS: Words =
    Words { objects: &["query", "pipeline", "aggregate", "filter", "find"], arguments: &[] };

/// Arguments that are a query of documents, where a text says that they are.
const QUERIES: &[&str] = &["query", "filter", "pipeline", "stages", "selector"];

/// What a query of documents is called by a text about it.
const ABOUT_QUERIES: &[&str] =
    &["query", "filter", "filters", "criteria", "pipeline", "aggregation", "stages", "selector"];

/// What a text about a query names that only a database of documents has.
const OF_DOCUMENTS: &[&str] =
    &["mongodb", "mongo", "couchdb", "document", "documents", "collection", "aggregation"];

const ADDRESS: Words = Words {
    objects: &[],
    arguments: &["url", "urls", "uri", "uris", "href", "link", "address", "webpage", "website"],
};

/// True when a tool says openly that it does with this input what the flow does.
pub(super) fn says_so(offer: &Offer, flow: &Flow) -> bool {
    let words = match flow.sink {
        SinkKind::Shell | SinkKind::Arguments => &SHELL,
        SinkKind::Code => &CODE,
        SinkKind::Sql => &SQL,
        SinkKind::NoSql => &DOCUMENTS,
        SinkKind::Url => &ADDRESS,
        _ => return false,
    };
    if offer.kind == OfferKind::Route || offer.kind == OfferKind::Resource {
        return false;
    }
    let named = words.arguments.contains(&flow.source.name.to_lowercase().as_str());
    // A list of arguments is made of the command that was given: its parts are the whole.
    let whole = flow.whole || (named && matches!(flow.sink, SinkKind::Shell | SinkKind::Arguments));
    if !whole {
        return false;
    }
    let first = offer.description.as_deref().map(first_sentence).unwrap_or_default();
    if flow.sink == SinkKind::Url {
        return asks_for_address(&flow.source.name, words)
            || argument_text(offer, &flow.source.name).is_some_and(|text| asks_for_address(&text, words))
            || asks_for_address(&first, words);
    }
    let says = |text: &str| {
        let found = split(text);
        let has = |list: &[&str]| found.iter().any(|word| list.contains(&word.as_str()));
        has(VERBS) && has(words.objects)
    };
    if flow.sink == SinkKind::NoSql && asks_for_query(offer, &flow.source.name, &first) {
        return true;
    }
    let about = argument_text(offer, &flow.source.name).is_some_and(|text| {
        let found = split(&text);
        flow.sink == SinkKind::Sql && found.iter().any(|word| word == "sql")
    });
    says(&offer.name) || BARE.contains(&offer.name.as_str()) || says(&first) || (named && about)
}

/// Whether an argument is by its name a query of documents, and the texts about it and about the tool say of what.
fn asks_for_query(offer: &Offer, argument: &str, first: &str) -> bool {
    let about = argument_text(offer, argument).unwrap_or_default();
    let found: Vec<String> = split(&about).into_iter().chain(split(first)).collect();
    let has = |list: &[&str]| found.iter().any(|word| list.contains(&word.as_str()));
    QUERIES.contains(&argument.to_lowercase().as_str()) && has(ABOUT_QUERIES) && has(OF_DOCUMENTS)
}

/// Whether a name or a description has a word for an address.
fn asks_for_address(text: &str, words: &Words) -> bool {
    split(text).iter().any(|word| words.arguments.contains(&word.as_str()))
}

/// What the schema says of an argument.
fn argument_text(offer: &Offer, name: &str) -> Option<String> {
    let schema = offer.declaration.get("inputSchema")?;
    let text = schema.get("properties")?.get(name)?.get("description").and_then(Node::text)?;
    Some(text.to_owned())
}

fn first_sentence(text: &str) -> String {
    let line = text.trim_start().lines().next().unwrap_or_default();
    line.split(". ").next().unwrap_or_default().to_owned()
}

/// The words of a name or a sentence, in lower case: `runCommand` and `run_command` are two.
fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut after_lower = false;
    for character in text.chars() {
        if !character.is_alphanumeric() || (character.is_uppercase() && after_lower) {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
        after_lower = character.is_lowercase();
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}
