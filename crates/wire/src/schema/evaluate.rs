//! Does a value fit? Every step is counted, so that no schema takes longer than its budget.

use portcullis_model::{Node, Value};

use super::keyword::{Compiled, Id, Keyword};
use super::place::At;
use super::verdict::{Seen, Verdict};
use super::{Refusal, Unjudged, Violation};

/// Looks at a whole value.
pub(super) fn check(compiled: &Compiled, value: &Node) -> Result<(), Refusal> {
    let mut evaluation = Evaluation {
        compiled,
        steps: compiled.limits.steps,
        depth: 0,
        quiet: 0,
        scope: Vec::new(),
        doubt: None,
        violations: Vec::new(),
    };
    let mut seen = evaluation.seen();
    match evaluation.sub(0, value, At::ROOT, &mut seen).map_err(Refusal::Unjudged)? {
        Verdict::Valid => Ok(()),
        Verdict::Unknown => Err(Refusal::Unjudged(evaluation.doubt.unwrap_or(Unjudged::Steps))),
        Verdict::Invalid => Err(Refusal::Violations(evaluation.violations)),
    }
}

pub(super) struct Evaluation<'s> {
    compiled: &'s Compiled,
    /// How many are left.
    steps: usize,
    depth: usize,
    /// Above zero, a misfit is no violation: another alternative may fit.
    quiet: usize,
    /// The resources that references came through, outermost first.
    scope: Vec<usize>,
    /// Why the first verdict was unknown.
    doubt: Option<Unjudged>,
    violations: Vec<Violation>,
}

type Judged = Result<Verdict, Unjudged>;

impl<'s> Evaluation<'s> {
    pub(super) const fn seen(&self) -> Seen {
        Seen::new(self.compiled.asks_for_unevaluated)
    }

    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Unjudged> {
        self.steps = self.steps.checked_sub(steps).ok_or(Unjudged::Steps)?;
        Ok(())
    }

    /// A misfit, with what to do about it.
    pub(super) fn violate(
        &mut self,
        at: At<'_>,
        keyword: &'static str,
        message: impl FnOnce() -> String,
    ) -> Verdict {
        if self.quiet == 0 && self.violations.len() < self.compiled.limits.violations.max(1) {
            self.violations.push(Violation { pointer: at.pointer(), keyword, message: message() });
        }
        Verdict::Invalid
    }

    /// Nobody can say.
    pub(super) fn doubt(&mut self, why: Unjudged) -> Verdict {
        self.doubt.get_or_insert(why);
        Verdict::Unknown
    }

    /// Looks without complaining.
    pub(super) fn quietly(&mut self, id: Id, node: &Node, at: At<'_>, seen: &mut Seen) -> Judged {
        self.quiet += 1;
        let verdict = self.sub(id, node, at, seen);
        self.quiet -= 1;
        verdict
    }

    /// What one subschema says.
    pub(super) fn sub(&mut self, id: Id, node: &Node, at: At<'_>, seen: &mut Seen) -> Judged {
        self.spend(1)?;
        let compiled: &'s Compiled = self.compiled;
        let Some(sub) = compiled.subs.get(id) else { return Ok(Verdict::Unknown) };
        if self.depth >= compiled.limits.depth {
            return Err(Unjudged::Depth);
        }
        self.depth += 1;
        let enters = self.scope.last() != Some(&sub.resource);
        if enters {
            self.scope.push(sub.resource);
        }
        let mut verdict = Verdict::Valid;
        for keyword in &sub.keywords {
            verdict = verdict.and(self.keyword(keyword, node, at, seen)?);
            if verdict == Verdict::Invalid && (self.quiet > 0 || self.has_enough()) {
                break;
            }
        }
        if enters {
            self.scope.pop();
        }
        self.depth -= 1;
        Ok(verdict)
    }

    /// Whether a subschema is `false`.
    pub(super) fn is_never(&self, id: Id) -> bool {
        let sub = self.compiled.subs.get(id);
        sub.is_some_and(|sub| matches!(sub.keywords.as_slice(), [Keyword::Never]))
    }

    fn has_enough(&self) -> bool {
        self.violations.len() >= self.compiled.limits.violations
    }

    fn keyword(&mut self, keyword: &'s Keyword, node: &Node, at: At<'_>, seen: &mut Seen) -> Judged {
        self.spend(1)?;
        match (keyword, &node.value) {
            (Keyword::Ref(id), _) => self.branch(*id, node, at, seen),
            (Keyword::DynamicRef(id, name), _) => {
                let anchors = &self.compiled.dynamic_anchors;
                let outermost = |resource: &usize| anchors.get(*resource)?.get(name).copied();
                let target = self.scope.iter().find_map(outermost).unwrap_or(*id);
                self.branch(target, node, at, seen)
            }
            (Keyword::AllOf(ids), _) => ids
                .iter()
                .try_fold(Verdict::Valid, |verdict, id| Ok(verdict.and(self.branch(*id, node, at, seen)?))),
            (Keyword::AnyOf(ids), _) => self.any_of(ids, node, at, seen),
            (Keyword::OneOf(ids), _) => self.one_of(ids, node, at, seen),
            (Keyword::Not(id), _) => self.not(*id, node, at),
            (Keyword::If { test, then, otherwise }, _) => {
                self.condition(*test, *then, *otherwise, node, at, seen)
            }
            (Keyword::DependentSchemas(schemas), Value::Map(_)) => {
                let mut verdict = Verdict::Valid;
                for (name, id) in schemas {
                    if self.has(node, name)? {
                        verdict = verdict.and(self.branch(*id, node, at, seen)?);
                    }
                }
                Ok(verdict)
            }
            (Keyword::Members(members), Value::Map(entries)) => self.members(members, entries, at, seen),
            (Keyword::PropertyNames(id), Value::Map(entries)) => self.names(*id, entries, at),
            (Keyword::UnevaluatedProperties(id), Value::Map(entries)) => {
                self.unevaluated_members(*id, entries, at, seen)
            }
            (Keyword::Elements(elements), Value::List(items)) => self.elements(elements, items, at, seen),
            (Keyword::Contains { what, least, most }, Value::List(items)) => {
                self.contains(*what, *least, *most, items, at, seen)
            }
            (Keyword::UnevaluatedItems(id), Value::List(items)) => {
                self.unevaluated_elements(*id, items, at, seen)
            }
            _ => self.assertion(keyword, node, at),
        }
    }

    /// A subschema of the same value. What it looked at counts when it fits.
    fn branch(&mut self, id: Id, node: &Node, at: At<'_>, seen: &mut Seen) -> Judged {
        let mut own = self.seen();
        let verdict = self.sub(id, node, at, &mut own)?;
        seen.add(verdict, &own);
        Ok(verdict)
    }

    fn quiet_branch(&mut self, id: Id, node: &Node, at: At<'_>, seen: &mut Seen) -> Judged {
        self.quiet += 1;
        let verdict = self.branch(id, node, at, seen);
        self.quiet -= 1;
        verdict
    }

    fn any_of(&mut self, ids: &[Id], node: &Node, at: At<'_>, seen: &mut Seen) -> Judged {
        let mut found = Verdict::Invalid;
        for id in ids {
            match self.quiet_branch(*id, node, at, seen)? {
                Verdict::Valid if !seen.is_wanted() => return Ok(Verdict::Valid),
                Verdict::Valid => found = Verdict::Valid,
                Verdict::Unknown if found == Verdict::Invalid => found = Verdict::Unknown,
                _ => {}
            }
        }
        if found == Verdict::Invalid {
            let message =
                || format!("fits none of the {} alternatives; give a value that fits one", ids.len());
            return Ok(self.violate(at, "anyOf", message));
        }
        Ok(found)
    }

    fn one_of(&mut self, ids: &[Id], node: &Node, at: At<'_>, seen: &mut Seen) -> Judged {
        let (mut valid, mut unknown) = (0_usize, 0_usize);
        for id in ids {
            match self.quiet_branch(*id, node, at, seen)? {
                Verdict::Valid => valid += 1,
                Verdict::Unknown => unknown += 1,
                Verdict::Invalid => {}
            }
        }
        match (valid, unknown) {
            (2.., _) => {
                let message =
                    || format!("fits {valid} alternatives at once; give a value that fits exactly one");
                Ok(self.violate(at, "oneOf", message))
            }
            (1, 0) => Ok(Verdict::Valid),
            (0, 0) => {
                let message =
                    || format!("fits none of the {} alternatives; give a value that fits one", ids.len());
                Ok(self.violate(at, "oneOf", message))
            }
            _ => Ok(Verdict::Unknown),
        }
    }

    fn not(&mut self, id: Id, node: &Node, at: At<'_>) -> Judged {
        let mut own = self.seen();
        Ok(match self.quietly(id, node, at, &mut own)? {
            Verdict::Invalid => Verdict::Valid,
            Verdict::Unknown => Verdict::Unknown,
            Verdict::Valid => {
                self.violate(at, "not", || "has a shape that is ruled out; give another value".to_owned())
            }
        })
    }

    fn condition(
        &mut self,
        test: Id,
        then: Option<Id>,
        otherwise: Option<Id>,
        node: &Node,
        at: At<'_>,
        seen: &mut Seen,
    ) -> Judged {
        let chosen = match self.quiet_branch(test, node, at, seen)? {
            Verdict::Valid => then,
            Verdict::Invalid => otherwise,
            Verdict::Unknown => {
                seen.is_uncertain = true;
                return Ok(if then.or(otherwise).is_some() { Verdict::Unknown } else { Verdict::Valid });
            }
        };
        chosen.map_or(Ok(Verdict::Valid), |id| self.branch(id, node, at, seen))
    }
}
