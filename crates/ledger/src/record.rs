//! What one record says. There is no room in it for an argument or a result, except where the user wants messages.

use std::borrow::Cow;
use std::fmt;

use portcullis_model::scale::UnknownWord;
use portcullis_model::{Label, Threat, Verdict};
use portcullis_wire::envelope::{Id, Kind};
use sha2::{Digest, Sha256};

/// One thing that happened, and what was decided.
///
/// Texts from outside are made harmless by the ledger when they are written: secrets redacted, control characters
/// spelt out, at most 256 characters (a note 512).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// What kind of thing happened.
    pub event: Event,
    /// The conversation it belongs to.
    pub session: Option<String>,
    /// Who acts.
    pub principal: Option<String>,
    /// The server, by the name that we gave it.
    pub server: Option<String>,
    /// Which way the message went.
    pub direction: Option<Direction>,
    /// What kind of message it is.
    pub kind: Option<Kind>,
    /// The method of a request or a notification.
    pub method: Option<String>,
    /// The tool that is called.
    pub tool: Option<String>,
    /// The id of the request.
    pub request: Option<Id>,
    /// Digest and size of the message.
    pub digest: Option<MessageDigest>,
    /// Its labels.
    pub label: Option<Label>,
    /// The capability classes of the tool.
    pub capabilities: Vec<Cow<'static, str>>,
    /// What was decided.
    pub verdict: Verdict,
    /// Why.
    pub reasons: Vec<Reason>,
    /// The rules that found something, whether or not it decided.
    pub findings: Vec<Cow<'static, str>>,
    /// The id under which a person finds the decision.
    pub decision: Option<String>,
    /// Digest of the policy revision that decided.
    pub policy: Option<String>,
    /// Digest of the pin of the tool or the server.
    pub pin: Option<String>,
    /// Whose approval let it pass.
    pub approval: Option<Approval>,
    /// How long the decision took, in microseconds.
    pub latency_us: Option<u64>,
    /// A word about it, such as why a policy file was refused. Never a part of a message.
    pub note: Option<String>,
    /// The message itself. It is written only with [`Options::content`](crate::Options::content), and redacted.
    pub message: Option<Vec<u8>>,
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// The word used in every format.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord { expected: concat!($($word, " "),+) }),
                }
            }
        }
    };
}

words! {
    /// What kind of thing happened.
    #[derive(Default)]
    Event {
        /// A message came and was decided upon.
        #[default]
        Message = "message",
        /// A session began.
        SessionBegan = "session-began",
        /// A session ended.
        SessionEnded = "session-ended",
        /// A server was started or connected, left or failed.
        Server = "server",
        /// A pin was made, or something did not match one.
        Pin = "pin",
        /// A person was asked, answered, or did not answer.
        Approval = "approval",
        /// A policy was loaded, or refused.
        Policy = "policy",
    }
}

words! {
    /// Which way a message goes.
    Direction {
        /// From the client to the server.
        ToServer = "to-server",
        /// From the server to the client.
        ToClient = "to-client",
    }
}

/// Who speaks for or against something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ruling {
    /// A detection rule, by its id.
    Rule(Cow<'static, str>),
    /// A policy, by its id.
    Policy(Cow<'static, str>),
}

impl Ruling {
    /// The id, of whichever kind.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Rule(id) | Self::Policy(id) => id,
        }
    }
}

/// Why something was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The rule or policy.
    pub by: Ruling,
    /// The threats that it stands against.
    pub threats: Vec<Threat>,
}

/// The approval of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Its id.
    pub id: String,
    /// Who gave it.
    pub by: String,
}

/// What stands for a message: its digest and its size.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MessageDigest {
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// How many bytes it has.
    pub bytes: u64,
}

impl MessageDigest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self { sha256: Sha256::digest(bytes).into(), bytes: bytes.len() as u64 }
    }
}

impl fmt::Debug for MessageDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", crate::chain::Hash(self.sha256), self.bytes)
    }
}
