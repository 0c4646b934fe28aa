//! Offers that nobody registers by a call: frameworks find them by class or by file, and servers without an SDK read
//! requests from the standard input themselves.

use std::rc::Rc;

use super::register::{What, function_of};
use super::state::ObjectKind;
use super::{Arguments, Interpreter};
use crate::ir::visit::{self, Visitor};
use crate::ir::{At, Expression, ExpressionKind, FileId, Language, Literal, Statement};
use crate::value::{ClassValue, ObjectId, Place, Text, Value};

/// Classes that a framework makes offers of, with the method that it calls.
const CLASSES: &[(&str, What, &str)] = &[
    ("mcp-framework.MCPTool", What::Tool, "execute"),
    ("mcp-framework.MCPPrompt", What::Prompt, "generateMessages"),
    ("mcp-framework.MCPResource", What::Resource, "read"),
];

/// Decorators that make offers of methods: a framework makes the instance.
const DECORATORS: &[&str] = &["Tool", "Prompt", "Resource", "ResourceTemplate"];

impl<'a> Interpreter<'a> {
    /// Registers what frameworks find in the files of JavaScript.
    pub(crate) fn find_as_frameworks_do(&mut self) {
        for file in self.project.in_order() {
            if self.project.file(file).is_none_or(|file| file.language != Language::JavaScript) {
                continue;
            }
            let Some(module) = self.modules.get(&file) else { continue };
            let (scope, default) = (module.scope, module.default());
            self.here = Place { file, at: At::default() };
            let fields = self.state.object(scope).map(|object| object.fields.clone()).unwrap_or_default();
            for value in fields.values().cloned().chain(default.clone()) {
                if let Value::Class(class) = &value
                    && class.file == file
                {
                    self.offer_of_class(&value, class);
                }
            }
            if let Some(default) = default {
                self.offer_of_file(scope, default);
            }
        }
    }

    /// A class that extends one of a framework's.
    fn offer_of_class(&mut self, value: &Value<'a>, class: &Rc<ClassValue<'a>>) {
        let base = self.library_base(class, 6);
        let known = CLASSES.iter().find(|(path, ..)| base.as_deref() == Some(path));
        let Some((_, what, method)) = known else { return };
        let Some(Value::Object(instance)) = self.made_by_framework(value) else { return };
        let Ok(handler @ Value::Function(_)) = self.member(&Value::Object(instance), method) else { return };
        let text = |name: &str| self.state.field(instance, name).and_then(Value::text).map(str::to_owned);
        let mut registration = self.registration(*what);
        registration.name = text("name").or_else(|| text("uri"));
        registration.description = text("description");
        let schema = self.state.field(instance, "schema").cloned();
        registration.schema = schema.map(|schema| self.without_descriptions(schema));
        if let Some(closure) = function_of(&handler) {
            registration.place = Place { file: closure.function.file, at: closure.function.at };
        }
        registration.handler = Some(handler);
        self.register(registration);
    }

    /// A file that exports a schema, what is said of a tool, and a function.
    fn offer_of_file(&mut self, scope: ObjectId, function: Value<'a>) {
        let Some(closure) = function_of(&function) else { return };
        let place = Place { file: closure.function.file, at: closure.function.at };
        let (Some(Value::Object(about)), Some(schema)) =
            (self.state.field(scope, "metadata").cloned(), self.state.field(scope, "schema").cloned())
        else {
            return;
        };
        let text = |name: &str| self.state.field(about, name).and_then(Value::text).map(str::to_owned);
        let Some(name) = text("name") else { return };
        let mut registration = self.registration(What::Tool);
        registration.name = Some(name);
        registration.description = text("description");
        registration.annotations = self.state.field(about, "annotations").cloned();
        registration.schema = Some(schema);
        registration.place = place;
        registration.handler = Some(function);
        self.register(registration);
    }

    /// An instance of a class that a framework makes, with what it needs.
    fn made_by_framework(&mut self, class: &Value<'a>) -> Option<Value<'a>> {
        let unknown = self.unknown(0);
        let given = Arguments { plain: Vec::new(), named: Vec::new(), rest: Some(unknown) };
        self.instantiate(class, given).ok()
    }

    /// On what a framework calls a method that is decorated as an offer.
    pub(crate) fn instance_for(
        &mut self,
        class: &Rc<ClassValue<'a>>,
        decorators: &[Expression],
    ) -> Option<Value<'a>> {
        let offers = self.language() == Language::JavaScript
            && decorators.iter().any(|decorator| {
                let name = match &decorator.kind {
                    ExpressionKind::Call { callee, .. } => callee,
                    _ => decorator,
                };
                matches!(&name.kind, ExpressionKind::Name(name) if DECORATORS.contains(&&**name))
            });
        offers.then(|| self.made_by_framework(&Value::Class(Rc::clone(class))))?
    }

    /// `{path: {type: z.string(), description: "…"}}`: the schemas alone.
    fn without_descriptions(&mut self, schema: Value<'a>) -> Value<'a> {
        let Value::Object(id) = &schema else { return schema };
        let fields = self.state.object(*id).map(|object| object.fields.clone()).unwrap_or_default();
        let plain = self.state.allocate(ObjectKind::Record);
        for (name, value) in fields {
            let kind = match &value {
                Value::Object(inner) => self.state.field(*inner, "type").cloned(),
                _ => None,
            };
            self.state.set_field(plain, name, kind.unwrap_or(value));
        }
        Value::Object(plain)
    }

    /// Functions that are asked what an argument may be: `completable(z.string(), (value) => …)`,
    /// `new ResourceTemplate(uri, {complete: {name: (value) => …}})`.
    pub(crate) fn register_completions(&mut self, path: &str, arguments: &Arguments<'a>) {
        let Some(second) = arguments.plain.get(1) else { return };
        let functions: Vec<Value<'a>> = match second {
            Value::Function(_) if path.ends_with(".completable") => vec![second.clone()],
            Value::Object(id) if path.ends_with(".ResourceTemplate") => {
                let complete = self.state.field(*id, "complete").cloned();
                let Some(Value::Object(complete)) = complete else { return };
                let fields = self.state.object(complete).map(|object| object.fields.clone());
                fields.unwrap_or_default().values().cloned().collect()
            }
            _ => return,
        };
        for function in functions.into_iter().filter(|function| function_of(function).is_some()) {
            let mut registration = self.registration(What::Complete);
            registration.name = Some(String::from("completion"));
            registration.handler = Some(function);
            self.register(registration);
        }
    }

    /// A function that gets the lines of the standard input, of a program that knows the protocol's methods itself.
    pub(crate) fn register_reader(&mut self, emitter: &Value<'a>, arguments: &Arguments<'a>) {
        const READS: &[&str] = &["readline.createInterface()", "process.stdin()", "process.stdin"];
        let [Value::Text(event), handler @ Value::Function(_), ..] = arguments.plain.as_slice() else {
            return;
        };
        let path = emitter.term().and_then(crate::value::Term::path);
        let reads = path.is_some_and(|path| READS.contains(&&*path)) && matches!(&**event, "line" | "data");
        if self.offer.is_some() || !reads || !self.knows_methods(self.here.file) {
            return;
        }
        let mut registration = self.registration(What::Route);
        registration.name = Some(String::from("stdin"));
        registration.handler = Some(handler.clone());
        registration.validated = false;
        self.register(registration);
    }

    fn knows_methods(&self, file: FileId) -> bool {
        let body: &[Statement] = self.project.file(file).map(|file| file.body.as_slice()).unwrap_or_default();
        let mut seen = NamesMethod(false);
        visit::statements(body, &mut seen);
        seen.0
    }
}

/// Whether the method is named by which a tool is called.
struct NamesMethod(bool);

impl<'a> Visitor<'a> for NamesMethod {
    fn expression(&mut self, expression: &'a Expression) {
        self.0 |= matches!(&expression.kind, ExpressionKind::Literal(Literal::Text(text)) if &**text == "tools/call");
    }
}

/// The field of a request to complete that holds what was typed so far.
pub(crate) fn completed<'a>(me: &mut Interpreter<'a>, typed: Value<'a>) -> Value<'a> {
    let argument = me.state.allocate(ObjectKind::Record);
    let name = me.unknown(0);
    me.state.set_field(argument, Text::from("name"), name);
    me.state.set_field(argument, Text::from("value"), typed);
    let parameters = me.state.allocate(ObjectKind::Record);
    me.state.set_field(parameters, Text::from("argument"), Value::Object(argument));
    let request = me.state.allocate(ObjectKind::Record);
    me.state.set_field(request, Text::from("params"), Value::Object(parameters));
    Value::Object(request)
}
