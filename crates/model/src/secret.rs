//! Values that must never be shown whole.

use std::fmt;

/// A secret value. It cannot be printed: `Debug` and `Display` show its length and last four characters only.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value that must not be shown.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the one place that must use it (starting a server, sending a header).
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Number of characters.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.chars().count()
    }

    /// True when the value is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How a secret is shown everywhere: length and the last four characters; a short one shows no character.
    #[must_use]
    pub fn shown(&self) -> String {
        let length = self.len();
        if length < 12 {
            return format!("{length} characters");
        }
        let tail: String =
            self.0.chars().skip(length - 4).map(|c| if c.is_ascii_graphic() { c } else { '?' }).collect();
        format!("{length} characters ending in {tail}")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.shown())
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints_more_than_its_last_four_characters() {
        let secret = Secret::new("canary-0123456789-abcd");
        assert_eq!(format!("{secret}"), "22 characters ending in abcd");
        assert_eq!(format!("{secret:?}"), "Secret(22 characters ending in abcd)");
        assert_eq!(format!("{}", Secret::new("short")), "5 characters");
    }
}
