//! What is known of the tools of a session: what each can do, and how often it was used.

use std::collections::BTreeMap;

use portcullis_model::{Item, ItemKind};
use portcullis_rules::capability::{self, Capabilities};
use portcullis_text::meaning::{Concept, Concepts, Meaning};

use crate::deed::Deeds;
use crate::digest::Digest;
use crate::words;

/// Most tools that are remembered.
const MOST: usize = 4096;

/// What is known of one tool.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tool {
    pub(crate) can: Capabilities,
    pub(crate) deeds: Deeds,
    /// Nothing that is known of it changes, sends or runs anything.
    pub(crate) looks: bool,
    /// The words of its name, sorted.
    pub(crate) words: Vec<Digest>,
    /// The first word of its name: its verb, in most names; 0 where it says nothing.
    pub(crate) verb: Digest,
    /// The words of its name that speak of passwords, keys and rights.
    pub(crate) guards: Vec<Digest>,
    /// It proves who somebody is: a password is what it takes.
    pub(crate) takes_credentials: bool,
    /// How many calls of it passed.
    pub(crate) used: u32,
    /// When it was first used, in calls of the session.
    pub(crate) first_used: Option<u64>,
}

impl Tool {
    /// What a name tells, where there is no roster.
    fn of_name(server: &str, name: &str) -> Self {
        let name = own_name(server, name);
        Self::new(name, capability::of_text(name, ""))
    }

    fn new(name: &str, can: Capabilities) -> Self {
        let concepts = Meaning::of_name(name);
        let named = Deeds::of(concepts);
        let able = Deeds::of_tool(&can);
        let visits = concepts.has(Concept::Visit);
        // Whoever runs code can do anything.
        const READING: Deeds = Deeds::READ.with(Deeds::VISIT);
        const ANYTHING: Deeds =
            Deeds::WRITE.with(Deeds::DELETE).with(Deeds::SEND).with(Deeds::READ).with(Deeds::VISIT);
        let plain = name.to_lowercase();
        // `get_scheduled_runs` looks up, whatever its nouns could do; `update_profile_info` does not.
        let first = first_word(name);
        let opens = Deeds::of(Meaning::of_name(first));
        let reads_first = opens.any(READING) || first == name;
        let operates = first.eq_ignore_ascii_case("open") && !opens_to_read(name);
        let opens = if operates { Deeds::OPERATE.with(Deeds::WRITE) } else { opens };
        let looks = can.only_reads() && (opens.is_empty() || opens.any(READING));
        const BROAD: &[&str] = &["manage", "handle", "process", "control"];
        let deeds = if can.only_reads() && opens.any(READING) {
            Deeds::READ.with(if visits { Deeds::VISIT } else { Deeds::NONE })
        } else if can.executes.is_some() || named.any(Deeds::EXECUTE) {
            able.with(named).with(ANYTHING)
        } else if can.only_reads() && !looks {
            opens
        } else if BROAD.iter().any(|word| plain.contains(word)) {
            able.with(named).with(Deeds::WRITE).with(Deeds::OPERATE)
        } else if can.only_reads() && !reads_first && named.any(Deeds::GRAVE) {
            // `http_post`: what looks like a noun of something read is its verb.
            able.with(named)
        } else if can.only_reads() {
            Deeds::READ.with(if visits { Deeds::VISIT } else { Deeds::NONE })
        } else if can.changes_something() {
            // A verb of reading in the name of a tool that changes something is not its act.
            able.without(Deeds::READ).with(named.without(Deeds::READ.with(Deeds::VISIT)))
        } else if named.is_empty() && able.is_empty() {
            Deeds::WRITE
        } else {
            able.with(named)
        };
        const PROOF: &[&str] =
            &["login", "log_in", "signin", "sign_in", "auth", "verify", "unlock", "password"];
        let takes_credentials = PROOF.iter().any(|word| plain.contains(word));
        Self {
            can,
            deeds,
            looks,
            guards: guards_in(name),
            words: words::of_name(name),
            verb: verb_of(name),
            takes_credentials,
            used: 0,
            first_used: None,
        }
    }

    /// The tool when it is called with an address to go to.
    pub(crate) fn visiting(mut self) -> Self {
        if self.looks {
            self.deeds = self.deeds.with(Deeds::VISIT);
        }
        self
    }

    /// True when nothing but looking up is done, and at no address that the call gives.
    pub(crate) const fn only_looks(&self) -> bool {
        self.looks && !self.deeds.any(Deeds::VISIT)
    }

    /// True when it is known to change, send, run or pay something.
    pub(crate) const fn acts(&self) -> bool {
        self.can.changes_something() || (self.can.only_reads() && !self.looks)
    }

    /// True when it goes on to read what is public.
    pub(crate) const fn reads_on(&self) -> bool {
        self.looks && self.can.reads_private.is_none() && !self.deeds.any(Deeds::GRAVE)
    }

    /// True when what is handed to it can leave the house.
    pub(crate) fn lets_out(&self) -> bool {
        self.can.reaches_network.is_some()
            || self.can.sends.is_some()
            || self.deeds.any(Deeds::SEND.with(Deeds::VISIT))
    }
}

/// True for `open_page` and a mere `open`, not for `open_port` and `open_account`.
fn opens_to_read(name: &str) -> bool {
    const READABLE: &[&str] = &[
        "page",
        "webpage",
        "url",
        "uri",
        "link",
        "site",
        "website",
        "web",
        "tab",
        "browser",
        "file",
        "document",
        "doc",
        "folder",
        "directory",
        "mail",
        "email",
        "message",
        "image",
        "note",
        "notebook",
        "sheet",
        "pdf",
        "log",
        "thread",
        "app",
        "project",
        "workspace",
        "view",
    ];
    let of_name = words::of_name(name);
    of_name.len() < 2
        || READABLE.iter().flat_map(|word| words::set(word, 1)).any(|word| of_name.contains(&word))
}

/// The words of a name that speak of what keeps others out.
fn guards_in(name: &str) -> Vec<Digest> {
    const GUARDS: &[&str] = &[
        "password",
        "passphrase",
        "credential",
        "secret",
        "key",
        "token",
        "access",
        "permission",
        "role",
        "admin",
        "policy",
        "mfa",
        "2fa",
    ];
    let of_name = words::of_name(name);
    let guards = GUARDS.iter().flat_map(|word| words::set(word, 1)).filter(|word| of_name.contains(word));
    words::sorted(guards.collect())
}

/// The first word of a name.
fn first_word(name: &str) -> &str {
    let hump = name.char_indices().skip(1).find(|(_, c)| c.is_uppercase() || !c.is_alphanumeric());
    hump.and_then(|(at, _)| name.get(..at)).unwrap_or(name)
}

/// The digest of the first word of a name.
fn verb_of(name: &str) -> Digest {
    let mut verb = 0;
    words::each_word(first_word(name), |word, _| verb = word);
    verb
}

/// The name of a tool without the name of its server, which many put before it: `calendar_list` of `calendar`.
fn own_name<'n>(server: &str, name: &'n str) -> &'n str {
    let own = name.get(server.len()..).filter(|_| {
        !server.is_empty() && name.get(..server.len()).is_some_and(|head| head.eq_ignore_ascii_case(server))
    });
    own.map(|rest| rest.trim_start_matches(['_', '-', '.', '/', ':']))
        .filter(|rest| words::of_name(rest).len() > 1)
        .unwrap_or(name)
}

/// The tools of a session by server and name.
#[derive(Debug, Default)]
pub(crate) struct Tools {
    known: BTreeMap<String, BTreeMap<String, Tool>>,
    count: usize,
}

impl Tools {
    pub(crate) fn learn<'i>(&mut self, server: &str, items: impl IntoIterator<Item = &'i Item>) {
        let old = self.known.remove(server).unwrap_or_default();
        self.count = self.count.saturating_sub(old.len());
        let mut tools = BTreeMap::new();
        for item in items.into_iter().filter(|item| item.kind == ItemKind::Tool) {
            if self.count + tools.len() >= MOST {
                break;
            }
            let mut tool = Tool::new(own_name(server, &item.name), capability::of_tool(item));
            if let Some(before) = old.get(&item.name) {
                (tool.used, tool.first_used) = (before.used, before.first_used);
            }
            tools.insert(item.name.clone(), tool);
        }
        self.count += tools.len();
        self.known.insert(server.to_owned(), tools);
    }

    pub(crate) fn get(&self, server: &str, name: &str) -> Tool {
        let known = self.known.get(server).and_then(|tools| tools.get(name));
        known.cloned().unwrap_or_else(|| Tool::of_name(server, name))
    }

    /// True when a call to the server was among the first `calls` of the session.
    pub(crate) fn knew(&self, server: &str, calls: u64) -> bool {
        let tools = self.known.get(server).into_iter().flat_map(BTreeMap::values);
        tools.filter_map(|tool| tool.first_used).any(|first| first <= calls)
    }

    /// Notes that a call of the tool passed, the `number`th of the session.
    pub(crate) fn used(&mut self, server: &str, name: &str, number: u64) {
        if self.count >= MOST {
            return;
        }
        let count = &mut self.count;
        let tools = self.known.entry(server.to_owned()).or_default();
        let tool = tools.entry(name.to_owned()).or_insert_with(|| {
            *count += 1;
            Tool::of_name(server, name)
        });
        tool.used = tool.used.saturating_add(1);
        tool.first_used.get_or_insert(number);
    }
}

/// What an argument is for, by its name and shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Anything else.
    Other,
    /// What is handed over: a body, a text, a title.
    Content,
    /// Who or where it goes to: a recipient, an address, an account.
    Destination,
    /// A command or code that is run.
    Command,
}

impl Place {
    pub(crate) fn of(key: &str, value: &str, tool: &Tool) -> Self {
        const TO: &[&str] = &[
            "to",
            "recipient",
            "cc",
            "bcc",
            "email",
            "mail",
            "address",
            "url",
            "uri",
            "link",
            "href",
            "host",
            "domain",
            "endpoint",
            "webhook",
            "callback",
            "iban",
            "account",
            "payee",
            "beneficiary",
            "phone",
            "participant",
            "attendee",
            "invitee",
            "user",
            "username",
            "member",
            "channel",
            "destination",
            "dest",
            "target",
            "remote",
            "wallet",
            "number",
            "guest",
            "reviewer",
            "assignee",
            "collaborator",
            "contact",
            "receiver",
            "person",
        ];
        const WHAT: &[&str] = &[
            "body",
            "text",
            "message",
            "content",
            "subject",
            "title",
            "description",
            "comment",
            "note",
            "caption",
            "summary",
            "data",
            "payload",
            "value",
            "memo",
            "reference",
            "html",
            "markdown",
        ];
        const FILE: &[&str] = &["file", "path", "filename", "filepath", "document", "folder", "directory"];
        const RUN: &[&str] = &["command", "cmd", "code", "script", "shell", "sql"];
        let has = |list: &[&str]| {
            key.split(|c: char| !c.is_alphanumeric()).any(|word| {
                let singular = word.strip_suffix('s').unwrap_or(word);
                list.iter()
                    .any(|known| word.eq_ignore_ascii_case(known) || singular.eq_ignore_ascii_case(known))
            })
        };
        if has(RUN) && tool.can.executes.is_some() {
            Self::Command
        } else if value.len() > 200 {
            Self::Content
        } else if has(TO)
            || (!has(WHAT)
                && (!has(FILE) || value.contains("://"))
                && words::host(value.trim()).is_some()
                && !value.trim().contains(' '))
        {
            Self::Destination
        } else if has(WHAT) {
            Self::Content
        } else {
            Self::Other
        }
    }
}

/// True for the name of a field that holds a secret.
pub(crate) fn names_secret(key: &str) -> bool {
    const SECRET: Concepts = Concepts::of(&[Concept::Secret]);
    !key.is_empty() && key.len() <= 60 && Meaning::of_name(key).any(SECRET)
}
