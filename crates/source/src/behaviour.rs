//! How a server is reached and what it does about who reaches it: read off the translated source, without running it.
//!
//! What is looked for has a shape of its own (a bind to every interface, a session identifier made of the time), so
//! that walking the tree is enough. What depends on values is observed by the interpreter instead.

pub mod decode;
mod find;
mod origin;
mod serve;
mod session;
mod token;
mod verifier;

use crate::analysis::Spot;
use crate::ir::{At, File};

/// How a server is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Serving {
    /// Where it listens.
    pub listens: Vec<Listen>,
    /// Whether it speaks the protocol over HTTP.
    pub over_http: bool,
    /// Whether anything asks a request who sent it.
    pub authenticates: bool,
    /// Whether anything looks at the Host or Origin of a request.
    pub checks_host: bool,
    /// Transports that are made without protection against DNS rebinding.
    pub unprotected: Vec<Spot>,
    /// Protection against DNS rebinding that is switched off.
    pub switched_off: Vec<Spot>,
    /// Origins or hosts that are compared in part.
    pub loose_origins: Vec<Remark>,
    /// Where pages of every origin are let read what is answered, with the credentials of the browser.
    pub open_to_pages: Vec<Spot>,
    /// Session identifiers that can be guessed: what they are made of.
    pub guessable_sessions: Vec<Remark>,
    /// Tokens of callers that are sent on.
    pub passed_tokens: Vec<Remark>,
    /// Verifiers of tokens that accept any: their names.
    pub open_verifiers: Vec<Remark>,
    /// Routes that change something and ask nobody: their paths.
    pub open_routes: Vec<Remark>,
    /// Texts of the source under the names that they are given.
    pub named_texts: Vec<NamedText>,
}

/// A place where a program listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// Where in the source.
    pub spot: Spot,
    /// The address, if one is given and known.
    pub address: Option<String>,
    /// Whether an address is given at all.
    pub given: bool,
}

impl Listen {
    /// Whether every interface is listened on, by what the source says.
    #[must_use]
    pub fn is_everywhere(&self) -> bool {
        self.address.as_deref().is_some_and(is_everywhere)
    }
}

/// Something remarkable at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What.
    pub what: String,
    /// Where.
    pub spot: Spot,
}

/// A text under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedText {
    /// The variable, property or parameter; empty if there is none.
    pub name: String,
    /// The text.
    pub text: String,
    /// Where it stands.
    pub spot: Spot,
}

/// Looks at all files.
pub(crate) fn serving(files: &[File]) -> Serving {
    let mut serving = Serving::default();
    serve::look(files, &mut serving);
    origin::look(files, &mut serving);
    session::look(files, &mut serving);
    verifier::look(files, &mut serving);
    token::look(files, &mut serving);
    serving
}

fn is_everywhere(address: &str) -> bool {
    let host = match address.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !host.ends_with(':') => host,
        _ => address,
    };
    matches!(host, "" | "0.0.0.0" | "::" | "[::]" | "*")
}

fn spot(file: &File, at: At) -> Spot {
    Spot { path: file.path.clone(), at }
}
