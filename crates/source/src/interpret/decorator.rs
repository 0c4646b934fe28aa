//! Decorators that register: what they are made with, what they stand before, and the faces of what they wrap.

use std::rc::Rc;

use crate::ir::{Expression, Language};
use crate::library::Special;
use crate::value::{Closure, Place, Text, Value};

use super::register::{What, function_of, handler_kind};
use super::state::ObjectKind;
use super::{Arguments, Interpreter, Outcome};

/// The field of an object that is a decorator: which registration it makes.
const DECORATOR: &str = "\u{0}decorator";

impl<'a> Interpreter<'a> {
    /// Lets a decorator make something of a function or class.
    pub(crate) fn apply_decorator(
        &mut self,
        decorator: &Value<'a>,
        decorated: Value<'a>,
        _expression: &'a Expression,
    ) -> Outcome<Value<'a>> {
        match decorator {
            Value::Object(id) if self.state.field(*id, DECORATOR).is_some() => {
                self.decorated(*id, &decorated);
                Ok(decorated)
            }
            Value::Function(_) | Value::Either(_) => {
                let made = self.call(decorator, None, Arguments::of(vec![decorated.clone()]))?;
                Ok(if matches!(made, Value::Function(_) | Value::Object(_) | Value::Class(_)) {
                    made
                } else {
                    decorated
                })
            }
            Value::Term(term) => {
                if let Some((path, receiver)) = self.path_of(term)
                    && let Some(model) = crate::library::model(self.language(), &path)
                    && matches!(model.answer, crate::library::Answer::Special(_))
                {
                    let made = self.library_call(&path, receiver, &Arguments::of(vec![decorated.clone()]))?;
                    if matches!(made, Value::Function(_)) {
                        return Ok(made);
                    }
                }
                Ok(decorated)
            }
            _ => Ok(decorated),
        }
    }

    /// A call of a decorator that registers: with the function itself (`@mcp.tool`) or with options (`@mcp.tool("x")`).
    pub(crate) fn decorator_call(
        &mut self,
        special: Special,
        path: &str,
        receiver: Option<Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Value<'a> {
        let decorator = self.state.allocate(ObjectKind::Record);
        let member = path.rsplit('.').next().unwrap_or_default();
        let what = match special {
            Special::DecorateTool => "tool",
            Special::DecoratePrompt => "prompt",
            Special::DecorateResource => "resource",
            Special::DecorateRoute => "route",
            _ => member,
        };
        self.state.set_field(decorator, Text::from(DECORATOR), Value::Text(Text::from(what)));
        if let Some(receiver) = receiver {
            self.state.set_field(decorator, Text::from("receiver"), receiver);
        }
        let mut texts = 0;
        let mut function = None;
        for value in &arguments.plain {
            match value {
                value if function_of(value).is_some() => function = Some(value.clone()),
                Value::Text(_) => {
                    let name = if texts == 0 { "name" } else { "description" };
                    texts += 1;
                    self.state.set_field(decorator, Text::from(name), value.clone());
                }
                value => self.state.set_field(decorator, Text::from("options"), value.clone()),
            }
        }
        for (name, value) in &arguments.named {
            self.state.set_field(decorator, name.clone(), value.clone());
        }
        if let Some(function) = function {
            self.decorated(decorator, &function);
            return function;
        }
        Value::Object(decorator)
    }

    /// `functools.wraps(function)`: a decorator that gives a function the name, text and parameters of another.
    pub(crate) fn wraps(&mut self, wrapped: Value<'a>) -> Value<'a> {
        let decorator = self.state.allocate(ObjectKind::Record);
        self.state.set_field(decorator, Text::from(DECORATOR), Value::Text(Text::from("wraps")));
        self.state.set_field(decorator, Text::from("wrapped"), wrapped);
        Value::Object(decorator)
    }

    /// The function whose name, text and parameters a function has.
    pub(crate) fn face(&self, closure: &Rc<Closure<'a>>) -> Rc<Closure<'a>> {
        let mut face = Rc::clone(closure);
        for _ in 0..8 {
            match self.wrapped.get(&(std::ptr::from_ref(face.function), face.scope)) {
                Some(inner) => face = Rc::clone(inner),
                None => break,
            }
        }
        face
    }

    /// Registers what a decorator stands before.
    pub(crate) fn decorated(&mut self, decorator: crate::value::ObjectId, function: &Value<'a>) {
        let Some(fields) = self.state.object(decorator).map(|object| object.fields.clone()) else { return };
        let text = |name: &str| fields.get(name).and_then(Value::text).map(str::to_owned);
        let what = match text(DECORATOR).as_deref() {
            Some("wraps") => {
                if let (Value::Function(wrapper), Some(Value::Function(wrapped))) =
                    (function, fields.get("wrapped"))
                {
                    let key = (std::ptr::from_ref(wrapper.function), wrapper.scope);
                    self.wrapped.insert(key, Rc::clone(wrapped));
                }
                return;
            }
            Some("tool") => What::Tool,
            Some("prompt") => What::Prompt,
            Some("resource") => What::Resource,
            Some("route") => What::Route,
            Some(handler) => match handler_kind(handler) {
                Some(what) => what,
                None => return,
            },
            None => return,
        };
        let Some(closure) = function_of(function) else { return };
        let closure = &self.face(closure);
        let mut registration = self.registration(what);
        registration.place = Place { file: closure.function.file, at: closure.function.at };
        registration.name = text("name")
            .or_else(|| text("path"))
            .or_else(|| text("uri"))
            .or_else(|| matches!(what, What::Tool | What::Prompt).then(|| closure.function.name.to_string()));
        registration.description =
            text("description").or_else(|| closure.function.doc.as_deref().map(str::to_owned));
        // `@Tool({name: "…", parameters: …})`.
        if let Some(Value::Object(options)) = fields.get("options")
            && self.language() == Language::JavaScript
        {
            let options = self.state.object(*options).map(|object| object.fields.clone()).unwrap_or_default();
            for (name, value) in options {
                self.read_option(&mut registration, &name, &value);
            }
        }
        registration.title = registration.title.or_else(|| text("title"));
        registration.annotations = registration.annotations.or_else(|| fields.get("annotations").cloned());
        registration.handler = Some(function.clone());
        registration.validated = what != What::Route || self.language() == Language::Python;
        self.register(registration);
    }

    /// A call of an object that is a decorator: `server.tool()(function)`.
    pub(crate) fn call_decorator(
        &mut self,
        id: crate::value::ObjectId,
        arguments: &Arguments<'a>,
    ) -> Option<Value<'a>> {
        self.state.field(id, DECORATOR)?;
        let function = arguments.plain.first().cloned()?;
        self.decorated(id, &function);
        Some(function)
    }
}
