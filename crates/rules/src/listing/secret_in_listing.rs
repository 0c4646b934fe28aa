//! The example of a configuration holds a credential.

use portcullis_text::secret;

use crate::listed::ListingEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A token or key in the configuration that a listing shows as an example.
    ///
    /// ## Why it matters
    ///
    /// People paste their working configuration: the whole world can use what is in it until its owner takes it back (X04).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing mcp.so ann/tool config=GITHUB_TOKEN=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
    /// ```
    ///
    /// ```listing good
    /// listing mcp.so ann/tool config=GITHUB_TOKEN=<your-token>
    /// ```
    pub(crate) struct SecretInListing {
        id: "secret-in-listing",
        summary: "the example of a configuration holds a credential",
        severity: High,
        confidence: High,
        threats: [CredentialInListing],
        entry: Listing,
        remedy: "Take the credential back where it was given out; a listing that was changed is still in caches.",
        references: ["CWE-798", "CWE-312", "arXiv 2510.16558"],
        since: "0.1.0",
    }
}

impl Rule for SecretInListing {
    fn check_listing(&self, listing: &ListingEvidence<'_>, report: &mut Report<'_>) {
        for leak in listing.leaks {
            report
                .found(listing.at(&leak.field), format!("it tells everybody a credential: {}", leak.kind))
                .evidence(leak.shown.clone())
                .confidence(leak.confidence);
        }
        let Some(config) = &listing.listing.config else { return };
        for hit in secret::find(config) {
            let value = config.get(hit.span.start..hit.span.end).unwrap_or_default();
            report
                .found(listing.at("config"), format!("it tells everybody a credential: {}", hit.kind.id))
                .evidence(secret::shown(hit.kind, value))
                .confidence(hit.confidence);
        }
    }
}
