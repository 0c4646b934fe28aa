//! The client of HTTP: a pool of connections to one server, addresses that may be contacted, no redirects.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use portcullis_probe::address::not_public;

use crate::gateway::link::LinkFault;

const CONNECT: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_secs(60);

/// Sends requests to one server.
#[derive(Clone)]
pub(in crate::gateway) struct HttpClient {
    pool: Pool,
    answer: Duration,
}

#[derive(Clone)]
enum Pool {
    Plain(Client<HttpConnector<Resolver>, Full<Bytes>>),
    Encrypted(Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>),
    /// For a server that is not contacted over HTTP.
    None,
}

impl HttpClient {
    /// A client of the server at `uri`, whose answers begin within `answer`.
    ///
    /// # Errors
    /// No certificates of authorities can be read on this machine.
    pub(in crate::gateway) fn new(uri: &Uri, private_network: bool, answer: Duration) -> io::Result<Self> {
        // The name of this machine is as good as its address written out.
        let trusted =
            private_network || uri.host().is_some_and(|host| host.eq_ignore_ascii_case("localhost"));
        let mut connector = HttpConnector::new_with_resolver(Resolver { trusted });
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT));
        connector.enforce_http(false);
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_idle_timeout(IDLE).pool_timer(TokioTimer::new());
        let pool = if uri.scheme_str() == Some("https") {
            let connector = HttpsConnectorBuilder::new()
                .with_native_roots()?
                .https_only()
                .enable_http1()
                .wrap_connector(connector);
            Pool::Encrypted(builder.build(connector))
        } else {
            Pool::Plain(builder.build(connector))
        };
        Ok(Self { pool, answer })
    }

    /// The client of a server that is started.
    pub(in crate::gateway) const fn none() -> Self {
        Self { pool: Pool::None, answer: Duration::ZERO }
    }

    /// The answer's head; its body streams.
    pub(in crate::gateway) async fn request(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, LinkFault> {
        let response = match &self.pool {
            Pool::Plain(client) => client.request(request),
            Pool::Encrypted(client) => client.request(request),
            Pool::None => return Err(LinkFault::Unreachable(String::from("it has no address"))),
        };
        match tokio::time::timeout(self.answer, response).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(why)) if why.is_connect() => {
                let cause = std::error::Error::source(&why).map(ToString::to_string);
                Err(LinkFault::Unreachable(cause.unwrap_or_else(|| String::from("no connection"))))
            }
            Ok(Err(_)) => Err(LinkFault::Ended),
            Err(_) => Err(LinkFault::Silent),
        }
    }
}

/// Resolves names, and leaves out addresses that a name must not lead to.
#[derive(Debug, Clone, Copy)]
struct Resolver {
    trusted: bool,
}

impl tower_service::Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let trusted = self.trusted;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if !trusted && let Some(why) = found.iter().find_map(|address| not_public(address.ip())) {
                let why = format!(
                    "its name leads to {why}; write the address, or set `private-network` (`--private-network`)"
                );
                return Err(io::Error::other(why));
            }
            Ok(found.into_iter())
        })
    }
}
