//! What the arguments of a registration say.

use super::Interpreter;
use super::register::Registration;
use super::register::What;
use super::register::result_of;
use super::state::ObjectKind;
use crate::value::{TermKind, Value};

impl<'a> Interpreter<'a> {
    pub(crate) fn read_argument(&mut self, registration: &mut Registration<'a>, value: &Value<'a>) {
        match value {
            Value::Text(text) if registration.name.is_none() => registration.name = Some(text.to_string()),
            Value::Text(text) if registration.what == What::Resource && text.contains("://") => {
                registration.name = Some(text.to_string());
            }
            Value::Text(text) => registration.description = Some(text.to_string()),
            Value::Function(_) | Value::Method(_) => registration.handler = Some(value.clone()),
            Value::Object(id) => {
                let Some(object) = self.state.object(*id).cloned() else { return };
                let is_config = object.fields.keys().any(|name| {
                    matches!(
                        &**name,
                        "inputSchema"
                            | "description"
                            | "title"
                            | "annotations"
                            | "handler"
                            | "execute"
                            | "parameters"
                            | "Name"
                            | "Description"
                            | "InputSchema"
                            | "argsSchema"
                            | "callback"
                            | "run"
                            | "cb"
                            | "createTask"
                            | "load"
                            | "uriTemplate"
                            | "fn"
                    )
                }) && !object.fields.values().all(|value| is_schema(value));
                let is_hints = object.fields.keys().any(|name| name.ends_with("Hint"));
                if is_hints {
                    registration.annotations = Some(value.clone());
                } else if is_config {
                    for (name, value) in &object.fields {
                        self.read_option(registration, name, value);
                    }
                    // A handler that is a method of the record itself.
                } else if matches!(object.kind, ObjectKind::Record) && registration.handler.is_none() {
                    registration.schema.get_or_insert_with(|| value.clone());
                }
            }
            Value::Term(term) => match term.kind() {
                TermKind::Result(path, operands)
                    if path.ends_with(".NewTool") || path.ends_with(".NewPrompt") =>
                {
                    self.read_new_tool(registration, operands);
                }
                // `&mcp.Tool{Name: …}`: a struct of a library, its last operand is what it was made with.
                TermKind::Result(path, operands)
                    if let Some(Value::Object(options)) = operands.last()
                        && ["mcp.Tool", "mcp.Prompt", "mcp.Resource", "mcp.ResourceTemplate"]
                            .iter()
                            .any(|kind| path.ends_with(kind)) =>
                {
                    let fields = self.state.object(*options).map(|object| object.fields.clone());
                    for (name, value) in fields.unwrap_or_default() {
                        self.read_option(registration, &name, &value);
                    }
                }
                TermKind::Result(path, operands) if path.ends_with("ResourceTemplate") => {
                    let uri = operands.iter().find_map(|operand| operand.text());
                    if let Some(uri) = uri {
                        registration.name = Some(uri.to_owned());
                    }
                }
                TermKind::Apply(crate::library::Op::Field, _) | TermKind::External(_)
                    if registration.name.is_some() && registration.handler.is_none() =>
                {
                    registration.schema.get_or_insert_with(|| value.clone());
                }
                _ => {
                    registration.schema.get_or_insert_with(|| value.clone());
                }
            },
            Value::Either(alternatives) => {
                let function = alternatives.iter().find(|one| matches!(one.value, Value::Function(_)));
                if let Some(function) = function {
                    registration.handler = Some(function.value.clone());
                }
            }
            Value::Class(_) => registration.schema = Some(value.clone()),
            _ => {}
        }
    }

    pub(crate) fn read_option(&mut self, registration: &mut Registration<'a>, name: &str, value: &Value<'a>) {
        match name {
            "name" | "Name" | "uri" | "uriTemplate" | "URI" | "URITemplate" => {
                if let Some(text) = value.text() {
                    registration.name = Some(text.to_owned());
                }
            }
            "description" | "Description" => {
                registration.description =
                    value.text().map(str::to_owned).or(registration.description.take());
            }
            "title" | "Title" => registration.title = value.text().map(str::to_owned),
            "inputSchema" | "parameters" | "InputSchema" | "argsSchema" | "schema" | "paramsSchema" => {
                registration.schema = Some(value.clone());
            }
            "annotations" | "Annotations" => registration.annotations = Some(value.clone()),
            "handler" | "execute" | "callback" | "run" | "cb" | "load" | "fn" | "func" | "Handler"
            | "createTask" => {
                if matches!(value, Value::Function(_) | Value::Method(_) | Value::Either(_)) {
                    registration.handler = Some(value.clone());
                }
            }
            _ => {}
        }
    }

    /// `mcp.NewTool("name", mcp.WithDescription("…"), mcp.WithString("path", mcp.Required()))`.
    pub(crate) fn read_new_tool(&mut self, registration: &mut Registration<'a>, operands: &[Value<'a>]) {
        registration.name = operands.iter().find_map(Value::text).map(str::to_owned);
        registration.validated = false;
        for operand in operands {
            let Some((path, inner)) = result_of(operand) else { continue };
            if path.ends_with("Description") {
                registration.description = inner.iter().find_map(Value::text).map(str::to_owned);
            } else if path.ends_with("ToolAnnotation") || path.ends_with("HintAnnotation") {
                registration.annotations =
                    inner.iter().find(|value| matches!(value, Value::Object(_))).cloned();
            }
        }
        let options = operands.to_vec();
        registration.schema = Some(self.list(options));
    }
}

/// A schema of zod, or a record of such.
pub(crate) fn is_schema(value: &Value<'_>) -> bool {
    result_of(value).is_some_and(|(path, _)| path.contains("z.") || path.contains("zod"))
}
