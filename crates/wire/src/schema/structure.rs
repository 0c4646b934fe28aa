//! Members of objects and elements of lists.

use std::collections::HashSet;

use portcullis_model::{Entry, Node};

use super::Unjudged;
use super::equality;
use super::evaluate::Evaluation;
use super::keyword::{Elements, Id, Members};
use super::place::At;
use super::verdict::{Seen, Verdict};

type Judged = Result<Verdict, Unjudged>;

impl Evaluation<'_> {
    pub(super) fn members(
        &mut self,
        members: &Members,
        entries: &[Entry],
        at: At<'_>,
        seen: &mut Seen,
    ) -> Judged {
        let mut verdict = Verdict::Valid;
        for (index, entry) in entries.iter().enumerate() {
            self.spend(1 + entry.key.len() / 64)?;
            let here = at.member(&entry.key);
            let mut is_known = Verdict::Invalid;
            if let Ok(found) = members.named.binary_search_by(|(name, _)| name.as_ref().cmp(&*entry.key))
                && let Some((_, id)) = members.named.get(found)
            {
                is_known = Verdict::Valid;
                verdict = verdict.and(self.child(*id, &entry.node, here, "properties")?);
            }
            for (pattern, id) in &members.patterns {
                match self.fits(pattern, &entry.key)? {
                    Verdict::Valid => {
                        is_known = Verdict::Valid;
                        verdict = verdict.and(self.child(*id, &entry.node, here, "patternProperties")?);
                    }
                    Verdict::Unknown => {
                        verdict = verdict.and(Verdict::Unknown);
                        if is_known == Verdict::Invalid {
                            is_known = Verdict::Unknown;
                        }
                    }
                    Verdict::Invalid => {}
                }
            }
            match (is_known, members.others) {
                (Verdict::Valid, _) => seen.note(index),
                (Verdict::Unknown, _) => seen.is_uncertain = true,
                (Verdict::Invalid, Some(id)) => {
                    seen.note(index);
                    verdict = verdict.and(self.child(id, &entry.node, here, "additionalProperties")?);
                }
                (Verdict::Invalid, None) => {}
            }
        }
        Ok(verdict)
    }

    /// What a subschema says of a part of the value. `false` is a violation of the keyword that led there.
    fn child(&mut self, id: Id, node: &Node, at: At<'_>, keyword: &'static str) -> Judged {
        if self.is_never(id) {
            return Ok(self.violate(at, keyword, || "is not allowed here; leave it out".to_owned()));
        }
        let mut seen = self.seen();
        self.sub(id, node, at, &mut seen)
    }

    /// Whether the name of every member fits.
    pub(super) fn names(&mut self, id: Id, entries: &[Entry], at: At<'_>) -> Judged {
        let mut verdict = Verdict::Valid;
        for entry in entries {
            self.spend(1 + entry.key.len() / 64)?;
            let name = Node::made_text(&entry.key);
            let mut own = self.seen();
            let mut judged = self.quietly(id, &name, at, &mut own)?;
            if judged == Verdict::Invalid {
                let message = || "has a name that is not allowed; rename it or leave it out".to_owned();
                judged = self.violate(at.member(&entry.key), "propertyNames", message);
            }
            verdict = verdict.and(judged);
        }
        Ok(verdict)
    }

    pub(super) fn elements(
        &mut self,
        elements: &Elements,
        items: &[Node],
        at: At<'_>,
        seen: &mut Seen,
    ) -> Judged {
        let mut verdict = Verdict::Valid;
        for (index, item) in items.iter().enumerate() {
            self.spend(1)?;
            let (id, keyword) = match (elements.first.get(index), elements.rest) {
                (Some(id), _) => (*id, "prefixItems"),
                (None, Some(id)) => (id, elements.rest_name),
                (None, None) => break,
            };
            seen.note(index);
            verdict = verdict.and(self.child(id, item, at.element(index), keyword)?);
        }
        Ok(verdict)
    }

    pub(super) fn contains(
        &mut self,
        what: Id,
        least: u64,
        most: Option<u64>,
        items: &[Node],
        at: At<'_>,
        seen: &mut Seen,
    ) -> Judged {
        let (mut valid, mut unknown) = (0_u64, 0_u64);
        for (index, item) in items.iter().enumerate() {
            let mut own = self.seen();
            match self.quietly(what, item, at.element(index), &mut own)? {
                Verdict::Valid => {
                    valid += 1;
                    seen.note(index);
                }
                Verdict::Unknown => {
                    unknown += 1;
                    seen.is_uncertain = true;
                }
                Verdict::Invalid => {}
            }
        }
        if valid + unknown < least {
            let message = || format!("has {valid} fitting elements, fewer than {least}; add some");
            return Ok(self.violate(at, "contains", message));
        }
        if let Some(most) = most.filter(|most| valid > *most) {
            let message = || format!("has {valid} fitting elements, more than {most}; leave some out");
            return Ok(self.violate(at, "maxContains", message));
        }
        let is_open = valid < least || most.is_some_and(|most| valid + unknown > most);
        Ok(if is_open { Verdict::Unknown } else { Verdict::Valid })
    }

    pub(super) fn unevaluated_members(
        &mut self,
        id: Id,
        entries: &[Entry],
        at: At<'_>,
        seen: &mut Seen,
    ) -> Judged {
        let mut verdict = Verdict::Valid;
        for (index, entry) in entries.iter().enumerate() {
            self.spend(1)?;
            if !seen.has(index) {
                let here = at.member(&entry.key);
                verdict =
                    verdict.and(self.unevaluated(id, &entry.node, here, "unevaluatedProperties", seen)?);
                seen.note(index);
            }
        }
        Ok(verdict)
    }

    pub(super) fn unevaluated_elements(
        &mut self,
        id: Id,
        items: &[Node],
        at: At<'_>,
        seen: &mut Seen,
    ) -> Judged {
        let mut verdict = Verdict::Valid;
        for (index, item) in items.iter().enumerate() {
            self.spend(1)?;
            if !seen.has(index) {
                let here = at.element(index);
                verdict = verdict.and(self.unevaluated(id, item, here, "unevaluatedItems", seen)?);
                seen.note(index);
            }
        }
        Ok(verdict)
    }

    fn unevaluated(&mut self, id: Id, node: &Node, at: At<'_>, keyword: &'static str, seen: &Seen) -> Judged {
        if !seen.is_uncertain {
            return self.child(id, node, at, keyword);
        }
        // It may have been looked at: then it counts as fitting.
        let mut own = self.seen();
        let verdict = self.quietly(id, node, at, &mut own)?;
        Ok(if verdict == Verdict::Invalid { Verdict::Unknown } else { verdict })
    }

    pub(super) fn unique(&mut self, items: &[Node], at: At<'_>) -> Judged {
        let mut keys = HashSet::with_capacity(items.len().min(1024));
        for (index, item) in items.iter().enumerate() {
            self.spend(equality::weight(item))?;
            let Some(key) = equality::key(item) else { return Err(Unjudged::Depth) };
            if !keys.insert(key) {
                let message = || "stands in the list before; leave it out".to_owned();
                return Ok(self.violate(at.element(index), "uniqueItems", message));
            }
        }
        Ok(Verdict::Valid)
    }
}
