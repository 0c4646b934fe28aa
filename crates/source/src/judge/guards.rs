//! Checks that make a value harmless, and those that do not.

use super::Judge;
use super::Loose;
use super::bare;
use super::deepest_input;
use super::harmless::harmless;
use super::harmless::is_path;
use crate::analysis::GuardFault;
use crate::fact::{Check, Fact};
use crate::library::{Op, SinkKind};
use crate::value::{Place, Term, TermKind, Value};

impl<'j, 'a> Judge<'j, 'a> {
    /// Names a check that is there and does not fit.
    pub(crate) fn blamed(&self, loose: Loose, term: &Term<'a>, kind: SinkKind) -> Loose {
        if loose.is_safe() || loose.guard.is_some() {
            return loose;
        }
        let root = bare(term);
        for fact in self.facts.iter() {
            if !concerns(&fact.check, kind) {
                continue;
            }
            let subject = bare(&fact.subject);
            let fault = match &fact.check {
                Check::NoneOf | Check::ContainsNot(_) | Check::MatchesNot(_) | Check::StartsNotWith(_)
                    if subject == root || self.made_of(&fact.subject, &root) =>
                {
                    GuardFault::DenyList
                }
                Check::Matches(_) if subject == root || self.made_of(&fact.subject, &root) => {
                    GuardFault::LoosePattern
                }
                Check::OneOf if subject != root && self.made_of(&fact.subject, &root) => {
                    GuardFault::OtherValue
                }
                _ => continue,
            };
            return loose.fault(fault, fact.place);
        }
        loose
    }

    /// Whether a value is one of a fixed set, a number, or only of letters that are harmless here.
    pub(crate) fn is_fixed(&self, term: &Term<'a>, kind: SinkKind) -> bool {
        if super::matched::is_harmless(term, kind) {
            return true;
        }
        let root = bare(term);
        self.facts.iter().any(|fact| {
            if bare(&fact.subject) != root {
                return self.without_letters(fact, &root, kind);
            }
            match &fact.check {
                Check::OneOf | Check::Number => true,
                Check::Address => kind != SinkKind::Url,
                Check::ContainsNot(part)
                    if matches!(kind, SinkKind::Header | SinkKind::Log | SinkKind::Message) =>
                {
                    part.text().is_some_and(|part| part.contains(['\n', '\r']))
                }
                Check::Equal(Value::Term(other))
                    if is_path(kind)
                        && other.operands(Op::BaseName).is_some_and(|inner| {
                            inner.first().and_then(Value::term).is_some_and(|inner| bare(inner) == root)
                        }) =>
                {
                    true
                }
                Check::Equal(value) => self.taint(value) == 0,
                Check::Matches(pattern) => {
                    super::pattern::allowed(pattern).is_some_and(|letters| harmless(&letters, kind))
                }
                Check::MatchesNot(pattern)
                    if matches!(kind, SinkKind::Header | SinkKind::Log | SinkKind::Message) =>
                {
                    let without = super::pattern::class_letters(&pattern.source);
                    without.is_some_and(|letters| letters.may_be('\n') && letters.may_be('\r'))
                        || super::pattern::complement(pattern).is_some_and(|letters| harmless(&letters, kind))
                }
                Check::MatchesNot(pattern) => {
                    super::pattern::complement(pattern).is_some_and(|letters| harmless(&letters, kind))
                }
                _ => false,
            }
        })
    }

    /// Whether what becomes objects or code was signed by somebody who holds a key: a comparison of digests held.
    pub(crate) fn is_signed(&self, term: &Term<'a>, kind: SinkKind) -> bool {
        if !matches!(kind, SinkKind::Deserialize | SinkKind::Code | SinkKind::Import) {
            return false;
        }
        let Some(root) = deepest_input(&Value::Term(term.clone())) else { return false };
        let of_root =
            |operand: &Value<'a>| operand.term().is_some_and(|operand| self.made_of(operand, &root));
        self.facts.iter().any(|fact| {
            fact.check == Check::True
                && match fact.subject.kind() {
                    TermKind::Result(path, operands) => {
                        const COMPARES: &[&str] =
                            &["compare_digest", "timingSafeEqual", "hmac.Equal", ".verify"];
                        COMPARES.iter().any(|end| path.ends_with(end)) && operands.iter().any(of_root)
                    }
                    // A comparison with a digest, itself a measure.
                    TermKind::Apply(Op::Measure, operands) => {
                        let digest = operands.iter().any(|operand| {
                            operand.term().is_some_and(|operand| operand.operands(Op::Measure).is_some())
                        });
                        digest && operands.iter().any(of_root)
                    }
                    _ => false,
                }
        })
    }

    /// A check of a value without some letters: `word.replace("-", "").isalnum()`.
    pub(crate) fn without_letters(&self, fact: &Fact<'a>, root: &Term<'a>, kind: SinkKind) -> bool {
        let Check::Matches(pattern) = &fact.check else { return false };
        let mut subject = bare(&fact.subject);
        if subject.operands(Op::ReplaceAll).is_none() {
            return false;
        }
        let Some(mut letters) = super::pattern::allowed(pattern) else { return false };
        for _ in 0..6 {
            let Some([Value::Term(inner), what, Value::Text(by)]) = subject.operands(Op::ReplaceAll) else {
                return false;
            };
            let what = match what {
                Value::Text(what) => Some(&**what),
                Value::Term(regex) => regex.operands(Op::Regex).and_then(|inner| inner.first()?.text()),
                _ => None,
            };
            let Some(what) = what.filter(|_| by.is_empty()) else { return false };
            letters.also(what);
            subject = bare(inner);
            if subject == *root {
                return harmless(&letters, kind);
            }
        }
        false
    }

    /// A replacement that leaves only harmless letters: `replace(/[^a-z0-9]/g, "")`.
    pub(crate) fn keeps_only(&self, operands: &[Value<'a>], kind: SinkKind) -> bool {
        let [_, what, by] = operands else { return false };
        let source = match what {
            Value::Text(source) => source.to_string(),
            Value::Term(term) => match term.operands(Op::Regex).and_then(|inner| inner.first()?.text()) {
                Some(source) => source.to_owned(),
                None => return false,
            },
            _ => return false,
        };
        let pattern =
            crate::fact::Pattern { source, flags: String::new(), anchored: crate::fact::Anchored::No };
        let by_is_harmless = by.text().is_some_and(|by| {
            by.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter))
        });
        by_is_harmless && super::pattern::complement(&pattern).is_some_and(|letters| harmless(&letters, kind))
    }

    /// Where anything was checked of a value.
    pub(crate) fn any_fact(&self, value: &Value<'a>, kind: SinkKind) -> Option<Place> {
        let root = bare(value.term()?);
        let fact = self.facts.iter().find(|fact| {
            (bare(&fact.subject) == root || self.made_of(&fact.subject, &root))
                && (concerns(&fact.check, kind)
                    || super::path::is_containment(&fact.check)
                    || fact.check == Check::OneOf)
        });
        fact.map(|fact| fact.place)
    }

    /// Which operands of a text that is put together were checked together: `file = name + ".md"`, then
    /// `folder + file`.
    pub(crate) fn covered(&self, operands: &[Value<'a>], kind: SinkKind) -> Vec<bool> {
        let mut covered = vec![false; operands.len()];
        for fact in self.facts.iter() {
            let subject = bare(&fact.subject);
            let Some(checked) = subject.operands(Op::Concat) else { continue };
            if checked.len() > operands.len() || !self.is_fixed(&subject, kind) {
                continue;
            }
            for start in 0..=operands.len() - checked.len() {
                let window = operands.get(start..start + checked.len()).unwrap_or_default();
                let last = checked.len() - 1;
                let same = window.iter().zip(checked).enumerate().all(|(index, (here, there))| {
                    match (here, there) {
                        (Value::Text(here), Value::Text(there)) => {
                            here == there
                                || (index == 0 && here.ends_with(&**there))
                                || (index == last && here.starts_with(&**there))
                        }
                        (here, there) => here == there,
                    }
                });
                if same {
                    covered.iter_mut().skip(start).take(checked.len()).for_each(|one| *one = true);
                }
            }
        }
        covered
    }
}

/// Whether a check asks about what is dangerous for a kind of operation: only then it was meant as a guard. `.endswith(".png")`
/// is none of a path, `startsWith("http")` none of a host.
fn concerns(check: &Check<'_>, kind: SinkKind) -> bool {
    let runs = matches!(kind, SinkKind::Shell | SinkKind::Arguments | SinkKind::Code | SinkKind::Sql);
    match check {
        Check::OneOf => runs,
        Check::NoneOf => matches!(kind, SinkKind::Shell | SinkKind::Code),
        Check::ContainsNot(part) | Check::StartsNotWith(part) => {
            part.text().is_none_or(|part| dangerous(part, kind))
        }
        Check::MatchesNot(pattern) => dangerous(&pattern.source, kind),
        Check::Matches(pattern) => {
            runs || pattern.source.starts_with('^') || pattern.anchored != crate::fact::Anchored::No
        }
        _ => false,
    }
}

/// Whether a text is something that makes a value dangerous for a kind of operation.
fn dangerous(part: &str, kind: SinkKind) -> bool {
    match kind {
        SinkKind::PathRead | SinkKind::PathWrite | SinkKind::PathDelete => {
            part.contains("..") || part.contains(['/', '\\', '~'])
        }
        SinkKind::Arguments => part.contains(|letter: char| !letter.is_alphanumeric()),
        SinkKind::Url => false,
        _ => true,
    }
}
