//! Tools that a registry offers which could not be followed (containers of dependencies, plug-ins): the tables that
//! describe them.
//!
//! Where code registers tools and none of them has a name, the lists of its files are looked at. One most of whose
//! elements describe tools, with name, description, schema and function, is what the registry is filled from.

use super::Interpreter;
use super::register::{Registration, What, function_of};
use super::state::ObjectKind;
use crate::ir::{At, FileId};
use crate::value::{ObjectId, Place, Value};

/// Members that hold what a tool does.
const DOES: &[&str] =
    &["handler", "execute", "logic", "run", "callback", "handle", "call", "fn", "func", "invoke"];

/// Members that hold what a tool is given.
const TAKES: &[&str] = &["inputSchema", "input_schema", "parameters", "schema", "paramsSchema"];

impl<'a> Interpreter<'a> {
    /// The tools that tables describe, in the order of the files; none where nothing registers any.
    pub(crate) fn described_tools(&mut self) -> Vec<Registration<'a>> {
        let mut found: Vec<Registration<'a>> = Vec::new();
        if !self.project.files().iter().any(|file| super::scan::registers(&file.body)) {
            return found;
        }
        for index in 0..self.project.files().len() {
            let file = FileId(u32::try_from(index).unwrap_or(u32::MAX));
            let Some(scope) = self.modules.get(&file).map(|module| module.scope) else { continue };
            let Some(object) = self.state.object(scope) else { continue };
            let lists: Vec<ObjectId> = object
                .fields
                .values()
                .filter_map(|value| if let Value::Object(list) = value { Some(*list) } else { None })
                .collect();
            for list in lists {
                for tool in self.described_in(list, Place { file, at: At::default() }) {
                    if !found.iter().any(|known| known.name == tool.name) {
                        found.push(tool);
                    }
                }
            }
        }
        found
    }

    /// The tools that a list describes, if most of its elements do.
    fn described_in(&self, list: ObjectId, place: Place) -> Vec<Registration<'a>> {
        let Some(object) = self.state.object(list) else { return Vec::new() };
        if !matches!(object.kind, ObjectKind::List) || object.elements.len() < 2 {
            return Vec::new();
        }
        let tools: Vec<_> =
            object.elements.iter().filter_map(|element| self.described(element, place)).collect();
        // Some of a table may not have been followed; one of other things has none of this form.
        if tools.len() * 2 < object.elements.len() { Vec::new() } else { tools }
    }

    fn described(&self, element: &Value<'a>, place: Place) -> Option<Registration<'a>> {
        let Value::Object(id) = element else { return None };
        let fields = &self.state.object(*id)?.fields;
        let member = |names: &[&str]| names.iter().find_map(|name| fields.get(*name));
        let handler = member(DOES)
            .filter(|value| matches!(value, Value::Function(_) | Value::Method(_) | Value::Either(_)))?;
        let mut tool = self.registration(What::Tool);
        tool.name = Some(fields.get("name")?.text()?.to_owned());
        tool.description = self.description_of(fields.get("description")?);
        tool.title = fields.get("title").and_then(Value::text).map(str::to_owned);
        tool.schema = Some(member(TAKES)?.clone());
        tool.annotations = fields.get("annotations").cloned();
        tool.place = function_of(handler)
            .map_or(place, |closure| Place { file: closure.function.file, at: closure.function.at });
        tool.handler = Some(handler.clone());
        Some(tool)
    }
}
