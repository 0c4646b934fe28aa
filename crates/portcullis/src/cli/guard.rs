//! The words of `portcullis guard` and of the decisions that wait for a person.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::ListFormat;

/// `portcullis guard`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:\n  \
    portcullis guard -- npx -y some-mcp-server@1.2.3   stand in front of one server that speaks over standard input\n  \
    portcullis guard --url https://mcp.example.com/mcp --header 'Authorization: Bearer env:TOKEN'\n  \
    \x20                                                  stand in front of one remote server\n  \
    portcullis guard --config portcullis.toml          gateway: many servers behind one address\n  \
    portcullis guard --config portcullis.toml --stdio  the same servers, for one host over standard input\n  \
    portcullis guard install cursor                    put the guard in front of every server of a host\n  \
    portcullis guard replay session.jsonl              decide over a recorded session; nothing is started")]
pub(crate) struct GuardArgs {
    #[command(subcommand)]
    pub(crate) action: Option<GuardAction>,

    /// Start this server and stand in front of it
    #[arg(last = true, value_name = "COMMAND", group = "one")]
    pub(crate) command: Vec<String>,

    /// Stand in front of the server at this address, for one host over standard input; an address that holds a secret
    /// is a reference: env:NAME or file:PATH
    #[arg(long, value_name = "URL", group = "one")]
    pub(crate) url: Option<String>,

    /// What is sent with every request to the address; a secret is a reference (env:NAME, file:PATH, `Bearer
    /// env:NAME`); may be given more than once
    #[arg(long, value_name = "NAME: VALUE", requires = "url")]
    pub(crate) header: Vec<String>,

    /// How the server at the address speaks: http or sse [default: http, and sse when the server refuses that]
    #[arg(long, value_enum, hide_possible_values = true, value_name = "TRANSPORT", requires = "url")]
    pub(crate) transport: Option<Transport>,

    /// The name in the address may lead to a private network
    #[arg(long, requires = "url")]
    pub(crate) private_network: bool,

    /// Settings (`portcullis.toml`); without a command its `[guard]` names the servers of the gateway
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Serve the gateway over standard input and output instead of HTTP
    #[arg(long, requires = "config", conflicts_with = "one")]
    pub(crate) stdio: bool,

    /// Policies that stand beside the default ones; may be given more than once
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Vec<PathBuf>,

    /// Lock file that a team shares: what it does not know does not pass
    #[arg(long, value_name = "FILE")]
    pub(crate) lock: Option<PathBuf>,

    /// Write every decision down and enforce none
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// What the server is called in policies, pins and the ledger [default: its package, program or host and a digest of
    /// the command or address]
    #[arg(long = "server", alias = "name", value_name = "NAME", requires = "one")]
    pub(crate) name: Option<String>,
}

/// How a server at an address speaks.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Transport {
    /// Streamable HTTP
    Http,
    /// The older HTTP+SSE
    Sse,
}

/// `portcullis approvals`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  portcullis approvals --format json")]
pub(crate) struct ApprovalsArgs {
    /// text or json
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(crate) format: ListFormat,
}

/// `portcullis approve` and `portcullis reject`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  portcullis approve 3f9a1c07\n\n`portcullis approvals` lists what waits.")]
pub(crate) struct DecideArgs {
    /// The id that the guard told
    #[arg(value_name = "ID")]
    pub(crate) id: String,
}

/// Becomes a server; only the guard calls it.
#[derive(Debug, Args)]
pub(crate) struct ExecServerArgs {
    /// Ends this process group when standard input ends without a word
    #[arg(long, value_name = "GROUP", conflicts_with = "command")]
    pub(crate) watch: Option<i32>,

    #[arg(last = true, required_unless_present = "watch")]
    pub(crate) command: Vec<String>,
}

/// What else the guard can do.
#[derive(Debug, Subcommand)]
pub(crate) enum GuardAction {
    /// Put the guard in front of the configured servers of these hosts (all hosts when none is named)
    Install(GuardHostArgs),
    /// Take the guard out again: every file as it was, byte for byte
    Uninstall(GuardHostArgs),
    /// Decide over a recorded session; nothing is started
    Replay(GuardReplayArgs),
}

/// `portcullis guard install` and `uninstall`.
#[derive(Debug, Args)]
pub(crate) struct GuardHostArgs {
    /// The hosts, as `portcullis scan` calls them
    #[arg(value_name = "HOST")]
    pub(crate) hosts: Vec<String>,

    /// Show what would change, and change nothing
    #[arg(long)]
    pub(crate) diff: bool,

    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

/// `portcullis guard replay`.
#[derive(Debug, Args)]
pub(crate) struct GuardReplayArgs {
    /// The recorded session: JSON Lines (`-`: standard input)
    #[arg(value_name = "FILE")]
    pub(crate) transcript: PathBuf,

    /// Decide by this policy instead of the present one
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}
