//! One text, read once: raw, and every other way a model or a person could read it.

use std::collections::HashSet;
use std::sync::OnceLock;

use portcullis_model::Span;

use crate::mark::{Mark, Marks};
use crate::meaning::Meaning;
use crate::role::Role;
use crate::scan;
use crate::view::{self, Draft, View, ViewKind};

/// How many encodings inside one another are opened.
const DEEPEST: usize = 3;
/// Most views of one text.
const MOST_VIEWS: usize = 256;
/// Bytes that all views of a text may take beyond four times its own.
const ALLOWANCE: usize = 16 * 1024;

/// A text, its views and its marks.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The text as it came.
    pub raw: &'a str,
    /// What the text is for.
    pub role: Role,
    /// Views that differ from the raw text, outer ones first; empty for plain text.
    pub views: Vec<View>,
    /// Strange places of the raw text, in its order.
    pub marks: Vec<Mark>,
    /// False when the text decodes to more, or deeper, than is opened.
    pub complete: bool,
    /// What each wording asks for, in the order of [`Reading::all`]; read when first asked for.
    meanings: OnceLock<Vec<Meaning>>,
}

/// One wording of a text: the raw one, or that of a view.
#[derive(Debug, Clone, Copy)]
pub struct Wording<'r> {
    /// What it says.
    pub text: &'r str,
    /// The view that says so; none for the raw text.
    pub view: Option<&'r View>,
}

impl Wording<'_> {
    /// How it was made; none for the raw text.
    #[must_use]
    pub fn kind(&self) -> Option<ViewKind> {
        self.view.map(|view| view.kind)
    }

    /// The bytes of the raw text that a part of this wording stands for.
    #[must_use]
    pub fn source_of(&self, part: Span) -> Span {
        self.view.map_or(part, |view| view.source_of(part))
    }
}

impl<'a> Reading<'a> {
    /// Reads a text. Takes time linear in its length and at most four times its memory; plain prose takes one scan.
    #[must_use]
    pub fn of(raw: &'a str, role: Role) -> Self {
        let mut opening = Opening {
            views: Vec::new(),
            left: raw.len().saturating_mul(4).saturating_add(ALLOWANCE),
            complete: true,
        };
        let mut marks = Marks::default();
        opening.admit(raw, drafts_of(raw, &mut marks), None);
        let mut next = 0;
        while let Some(view) = opening.views.get(next) {
            // The innermost layer is looked at to know whether there is more below, and not opened.
            let drafts = drafts_of(&view.text, &mut Marks::default());
            opening.admit(raw, drafts, Some(next));
            next += 1;
        }
        Self {
            raw,
            role,
            views: opening.views,
            marks: marks.into_sorted(),
            complete: opening.complete,
            meanings: OnceLock::new(),
        }
    }

    /// Every wording: the raw text first, then its views. What is asked of a text is asked of each.
    pub fn all(&self) -> impl Iterator<Item = Wording<'_>> {
        let raw = Wording { text: self.raw, view: None };
        let views = self.views.iter().map(|view| Wording { text: &view.text, view: Some(view) });
        std::iter::once(raw).chain(views)
    }

    /// Every wording with its meaning.
    pub fn meanings(&self) -> impl Iterator<Item = (Wording<'_>, &Meaning)> {
        let meanings = self.meanings.get_or_init(|| {
            let whole = Span::new(0, self.raw.len());
            let restates = |view: &View| view.source == whole;
            let known: HashSet<&str> = if self.views.iter().any(restates) {
                self.raw.lines().map(str::trim_end).collect()
            } else {
                HashSet::new()
            };
            // A view that restates the whole text differs in few lines; what is the same means the same.
            let of = |wording: Wording<'_>| match wording.view {
                Some(view) if restates(view) => Meaning::of_new_lines(wording.text, &known),
                _ => Meaning::of(wording.text),
            };
            self.all().map(of).collect()
        });
        self.all().zip(meanings)
    }

    /// The views of one kind.
    pub fn views_of(&self, kind: ViewKind) -> impl Iterator<Item = &View> {
        self.views.iter().filter(move |view| view.kind == kind)
    }
}

fn drafts_of(text: &str, marks: &mut Marks) -> Vec<Draft> {
    view::drafts(text, scan::signs(text.as_bytes()), marks)
}

/// The views of a text in the making, and what may still be spent on them.
struct Opening {
    views: Vec<View>,
    left: usize,
    complete: bool,
}

impl Opening {
    /// Adds the views of one wording, the raw text or a view, that say something new.
    fn admit(&mut self, raw: &str, drafts: Vec<Draft>, within: Option<usize>) {
        for draft in drafts {
            let known = |text: &str| text == raw || self.views.iter().any(|view| view.text == text);
            if draft.text.trim().is_empty() || known(&draft.text) {
                continue;
            }
            let outer = within.and_then(|index| self.views.get(index));
            let too_deep = outer.is_some_and(|outer| outer.depth >= DEEPEST);
            if too_deep || draft.text.len() > self.left || self.views.len() >= MOST_VIEWS {
                self.complete = false;
                continue;
            }
            self.left -= draft.text.len();
            let view = View::of(draft, outer);
            self.views.push(view);
        }
    }
}
