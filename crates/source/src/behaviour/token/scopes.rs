//! Which functions stand around a place.

use crate::ir::{At, FileId, Function};

/// The functions of each file with those around them.
#[derive(Default)]
pub(super) struct Scopes<'a>(Vec<Vec<Scope<'a>>>);

pub(super) struct Scope<'a> {
    pub(super) at: At,
    pub(super) names: Vec<&'a str>,
    /// The function around it.
    outer: Option<usize>,
}

impl<'a> Scopes<'a> {
    pub(super) fn of(files: usize, functions: &[(&'a str, &'a Function)]) -> Self {
        let mut scopes: Vec<Vec<Scope<'a>>> = Vec::new();
        scopes.resize_with(files, Vec::new);
        for (name, function) in functions {
            if let Some(scopes) = scopes.get_mut(function.file.0 as usize) {
                scopes.push(Scope { at: function.at, names: vec![name], outer: None });
            }
        }
        for scopes in &mut scopes {
            // Those around before those inside.
            scopes.sort_by_key(|scope| (scope.at.start, std::cmp::Reverse(scope.at.end)));
            scopes.dedup_by(|one, kept| {
                let same = one.at == kept.at;
                if same {
                    kept.names.append(&mut one.names);
                }
                same
            });
            for index in 1..scopes.len() {
                let Some(end) = scopes.get(index).map(|scope| scope.at.end) else { break };
                let mut outer = Some(index - 1);
                while let Some(scope) = outer.and_then(|outer| scopes.get(outer)) {
                    if end <= scope.at.end {
                        break;
                    }
                    outer = scope.outer;
                }
                if let Some(scope) = scopes.get_mut(index) {
                    scope.outer = outer;
                }
            }
        }
        Self(scopes)
    }

    /// The functions around a place, from the innermost.
    pub(super) fn around(&self, file: FileId, at: At) -> impl Iterator<Item = &Scope<'a>> {
        let scopes = self.0.get(file.0 as usize).map_or(&[][..], Vec::as_slice);
        let before = scopes.partition_point(|scope| scope.at.start <= at.start);
        let first = before.checked_sub(1).and_then(|last| scopes.get(last));
        std::iter::successors(first, |scope| scope.outer.and_then(|outer| scopes.get(outer)))
            .filter(move |scope| at.end <= scope.at.end)
    }
}
