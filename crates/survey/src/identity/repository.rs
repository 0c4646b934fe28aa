//! Addresses of repositories: `git@github.com:O/R.git`, `https://www.github.com/o/r/tree/main/sub/` and `github.com/O/R` are
//! one place.

use std::fmt;

/// Longer addresses are no addresses.
const LONGEST: usize = 2048;

/// A forge's repository, or a folder in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The forge, in lower case: `github.com`.
    pub forge: String,
    /// The account or group, in lower case; groups of groups are separated by slashes.
    pub owner: String,
    /// The repository, in lower case.
    pub name: String,
    /// The folder inside it, as it is spelt there; empty for the whole.
    pub folder: String,
}

/// First words of a path on GitHub that are no accounts.
const NO_ACCOUNTS: &[&str] = &[
    "about",
    "apps",
    "collections",
    "customer-stories",
    "enterprise",
    "explore",
    "features",
    "issues",
    "login",
    "marketplace",
    "new",
    "notifications",
    "orgs",
    "organizations",
    "pricing",
    "pulls",
    "search",
    "security",
    "settings",
    "site",
    "sponsors",
    "stars",
    "topics",
    "trending",
    "users",
];

impl Place {
    /// The place of an address, when it is one of a forge that is known: GitHub, GitLab, Bitbucket, Codeberg, Gitee,
    /// sourcehut, and hosts that call themselves `gitlab.…` or `git.…`.
    #[must_use]
    pub fn read(address: &str) -> Option<Self> {
        let (host, path) = split(address)?;
        let forge = forge(&host)?;
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (parts, folder) = cut(&forge, &parts);
        let (name, owners) = parts.split_last()?;
        let name = name.strip_suffix(".git").unwrap_or(name).to_lowercase();
        let owner = owners.join("/").to_lowercase();
        let plain = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~".contains(c));
        let known = !(forge == "github.com" && NO_ACCOUNTS.contains(&owner.as_str()));
        let whole = !owners.is_empty() && !name.is_empty() && known;
        (whole && plain(&name) && owners.iter().all(|part| plain(part))).then_some(Self {
            forge,
            owner,
            name,
            folder,
        })
    }

    /// The same repository without a folder.
    #[must_use]
    pub fn whole(&self) -> Self {
        Self { folder: String::new(), ..self.clone() }
    }

    /// The same repository with this folder inside it, when it has none of its own.
    #[must_use]
    pub fn with_folder(mut self, folder: Option<&str>) -> Self {
        let folder = folder.map(tidied).unwrap_or_default();
        if self.folder.is_empty() {
            self.folder = folder;
        }
        self
    }

    /// The address of the repository without its folder.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}/{}/{}", self.forge, self.owner, self.name)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}", self.forge, self.owner, self.name)?;
        if !self.folder.is_empty() {
            write!(formatter, "#{}", self.folder)?;
        }
        Ok(())
    }
}

/// Host, in lower case, and path of an address in any of the spellings of git.
fn split(address: &str) -> Option<(String, &str)> {
    let address = address.trim().trim_matches(['"', '\'', '<', '>', '`']);
    if address.len() > LONGEST {
        return None;
    }
    let address = address.strip_prefix("git+").unwrap_or(address);
    if let Some(path) = address.strip_prefix("github:") {
        return Some((String::from("github.com"), path));
    }
    let rest = match address.split_once("://") {
        Some(("http" | "https" | "git" | "ssh", rest)) => rest,
        Some(_) => return None,
        None => address,
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end)?;
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    // `git@host:owner/name` and `host:port`.
    let (host, path) = match authority.split_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => (host, path),
        Some((host, _)) => (host, rest.split_once(':').map_or(path, |(_, path)| path)),
        None => (authority, path),
    };
    host.contains('.').then(|| (host.to_ascii_lowercase(), path))
}

fn forge(host: &str) -> Option<String> {
    let host = host.strip_prefix("www.").unwrap_or(host);
    let known = matches!(
        host,
        "github.com" | "gitlab.com" | "bitbucket.org" | "codeberg.org" | "gitee.com" | "git.sr.ht" | "sr.ht"
    );
    (known || host.starts_with("gitlab.") || host.starts_with("git.")).then(|| host.to_owned())
}

/// The parts that name the repository, and the folder that the rest of the path leads to.
fn cut<'p>(forge: &str, parts: &[&'p str]) -> (Vec<&'p str>, String) {
    let depth = match forge {
        // Groups may hold groups; `-` ends them.
        _ if forge.contains("gitlab") => parts.iter().position(|part| *part == "-").unwrap_or(parts.len()),
        _ => parts.len().min(2),
    };
    let named = parts.get(..depth).unwrap_or_default().to_vec();
    let rest = parts.get(depth..).unwrap_or_default();
    let rest = rest.strip_prefix(&["-"]).unwrap_or(rest);
    let folder = match rest {
        ["tree" | "src", _branch, folder @ ..] => folder.join("/"),
        // A file stands for its folder; only names with a dot in them are files.
        ["blob" | "raw", _branch, folder @ .., file] if file.contains('.') => folder.join("/"),
        ["blob" | "raw", _branch, folder @ ..] => folder.join("/"),
        _ => String::new(),
    };
    (named, tidied(&folder))
}

/// A folder without what says nothing: slashes at its ends, `.` and empty parts.
fn tidied(folder: &str) -> String {
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(address: &str) -> String {
        Place::read(address).map_or_else(|| String::from("-"), |place| place.to_string())
    }

    #[test]
    fn all_spellings_of_a_repository_are_one_place() {
        for address in [
            "https://github.com/Ann/Tools",
            "http://www.github.com/ann/tools/",
            "git+https://github.com/ann/tools.git",
            "git@github.com:Ann/Tools.git",
            "ssh://git@github.com/ann/tools",
            "github:ann/tools",
            "github.com/ann/tools#readme",
            "https://github.com/ann/tools/issues/3",
            "https://user:word@github.com:443/ann/tools?tab=readme",
            " <https://github.com/ann/tools> ",
        ] {
            assert_eq!(shown(address), "github.com/ann/tools", "{address}");
        }
    }

    #[test]
    fn a_path_into_a_repository_is_its_folder() {
        for (address, place) in [
            ("https://github.com/ann/tools/tree/main/src/Time/", "github.com/ann/tools#src/Time"),
            ("https://github.com/ann/tools/blob/main/src/time", "github.com/ann/tools#src/time"),
            ("https://github.com/ann/tools/blob/main/src/time/README.md", "github.com/ann/tools#src/time"),
            ("https://github.com/ann/tools/blob/main/README.md", "github.com/ann/tools"),
            ("https://github.com/ann/tools/tree/main", "github.com/ann/tools"),
            ("https://gitlab.com/group/sub/tools/-/tree/main/x", "gitlab.com/group/sub/tools#x"),
        ] {
            assert_eq!(shown(address), place, "{address}");
        }
    }

    #[test]
    fn what_is_no_repository_is_none() {
        for address in [
            "",
            "https://github.com/ann",
            "https://github.com/topics/mcp",
            "https://github.com/orgs/ann",
            "https://example.com/ann/tools",
            "https://github.com/ann/\u{202e}tools",
            "https://github.com/ann/${name}",
            "ftp://github.com/ann/tools",
            "https://github.com.example.net/ann/tools",
            "https://ann.github.io/tools",
            &format!("https://github.com/ann/{}", "x".repeat(4000)),
        ] {
            assert_eq!(shown(address), "-", "{address}");
        }
    }
}
