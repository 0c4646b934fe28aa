//! One text, read once: raw, and every other way a model or a person could read it.

use std::sync::OnceLock;

use portcullis_model::Span;

use crate::meaning::Meaning;
use crate::role::Role;
use crate::view::{View, ViewKind};

/// A text and its views.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The text as it came.
    pub raw: &'a str,
    /// What the text is for.
    pub role: Role,
    /// Views that differ from the raw text; empty for plain text.
    pub views: Vec<View>,
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
    /// Reads a text.
    #[must_use]
    pub fn of(raw: &'a str, role: Role) -> Self {
        Self { raw, role, views: Vec::new(), meanings: OnceLock::new() }
    }

    /// Every wording: the raw text first, then its views. What is asked of a text is asked of each.
    pub fn all(&self) -> impl Iterator<Item = Wording<'_>> {
        let raw = Wording { text: self.raw, view: None };
        let views = self.views.iter().map(|view| Wording { text: &view.text, view: Some(view) });
        std::iter::once(raw).chain(views)
    }

    /// Every wording with its meaning.
    pub fn meanings(&self) -> impl Iterator<Item = (Wording<'_>, &Meaning)> {
        let meanings =
            self.meanings.get_or_init(|| self.all().map(|wording| Meaning::of(wording.text)).collect());
        self.all().zip(meanings)
    }
}
