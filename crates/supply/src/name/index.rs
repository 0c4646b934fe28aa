//! A list of known names, asked in microseconds which of them a name resembles.
//!
//! Every known name is entered under the digests of its normal forms and of its words with one or two letters left out
//! (a delete neighbourhood: two words within that many edits share such a shortened form). A question looks its own
//! forms up in the same way; the few candidates are then compared one by one.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use portcullis_model::Confidence;

use super::forms::{NameForms, identity};
use super::look_alike::{Kind, LookAlike, look_alike};
use super::words::is_decoration;
use crate::ecosystem::Ecosystem;
use crate::lists::{Standing, popular, servers};

/// A name that others may imitate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownName {
    /// The name.
    pub name: String,
    /// Who publishes it, when that is known.
    pub publisher: Option<String>,
    /// Who stands behind it, for MCP servers on the built-in list.
    pub standing: Option<Standing>,
}

/// A name that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The name.
    pub name: &'a str,
    /// Who publishes it, when that is known: the same publisher does not imitate himself.
    pub publisher: Option<&'a str>,
}

/// A known name that the asked one resembles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match<'i> {
    /// The known name.
    pub known: &'i KnownName,
    /// How they resemble each other.
    pub look: LookAlike,
}

/// Known names of one ecosystem.
#[derive(Debug)]
pub struct NameIndex {
    ecosystem: Ecosystem,
    known: Vec<KnownName>,
    identities: BTreeSet<String>,
    /// Digest of a form in the upper bits, place of the name in the lower ones; sorted.
    keys: Vec<u64>,
}

/// The bits of a key that hold the place of a name; longer lists are cut. What is left of a digest tells forms apart well
/// enough: a false candidate costs one comparison.
const PLACE_BITS: u32 = 24;
const PLACE_MASK: u64 = (1 << PLACE_BITS) - 1;
/// Only so many candidates are compared: a crowd under one key says nothing about one of them.
const CANDIDATE_LIMIT: usize = 256;
/// Letters at the start of a word whose shortened forms are entered when two may be missing. Words within two edits
/// share a shortened form of their starts too.
const PREFIX: usize = 7;

impl NameIndex {
    /// An index over `known`. Cost grows linearly with the number of names.
    #[must_use]
    pub fn new(ecosystem: Ecosystem, known: Vec<KnownName>) -> Self {
        let mut keys = Vec::with_capacity(known.len() * 48);
        let mut identities = BTreeSet::new();
        let mut scopes = BTreeSet::new();
        for (place, name) in (0..=PLACE_MASK).zip(&known) {
            let forms = NameForms::new(ecosystem, &name.name);
            let mut enter = |digest: u64| keys.push((digest & !PLACE_MASK) | place);
            for_each_key(&forms, &mut enter);
            if let Some(scope) = &forms.scope
                && scopes.insert(scope.clone())
            {
                for_each_scope_key(scope, &mut enter);
            }
            identities.insert(forms.identity);
        }
        keys.sort_unstable();
        keys.dedup();
        Self { ecosystem, known, identities, keys }
    }

    /// The built-in list for an ecosystem: well-known MCP servers and the most used packages. `None` where none is kept.
    #[must_use]
    pub fn built_in(ecosystem: Ecosystem) -> Option<&'static Self> {
        static NPM: OnceLock<NameIndex> = OnceLock::new();
        static PYPI: OnceLock<NameIndex> = OnceLock::new();
        static OCI: OnceLock<NameIndex> = OnceLock::new();
        static GO: OnceLock<NameIndex> = OnceLock::new();
        static NUGET: OnceLock<NameIndex> = OnceLock::new();
        static MCP: OnceLock<NameIndex> = OnceLock::new();
        let place = match ecosystem {
            Ecosystem::Npm => &NPM,
            Ecosystem::Pypi => &PYPI,
            Ecosystem::Oci => &OCI,
            Ecosystem::Go => &GO,
            Ecosystem::Nuget => &NUGET,
            Ecosystem::Mcp => &MCP,
            _ => return None,
        };
        Some(place.get_or_init(|| Self::new(ecosystem, built_in_names(ecosystem))))
    }

    /// How many names it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// True when it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// True when the name is one of the known, in any spelling that the registry takes for the same.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.identities.contains(&identity(self.ecosystem, name))
    }

    /// The known names that the asked one resembles, likeliest first. Empty for a known name: those do not imitate each
    /// other. Names of the same scope or the same publisher are left out.
    #[must_use]
    pub fn closest(&self, asked: &Asked<'_>) -> Vec<Match<'_>> {
        let forms = NameForms::new(self.ecosystem, asked.name);
        if self.identities.contains(&forms.identity) {
            return Vec::new();
        }
        self.resembling(&forms, asked.publisher)
    }

    /// As [`NameIndex::closest`], also for a name that is itself known: how crowded a list is around its own names.
    #[must_use]
    pub fn neighbours(&self, asked: &Asked<'_>) -> Vec<Match<'_>> {
        self.resembling(&NameForms::new(self.ecosystem, asked.name), asked.publisher)
    }

    fn resembling(&self, forms: &NameForms, publisher: Option<&str>) -> Vec<Match<'_>> {
        let mut matches: Vec<Match<'_>> = self
            .candidates(forms)
            .into_iter()
            .filter_map(|place| self.known.get(usize::try_from(place).ok()?))
            .filter(|known| !is_same_publisher(publisher, known.publisher.as_deref()))
            .filter_map(|known| {
                let mut look = look_alike(forms, &NameForms::new(self.ecosystem, &known.name))?;
                if known.standing == Some(Standing::Community) && is_shared_wording(look.kind) {
                    look.confidence = Confidence::Low;
                }
                Some(Match { known, look })
            })
            .collect();
        matches.sort_by(|one, other| {
            let rank = |found: &Match<'_>| (std::cmp::Reverse(found.look.confidence), found.look.kind);
            rank(one).cmp(&rank(other)).then_with(|| one.known.name.cmp(&other.known.name))
        });
        matches
    }

    fn candidates(&self, forms: &NameForms) -> BTreeSet<u64> {
        let mut found = BTreeSet::new();
        let mut look_up = |digest: u64| {
            let wanted = digest & !PLACE_MASK;
            let start = self.keys.partition_point(|&key| key < wanted);
            let same = self.keys.get(start..).unwrap_or_default().iter();
            for key in same.take_while(|&&key| key & !PLACE_MASK == wanted) {
                if found.len() >= CANDIDATE_LIMIT {
                    return;
                }
                found.insert(key & PLACE_MASK);
            }
        };
        for_each_key(forms, &mut look_up);
        let plain: Vec<&String> = forms.core.iter().filter(|token| !is_decoration(token)).collect();
        look_up(digest(Form::Core, plain.iter().flat_map(|token| [token.as_str(), " "])));
        if let Some(scope) = &forms.scope {
            for_each_scope_key(scope, &mut look_up);
        }
        found
    }
}

fn built_in_names(ecosystem: Ecosystem) -> Vec<KnownName> {
    let mut names: Vec<KnownName> = servers()
        .iter()
        .filter(|server| server.ecosystem == ecosystem)
        .map(|server| KnownName {
            name: server.name.to_owned(),
            publisher: Some(server.publisher.to_owned()),
            standing: Some(server.standing),
        })
        .collect();
    names.extend(popular(ecosystem).map(|name| KnownName {
        name: name.to_owned(),
        publisher: None,
        standing: None,
    }));
    names
}

/// Two servers for one product share its name: `mcp-discord` and `discord-mcp` are equally good names when neither is the
/// product's own.
const fn is_shared_wording(kind: Kind) -> bool {
    matches!(kind, Kind::Order | Kind::Affix | Kind::Scope)
}

fn is_same_publisher(one: Option<&str>, other: Option<&str>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// Which form a digest is of: the same text under two forms has two digests.
#[derive(Debug, Clone, Copy)]
enum Form {
    Skeleton = 1,
    Joined,
    Core,
    Base,
    Shortened,
    ShortenedStart,
    Scope,
}

/// FNV-1a. Somebody who makes digests collide gets more candidates compared, up to a limit, and nothing else.
fn digest<'t>(form: Form, parts: impl Iterator<Item = &'t str>) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64 ^ (form as u64);
    parts.flat_map(str::bytes).fold(start.wrapping_mul(0x0100_0000_01b3), |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn digest_of(form: Form, text: &str) -> u64 {
    digest(form, std::iter::once(text))
}

fn for_each_key(forms: &NameForms, each: &mut impl FnMut(u64)) {
    each(digest_of(Form::Skeleton, &forms.skeleton));
    each(digest_of(Form::Joined, &forms.joined));
    each(digest(Form::Core, forms.core.iter().flat_map(|token| [token.as_str(), " "])));
    each(digest_of(Form::Base, &forms.base));
    let core: Vec<char> = forms.core_joined.chars().collect();
    each_shortened(Form::Shortened, &core, each);
    let start = core.get(..PREFIX.min(core.len())).unwrap_or_default();
    each_twice_shortened(start, each);
    if forms.core_joined != forms.joined {
        let whole: Vec<char> = forms.joined.chars().collect();
        each_shortened(Form::Shortened, &whole, each);
    }
}

fn for_each_scope_key(scope: &str, each: &mut impl FnMut(u64)) {
    let forms = NameForms::new(Ecosystem::Url, scope);
    each(digest_of(Form::Scope, &forms.skeleton));
    let plain: Vec<&String> = forms.tokens.iter().filter(|token| !is_decoration(token)).collect();
    each(digest(Form::Scope, plain.iter().map(|token| token.as_str())));
    each_shortened(Form::Scope, &forms.joined.chars().collect::<Vec<_>>(), each);
}

/// The word, and the word with each of its letters left out.
fn each_shortened(form: Form, word: &[char], each: &mut impl FnMut(u64)) {
    each(digest_without(form, word, usize::MAX, usize::MAX));
    for left_out in 0..word.len() {
        each(digest_without(form, word, left_out, usize::MAX));
    }
}

/// The start of a word with none, one or two of its letters left out.
fn each_twice_shortened(start: &[char], each: &mut impl FnMut(u64)) {
    if start.len() < PREFIX {
        return;
    }
    each_shortened(Form::ShortenedStart, start, each);
    for first in 0..start.len() {
        for second in first + 1..start.len() {
            each(digest_without(Form::ShortenedStart, start, first, second));
        }
    }
}

fn digest_without(form: Form, word: &[char], first: usize, second: usize) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64 ^ (form as u64);
    let letters = word.iter().enumerate().filter(|&(index, _)| index != first && index != second);
    letters.fold(start.wrapping_mul(0x0100_0000_01b3), |hash, (_, &letter)| {
        (hash ^ u64::from(letter)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(names: &[(&str, Option<&str>)]) -> NameIndex {
        let known = names.iter().map(|(name, publisher)| KnownName {
            name: (*name).to_owned(),
            publisher: publisher.map(str::to_owned),
            standing: None,
        });
        NameIndex::new(Ecosystem::Npm, known.collect())
    }

    fn names(index: &NameIndex, name: &str, publisher: Option<&str>) -> Vec<String> {
        index.closest(&Asked { name, publisher }).into_iter().map(|hit| hit.known.name.clone()).collect()
    }

    #[test]
    fn the_likeliest_known_name_comes_first() {
        let index = index(&[("airtable-mcp", None), ("airtable-mcp-server", None), ("unrelated", None)]);
        assert_eq!(names(&index, "airtable_mcp", None), ["airtable-mcp", "airtable-mcp-server"]);
        assert_eq!(names(&index, "something-else", None), Vec::<String>::new());
    }

    #[test]
    fn known_names_and_the_same_publisher_are_left_alone() {
        let index = index(&[("requests", Some("psf")), ("request", None)]);
        assert!(index.contains("Requests"));
        assert_eq!(names(&index, "requests", None), Vec::<String>::new());
        assert_eq!(index.neighbours(&Asked { name: "requests", publisher: None }).len(), 1);
        assert_eq!(names(&index, "reqeusts", Some("PSF")), ["request"]);
        assert_eq!(names(&index, "reqeusts", Some("else")), ["requests", "request"]);
    }

    #[test]
    fn an_empty_list_knows_nothing() {
        let index = index(&[]);
        assert!(index.is_empty() && names(&index, "requests", None).is_empty());
    }

    #[test]
    fn a_crowd_of_equal_names_is_cut_and_not_compared_for_ever() {
        let crowd: Vec<String> = (0..5000).map(|number| format!("@scope{number}/github-mcp")).collect();
        let known: Vec<(&str, Option<&str>)> = crowd.iter().map(|name| (name.as_str(), None)).collect();
        assert!(names(&index(&known), "github-mcp", None).len() <= CANDIDATE_LIMIT);
    }
}
