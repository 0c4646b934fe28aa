//! One conversation of one principal.

/// On whose behalf messages are sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Principal {
    /// Who says so: `local` for the person at this machine, else the issuer of the token.
    pub issuer: Box<str>,
    /// Who it is, in the issuer's words.
    pub subject: Box<str>,
}

/// A conversation: what was asked, what came back, what the tools are. Messages of one conversation are judged one at
/// a time, in the order in which they are handed over.
#[derive(Debug)]
pub struct Session {
    /// Whose it is.
    pub principal: Principal,
}
