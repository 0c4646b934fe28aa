//! Schemas that are asked and do not throw: what they say holds where somebody looks at the answer.

use super::register::result_of;
use super::state::ObjectKind;
use super::{Arguments, Interpreter};
use crate::fact::Fact;
use crate::ir::Over;
use crate::library::Op;
use crate::value::{ObjectId, Term, Text, Value};

/// Packages whose schemas are calls of their functions.
const PACKAGES: &[&str] = &["zod", "valibot", "joi", "yup", "superstruct", "z."];

impl<'a> Interpreter<'a> {
    /// `schema.safeParse(value)`: a record of whether the value fits, and of what the schema makes of it.
    pub(crate) fn tried(&mut self, schema: &Value<'a>, value: Value<'a>) -> Value<'a> {
        let fits = self.apply(Op::IsInstance, vec![value.clone(), schema.clone()]);
        let fails = self.not(fits.clone());
        self.state.enter();
        let checked = self.fitted(schema, value, 6);
        self.state.back();
        let id = self.state.allocate(ObjectKind::Record);
        let parts = [
            ("success", fits),
            ("data", checked.clone()),
            // joi and valibot name what comes out otherwise.
            ("value", checked.clone()),
            ("output", checked),
            ("error", fails.clone()),
            ("issues", fails),
        ];
        for (name, part) in parts {
            self.state.set_field(id, Text::from(name), part);
        }
        Value::Object(id)
    }

    /// What holds of a value that fits a schema that is not a JSON Schema.
    pub(crate) fn fit_facts(&mut self, value: &Value<'a>, schema: &Term<'a>) -> Option<Vec<Fact<'a>>> {
        let schema = Value::Term(schema.clone());
        let (path, _) = result_of(&schema)?;
        if !PACKAGES.iter().any(|package| path.starts_with(package)) && !path.contains("zod") {
            return None;
        }
        let depth = self.state.depth();
        self.state.enter();
        self.fitted(&schema, value.clone(), 6);
        let facts = self.state.since(depth).facts;
        self.state.back();
        Some(facts.to_vec())
    }

    /// The properties that a schema of an object has, each with its schema: `schema.shape`.
    pub(crate) fn shape_of(&mut self, schema: &Value<'a>, depth: usize) -> Option<ObjectId> {
        let (path, operands) = result_of(schema)?;
        let member = path.rsplit('.').next()?.to_owned();
        let receiver = operands.first().cloned()?;
        let argument = operands.get(1).cloned();
        let depth = depth.checked_sub(1)?;
        match (&*member, argument) {
            ("object" | "strictObject" | "looseObject", Some(Value::Object(id))) => Some(id),
            ("extend" | "safeExtend" | "merge" | "augment", Some(more)) => {
                let mut own = self.shape_of(&receiver, depth)?;
                let more = match more {
                    Value::Object(id) => id,
                    other => self.shape_of(&other, depth)?,
                };
                own = self.copy_of(own);
                self.copy_entries(&Value::Object(more), own);
                Some(own)
            }
            ("pick" | "omit", Some(Value::Object(names))) => {
                let own = self.shape_of(&receiver, depth)?;
                let (names, _) = self.iterate(&Value::Object(names), Over::Keys);
                let own = self.copy_of(own);
                let fields = self.state.object(own).map(|object| object.fields.clone()).unwrap_or_default();
                for name in fields.keys().cloned() {
                    if names.contains(&Value::Text(name.clone())) == (member == "omit") {
                        self.state.remove_field(own, name);
                    }
                }
                Some(own)
            }
            _ => self.shape_of(&receiver, depth),
        }
    }

    fn copy_of(&mut self, record: ObjectId) -> ObjectId {
        let copy = self.state.allocate(ObjectKind::Record);
        self.copy_entries(&Value::Object(record), copy);
        copy
    }

    /// A value after a function of a schema has seen it. It is given something to name problems to: then it does not pass.
    pub(crate) fn seen_by(&mut self, function: &Value<'a>, value: &Value<'a>) -> Option<Value<'a>> {
        if !self.is_callable(function) {
            return None;
        }
        let context = self.external("zod.context()");
        let given = self.fitting(function, Arguments::of(vec![value.clone(), context]));
        self.call(function, None, given).ok()
    }
}
