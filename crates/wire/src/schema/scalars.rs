//! Keywords that look at a value alone.

use std::cmp::Ordering;
use std::collections::HashSet;

use portcullis_model::{Node, Value};

use super::Unjudged;
use super::decimal::Decimal;
use super::equality;
use super::evaluate::Evaluation;
use super::keyword::{Bound, Judge, Keyword, Types};
use super::place::At;
use super::verdict::Verdict;
use crate::fault::quoted;

type Judged = Result<Verdict, Unjudged>;

impl Evaluation<'_> {
    /// What fits no kind of value but its own fits every other.
    pub(super) fn assertion(&mut self, keyword: &Keyword, node: &Node, at: At<'_>) -> Judged {
        match (keyword, &node.value) {
            (Keyword::Never, _) => {
                Ok(self.violate(at, "false", || "is not allowed here; leave it out".to_owned()))
            }
            (Keyword::Type(types), _) => {
                self.spend(spelling(node).len())?;
                Ok(self.types(*types, node, at))
            }
            (Keyword::OneOfThese { name, keys, shown }, _) => self.one_of_these(name, keys, shown, node, at),
            (Keyword::Bound(bound, limit, shown), Value::Number(number)) => {
                self.spend(number.len())?;
                Ok(self.bound(*bound, limit, shown, number, at))
            }
            (Keyword::MultipleOf(divisor, shown), Value::Number(number)) => {
                self.spend(number.len())?;
                let fits = Decimal::read(number).and_then(|number| number.is_multiple_of(divisor));
                Ok(match fits {
                    Some(true) => Verdict::Valid,
                    None => self.doubt(Unjudged::Number),
                    Some(false) => {
                        self.violate(at, "multipleOf", || format!("is no multiple of {shown}; give one"))
                    }
                })
            }
            (Keyword::MinLength(_) | Keyword::MaxLength(_) | Keyword::Pattern(_), Value::Text(text)) => {
                self.text(keyword, text, at)
            }
            (Keyword::UniqueItems, Value::List(items)) => self.unique(items, at),
            (Keyword::MinItems(least), Value::List(items)) => {
                Ok(self.at_least(*least, items.len(), ("minItems", "elements"), at))
            }
            (Keyword::MaxItems(most), Value::List(items)) => {
                Ok(self.at_most(*most, items.len(), ("maxItems", "elements"), at))
            }
            (Keyword::MinProperties(least), Value::Map(entries)) => {
                Ok(self.at_least(*least, entries.len(), ("minProperties", "members"), at))
            }
            (Keyword::MaxProperties(most), Value::Map(entries)) => {
                Ok(self.at_most(*most, entries.len(), ("maxProperties", "members"), at))
            }
            (Keyword::Required(names), Value::Map(_)) => self.required("required", names, node, at),
            (Keyword::DependentRequired(keyword, needs), Value::Map(_)) => {
                let mut verdict = Verdict::Valid;
                for (name, needed) in needs {
                    if self.has(node, name)? {
                        verdict = verdict.and(self.required(keyword, needed, node, at)?);
                    }
                }
                Ok(verdict)
            }
            _ => Ok(Verdict::Valid),
        }
    }

    fn types(&mut self, types: Types, node: &Node, at: At<'_>) -> Verdict {
        match types.fit(node) {
            Some(true) => Verdict::Valid,
            None => self.doubt(Unjudged::Number),
            Some(false) => self.violate(at, "type", || {
                let wanted = types.shown();
                if wanted.is_empty() {
                    return "can have no type; leave it out".to_owned();
                }
                format!("is {}, not {wanted}; give {wanted}", node.kind())
            }),
        }
    }

    fn one_of_these(
        &mut self,
        name: &'static str,
        keys: &HashSet<String>,
        shown: &str,
        node: &Node,
        at: At<'_>,
    ) -> Judged {
        self.spend(equality::weight(node))?;
        let Some(key) = equality::key(node) else { return Err(Unjudged::Depth) };
        if keys.contains(&key) {
            return Ok(Verdict::Valid);
        }
        let message = || {
            if shown.is_empty() {
                return "no value is allowed here; leave it out".to_owned();
            }
            format!("is not an allowed value; give {}{shown}", if name == "enum" { "one of " } else { "" })
        };
        Ok(self.violate(at, name, message))
    }

    fn bound(&mut self, bound: Bound, limit: &Decimal, shown: &str, number: &str, at: At<'_>) -> Verdict {
        let Some(number) = Decimal::read(number) else { return self.doubt(Unjudged::Number) };
        let order = number.cmp(limit);
        let (keyword, fits, wanted) = match bound {
            Bound::Minimum => ("minimum", order != Ordering::Less, "or more"),
            Bound::Maximum => ("maximum", order != Ordering::Greater, "or less"),
            Bound::ExclusiveMinimum => {
                ("exclusiveMinimum", order == Ordering::Greater, "is too little: give more")
            }
            Bound::ExclusiveMaximum => {
                ("exclusiveMaximum", order == Ordering::Less, "is too much: give less")
            }
        };
        if fits {
            return Verdict::Valid;
        }
        self.violate(at, keyword, || match bound {
            Bound::Minimum | Bound::Maximum => format!("is out of range; give {shown} {wanted}"),
            Bound::ExclusiveMinimum | Bound::ExclusiveMaximum => format!("is out of range; {shown} {wanted}"),
        })
    }

    fn text(&mut self, keyword: &Keyword, text: &str, at: At<'_>) -> Judged {
        self.spend(text.len() / 64)?;
        match keyword {
            Keyword::MinLength(least) => {
                Ok(self.at_least(*least, text.chars().count(), ("minLength", "characters"), at))
            }
            Keyword::MaxLength(most) => {
                Ok(self.at_most(*most, text.chars().count(), ("maxLength", "characters"), at))
            }
            Keyword::Pattern(pattern) => {
                let verdict = self.fits(pattern, text)?;
                if verdict == Verdict::Invalid
                    && let Judge::Pattern(_, shown) = pattern
                {
                    let message = || format!("does not fit the pattern {shown}; give a text that does");
                    return Ok(self.violate(at, "pattern", message));
                }
                Ok(verdict)
            }
            _ => Ok(Verdict::Valid),
        }
    }

    /// Whether a pattern is in a text.
    pub(super) fn fits(&mut self, pattern: &Judge, text: &str) -> Judged {
        Ok(match pattern {
            Judge::Pattern(pattern, _) => {
                self.spend(pattern.cost(text))?;
                Verdict::of(pattern.is_in(text))
            }
            Judge::CannotBeJudged => self.doubt(Unjudged::Pattern),
        })
    }

    /// Whether an object has a member: a search through all of them.
    pub(super) fn has(&mut self, node: &Node, name: &str) -> Result<bool, Unjudged> {
        let compared = (1 + node.entries().len() / 16).saturating_mul(1 + name.len() / 64);
        self.spend(compared)?;
        Ok(node.get(name).is_some())
    }

    fn required(&mut self, keyword: &'static str, names: &[Box<str>], node: &Node, at: At<'_>) -> Judged {
        let mut verdict = Verdict::Valid;
        for name in names {
            if !self.has(node, name)? {
                verdict = self.violate(at, keyword, || format!("lacks the member {}; add it", quoted(name)));
            }
        }
        Ok(verdict)
    }

    fn at_least(&mut self, least: u64, has: usize, what: (&'static str, &str), at: At<'_>) -> Verdict {
        if u64::try_from(has).unwrap_or(u64::MAX) >= least {
            return Verdict::Valid;
        }
        self.violate(at, what.0, || format!("has {has} {}, fewer than {least}; add some", what.1))
    }

    fn at_most(&mut self, most: u64, has: usize, what: (&'static str, &str), at: At<'_>) -> Verdict {
        if u64::try_from(has).unwrap_or(u64::MAX) <= most {
            return Verdict::Valid;
        }
        self.violate(at, what.0, || format!("has {has} {}, more than {most}; leave some out", what.1))
    }
}

/// The spelling of a number, which may be long.
fn spelling(node: &Node) -> &str {
    match &node.value {
        Value::Number(spelling) => spelling,
        _ => "",
    }
}
