//! A host's configuration: which servers it would start or contact, and what else in it can run or steer.

use std::fmt;

use crate::identity::HostId;
use crate::secret::Secret;
use crate::tree::{Node, Pointer, Span};

/// One configuration file of one host, read and understood.
#[derive(Clone)]
pub struct HostConfig {
    /// Which host reads it.
    pub host: HostId,
    /// The host's name for people.
    pub host_name: &'static str,
    /// Where it is, with the home directory shown as `~` (user names never reach a report).
    pub path: String,
    /// Whose file it is.
    pub scope: Scope,
    /// The whole document.
    pub root: Node,
    /// The configured servers in document order.
    pub servers: Vec<ConfiguredServer>,
    /// Other settings that run something or loosen a protection.
    pub settings: Vec<Setting>,
    /// POSIX permission bits, where the file system has them.
    pub unix_mode: Option<u32>,
}

/// Whose configuration it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The user's own.
    User,
    /// A project's: it travels with a repository, so strangers may have written it.
    Project,
    /// An administrator's.
    Managed,
    /// A plug-in's or extension's.
    Plugin,
}

impl Scope {
    /// The word for people and formats.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Scope::User => "user",
            Scope::Project => "project",
            Scope::Managed => "managed",
            Scope::Plugin => "plugin",
        }
    }
}

/// A text of a document and its place. It may hold a secret, so it does not print itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Located {
    /// The text.
    pub text: String,
    /// Where in the tree.
    pub pointer: Pointer,
    /// Where in the file.
    pub span: Span,
}

impl fmt::Debug for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Located({} bytes at {:?})", self.text.len(), self.pointer)
    }
}

/// One configured server.
#[derive(Debug, Clone)]
pub struct ConfiguredServer {
    /// The name the user gave it.
    pub name: String,
    /// The server's entry in the tree.
    pub pointer: Pointer,
    /// The bytes of its name in the file.
    pub name_span: Span,
    /// The bytes of its entry in the file.
    pub span: Span,
    /// How it is reached. Behind a guard, this is what the guard starts.
    pub launch: Launch,
    /// The guard in front of it: the program that the host starts, when that is Portcullis of this machine.
    pub guard: Option<Located>,
    /// False when the host would not start it.
    pub enabled: bool,
    /// Tools that run without asking: each as written; a wildcard stands for all.
    pub auto_approved: Vec<Located>,
    /// A switch that lets every tool of the server run without asking, such as `"trust": true`.
    pub trusted: Option<Located>,
}

/// How a server is reached.
#[derive(Debug, Clone)]
pub enum Launch {
    /// A program on this machine that speaks over its standard streams.
    Stdio {
        /// The program.
        command: Located,
        /// Its arguments.
        args: Vec<Located>,
        /// Variables it is given.
        env: Vec<Variable>,
        /// The directory it starts in.
        cwd: Option<Located>,
    },
    /// A server reached over HTTP.
    Remote {
        /// Its address.
        url: Located,
        /// Which transport the configuration names, such as `sse` or `http`.
        transport: Option<String>,
        /// Headers that are sent with every request.
        headers: Vec<Variable>,
    },
    /// An entry that names neither a command nor an address.
    Unknown,
}

/// An environment variable or a header.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value, which may be a secret or a reference to one.
    pub value: Secret,
    /// Where in the tree.
    pub pointer: Pointer,
    /// The bytes of the value in the file.
    pub span: Span,
}

/// A setting beside the servers that matters.
#[derive(Debug, Clone)]
pub struct Setting {
    /// What it does.
    pub kind: SettingKind,
    /// Its value as written.
    pub value: Located,
}

/// What a setting does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SettingKind {
    /// Servers that a repository brings are started without asking.
    ApproveProjectServers,
    /// Tools run without asking.
    ApproveTools,
    /// Permission prompts are switched off.
    BypassPermissions,
    /// A sandbox is switched off.
    DisableSandbox,
    /// A command that the host runs by itself on some event.
    Hook,
    /// A command that runs when a folder is opened or a container is made.
    AutoRun,
    /// The address that model requests are sent to.
    ModelEndpoint,
    /// A command that prints a credential or changes the environment.
    CredentialHelper,
}

/// A text file that steers an agent or runs beside it: instructions, rules, skills, hooks.
#[derive(Debug, Clone)]
pub struct ContextDocument {
    /// What it is.
    pub kind: ContextKind,
    /// Where it is, home shown as `~`.
    pub path: String,
    /// Whose it is.
    pub scope: Scope,
    /// Its text.
    pub text: String,
}

/// What a context document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContextKind {
    /// Standing instructions to an agent (`CLAUDE.md`, `AGENTS.md`, `.cursorrules`, ...).
    Instructions,
    /// A skill.
    Skill,
    /// A slash command or a prompt template.
    Command,
    /// A script that a hook runs.
    HookScript,
}

impl ContextKind {
    /// The word for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            ContextKind::Instructions => "agent instructions",
            ContextKind::Skill => "skill",
            ContextKind::Command => "slash command",
            ContextKind::HookScript => "hook script",
        }
    }
}
