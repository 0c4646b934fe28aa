//! What is measured: the mock server alone, or with something in front of it. Each is started as a user starts it.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::caller::{Http, Pipe};

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The programs.
pub(super) struct Tools {
    pub(super) portcullis: PathBuf,
    pub(super) mock: PathBuf,
    /// Where the peers are installed.
    pub(super) peers: PathBuf,
    /// Where the server behind a gateway listens: always the same, as a server that was pinned does.
    pub(super) upstream: SocketAddr,
    /// A folder of our own.
    pub(super) work: PathBuf,
}

/// Who stands between the client and the mock server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    Nobody,
    Guard,
    /// `mcp-proxy` of PyPI.
    McpProxy,
    /// `supergateway` of npm.
    Supergateway,
}

impl Between {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Nobody => "direct",
            Self::Guard => "guard",
            Self::McpProxy => "mcp-proxy 0.13.0",
            Self::Supergateway => "supergateway 4.0.0",
        }
    }
}

/// What is spoken on both sides of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Stdio,
    Http,
    /// HTTP in front, a started server behind.
    HttpToStdio,
}

impl Shape {
    pub(super) const ALL: [Self; 3] = [Self::Stdio, Self::Http, Self::HttpToStdio];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Stdio => "stdio to stdio",
            Self::Http => "HTTP to HTTP",
            Self::HttpToStdio => "HTTP to stdio",
        }
    }

    /// Who can stand there.
    pub(super) const fn subjects(self) -> &'static [Between] {
        match self {
            Self::Stdio | Self::Http => &[Between::Nobody, Between::Guard],
            Self::HttpToStdio => &[Between::Nobody, Between::Guard, Between::McpProxy, Between::Supergateway],
        }
    }

    /// Whether every connection has a session of its own: behind others all share one, because each session would start
    /// a server of its own.
    pub(super) const fn has_many_sessions(self) -> bool {
        matches!(self, Self::Http)
    }
}

/// A process that ends with its value.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        // It may have ended on its own.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Something that runs and can be called.
pub(super) struct Running {
    child: Ends,
    /// The server at an address that it stands in front of, and how long that took to start.
    server: Option<(Ends, Duration)>,
    address: Option<SocketAddr>,
    pipe: Option<Pipe>,
}

impl Running {
    /// The process that is measured.
    pub(super) fn process(&self) -> u32 {
        self.child.0.id()
    }

    /// How long the server behind it took, which was started before it.
    pub(super) fn behind(&self) -> Duration {
        self.server.as_ref().map_or(Duration::ZERO, |(_, took)| *took)
    }

    /// A new connection, whose ids begin behind `last`.
    pub(super) fn connect(&self, last: u64) -> Result<Http, String> {
        let address = self.address.ok_or("it speaks over its standard streams")?;
        Http::connect(address, last).map_err(|error| format!("{address}: {error}"))
    }

    /// Its standard streams.
    pub(super) fn pipe(&mut self) -> Result<&mut Pipe, String> {
        self.pipe.as_mut().ok_or_else(|| String::from("it speaks HTTP"))
    }
}

impl Tools {
    /// Whether it is there.
    pub(super) fn has(&self, between: Between) -> bool {
        match between {
            Between::Nobody | Between::Guard => true,
            Between::McpProxy => self.mcp_proxy().exists(),
            Between::Supergateway => self.supergateway().exists(),
        }
    }

    /// Starts it; it may not be ready yet.
    pub(super) fn start(&self, shape: Shape, between: Between) -> Result<Running, String> {
        let mock = self.mock.display().to_string();
        match (shape, between) {
            (Shape::Stdio, Between::Nobody) => piped(Command::new(&self.mock).arg("--stdio")),
            (Shape::Stdio, _) => {
                piped(self.guard(shape).args(["--server", "mock", "--", mock.as_str(), "--stdio"]))
            }
            (Shape::Http | Shape::HttpToStdio, Between::Nobody) => {
                let (child, address) = self.listening_mock("127.0.0.1:0")?;
                Ok(Running { child, server: None, address: Some(address), pipe: None })
            }
            (Shape::Http, _) => {
                let began = Instant::now();
                let (server, address) = self.listening_mock(&self.upstream.to_string())?;
                let behind = began.elapsed();
                let mut running = self.gateway(shape, &format!("url = \"http://{address}/mcp\"\n"))?;
                running.server = Some((server, behind));
                Ok(running)
            }
            (Shape::HttpToStdio, Between::Guard) => {
                self.gateway(shape, &format!("command = {mock:?}\nargs = [\"--stdio\"]\n"))
            }
            (Shape::HttpToStdio, Between::McpProxy) => on_port(|port| {
                let mut command = Command::new(self.mcp_proxy());
                command.args(["--log-level", "ERROR", "--port", port, "--", mock.as_str(), "--stdio"]);
                command
            }),
            (Shape::HttpToStdio, Between::Supergateway) => on_port(|port| {
                let mut command = Command::new("node");
                command.arg(self.supergateway()).args(["--stdio", &format!("{mock} --stdio")]);
                command.args(["--outputTransport", "streamableHttp", "--stateful", "--logLevel", "none"]);
                command.args(["--port", port]);
                command
            }),
        }
    }

    fn mcp_proxy(&self) -> PathBuf {
        self.peers.join("python/bin/mcp-proxy")
    }

    fn supergateway(&self) -> PathBuf {
        self.peers.join("npm/node_modules/supergateway/dist/index.js")
    }

    /// The guard as it comes: default policies, ledger, pins, flow and rules. Its state is that of the shape: a server
    /// that is suddenly reached in another way is withheld.
    fn guard(&self, shape: Shape) -> Command {
        let mut command = Command::new(&self.portcullis);
        command.arg("guard").env("PORTCULLIS_STATE", self.work.join(shape.name()));
        command
    }

    /// The mock server at this address.
    fn listening_mock(&self, listen: &str) -> Result<(Ends, SocketAddr), String> {
        let mut command = Command::new(&self.mock);
        let mut child =
            spawn(command.args(["--listen", listen]).stdout(Stdio::piped()).stderr(Stdio::null()))?;
        let address = said_address(child.0.stdout.take())?;
        Ok((child, address))
    }

    /// A gateway in front of one server.
    fn gateway(&self, shape: Shape, server: &str) -> Result<Running, String> {
        let settings = self.work.join("portcullis.toml");
        let text =
            format!("[guard]\nlisten = \"127.0.0.1:0\"\n\n[guard.servers.mock]\nprefix = false\n{server}");
        fs::write(&settings, text).map_err(|error| format!("{}: {error}", settings.display()))?;
        let mut command = self.guard(shape);
        command.args([Path::new("--config"), &settings]).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = spawn(&mut command)?;
        let address = said_address(child.0.stderr.take())?;
        Ok(Running { child, server: None, address: Some(address), pipe: None })
    }
}

fn spawn(command: &mut Command) -> Result<Ends, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.spawn().map(Ends).map_err(|error| format!("`{name}`: {error}"))
}

fn piped(command: &mut Command) -> Result<Running, String> {
    let mut child = spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()))?;
    let streams = child.0.stdin.take().zip(child.0.stdout.take());
    let (input, output) = streams.ok_or("the process has no standard streams")?;
    Ok(Running { child, server: None, address: None, pipe: Some(Pipe::new(input, output)) })
}

/// Where nobody listens yet.
pub(super) fn free_address() -> Result<SocketAddr, String> {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    free.map_err(|error| format!("no free port: {error}"))
}

/// Starts what listens on a port that it is told, and waits until it does.
fn on_port(command: impl Fn(&str) -> Command) -> Result<Running, String> {
    let address = free_address()?;
    let mut command = command(&address.port().to_string());
    let child = spawn(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()))?;
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        if began.elapsed() > PATIENCE {
            return Err(format!("nothing listens at {address}"));
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(Running { child, server: None, address: Some(address), pipe: None })
}

/// The address in the first line that names one; what is said later is read and forgotten.
fn said_address(stream: Option<impl Read + Send + 'static>) -> Result<SocketAddr, String> {
    let mut lines = BufReader::new(stream.ok_or("nothing can be heard")?).lines();
    let mut heard = String::new();
    for line in lines.by_ref().map_while(Result::ok) {
        if let Some((_, rest)) = line.split_once("http://") {
            let address = rest.split('/').next().unwrap_or_default();
            let address = address.parse().map_err(|error| format!("`{line}`: {error}"))?;
            thread::spawn(move || lines.for_each(drop));
            return Ok(address);
        }
        heard.push_str(&line);
    }
    Err(format!("it ended: {heard}"))
}
