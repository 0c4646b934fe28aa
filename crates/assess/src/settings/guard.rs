//! `[guard]`: the gateway and the servers behind it. What these texts mean is the guard's business.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

/// How the guard decides, and the gateway: where it listens, who may come in, and which servers stand behind it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GuardSettings {
    /// Address and port to listen on. Default: `127.0.0.1:3900`. Anything but loopback needs `clients`.
    pub listen: Option<String>,
    /// Further names under which clients may address the gateway, as their `Host` header says them.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Origins whose web pages may use the gateway, such as `https://app.example.com`. Default: none.
    #[serde(default)]
    pub origins: Vec<String>,
    /// Who may come in, and the reference of their bearer token (`env:NAME`, `file:PATH`). Default: everybody on this
    /// machine, as one principal.
    #[serde(default)]
    pub clients: BTreeMap<String, String>,
    /// Bounds of what is held and waited for.
    #[serde(default)]
    pub limits: GuardLimits,
    /// Files of policies that stand beside the default ones. Relative to the folder of these settings.
    #[serde(default)]
    pub policies: Vec<PathBuf>,
    /// Whether the policies that protect without configuration are in force. Default: true.
    pub policy_defaults: Option<bool>,
    /// The lock file that a team shares: of a server that it names, what it does not know does not pass.
    pub lock: Option<PathBuf>,
    /// Whether every decision is written down and none enforced. Default: false.
    #[serde(default)]
    pub dry_run: bool,
    /// How long a message waits for a person before it is refused, in seconds. Default: 50.
    pub approval_seconds: Option<u64>,
    /// Whether the ledger holds the messages, redacted. Default: false.
    #[serde(default)]
    pub ledger_content: bool,
    /// Tools that may be given credentials, as `SERVER/TOOL`.
    #[serde(default)]
    pub accept_secrets: Vec<String>,
    /// The servers, by the name that their tools are known under.
    #[serde(default)]
    pub servers: BTreeMap<String, GuardServer>,
}

/// Bounds of the gateway.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GuardLimits {
    /// Bytes of one message. Default: 4194304.
    pub message_bytes: Option<usize>,
    /// Requests of a session to one server, and calls of one tool, in a second. Default: 20000.
    pub requests_per_second: Option<u32>,
    /// Notifications and questions of a server in a second. Default: 200.
    pub unasked_per_second: Option<u32>,
    /// Calls of a session. Default: no bound.
    pub session_calls: Option<u64>,
    /// Bytes of all results of a session. Default: no bound.
    pub session_bytes: Option<u64>,
    /// Connections at a time. Default: 512.
    pub connections: Option<usize>,
    /// Sessions at a time. Default: 256.
    pub sessions: Option<usize>,
    /// Seconds after which an unused session ends. Default: 1800.
    pub idle_seconds: Option<u64>,
    /// Seconds that a server may be silent during a call. Default: 300.
    pub answer_seconds: Option<u64>,
}

/// One server: started by `command`, or contacted at `url`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GuardServer {
    /// The program that speaks over its standard streams.
    pub command: Option<String>,
    /// Its arguments.
    #[serde(default)]
    pub args: Vec<String>,
    /// Its environment besides the search path, home and language. Secrets are references (`env:NAME`, `file:PATH`).
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// The folder that it is started in.
    pub directory: Option<PathBuf>,
    /// The address of a server that speaks HTTP. One that holds a secret is a reference (`env:NAME`, `file:PATH`).
    pub url: Option<String>,
    /// What is sent with every request to it. Secrets are references; `Bearer env:NAME` is one too.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// How the server at `url` speaks. Default: `http`.
    #[serde(default)]
    pub transport: GuardTransport,
    /// Whether its tools and prompts carry its name (`server__tool`); only a server that stands alone may do without.
    /// Default: true.
    pub prefix: Option<bool>,
    /// Whether the name in `url` may lead to an address of a private network. Default: false; an address that is
    /// written out, and `localhost`, always may.
    #[serde(default)]
    pub private_network: bool,
}

/// How a server at an address speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum GuardTransport {
    /// Streamable HTTP.
    #[default]
    Http,
    /// The older HTTP+SSE.
    Sse,
}
