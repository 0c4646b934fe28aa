//! From registrations to offers: asks the handlers that list, calls the handlers that do.

use std::collections::BTreeMap;
use std::rc::Rc;

use portcullis_model::{Entry, Node, Span, Value as Tree};

use crate::analysis::{Effect, Offer, OfferKind, SourceKind};
use crate::ir::{ExpressionKind, Language, Literal, Over, Parameter};
use crate::value::{Text, Value};

use super::call::name_of;
use super::register::{Registration, What, result_of};
use super::state::ObjectKind;
use super::{Arguments, Interpreter};

/// Steps for loading all files, and for each offer.
const LOAD_STEPS: u64 = 6_000_000;
const OFFER_STEPS: u64 = 400_000;

/// Offers beyond this are not called.
const MOST_OFFERS: usize = 1000;

/// What all handlers do.
#[derive(Debug, Default)]
pub(crate) struct Ran {
    pub(crate) offers: Vec<Offer>,
    pub(crate) on_load: Vec<Effect>,
    pub(crate) gave_up: Vec<String>,
}

/// A tool as a handler lists it.
#[derive(Debug, Clone)]
struct Listed<'a> {
    registration: Registration<'a>,
}

impl<'a> Interpreter<'a> {
    /// Loads all files, the entries first, and runs every handler.
    pub(crate) fn run(&mut self, entries: &[crate::ir::FileId]) -> Ran {
        let mut ran = Ran::default();
        self.budget(LOAD_STEPS);
        for file in entries {
            self.load(*file);
        }
        for index in 0..self.project.files().len() {
            self.load(crate::ir::FileId(u32::try_from(index).unwrap_or(u32::MAX)));
        }
        self.start_programs();
        self.start_what_registers();
        if self.gave_up {
            ran.gave_up.push(String::new());
            self.gave_up = false;
        }
        ran.on_load = std::mem::take(&mut self.effects);
        self.seen_effects.clear();
        let at_load = self.sources.len();
        self.first_input = at_load;
        self.loaded_objects = self.state.count();
        let mut listed = Vec::new();
        for registration in self.registrations.clone() {
            self.list_of(&registration, &mut listed, at_load);
        }
        let call_handlers: Vec<Registration<'a>> =
            self.registrations.iter().filter(|one| one.what == What::CallTool).cloned().collect();
        let mut offers: Vec<Registration<'a>> = Vec::new();
        for registration in &self.registrations {
            if matches!(registration.what, What::Tool | What::Prompt | What::Resource | What::Route) {
                offers.push(registration.clone());
            }
        }
        for one in listed {
            let mut registration = one.registration;
            let by = match registration.what {
                What::Tool => call_handlers.first(),
                What::Prompt => self.registrations.iter().find(|one| one.what == What::GetPrompt),
                _ => None,
            };
            registration.validated = by.is_some_and(|by| self.language_of(by) == Language::Python);
            let known =
                offers.iter().any(|known| known.what == registration.what && known.name == registration.name);
            if !known {
                offers.push(registration);
            }
        }
        let has_tools = offers.iter().any(|offer| offer.what == What::Tool);
        let others = call_handlers
            .iter()
            .filter(|_| !has_tools)
            .chain(self.registrations.iter().filter(|one| one.what == What::ReadResource));
        let others: Vec<Registration<'a>> = others.cloned().collect();
        offers.extend(others);
        offers.truncate(MOST_OFFERS);
        for registration in &offers {
            self.offer_of(registration, &call_handlers, at_load, &mut ran);
        }
        if self.keeps_inputs() {
            // A tool may use what a later one has stored: all of them once more, for the flows alone.
            let mut again = Ran::default();
            for registration in &offers {
                self.offer_of(registration, &call_handlers, at_load, &mut again);
            }
        }
        ran
    }

    fn language_of(&self, registration: &Registration<'a>) -> Language {
        self.project.file(registration.place.file).map_or(Language::Python, |file| file.language)
    }

    /// Go: runs `init` and `main`, as its run time does.
    fn start_programs(&mut self) {
        for index in 0..self.project.files().len() {
            let id = crate::ir::FileId(u32::try_from(index).unwrap_or(u32::MAX));
            if self.project.file(id).is_none_or(|file| file.language != Language::Go) {
                continue;
            }
            let Some(scope) = self.modules.get(&id).map(|module| module.scope) else { continue };
            for name in ["init", "main"] {
                let function = match self.state.field(scope, name) {
                    Some(Value::Function(closure)) if closure.function.file == id => Rc::clone(closure),
                    _ => continue,
                };
                if !self.ran.contains(&std::ptr::from_ref(function.function)) {
                    self.here.file = id;
                    let _ = self.call(&Value::Function(function), None, Arguments::default());
                }
            }
        }
    }

    /// Runs functions that register something and that nobody has called: factories that a launcher calls.
    fn start_what_registers(&mut self) {
        self.start_go();
        let files = self.project.files();
        for (index, file) in files.iter().enumerate() {
            let id = crate::ir::FileId(u32::try_from(index).unwrap_or(u32::MAX));
            let Some(scope) = self.modules.get(&id).map(|module| module.scope) else { continue };
            let names: Vec<Value<'a>> = self
                .state
                .object(scope)
                .map(|object| object.fields.values().cloned().collect())
                .unwrap_or_default();
            let _ = file;
            for value in names {
                match &value {
                    Value::Function(closure)
                        if !self.ran.contains(&std::ptr::from_ref(closure.function))
                            && closure.function.file == id
                            && super::scan::registers(&closure.function.body) =>
                    {
                        self.here.file = id;
                        let given = (0..closure.function.parameters.len()).map(|_| self.unknown(0)).collect();
                        let _ = self.call(&value, None, Arguments::of(given));
                    }
                    Value::Class(class) if class.file == id => {
                        let starts = class.class.members.iter().any(|member| match &member.kind {
                            crate::ir::MemberKind::Method(function) => {
                                !self.ran.contains(&std::ptr::from_ref(&**function))
                                    && super::scan::registers(&function.body)
                            }
                            _ => false,
                        });
                        if starts {
                            self.here.file = id;
                            self.start_class(&value, class);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// What a program of Go starts with: `init` of every file, then `main`.
    fn start_go(&mut self) {
        for (index, file) in self.project.files().iter().enumerate() {
            let id = crate::ir::FileId(u32::try_from(index).unwrap_or(u32::MAX));
            if file.language != Language::Go {
                continue;
            }
            let Some(scope) = self.modules.get(&id).map(|module| module.scope) else { continue };
            for name in ["init", "main"] {
                if let Some(function @ Value::Function(closure)) =
                    self.state.field(scope, name).cloned().as_ref()
                    && !self.ran.contains(&std::ptr::from_ref(closure.function))
                {
                    self.here.file = id;
                    let _ = self.call(function, None, Arguments::default());
                }
            }
        }
    }

    fn start_class(&mut self, value: &Value<'a>, class: &Rc<crate::value::ClassValue<'a>>) {
        let unknown = self.unknown(0);
        let arguments = Arguments { plain: Vec::new(), named: Vec::new(), rest: Some(unknown) };
        let Ok(instance) = self.instantiate(value, arguments) else { return };
        let names: Vec<String> = class
            .class
            .members
            .iter()
            .filter(|member| match &member.kind {
                crate::ir::MemberKind::Method(function) => {
                    !self.ran.contains(&std::ptr::from_ref(&**function))
                        && super::scan::registers(&function.body)
                }
                _ => false,
            })
            .filter_map(|member| super::call::member_name(member).map(str::to_owned))
            .collect();
        for name in names {
            if let Ok(method) = self.member(&instance, &name) {
                let unknown = self.unknown(0);
                let given = Arguments { plain: Vec::new(), named: Vec::new(), rest: Some(unknown) };
                let _ = self.call(&method, Some(instance.clone()), given);
            }
        }
    }

    /// Asks a handler that lists.
    fn list_of(&mut self, registration: &Registration<'a>, listed: &mut Vec<Listed<'a>>, at_load: usize) {
        let (what, field) = match registration.what {
            What::ListTools => (What::Tool, "tools"),
            What::ListPrompts => (What::Prompt, "prompts"),
            What::ListResources => (What::Resource, "resources"),
            _ => return,
        };
        let Some(handler) = registration.handler.clone() else { return };
        self.sources.truncate(at_load);
        self.here = registration.place;
        self.budget(OFFER_STEPS);
        let request = self.unknown(0);
        let Ok(answer) = self.call(&handler, None, Arguments::of(vec![request])) else { return };
        let mut lists = Vec::new();
        answer.alternatives(&mut |value, _| lists.push(value.clone()));
        for list in lists {
            let inner = match &list {
                Value::Object(id)
                    if !matches!(
                        self.state.object(*id).map(|object| &object.kind),
                        Some(ObjectKind::List)
                    ) =>
                {
                    self.state.field(*id, field).cloned().unwrap_or_else(|| list.clone())
                }
                _ => list.clone(),
            };
            let mut ways = Vec::new();
            inner.alternatives(&mut |value, _| ways.push(value.clone()));
            for way in ways {
                let (known, rest) = self.iterate(&way, Over::Elements);
                for element in known.into_iter().chain(rest) {
                    let mut elements = Vec::new();
                    element.alternatives(&mut |value, _| elements.push(value.clone()));
                    for element in elements {
                        if let Some(found) = self.listed(&element, what, registration) {
                            listed.push(Listed { registration: found });
                        }
                    }
                }
            }
        }
    }

    fn listed(&mut self, element: &Value<'a>, what: What, by: &Registration<'a>) -> Option<Registration<'a>> {
        if !matches!(element, Value::Object(_)) {
            return None;
        }
        let part = |me: &mut Self, name: &str| match me.index(element, &Value::Text(Text::from(name))) {
            Ok(Value::Nothing) | Err(_) => None,
            Ok(value) => Some(value),
        };
        let name = ["name", "Name", "uri", "uriTemplate"].iter().find_map(|key| part(self, key));
        let name = name.map(|name| match name {
            Value::Text(text) => text.to_string(),
            value => self.name_of_value(&value),
        })?;
        let description = part(self, "description").and_then(|value| self.known_part(&value, 4));
        let schema = part(self, "inputSchema").or_else(|| part(self, "input_schema"));
        Some(Registration {
            what,
            name: Some(name),
            description,
            title: part(self, "title").and_then(|value| value.text().map(str::to_owned)),
            schema,
            annotations: part(self, "annotations"),
            handler: None,
            place: by.place,
            validated: false,
        })
    }

    /// The text of a name: an enumeration's member is its value.
    fn name_of_value(&self, value: &Value<'a>) -> String {
        let mut name = String::new();
        value.alternatives(&mut |one, _| {
            if let Value::Text(text) = one
                && name.is_empty()
            {
                name = text.to_string();
            }
        });
        name
    }

    /// Runs the handler of an offer and notes what it does.
    fn offer_of(
        &mut self,
        registration: &Registration<'a>,
        call_handlers: &[Registration<'a>],
        at_load: usize,
        ran: &mut Ran,
    ) {
        let index = ran.offers.len();
        self.fresh_inputs(at_load);
        self.effects.clear();
        self.seen_effects.clear();
        self.offer = Some(index);
        self.here = registration.place;
        self.budget(OFFER_STEPS);
        let mut handlers: Vec<Registration<'a>> = Vec::new();
        if registration.handler.is_some() {
            handlers.push(registration.clone());
        } else if registration.what == What::Tool {
            handlers.extend(call_handlers.iter().cloned());
        } else if registration.what == What::Prompt {
            handlers.extend(self.registrations.iter().filter(|one| one.what == What::GetPrompt).cloned());
        }
        let mut spot = None;
        for handler in &handlers {
            let Some(function) = handler.handler.clone() else { continue };
            self.here = handler.place;
            if let Value::Function(closure) = &function {
                let place = crate::value::Place { file: closure.function.file, at: closure.function.at };
                self.here = place;
                spot = Some(self.spot(place));
            }
            let arguments = self.handler_arguments(registration, handler, &function);
            self.validates = handler.validated;
            let _ = self.call(&function, None, arguments);
            self.validates = false;
        }
        self.run_started();
        self.offer = None;
        if self.gave_up {
            ran.gave_up.push(registration.name.clone().unwrap_or_default());
            self.gave_up = false;
        }
        let kind = match registration.what {
            What::Prompt | What::GetPrompt => OfferKind::Prompt,
            What::Resource | What::ReadResource => OfferKind::Resource,
            What::Route => OfferKind::Route,
            _ => OfferKind::Tool,
        };
        let declaration = self.declaration(registration);
        ran.offers.push(Offer {
            kind,
            name: registration.name.clone().unwrap_or_default(),
            description: registration.description.clone(),
            declaration,
            registered: self.spot(registration.place),
            handler: spot,
            effects: std::mem::take(&mut self.effects),
        });
    }

    /// Inputs of the next offer are others than those before, also where they have the same names: what an earlier one
    /// stored, and what was checked of it, stays apart.
    fn fresh_inputs(&mut self, at_load: usize) {
        const MOST_SOURCES: usize = 48;
        if self.sources.len() > MOST_SOURCES.max(at_load) {
            self.sources.truncate(at_load);
            self.state.facts.clear();
        }
        self.first_input = self.sources.len();
    }

    /// Whether something that outlives a call holds an input.
    fn keeps_inputs(&self) -> bool {
        let attacker = self.attacker();
        (0..self.loaded_objects).any(|index| {
            let id = crate::value::ObjectId(index);
            self.state.object(id).is_some_and(|object| {
                let inside = object.fields.values().chain(object.elements.iter()).chain(&object.rest);
                inside.take(200).any(|value| value.taint() & attacker != 0)
            })
        })
    }

    /// What a handler is called with.
    fn handler_arguments(
        &mut self,
        offer: &Registration<'a>,
        handler: &Registration<'a>,
        function: &Value<'a>,
    ) -> Arguments<'a> {
        let language = self.language_of(handler);
        let kind = match offer.what {
            What::Prompt | What::GetPrompt => SourceKind::PromptArgument,
            What::Resource | What::ReadResource => SourceKind::Uri,
            What::Route => SourceKind::Request,
            _ => SourceKind::Argument,
        };
        match (handler.what, language) {
            (What::CallTool | What::GetPrompt, Language::Python) if takes_request(function) => {
                let name = offer.name.clone().filter(|_| offer.what != What::CallTool);
                let mut request = self.request_record(kind, name.as_deref());
                if let (Ok(parameters), Some(Value::Object(schema))) =
                    (self.member(&request, "params"), &offer.schema)
                    && offer.validated
                    && let Value::Object(id) = parameters
                {
                    let input = self.input(kind, "");
                    let input = self.fitted_json(*schema, &input, 6);
                    self.state.set_field(id, Text::from("arguments"), input);
                }
                if let Ok(parameters) = self.member(&request, "params") {
                    request = parameters;
                }
                let context = self.external("mcp.Context()");
                Arguments::of(vec![context, request])
            }
            (What::CallTool | What::GetPrompt, Language::JavaScript) => {
                let name = offer.name.clone().filter(|_| offer.what != What::CallTool);
                let request = self.request_record(kind, name.as_deref());
                Arguments::of(vec![request])
            }
            (What::CallTool | What::GetPrompt, _) => {
                let name = match offer.name.clone().filter(|_| offer.what != What::CallTool) {
                    Some(name) => Value::Text(Text::from(name)),
                    None => self.unknown(0),
                };
                let mut input = self.input(kind, "");
                if let Some(Value::Object(schema)) = &offer.schema
                    && offer.validated
                {
                    input = self.fitted_json(*schema, &input, 6);
                }
                Arguments::of(vec![name, input])
            }
            (What::ReadResource, Language::JavaScript) => {
                let uri = self.input(kind, "uri");
                let parameters = self.state.allocate(ObjectKind::Record);
                self.state.set_field(parameters, Text::from("uri"), uri);
                let request = self.state.allocate(ObjectKind::Record);
                self.state.set_field(request, Text::from("params"), Value::Object(parameters));
                Arguments::of(vec![Value::Object(request)])
            }
            (What::ReadResource, _) => {
                let uri = self.input(kind, "uri");
                Arguments::of(vec![uri])
            }
            (What::Resource, Language::JavaScript) => {
                let uri = self.input(kind, "uri");
                let variables = self.input(kind, "");
                Arguments::of(vec![uri, variables])
            }
            (What::Route, Language::Python) => self.named_inputs(kind, function),
            (What::Route, _) => {
                let request = self.request_input();
                let answer = self.external("response");
                if language == Language::Go {
                    Arguments::of(vec![answer, request])
                } else {
                    Arguments::of(vec![request, answer])
                }
            }
            (_, Language::JavaScript) => {
                let input = self.input(kind, "");
                let input = match &handler.schema {
                    Some(schema) if handler.validated => {
                        let schema = schema.clone();
                        self.fitted(&schema, input, 6)
                    }
                    _ => input,
                };
                let extra = self.unknown(0);
                Arguments::of(vec![input, extra])
            }
            (_, Language::Go) => self.go_arguments(kind, function, handler),
            (_, Language::Python) => self.named_inputs(kind, function),
        }
    }

    /// `{params: {name, arguments}}`.
    fn request_record(&mut self, kind: SourceKind, name: Option<&str>) -> Value<'a> {
        let input = self.input(kind, "");
        let name = match name {
            Some(name) => Value::Text(Text::from(name)),
            None => self.unknown(0),
        };
        let request = self.state.allocate(ObjectKind::Record);
        let parameters = self.state.allocate(ObjectKind::Record);
        for (outer, inner, arguments) in [("params", "name", "arguments"), ("Params", "Name", "Arguments")] {
            self.state.set_field(parameters, Text::from(inner), name.clone());
            self.state.set_field(parameters, Text::from(arguments), input.clone());
            self.state.set_field(request, Text::from(outer), Value::Object(parameters));
        }
        if kind == SourceKind::Uri {
            let uri = self.input(kind, "uri");
            self.state.set_field(parameters, Text::from("URI"), uri);
        }
        Value::Object(request)
    }

    /// Python: each parameter of the function is an argument of its name.
    fn named_inputs(&mut self, kind: SourceKind, function: &Value<'a>) -> Arguments<'a> {
        let Value::Function(closure) = function else {
            let input = self.input(kind, "");
            return Arguments::of(vec![input]);
        };
        let bound = usize::from(closure.this.is_some()) + closure.given.len();
        let parameters: Vec<&'a Parameter> = closure.function.parameters.iter().skip(bound).collect();
        let mut named = Vec::new();
        for parameter in parameters {
            let Some(name) = name_of(parameter) else { continue };
            if is_context(parameter) || (name == "self" && bound == 0) {
                let context = self.external("mcp.Context()");
                named.push((Text::from(name), context));
                continue;
            }
            let is_request = kind == SourceKind::Request && matches!(name, "request" | "req");
            let mut input = if is_request { self.input(kind, "") } else { self.input(kind, name) };
            if let Some(default) = &parameter.default
                && let ExpressionKind::Call { .. } = &default.kind
            {
                let scope = closure.scope;
                input = self.constrained(input.clone(), default, scope).unwrap_or(input);
            }
            named.push((Text::from(name), input));
        }
        Arguments { plain: Vec::new(), named, rest: None }
    }

    /// Go: context, request, and for the official SDK the arguments as a struct.
    fn go_arguments(
        &mut self,
        kind: SourceKind,
        function: &Value<'a>,
        _handler: &Registration<'a>,
    ) -> Arguments<'a> {
        let context = self.external("context.Context()");
        let request = self.request_record(kind, None);
        let takes = match function {
            Value::Function(closure) => {
                closure.function.parameters.len()
                    - usize::from(closure.this.is_some()).min(closure.function.parameters.len())
            }
            _ => 2,
        };
        if takes < 3 {
            return Arguments::of(vec![context, request]);
        }
        let input = self.input(kind, "");
        let input = match function {
            Value::Function(closure) => {
                let annotation =
                    closure.function.parameters.last().and_then(|parameter| parameter.annotation.as_ref());
                let class = annotation.and_then(|annotation| self.evaluate(annotation, closure.scope).ok());
                match class {
                    Some(Value::Class(class)) => self.struct_input(&class, &input),
                    _ => input,
                }
            }
            _ => input,
        };
        Arguments::of(vec![context, request, input])
    }

    /// A struct of Go filled from arguments: field names by tag, numbers are numbers.
    pub(crate) fn struct_input(
        &mut self,
        class: &Rc<crate::value::ClassValue<'a>>,
        input: &Value<'a>,
    ) -> Value<'a> {
        let id = self.state.allocate(ObjectKind::Instance(Rc::clone(class)));
        for member in &class.class.members {
            let Some(name) = super::call::member_name(member) else { continue };
            if !matches!(member.kind, crate::ir::MemberKind::Field(_)) {
                continue;
            }
            let tag = member.tag.as_deref().and_then(json_name).unwrap_or_else(|| name.to_owned());
            let Ok(value) = self.member(input, &tag) else { continue };
            let value =
                self.annotated(value.clone(), member.annotation.as_ref(), class.scope).unwrap_or(value);
            self.state.set_field(id, Text::from(name), value);
        }
        Value::Object(id)
    }

    /// The declaration in the form of `tools/list`.
    fn declaration(&mut self, registration: &Registration<'a>) -> Node {
        let mut members = BTreeMap::new();
        members.insert("name", Node::made_text(registration.name.as_deref().unwrap_or_default()));
        if let Some(description) = &registration.description {
            members.insert("description", Node::made_text(description));
        }
        if let Some(title) = &registration.title {
            members.insert("title", Node::made_text(title));
        }
        if let Some(annotations) = &registration.annotations {
            members.insert("annotations", self.tree(annotations, 6));
        }
        let schema = match &registration.schema {
            Some(schema) => self.schema_tree(schema, 8),
            None => self.parameters_tree(registration.handler.as_ref()),
        };
        if let Some(schema) = schema {
            members.insert("inputSchema", schema);
        }
        map_of(members.into_iter().map(|(key, node)| (key.to_owned(), node)))
    }

    /// A known value as a tree; what is not known is left out.
    fn tree(&self, value: &Value<'a>, depth: usize) -> Node {
        let made = match value {
            Value::Text(text) => return Node::made_text(text),
            Value::Bool(truth) => Tree::Bool(*truth),
            Value::Number(number) => Tree::Number(number.to_string().into()),
            Value::Object(id) if depth > 0 => match self.state.object(*id) {
                Some(object) if matches!(object.kind, ObjectKind::List) => {
                    Tree::List(object.elements.iter().map(|value| self.tree(value, depth - 1)).collect())
                }
                Some(object) => {
                    let fields = object
                        .fields
                        .iter()
                        .map(|(name, value)| (name.to_string(), self.tree(value, depth - 1)));
                    return map_of(fields);
                }
                None => Tree::Null,
            },
            Value::Term(_) => match self.known_part(value, 4) {
                Some(text) => return Node::made_text(&text),
                None => Tree::Null,
            },
            _ => Tree::Null,
        };
        Node::made(made)
    }

    /// A schema as JSON Schema, as far as it is known.
    fn schema_tree(&mut self, schema: &Value<'a>, depth: usize) -> Option<Node> {
        if depth == 0 {
            return None;
        }
        if let Value::Object(id) = schema {
            let object = self.state.object(*id)?.clone();
            if matches!(object.kind, ObjectKind::List) {
                return self.options_tree(&object.elements);
            }
            if object.fields.contains_key("type") || object.fields.contains_key("properties") {
                return Some(self.tree(schema, 12));
            }
            let mut properties = Vec::new();
            for (name, inner) in &object.fields {
                let node = self.schema_tree(inner, depth - 1).unwrap_or_else(|| map_of(std::iter::empty()));
                properties.push((name.to_string(), node));
            }
            return Some(object_schema(properties));
        }
        let (path, operands) = result_of(schema)?;
        let (path, operands) = (path.to_owned(), operands.to_vec());
        let member = path.rsplit('.').next().unwrap_or_default().to_owned();
        let argument = operands.get(1).cloned();
        let receiver = operands.first().cloned().unwrap_or(Value::Nothing);
        match member.as_str() {
            "object" | "strictObject" => argument.and_then(|inner| self.schema_tree(&inner, depth - 1)),
            "string" => Some(typed("string")),
            "number" | "int" => Some(typed("number")),
            "boolean" => Some(typed("boolean")),
            "array" => {
                let mut members = vec![(String::from("type"), Node::made_text("array"))];
                if let Some(items) = argument.and_then(|inner| self.schema_tree(&inner, depth - 1)) {
                    members.push((String::from("items"), items));
                }
                Some(map_of(members.into_iter()))
            }
            "enum" => {
                let values = argument.map(|list| self.tree(&list, 3))?;
                let members =
                    vec![(String::from("type"), Node::made_text("string")), (String::from("enum"), values)];
                Some(map_of(members.into_iter()))
            }
            "describe" => {
                let mut node =
                    self.schema_tree(&receiver, depth - 1).unwrap_or_else(|| map_of(std::iter::empty()));
                if let (Tree::Map(entries), Some(text)) =
                    (&mut node.value, argument.and_then(|value| self.known_part(&value, 3)))
                {
                    entries.push(entry("description".to_owned(), Node::made_text(&text)));
                }
                Some(node)
            }
            _ => self.schema_tree(&receiver, depth - 1),
        }
    }

    /// The options of `mcp.NewTool`.
    fn options_tree(&self, options: &[Value<'a>]) -> Option<Node> {
        let mut properties = Vec::new();
        for option in options {
            let Some((path, operands)) = result_of(option) else { continue };
            let member = path.rsplit('.').next().unwrap_or_default();
            let kind = match member {
                "WithString" => "string",
                "WithNumber" => "number",
                "WithBoolean" => "boolean",
                "WithArray" => "array",
                "WithObject" => "object",
                _ => continue,
            };
            let Some(name) = operands.iter().find_map(Value::text) else { continue };
            let mut members = vec![(String::from("type"), Node::made_text(kind))];
            let described =
                operands.iter().filter_map(result_of).find(|(path, _)| path.ends_with("Description"));
            if let Some(text) = described.and_then(|(_, inner)| inner.iter().find_map(Value::text)) {
                members.push((String::from("description"), Node::made_text(text)));
            }
            properties.push((name.to_owned(), map_of(members.into_iter())));
        }
        Some(object_schema(properties))
    }

    /// The parameters of a function of Python as a schema.
    fn parameters_tree(&mut self, handler: Option<&Value<'a>>) -> Option<Node> {
        let Some(Value::Function(closure)) = handler else { return None };
        let language = self.project.file(closure.function.file)?.language;
        if language != Language::Python {
            return None;
        }
        let mut properties = Vec::new();
        for parameter in closure.function.parameters.iter().skip(usize::from(closure.this.is_some())) {
            let Some(name) = name_of(parameter).filter(|_| !is_context(parameter)) else { continue };
            let kind = match parameter.annotation.as_ref().map(|annotation| &annotation.kind) {
                Some(ExpressionKind::Name(name)) => match &**name {
                    "str" => Some("string"),
                    "int" => Some("integer"),
                    "float" => Some("number"),
                    "bool" => Some("boolean"),
                    "list" => Some("array"),
                    "dict" => Some("object"),
                    _ => None,
                },
                _ => None,
            };
            let mut members = Vec::new();
            members.extend(kind.map(|kind| (String::from("type"), Node::made_text(kind))));
            let described = [parameter.annotation.as_ref(), parameter.default.as_ref()];
            if let Some(text) = described.into_iter().flatten().find_map(described_by) {
                members.push((String::from("description"), Node::made_text(&text)));
            }
            properties.push((name.to_owned(), map_of(members.into_iter())));
        }
        Some(object_schema(properties))
    }
}

/// The description in `Field(description="…")`, also inside `Annotated[…]`.
fn described_by(expression: &crate::ir::Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Call { arguments, .. } => arguments.iter().find_map(|argument| match argument {
            crate::ir::Argument::Named(name, value) if &**name == "description" => match &value.kind {
                ExpressionKind::Literal(Literal::Text(text)) => Some(text.to_string()),
                _ => None,
            },
            _ => None,
        }),
        ExpressionKind::Index { index, .. } => described_by(index),
        ExpressionKind::List(elements) => elements.iter().find_map(|element| match element {
            crate::ir::Element::One(inner) => match &inner.kind {
                ExpressionKind::Literal(Literal::Text(text)) => Some(text.to_string()),
                _ => described_by(inner),
            },
            crate::ir::Element::Spread(_) => None,
        }),
        _ => None,
    }
}

fn typed(kind: &str) -> Node {
    map_of(std::iter::once((String::from("type"), Node::made_text(kind))))
}

fn object_schema(properties: Vec<(String, Node)>) -> Node {
    let members = vec![
        (String::from("type"), Node::made_text("object")),
        (String::from("properties"), map_of(properties.into_iter())),
    ];
    map_of(members.into_iter())
}

fn map_of(members: impl Iterator<Item = (String, Node)>) -> Node {
    Node::made(Tree::Map(members.map(|(key, node)| entry(key, node)).collect()))
}

fn entry(key: String, node: Node) -> Entry {
    Entry { key: key.into(), key_span: Span::UNKNOWN, node }
}

/// Whether a handler of Python takes a context and the parameters of a request, as since version 2 of the SDK.
fn takes_request(function: &Value<'_>) -> bool {
    let Value::Function(closure) = function else { return false };
    let bound = usize::from(closure.this.is_some());
    let parameters: Vec<&Parameter> = closure.function.parameters.iter().skip(bound).collect();
    let [first, second] = parameters.as_slice() else { return false };
    is_context(first) || name_of(second).is_some_and(|name| matches!(name, "params" | "request" | "req"))
}

/// A parameter that the SDK fills itself.
fn is_context(parameter: &Parameter) -> bool {
    let named = name_of(parameter).is_some_and(|name| matches!(name, "ctx" | "context"));
    let annotated = parameter.annotation.as_ref().is_some_and(mentions_context);
    annotated || (named && parameter.annotation.is_none())
}

fn mentions_context(annotation: &crate::ir::Expression) -> bool {
    match &annotation.kind {
        ExpressionKind::Name(name) => name.ends_with("Context"),
        ExpressionKind::Member { name, .. } => name.ends_with("Context"),
        ExpressionKind::Index { object, .. } => mentions_context(object),
        ExpressionKind::Binary(_, left, right) => mentions_context(left) || mentions_context(right),
        _ => false,
    }
}

/// The name of a field in JSON, from its tag.
fn json_name(tag: &str) -> Option<String> {
    let after = tag.split_once("json:\"")?.1;
    let name = after.split(['"', ',']).next()?;
    (!name.is_empty() && name != "-").then(|| name.to_owned())
}
