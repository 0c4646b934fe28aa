//! One question and one answer.

use portcullis_model::{Moment, Node, Secret};
use portcullis_wire::json::{self, Dialect, Limits};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET` or `HEAD`.
    pub(crate) method: &'static str,
    /// The address.
    pub(crate) url: String,
    /// The media types that are wanted.
    pub(crate) accept: String,
    /// The whole value of the header that says who asks. It goes to the host of this address only and is never recorded.
    pub(crate) authorization: Option<Secret>,
    /// True for an address that the user's settings name. Others must lie on the public network.
    pub(crate) is_trusted: bool,
    /// The most bytes of an answer.
    pub(crate) most: usize,
    /// True for a page, which robots.txt has a say in.
    pub(crate) is_page: bool,
}

impl Request {
    /// Asks a service that the settings name.
    #[must_use]
    pub fn service(url: impl Into<String>) -> Self {
        Self {
            method: "GET",
            url: url.into(),
            accept: String::from("application/json"),
            authorization: None,
            is_trusted: true,
            most: 32 << 20,
            is_page: false,
        }
    }

    /// Asks a host that a listing names: only on the public network, and little of it.
    #[must_use]
    pub fn stranger(url: impl Into<String>) -> Self {
        Self { is_trusted: false, most: 1 << 20, accept: String::from("*/*"), ..Self::service(url) }
    }

    /// With these media types.
    #[must_use]
    pub fn accepting(self, accept: &str) -> Self {
        Self { accept: accept.to_owned(), ..self }
    }

    /// With this value of the header `Authorization`.
    #[must_use]
    pub fn known_as(self, authorization: Option<Secret>) -> Self {
        Self { authorization, ..self }
    }

    /// As a page: robots.txt is obeyed.
    #[must_use]
    pub fn page(self) -> Self {
        Self { is_page: true, ..self }
    }

    /// Of at most so many bytes.
    #[must_use]
    pub fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// Only the head of the answer.
    #[must_use]
    pub(crate) fn head(self) -> Self {
        Self { method: "HEAD", ..self }
    }

    /// What it is filed under: method, address and media types.
    pub(crate) fn key(&self) -> String {
        format!("{} {} {}", self.method, self.url, self.accept)
    }
}

/// What was heard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// When.
    pub seen: Moment,
    /// The status of the answer; none when there was no whole answer.
    pub status: Option<u16>,
    /// The headers that anything is made of, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Why there is no whole answer, or it can not be used.
    pub trouble: Option<String>,
    /// True when the host said that nothing changed since the last time.
    pub is_unchanged: bool,
}

impl Reply {
    /// No answer, and why.
    pub(crate) fn trouble(seen: Moment, why: impl Into<String>) -> Self {
        Self { seen, trouble: Some(why.into()), ..Self::default() }
    }

    /// True for this status with a whole answer.
    #[must_use]
    pub fn is(&self, status: u16) -> bool {
        self.status == Some(status) && self.trouble.is_none()
    }

    /// The host says that there is nothing.
    pub(crate) fn is_nothing(&self) -> bool {
        self.is(404) || self.is(410)
    }

    /// A header by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; none when it is not.
    #[must_use]
    pub fn json(&self) -> Option<Node> {
        let limits = Limits { bytes: 64 << 20, ..Limits::default() };
        json::read(&self.body, Dialect::Jsonc, &limits).ok().map(|document| document.root)
    }

    /// The body as far as it is a text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Why nothing follows from it, in a few words.
    #[must_use]
    pub fn why(&self) -> String {
        match (&self.trouble, self.status) {
            (Some(trouble), _) => trouble.clone(),
            (None, Some(status)) => format!("status {status}"),
            (None, None) => String::from("no answer"),
        }
    }
}
