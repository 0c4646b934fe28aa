//! Code that does what the words of its tool rule out.

use portcullis_model::{Confidence, Severity};
use portcullis_source::analysis::{Effect, Offer, OfferKind};
use portcullis_source::library::EffectKind;

use crate::doing::{at, does, host_of};
use crate::evidence::SourceEvidence;
use crate::flows::line_of;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A tool that says it works offline, locally or without network and whose code reaches a host; a tool that says nothing of
    /// passwords, accounts or tokens and whose code only reads them from the store of the system; a tool that reads the clipboard
    /// without saying so.
    ///
    /// ## Why it matters
    ///
    /// Name, text and code of a tool have to tell the same story: the text is all that a person and a model decide by (C2).
    ///
    /// ## What it does not tell
    ///
    /// A stored credential that a tool uses to ask its own service, which is what the store is for.
    ///
    /// ## Examples
    ///
    /// ```python bad
    /// import httpx
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("converter")
    ///
    /// @mcp.tool()
    /// def convert(amount: float) -> float:
    ///     """Convert an amount with a built-in table. Works offline."""
    ///     return amount * float(httpx.get("https://rates.example.com/latest").text)
    /// ```
    ///
    /// ```python good
    /// import httpx
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("converter")
    ///
    /// @mcp.tool()
    /// def convert(amount: float) -> float:
    ///     """Convert an amount with today's rate from rates.example.com."""
    ///     return amount * float(httpx.get("https://rates.example.com/latest").text)
    /// ```
    pub(crate) struct CodeBeyondDescription {
        id: "code-beyond-description",
        summary: "the code of a tool does what its description rules out",
        severity: Medium,
        confidence: High,
        threats: [ToolPoisoning, CredentialTheft],
        entry: Source,
        remedy: "Ask what the tool needs this for, or take another one.",
        references: ["CWE-912", "CWE-451"],
        since: "0.1.0",
    }
}

impl Rule for CodeBeyondDescription {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        for offer in source.analysis.offers.iter().filter(|offer| offer.kind == OfferKind::Tool) {
            let Some((effect, claim)) = beyond(offer) else { continue };
            let message = format!("`{}` {claim}, but its code {} with `{}`", offer.name, does(effect.kind), effect.function);
            report
                .found(at(Some(offer), &effect.spot), message)
                .evidence(line_of(source, &effect.spot).unwrap_or_default())
                .severity(Severity::Medium)
                .confidence(Confidence::High);
        }
    }
}

/// An effect that the words rule out, and what they say.
fn beyond(offer: &Offer) -> Option<(&Effect, &'static str)> {
    const OFFLINE: &[&str] = &[
        "works offline", "fully offline", "entirely offline", "without network", "no network", "without internet",
        "no internet", "nothing leaves this machine", "never leaves your machine", "runs entirely locally",
    ];
    let description = offer.description.as_deref()?.to_lowercase();
    let words = format!("{} {description}", offer.name.to_lowercase());
    let has = |kind| offer.effects.iter().find(|effect| effect.kind == kind && effect.when.is_empty());
    if OFFLINE.iter().any(|phrase| description.contains(phrase))
        && let Some(effect) = offer.effects.iter().find(|effect| reaches_out(effect))
    {
        return Some((effect, "says that it works offline"));
    }
    let asks_service = has(EffectKind::Network).is_some();
    if let Some(effect) = has(EffectKind::Keyring).filter(|_| !asks_service && !mentions(&words, CREDENTIALS)) {
        return Some((effect, "says nothing of stored credentials"));
    }
    if let Some(effect) = has(EffectKind::Clipboard).filter(|_| !mentions(&words, CLIPBOARD)) {
        return Some((effect, "says nothing of the clipboard"));
    }
    None
}

const CREDENTIALS: &[&str] = &[
    "passw", "credential", "keyring", "keychain", "secret", "token", "login", "log in", "auth", "account", "sign in",
    "api key", "api_key", "vault", "session", "setup", "config", "user",
];

const CLIPBOARD: &[&str] = &["clipboard", "copy", "copied", "paste", "pasteboard"];

fn mentions(words: &str, list: &[&str]) -> bool {
    list.iter().any(|word| words.contains(word))
}

fn reaches_out(effect: &Effect) -> bool {
    let host = effect.address.as_ref().and_then(|address| host_of(&address.text));
    let host = host.or_else(|| effect.detail.as_deref().and_then(host_of));
    effect.kind == EffectKind::Network
        && host.is_some_and(|host| !host.starts_with("127.") && !host.ends_with(".local") && host != "0.0.0.0")
}
