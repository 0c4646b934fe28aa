//! What handlers are called with.

use super::call::name_of;
use super::frameworks::completed;
use super::handlers::is_context;
use super::register::{Registration, What, function_of};
use super::state::ObjectKind;
use super::{Arguments, Interpreter};
use crate::analysis::SourceKind;
use crate::ir::visit::{self, Visitor};
use crate::ir::{Expression, ExpressionKind, Language, Parameter};
use crate::value::{Text, Value};
use std::rc::Rc;

impl<'a> Interpreter<'a> {
    /// What a handler is called with.
    pub(crate) fn handler_arguments(
        &mut self,
        offer: &Registration<'a>,
        handler: &Registration<'a>,
        function: &Value<'a>,
    ) -> Arguments<'a> {
        let language = self.language_of(handler);
        let kind = match offer.what {
            What::Prompt | What::GetPrompt | What::Complete => SourceKind::PromptArgument,
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
            (What::Complete, Language::JavaScript) => {
                let typed = self.input(kind, "value");
                let given = if handler.validated { typed } else { completed(self, typed) };
                Arguments::of(vec![given])
            }
            // `load` of the package `fastmcp` gets the variables alone.
            (What::Resource, Language::JavaScript)
                if function_of(function).is_some_and(|closure| &*closure.function.name == "load") =>
            {
                Arguments::of(vec![self.input(kind, "")])
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
            (_, Language::Go) => self.go_arguments(kind, function),
            (_, Language::Python) => self.named_inputs(kind, function),
        }
    }

    /// `{params: {name, arguments}}`.
    pub(crate) fn request_record(&mut self, kind: SourceKind, name: Option<&str>) -> Value<'a> {
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
        self.state.set_field(request, Text::from("RawArguments"), input.clone());
        if kind == SourceKind::Uri {
            let uri = self.input(kind, "uri");
            self.state.set_field(parameters, Text::from("URI"), uri);
        }
        Value::Object(request)
    }

    /// Python: each parameter of the function is an argument of its name.
    pub(crate) fn named_inputs(&mut self, kind: SourceKind, function: &Value<'a>) -> Arguments<'a> {
        let Some(closure) = function_of(function) else {
            let input = self.input(kind, "");
            return Arguments::of(vec![input]);
        };
        let outermost = closure;
        let closure = &self.face(closure);
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
            if kind == SourceKind::Request && is_provided(parameter) {
                let provided = self.external("fastapi.Depends()");
                named.push((Text::from(name), provided));
                continue;
            }
            let is_request = kind == SourceKind::Request && matches!(name, "request" | "req");
            let mut input = if is_request { self.input(kind, "") } else { self.input(kind, name) };
            // What stands before the function takes any arguments; the SDK checks those of the function itself.
            if let (Some(annotation), false) =
                (&parameter.annotation, std::ptr::eq(closure.function, outermost.function))
                && kind == SourceKind::Argument
            {
                let checked = self.validated(input.clone(), annotation, closure.scope, 6);
                input = checked.unwrap_or(input);
            }
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

    /// Go: context, request, arguments as a struct. Which of them a handler takes is said by their types, and where
    /// these do not say it, by their places.
    pub(crate) fn go_arguments(&mut self, kind: SourceKind, function: &Value<'a>) -> Arguments<'a> {
        let context = self.external("context.Context()");
        let request = self.request_record(kind, None);
        let Value::Function(closure) = function else { return Arguments::of(vec![context, request]) };
        let taken = closure.function.parameters.iter().skip(usize::from(closure.this.is_some()));
        let mut given = Vec::new();
        for (index, parameter) in taken.enumerate() {
            let annotation = parameter.annotation.as_ref();
            let class = annotation.and_then(|annotation| self.evaluate(annotation, closure.scope).ok());
            given.push(match (class, annotation.and_then(crate::go::last_name)) {
                (_, Some("Context")) => context.clone(),
                (Some(Value::Class(class)), _) => {
                    let input = self.input(kind, "");
                    self.struct_input(&class, &input)
                }
                _ if annotation.is_some_and(|one| matches!(one.kind, ExpressionKind::Record(_))) => {
                    self.input(kind, "")
                }
                (_, Some("CallToolRequest" | "GetPromptRequest" | "ReadResourceRequest")) => request.clone(),
                _ if index == 0 => context.clone(),
                _ if index == 1 => request.clone(),
                _ => self.input(kind, ""),
            });
        }
        Arguments::of(given)
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
            let named = member.tag.as_deref().and_then(json_name);
            if let (None, Some(base)) = (&named, embedded_class(class, name)) {
                // What is embedded stands with the rest.
                let value = self.struct_input(&base, input);
                self.state.set_field(id, Text::from(name), value);
                continue;
            }
            let tag = named.unwrap_or_else(|| name.to_owned());
            let Ok(value) = self.member(input, &tag) else { continue };
            let value =
                self.annotated(value.clone(), member.annotation.as_ref(), class.scope).unwrap_or(value);
            self.state.set_field(id, Text::from(name), value);
        }
        Value::Object(id)
    }
}

/// The class of a field without a name of its own, if it is a struct of the program. Bases are
/// made before what they are bases of: none embeds itself.
fn embedded_class<'a>(
    class: &Rc<crate::value::ClassValue<'a>>,
    name: &str,
) -> Option<Rc<crate::value::ClassValue<'a>>> {
    let position = class.class.bases.iter().position(|base| crate::go::last_name(base) == Some(name))?;
    match class.bases.get(position)? {
        Value::Class(base) => Some(Rc::clone(base)),
        _ => None,
    }
}

/// Whether a web framework provides a route's parameter itself: `db: Session = Depends(…)`, `Annotated[Session, Depends(…)]`,
/// or an alias of the latter, which by custom ends in `Dep`.
fn is_provided(parameter: &Parameter) -> bool {
    let mut seen = Provided::default();
    parameter.default.iter().chain(&parameter.annotation).for_each(|part| visit::expression(part, &mut seen));
    seen.0
}

#[derive(Default)]
struct Provided(bool);

impl<'a> Visitor<'a> for Provided {
    fn expression(&mut self, expression: &'a Expression) {
        if let ExpressionKind::Name(name) = &expression.kind {
            let name: &str = name;
            self.0 |= matches!(name, "Depends" | "Security") || name.ends_with("Dep");
        }
    }
}

/// The name of a field in JSON, from its tag.
pub(crate) fn json_name(tag: &str) -> Option<String> {
    let after = tag.split_once("json:\"")?.1;
    let name = after.split(['"', ',']).next()?;
    (!name.is_empty() && name != "-").then(|| name.to_owned())
}

/// Whether a handler of Python takes a context and the parameters of a request, as since version 2 of the SDK.
pub(crate) fn takes_request(function: &Value<'_>) -> bool {
    let Value::Function(closure) = function else { return false };
    let bound = usize::from(closure.this.is_some());
    let parameters: Vec<&Parameter> = closure.function.parameters.iter().skip(bound).collect();
    let [first, second] = parameters.as_slice() else { return false };
    is_context(first) || name_of(second).is_some_and(|name| matches!(name, "params" | "request" | "req"))
}
