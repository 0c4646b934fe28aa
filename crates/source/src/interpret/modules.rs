//! Files as modules: loading, importing, exporting.

use std::collections::HashMap;

use crate::ir::{At, ExportedName, FileId, ImportBinding, Imported, Language, Statement};
use crate::project::Target;
use crate::value::{ObjectId, Place, Text, Value};

use super::state::ObjectKind;
use super::{Frame, Interpreter, Outcome};

/// Through how many files a name is followed that each of them has from the next.
const FORWARDED: usize = 8;

/// A file that is or was loaded.
#[derive(Debug)]
pub(crate) struct Module<'a> {
    /// Its variables.
    pub(crate) scope: ObjectId,
    /// What `import` statements bound: taken when it is asked for, so that circles resolve.
    imports: HashMap<&'a str, (Target, Imported)>,
    /// What it exports under which name.
    exports: Vec<Export<'a>>,
    default: Option<Value<'a>>,
}

#[derive(Debug)]
enum Export<'a> {
    Local(&'a str, &'a str),
    From(Target, &'a str, &'a str),
    All(Target),
}

impl<'a> Module<'a> {
    /// What it exports by default.
    pub(crate) fn default(&self) -> Option<Value<'a>> {
        self.default.clone()
    }

    /// Its variables, and what it exports by default.
    pub(crate) fn values(&self) -> impl Iterator<Item = Value<'a>> + use<'_, 'a> {
        std::iter::once(Value::Object(self.scope)).chain(self.default.clone())
    }
}

impl<'a> Interpreter<'a> {
    /// Loads a file, if it is not loaded yet, and gives its variables.
    pub(crate) fn load(&mut self, file: FileId) -> Option<ObjectId> {
        if let Some(module) = self.modules.get(&file) {
            return Some(module.scope);
        }
        let source = self.project.file(file)?;
        let siblings = self.project.siblings(file);
        let scope = self.state.allocate(ObjectKind::Scope(None));
        for other in std::iter::once(file).chain(siblings.iter().copied()) {
            let module = Module { scope, imports: HashMap::new(), exports: Vec::new(), default: None };
            self.modules.insert(other, module);
        }
        if source.language == Language::JavaScript {
            let module = self.state.allocate(ObjectKind::Record);
            let exports = self.state.allocate(ObjectKind::Record);
            self.state.set_field(module, Text::from("exports"), Value::Object(exports));
            self.state.set_field(scope, Text::from("module"), Value::Object(module));
            self.state.set_field(scope, Text::from("exports"), Value::Object(exports));
        }
        if source.language == Language::Go {
            self.load_package(file, &siblings, scope);
        } else {
            self.run_file(file, &source.body, scope);
        }
        Some(scope)
    }

    pub(crate) fn run_file(&mut self, file: FileId, body: &'a [Statement], scope: ObjectId) {
        let caller = std::mem::replace(&mut self.here, Place { file, at: At::default() });
        let depth = self.state.depth();
        let limit = self.limit;
        if !self.frames.is_empty() {
            // What is imported may be large and of others: whoever imports it goes on without the rest of it.
            self.limit = self.steps + limit.saturating_sub(self.steps) / 2;
        }
        self.state.enter();
        self.frames.push(Frame {
            function: None,
            given: None,
            this: None,
            class: None,
            depth,
            returns: Vec::new(),
            yields: Vec::new(),
            loops: Vec::new(),
        });
        // A statement that throws on every way ends the file; the rest of it is still read, for what it declares.
        self.hoist_file(body, scope);
        for statement in body {
            if self.block(std::slice::from_ref(statement), scope).is_err() && self.gave_up {
                break;
            }
        }
        self.frames.pop();
        self.state.keep();
        self.limit = limit;
        if self.gave_up && self.steps < limit {
            self.gave_up = false;
            self.gave_up_loading = true;
        }
        self.here = caller;
    }

    fn hoist_file(&mut self, statements: &'a [Statement], scope: ObjectId) {
        for statement in statements {
            match &statement.kind {
                crate::ir::StatementKind::Function(function) => {
                    let value = self.closure(function, scope);
                    self.state.set_field(scope, Text::from(&*function.name), value);
                }
                crate::ir::StatementKind::Import { module, bindings } => {
                    self.note_import(module, bindings);
                }
                _ => {}
            }
        }
    }

    fn note_import(&mut self, module: &'a str, bindings: &'a [ImportBinding]) {
        let file = self.here.file;
        let target = self.project.resolve(file, module);
        for binding in bindings {
            let target = self.submodule(file, module, binding).unwrap_or_else(|| target.clone());
            if let Some(known) = self.modules.get_mut(&file) {
                known.imports.insert(&binding.local, (target, binding.imported.clone()));
            }
        }
    }

    /// `from package import submodule`, where the package itself is not a file or has no such name.
    fn submodule(&mut self, file: FileId, module: &str, binding: &ImportBinding) -> Option<Target> {
        let Imported::Named(name) = &binding.imported else { return None };
        if self.project.file(file)?.language != Language::Python {
            return None;
        }
        let whole =
            if module.ends_with('.') { format!("{module}{name}") } else { format!("{module}.{name}") };
        let found = self.project.resolve(file, &whole);
        matches!(found, Target::File(_)).then_some(found)
    }

    /// Imports names into a scope.
    pub(crate) fn import(
        &mut self,
        module: &'a str,
        bindings: &'a [ImportBinding],
        scope: ObjectId,
    ) -> Outcome<()> {
        let file = self.here.file;
        self.note_import(module, bindings);
        if let Target::File(target) = self.project.resolve(file, module) {
            self.load(target);
        }
        let is_module_level = self.modules.get(&file).is_some_and(|known| known.scope == scope);
        for binding in bindings {
            if binding.imported == Imported::All {
                self.import_all(module, scope);
            } else if (!is_module_level || !self.tries.is_empty())
                // What may fail is bound where it stands: the name may be bound to something else after it.
                && let Some(value) = self.imported(&binding.local)
            {
                self.state.set_field(scope, Text::from(&*binding.local), value);
            }
        }
        Ok(())
    }

    fn import_all(&mut self, module: &str, scope: ObjectId) {
        let Target::File(target) = self.project.resolve(self.here.file, module) else { return };
        let Some(other) = self.load(target) else { return };
        let fields = self.state.object(other).map(|object| object.fields.clone()).unwrap_or_default();
        for (name, value) in fields {
            if !name.starts_with('_') && self.state.field(scope, &name).is_none() {
                self.state.set_field(scope, name, value);
            }
        }
    }

    /// What an import statement of this file bound to a name.
    pub(crate) fn imported(&mut self, name: &str) -> Option<Value<'a>> {
        self.imported_within(name, FORWARDED)
    }

    /// The same, through so many files that hand a name on: files can import a name from each other in a circle.
    fn imported_within(&mut self, name: &str, depth: usize) -> Option<Value<'a>> {
        let (target, imported) = self.modules.get(&self.here.file)?.imports.get(name)?.clone();
        Some(self.take_from(&target, &imported, name, depth))
    }

    fn take_from(&mut self, target: &Target, imported: &Imported, local: &str, depth: usize) -> Value<'a> {
        match target {
            Target::Library(module) => {
                let path = match imported {
                    // `import os.path` binds `os`.
                    Imported::Whole
                        if self.language() == Language::Python
                            && module.starts_with(&format!("{local}.")) =>
                    {
                        local.to_owned()
                    }
                    Imported::Whole | Imported::Default | Imported::All => module.clone(),
                    Imported::Named(name) if &**name == "default" => module.clone(),
                    Imported::Named(name) => format!("{module}.{name}"),
                };
                self.external(&path)
            }
            Target::Data(path) => {
                let document = self.imported_document(path);
                match imported {
                    Imported::Named(name) if &**name != "default" => {
                        self.member(&document, name).unwrap_or(Value::Nothing)
                    }
                    _ => document,
                }
            }
            Target::File(file) => {
                let Some(scope) = self.load(*file) else { return Value::Nothing };
                match imported {
                    Imported::Whole | Imported::All => self.namespace(*file, scope),
                    Imported::Default => {
                        self.exported(*file, "default", depth).unwrap_or_else(|| self.namespace(*file, scope))
                    }
                    Imported::Named(name) => match self.exported(*file, name, depth) {
                        Some(value) => value,
                        // `from package import module`: the module itself.
                        None if self.language() == Language::Python => self.namespace(*file, scope),
                        None => self.unknown(0),
                    },
                }
            }
        }
    }

    /// A module as an object.
    fn namespace(&mut self, file: FileId, scope: ObjectId) -> Value<'a> {
        let language = self.project.file(file).map_or(Language::Python, |file| file.language);
        if language != Language::JavaScript {
            return Value::Object(scope);
        }
        let Some(module) = self.modules.get(&file) else { return Value::Nothing };
        if module.exports.is_empty() && module.default.is_none() {
            return self.common_exports(scope);
        }
        let mut names: Vec<String> = module
            .exports
            .iter()
            .filter_map(|export| match export {
                Export::Local(_, name) | Export::From(_, _, name) => Some((*name).to_owned()),
                Export::All(_) => None,
            })
            .collect();
        let all: Vec<Target> = module
            .exports
            .iter()
            .filter_map(|export| match export {
                Export::All(target) => Some(target.clone()),
                _ => None,
            })
            .collect();
        for target in all {
            if let Target::File(other) = target
                && other != file
                && let Some(other_scope) = self.load(other)
                && let Value::Object(id) = self.namespace(other, other_scope)
                && let Some(object) = self.state.object(id)
            {
                names.extend(super::property::names(object).iter().map(ToString::to_string));
            }
        }
        let id = self.state.allocate(ObjectKind::Record);
        for name in names {
            if let Some(value) = self.exported(file, &name, 8) {
                self.state.set_field(id, Text::from(name), value);
            }
        }
        if let Some(value) = self.exported(file, "default", 8) {
            self.state.set_field(id, Text::from("default"), value);
        }
        Value::Object(id)
    }

    fn common_exports(&mut self, scope: ObjectId) -> Value<'a> {
        let Some(Value::Object(module)) = self.state.field(scope, "module").cloned() else {
            return Value::Nothing;
        };
        self.state.field(module, "exports").cloned().unwrap_or(Value::Nothing)
    }

    fn exported(&mut self, file: FileId, name: &str, depth: usize) -> Option<Value<'a>> {
        let scope = self.load(file)?;
        let language = self.project.file(file)?.language;
        if language != Language::JavaScript {
            if let Some(value) = self.state.field(scope, name) {
                return Some(value.clone());
            }
            let caller = std::mem::replace(&mut self.here, Place { file, at: At::default() });
            let value = depth.checked_sub(1).and_then(|depth| self.imported_within(name, depth));
            self.here = caller;
            return value;
        }
        let module = self.modules.get(&file)?;
        if name == "default"
            && let Some(value) = &module.default
        {
            return Some(value.clone());
        }
        let is_module = !module.exports.is_empty() || module.default.is_some();
        let mut next = None;
        let mut all = Vec::new();
        for export in &module.exports {
            match export {
                Export::Local(local, exported) if *exported == name => {
                    let local = (*local).to_owned();
                    if let Some(value) = self.state.field(scope, &local) {
                        return Some(value.clone());
                    }
                    let caller = std::mem::replace(&mut self.here, Place { file, at: At::default() });
                    let value = depth.checked_sub(1).and_then(|depth| self.imported_within(&local, depth));
                    self.here = caller;
                    return value;
                }
                Export::From(target, local, exported) if *exported == name => {
                    next = Some((target.clone(), (*local).to_owned()));
                    break;
                }
                Export::All(target) => all.push(target.clone()),
                _ => {}
            }
        }
        if depth == 0 {
            return None;
        }
        if let Some((target, local)) = next {
            return match target {
                Target::File(other) if local == "*" => {
                    let scope = self.load(other)?;
                    Some(self.namespace(other, scope))
                }
                Target::File(other) => self.exported(other, &local, depth - 1),
                Target::Data(path) => Some(self.imported_document(&path)),
                Target::Library(module) if local == "*" => Some(self.external(&module)),
                Target::Library(module) => Some(self.external(&format!("{module}.{local}"))),
            };
        }
        for target in all {
            if let Target::File(other) = target
                && let Some(value) = self.exported(other, name, depth - 1)
            {
                return Some(value);
            }
        }
        if is_module && name != "default" {
            return None;
        }
        let exports = self.common_exports(scope);
        match (&exports, name) {
            (_, "default") => match &exports {
                Value::Object(id) => {
                    Some(self.own_property(*id, "default").unwrap_or_else(|| exports.clone()))
                }
                _ => Some(exports),
            },
            (Value::Object(id), name) => self.own_property(*id, name),
            _ => None,
        }
    }

    /// A name that a module of Python or Go brought in from elsewhere.
    pub(crate) fn module_member(&mut self, scope: ObjectId, name: &str) -> Option<Value<'a>> {
        // The smallest, so that the answer does not depend on hashing.
        let file =
            self.modules.iter().filter(|(_, module)| module.scope == scope).map(|(file, _)| *file).min()?;
        self.exported(file, name, 8)
    }

    /// Notes what a file exports.
    pub(crate) fn export(&mut self, module: Option<&'a str>, names: &'a [ExportedName], _scope: ObjectId) {
        let file = self.here.file;
        let target = module.map(|module| self.project.resolve(file, module));
        let Some(known) = self.modules.get_mut(&file) else { return };
        match &target {
            Some(target) if names.is_empty() => known.exports.push(Export::All(target.clone())),
            Some(target) => {
                for name in names {
                    known.exports.push(Export::From(target.clone(), &name.local, &name.exported));
                }
            }
            None => {
                for name in names {
                    known.exports.push(Export::Local(&name.local, &name.exported));
                }
            }
        }
        if let Some(Target::File(other)) = target {
            self.load(other);
        }
    }

    pub(crate) fn export_default(&mut self, value: Value<'a>) {
        if let Some(known) = self.modules.get_mut(&self.here.file) {
            known.default = Some(value);
        }
    }

    /// `require(…)` and `import(…)`.
    pub(crate) fn import_call(&mut self, module: &Value<'a>) -> Outcome<Value<'a>> {
        let Some(name) = module.text().map(str::to_owned) else {
            let arguments = super::Arguments::of(vec![module.clone()]);
            return self.library_call("import", None, &arguments);
        };
        Ok(match self.project.resolve(self.here.file, &name) {
            Target::Library(module) => self.external(&module),
            Target::Data(path) => self.imported_document(&path),
            Target::File(file) => match self.load(file) {
                Some(scope) => self.namespace(file, scope),
                None => Value::Nothing,
            },
        })
    }
}
