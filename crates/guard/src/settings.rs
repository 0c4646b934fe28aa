//! What `[guard]` of `portcullis.toml` means: addresses are read, secrets are fetched, and what cannot be meant is
//! refused before anything listens.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use portcullis_assess::{GuardLimits, GuardServer, GuardSettings, GuardTransport};
use portcullis_model::Secret;
use portcullis_probe::{LaunchPlan, Way};
use portcullis_text::secret;
use sha2::{Digest as _, Sha256};

use crate::session::Principal;

/// Stands between the name of a server and that of its tool; no server may have it in its name.
pub(crate) const SEPARATOR: &str = "__";

const PORT: u16 = 3900;

/// What the gateway is to do.
#[derive(Debug)]
pub struct GatewayPlan {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Further names that clients may address it by, in lower case.
    pub hosts: Vec<String>,
    /// Web origins that may use it, in lower case.
    pub origins: Vec<String>,
    /// Who may come in; everybody when there is nobody.
    pub clients: Vec<Client>,
    /// Its bounds.
    pub limits: Limits,
    /// The servers behind it, by name.
    pub servers: Vec<Server>,
    /// Whoever comes in where nobody is named, and over standard input.
    pub person: Principal,
}

/// Somebody who may come in.
#[derive(Debug)]
pub struct Client {
    /// Who it is.
    pub subject: Box<str>,
    /// The token that says so.
    pub token: Secret,
}

/// Bounds of the gateway.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one message.
    pub message: usize,
    /// Connections at a time.
    pub connections: usize,
    /// Sessions at a time.
    pub sessions: usize,
    /// After this an unused session ends.
    pub idle: Duration,
    /// How long a server may be silent during a call.
    pub answer: Duration,
}

/// One server behind the gateway.
#[derive(Debug)]
pub struct Server {
    /// Its name.
    pub name: Box<str>,
    /// Whether its tools and prompts carry its name.
    pub prefix: bool,
    /// How it is reached.
    pub launch: LaunchPlan,
    /// Whether the name in its address may lead to a private network.
    pub private_network: bool,
    /// Whether its address is a secret.
    pub secret_address: bool,
    /// Whether it may speak the older HTTP+SSE when it refuses to begin over Streamable HTTP.
    pub may_be_older: bool,
}

impl Server {
    /// The facts of how it is reached that must not change unnoticed. Secrets are not among them.
    pub(crate) fn facts(&self) -> BTreeMap<String, String> {
        let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        match &self.launch.way {
            Way::Contact(contact) if self.secret_address => {
                // Where its path begins, the secret may.
                let origin: String = contact.url.split_inclusive('/').take(3).collect();
                let digest = Sha256::digest(&contact.url);
                let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
                BTreeMap::from([fact("address", &origin), fact("address-digest", &digest)])
            }
            Way::Contact(contact) => BTreeMap::from([fact("address", &contact.url)]),
            Way::Start(start) => {
                let files = start.digests.iter().map(|file| file.sha256.as_str());
                BTreeMap::from([
                    fact("command", &start.command.to_string_lossy()),
                    fact("arguments", &start.arguments.join("\0")),
                    fact("digests", &files.collect::<Vec<_>>().join(" ")),
                ])
            }
        }
    }
}

/// Why the settings cannot be meant: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFault {
    message: String,
}

impl PlanFault {
    fn new(key: &str, why: impl fmt::Display) -> Self {
        Self { message: format!("`guard.{key}`: {why}") }
    }
}

impl fmt::Display for PlanFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PlanFault {}

/// The machine that settings refer to.
pub struct Surroundings<'a> {
    /// The environment that every started server gets: search path, home, language.
    pub base: Vec<(String, Secret)>,
    /// The value of a variable of our own environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The person at this machine.
    pub person: Principal,
    /// The folder that relative paths start from: that of the settings.
    pub folder: &'a Path,
}

impl fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl GatewayPlan {
    /// Reads the settings and fetches the secrets that they refer to.
    ///
    /// # Errors
    /// The first thing that cannot be meant.
    pub fn new(settings: &GuardSettings, surroundings: &Surroundings<'_>) -> Result<Self, PlanFault> {
        let listen = match &settings.listen {
            None => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), PORT),
            Some(text) => text.parse().map_err(|_| {
                PlanFault::new(
                    "listen",
                    format!("`{text}` is no address with a port; write `127.0.0.1:{PORT}`"),
                )
            })?,
        };
        let clients = settings.clients.iter().map(|(subject, reference)| {
            let key = format!("clients.{subject}");
            let token = surroundings.fetch(&key, reference)?;
            let token = token.ok_or_else(|| PlanFault::new(&key, LITERAL))?;
            if token.len() < 16 {
                return Err(PlanFault::new(
                    &key,
                    "the token is shorter than 16 characters; make a longer one",
                ));
            }
            Ok(Client { subject: subject.as_str().into(), token })
        });
        let clients = clients.collect::<Result<Vec<_>, _>>()?;
        if !listen.ip().is_loopback() {
            if clients.is_empty() {
                let why = "everybody on the network could use the servers; name who may in `guard.clients`, \
                    or listen on `127.0.0.1`";
                return Err(PlanFault::new("listen", why));
            }
            if listen.ip().is_unspecified() && settings.hosts.is_empty() {
                return Err(PlanFault::new(
                    "hosts",
                    "name the hosts that clients will say; `listen` says none",
                ));
            }
        }
        if settings.servers.is_empty() {
            return Err(PlanFault::new("servers", "there is no server; add `[guard.servers.NAME]`"));
        }
        let servers = settings.servers.iter().map(|(name, server)| {
            surroundings.named(name)?;
            surroundings.server(name, server)
        });
        let servers = servers.collect::<Result<Vec<_>, _>>()?;
        if servers.len() > 1
            && let Some(bare) = servers.iter().find(|server| !server.prefix)
        {
            let why = "tools of several servers could have the same name; remove it";
            return Err(PlanFault::new(&format!("servers.{}.prefix", bare.name), why));
        }
        Ok(Self {
            listen,
            hosts: settings.hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
            origins: settings.origins.iter().map(|origin| origin.to_ascii_lowercase()).collect(),
            clients,
            limits: Limits::of(&settings.limits),
            servers,
            person: surroundings.person.clone(),
        })
    }

    /// A plan for one client over standard input before one server, under the server's own names: those of its tools
    /// do not carry its name, which may be any text. Where `transport` is none, the older one is tried when the newer
    /// one is refused.
    ///
    /// # Errors
    /// The first thing that cannot be meant.
    pub fn of_one(
        name: &str,
        server: &GuardServer,
        transport: Option<GuardTransport>,
        settings: &GuardSettings,
        surroundings: &Surroundings<'_>,
    ) -> Result<Self, PlanFault> {
        let server =
            GuardServer { prefix: Some(false), transport: transport.unwrap_or_default(), ..server.clone() };
        let server = surroundings.server(name, &server)?;
        Ok(Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), PORT),
            hosts: Vec::new(),
            origins: Vec::new(),
            clients: Vec::new(),
            limits: Limits::of(&settings.limits),
            servers: vec![Server { may_be_older: transport.is_none(), ..server }],
            person: surroundings.person.clone(),
        })
    }
}

impl Limits {
    fn of(said: &GuardLimits) -> Self {
        Self {
            message: said.message_bytes.unwrap_or(4 << 20),
            connections: said.connections.unwrap_or(512),
            sessions: said.sessions.unwrap_or(256),
            idle: Duration::from_secs(said.idle_seconds.unwrap_or(1800)),
            answer: Duration::from_secs(said.answer_seconds.unwrap_or(300)),
        }
    }
}

const LITERAL: &str = "a secret stands here in the open; put it into an environment variable and write `env:NAME`, \
    or into a file and write `file:PATH`";

/// Words in the name of a variable or header that carries a secret.
const SECRET_WORDS: [&str; 9] =
    ["authorization", "cookie", "credential", "key", "passphrase", "password", "private", "secret", "token"];

/// Whether a text says where a secret is.
fn is_reference(text: &str) -> bool {
    text.starts_with("env:") || text.starts_with("file:")
}

impl Surroundings<'_> {
    /// Whether a gateway can put the name of a server before those of its tools.
    fn named(&self, name: &str) -> Result<(), PlanFault> {
        let key = format!("servers.{name}");
        let plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
        let separated = name.contains(SEPARATOR) || name.starts_with('_') || name.ends_with('_');
        if name.is_empty() || name.len() > 32 || !name.bytes().all(plain) || separated {
            let why =
                "a server is named with at most 32 of `a` to `z`, `0` to `9`, `-` and single `_` inside";
            return Err(PlanFault::new(&key, why));
        }
        Ok(())
    }

    fn server(&self, name: &str, server: &GuardServer) -> Result<Server, PlanFault> {
        let key = format!("servers.{name}");
        let launch = match (&server.command, &server.url) {
            (Some(command), None) => self.start(&key, name, command, server),
            (None, Some(url)) => self.contact(&key, name, url, server),
            _ => Err(PlanFault::new(&key, "say either `command` or `url`")),
        }?;
        let prefix = server.prefix.unwrap_or(true);
        Ok(Server {
            name: name.into(),
            prefix,
            launch,
            private_network: server.private_network,
            secret_address: server.url.as_deref().is_some_and(is_reference),
            may_be_older: false,
        })
    }

    fn start(
        &self,
        key: &str,
        name: &str,
        command: &str,
        server: &GuardServer,
    ) -> Result<LaunchPlan, PlanFault> {
        if !server.headers.is_empty() || server.private_network {
            return Err(PlanFault::new(key, "`headers` and `private-network` belong to `url`; remove them"));
        }
        if let Some(argument) = server.args.iter().find(|argument| !secret::find(argument).is_empty()) {
            let place = server.args.iter().position(|other| other == argument).unwrap_or_default();
            let why =
                "an argument holds a secret, which every program of this machine can read; pass it in `env`";
            return Err(PlanFault::new(&format!("{key}.args[{place}]"), why));
        }
        let environment = self.values(&format!("{key}.env"), &server.env)?;
        let directory = server.directory.as_ref().map(|directory| self.folder.join(directory));
        LaunchPlan::start(name, command, server.args.clone(), self.base.clone(), environment, directory)
            .map_err(|why| PlanFault::new(key, why))
    }

    fn contact(
        &self,
        key: &str,
        name: &str,
        url: &str,
        server: &GuardServer,
    ) -> Result<LaunchPlan, PlanFault> {
        if !server.args.is_empty() || !server.env.is_empty() || server.directory.is_some() {
            return Err(PlanFault::new(
                key,
                "`args`, `env` and `directory` belong to `command`; remove them",
            ));
        }
        let place = format!("{key}.url");
        let fetched = self.fetch(&place, url)?;
        if fetched.is_none() && !secret::find(url).is_empty() {
            let why = "the address holds a secret; send it in `headers`, or write `env:NAME` for the address";
            return Err(PlanFault::new(&place, why));
        }
        let url = fetched.as_ref().map_or(url, Secret::expose);
        let headers = self.values(&format!("{key}.headers"), &server.headers)?;
        for (header, value) in &headers {
            let valid = hyper::header::HeaderName::try_from(header.as_str()).is_ok()
                && hyper::header::HeaderValue::try_from(value.expose()).is_ok();
            if !valid {
                return Err(PlanFault::new(&format!("{key}.headers.{header}"), "it is no header of HTTP"));
            }
        }
        let prefers_sse = server.transport == GuardTransport::Sse;
        let plan = LaunchPlan::contact(name, url, headers, prefers_sse).map_err(|why| match &fetched {
            None => PlanFault::new(key, why),
            // The address may be a secret as a whole.
            Some(_) => PlanFault::new(&place, "what it refers to is no address of HTTP that can be used"),
        })?;
        if let Way::Contact(contact) = &plan.way
            && contact.url.parse::<hyper::Uri>().is_err()
        {
            return Err(PlanFault::new(&place, "it is no address of HTTP"));
        }
        Ok(plan)
    }

    /// Values that may be references.
    fn values(
        &self,
        key: &str,
        values: &BTreeMap<String, String>,
    ) -> Result<Vec<(String, Secret)>, PlanFault> {
        let mut fetched = Vec::with_capacity(values.len());
        for (name, value) in values {
            let key = format!("{key}.{name}");
            let (scheme, reference) = match value.split_once(' ') {
                Some((scheme @ ("Bearer" | "Basic" | "Token"), reference)) => (Some(scheme), reference),
                _ => (None, value.as_str()),
            };
            let secret = match (self.fetch(&key, reference)?, scheme) {
                (Some(secret), None) => secret,
                (Some(secret), Some(scheme)) => Secret::new(format!("{scheme} {}", secret.expose())),
                (None, _) => {
                    let name = name.to_ascii_lowercase();
                    let named = SECRET_WORDS.iter().any(|word| name.contains(word));
                    if (named && !value.is_empty()) || !secret::find(value).is_empty() {
                        return Err(PlanFault::new(&key, LITERAL));
                    }
                    Secret::new(value)
                }
            };
            fetched.push((name.clone(), secret));
        }
        Ok(fetched)
    }

    /// What a reference refers to; nothing when the text is none.
    fn fetch(&self, key: &str, reference: &str) -> Result<Option<Secret>, PlanFault> {
        let value = if let Some(name) = reference.strip_prefix("env:") {
            (self.variable)(name)
                .ok_or_else(|| PlanFault::new(key, format!("the variable `{name}` is not set; set it")))?
        } else if let Some(path) = reference.strip_prefix("file:") {
            let path = self.folder.join(path);
            let text = std::fs::read_to_string(&path)
                .map_err(|why| PlanFault::new(key, format!("`{}` cannot be read: {why}", path.display())))?;
            text.trim_end_matches(['\r', '\n']).to_owned()
        } else if reference.starts_with("keyring:") {
            return Err(PlanFault::new(key, "no keyring is read yet; use `env:NAME` or `file:PATH`"));
        } else {
            return Ok(None);
        };
        if value.is_empty() {
            return Err(PlanFault::new(key, "the secret that it refers to is empty; set it"));
        }
        Ok(Some(Secret::new(value)))
    }
}
