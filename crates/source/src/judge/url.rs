//! Addresses: the host is fixed, one of a set, or checked to be public.

use crate::analysis::GuardFault;
use crate::fact::Check;
use crate::library::{Op, SinkKind};
use crate::value::{Term, TermKind, Value};

use super::{Judge, Loose, bare};

const KIND: SinkKind = SinkKind::Url;

impl<'a> Judge<'_, 'a> {
    /// The inputs that choose where a request goes.
    pub(crate) fn url(&self, value: &Value<'a>, depth: usize) -> Loose {
        if depth == 0 {
            return Loose { taint: self.taint(value), guard: None };
        }
        match value {
            Value::Either(alternatives) => {
                let mut loose = Loose::SAFE;
                for one in alternatives.iter() {
                    loose.add(&self.with(&one.facts).url(&one.value, depth - 1));
                }
                loose
            }
            Value::Object(id) => {
                // Options with a host, or a request with an address.
                let Some(object) = self.state.object(*id) else { return Loose::SAFE };
                let mut loose = Loose::SAFE;
                for name in ["hostname", "host", "url", "uri", "baseURL"] {
                    if let Some(inner) = object.fields.get(name) {
                        loose.add(&self.url(inner, depth - 1));
                    }
                }
                loose
            }
            Value::Term(term) => self.url_term(term, depth),
            _ => Loose::SAFE,
        }
    }

    fn url_term(&self, term: &Term<'a>, depth: usize) -> Loose {
        if term.taint() & self.attacker == 0 || self.is_fixed(term, KIND) {
            return Loose::SAFE;
        }
        let guard = match self.goes_where_it_may(term) {
            Ok(()) => return Loose::SAFE,
            Err(guard) => guard,
        };
        let loose = match term.kind() {
            TermKind::Apply(Op::Concat, operands) => self.address(operands, depth),
            TermKind::Apply(Op::ParseUrl, operands) => match operands.as_slice() {
                // An address relative to a base: absolute ones replace the base.
                [Value::Text(path), ..] if path.starts_with('/') => Loose::SAFE,
                [first, base] if starts_as_path(first) && self.taint(base) == 0 => Loose::SAFE,
                operands => {
                    let mut loose = Loose::SAFE;
                    operands.iter().for_each(|operand| loose.add(&self.url(operand, depth - 1)));
                    loose
                }
            },
            TermKind::Apply(Op::Same | Op::Fold, operands) => {
                operands.first().map_or(Loose::SAFE, |inner| self.url(inner, depth - 1))
            }
            TermKind::Apply(Op::EncodeUrl, _) => Loose::SAFE,
            TermKind::Apply(Op::Field | Op::UrlHost, operands) => {
                operands.first().map_or(Loose::SAFE, |inner| self.url(inner, depth - 1))
            }
            TermKind::Apply(Op::Or, operands) => {
                let mut loose = Loose::SAFE;
                operands.iter().for_each(|operand| loose.add(&self.url(operand, depth - 1)));
                loose
            }
            TermKind::Apply(Op::And, operands) => {
                operands.last().map_or(Loose::SAFE, |inner| self.url(inner, depth - 1))
            }
            TermKind::Result(_, operands) => {
                let mut loose = Loose::SAFE;
                for operand in operands {
                    match operand {
                        Value::Object(id) => {
                            let elements = self.state.elements(*id);
                            elements.iter().for_each(|inner| loose.add(&self.url(inner, depth - 1)));
                        }
                        operand => loose.add(&self.url(operand, depth - 1)),
                    }
                }
                // As elsewhere: what is not understood may hide what it carries.
                if loose.is_safe() && !operands.iter().any(|operand| self.taint(operand) != 0) {
                    loose.taint = term.taint() & self.attacker;
                }
                loose
            }
            _ => self.generic(KIND, &Value::Term(term.clone()), depth - 1),
        };
        match guard {
            Some((fault, place)) => loose.fault(fault, place),
            None => self.blamed(loose, term, KIND),
        }
    }

    /// An address that is put together: what stands before the input says whether it can choose the host.
    fn address(&self, operands: &[Value<'a>], depth: usize) -> Loose {
        let Some(first) = operands.first() else { return Loose::SAFE };
        let Some(text) = first.text() else {
            if self.taint(first) == 0 {
                // A base that is configured, and a path after it.
                return Loose::SAFE;
            }
            return self.url(first, depth - 1);
        };
        let after = text.split_once("://").map_or(text, |(_, after)| after);
        if !text.contains("://") {
            // A path, or a name without a scheme.
            return if text.starts_with('/') { Loose::SAFE } else { self.rest(operands, depth) };
        }
        if after.contains(['/', '?', '#']) { Loose::SAFE } else { self.rest(operands, depth) }
    }

    fn rest(&self, operands: &[Value<'a>], depth: usize) -> Loose {
        // Only what stands before the first slash of a text chooses the host.
        let mut loose = Loose::SAFE;
        for operand in operands.iter().skip(1) {
            if operand.text().is_some_and(|text| text.contains('/')) {
                break;
            }
            loose.add(&self.generic(KIND, operand, depth - 1));
        }
        loose
    }

    /// Whether it was checked where an address goes; else the check that does not do it.
    fn goes_where_it_may(&self, term: &Term<'a>) -> Result<(), Option<(GuardFault, crate::value::Place)>> {
        let root = address_of(term);
        let mut guard = None;
        for fact in self.facts.iter() {
            let subject = bare(&fact.subject);
            let is_host = host_of(&subject);
            let about = address_of(&subject);
            if about != root {
                continue;
            }
            match (&fact.check, is_host) {
                (Check::PublicAddress, _) => return Ok(()),
                (Check::OneOf, true) => return Ok(()),
                (Check::Number, true) => return Ok(()),
                (Check::Matches(pattern), true)
                    if super::pattern::allowed(pattern).is_some_and(|letters| letters.only(|c| c != '/')) =>
                {
                    return Ok(());
                }
                (Check::EndsWith(end), true) => {
                    if end.text().is_some_and(|end| end.starts_with('.')) {
                        return Ok(());
                    }
                    guard = Some((GuardFault::LooseAddress, fact.place));
                }
                (Check::StartsWith(start), false) => {
                    if start.text().is_some_and(fixes_host) || ends_fixed(start) {
                        return Ok(());
                    }
                    let is_scheme =
                        start.text().is_some_and(|start| start.ends_with("://") || start == "http");
                    if !is_scheme {
                        guard = Some((GuardFault::LooseAddress, fact.place));
                    }
                }
                (Check::Contains(_) | Check::StartsWith(_), _) => {
                    guard = Some((GuardFault::LooseAddress, fact.place));
                }
                (
                    Check::NoneOf | Check::ContainsNot(_) | Check::StartsNotWith(_) | Check::MatchesNot(_),
                    _,
                ) if is_host || names_host(&fact.check) => {
                    guard.get_or_insert((GuardFault::DenyList, fact.place));
                }
                (Check::Matches(pattern), false) if pattern.source.contains("\\.") => {
                    guard.get_or_insert((GuardFault::LoosePattern, fact.place));
                }
                _ => {}
            }
        }
        Err(guard)
    }
}

/// Whether what is forbidden is a host, and not a scheme or a file's ending.
fn names_host(check: &Check<'_>) -> bool {
    let text = match check {
        Check::ContainsNot(part) | Check::StartsNotWith(part) => part.text(),
        Check::MatchesNot(pattern) => Some(pattern.source.as_str()),
        _ => return false,
    };
    const HOSTS: &[&str] =
        &["localhost", "127", "169", "192", "10.", "internal", "metadata", "0.0.0.0", "::1"];
    text.is_none_or(|text| HOSTS.iter().any(|host| text.contains(host)))
}

/// The text of an address whose host, address or parsed form this is.
fn address_of<'a>(term: &Term<'a>) -> Term<'a> {
    let mut term = bare(term);
    for _ in 0..10 {
        let inner = match term.kind() {
            TermKind::Apply(
                Op::ParseUrl
                | Op::UrlHost
                | Op::UrlScheme
                | Op::ResolveHost
                | Op::ParseAddress
                | Op::Same
                | Op::Fold
                | Op::Field
                | Op::Element
                | Op::Part
                | Op::ReplaceAll
                | Op::ReplaceFirst
                | Op::Or,
                operands,
            ) => match operands.first() {
                Some(Value::Term(inner)) => inner.clone(),
                _ => return term,
            },
            TermKind::Result(_, operands) => {
                // A library that takes an address apart or asks for it.
                let next =
                    operands.iter().find_map(|operand| operand.term().filter(|inner| inner.taint() != 0));
                match next {
                    Some(inner) => inner.clone(),
                    None => return term,
                }
            }
            _ => return term,
        };
        term = bare(&inner);
    }
    term
}

/// Whether a symbol is the host of an address, or an address that it resolves to.
fn host_of(term: &Term<'_>) -> bool {
    let mut term = bare(term);
    for _ in 0..6 {
        let inner = match term.kind() {
            TermKind::Apply(Op::UrlHost | Op::ResolveHost | Op::ParseAddress, _) => return true,
            TermKind::Apply(
                Op::Same | Op::Fold | Op::Element | Op::Part | Op::Field | Op::ReplaceAll | Op::Or,
                operands,
            ) => match operands.first() {
                Some(Value::Term(inner)) => inner.clone(),
                _ => return false,
            },
            _ => return false,
        };
        term = bare(&inner);
    }
    false
}

/// `https://api.example.com/`: a scheme, a host, and a slash after it.
fn fixes_host(start: &str) -> bool {
    start.split_once("://").is_some_and(|(_, after)| after.find('/').is_some_and(|slash| slash > 0))
}

/// A base that is configured, with a slash at its end.
fn ends_fixed(start: &Value<'_>) -> bool {
    match start {
        Value::Term(term) => match term.kind() {
            TermKind::Apply(Op::Concat, operands) => {
                operands.last().and_then(Value::text).is_some_and(|text| text.ends_with('/'))
            }
            _ => false,
        },
        _ => false,
    }
}

/// Begins with one slash: a path, not an address of another host.
fn starts_as_path(value: &Value<'_>) -> bool {
    let text = match value {
        Value::Text(text) => Some(&**text),
        Value::Term(term) => term.operands(Op::Concat).and_then(|operands| operands.first()?.text()),
        _ => None,
    };
    text.is_some_and(|text| text.starts_with('/') && !text.starts_with("//") && text.len() > 1)
}
