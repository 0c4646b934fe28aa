//! A package of Go: its files share their names, and whatever is declared may use what stands anywhere else in it.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::{Arguments, Interpreter};
use crate::fact::Checked;
use crate::ir::visit::{self, Visitor};
use crate::ir::{Expression, ExpressionKind, FileId, Function, Language, Pattern, Statement, StatementKind};
use crate::value::{Closure, ObjectId, Text, Value};

/// A statement of a package, and the file it stands in.
type Placed<'a> = (FileId, &'a Statement);

/// Methods of that name, of types that are no structs: more are not told apart.
const MOST_METHODS: usize = 8;

/// Functions that are looked into for what a variable needs.
const MOST_CALLED: usize = 64;

impl<'a> Interpreter<'a> {
    /// Loads the files of a package: functions, then types, then variables, each after those that it needs.
    pub(crate) fn load_package(&mut self, file: FileId, siblings: &[FileId], scope: ObjectId) {
        let (mut types, mut variables, mut others) = (Vec::new(), Vec::new(), Vec::new());
        let mut functions = HashMap::new();
        for file in siblings.iter().copied().filter(|one| *one != file).chain([file]) {
            let Some(source) = self.project.file(file) else { continue };
            for statement in &source.body {
                match &statement.kind {
                    StatementKind::Function(function) => drop(functions.insert(&*function.name, &**function)),
                    StatementKind::Import { .. } => {}
                    StatementKind::Class(class) => types.push((file, statement, vec![&*class.name])),
                    StatementKind::Declare { pattern, .. } => {
                        variables.push((file, statement, names_of(pattern)));
                    }
                    _ => others.push((file, statement)),
                }
            }
            let imports_and_functions = |one: &&Statement| {
                matches!(one.kind, StatementKind::Function(_) | StatementKind::Import { .. })
            };
            for statement in source.body.iter().filter(imports_and_functions) {
                self.note_method(statement, scope);
                self.run_file(file, std::slice::from_ref(statement), scope);
            }
        }
        for (file, statement) in
            in_order(types, &functions).into_iter().chain(in_order(variables, &functions)).chain(others)
        {
            self.run_file(file, std::slice::from_ref(statement), scope);
        }
    }

    /// What a program of Go starts with: every `init`, then `main`.
    pub(crate) fn start_programs(&mut self) {
        let mut mains = Vec::new();
        let files = self.project.files().iter().enumerate();
        for (index, file) in files.filter(|(_, file)| file.language == Language::Go) {
            let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
            for statement in &file.body {
                let StatementKind::Function(function) = &statement.kind else { continue };
                match &*function.name {
                    "init" => self.start_program(id, function),
                    "main" => mains.push((id, &**function)),
                    _ => {}
                }
            }
        }
        for (id, function) in mains {
            self.start_program(id, function);
        }
    }

    fn start_program(&mut self, file: FileId, function: &'a Function) {
        let Some(scope) = self.modules.get(&file).map(|module| module.scope) else { return };
        if !self.ran.contains(&std::ptr::from_ref(function)) {
            self.here.file = file;
            let function = self.closure(function, scope);
            let _ = self.call(&function, None, Arguments::default());
        }
    }

    /// Remembers a method of a type that is no struct, `T.Method`.
    fn note_method(&mut self, statement: &'a Statement, scope: ObjectId) {
        let StatementKind::Function(function) = &statement.kind else { return };
        let Some((_, name)) = function.name.split_once('.') else { return };
        let known = self.type_methods.entry(Text::from(name)).or_default();
        if known.len() < MOST_METHODS {
            known.push((function, scope));
        }
    }

    /// The method of a value whose type is no struct. Its type is not known: any type that has such a method and is made
    /// of such values will do.
    pub(crate) fn type_method(&mut self, receiver: &Value<'a>, name: &str) -> Option<Value<'a>> {
        if self.type_methods.is_empty() || !self.type_methods.contains_key(name) {
            return None;
        }
        if let Value::Either(ways) = receiver {
            let ways = ways.clone();
            let found = ways.iter().map(|one| Some((self.type_method(&one.value, name)?, one.facts.clone())));
            return found.collect::<Option<Vec<_>>>().map(|ways| super::state::one_of(&ways));
        }
        let kind = self.kind_of(receiver, name)?;
        let known = self.type_methods.get(name).cloned().unwrap_or_default();
        let mut ways = Vec::new();
        for (function, scope) in known {
            let made_of = self.made_of(function, scope);
            if kind == Kind::Any || made_of == Kind::Any || made_of == kind {
                let bound = Closure { function, scope, this: Some(receiver.clone()), given: Vec::new() };
                ways.push((Value::Function(Rc::new(bound)), Checked::NOTHING));
            }
        }
        (!ways.is_empty()).then(|| super::state::either(&ways))
    }

    /// What a value is made of, if it may be one of a type of the program.
    fn kind_of(&self, value: &Value<'a>, name: &str) -> Option<Kind> {
        use super::state::ObjectKind;
        Some(match value {
            Value::Text(_) => Kind::Text,
            Value::Number(_) => Kind::Number,
            Value::Function(_) => Kind::Function,
            Value::Object(id) => match &self.state.object(*id)?.kind {
                ObjectKind::List if self.is_buffer(*id, name) => return None,
                ObjectKind::List => Kind::List,
                ObjectKind::Record if self.state.field(*id, "Params").is_none() => Kind::Record,
                _ => return None,
            },
            // Whatever a library gives has the methods that the library gave it.
            Value::Term(term) => {
                let mut owner = String::new();
                self.owner_path(value, 6, &mut owner);
                if owner != "?" || term.path().is_some() {
                    return None;
                }
                Kind::Any
            }
            _ => return None,
        })
    }

    /// What the type that a method belongs to is made of.
    fn made_of(&self, method: &Function, scope: ObjectId) -> Kind {
        let receiver = method.name.split_once('.').map(|(receiver, _)| receiver);
        let Some(Value::Function(converts)) = receiver.and_then(|name| self.state.field(scope, name)) else {
            return Kind::Any;
        };
        let annotation = converts.function.parameters.first().and_then(|one| one.annotation.as_ref());
        match annotation.map(|annotation| &annotation.kind) {
            Some(ExpressionKind::Name(name)) if &**name == "string" => Kind::Text,
            Some(ExpressionKind::Name(name)) if crate::go::is_number(name) => Kind::Number,
            Some(ExpressionKind::Name(name)) if &**name == "func" => Kind::Function,
            Some(ExpressionKind::List(_)) => Kind::List,
            Some(ExpressionKind::Record(_)) => Kind::Record,
            _ => Kind::Any,
        }
    }
}

/// What a type that is no struct is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    List,
    Record,
    Function,
    /// Not known.
    Any,
}

/// Statements in an order in which what is needed stands before what needs it; as they stand, where that goes in
/// circles.
fn in_order<'a>(
    declared: Vec<(FileId, &'a Statement, Vec<&'a str>)>,
    functions: &HashMap<&'a str, &'a Function>,
) -> Vec<Placed<'a>> {
    let mut waiting: HashSet<&str> =
        declared.iter().flat_map(|(_, _, names)| names.iter().copied()).collect();
    let mut left: Vec<_> = declared
        .into_iter()
        .map(|(file, statement, names)| {
            let mut needs = Needs { among: &waiting, found: HashSet::new(), functions, called: Vec::new() };
            needs.of_statement(statement);
            let found = needs.found;
            (file, statement, names, found)
        })
        .collect();
    let mut ordered = Vec::new();
    while !left.is_empty() {
        let before = left.len();
        let mut still = Vec::new();
        for (file, statement, names, needs) in left {
            if needs.iter().all(|needed| names.contains(needed) || !waiting.contains(needed)) {
                waiting.retain(|name| !names.contains(name));
                ordered.push((file, statement));
            } else {
                still.push((file, statement, names, needs));
            }
        }
        if still.len() == before {
            let (file, statement, names, _) = still.remove(0);
            waiting.retain(|name| !names.contains(name));
            ordered.push((file, statement));
        }
        left = still;
    }
    ordered
}

/// Which of some names a declaration needs at once: what it embeds, or what its value is made of, also by the functions
/// that make it.
struct Needs<'w, 'a> {
    among: &'w HashSet<&'a str>,
    found: HashSet<&'a str>,
    functions: &'w HashMap<&'a str, &'a Function>,
    called: Vec<&'a str>,
}

impl<'a> Needs<'_, 'a> {
    fn of_statement(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Class(class) => class.bases.iter().for_each(|base| visit::expression(base, self)),
            StatementKind::Declare { value: Some(value), .. } => visit::expression(value, self),
            _ => {}
        }
        let mut looked_at = 0;
        while let Some(function) = self.called.get(looked_at).and_then(|name| self.functions.get(name)) {
            visit::statements(&function.body, self);
            looked_at += 1;
        }
    }
}

impl<'a> Visitor<'a> for Needs<'_, 'a> {
    fn expression(&mut self, expression: &'a Expression) {
        let ExpressionKind::Name(name) = &expression.kind else { return };
        if let Some(name) = self.among.get(&**name) {
            self.found.insert(name);
        } else if let Some((name, _)) = self.functions.get_key_value(&**name)
            && self.called.len() < MOST_CALLED
            && !self.called.contains(name)
        {
            self.called.push(name);
        }
    }
}

/// The names that a declaration gives values.
fn names_of(pattern: &Pattern) -> Vec<&str> {
    match pattern {
        Pattern::Name(name, _) => vec![name],
        Pattern::List { elements, .. } => elements.iter().flatten().flat_map(names_of).collect(),
        _ => Vec::new(),
    }
}
