//! The mock server: `--stdio`, or `--listen ADDRESS` (127.0.0.1:0 unless said otherwise). Over HTTP it prints its
//! address as its first line. One thread, so that it takes no more than one core from what is measured.
#![allow(clippy::print_stdout, clippy::print_stderr)] // the person who starts it needs the address

use std::convert::Infallible;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use portcullis_lab::mock;
use tokio::net::TcpListener;

const USAGE: &str = "mock-server [--stdio | --listen ADDRESS]";

fn main() -> ExitCode {
    mock::warm_up();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["--stdio"] => over_stdio(),
        ["--listen", address] => over_http(address),
        [] => over_http("127.0.0.1:0"),
        _ => Err(io::Error::other(USAGE)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn over_stdio() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        if let Some(answer) = mock::answer(line.trim_ascii_end()) {
            output.write_all(&answer)?;
            output.write_all(b"\n")?;
            output.flush()?;
        }
        line.clear();
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn over_http(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    println!("http://{}/mcp", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            let http = hyper::server::conn::http1::Builder::new();
            // A connection that breaks concerns its client alone.
            http.serve_connection(TokioIo::new(stream), service_fn(respond)).await.ok();
        });
    }
}

async fn respond(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::default());
    if *request.method() != Method::POST {
        *response.status_mut() =
            if *request.method() == Method::DELETE { StatusCode::OK } else { StatusCode::METHOD_NOT_ALLOWED };
        return Ok(response);
    }
    let is_modern = request.headers().contains_key("mcp-method");
    let Ok(body) = request.into_body().collect().await else {
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return Ok(response);
    };
    match mock::answer(&body.to_bytes()) {
        None => *response.status_mut() = StatusCode::ACCEPTED,
        Some(answer) => {
            *response.body_mut() = Full::new(answer);
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            if !is_modern {
                headers.insert("mcp-session-id", HeaderValue::from_static("mock"));
            }
        }
    }
    Ok(response)
}
