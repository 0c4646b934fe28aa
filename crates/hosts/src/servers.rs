//! The entry of one server, as nearly every host writes it. Hosts differ in a handful of names for the same
//! thing; all of them are understood everywhere, so that a configuration copied from one host to another is
//! not overlooked.

use portcullis_model::config::{Located, SettingKind, Variable};
use portcullis_model::{ConfiguredServer, Launch, Secret, Span, Value};

use crate::cursor::Cursor;
use crate::guarding;
use crate::problem::ProblemKind;
use crate::reading::Draft;

pub(crate) const COMMAND: &[&str] = &["command", "cmd"];
/// The names of the program within a `command` that is an object.
pub(crate) const PROGRAM: &[&str] = &["path", "command", "program"];
pub(crate) const ARGUMENTS: &[&str] = &["args", "arguments"];
pub(crate) const ENVIRONMENT: &[&str] = &["env", "environment", "envs"];
const DIRECTORY: &[&str] = &["cwd", "workingDirectory", "working_directory", "working_dir"];
const ADDRESS: &[&str] = &["url", "serverUrl", "httpUrl", "uri", "endpoint", "sseUrl"];
pub(crate) const TRANSPORT: &[&str] = &["type", "transport", "transportType", "transport_type"];
pub(crate) const HEADERS: &[&str] = &["headers", "http_headers", "httpHeaders"];
const APPROVED: &[&str] = &["autoApprove", "alwaysAllow", "auto_approve", "autoAllow", "always_allow"];
const TRUSTED: &[&str] = &["trust", "trusted", "autoApproveAll"];

/// The reader of the map `mcpServers`, which most hosts share.
pub(crate) fn mcp_servers(draft: &mut Draft<'_>) {
    draft.server_map(&["mcpServers"]);
}

impl Draft<'_> {
    /// Reads the mapping of names to servers at a path of the document; nothing when it is not there.
    pub(crate) fn server_map(&mut self, path: &[&str]) {
        if let Some(servers) = self.root.path(path) {
            self.servers_of(&servers);
        }
    }

    /// Reads a mapping of names to servers, or a list of servers that carry their names.
    pub(crate) fn servers_of(&mut self, servers: &Cursor<'_>) {
        if servers.node.is_map() {
            for entry in servers.members() {
                self.server(entry.key, &entry);
            }
        } else if servers.node.is_list() {
            for entry in servers.elements() {
                let name = entry.any(&["name", "id"]);
                let named = name.as_ref().and_then(Cursor::text).unwrap_or_default();
                self.server(named, &entry);
            }
        } else if servers.node.value != Value::Null {
            self.misshapen(ProblemKind::NotUnderstood, servers, "an object of servers");
        }
    }

    /// Reads the entry of one server.
    pub(crate) fn server(&mut self, name: &str, entry: &Cursor<'_>) {
        if !entry.node.is_map() {
            return self.misshapen(ProblemKind::NotUnderstood, entry, "an object that describes a server");
        }
        let launch = self.launch(entry);
        self.add(name, entry, launch);
        // A program that prints the headers of every request.
        self.set(
            SettingKind::CredentialHelper,
            entry.member("headersHelper").and_then(|one| one.command_line()),
        );
    }

    /// Reads a server whose way of being reached stands in an object of its own.
    pub(crate) fn server_at(&mut self, entry: &Cursor<'_>, transport: &Cursor<'_>) {
        let launch = self.launch(transport);
        self.add(entry.key, entry, launch);
    }

    /// Reads a server whose name stands elsewhere.
    pub(crate) fn server_named(&mut self, name: Option<&Cursor<'_>>, entry: &Cursor<'_>) {
        let launch = self.launch(entry);
        self.add_named(name, entry, launch);
    }

    /// Adds a server whose launch is already known.
    pub(crate) fn add(&mut self, name: &str, entry: &Cursor<'_>, launch: Launch) {
        let name_of_element = entry.any(&["name", "id"]).filter(|_| entry.key.is_empty());
        let name_span = name_of_element.map_or(entry.key_span, |name| name.node.span);
        self.push(name, name_span, entry, launch);
    }

    /// Adds a server whose launch is already known and whose name stands elsewhere.
    pub(crate) fn add_named(&mut self, name: Option<&Cursor<'_>>, entry: &Cursor<'_>, launch: Launch) {
        let text = name.and_then(Cursor::text).unwrap_or_default();
        self.push(text, name.map_or(entry.key_span, |name| name.node.span), entry, launch);
    }

    fn push(&mut self, name: &str, name_span: Span, entry: &Cursor<'_>, launch: Launch) {
        let (launch, guard) = guarding::behind(launch, self.guards);
        let server = ConfiguredServer {
            name: name.to_owned(),
            pointer: entry.pointer.clone(),
            name_span,
            span: entry.node.span,
            launch,
            guard,
            enabled: is_enabled(entry),
            auto_approved: self.auto_approved(entry),
            trusted: trusted(entry),
        };
        self.servers.push(server);
    }

    fn launch(&mut self, entry: &Cursor<'_>) -> Launch {
        let address = self.address(entry);
        let command = entry.any(COMMAND);
        match (command, address) {
            (Some(command), _) if command.node.is_map() => self.nested_command(entry, &command),
            (Some(command), address) => match self.stdio(entry, &command) {
                Some(launch) => launch,
                None => address.map_or(Launch::Unknown, |url| self.remote(entry, url)),
            },
            (None, Some(url)) => self.remote(entry, url),
            (None, None) => Launch::Unknown,
        }
    }

    /// The first address that is a text. What stands in the place of one and is none is said: nobody can tell what
    /// a host makes of it.
    pub(crate) fn address(&mut self, entry: &Cursor<'_>) -> Option<Located> {
        let given: Vec<_> = ADDRESS.iter().filter_map(|key| entry.member(key)).collect();
        for address in given.iter().filter(|given| given.text().is_none() && !given.is_null()) {
            self.misshapen(ProblemKind::NotUnderstood, address, "a text that is an address");
        }
        given.iter().find(|given| given.text().is_some())?.located()
    }

    /// The directory a server starts in.
    fn directory(&mut self, entry: &Cursor<'_>) -> Option<Located> {
        let directory = entry.any(DIRECTORY)?;
        if directory.text().is_none() {
            self.misshapen(ProblemKind::NotUnderstood, &directory, "a text that names a folder");
        }
        directory.located()
    }

    /// A command as a text beside its arguments, or as one list with them.
    fn stdio(&mut self, entry: &Cursor<'_>, command: &Cursor<'_>) -> Option<Launch> {
        let mut words = match command.node.is_list() {
            true => self.words(command),
            false => match command.located() {
                Some(text) => {
                    self.expect_text(command);
                    vec![text]
                }
                None => {
                    self.misshapen(ProblemKind::NotUnderstood, command, "a text that names a program");
                    return None;
                }
            },
        };
        if words.is_empty() {
            return None;
        }
        let program = words.remove(0);
        words.extend(entry.any(ARGUMENTS).map(|args| self.words(&args)).unwrap_or_default());
        Some(Launch::Stdio {
            command: program,
            args: words,
            env: entry.any(ENVIRONMENT).map(|env| self.variables(&env)).unwrap_or_default(),
            cwd: self.directory(entry),
        })
    }

    /// The older shape of Zed: `"command": {"path": …, "args": …, "env": …}`.
    fn nested_command(&mut self, entry: &Cursor<'_>, command: &Cursor<'_>) -> Launch {
        let Some(program) = command.any(PROGRAM).and_then(|path| path.located()) else {
            self.misshapen(ProblemKind::NotUnderstood, command, "a text that names a program");
            return Launch::Unknown;
        };
        let env = command.any(ENVIRONMENT).or_else(|| entry.any(ENVIRONMENT));
        Launch::Stdio {
            command: program,
            args: command.any(ARGUMENTS).map(|args| self.words(&args)).unwrap_or_default(),
            env: env.map(|env| self.variables(&env)).unwrap_or_default(),
            cwd: self.directory(command),
        }
    }

    /// A server at an address.
    pub(crate) fn remote(&mut self, entry: &Cursor<'_>, url: Located) -> Launch {
        let transport = entry.any(TRANSPORT).and_then(|transport| transport.text().map(str::to_owned));
        let mut headers = entry
            .any(HEADERS)
            .or_else(|| entry.path(&["requestOptions", "headers"]))
            .or_else(|| entry.path(&["requestInit", "headers"]))
            .map(|headers| self.variables(&headers))
            .unwrap_or_default();
        headers.extend(referenced_headers(entry));
        Launch::Remote { url, transport, headers }
    }

    /// A list of words. A single text is one word: some hosts split it, and it is said.
    pub(crate) fn words(&mut self, words: &Cursor<'_>) -> Vec<Located> {
        if let Some(word) = words.located() {
            self.misshapen(ProblemKind::Irregular, words, "a list of texts");
            return vec![word];
        }
        if words.node.is_map() {
            self.misshapen(ProblemKind::NotUnderstood, words, "a list of texts");
        }
        let mut located = Vec::new();
        for word in words.elements() {
            match word.located() {
                Some(text) => {
                    self.expect_text(&word);
                    located.push(text);
                }
                None => self.misshapen(ProblemKind::NotUnderstood, &word, "a text"),
            }
        }
        located
    }

    /// Names and values: a mapping, a list of `NAME=value`, or a list of objects with a name and a value.
    pub(crate) fn variables(&mut self, variables: &Cursor<'_>) -> Vec<Variable> {
        let mut read = Vec::new();
        for member in variables.members() {
            match member.spelled() {
                Some(value) => {
                    self.expect_text(&member);
                    read.push(variable(member.key, value, &member));
                }
                // No value: the host passes its own variable on.
                None if member.node.value == Value::Null => {}
                None => self.misshapen(ProblemKind::NotUnderstood, &member, "a text"),
            }
        }
        for element in variables.elements() {
            match element.text() {
                Some(text) => {
                    if let Some((name, value)) = text.split_once('=') {
                        read.push(variable(name, value.to_owned(), &element));
                    }
                }
                None => {
                    let name = element.any(&["name", "key"]);
                    let value = element.any(&["value", "default"]);
                    let value = value.and_then(|value| Some((value.spelled()?, value)));
                    match (name.as_ref().and_then(Cursor::text), value) {
                        (Some(name), Some((text, value))) => read.push(variable(name, text, &value)),
                        (Some(_), None) => {}
                        (None, _) => {
                            self.misshapen(ProblemKind::NotUnderstood, &element, "a name with a value");
                        }
                    }
                }
            }
        }
        if !variables.node.is_map() && !variables.node.is_list() && variables.spelled().is_some() {
            self.misshapen(ProblemKind::NotUnderstood, variables, "an object of texts");
        }
        read
    }

    /// A number or a truth value stands for its spelling, but not every host agrees.
    fn expect_text(&mut self, at: &Cursor<'_>) {
        if at.text().is_none() {
            self.misshapen(ProblemKind::Irregular, at, "a text");
        }
    }

    fn auto_approved(&mut self, entry: &Cursor<'_>) -> Vec<Located> {
        let mut approved: Vec<_> = APPROVED
            .iter()
            .filter_map(|key| entry.member(key))
            .flat_map(|tools| {
                let one = tools.text().and_then(|_| tools.located());
                one.into_iter().chain(tools.elements().filter_map(|tool| tool.located())).collect::<Vec<_>>()
            })
            .collect();
        // Codex and others: a mode for each tool.
        for tool in entry.member("tools").iter().flat_map(Cursor::members) {
            let mode = tool.any(&["approval_mode", "approvalMode", "permission"]);
            if let Some(mode) =
                mode.filter(|mode| matches!(mode.text(), Some("approve" | "auto" | "allow" | "never")))
            {
                approved.push(mode.located_as(tool.key));
            }
        }
        approved
    }
}

fn variable(name: &str, value: String, at: &Cursor<'_>) -> Variable {
    Variable {
        name: name.to_owned(),
        value: Secret::new(value),
        pointer: at.pointer.clone(),
        span: at.node.span,
    }
}

/// Headers whose values are the names of variables (Codex).
fn referenced_headers(entry: &Cursor<'_>) -> Vec<Variable> {
    let named = entry.member("env_http_headers");
    let mut headers: Vec<_> = named
        .iter()
        .flat_map(Cursor::members)
        .filter_map(|header| Some(variable(header.key, format!("${{{}}}", header.text()?), &header)))
        .collect();
    if let Some(token) = entry.member("bearer_token_env_var") {
        let value = token.text().map(|name| format!("Bearer ${{{name}}}"));
        headers.extend(value.map(|value| variable("Authorization", value, &token)));
    }
    headers
}

fn is_enabled(entry: &Cursor<'_>) -> bool {
    let off = |key: &str| entry.member(key).is_some_and(|value| value.is_false());
    let on = |key: &str| entry.member(key).is_some_and(|value| value.is_true());
    !(off("enabled") || off("isActive") || off("active") || on("disabled"))
}

fn trusted(entry: &Cursor<'_>) -> Option<Located> {
    if let Some(mode) = entry.any(&["default_tools_approval_mode", "approval_mode"]) {
        return mode.text().filter(|mode| matches!(*mode, "approve" | "never")).and_then(|_| mode.located());
    }
    let switch = TRUSTED.iter().chain(APPROVED).filter_map(|key| entry.member(key)).find(Cursor::is_true)?;
    switch.located()
}
