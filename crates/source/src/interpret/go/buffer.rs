//! Buffers of texts (`strings.Builder`, `bytes.Buffer`).

use crate::ir::Language;
use crate::value::{ObjectId, Text, Value};

use super::super::state::ObjectKind;
use super::super::{Arguments, Interpreter};
use super::YIELD;

/// The field of a list that is a buffer of texts.
pub(super) const BUFFER: &str = "\u{0}buffer";

impl<'a> Interpreter<'a> {
    /// An empty buffer of texts, or one that begins with these.
    pub(super) fn buffer(&mut self, parts: Vec<Value<'a>>) -> Value<'a> {
        let buffer = self.list(parts);
        if let Value::Object(id) = &buffer {
            self.state.set_field(*id, Text::from(BUFFER), Value::Bool(true));
        }
        buffer
    }

    /// Whether a list is a buffer of texts, whose method this is.
    pub(crate) fn is_buffer(&self, id: ObjectId, method: &str) -> bool {
        self.state.field(id, BUFFER).is_some() || method.starts_with("Write")
    }

    /// What is read from a reader: all that was written into a buffer.
    pub(super) fn content(&mut self, from: &Value<'a>) -> Value<'a> {
        let Value::Object(id) = from else { return from.clone() };
        let Some(object) = self.state.object(*id).cloned() else { return Value::Nothing };
        self.joined(&object.elements, object.rest.as_ref(), "")
    }

    /// Methods of a buffer of texts.
    pub(crate) fn buffer_method(
        &mut self,
        id: ObjectId,
        name: &str,
        arguments: &Arguments<'a>,
    ) -> Option<Value<'a>> {
        let object = self.state.object(id)?;
        if self.language() != Language::Go || !matches!(object.kind, ObjectKind::List) {
            return None;
        }
        match name {
            YIELD => {
                let pair = self.list(arguments.plain.clone());
                self.state.push_element(id, pair);
                Some(self.unknown(0))
            }
            "WriteString" | "WriteByte" | "WriteRune" | "Write" => {
                for value in arguments.plain.iter().cloned() {
                    self.state.push_element(id, value);
                }
                Some(Value::Nothing)
            }
            "String" | "Bytes" => {
                let (elements, rest) = (object.elements.clone(), object.rest.clone());
                Some(self.joined(&elements, rest.as_ref(), ""))
            }
            "Grow" => Some(Value::Nothing),
            "Reset" => {
                self.state.set_elements(id, Vec::new());
                Some(Value::Nothing)
            }
            _ => None,
        }
    }
}
