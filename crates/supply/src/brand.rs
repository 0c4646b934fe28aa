//! Names and titles that speak of a brand, and whether the brand itself publishes them.

use std::cmp::Reverse;
use std::sync::OnceLock;

use portcullis_model::Confidence;

use crate::ecosystem::Ecosystem;
use crate::lists::{Brand, Mention, Standing, brands, well_known};
use crate::name::{Kind, LookAlike, NameForms, distance, is_affix, is_common_word, skeleton};

/// What a name or a title says about a brand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandClaim {
    /// The brand.
    pub brand: &'static Brand,
    /// How strongly it is claimed.
    pub strength: Strength,
    /// Whether the publisher is the brand.
    pub origin: Origin,
    /// A lower-case fragment for people.
    pub explanation: String,
}

/// How strongly a brand is claimed, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// The name speaks of it among other things, as everything that works with it may: `acme-notes-for-stripe`.
    Mention,
    /// The name is the brand's, with nothing but words that any name can carry: `stripe-mcp`.
    Name,
    /// The publisher's part carries the brand's name: `@stripe-tools/mcp`.
    Publisher,
    /// It says that it is the brand's own: `official`, `by Stripe`.
    Official,
}

/// Whether the publisher is the brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// One of the brand's accounts or domains, or a package known to be the brand's.
    Brand,
    /// Another account.
    Other,
    /// The registry does not show it and nobody said.
    Unknown,
}

/// Something that is published, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published<'a> {
    /// Where.
    pub ecosystem: Ecosystem,
    /// Under which name.
    pub name: &'a str,
    /// The title shown to people.
    pub title: Option<&'a str>,
    /// The account that publishes it.
    pub publisher: Option<&'a str>,
}

/// The brands that a name or title claims, the strongest claim first.
#[must_use]
pub fn brand_claims(published: &Published<'_>) -> Vec<BrandClaim> {
    let forms = NameForms::new(published.ecosystem, published.name);
    let title = words_of(published.title.unwrap_or_default());
    let mut claims: Vec<BrandClaim> = brands()
        .iter()
        .filter_map(|brand| {
            let strength = strength(brand, &forms, &title)?;
            let origin = origin(brand, published, &forms);
            let explanation = explain(brand, strength, origin, published, &forms);
            Some(BrandClaim { brand, strength, origin, explanation })
        })
        .collect();
    claims.sort_by_key(|claim| Reverse(claim.strength));
    claims
}

fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

fn strength(brand: &Brand, forms: &NameForms, title: &[String]) -> Option<Strength> {
    let base = words_of(&forms.base);
    let scope = words_of(forms.scope.as_deref().unwrap_or_default());
    let in_scope = place_of(brand, &scope).is_some();
    let in_base = place_of(brand, &base);
    let in_title = place_of(brand, title);
    if !in_scope && in_base.is_none() && in_title.is_none() {
        return None;
    }
    let disclaims =
        |words: &[String]| words.iter().any(|word| matches!(word.as_str(), "unofficial" | "community"));
    let says_official = |words: &[String]| words.iter().any(|word| word == "official");
    let says_by = in_title.is_some_and(|(at, _)| {
        let before = at.checked_sub(1).and_then(|index| title.get(index));
        before.is_some_and(|word| matches!(word.as_str(), "by" | "from"))
    });
    if !disclaims(title) && !disclaims(&base) && (says_by || says_official(title) || says_official(&base)) {
        return Some(Strength::Official);
    }
    if brand.mention == Mention::Technology {
        return None;
    }
    if in_scope {
        return Some(Strength::Publisher);
    }
    let only_brand = |words: &[String], place: Option<(usize, usize)>| {
        place.is_some_and(|(at, length)| {
            words.iter().enumerate().all(|(index, word)| (at..at + length).contains(&index) || is_affix(word))
        })
    };
    if only_brand(&base, in_base) || only_brand(title, in_title) {
        return Some(Strength::Name);
    }
    (brand.mention == Mention::Distinct).then_some(Strength::Mention)
}

/// Where among `words` the brand stands: first word and number of words (`hugging face` is two).
fn place_of(brand: &Brand, words: &[String]) -> Option<(usize, usize)> {
    let single = words.iter().position(|word| brand.tokens.contains(&word.as_str()));
    if let Some(at) = single {
        return Some((at, 1));
    }
    let double = words.windows(2).position(|pair| brand.tokens.contains(&pair.concat().as_str()));
    double.map(|at| (at, 2))
}

fn origin(brand: &Brand, published: &Published<'_>, forms: &NameForms) -> Origin {
    if let Some(server) = well_known(published.ecosystem, published.name)
        && server.standing == Standing::Official
        && server.brand == Some(brand.key)
    {
        return Origin::Brand;
    }
    if published.ecosystem == Ecosystem::Mcp && lies_in_domain(brand, published.name) {
        return Origin::Brand;
    }
    let accounts = [published.publisher, shown_scope(published.ecosystem, forms)];
    let mut given = accounts.into_iter().flatten().peekable();
    if given.peek().is_none() {
        return Origin::Unknown;
    }
    let is_own = |account: &str| brand.namespaces.contains(&account.to_lowercase().as_str());
    let host = published.name.split('/').next().unwrap_or_default();
    let from_host = published.ecosystem == Ecosystem::Oci && is_own(host);
    if from_host || given.any(is_own) { Origin::Brand } else { Origin::Other }
}

/// The scope, where it names an account. A domain in the MCP registry is compared as a domain.
fn shown_scope(ecosystem: Ecosystem, forms: &NameForms) -> Option<&str> {
    let is_domain = ecosystem == Ecosystem::Mcp && !forms.identity.starts_with("io.git");
    if is_domain {
        // A domain that is not the brand's belongs to somebody else: any word will do that is no account of the brand.
        return Some(forms.identity.split('/').next().unwrap_or_default());
    }
    forms.scope.as_deref()
}

/// `com.stripe/mcp` and `com.stripe.api/x` lie in `stripe.com`.
fn lies_in_domain(brand: &Brand, name: &str) -> bool {
    let namespace = name.split('/').next().unwrap_or_default().to_lowercase();
    brand.domains.iter().any(|domain| {
        let reversed: Vec<&str> = domain.rsplit('.').collect();
        let reversed = reversed.join(".");
        namespace == reversed || namespace.strip_prefix(&reversed).is_some_and(|rest| rest.starts_with('.'))
    })
}

fn explain(
    brand: &Brand,
    strength: Strength,
    origin: Origin,
    published: &Published<'_>,
    forms: &NameForms,
) -> String {
    let (name, title) = (published.name, brand.title);
    let claim = match strength {
        Strength::Mention => format!("`{name}` speaks of {title}"),
        Strength::Name => format!("`{name}` is named after {title} alone"),
        Strength::Publisher => {
            format!("the publisher `{}` carries the name of {title}", forms.scope.as_deref().unwrap_or(name))
        }
        Strength::Official => format!("`{name}` claims to be {title}'s own"),
    };
    let accounts: Vec<String> =
        brand.namespaces.iter().take(3).map(|account| format!("`{account}`")).collect();
    let accounts = accounts.join(", ");
    match origin {
        Origin::Brand => format!("{claim}, and {title} publishes it"),
        Origin::Other => {
            let publisher =
                published.publisher.or(shown_scope(published.ecosystem, forms)).unwrap_or_default();
            format!("{claim}, but `{publisher}` is none of its known accounts ({accounts})")
        }
        Origin::Unknown => {
            format!("{claim}, and its name does not show who publishes it (known accounts: {accounts})")
        }
    }
}

/// Shorter brand words are like too many others.
const SHORTEST_IMITATED: usize = 6;

/// A brand's word that is worth imitating.
struct Imitable {
    brand: &'static Brand,
    token: &'static str,
    skeleton: String,
}

fn imitable() -> &'static [Imitable] {
    static TOKENS: OnceLock<Vec<Imitable>> = OnceLock::new();
    TOKENS.get_or_init(|| {
        let distinct = brands().iter().filter(|brand| brand.mention == Mention::Distinct);
        let tokens = distinct.flat_map(|brand| brand.tokens.iter().map(move |token| (brand, *token)));
        tokens
            .filter(|(_, token)| token.len() >= SHORTEST_IMITATED)
            .map(|(brand, token)| Imitable { brand, token, skeleton: skeleton(token) })
            .collect()
    })
}

/// The brand whose name a word of `forms` imitates: `strlpe-mcp`, `g1thub-mcp`.
pub(crate) fn imitated_brand(forms: &NameForms) -> Option<(&'static Brand, LookAlike)> {
    let is_brand = |word: &str| brands().iter().any(|brand| brand.tokens.contains(&word));
    let long_enough = |word: &&String| word.len() + 1 >= SHORTEST_IMITATED;
    let words = forms.core.iter().filter(long_enough).filter(|word| !is_common_word(word) && !is_brand(word));
    for word in words {
        let word_skeleton = skeleton(word);
        for Imitable { brand, token, skeleton } in imitable() {
            let (confidence, how) = if word_skeleton == *skeleton {
                (Confidence::High, "looks like")
            } else if distance(word, token, 1).is_some() {
                (Confidence::Medium, "is one letter away from")
            } else {
                continue;
            };
            // Away from MCP, `discard` is a word and no misspelt Discord.
            let confidence = if forms.names_a_server() { confidence } else { Confidence::Low };
            let explanation =
                format!("`{word}` in `{}` {how} `{token}`, a name of {}", forms.identity, brand.title);
            return Some((brand, LookAlike { kind: Kind::Brand, confidence, explanation }));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(ecosystem: Ecosystem, name: &str, title: Option<&str>, publisher: Option<&str>) -> String {
        brand_claims(&Published { ecosystem, name, title, publisher }).first().map_or("-".into(), |claim| {
            format!("{} {:?} {:?}", claim.brand.key, claim.strength, claim.origin)
        })
    }

    #[test]
    fn a_brand_is_claimed_by_scope_name_title_or_the_word_official() {
        let npm = |name| claim(Ecosystem::Npm, name, None, None);
        assert_eq!(npm("@stripe/mcp"), "stripe Publisher Brand");
        assert_eq!(npm("@stripe-tools/mcp"), "stripe Publisher Other");
        assert_eq!(npm("@acme/stripe-official"), "stripe Official Other");
        assert_eq!(npm("stripe-mcp"), "stripe Name Unknown");
        assert_eq!(npm("acme-stripe-invoices"), "stripe Mention Unknown");
        assert_eq!(npm("@acme/hugging-face-mcp"), "huggingface Name Other");
        assert_eq!(
            claim(Ecosystem::Npm, "payments", Some("Payments by PayPal"), Some("acme")),
            "paypal Official Other"
        );
        assert_eq!(claim(Ecosystem::Npm, "stripe-mcp", None, Some("stripe")), "stripe Name Brand");
        assert_eq!(npm("stripe-unofficial-official"), "stripe Mention Unknown");
    }

    #[test]
    fn ordinary_words_and_technologies_claim_nothing_in_passing() {
        let npm = |name| claim(Ecosystem::Npm, name, None, None);
        assert_eq!(npm("linear-algebra-mcp"), "-");
        assert_eq!(npm("linear-mcp"), "linear Name Unknown");
        assert_eq!(npm("postgres-mcp"), "-");
        assert_eq!(npm("postgres-official-mcp"), "postgres Official Unknown");
        assert_eq!(npm("weather-mcp"), "-");
    }

    #[test]
    fn the_mcp_registry_shows_a_domain_and_images_show_an_account() {
        assert_eq!(claim(Ecosystem::Mcp, "com.stripe/mcp", None, None), "stripe Publisher Brand");
        assert_eq!(claim(Ecosystem::Mcp, "com.stripe.api/mcp", None, None), "stripe Publisher Brand");
        assert_eq!(claim(Ecosystem::Mcp, "dev.stripe/mcp", None, None), "stripe Publisher Other");
        assert_eq!(claim(Ecosystem::Mcp, "io.github.acme/stripe", None, None), "stripe Name Other");
        assert_eq!(claim(Ecosystem::Mcp, "io.github.stripe/mcp", None, None), "stripe Publisher Brand");
        assert_eq!(
            claim(Ecosystem::Oci, "ghcr.io/github/github-mcp-server", None, None),
            "github Publisher Brand"
        );
        assert_eq!(
            claim(Ecosystem::Oci, "mcr.microsoft.com/x/azure-mcp", None, None),
            "microsoft Name Brand"
        );
    }

    #[test]
    fn the_explanation_says_who_publishes_instead() {
        let published = Published {
            ecosystem: Ecosystem::Npm,
            name: "@acme/stripe-official",
            title: None,
            publisher: None,
        };
        assert_eq!(
            brand_claims(&published)[0].explanation,
            "`@acme/stripe-official` claims to be Stripe's own, but `acme` is none of its known accounts (`stripe`, `stripe-samples`)"
        );
    }

    #[test]
    fn imitations_of_a_brand_are_seen_in_any_word() {
        let imitated = |name| {
            imitated_brand(&NameForms::new(Ecosystem::Npm, name))
                .map(|(brand, look)| (brand.key, look.confidence))
        };
        assert_eq!(imitated("my-strlpe-mcp"), Some(("stripe", Confidence::Medium)));
        assert_eq!(imitated("paypa1-mcp"), Some(("paypal", Confidence::High)));
        assert_eq!(imitated("githb-issues"), Some(("github", Confidence::Low)));
        assert_eq!(imitated("stripe-mcp"), None);
        assert_eq!(imitated("openapi-mcp"), None);
        assert_eq!(imitated("strip-mcp"), None);
    }
}
