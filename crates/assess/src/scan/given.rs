//! Secrets that a server is given: what it says back, and what is said about it, shows none of them.

use portcullis_model::{Finding, Secret};
use portcullis_probe::{LaunchPlan, Way};
use portcullis_text::secret;

/// Shorter values are words such as `true` or `debug`, which stand in honest texts.
const SHORTEST: usize = 8;

/// The values that a plan hands to its server.
pub(super) struct Given(Vec<Secret>);

impl Given {
    /// Everything of `plan` that may be a secret: values of variables that are not among the `base` that every server
    /// gets, values of headers, and what looks like a secret in arguments or the address.
    pub(super) fn of(plan: &LaunchPlan, base: &[(String, Secret)]) -> Self {
        let mut secrets = Vec::new();
        let found = |text: &str| -> Vec<Secret> {
            let hits = secret::find(text);
            hits.iter().filter_map(|hit| text.get(hit.span.start..hit.span.end)).map(Secret::new).collect()
        };
        match &plan.way {
            Way::Start(start) => {
                let own = start.environment.iter().filter(|variable| !base.contains(variable));
                secrets.extend(own.map(|(_, value)| value.clone()));
                secrets.extend(found(&start.arguments.join("\n")));
            }
            Way::Contact(contact) => {
                for (_, value) in &contact.headers {
                    secrets.extend(value.expose().split_whitespace().map(Secret::new));
                }
                secrets.extend(found(&contact.url));
            }
        }
        secrets.retain(|value| value.len() >= SHORTEST);
        // A value that holds another goes first.
        secrets.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Self(secrets)
    }

    /// The text with every given value replaced by its length and last four characters.
    pub(super) fn hidden(&self, text: &str) -> String {
        let hide = |text: String, value: &Secret| {
            if text.contains(value.expose()) {
                text.replace(value.expose(), &format!("‹{value}›"))
            } else {
                text
            }
        };
        self.0.iter().fold(secret::redact(text).into_owned(), hide)
    }

    /// The same for what findings show.
    pub(super) fn hide(&self, findings: &mut [Finding]) {
        for finding in findings {
            finding.message = self.hidden(&finding.message);
            finding.evidence = finding.evidence.as_deref().map(|evidence| self.hidden(evidence));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_values_are_hidden_and_everyday_words_stay() {
        let value = |name: &str, value: &str| (name.to_owned(), Secret::new(value));
        let base = [value("PATH", "/usr/local/bin")];
        let own = vec![value("KEY", "correct-horse-battery"), value("MODE", "debug")];
        let plan = LaunchPlan::start("a", "/bin/sh", Vec::new(), base.to_vec(), own, None).unwrap();
        let said = "debug: /usr/local/bin, key correct-horse-battery is wrong";
        let shown = "debug: /usr/local/bin, key ‹21 characters ending in tery› is wrong";
        assert_eq!(Given::of(&plan, &base).hidden(said), shown);
    }
}
