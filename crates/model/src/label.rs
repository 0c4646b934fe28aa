//! Labels of data: how far a value can be trusted, and who may see it.

use std::fmt;

/// Who could have written a value. Ordered from trusted to not: a mix is as trusted as its least trusted part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Integrity {
    /// The person, the host's configuration, or a server's own code.
    #[default]
    Trusted,
    /// Somebody outside: the writer of a mail, an issue, a web page, a shared document.
    Outside,
}

/// Who may see a value. Ordered from everybody to nobody: a mix is as confidential as its most confidential part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Confidentiality {
    /// Everybody.
    #[default]
    Public,
    /// The person and those they work with.
    Private,
    /// A credential or another secret.
    Secret,
}

/// Both labels of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Label {
    /// How far it can be trusted.
    pub integrity: Integrity,
    /// Who may see it.
    pub confidentiality: Confidentiality,
}

impl Label {
    /// The label of something made of both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            integrity: self.integrity.max(other.integrity),
            confidentiality: self.confidentiality.max(other.confidentiality),
        }
    }
}

impl Integrity {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::Outside => "outside",
        }
    }
}

impl Confidentiality {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Secret => "secret",
        }
    }
}

impl fmt::Display for Integrity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Confidentiality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_is_as_untrusted_and_as_confidential_as_its_worst_part() {
        let mail = Label { integrity: Integrity::Outside, confidentiality: Confidentiality::Private };
        let key = Label { integrity: Integrity::Trusted, confidentiality: Confidentiality::Secret };
        let both = Label { integrity: Integrity::Outside, confidentiality: Confidentiality::Secret };
        assert_eq!(mail.join(key), both);
        assert_eq!(key.join(mail), both);
    }
}
