//! Requests as the SDKs of Go give them to handlers.

use crate::value::{ObjectId, Value};

use super::super::state::ObjectKind;
use super::super::{Arguments, Interpreter, Outcome};

impl<'a> Interpreter<'a> {
    /// Methods of the request that a handler is given: its arguments.
    pub(crate) fn request_method(
        &mut self,
        id: ObjectId,
        name: &str,
        arguments: &Arguments<'a>,
    ) -> Outcome<Option<Value<'a>>> {
        let Some(Value::Object(parameters)) = self.state.field(id, "Params").cloned() else {
            return Ok(None);
        };
        let given = self.state.field(parameters, "Arguments").cloned().unwrap_or(Value::Nothing);
        Ok(match name {
            "GetArguments" | "GetRawArguments" => Some(given),
            "BindArguments" => {
                match arguments.plain.first() {
                    Some(Value::Object(into)) => self.fill_struct(*into, &given)?,
                    Some(Value::Term(term)) => self.written_into(term, "*", &given),
                    _ => {}
                }
                Some(Value::Nothing)
            }
            _ => None,
        })
    }

    /// Writes what a text or record holds into a struct, field by field; into anything else as a whole.
    pub(crate) fn fill_struct(&mut self, into: ObjectId, from: &Value<'a>) -> Outcome<()> {
        let kind = self.state.object(into).map(|object| object.kind.clone());
        let Some(ObjectKind::Instance(class)) = kind else {
            self.state.may_hold(into, from);
            return Ok(());
        };
        let filled = self.struct_input(&class, from);
        if let Value::Object(filled) = filled
            && let Some(object) = self.state.object(filled).cloned()
        {
            for (name, value) in object.fields {
                self.state.set_field(into, name, value);
            }
        }
        Ok(())
    }
}
