//! What is kept of a listing: texts of bounded length without secrets.

use portcullis_model::Confidence;
use portcullis_model::listing::Listing;
use portcullis_text::secret;

/// Longest name of a registry or a listing, in bytes. A longer one is no name.
const LONGEST_NAME: usize = 512;
/// Longest title, version, publisher, name of a package or a tool.
const LONGEST_LINE: usize = 512;
/// Longest address.
const LONGEST_ADDRESS: usize = 2048;
/// Longest description.
const LONGEST_DESCRIPTION: usize = 4096;
/// Longest example of a configuration.
const LONGEST_CONFIG: usize = 16 << 10;
/// A text is searched so much further than it is kept: a secret that would be cut is blanked whole.
const SEARCHED: usize = 1024;
/// Most packages and remotes of one listing.
const MOST_THINGS: usize = 64;
/// Most tools of one listing.
const MOST_TOOLS: usize = 1024;

/// A secret that a listing tells everybody. It holds no more of it than its last four characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// Where it stands: `config`, `description`, `title`, `remote`, `repository`, `page`.
    pub field: &'static str,
    /// What it is for, such as `github-personal-token`.
    pub kind: &'static str,
    /// How sure it is one.
    pub confidence: Confidence,
    /// Length and last four characters.
    pub shown: String,
}

/// A listing as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounded {
    /// The listing.
    pub listing: Listing,
    /// The secrets that were blanked in it.
    pub leaks: Vec<Leak>,
    /// What it names more of than is kept.
    pub left_out: Option<String>,
}

/// The listing as it is kept.
///
/// # Errors
/// It has no name, or one that nobody has: it can not be kept.
pub fn bounded(mut listing: Listing) -> Result<Bounded, String> {
    for (what, text) in [("name", &listing.name), ("registry", &listing.registry)] {
        if text.trim().is_empty() {
            return Err(format!("it has no {what}"));
        }
        if text.len() > LONGEST_NAME {
            return Err(format!("its {what} has {} bytes; at most {LONGEST_NAME} are read", text.len()));
        }
    }
    let mut leaks = Vec::new();
    let mut keep = |text: &mut Option<String>, field, most| {
        if let Some(kept) = text {
            clean(kept, field, most, &mut leaks);
            if kept.is_empty() {
                *text = None;
            }
        }
    };
    keep(&mut listing.title, "title", LONGEST_LINE);
    keep(&mut listing.description, "description", LONGEST_DESCRIPTION);
    keep(&mut listing.page, "page", LONGEST_ADDRESS);
    keep(&mut listing.publisher, "publisher", LONGEST_LINE);
    keep(&mut listing.config, "config", LONGEST_CONFIG);
    keep(&mut listing.status, "status", LONGEST_LINE);
    keep(&mut listing.version, "version", LONGEST_LINE);
    keep(&mut listing.language, "language", LONGEST_LINE);
    if let Some(repository) = &mut listing.repository {
        clean(&mut repository.url, "repository", LONGEST_ADDRESS, &mut leaks);
        if let Some(folder) = &mut repository.subfolder {
            clean(folder, "repository", LONGEST_ADDRESS, &mut leaks);
        }
    }
    listing.repository = listing.repository.filter(|repository| !repository.url.is_empty());
    for remote in &mut listing.remotes {
        clean(remote, "remote", LONGEST_ADDRESS, &mut leaks);
    }
    for package in &mut listing.packages {
        for text in [&mut package.kind, &mut package.name] {
            shorten(text, LONGEST_LINE);
        }
        for text in [&mut package.version, &mut package.digest].into_iter().flatten() {
            shorten(text, LONGEST_LINE);
        }
    }
    listing.tools.iter_mut().for_each(|tool| shorten(tool, LONGEST_LINE));
    listing.packages.retain(|package| !package.name.is_empty() && !package.kind.is_empty());
    listing.remotes.retain(|remote| !remote.is_empty());
    listing.tools.retain(|tool| !tool.is_empty());
    let counts = [
        ("packages", listing.packages.len(), MOST_THINGS),
        ("remotes", listing.remotes.len(), MOST_THINGS),
        ("tools", listing.tools.len(), MOST_TOOLS),
    ];
    let more = counts.iter().filter(|(_, count, most)| count > most);
    let more: Vec<String> =
        more.map(|(what, count, most)| format!("{count} {what}, of which {most} are kept")).collect();
    let left_out = (!more.is_empty()).then(|| format!("it names {}", more.join("; ")));
    listing.packages.truncate(MOST_THINGS);
    listing.remotes.truncate(MOST_THINGS);
    listing.tools.truncate(MOST_TOOLS);
    listing.packages.sort_by(|one, other| (&one.kind, &one.name).cmp(&(&other.kind, &other.name)));
    listing.packages.dedup_by(|one, other| one.kind == other.kind && one.name == other.name);
    for texts in [&mut listing.remotes, &mut listing.tools] {
        texts.sort_unstable();
        texts.dedup();
    }
    Ok(Bounded { listing, leaks, left_out })
}

/// Cuts a text and blanks the secrets in it. What is searched is bounded, too.
fn clean(text: &mut String, field: &'static str, most: usize, leaks: &mut Vec<Leak>) {
    shorten(text, most + SEARCHED);
    for hit in secret::find(text) {
        let value = text.get(hit.span.start..hit.span.end).unwrap_or_default();
        let shown = portcullis_model::Secret::new(value).shown();
        leaks.push(Leak { field, kind: hit.kind.id, confidence: hit.confidence, shown: shown.to_string() });
    }
    if let std::borrow::Cow::Owned(redacted) = secret::redact(text) {
        *text = redacted;
    }
    shorten(text, most);
}

/// Cuts a text at a character's end; white space around it goes.
pub(crate) fn shorten(text: &mut String, most: usize) {
    let trimmed = text.trim();
    if trimmed.len() != text.len() {
        *text = trimmed.to_owned();
    }
    if text.len() > most {
        let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text.truncate(end);
        text.push('…');
    }
}
