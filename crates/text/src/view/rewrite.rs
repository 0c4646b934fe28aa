//! Rewriting a text while keeping the way back to where each part came from.

use portcullis_model::Span;

/// Bytes of unchanged text kept before the first and after the last change, so that a sentence stays whole.
const CONTEXT: usize = 400;
/// Most steps that a map keeps; a text with more is mapped coarsely from there on.
const MOST_STEPS: usize = 512;

/// Where the parts of a rewritten text came from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Map {
    steps: Vec<Step>,
    end: usize,
}

/// From `at` in the rewritten text on, the source is at `source`: copied byte by byte, or replaced as a whole.
#[derive(Debug, Clone, Copy)]
struct Step {
    at: usize,
    source: usize,
    copied: bool,
}

impl Map {
    /// The source of a part of the rewritten text; none when the map is empty.
    pub(crate) fn source_of(&self, part: Span) -> Option<Span> {
        let start = self.place(part.start)?;
        if part.is_empty() {
            return Some(Span::new(start, start));
        }
        let last = part.end - 1;
        let index = self.index(last)?;
        let step = self.steps.get(index)?;
        let next = self.steps.get(index + 1).map_or(self.end, |next| next.source);
        let end = if step.copied { step.source + (last + 1 - step.at) } else { next };
        Some(Span::new(start, end.min(self.end)))
    }

    /// This map with its sources replaced by theirs.
    pub(crate) fn through(mut self, onwards: impl Fn(Span) -> Span) -> Self {
        // A step that is copied here may be replaced there: only its beginning is certain.
        for step in &mut self.steps {
            step.source = onwards(Span::new(step.source, step.source)).start;
            step.copied = false;
        }
        self.end = onwards(Span::new(self.end, self.end)).end;
        self
    }

    fn index(&self, at: usize) -> Option<usize> {
        self.steps.partition_point(|step| step.at <= at).checked_sub(1)
    }

    fn place(&self, at: usize) -> Option<usize> {
        let step = self.steps.get(self.index(at)?)?;
        Some(if step.copied { (step.source + (at - step.at)).min(self.end) } else { step.source })
    }

    fn step(&mut self, at: usize, source: usize, copied: bool) {
        let continues = self
            .steps
            .last()
            .is_some_and(|last| last.copied && copied && last.source + (at - last.at) == source);
        if !continues && self.steps.len() < MOST_STEPS {
            // The last step that fits stands for all that follows.
            let copied = copied && self.steps.len() + 1 < MOST_STEPS;
            self.steps.push(Step { at, source, copied });
        }
    }
}

/// A text being rewritten: what is not replaced is copied, from shortly before the first change to shortly after the
/// last.
pub(crate) struct Rewrite<'s> {
    source: &'s str,
    text: String,
    map: Map,
    start: usize,
    done: usize,
    changed: bool,
}

/// A rewritten text, the part of the source that it stands for, and the way back.
pub(crate) struct Rewritten {
    pub(crate) text: String,
    pub(crate) source: Span,
    pub(crate) map: Map,
}

impl<'s> Rewrite<'s> {
    pub(crate) fn of(source: &'s str) -> Self {
        Self { source, text: String::new(), map: Map::default(), start: 0, done: 0, changed: false }
    }

    /// Puts `with` in the place of the bytes from `from` to `to`. Replacements come in order; one that reaches back
    /// into the one before is left out.
    pub(crate) fn replace(&mut self, from: usize, to: usize, with: &str) {
        if !self.changed {
            self.start = boundary_before(self.source, from.saturating_sub(CONTEXT));
            self.done = self.start;
        }
        if from < self.done {
            return;
        }
        self.copy_to(from);
        if !with.is_empty() {
            self.map.step(self.text.len(), from, false);
            self.text.push_str(with);
        }
        self.done = to;
        self.changed = true;
    }

    /// The result; none when nothing was replaced.
    pub(crate) fn finish(mut self) -> Option<Rewritten> {
        if !self.changed {
            return None;
        }
        let end = boundary_before(self.source, (self.done + CONTEXT).min(self.source.len())).max(self.done);
        self.copy_to(end);
        self.map.end = end;
        let source = Span::new(self.start, end);
        Some(Rewritten { text: self.text, source, map: self.map })
    }

    fn copy_to(&mut self, to: usize) {
        if let Some(part) = self.source.get(self.done..to).filter(|part| !part.is_empty()) {
            self.map.step(self.text.len(), self.done, true);
            self.text.push_str(part);
        }
        self.done = to;
    }
}

/// Pieces of a text put one after the other, each on its own line. A piece that overlaps the one before is left out.
pub(crate) fn pieces(source: &str, parts: &[Span]) -> Option<Rewritten> {
    let mut text = String::new();
    let mut map = Map::default();
    let mut around: Option<Span> = None;
    for part in parts.iter().copied() {
        if around.is_some_and(|all| part.start < all.end) {
            continue;
        }
        let Some(piece) = source.get(part.start..part.end).filter(|piece| !piece.trim().is_empty()) else {
            continue;
        };
        if !text.is_empty() {
            map.step(text.len(), part.start, false);
            text.push('\n');
        }
        map.step(text.len(), part.start, true);
        text.push_str(piece);
        around = Some(around.map_or(part, |all| Span::new(all.start, part.end)));
    }
    let source = around?;
    map.end = source.end;
    Some(Rewritten { text, source, map })
}

/// The nearest character boundary at or before `at`.
pub(crate) fn boundary_before(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_rewritten_text_leads_back_to_its_source() {
        let source = "one &amp; two &amp; three";
        let mut rewrite = Rewrite::of(source);
        rewrite.replace(4, 9, "&");
        rewrite.replace(14, 19, "&");
        let done = rewrite.finish().expect("it changed");
        assert_eq!((done.text.as_str(), done.source), ("one & two & three", Span::new(0, 25)));
        let back = |from: usize, to: usize| {
            let span = done.map.source_of(Span::new(from, to)).expect("mapped");
            source.get(span.start..span.end).expect("a part")
        };
        assert_eq!(back(0, 3), "one");
        assert_eq!(back(4, 5), "&amp;");
        assert_eq!(back(6, 9), "two");
        assert_eq!(back(6, 17), "two &amp; three");
        assert_eq!(back(12, 17), "three");
    }

    #[test]
    fn a_text_far_from_any_change_is_not_copied() {
        let source = format!("{}&amp;{}", "a".repeat(5000), "b".repeat(5000));
        let mut rewrite = Rewrite::of(&source);
        rewrite.replace(5000, 5005, "&");
        assert_eq!(rewrite.finish().expect("it changed").text.len(), 2 * CONTEXT + 1);
    }

    #[test]
    fn thousands_of_changes_keep_a_map_of_bounded_size() {
        let source = "ab".repeat(10_000);
        let mut rewrite = Rewrite::of(&source);
        for at in 0..10_000 {
            rewrite.replace(2 * at, 2 * at + 1, "x");
        }
        let done = rewrite.finish().expect("it changed");
        assert!(done.map.steps.len() <= MOST_STEPS, "{}", done.map.steps.len());
        assert_eq!(done.map.source_of(Span::new(0, 2)), Some(Span::new(0, 2)));
        let far = done.map.source_of(Span::new(19_000, 19_010)).expect("mapped");
        assert!(far.start <= 19_000 && far.end == source.len());
    }
}
