//! What a user knows better about a tool's classes than its texts show.

use super::{Capabilities, Source, Why};

/// What a user says of one tool's classes. A class that is not named stays as it was inferred.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Correction {
    /// The server, as it is configured.
    pub server: String,
    /// The tool.
    pub tool: String,
    /// Whether it brings in text that an outsider wrote (EIT).
    pub ingests: Option<bool>,
    /// Whether it reads private data (PAT).
    pub reads_private: Option<bool>,
    /// Whether it makes data visible to an outsider (NAT).
    pub reaches_network: Option<bool>,
}

impl Correction {
    /// True when it is about this tool.
    #[must_use]
    pub fn is_about(&self, server: &str, tool: &str) -> bool {
        self.server == server && self.tool == tool
    }

    /// The classes as the user says they are. Words that showed a class stay its reason.
    pub fn apply(&self, capabilities: &mut Capabilities) {
        let classes = [
            (&mut capabilities.ingests, self.ingests, "ingests"),
            (&mut capabilities.reads_private, self.reads_private, "reads-private"),
            (&mut capabilities.reaches_network, self.reaches_network, "reaches-network"),
        ];
        for (class, said, name) in classes {
            match said {
                Some(true) => {
                    class.get_or_insert_with(|| Why { source: Source::User, words: name.to_owned() });
                }
                Some(false) => *class = None,
                None => {}
            }
        }
    }
}

/// Applies every correction that is about this tool, in their order.
pub fn correct(capabilities: &mut Capabilities, corrections: &[Correction], server: &str, tool: &str) {
    for correction in corrections.iter().filter(|correction| correction.is_about(server, tool)) {
        correction.apply(capabilities);
    }
}
