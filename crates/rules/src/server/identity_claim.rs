//! A server that calls itself by another's name.

use portcullis_model::{Audience, Confidence, Node, Severity};
use portcullis_supply::lists::{Brand, Mention, brands};

use crate::capability::words::Words;
use crate::evidence::ServerEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A server whose own name or title (`serverInfo`) speaks of one brand while it was configured, or names itself, as
    /// another's; and a server that calls itself official with a website that is not the brand's.
    ///
    /// ## Why it matters
    ///
    /// Hosts show the title. `GitHub (official)` on a server that somebody else wrote takes the token that the real one
    /// would have been given.
    ///
    /// ## Examples
    ///
    /// ```json bad
    /// {"server": "slack", "serverInfo": {"name": "slack", "title": "GitHub", "version": "1.0"},
    ///  "tools": [{"name": "list", "inputSchema": {"type": "object"}}]}
    /// ```
    ///
    /// ```json bad
    /// {"server": "github", "serverInfo": {"name": "github", "title": "Official GitHub server", "version": "1.0",
    ///  "websiteUrl": "https://github-tools.example/mcp"}, "tools": [{"name": "list", "inputSchema": {"type": "object"}}]}
    /// ```
    ///
    /// ```json good
    /// {"server": "github", "serverInfo": {"name": "github-mcp-server", "title": "GitHub MCP Server", "version": "1.0"},
    ///  "tools": [{"name": "list", "inputSchema": {"type": "object"}}]}
    /// ```
    ///
    /// ```json good
    /// {"server": "work", "serverInfo": {"name": "slack-github-bridge", "title": "Slack to GitHub", "version": "1.0"},
    ///  "tools": [{"name": "list", "inputSchema": {"type": "object"}}]}
    /// ```
    pub(crate) struct IdentityClaim {
        id: "identity-claim",
        summary: "a server calls itself by another's name",
        severity: Medium,
        confidence: Medium,
        threats: [NamespaceTyposquatting, WrongProvider],
        entry: Server,
        remedy: "Find out who publishes the server before you give it a token.",
        references: ["CWE-290", "CWE-451"],
        since: "0.1.0",
    }
}

impl Rule for IdentityClaim {
    fn check_server(&self, server: &ServerEvidence<'_>, report: &mut Report<'_>) {
        let Some(info) = server.surface.rest.iter().find(|entry| &*entry.key == "serverInfo") else { return };
        let field = |key: &str| info.node.get_text(key).unwrap_or_default();
        let (title, own_name) = (field("title"), field("name"));
        let shown = if title.is_empty() { own_name } else { title };
        let shown_as = Named::of(shown);
        let Some(claimed) = shown_as.distinct_brand() else { return };
        let place = || {
            let key = if title.is_empty() { "name" } else { "title" };
            let span = info.node.get(key).map_or(info.node.span, |node: &Node| node.span);
            server.subject.at(&portcullis_model::Pointer::of(&["serverInfo", key]), span)
        };
        for known_as in [&*server.surface.server, own_name] {
            let named = Named::of(known_as);
            if let Some(other) = named.distinct_brand()
                && other.key != claimed.key
                && !named.mentions(claimed)
                && !shown_as.mentions(other)
            {
                report
                    .found(place(), format!("the server `{known_as}` calls itself `{shown}`"))
                    .evidence(format!("{known_as}: {shown}"));
                return;
            }
        }
        let is_official = shown_as.0.iter().any(|words| words.contains("official"));
        let website = field("websiteUrl");
        if is_official && !website.is_empty() && !is_at(website, claimed) {
            report
                .found(place(), format!("`{shown}` is not at a domain of {}: `{website}`", claimed.title))
                .evidence(website);
        } else if is_official && website.is_empty() {
            report
                .found(place(), format!("`{shown}` says that it is official and nothing shows it"))
                .severity(Severity::Low)
                .confidence(Confidence::Low)
                .audience(Audience::Pedantic);
        }
    }
}

/// Bytes of a title that are read.
const MOST: usize = 200;

/// The words of a name, as prose and with its humps split.
struct Named([Words; 2]);

impl Named {
    fn of(name: &str) -> Self {
        let end = name.char_indices().nth(MOST).map_or(name.len(), |(end, _)| end);
        Self([Words::of_prose(name, MOST), Words::of_name(name.get(..end).unwrap_or_default())])
    }

    fn mentions(&self, brand: &Brand) -> bool {
        self.0.iter().any(|words| words.iter().any(|word| brand.tokens.contains(&word)))
    }

    /// The one brand that it speaks of without doubt; none when it speaks of several.
    fn distinct_brand(&self) -> Option<&'static Brand> {
        let mut found = brands().iter().filter(|brand| brand.mention == Mention::Distinct && self.mentions(brand));
        let brand = found.next()?;
        found.next().is_none().then_some(brand)
    }
}

/// True when an address is at one of the brand's domains or at the brand's account of a code host.
fn is_at(address: &str, brand: &Brand) -> bool {
    let after_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    let (host, path) = after_scheme.split_once('/').unwrap_or((after_scheme, ""));
    let host = host.rsplit('@').next().unwrap_or(host).split(':').next().unwrap_or_default().to_lowercase();
    let owner = path.split('/').next().unwrap_or_default().to_lowercase();
    let on_code_host = matches!(&*host, "github.com" | "gitlab.com");
    if on_code_host {
        return brand.namespaces.contains(&&*owner);
    }
    brand.domains.iter().any(|domain| host == *domain || host.ends_with(&format!(".{domain}")))
}
