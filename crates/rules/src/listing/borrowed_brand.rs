//! A listing that speaks for a well-known brand, which publishes it not.

use portcullis_model::{Audience, Confidence, Listing, Severity};
use portcullis_supply::brand::{BrandClaim, Origin, Published, Strength};
use portcullis_supply::ownership::{forge_of, host_of};
use portcullis_supply::{Ecosystem, brand_claims};

use crate::listed::ListingEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A listing that says it is a well-known brand's own (`official`, `by …`), while neither publisher, repository, package nor address
    /// is the brand's. A publisher that bears the brand's name, and a name that is just the brand's, as honest servers by others have
    /// every day, are told with `--audience pedantic`.
    ///
    /// ## Why it matters
    ///
    /// People give a server the keys of the product that it is named after. Whoever speaks for the brand gets them (T01).
    ///
    /// ## Examples
    ///
    /// ```listing bad
    /// listing npm @eve/stripe-official publisher=eve
    /// ```
    ///
    /// ```listing bad
    /// listing mcp.so paypal-official repository=https://github.com/eve/mcp
    /// ```
    ///
    /// ```listing good
    /// listing npm @stripe/mcp publisher=stripe
    /// ```
    ///
    /// ```listing good
    /// listing mcp.so stripe-official publisher=eve repository=https://github.com/stripe/agent-toolkit
    /// ```
    ///
    /// ```listing good
    /// listing mcp.so official-stripe publisher=eve remote=https://mcp.stripe.com/
    /// ```
    ///
    /// ```listing good
    /// listing mcp.so io.github.eve/weather publisher=eve
    /// ```
    ///
    /// ```listing good
    /// listing npm @eve/weather-official publisher=eve
    /// ```
    pub(crate) struct BorrowedBrand {
        id: "borrowed-brand",
        summary: "it speaks for a brand that does not publish it",
        severity: Medium,
        confidence: Medium,
        threats: [NamespaceTyposquatting],
        entry: Listing,
        remedy: "Take the brand's own server: look it up on the brand's pages.",
        references: ["CWE-290", "arXiv 2503.23278"],
        since: "0.1.0",
    }
}

impl Rule for BorrowedBrand {
    fn check_listing(&self, evidence: &ListingEvidence<'_>, report: &mut Report<'_>) {
        let listing = evidence.listing;
        // An address says nothing of its own, and what has spaces is a title.
        let name = if listing.is_named_by_address() || listing.name.contains(' ') { "" } else { &listing.name };
        let owner = listing.repository.as_ref().and_then(|repository| forge_of(&repository.url));
        let owner = owner.as_ref().map(|forge| forge.owner.as_str());
        let published = Published {
            ecosystem: Ecosystem::of_listing(&listing.registry, name),
            name,
            title: listing.title.as_deref(),
            publisher: owner.or(listing.publisher.as_deref()),
        };
        let claims = brand_claims(&published);
        let foreign = claims.iter().filter(|claim| claim.origin == Origin::Other && !is_of_brand(claim, listing));
        let Some(claim) = foreign.max_by_key(|claim| claim.strength) else { return };
        if claim.strength == Strength::Mention {
            return;
        }
        let member = if name.is_empty() { "title" } else { "name" };
        let draft = report.found(evidence.at(member), claim.explanation.clone()).evidence(claim.brand.title);
        if claim.strength != Strength::Official {
            draft.severity(Severity::Low).confidence(Confidence::Low).audience(Audience::Pedantic);
        }
    }
}

/// Whether anything that the listing leads to is the brand's.
fn is_of_brand(claim: &BrandClaim, listing: &Listing) -> bool {
    let brand = claim.brand;
    let is_account = |account: &str| {
        brand.namespaces.contains(&account.trim_start_matches('@').to_lowercase().as_str())
    };
    let is_site = |address: &str| {
        host_of(address).is_some_and(|host| {
            let name = host.name.as_str();
            brand.domains.iter().any(|domain| {
                name.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
            })
        })
    };
    let links = listing.repository.iter().map(|repository| repository.url.as_str());
    let mut links = links.chain(listing.remotes.iter().map(String::as_str)).chain(listing.page.as_deref());
    // What lies on a forge belongs to its account, also where the forge is a brand.
    let is_own = |link: &str| match forge_of(link) {
        Some(forge) => is_account(&forge.owner),
        None => is_site(link),
    };
    listing.publisher.as_deref().is_some_and(is_account)
        || links.any(is_own)
        || listing.packages.iter().filter_map(|package| package.name.split_once('/')).any(|(scope, _)| is_account(scope))
        || (listing.is_named_by_address() && is_site(&listing.name))
}
