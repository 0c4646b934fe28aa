//! Registrations: where code says which tools, prompts, resources and routes it offers.
//!
//! Decorators, calls, handlers of requests: every form leaves a [`Registration`]; [`super::handlers`] makes offers of
//! them when all files are loaded.

use crate::ir::Language;
use crate::library::Special;
use std::rc::Rc;

use crate::value::{Closure, Place, Term, TermKind, Text, Value};

use super::state::ObjectKind;
use super::{Arguments, Interpreter, Outcome};

/// What is registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Tool,
    Prompt,
    Resource,
    Route,
    ListTools,
    CallTool,
    ListPrompts,
    GetPrompt,
    ListResources,
    ReadResource,
    /// What may be given for an argument.
    Complete,
}

/// A registration.
#[derive(Debug, Clone)]
pub(crate) struct Registration<'a> {
    pub(crate) what: What,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) schema: Option<Value<'a>>,
    pub(crate) annotations: Option<Value<'a>>,
    pub(crate) handler: Option<Value<'a>>,
    pub(crate) place: Place,
    /// Whether the SDK checks arguments against the schema before the handler sees them.
    pub(crate) validated: bool,
}

impl<'a> Interpreter<'a> {
    pub(crate) fn registration(&self, what: What) -> Registration<'a> {
        Registration {
            what,
            name: None,
            description: None,
            title: None,
            schema: None,
            annotations: None,
            handler: None,
            place: self.here,
            validated: true,
        }
    }

    pub(crate) fn register(&mut self, registration: Registration<'a>) {
        const MOST: usize = 2000;
        let again = self.registrations.iter().any(|known| {
            known.what == registration.what
                && known.name == registration.name
                && (known.handler == registration.handler
                    || (known.place == registration.place && registration.name.is_some()))
        });
        if !again && self.registrations.len() < MOST {
            self.registrations.push(registration);
        }
    }

    /// Handlers and tools that a server is made with: `Server("x", on_call_tool=f)`, `FastMCP("x", tools=[f])`.
    pub(crate) fn register_options(&mut self, path: &str, arguments: &Arguments<'a>) {
        let made = path.strip_suffix("().__init__").unwrap_or(path);
        let last = made.rsplit('.').next().unwrap_or(made);
        if !matches!(last, "Server" | "MCPServer" | "FastMCP") {
            return;
        }
        for (name, value) in &arguments.named {
            if let Some(what) = handler_kind(name) {
                let mut registration = self.registration(what);
                registration.handler = Some(value.clone());
                registration.validated = false;
                self.register(registration);
            } else if &**name == "tools" {
                let (known, rest) = self.iterate(value, crate::ir::Over::Elements);
                for tool in known.into_iter().chain(rest) {
                    self.register_tool_value(&tool);
                }
            }
        }
    }

    /// A record of a function and of what is said of it: as a registration reads it.
    pub(crate) fn offer_record(&mut self, arguments: &Arguments<'a>) -> Outcome<Value<'a>> {
        let mut given = arguments.clone();
        let function = if given.plain.is_empty() { None } else { Some(given.plain.remove(0)) };
        let record = self.record_of(&given)?;
        if let (Value::Object(id), Some(function @ Value::Function(_))) = (&record, function) {
            self.state.set_field(*id, Text::from("fn"), function);
        }
        Ok(record)
    }

    /// A function that is a tool, or an object that was made of one.
    pub(crate) fn register_tool_value(&mut self, tool: &Value<'a>) {
        if let Value::Object(_) = tool {
            let given = Arguments::of(vec![tool.clone()]);
            let _ = self.register_call(Special::RegisterTool, "add_tool", None, &given);
            return;
        }
        let function = match tool {
            Value::Function(_) => Some(tool.clone()),
            value => result_of(value).and_then(|(_, operands)| {
                operands.iter().find(|operand| matches!(operand, Value::Function(_))).cloned()
            }),
        };
        let Some(Value::Function(closure)) = &function else { return };
        let mut registration = self.registration(What::Tool);
        registration.place = Place { file: closure.function.file, at: closure.function.at };
        registration.name = Some(closure.function.name.to_string());
        registration.description = closure.function.doc.as_deref().map(str::to_owned);
        registration.handler = function;
        self.register(registration);
    }

    /// `server.tool(…)`, `registerTool(…)`, `addTool({…})`, `add_tool(function, …)`, `AddTool(tool, handler)`.
    pub(crate) fn register_call(
        &mut self,
        special: Special,
        path: &str,
        receiver: Option<Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Outcome<Value<'a>> {
        if let Some(given) = self.several_offers(arguments) {
            for one in given {
                self.register_call(special, path, receiver.clone(), &one)?;
            }
            return Ok(self.opaque_result(path, receiver, arguments, 0));
        }
        let what = match special {
            Special::RegisterPrompt => What::Prompt,
            Special::RegisterResource => What::Resource,
            _ => What::Tool,
        };
        let mut registration = self.registration(what);
        for value in &arguments.plain {
            self.read_argument(&mut registration, value);
        }
        for (name, value) in &arguments.named {
            self.read_option(&mut registration, name, value);
        }
        if let (None, Some(Value::Function(closure))) = (&registration.name, &registration.handler)
            && self.language() == Language::Python
        {
            registration.name = Some(closure.function.name.to_string());
        }
        if let (None, Some(Value::Function(closure))) = (&registration.description, &registration.handler)
            && self.language() == Language::Python
        {
            registration.description = closure.function.doc.as_deref().map(str::to_owned);
        }
        let fits =
            registration.handler.is_some() && (registration.name.is_some() || !arguments.plain.is_empty());
        if !fits {
            let mut taint = receiver.as_ref().map_or(0, |receiver| self.taint(receiver));
            for argument in arguments.all() {
                taint |= self.taint(argument);
            }
            self.call_back(arguments, taint)?;
            return Ok(self.opaque_result(path, receiver, arguments, taint));
        }
        self.register(registration);
        Ok(self.opaque_result(path, receiver, arguments, 0))
    }

    /// `server.setRequestHandler(ListToolsRequestSchema, handler)`.
    pub(crate) fn register_handler(&mut self, arguments: &Arguments<'a>) {
        let Some(which) = arguments.plain.first() else { return };
        let name = match which {
            Value::Text(text) => text.to_string(),
            Value::Term(term) => match self.method_of(which, 6) {
                // The SDK is in the bundle: its schema is an object like any other.
                Some(method) => method,
                None => term.path().map(|path| path.to_string()).unwrap_or_default(),
            },
            Value::Object(id) => {
                let field = |name: &str| self.state.field(*id, name).and_then(Value::text).map(str::to_owned);
                field("method").unwrap_or_default()
            }
            _ => String::new(),
        };
        let Some(what) = handler_kind(&name) else { return };
        let handler = arguments.plain.iter().skip(1).find(|value| {
            matches!(value, Value::Function(_) | Value::Method(_) | Value::Either(_) | Value::Term(_))
        });
        let mut registration = self.registration(what);
        registration.handler = handler.cloned();
        registration.validated = false;
        self.register(registration);
    }

    /// The method that the schema of a request names: `z.object({method: z.literal("tools/list")})`.
    fn method_of(&self, schema: &Value<'a>, depth: usize) -> Option<String> {
        let (_, operands) = result_of(schema)?;
        operands.iter().find_map(|operand| match operand {
            Value::Object(id) => {
                let (path, inner) = result_of(self.state.field(*id, "method")?)?;
                let text = inner.iter().find_map(Value::text)?;
                path.ends_with("literal").then(|| text.to_owned())
            }
            inner if depth > 0 => self.method_of(inner, depth - 1),
            _ => None,
        })
    }

    /// A call of a method that registers, of an SDK that is part of a bundle.
    pub(crate) fn bundled_registration(
        &mut self,
        closure: &Closure<'a>,
        this: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Option<Value<'a>> {
        let special = match &*closure.function.name {
            "setRequestHandler" => {
                let before = self.registrations.len();
                self.register_handler(arguments);
                return (self.registrations.len() > before).then_some(Value::Nothing);
            }
            "registerTool" | "tool" => Special::RegisterTool,
            "registerPrompt" | "prompt" => Special::RegisterPrompt,
            "registerResource" | "resource" => Special::RegisterResource,
            _ => return None,
        };
        let Some(Value::Object(id)) = this else { return None };
        let ObjectKind::Instance(class) = &self.state.object(*id)?.kind else { return None };
        if !class.class.name.contains("McpServer") {
            return None;
        }
        let before = self.registrations.len();
        let given = self.register_call(special, "McpServer().registerTool", None, arguments).ok()?;
        (self.registrations.len() > before).then_some(given)
    }

    /// A route of a web server.
    pub(crate) fn register_route(&mut self, path: &str, arguments: &Arguments<'a>) {
        let named = arguments
            .named
            .iter()
            .filter(|(name, _)| matches!(&**name, "endpoint" | "handler" | "view_func"));
        let given = arguments.plain.iter().chain(named.map(|(_, value)| value));
        for handler in given.filter(|value| matches!(value, Value::Function(_))) {
            let mut registration = self.registration(What::Route);
            registration.name = arguments
                .plain
                .first()
                .or_else(|| arguments.named("path"))
                .and_then(Value::text)
                .map(str::to_owned)
                .or_else(|| Some(path.rsplit('.').next().unwrap_or_default().to_owned()));
            registration.handler = Some(handler.clone());
            registration.validated = false;
            self.register(registration);
        }
    }
}

/// The function that a value is, or one of those that it may be: a wrapper is put around some only on some ways.
pub(crate) fn function_of<'v, 'a>(value: &'v Value<'a>) -> Option<&'v Rc<Closure<'a>>> {
    match value {
        Value::Function(closure) => Some(closure),
        Value::Either(ways) => ways.iter().find_map(|way| match &way.value {
            Value::Function(closure) => Some(closure),
            _ => None,
        }),
        _ => None,
    }
}

/// What a request handler is for, by the schema, method or decorator that names it.
pub(crate) fn handler_kind(name: &str) -> Option<What> {
    let last = name.rsplit(['.', '/']).next().unwrap_or(name);
    let method = name.contains('/') && !name.contains("sdk");
    Some(match last {
        "ListToolsRequestSchema" | "ListToolsRequest" | "list_tools" | "on_list_tools" => What::ListTools,
        "CallToolRequestSchema" | "CallToolRequest" | "call_tool" | "on_call_tool" => What::CallTool,
        "ListPromptsRequestSchema" | "list_prompts" | "on_list_prompts" => What::ListPrompts,
        "GetPromptRequestSchema" | "get_prompt" | "on_get_prompt" => What::GetPrompt,
        "ListResourcesRequestSchema"
        | "list_resources"
        | "ListResourceTemplatesRequestSchema"
        | "list_resource_templates"
        | "on_list_resources" => What::ListResources,
        "ReadResourceRequestSchema" | "read_resource" | "on_read_resource" => What::ReadResource,
        "CompleteRequestSchema" => What::Complete,
        "complete" if method && name.starts_with("completion") => What::Complete,
        "list" if method && name.starts_with("tools") => What::ListTools,
        "call" if method && name.starts_with("tools") => What::CallTool,
        "list" if method && name.starts_with("prompts") => What::ListPrompts,
        "get" if method && name.starts_with("prompts") => What::GetPrompt,
        "list" if method && name.starts_with("resources") => What::ListResources,
        "read" if method && name.starts_with("resources") => What::ReadResource,
        _ => return None,
    })
}

/// The path and operands of a call that was not understood.
pub(crate) fn result_of<'v, 'a>(value: &'v Value<'a>) -> Option<(&'v str, &'v [Value<'a>])> {
    match value.term().map(Term::kind) {
        Some(TermKind::Result(path, operands)) => Some((path, operands)),
        _ => None,
    }
}
