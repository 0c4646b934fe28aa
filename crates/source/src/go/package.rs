//! The files of one package together: they share what they declare.

use std::collections::HashMap;

use crate::ir::{File, Member, MemberKind, Name, Statement, StatementKind};

use super::translator::text_at;

/// A statement, and which file it stands in.
type Placed = (usize, Statement);

/// Joins what the files of a package declare: methods go to structs of other files. Of a function or method that is
/// there several times, for different systems, the longest stays: the others say that they can do nothing.
pub(crate) fn join(files: &mut [File], package: &[usize]) {
    let mut methods = Vec::new();
    let mut longest: HashMap<Name, (u32, usize)> = HashMap::new();
    for index in package {
        let Some(file) = files.get_mut(*index) else { continue };
        for statement in &file.body {
            if let Some(called) = called(statement) {
                let length = statement.at.end.saturating_sub(statement.at.start);
                let known = longest.entry(called.clone()).or_insert((length, *index));
                if length > known.0 {
                    *known = (length, *index);
                }
            }
        }
    }
    for index in package {
        let Some(file) = files.get_mut(*index) else { continue };
        for statement in std::mem::take(&mut file.body) {
            let is_longest = called(&statement)
                .is_none_or(|called| longest.get(called).is_none_or(|(_, file)| file == index));
            if !is_longest {
                continue;
            }
            if called(&statement).is_some_and(|called| called.contains('.')) {
                methods.push((*index, statement));
            } else {
                file.body.push(statement);
            }
        }
    }
    let structs = structs(files, package);
    for method in methods {
        give(files, &structs, method);
    }
}

/// The name of a function that a package has once; `init` may be there often.
fn called(statement: &Statement) -> Option<&Name> {
    match &statement.kind {
        StatementKind::Function(function) if !matches!(&*function.name, "init" | "_") => Some(&function.name),
        _ => None,
    }
}

/// Which file declares a struct, and where in it.
fn structs(files: &[File], package: &[usize]) -> HashMap<Name, (usize, usize)> {
    let mut structs = HashMap::new();
    for index in package {
        let body = files.get(*index).map(|file| file.body.iter().enumerate()).into_iter().flatten();
        for (position, statement) in body {
            if let StatementKind::Class(class) = &statement.kind {
                structs.entry(class.name.clone()).or_insert((*index, position));
            }
        }
    }
    structs
}

/// Gives a method to its struct, or back to its file if its type is none.
fn give(files: &mut [File], structs: &HashMap<Name, (usize, usize)>, (file, statement): Placed) {
    let place = called(&statement).and_then(|called| structs.get(called.split_once('.')?.0)).copied();
    let class = place.and_then(|(file, position)| files.get_mut(file)?.body.get_mut(position));
    match (class.map(|class| &mut class.kind), statement.kind) {
        (Some(StatementKind::Class(class)), StatementKind::Function(mut method)) => {
            if let Some((_, name)) = method.name.clone().split_once('.') {
                method.name = name.into();
            }
            class.members.push(Member {
                name: text_at(method.at, &method.name),
                kind: MemberKind::Method(method),
                is_static: false,
                annotation: None,
                tag: None,
            });
        }
        (_, kind) => {
            if let Some(file) = files.get_mut(file) {
                file.body.push(Statement { kind, ..statement });
            }
        }
    }
}
