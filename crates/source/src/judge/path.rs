//! Paths: inside a folder, compared part by part, after they were made absolute and normal.

use crate::analysis::GuardFault;
use crate::fact::Check;
use crate::library::{Op, SinkKind};
use crate::value::{Term, TermKind, Value};

use super::{Judge, Loose, bare};

const KIND: SinkKind = SinkKind::PathRead;

impl<'a> Judge<'_, 'a> {
    /// The inputs that choose a path freely.
    pub(crate) fn path(&self, value: &Value<'a>, depth: usize) -> Loose {
        if depth == 0 {
            return Loose { taint: self.taint(value), guard: None };
        }
        match value {
            Value::Either(alternatives) => {
                let mut loose = Loose::SAFE;
                for one in alternatives.iter() {
                    loose.add(&self.with(&one.facts).path(&one.value, depth - 1));
                }
                loose
            }
            Value::Object(id) => {
                let Some(object) = self.state.object(*id) else { return Loose::SAFE };
                let mut loose = Loose::SAFE;
                for inner in
                    object.elements.iter().chain(&object.rest).chain(object.fields.values()).take(100)
                {
                    loose.add(&self.path(inner, depth.saturating_sub(6)));
                }
                loose
            }
            Value::Term(term) => self.path_term(term, depth),
            _ => Loose::SAFE,
        }
    }

    fn path_term(&self, term: &Term<'a>, depth: usize) -> Loose {
        if term.taint() & self.attacker == 0 || self.is_fixed(term, KIND) {
            return Loose::SAFE;
        }
        let guard = match self.inside(term, depth) {
            Ok(folder) => return folder,
            Err(guard) => guard,
        };
        let loose = match term.kind() {
            TermKind::Apply(op, operands) => match op {
                Op::BaseName | Op::EncodeUrl => Loose::SAFE,
                Op::JoinPath | Op::AppendPath => self.joined(operands, *op == Op::AppendPath, depth),
                Op::Concat => self.joined(operands, true, depth),
                Op::ResolvePath | Op::RealPath | Op::Same | Op::Fold | Op::ParentPath
                    if operands.len() == 1 =>
                {
                    operands.first().map_or(Loose::SAFE, |inner| self.path(inner, depth - 1))
                }
                Op::ResolvePath | Op::RealPath => self.joined(operands, false, depth),
                Op::Or => {
                    let mut loose = Loose::SAFE;
                    operands.iter().for_each(|operand| loose.add(&self.path(operand, depth - 1)));
                    loose
                }
                Op::And => operands.last().map_or(Loose::SAFE, |inner| self.path(inner, depth - 1)),
                _ => self.generic(KIND, &Value::Term(term.clone()), depth - 1),
            },
            // Bytes that are read as a file are no path.
            TermKind::Result(path, _) if path.ends_with("BytesIO") || path.ends_with("StringIO") => {
                Loose::SAFE
            }
            _ => self.generic(KIND, &Value::Term(term.clone()), depth - 1),
        };
        match guard {
            // The check of this very path says more than one of what it is made of.
            Some(guard) if !loose.is_safe() => Loose { guard: Some(guard), ..loose },
            Some(_) => loose,
            None => self.blamed(loose, term, KIND),
        }
    }

    /// Parts after a folder. `appends` where an absolute part does not replace what stands before it.
    fn joined(&self, operands: &[Value<'a>], appends: bool, depth: usize) -> Loose {
        let mut loose = Loose::SAFE;
        let covered = self.covered(operands, KIND);
        for (index, operand) in operands.iter().enumerate() {
            if covered.get(index) == Some(&true) {
                continue;
            }
            let mut ways = Vec::new();
            operand.alternatives(&mut |one, facts| ways.push((one.clone(), facts.clone())));
            for (one, facts) in ways {
                let judge = self.with(&facts);
                if index > 0
                    && let Value::Term(term) = &one
                    && judge.cannot_climb(term, appends)
                {
                    continue;
                }
                loose.add(&judge.path(&one, depth - 1));
            }
        }
        loose
    }

    /// Whether a part holds no `..` and, where that matters, does not begin at the root.
    fn cannot_climb(&self, term: &Term<'a>, appends: bool) -> bool {
        let root = bare(term);
        // `path.normalize(p)` and the like keep what was checked of them.
        let about =
            |fact: &crate::fact::Fact<'a>| bare(&fact.subject) == root || is_parts_of(&fact.subject, &root);
        let dots = self.facts.iter().any(|fact| {
            about(fact)
                && matches!(&fact.check, Check::ContainsNot(part)
                    if part.text().is_some_and(|part| matches!(part, ".." | "." | "../" | "/")))
        });
        let slash = self.facts.iter().any(|fact| {
            about(fact)
                && matches!(&fact.check, Check::ContainsNot(part) if part.text().is_some_and(|part| part == "/"))
        });
        let relative = self.facts.iter().any(|fact| {
            about(fact)
                && matches!(&fact.check, Check::StartsNotWith(part)
                    if part.text().is_none_or(|part| part.starts_with('/')))
        });
        // Go's `filepath.IsLocal`.
        let local = self.facts.iter().any(|fact| {
            about(fact)
                && matches!(&fact.check, Check::Inside(folder) if folder.text().is_some_and(|folder| folder == "."))
        });
        let below =
            is_relative(&root) && self.facts.iter().any(|fact| about(fact) && does_not_climb(&fact.check));
        slash
            || local
            || below
            || (appends && is_rooted(&root))
            || (dots && (appends || relative))
            || self.inside_of_part(term)
            || self.surrounded(term, appends)
    }

    /// A part that cannot climb, with texts around it that do not: `name + ".md"`.
    fn surrounded(&self, term: &Term<'a>, appends: bool) -> bool {
        let Some(parts) = term.operands(Op::Concat) else { return false };
        parts.iter().all(|part| match part {
            Value::Text(text) => !text.contains(['/', '\\']) && !text.contains(".."),
            Value::Term(inner) => self.cannot_climb(inner, appends),
            Value::Either(alternatives) => alternatives.iter().all(|one| match &one.value {
                Value::Term(inner) => self.with(&one.facts).cannot_climb(inner, appends),
                Value::Text(text) => !text.contains(['/', '\\']) && !text.contains(".."),
                _ => true,
            }),
            _ => false,
        }) || (parts.len() > 1 && parts.iter().all(is_name))
    }

    /// A part that was itself made by cutting a path down.
    fn inside_of_part(&self, term: &Term<'a>) -> bool {
        matches!(term.kind(), TermKind::Apply(Op::BaseName | Op::EncodeUrl, _))
    }

    /// What is loose of the folder that a path was checked to be inside of; else the check that does not do it. In a folder
    /// that the caller chooses freely, a path may be anywhere.
    fn inside(
        &self,
        term: &Term<'a>,
        depth: usize,
    ) -> Result<Loose, Option<(GuardFault, crate::value::Place)>> {
        let mut guard = None;
        let mut chosen = None;
        let root = bare(term);
        for fact in self.facts.iter() {
            let subject = bare(&fact.subject);
            // The folder that it stands in is a fixed one.
            if let Some([Value::Term(inner)]) = subject.operands(Op::ParentPath)
                && bare(inner) == root
                && is_normal(&root)
                && (fact.check == Check::OneOf
                    || matches!(&fact.check, Check::Equal(folder) if self.taint(folder) == 0))
            {
                return Ok(Loose::SAFE);
            }
            let same = subject == root
                || normal_of(&subject, &root)
                || normal_of(&root, &subject)
                || (is_normal(&root) && tidied(&subject, &root));
            if !same {
                // A relative path to a folder that does not climb.
                if let Some([folder, inner]) = subject.operands(Op::RelativePath)
                    && let Value::Term(inner) = inner
                    && (bare(inner) == root
                        || normal_of(&bare(inner), &root)
                        || normal_of(&root, &bare(inner)))
                    && does_not_climb(&fact.check)
                {
                    match self.folder(folder, depth) {
                        loose if loose.is_safe() => return Ok(loose),
                        loose => chosen = Some(loose),
                    }
                    continue;
                }
                let relevant = is_containment(&fact.check)
                    && (self.made_of(&subject, &input_of(&root))
                        && self.taint(&Value::Term(subject.clone())) != 0);
                if relevant {
                    let fault = if is_normal(&subject) {
                        GuardFault::OtherValue
                    } else {
                        GuardFault::BeforeNormalising
                    };
                    guard.get_or_insert((fault, fact.place));
                }
                continue;
            }
            // A function that throws otherwise made sure of it.
            if fact.check == Check::Inside(Value::Bool(true)) {
                return Ok(Loose::SAFE);
            }
            let normal = is_normal(&subject) || (subject == root && is_normal(&root));
            match &fact.check {
                Check::Inside(folder) if normal => match self.folder(folder, depth) {
                    loose if loose.is_safe() => return Ok(loose),
                    loose => chosen = Some(loose),
                },
                Check::StartsWith(folder) if normal && ends_with_separator(folder) => {
                    match self.folder(folder, depth) {
                        loose if loose.is_safe() => return Ok(loose),
                        loose => chosen = Some(loose),
                    }
                }
                Check::StartsWith(_) if normal => {
                    guard = Some((GuardFault::PrefixWithoutSeparator, fact.place));
                }
                Check::Inside(_) | Check::StartsWith(_) => {
                    guard.get_or_insert((GuardFault::BeforeNormalising, fact.place));
                }
                _ => {}
            }
        }
        chosen.ok_or(guard)
    }

    /// What is loose of the folder that something is kept in.
    fn folder(&self, folder: &Value<'a>, depth: usize) -> Loose {
        if self.taint(folder) & self.attacker == 0 || depth == 0 {
            return Loose::SAFE;
        }
        self.path(folder, depth - 1)
    }
}

/// Whether a part of a name that has other letters too holds no separator: it was fixed, or all of them were replaced.
fn is_name(part: &Value<'_>) -> bool {
    let mut is_name = true;
    part.alternatives(&mut |one, _| {
        is_name = is_name
            && match one {
                Value::Text(text) => !text.contains(['/', '\\']),
                Value::Term(term) => match term.operands(Op::ReplaceAll) {
                    Some([_, Value::Text(what), Value::Text(by)]) => &**what == "/" && !by.contains('/'),
                    _ => false,
                },
                Value::Number(_) | Value::Nothing => true,
                _ => false,
            };
    });
    is_name
}

/// `!rel.startsWith("..")`.
fn does_not_climb(check: &Check<'_>) -> bool {
    match check {
        Check::StartsNotWith(part) | Check::ContainsNot(part) => {
            part.text().is_some_and(|part| part.starts_with(".."))
        }
        Check::Inside(folder) => folder.text() == Some("."),
        _ => false,
    }
}

/// Whether a path was made normal from the root on: `filepath.Clean("/" + name)`.
fn is_rooted(term: &Term<'_>) -> bool {
    let first = term.operands(Op::AppendPath).and_then(<[_]>::first);
    let first = match first.and_then(Value::term).and_then(|part| part.operands(Op::Concat)) {
        Some(parts) => parts.first(),
        None => first,
    };
    first.and_then(Value::text).is_some_and(|text| text.starts_with('/'))
}

/// Whether a check compares a path with a folder: more than a word at its beginning.
pub(crate) fn is_containment(check: &Check<'_>) -> bool {
    match check {
        Check::Inside(_) => true,
        // `~/` and `file://` are beginnings that something else is asked of.
        Check::StartsWith(folder) => folder.text().is_none_or(|text| text.len() > 1 && text.starts_with('/')),
        _ => false,
    }
}

/// Whether a symbol is a path relative to a folder.
pub(crate) fn is_relative(term: &Term<'_>) -> bool {
    term.operands(Op::RelativePath).is_some()
}

/// The input that a symbol is made of.
fn input_of<'a>(term: &Term<'a>) -> Term<'a> {
    super::deepest_input(&Value::Term(term.clone())).unwrap_or_else(|| term.clone())
}

/// Whether the one is the other made absolute and normal, and nothing more.
fn normal_of<'a>(normal: &Term<'a>, raw: &Term<'a>) -> bool {
    let mut term = normal.clone();
    for _ in 0..4 {
        let inner = match term.kind() {
            TermKind::Apply(Op::ResolvePath | Op::RealPath | Op::Same | Op::Fold, operands)
                if operands.len() == 1 =>
            {
                match operands.first() {
                    Some(Value::Term(inner)) => inner.clone(),
                    _ => return false,
                }
            }
            _ => return false,
        };
        if inner == *raw || bare(&inner) == *raw {
            return true;
        }
        term = inner;
    }
    false
}

/// Whether the one is the other, which is absolute and normal already, written more tidily: white space, quotes, doubled
/// separators.
fn tidied<'a>(tidy: &Term<'a>, normal: &Term<'a>) -> bool {
    let mut term = tidy.clone();
    for _ in 0..12 {
        let operands = match term.kind() {
            TermKind::Apply(
                Op::ResolvePath | Op::RealPath | Op::AppendPath | Op::Same | Op::Fold,
                operands,
            ) if operands.len() == 1 => operands,
            TermKind::Apply(Op::ReplaceAll | Op::ReplaceFirst, operands) if changes_no_name(operands) => {
                operands
            }
            _ => return false,
        };
        let mut inner = None;
        let mut found = false;
        if let Some(first) = operands.first() {
            first.alternatives(&mut |one, _| {
                if let Value::Term(one) = one {
                    found = found || bare(one) == *normal;
                    inner.get_or_insert_with(|| one.clone());
                }
            });
        }
        match inner {
            _ if found => return true,
            Some(inner) => term = inner,
            None => return false,
        }
    }
    false
}

/// Whether a replacement takes only separators, quotes and white space away.
fn changes_no_name(operands: &[Value<'_>]) -> bool {
    let what = match operands.get(1) {
        Some(Value::Text(what)) => Some(&**what),
        Some(Value::Term(regex)) => regex.operands(Op::Regex).and_then(|inner| inner.first()?.text()),
        _ => None,
    };
    what.is_some_and(|what| !what.contains(char::is_alphanumeric) && !what.contains('.'))
}

/// Whether a path is absolute and normal.
fn is_normal(term: &Term<'_>) -> bool {
    match term.kind() {
        TermKind::Apply(Op::ResolvePath | Op::RealPath | Op::AppendPath, _) => true,
        TermKind::Apply(Op::Same | Op::Fold, operands) => match operands.first() {
            Some(Value::Term(inner)) => is_normal(inner),
            _ => false,
        },
        _ => false,
    }
}

/// The parts of a path: `path.split("/")`, `Path(p).parts`.
fn is_parts_of<'a>(subject: &Term<'a>, root: &Term<'a>) -> bool {
    match subject.kind() {
        TermKind::Apply(Op::Part | Op::ResolvePath, operands) => {
            operands.first().and_then(Value::term).is_some_and(|inner| bare(inner) == *root)
        }
        TermKind::Apply(Op::Field, operands) => match operands.as_slice() {
            [Value::Term(inner), Value::Text(name)] => &**name == "parts" && bare(inner) == *root,
            _ => false,
        },
        _ => false,
    }
}

/// Whether a folder is written with a separator at its end.
pub(crate) fn ends_with_separator(folder: &Value<'_>) -> bool {
    match folder {
        Value::Text(text) => text.ends_with(['/', '\\']),
        Value::Term(term) => match term.kind() {
            TermKind::Apply(Op::Concat, operands) => operands.last().is_some_and(ends_with_separator),
            TermKind::Apply(Op::JoinPath, operands) => {
                operands.last().is_some_and(|last| last.text().is_some_and(str::is_empty))
            }
            TermKind::External(path) => path.ends_with("sep") || path.ends_with("Separator"),
            _ => false,
        },
        Value::Either(ways) => ways.iter().all(|one| ends_with_separator(&one.value)),
        _ => false,
    }
}
