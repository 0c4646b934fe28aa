//! Where in a value the evaluation stands.

use portcullis_model::Pointer;

/// A place inside a value, for violations: built only when there is one.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'p> {
    parent: Option<&'p At<'p>>,
    step: Step<'p>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'p> {
    Root,
    Member(&'p str),
    Element(usize),
}

impl<'p> At<'p> {
    /// Names of members are the caller's, and may be of any length: longer ones are cut in a pointer.
    const LONGEST_NAME: usize = 128;

    pub(super) const ROOT: At<'static> = At { parent: None, step: Step::Root };

    pub(super) const fn member(&'p self, name: &'p str) -> Self {
        Self { parent: Some(self), step: Step::Member(name) }
    }

    pub(super) const fn element(&'p self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Element(index) }
    }

    pub(super) fn pointer(&self) -> Pointer {
        let mut pointer = self.parent.map_or_else(Pointer::root, At::pointer);
        match self.step {
            Step::Root => {}
            Step::Member(name) => match name.char_indices().nth(Self::LONGEST_NAME) {
                Some((end, _)) => pointer.push(&format!("{}…", name.get(..end).unwrap_or_default())),
                None => pointer.push(name),
            },
            Step::Element(index) => pointer.push_index(index),
        }
        pointer
    }
}
