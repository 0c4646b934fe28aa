//! Names asked of a name server. The system's resolver cannot tell a name that does not exist from a server that does not
//! answer; the protocol can (RFC 1035, RFC 8020).

mod message;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use portcullis_model::Moment;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

use crate::client::Client;
use crate::request::{Reply, Request};
use crate::services::Services;
use message::{Answer, Kind};

/// A server that does not answer by then is asked again.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often.
const ATTEMPTS: usize = 3;

/// Whether a name exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// It exists, with or without records.
    Something(Moment),
    /// The server says that there is no such name.
    Nothing(Moment),
    /// It could not be found out.
    Failed(Moment, String),
}

/// The texts of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Texts {
    /// All of them; none when the name has none or does not exist.
    Found(Moment, Vec<String>),
    /// They could not be found out.
    Failed(Moment, String),
}

/// Asks whether a name exists.
pub(crate) async fn exists(name: &str, client: &Client, services: &Services) -> Lookup {
    let reply = recorded(name, Kind::Authority, client, services).await;
    match reply.status {
        Some(200) => Lookup::Something(reply.seen),
        Some(404) => Lookup::Nothing(reply.seen),
        _ => Lookup::Failed(reply.seen, reply.why()),
    }
}

/// Asks for the texts of a name.
pub(crate) async fn texts(name: &str, client: &Client, services: &Services) -> Texts {
    let reply = recorded(name, Kind::Text, client, services).await;
    match reply.status {
        Some(200 | 404) => Texts::Found(reply.seen, reply.text().lines().map(str::to_owned).collect()),
        _ => Texts::Failed(reply.seen, reply.why()),
    }
}

/// Through the recording, as if it were a question of the web: 200 for a name that exists, 404 for one that does not.
async fn recorded(name: &str, kind: Kind, client: &Client, services: &Services) -> Reply {
    let word = if kind == Kind::Text { "TXT" } else { "SOA" };
    let request = Request { method: "DNS", ..Request::service(format!("{name} {word}")).accepting("answer") };
    client.recorded(&request, ask(name, kind, services.dns)).await
}

async fn ask(name: &str, kind: Kind, server: Option<SocketAddr>) -> Reply {
    let failed = |why: String| Reply { trouble: Some(why), ..Reply::default() };
    let Some(server) = server.or_else(systems) else {
        return failed(String::from("no name server is known; name one as `dns` under `[survey]`"));
    };
    let mut why = String::from("the name server did not answer");
    for _ in 0..ATTEMPTS {
        let asked = tokio::time::timeout(PATIENCE, once(name, kind, server)).await;
        match asked {
            Ok(Ok(Answer::Nothing)) => return Reply { status: Some(404), ..Reply::default() },
            Ok(Ok(Answer::Found(texts))) => {
                return Reply { status: Some(200), body: texts.join("\n").into_bytes(), ..Reply::default() };
            }
            Ok(Ok(Answer::Failed(code))) => why = format!("the name server failed with code {code}"),
            Ok(Ok(Answer::Cut)) => why = String::from("the name server's answer was cut"),
            Ok(Err(error)) => why = error,
            Err(_) => {}
        }
    }
    failed(why)
}

/// Over UDP; over TCP when the answer does not fit.
async fn once(name: &str, kind: Kind, server: SocketAddr) -> Result<Answer, String> {
    let words = |error: std::io::Error| format!("the name server could not be asked: {error}");
    let id = message::id();
    let question = message::question(id, name, kind).ok_or("this is no name of a host")?;
    let any: IpAddr = if server.is_ipv4() { [0, 0, 0, 0].into() } else { [0_u16; 8].into() };
    let socket = UdpSocket::bind((any, 0)).await.map_err(words)?;
    // Only that server's datagrams arrive.
    socket.connect(server).await.map_err(words)?;
    socket.send(&question).await.map_err(words)?;
    let mut buffer = vec![0; 4096];
    let answer = loop {
        let length = socket.recv(&mut buffer).await.map_err(words)?;
        // What does not answer this question is somebody else's.
        if let Some(answer) = message::read(buffer.get(..length).unwrap_or_default(), id, &question) {
            break answer;
        }
    };
    if answer != Answer::Cut {
        return Ok(answer);
    }
    let mut stream = TcpStream::connect(server).await.map_err(words)?;
    let length = u16::try_from(question.len()).unwrap_or_default().to_be_bytes();
    stream.write_all(&[&length, question.as_slice()].concat()).await.map_err(words)?;
    let length = stream.read_u16().await.map_err(words)?;
    let mut whole = vec![0; usize::from(length)];
    stream.read_exact(&mut whole).await.map_err(words)?;
    message::read(&whole, id, &question)
        .ok_or_else(|| String::from("the name server answered another question"))
}

/// The first name server of the system.
fn systems() -> Option<SocketAddr> {
    let text = std::fs::read_to_string("/etc/resolv.conf").ok()?;
    let servers = text.lines().filter_map(|line| line.trim().strip_prefix("nameserver"));
    let mut addresses = servers.filter_map(|rest| rest.split_whitespace().next()?.parse::<IpAddr>().ok());
    addresses.next().map(|address| SocketAddr::new(address, 53))
}
