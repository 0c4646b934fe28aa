//! A web server and a name server whose every byte the test decides.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use portcullis_fetch::{Clients, KnownRegistry, ProxySettings, Registry};
use portcullis_trust::{Client, Manners, Recording, Services};

/// A web server that ends with the test's process and remembers what it was asked, each request as one text.
pub(crate) struct Web {
    pub(crate) base: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Web {
    /// Lets `handler` write the answer to every request, which it gets with its number.
    pub(crate) fn new(handler: impl Fn(usize, &str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let (handler, heard) = (Arc::new(handler), Arc::clone(&requests));
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (handler, heard) = (Arc::clone(&handler), Arc::clone(&heard));
                thread::spawn(move || {
                    let mut head = [0; 8192];
                    let count = stream.read(&mut head).unwrap_or(0);
                    let request = String::from_utf8_lossy(&head[..count]).into_owned();
                    let number = {
                        let mut heard = heard.lock().unwrap();
                        heard.push(request.clone());
                        heard.len()
                    };
                    handler(number, &request, &mut stream);
                });
            }
        });
        Self { base, requests }
    }

    /// Answers each path with a status, headers and a body; others are not found.
    pub(crate) fn paths(
        answers: impl Fn(&str) -> Option<(u16, String, Vec<u8>)> + Send + Sync + 'static,
    ) -> Self {
        Self::new(move |_, request, stream| {
            let path = request.split(' ').nth(1).unwrap_or_default();
            let (status, headers, body) = answers(path).unwrap_or((404, String::new(), b"{}".to_vec()));
            send(stream, status, &headers, &body);
        })
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

pub(crate) fn send(stream: &mut TcpStream, status: u16, headers: &str, body: &[u8]) {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status} Status\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n");
    drop(stream.write_all(&[head.as_bytes(), body].concat()));
}

/// A JSON answer.
pub(crate) fn json(text: &str) -> Option<(u16, String, Vec<u8>)> {
    Some((200, String::from("Content-Type: application/json\r\n"), text.as_bytes().to_vec()))
}

/// A name server: the response code and the texts of each name.
pub(crate) fn names(answers: impl Fn(&str) -> (u8, Vec<String>) + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let mut labels = Vec::new();
            let mut at = 12;
            while buffer[at] != 0 {
                let end = at + 1 + usize::from(buffer[at]);
                labels.push(String::from_utf8_lossy(&buffer[at + 1..end]).into_owned());
                at = end;
            }
            let (code, texts) = answers(&labels.join("."));
            let mut reply = buffer[..length].to_vec();
            reply[2..4].copy_from_slice(&[0x81, 0x80 | code]);
            reply[7] = u8::try_from(texts.len()).unwrap();
            for text in texts {
                let data = [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
                reply.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, u8::try_from(data.len()).unwrap()]);
                reply.extend(data);
            }
            drop(socket.send_to(&reply, from));
        }
    });
    address
}

/// Quick, so that a test is.
pub(crate) fn quick() -> Manners {
    Manners {
        pause: Duration::from_millis(1),
        first_wait: Duration::from_millis(5),
        longest_wait: Duration::from_millis(1500),
        whole: Duration::from_millis(700),
        ..Manners::default()
    }
}

pub(crate) fn client(manners: Manners, recording: Option<Recording>) -> Arc<Client> {
    Arc::new(Client::new(manners, &ProxySettings::default(), recording).unwrap())
}

/// The package registries at these addresses, as a user's settings would name them.
pub(crate) fn clients<'a>(npm: &'a str, pypi: &'a str) -> Clients<'a> {
    let nowhere = Path::new("/nonexistent");
    Clients {
        home: nowhere,
        root: nowhere,
        folder: None,
        variable: &|_| None,
        npm: Some(npm),
        pypi: Some(pypi),
    }
}

/// Every service at one address.
pub(crate) async fn services(base: &str, dns: Option<SocketAddr>) -> Arc<Services> {
    let index = format!("{base}/simple/");
    let clients = clients(base, &index);
    Arc::new(Services {
        forge: format!("{base}/forge"),
        rdap: format!("{base}/rdap"),
        npm: Some(KnownRegistry::find(Registry::Npm, &clients).await.unwrap()),
        pypi: Some(KnownRegistry::find(Registry::Pypi, &clients).await.unwrap()),
        cargo: Some(format!("{base}/cargo")),
        nuget: Some(format!("{base}/nuget")),
        go: Some(format!("{base}/go")),
        oci: Some(format!("{base}/oci")),
        dns,
        mirrors: ["host.example.com", "my-app.vercel.app", "example.com", "github.com"]
            .map(|host| (host.to_owned(), format!("{base}/host")))
            .to_vec(),
        ..Services::default()
    })
}

pub(crate) fn run<F: Future>(work: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
