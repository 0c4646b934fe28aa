//! Whether a person would take one name for another, and why.

use portcullis_model::Confidence;

use super::edit::{Operation, distance, operation};
use super::forms::NameForms;
use super::words::{is_affix, is_common_word, is_decoration};
use crate::ecosystem::Ecosystem;

/// A resemblance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookAlike {
    /// Of which kind.
    pub kind: Kind,
    /// How likely a person mistakes one for the other. [`Confidence::Low`]: honest names look like that every day.
    pub confidence: Confidence,
    /// A lower-case fragment for people that names both names.
    pub explanation: String,
}

/// Kinds of resemblance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A slip of the hand.
    Edit {
        /// How many letters differ.
        distance: usize,
        /// Which slip.
        operation: Operation,
    },
    /// Only hyphens, dots, underscores or letter case differ.
    Delimiter,
    /// The same words in another order.
    Order,
    /// The same words but for those that any name can carry: `mcp`, `server`, `official`.
    Affix,
    /// Characters that look alike: `l` and `1`, `rn` and `m`, Latin and Cyrillic.
    Confusable,
    /// The publisher's part is left out, spelled into the name, or imitated.
    Scope,
    /// A word of it imitates a brand's name.
    Brand,
    /// The same name where the known one does not publish.
    CrossEcosystem,
}

impl Kind {
    /// The kind in one word, for formats.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Edit { .. } => "edit",
            Kind::Delimiter => "delimiter",
            Kind::Order => "order",
            Kind::Affix => "affix",
            Kind::Confusable => "confusable",
            Kind::Scope => "scope",
            Kind::Brand => "brand",
            Kind::CrossEcosystem => "cross-ecosystem",
        }
    }
}

/// Shorter words differ in one letter by chance: `time` and `tide`, `git` and `fit`.
const SHORTEST_FOR_ONE_EDIT: usize = 5;
/// Two letters may differ only in words this long.
const SHORTEST_FOR_TWO_EDITS: usize = 8;
/// One letter of a word this long is hardly ever a word of its own.
const LONG_WORD: usize = 7;

/// How `asked` resembles `known`. `None` when it does not, when both are the same name to the registry, and when both
/// lie in the same scope, which one publisher owns.
#[must_use]
pub fn look_alike(asked: &NameForms, known: &NameForms) -> Option<LookAlike> {
    if asked.ecosystem != known.ecosystem {
        return across(asked, known);
    }
    if asked.identity == known.identity || known.joined.is_empty() {
        return None;
    }
    match (&asked.scope, &known.scope) {
        (Some(one), Some(other)) if one == other => None,
        (Some(one), Some(other)) => scoped(asked, known, one, other),
        _ => same_letters(asked, known)
            .or_else(|| same_words(asked, known))
            .or_else(|| slip(asked, known))
            .or_else(|| dressed_up(asked, known)),
    }
}

fn found(kind: Kind, confidence: Confidence, explanation: String) -> Option<LookAlike> {
    Some(LookAlike { kind, confidence, explanation })
}

fn across(asked: &NameForms, known: &NameForms) -> Option<LookAlike> {
    if asked.joined != known.joined || asked.scope != known.scope {
        return None;
    }
    let explanation = format!(
        "`{}` is known on {}; the same name on {} is somebody else's to take",
        known.identity, known.ecosystem, asked.ecosystem
    );
    found(Kind::CrossEcosystem, Confidence::Medium, explanation)
}

/// Both names have a scope, and not the same.
fn scoped(asked: &NameForms, known: &NameForms, one: &str, other: &str) -> Option<LookAlike> {
    let (asked_name, known_name) = (&asked.identity, &known.identity);
    if asked.skeleton == known.skeleton && asked.joined != known.joined {
        let explanation =
            format!("`{asked_name}` looks like `{known_name}`: characters that look alike are exchanged");
        return found(Kind::Confusable, Confidence::High, explanation);
    }
    if let Some(how) = scope_imitation(one, other) {
        let same_base = asked.base == known.base;
        let confidence = if same_base { Confidence::High } else { Confidence::Medium };
        let explanation = format!("the publisher `{one}` of `{asked_name}` {how} of `{known_name}`");
        return found(Kind::Scope, confidence, explanation);
    }
    let names_repositories = matches!(asked.ecosystem, Ecosystem::Go | Ecosystem::Git);
    let distinctive = known.base.len() >= LONG_WORD && !known.base.split('-').all(is_affix);
    if asked.base == known.base && (names_repositories || distinctive) {
        let explanation = format!("`{asked_name}` has the name of `{known_name}` but another publisher");
        return found(Kind::Scope, Confidence::Low, explanation);
    }
    None
}

/// How a publisher's name imitates another's, as "… the publisher x".
fn scope_imitation(asked: &str, known: &str) -> Option<String> {
    let (one, other) = (NameForms::new(Ecosystem::Url, asked), NameForms::new(Ecosystem::Url, known));
    if known.len() < SHORTEST_FOR_ONE_EDIT {
        return None;
    }
    if one.joined == other.joined {
        return Some(format!("differs only in its delimiters from the publisher `{known}`"));
    }
    if one.skeleton == other.skeleton {
        return Some(format!("looks like the publisher `{known}`"));
    }
    if distance(&one.joined, &other.joined, 1).is_some() && !is_common_word(asked) {
        let slip = operation(&one.joined, &other.joined);
        return Some(format!("is, with {slip}, the publisher `{known}`"));
    }
    let dressed = one.tokens.len() > other.tokens.len()
        && one.tokens.iter().filter(|token| !is_decoration(token)).eq(other.tokens.iter());
    dressed.then(|| format!("adds words that any name can carry to the publisher `{known}`"))
}

/// The same letters when delimiters, case and look-alike characters are put aside.
fn same_letters(asked: &NameForms, known: &NameForms) -> Option<LookAlike> {
    let (asked_name, known_name) = (&asked.identity, &known.identity);
    if asked.joined == known.joined {
        if asked.scope.is_some() != known.scope.is_some() {
            let explanation =
                format!("`{asked_name}` spells `{known_name}` with its publisher in another place");
            return found(Kind::Scope, Confidence::High, explanation);
        }
        let explanation =
            format!("`{asked_name}` differs from `{known_name}` only in hyphens, dots or underscores");
        return found(Kind::Delimiter, Confidence::High, explanation);
    }
    if asked.skeleton == known.skeleton {
        let explanation =
            format!("`{asked_name}` looks like `{known_name}`: characters that look alike are exchanged");
        return found(Kind::Confusable, Confidence::High, explanation);
    }
    None
}

/// The same words, in another order or with other affixes.
fn same_words(asked: &NameForms, known: &NameForms) -> Option<LookAlike> {
    let (asked_name, known_name) = (&asked.identity, &known.identity);
    let drops_scope = asked.scope.is_none() && known.scope.is_some();
    if drops_scope && asked.base == known.base && !asked.tokens.iter().all(|token| is_affix(token)) {
        let explanation =
            format!("`{asked_name}` is `{known_name}` without its publisher: anybody can take that name");
        return found(Kind::Scope, Confidence::Medium, explanation);
    }
    if asked.core != known.core {
        return None;
    }
    let mut words = [asked.tokens.clone(), known.tokens.clone()];
    words.iter_mut().for_each(|tokens| tokens.sort_unstable());
    let [asked_words, known_words] = &words;
    if asked_words == known_words {
        let explanation = format!("`{asked_name}` has the words of `{known_name}` in another order");
        return found(Kind::Order, Confidence::Medium, explanation);
    }
    let differing = differing_words(asked_words, known_words);
    let claims = asked_words.iter().any(|word| word == "official")
        && !known_words.iter().any(|word| word == "official");
    let confidence = if claims { Confidence::Medium } else { Confidence::Low };
    let explanation = format!(
        "`{asked_name}` differs from `{known_name}` only in words that any name can carry ({differing})"
    );
    found(Kind::Affix, confidence, explanation)
}

/// The words that only one of two names has, quoted.
fn differing_words(one: &[String], other: &[String]) -> String {
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|word| !those.contains(word)).map(|word| format!("`{word}`")).collect()
    };
    let mut words = only(one, other);
    words.extend(only(other, one));
    words.join(", ")
}

/// One or two letters apart: in the words that carry the meaning, or in an affix.
fn slip(asked: &NameForms, known: &NameForms) -> Option<LookAlike> {
    let whole = (asked.joined.as_str(), known.joined.as_str());
    let core = (asked.core_joined.as_str(), known.core_joined.as_str());
    // `mpc-server-git`: the slip is in a word that is no longer an affix, so the cores tell nothing.
    let in_affix = asked.joined.contains(known.core_joined.as_str()) && known.core != known.tokens;
    let (one, other, steps) = match edit_limit(core.0, core.1) {
        limit @ 1.. if let Some(steps) = distance(core.0, core.1, limit) => (core.0, core.1, steps),
        _ if in_affix => (whole.0, whole.1, distance(whole.0, whole.1, 1)?),
        _ => return None,
    };
    if steps == 0 {
        return None;
    }
    let slip = if steps == 1 { operation(one, other) } else { Operation::Several };
    let explanation = format!("`{}` is `{}` with {slip}", asked.identity, known.identity);
    found(
        Kind::Edit { distance: steps, operation: slip },
        slip_confidence(asked, known, other, slip),
        explanation,
    )
}

fn edit_limit(one: &str, other: &str) -> usize {
    let (one, other) = (one.chars().count(), other.chars().count());
    if one.min(other) < SHORTEST_FOR_ONE_EDIT {
        0
    } else if one.max(other) < SHORTEST_FOR_TWO_EDITS || one.min(other) < SHORTEST_FOR_TWO_EDITS - 1 {
        1
    } else {
        2
    }
}

/// A slip of the hand makes a name that means nothing; somebody's own name was chosen. What speaks for a choice lowers
/// the confidence.
fn slip_confidence(asked: &NameForms, known: &NameForms, compared: &str, slip: Operation) -> Confidence {
    let is_hand_slip = matches!(
        slip,
        Operation::Omitted(_)
            | Operation::Repeated(_)
            | Operation::Swapped(..)
            | Operation::KeyboardNeighbour(..)
    );
    let length = compared.chars().count();
    let chosen = matches!(slip, Operation::Plural | Operation::Numeral)
        || own_words(asked, known)
        || adds_a_word(asked, known)
        || differs_in_short_word(asked, known, slip)
        || (affixes(asked) != affixes(known) && !(asked.names_a_server() && known.names_a_server()));
    match slip {
        _ if chosen => Confidence::Low,
        Operation::Several if length <= SHORTEST_FOR_TWO_EDITS + 2 => Confidence::Low,
        Operation::Several => Confidence::Medium,
        _ if length < LONG_WORD && is_hand_slip => Confidence::Medium,
        _ if length < LONG_WORD => Confidence::Low,
        _ => Confidence::High,
    }
}

/// What distinguishes the asked name are ordinary words.
fn own_words(asked: &NameForms, known: &NameForms) -> bool {
    let mut differing = asked.core.iter().filter(|word| !known.core.contains(word)).peekable();
    let is_plural = |word: &str| word.strip_suffix('s').is_some_and(is_common_word);
    differing.peek().is_some() && differing.all(|word| is_common_word(word) || is_plural(word))
}

/// `tree-sitter-c` is a part of `tree-sitter`, not a slip.
fn adds_a_word(asked: &NameForms, known: &NameForms) -> bool {
    let (longer, shorter) =
        if asked.tokens.len() > known.tokens.len() { (asked, known) } else { (known, asked) };
    longer.tokens.len() > shorter.tokens.len()
        && shorter.tokens.iter().all(|word| longer.tokens.contains(word))
}

/// Of several words one short one differs: `langchain-core` and `langchain-cohere` are two parts of one family.
fn differs_in_short_word(asked: &NameForms, known: &NameForms, slip: Operation) -> bool {
    let is_family = asked.tokens.len() == known.tokens.len() && asked.tokens.len() > 1;
    is_family
        && !matches!(slip, Operation::Swapped(..) | Operation::Repeated(_))
        && asked
            .tokens
            .iter()
            .zip(&known.tokens)
            .any(|(one, other)| one != other && distance(one, other, edit_limit(one, other)).is_none())
}

fn affixes(forms: &NameForms) -> Vec<&String> {
    forms.tokens.iter().filter(|token| is_affix(token)).collect()
}

/// The known name and words with which a squatter dresses it up: `requests-darwin-lite`.
fn dressed_up(asked: &NameForms, known: &NameForms) -> Option<LookAlike> {
    if known.joined.len() < SHORTEST_FOR_ONE_EDIT || asked.core.len() <= known.core.len() {
        return None;
    }
    let rest: Vec<_> = asked.core.iter().filter(|token| !known.core.contains(token)).collect();
    if rest.len() + known.core.len() != asked.core.len() || !rest.iter().all(|token| is_decoration(token)) {
        return None;
    }
    let differing = differing_words(&asked.tokens, &known.tokens);
    let explanation = format!("`{}` is `{}` dressed up with {differing}", asked.identity, known.identity);
    found(Kind::Affix, Confidence::Low, explanation)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(asked: &str, known: &str) -> String {
        let [asked, known] = [asked, known].map(|name| NameForms::new(Ecosystem::Npm, name));
        look_alike(&asked, &known)
            .map_or("-".into(), |found| format!("{} {}", found.kind.as_str(), found.confidence))
    }

    #[test]
    fn every_kind_of_resemblance_is_told_apart() {
        for (asked, known, expected) in [
            ("playwrigth-mcp", "playwright-mcp", "edit high"),
            ("figmma-mcp", "figma-mcp", "edit medium"),
            ("mpc-server-git", "mcp-server-git", "edit high"),
            ("airtable_mcp_server", "airtable-mcp-server", "delimiter high"),
            ("mcp-server-airtable", "airtable-mcp-server", "order medium"),
            ("airtable-mcp", "airtable-mcp-server", "affix low"),
            ("airtable-mcp-official", "airtable-mcp", "affix medium"),
            ("airtab1e-mcp", "airtable-mcp", "confusable high"),
            ("аirtable-mcp", "airtable-mcp", "confusable high"),
            ("stripe-mcp", "@stripe/mcp", "scope high"),
            ("server-filesystem", "@modelcontextprotocol/server-filesystem", "scope medium"),
            (
                "@modelcontextprotoco1/server-filesystem",
                "@modelcontextprotocol/server-filesystem",
                "confusable high",
            ),
            ("@model-context-protocol/server-git", "@modelcontextprotocol/server-git", "scope high"),
            ("@stripe-official/mcp", "@stripe/mcp", "scope high"),
            ("@somebody/server-filesystem", "@modelcontextprotocol/server-filesystem", "scope low"),
            ("chalk-pro", "chalk", "affix low"),
            ("nodemonjs", "nodemon", "affix low"),
        ] {
            assert_eq!(kind(asked, known), expected, "{asked} {known}");
        }
    }

    #[test]
    fn names_that_only_share_affixes_or_are_short_do_not_resemble_each_other() {
        for (asked, known) in [
            ("mcp-server-fit", "mcp-server-git"),
            ("mcp-server-tide", "mcp-server-time"),
            ("mcp-server-gitlab", "mcp-server-github"),
            ("@stripe/agent", "@stripe/agents"),
            ("mcp-server", "mcp-server-git"),
            ("notion-mcp", "motion-graphics-mcp"),
            ("@somebody/mcp-server", "@stripe/mcp-server"),
            ("react-router-dom", "react-router"),
            ("lodash", "lodash"),
        ] {
            assert_eq!(kind(asked, known), "-", "{asked} {known}");
        }
    }

    #[test]
    fn plurals_numerals_and_ordinary_words_are_only_hints() {
        assert_eq!(kind("request", "requests"), "edit low");
        assert_eq!(kind("detectron4", "detectron2"), "edit low");
        assert_eq!(kind("stone-mcp", "store-mcp"), "edit low");
    }

    #[test]
    fn the_same_name_in_another_ecosystem_is_told() {
        let asked = NameForms::new(Ecosystem::Npm, "mcp-server-time");
        let known = NameForms::new(Ecosystem::Pypi, "mcp_server_time");
        let found = look_alike(&asked, &known).unwrap();
        assert_eq!(found.kind, Kind::CrossEcosystem);
        assert_eq!(
            found.explanation,
            "`mcp-server-time` is known on pypi; the same name on npm is somebody else's to take"
        );
    }

    #[test]
    fn an_explanation_names_both_names_and_the_slip() {
        let [asked, known] = ["reqeusts", "requests"].map(|name| NameForms::new(Ecosystem::Pypi, name));
        let found = look_alike(&asked, &known).unwrap();
        assert_eq!(found.explanation, "`reqeusts` is `requests` with `u` and `e` swapped");
    }
}
