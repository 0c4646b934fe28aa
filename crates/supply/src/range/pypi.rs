//! Versions and specifiers of Python (PEP 440), as pip's own library reads them.

use pep440_rs::Version;

/// More specifiers of one set are not read.
const MOST: usize = 200;
/// Longer specifiers are none.
const LONGEST: usize = 4096;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Compatible,
    AtMost,
    AtLeast,
    Less,
    Greater,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Specifier {
    Ordered(Operator, Box<Version>),
    /// `==1.2.*` and `!=1.2.*`.
    Prefix {
        is_equal: bool,
        version: Box<Version>,
    },
    /// `===` compares the texts.
    Text(String),
}

/// A set of specifiers such as `>=1.2,<2`: a version has to fit all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PypiSpecifiers(Vec<Specifier>);

impl PypiSpecifiers {
    /// Reads a set; none when pip refuses it. An empty text is fitted by everything.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty()).take(MOST);
        parts.map(specifier).collect::<Option<Vec<_>>>().map(Self)
    }

    /// True when the version fits, pre-releases included: whether those are wanted is for whoever chooses to say.
    #[must_use]
    pub fn admits(&self, version: &Version) -> bool {
        self.0.iter().all(|specifier| fits(specifier, version))
    }
}

fn specifier(text: &str) -> Option<Specifier> {
    if let Some(exact) = text.strip_prefix("===") {
        let exact = exact.trim();
        let is_one = !exact.is_empty() && !exact.contains([' ', '\t', ';', ')']);
        return is_one.then(|| Specifier::Text(exact.to_ascii_lowercase()));
    }
    let operators = [
        ("==", Operator::Equal),
        ("!=", Operator::NotEqual),
        ("~=", Operator::Compatible),
        ("<=", Operator::AtMost),
        (">=", Operator::AtLeast),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ];
    let (operator, rest) =
        operators.iter().find_map(|(sign, operator)| Some((*operator, text.strip_prefix(sign)?.trim())))?;
    if let Some(prefix) = rest.strip_suffix(".*") {
        let version: Version = prefix.parse().ok()?;
        let is_prefix = matches!(operator, Operator::Equal | Operator::NotEqual)
            && version.local().is_empty()
            && version.pre().is_none()
            && !version.is_post()
            && version.dev().is_none();
        return is_prefix.then(|| Specifier::Prefix {
            is_equal: operator == Operator::Equal,
            version: Box::new(version),
        });
    }
    let version: Version = rest.parse().ok()?;
    let takes_local = matches!(operator, Operator::Equal | Operator::NotEqual);
    let is_sound = (takes_local || version.local().is_empty())
        && (operator != Operator::Compatible || version.release().len() > 1);
    is_sound.then(|| Specifier::Ordered(operator, Box::new(version)))
}

fn fits(specifier: &Specifier, version: &Version) -> bool {
    match specifier {
        Specifier::Text(text) => version.to_string().to_ascii_lowercase() == *text,
        Specifier::Prefix { is_equal, version: prefix } => has_prefix(version, prefix) == *is_equal,
        Specifier::Ordered(operator, to) => ordered(*operator, version, to),
    }
}

fn ordered(operator: Operator, version: &Version, to: &Version) -> bool {
    // A local part counts only where the specifier has one.
    let public = if to.local().is_empty() { version.clone().without_local() } else { version.clone() };
    match operator {
        Operator::Equal => public == *to,
        Operator::NotEqual => public != *to,
        Operator::AtMost => public <= *to,
        Operator::AtLeast => public >= *to,
        Operator::Compatible => public >= *to && has_prefix(version, &compatible(to)),
        // A pre-release is not before the release that it comes before, unless that is named more closely itself.
        Operator::Less => {
            let is_early = version.any_prerelease() && base(version) == base(to);
            *version < *to && (!is_early || to.any_prerelease() || to.is_post())
        }
        // A later build or a local part of the same version is not after it.
        Operator::Greater => {
            let is_later_build =
                // None is a later build of a version that is still being made.
                !to.is_post() && to.dev().is_none() && version.is_post() && (base(version), version.pre()) == (base(to), to.pre());
            *version > *to && !is_later_build && version.clone().without_local() != *to
        }
    }
}

/// Epoch and release alone.
fn base(version: &Version) -> Version {
    Version::new(version.release()).with_epoch(version.epoch())
}

/// What `~=` holds fast: the release without its last number.
fn compatible(version: &Version) -> Version {
    let kept = version.release().len().saturating_sub(1);
    Version::new(version.release().iter().take(kept)).with_epoch(version.epoch())
}

/// True when a version begins like another; numbers that it leaves out are zeros.
fn has_prefix(version: &Version, prefix: &Version) -> bool {
    let numbers = version.release().iter().copied().chain(std::iter::repeat(0));
    let begins = prefix.release().iter().copied().zip(numbers).all(|(wanted, found)| wanted == found);
    let behind = (prefix.pre().is_none() || prefix.pre() == version.pre())
        && (prefix.post().is_none() || prefix.post() == version.post());
    version.epoch() == prefix.epoch() && begins && behind
}
