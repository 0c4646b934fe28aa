//! Tools that a registry offers which could not be followed (containers of dependencies, plug-ins): the tables that
//! describe them.
//!
//! Where code registers tools and none of them has a name, its lists and dictionaries are looked at. One most of whose
//! elements describe tools, with name, description, schema and function, is the registry or what it is filled from.

use super::Interpreter;
use super::register::{Registration, What, function_of};
use super::state::ObjectKind;
use crate::value::{ObjectId, Place, Value};

/// Members that hold what a tool does.
const DOES: &[&str] =
    &["handler", "execute", "logic", "run", "callback", "handle", "call", "fn", "func", "invoke"];

/// Members that hold what a tool is given.
const TAKES: &[&str] = &["inputSchema", "input_schema", "parameters", "schema", "paramsSchema"];

impl<'a> Interpreter<'a> {
    /// The tools that tables describe, in the order in which these were made; none where nothing registers any.
    pub(crate) fn described_tools(&mut self) -> Vec<Registration<'a>> {
        let mut found: Vec<Registration<'a>> = Vec::new();
        if !self.project.files().iter().any(|file| super::scan::registers(&file.body)) {
            return found;
        }
        for index in 0..self.state.count() {
            for tool in self.described_in(ObjectId(index)) {
                if !found.iter().any(|known| known.name == tool.name) {
                    found.push(tool);
                }
            }
        }
        found
    }

    /// The tools that a list or dictionary describes, if most of its elements do.
    fn described_in(&self, table: ObjectId) -> Vec<Registration<'a>> {
        let Some(object) = self.state.object(table) else { return Vec::new() };
        let elements: Vec<&Value<'a>> = match object.kind {
            ObjectKind::List => object.elements.iter().collect(),
            ObjectKind::Record => object.fields.values().collect(),
            ObjectKind::Instance(_) | ObjectKind::Scope(_) => Vec::new(),
        };
        if elements.len() < 2 {
            return Vec::new();
        }
        let tools: Vec<_> = elements.iter().filter_map(|element| self.described(element)).collect();
        // Some of a table may not have been followed; one of other things has none of this form.
        if tools.len() * 2 < elements.len() { Vec::new() } else { tools }
    }

    fn described(&self, element: &Value<'a>) -> Option<Registration<'a>> {
        let Value::Object(id) = element else { return None };
        let fields = &self.state.object(*id)?.fields;
        let member = |names: &[&str]| names.iter().find_map(|name| fields.get(*name));
        let handler = member(DOES).filter(|value| function_of(value).is_some())?;
        let mut tool = self.registration(What::Tool);
        tool.name = Some(fields.get("name")?.text()?.to_owned());
        tool.description = self.description_of(fields.get("description")?);
        tool.title = fields.get("title").and_then(Value::text).map(str::to_owned);
        tool.schema = Some(member(TAKES)?.clone());
        tool.annotations = fields.get("annotations").cloned();
        if let Some(closure) = function_of(handler) {
            tool.place = Place { file: closure.function.file, at: closure.function.at };
        }
        tool.handler = Some(handler.clone());
        Some(tool)
    }
}
