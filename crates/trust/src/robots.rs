//! robots.txt (RFC 9309): what the host asks programs to leave alone.

use std::time::Duration;

/// The name we go by in it.
const NAME: &str = "portcullis";
/// No more of it is read: 500 KiB, as the RFC asks at least.
pub(crate) const MOST: usize = 500 << 10;

/// What one host asks of us.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Robots {
    /// Pattern and whether it allows.
    rules: Vec<(String, bool)>,
    /// Time between two requests.
    pub(crate) delay: Option<Duration>,
}

impl Robots {
    /// Nothing is allowed: the host could not be asked.
    pub(crate) fn closed() -> Self {
        Self { rules: vec![(String::from("/"), false)], delay: None }
    }

    /// Reads the groups that name us; without one, the groups for everybody.
    pub(crate) fn read(text: &str) -> Self {
        let mut ours: Option<Self> = None;
        let mut everybodys = Self::default();
        // The agents of the group that is being read, and whether its rules have begun.
        let (mut is_ours, mut is_everybodys, mut has_rules) = (false, false, false);
        for line in text.trim_start_matches('\u{feff}').lines().take(20_000) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            if key == "user-agent" {
                if has_rules {
                    (is_ours, is_everybodys, has_rules) = (false, false, false);
                }
                is_ours |= value.to_ascii_lowercase().starts_with(NAME);
                is_everybodys |= value == "*";
                if is_ours {
                    ours.get_or_insert_default();
                }
                continue;
            }
            has_rules = true;
            let mut to: Vec<&mut Self> = Vec::new();
            if is_ours {
                to.extend(ours.as_mut());
            }
            if is_everybodys {
                to.push(&mut everybodys);
            }
            for group in to {
                group.take(&key, value);
            }
        }
        ours.unwrap_or(everybodys)
    }

    fn take(&mut self, key: &str, value: &str) {
        match key {
            "allow" | "disallow" if !value.is_empty() && value.len() <= 2048 => {
                self.rules.push((value.to_owned(), key == "allow"));
            }
            "crawl-delay" => {
                let seconds = value.parse::<f64>().ok().filter(|seconds| (0.0..=60.0).contains(seconds));
                self.delay = seconds.map(Duration::from_secs_f64).or(self.delay);
            }
            _ => {}
        }
    }

    /// Whether a path with its query may be asked for. The longest pattern that fits decides, and of two the kinder.
    pub(crate) fn allows(&self, path: &str) -> bool {
        let fitting = self.rules.iter().filter(|(pattern, _)| fits(pattern, path));
        fitting.max_by_key(|(pattern, allows)| (pattern.len(), *allows)).is_none_or(|(_, allows)| *allows)
    }
}

/// `*` stands for anything, `$` at the end for the end. Each part is looked for once, from left to right.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, is_whole) = pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return !is_whole || rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() && is_whole {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_pattern_that_fits_decides() {
        let robots = Robots::read(
            "User-agent: *\nDisallow: /private\nAllow: /private/open\nDisallow: /*.zip$\nDisallow: /a*b*c\nCrawl-delay: 2\n",
        );
        for (path, expected) in [
            ("/", true),
            ("/private/x", false),
            ("/private/open/x", true),
            ("/x.zip", false),
            ("/x.zip?y", true),
            ("/a-b-c", false),
            ("/a-c-b", true),
        ] {
            assert_eq!(robots.allows(path), expected, "{path}");
        }
        assert_eq!(robots.delay, Some(Duration::from_secs(2)));
    }

    #[test]
    fn a_group_that_names_us_goes_before_the_one_for_everybody() {
        let text = "User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: Portcullis\nDisallow: /x\n";
        let robots = Robots::read(text);
        assert!(robots.allows("/y") && !robots.allows("/x"));
        let robots = Robots::read("User-agent: portcullis\n\nUser-agent: *\nDisallow: /\n");
        assert!(!robots.allows("/"), "agents in a row share a group");
        assert!(Robots::read("<html>not found</html>").allows("/"));
        assert!(!Robots::closed().allows("/x"));
    }
}
