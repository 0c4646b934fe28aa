//! Names that must not be mixed up with other strings.

use std::fmt;

macro_rules! static_name {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub &'static str);

        impl $name {
            /// The name as written in every format.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.0)
            }
        }
    };
}

static_name! {
    /// A rule's stable name, such as `hidden-unicode-tags`. Never reused for another meaning.
    RuleId
}

static_name! {
    /// A host program's stable name, such as `cursor` or `claude-desktop`.
    HostId
}
