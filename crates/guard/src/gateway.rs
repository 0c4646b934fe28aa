//! The gateway: many servers behind one address, in both eras, every message judged.
//!
//! A request comes in at [`http`](self) or over standard input, is admitted at the door, belongs to a conversation, and
//! goes to one server under an id of ours. What comes back takes the same way in the other direction.

mod board;
mod conversation;
mod desk;
mod door;
mod exchange;
mod house;
mod http;
mod introduction;
mod legacy;
mod link;
mod listen;
mod mailbox;
mod merge;
mod message;
mod modern;
mod names;
mod opening;
mod reply;
mod routes;
mod sessions;
mod stdio;
mod translate;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::guard::Guard;
use crate::settings::GatewayPlan;

/// How often unused sessions are looked for.
const SWEEP: Duration = Duration::from_secs(15);

/// A gateway that listens.
#[derive(Debug)]
pub struct Gateway {
    front: Arc<http::Front>,
    listener: TcpListener,
}

impl Gateway {
    /// Listens where the plan says; nobody is answered before [`Gateway::serve`].
    ///
    /// # Errors
    /// The address cannot be listened on, or the certificates of authorities cannot be read.
    pub async fn bind(guard: Arc<Guard>, plan: GatewayPlan) -> io::Result<Self> {
        let listener = TcpListener::bind(plan.listen).await?;
        let door = door::Door::new(listener.local_addr()?);
        let sessions = sessions::Sessions::new(plan.limits.sessions);
        let house = house::House::new(guard, plan)?;
        let front = http::Front { house, door, sessions, modern: modern::Conversations::default() };
        Ok(Self { front: Arc::new(front), listener })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` is ready; then calls may finish, and all servers that were started are ended.
    pub async fn serve(self, stop: impl Future<Output = ()>) {
        let (tell, told) = watch::channel(false);
        let front = Arc::clone(&self.front);
        let serving = tokio::spawn(http::serve(Arc::clone(&front), self.listener, told));
        let sweeping = tokio::spawn(sweep(Arc::clone(&front)));
        stop.await;
        // Everybody who could hear it is gone when this fails.
        let _ = tell.send(true);
        let _ = serving.await;
        sweeping.abort();
        end(&front, Duration::ZERO).await;
        front.house.close().await;
    }
}

/// Serves one client over a pair of streams until it closes its end, or `stop` is ready.
///
/// # Errors
/// The client cannot be read, or the certificates of authorities cannot be.
pub async fn serve_stdio(
    guard: Arc<Guard>,
    plan: GatewayPlan,
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin + Send + 'static,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let house = house::House::new(guard, plan)?;
    let served = tokio::select! {
        served = stdio::serve(&house, house.plan.person.clone(), input, output) => served,
        () = stop => Ok(()),
    };
    house.close().await;
    served
}

/// Ends what nobody uses.
async fn sweep(front: Arc<http::Front>) {
    let patience = front.house.plan.limits.idle;
    loop {
        tokio::time::sleep(SWEEP.min(patience.max(Duration::from_millis(100)))).await;
        end(&front, patience.max(Duration::from_millis(1))).await;
    }
}

/// Ends the conversations that nobody used for so long.
async fn end(front: &http::Front, patience: Duration) {
    let mut tasks = tokio::task::JoinSet::new();
    for conversation in front.sessions.idle(patience).into_iter().chain(front.modern.idle(patience)) {
        tasks.spawn(async move { conversation.close().await });
    }
    while tasks.join_next().await.is_some() {}
}
