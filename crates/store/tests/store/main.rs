//! The store on SQLite and on a PostgreSQL that the tests start themselves.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod queue;
mod server;
mod tables;

use portcullis_store::Store;

/// Runs a test on a file, and on a server where PostgreSQL is installed.
fn on_both<F: Future<Output = ()>>(name: &str, test: impl Fn(Store, String) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db").display().to_string();
    runtime.block_on(async { test(Store::open(&file).await.unwrap(), file.clone()).await });
    let Some(server) = server::Server::start() else { return };
    let address = server.address(name);
    runtime.block_on(async { test(Store::open(&address).await.unwrap(), address.clone()).await });
}
