//! The everything-server: `--stdio`, or `--listen ADDRESS` (127.0.0.1:0 unless said otherwise). Over HTTP it prints its
//! address as its first line.
#![allow(clippy::print_stdout, clippy::print_stderr)] // the person who starts it needs the address

use std::process::ExitCode;

use portcullis_lab::everything::Everything;
use portcullis_lab::{http, stdio};
use tokio::net::TcpListener;

const USAGE: &str = "everything-server [--stdio | --listen ADDRESS]";

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["--stdio"] => over_stdio().await,
        ["--listen", address] => over_http(address).await,
        [] => over_http("127.0.0.1:0").await,
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn over_stdio() -> Result<(), String> {
    let served = stdio::serve(Everything::new()?, tokio::io::stdin(), tokio::io::stdout()).await;
    served.map_err(|error| error.to_string())
}

async fn over_http(address: &str) -> Result<(), String> {
    let listening = |error| format!("`{address}`: {error}");
    let listener = TcpListener::bind(address).await.map_err(listening)?;
    let bound = listener.local_addr().map_err(listening)?;
    println!("http://{bound}{}", http::PATH);
    http::serve(Everything::new()?, listener).await.map_err(listening)
}
