//! What schemas say of inputs: zod, JSON Schema, annotations of Python and Go. Where the SDK checks them before the
//! handler runs, they are guards.

use crate::fact::{Anchored, Check, Fact, Pattern};
use crate::library::Op;
use crate::value::{ObjectId, TermKind, Value};

use super::register::result_of;
use super::state::ObjectKind;
use super::{Arguments, Interpreter};

impl<'a> Interpreter<'a> {
    /// A call that makes a schema: it remembers its path and arguments.
    pub(crate) fn schema_call(
        &mut self,
        path: &str,
        receiver: Option<Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Value<'a> {
        self.opaque_result(path, receiver, arguments, 0)
    }

    /// An input after a zod schema (or record of such) has let it pass.
    pub(crate) fn fitted(&mut self, schema: &Value<'a>, value: Value<'a>, depth: usize) -> Value<'a> {
        if depth == 0 {
            return value;
        }
        if let Value::Object(id) = schema {
            return self.fitted_record(*id, &value, depth);
        }
        let Some((path, operands)) = result_of(schema) else { return value };
        let (path, operands) = (path.to_owned(), operands.to_vec());
        let member = path.rsplit('.').next().unwrap_or_default();
        let receiver = operands.first().cloned().unwrap_or(Value::Nothing);
        let argument = operands.get(1).cloned();
        match member {
            "number" | "int" | "boolean" | "bigint" | "date" | "enum" | "nativeEnum" | "literal"
            | "float" | "uuid" | "int32" | "stringbool"
                if !matches!(receiver, Value::Term(ref term) if matches!(term.kind(), TermKind::Result(..)))
                    || matches!(member, "int" | "uuid") =>
            {
                let check = if matches!(member, "enum" | "nativeEnum" | "literal") {
                    Check::OneOf
                } else {
                    Check::Number
                };
                self.hold_of(&value, check);
                self.apply(Op::Measure, vec![value])
            }
            "valid" | "oneOf" => {
                self.hold_of(&value, Check::OneOf);
                self.apply(Op::Measure, vec![value])
            }
            // Texts of a fixed form, of letters and digits and what stands between them.
            "datetime" | "time" | "duration" | "cuid" | "cuid2" | "ulid" | "nanoid" | "xid" | "ksuid"
            | "guid" | "uuidv4" | "uuidv6" | "uuidv7" | "e164" | "base64" | "base64url" | "hex" | "date" => {
                self.hold_of(&value, Check::Number);
                self.apply(Op::Measure, vec![value])
            }
            "ip" | "ipv4" | "ipv6" => {
                self.hold_of(&value, Check::Address);
                value
            }
            "object" | "strictObject" | "extend" | "safeExtend" | "merge" | "pick" | "omit" => {
                match self.shape_of(schema, 8) {
                    Some(shape) => self.fitted_record(shape, &value, depth - 1),
                    None => value,
                }
            }
            // What it does not name is let pass.
            "looseObject" | "passthrough" | "loose" | "catchall" => {
                let fitted = match self.shape_of(schema, 8) {
                    Some(shape) => self.fitted_record(shape, &value, depth - 1),
                    None => return value,
                };
                if let Value::Object(id) = &fitted {
                    self.state.may_hold(*id, &value);
                }
                fitted
            }
            "array" | "set" => {
                let element = self.apply(Op::Element, vec![value.clone(), Value::Nothing]);
                let inner = argument.filter(|inner| matches!(inner, Value::Term(_))).unwrap_or(receiver);
                let fitted = self.fitted(&inner, element, depth - 1);
                let list = self.list(Vec::new());
                if let Value::Object(id) = &list {
                    self.state.may_hold(*id, &fitted);
                }
                list
            }
            "regex" | "pattern" | "matches" => {
                let value = self.fitted(&receiver, value, depth - 1);
                if let (Value::Term(subject), Some(pattern)) =
                    (&value, argument.as_ref().and_then(pattern_value))
                {
                    let place = self.here;
                    self.hold(Fact::new(subject.clone(), Check::Matches(pattern), place));
                }
                value
            }
            "startsWith" | "endsWith" | "includes" => {
                let value = self.fitted(&receiver, value, depth - 1);
                if let (Value::Term(subject), Some(part)) = (&value, argument) {
                    let place = self.here;
                    let check = match member {
                        "startsWith" => Check::StartsWith(part),
                        "endsWith" => Check::EndsWith(part),
                        _ => Check::Contains(part),
                    };
                    self.hold(Fact::new(subject.clone(), check, place));
                }
                value
            }
            "refine" | "superRefine" | "check" => {
                let value = self.fitted(&receiver, value, depth - 1);
                if let Some(function) = argument
                    && let Some(condition) = self.seen_by(&function, &value)
                    && member == "refine"
                {
                    let _ = self.assume(&condition, true);
                }
                value
            }
            "transform" | "overwrite" => {
                let value = self.fitted(&receiver, value, depth - 1);
                argument.and_then(|function| self.seen_by(&function, &value)).unwrap_or(value)
            }
            "pipe" => {
                let value = self.fitted(&receiver, value, depth - 1);
                argument.map_or(value.clone(), |next| self.fitted(&next, value, depth - 1))
            }
            "preprocess" => {
                let value = argument.and_then(|function| self.seen_by(&function, &value)).unwrap_or(value);
                operands.get(2).map_or(value.clone(), |next| self.fitted(next, value, depth - 1))
            }
            "default" | "catch" => {
                let fitted = self.fitted(&receiver, value, depth - 1);
                argument.map_or(fitted.clone(), |default| self.with_default(fitted, &default))
            }
            "string" | "email" => {
                self.hold_text(&value);
                value
            }
            "union" => {
                let options = match &argument {
                    Some(list) => self.iterate(list, crate::ir::Over::Elements).0,
                    None => Vec::new(),
                };
                // It fits one of them: what that one says does not hold of it where it is another.
                self.state.enter();
                let fixed = !options.is_empty()
                    && options.iter().all(|option| {
                        let fitted = self.fitted(option, value.clone(), depth - 1);
                        self.taint(&fitted) == 0
                    });
                self.state.back();
                if fixed { self.apply(Op::Measure, vec![value]) } else { value }
            }
            "or" | "discriminatedUnion" | "record" | "any" | "unknown" => value,
            _ => self.fitted(&receiver, value, depth - 1),
        }
    }

    pub(crate) fn fitted_record(&mut self, schema: ObjectId, value: &Value<'a>, depth: usize) -> Value<'a> {
        let Some(object) = self.state.object(schema).cloned() else { return value.clone() };
        let Some(inner_depth) = depth.checked_sub(1) else { return value.clone() };
        // A JSON Schema has `properties`; a record of zod has the properties themselves.
        let is_json = object.fields.get("type").and_then(Value::text).is_some()
            || matches!(object.fields.get("properties"), Some(Value::Object(_)));
        if is_json {
            return self.fitted_json(schema, value, depth);
        }
        if object.fields.is_empty() {
            return value.clone();
        }
        let id = self.state.allocate(ObjectKind::Record);
        for (name, inner) in &object.fields {
            let Ok(part) = self.member(value, name) else { continue };
            let part = self.fitted(inner, part, inner_depth);
            self.state.set_field(id, name.clone(), part);
        }
        Value::Object(id)
    }

    /// An input after a JSON Schema has let it pass.
    pub(crate) fn fitted_json(&mut self, schema: ObjectId, value: &Value<'a>, depth: usize) -> Value<'a> {
        let Some(object) = self.state.object(schema).cloned() else { return value.clone() };
        if depth == 0 {
            return value.clone();
        }
        if object.fields.contains_key("enum") || object.fields.contains_key("const") {
            return self.apply(Op::Measure, vec![value.clone()]);
        }
        match object.fields.get("type").and_then(Value::text) {
            Some("integer" | "number" | "boolean" | "null") => self.apply(Op::Measure, vec![value.clone()]),
            Some("string") => {
                self.hold_text(value);
                if let (Value::Term(subject), Some(source)) =
                    (value, object.fields.get("pattern").and_then(Value::text))
                {
                    let pattern =
                        Pattern { source: source.to_owned(), flags: String::new(), anchored: Anchored::No };
                    let place = self.here;
                    self.hold(Fact::new(subject.clone(), Check::Matches(pattern), place));
                }
                value.clone()
            }
            Some("array") => {
                let Some(Value::Object(items)) = object.fields.get("items") else { return value.clone() };
                let element = self.apply(Op::Element, vec![value.clone(), Value::Nothing]);
                let fitted = self.fitted_json(*items, &element, depth - 1);
                let list = self.list(Vec::new());
                if let Value::Object(id) = &list {
                    self.state.may_hold(*id, &fitted);
                }
                list
            }
            _ => {
                let Some(Value::Object(properties)) = object.fields.get("properties") else {
                    return value.clone();
                };
                let fields =
                    self.state.object(*properties).map(|object| object.fields.clone()).unwrap_or_default();
                let id = self.state.allocate(ObjectKind::Record);
                for (name, inner) in fields {
                    let Ok(part) = self.member(value, &name) else { continue };
                    let part = match &inner {
                        Value::Object(inner) => self.fitted_json(*inner, &part, depth - 1),
                        _ => part,
                    };
                    self.state.set_field(id, name, part);
                }
                // Names that the schema does not know are let pass, unless it says otherwise.
                if object.fields.get("additionalProperties") != Some(&Value::Bool(false)) {
                    self.state.may_hold(id, value);
                }
                Value::Object(id)
            }
        }
    }

    /// Notes that a value is a text.
    pub(crate) fn hold_text(&mut self, value: &Value<'a>) {
        self.hold_of(value, Check::Text);
    }

    /// Notes that something holds of a value.
    fn hold_of(&mut self, value: &Value<'a>, check: Check<'a>) {
        if let Value::Term(subject) = value {
            let place = self.here;
            self.hold(Fact::new(subject.clone(), check, place));
        }
    }

    /// What holds of a value that fits a JSON Schema.
    pub(crate) fn schema_facts(
        &mut self,
        value: &Value<'a>,
        schema: ObjectId,
        depth: usize,
    ) -> Vec<Fact<'a>> {
        let Some(object) = self.state.object(schema).cloned() else { return Vec::new() };
        if depth == 0 {
            return Vec::new();
        }
        let place = self.here;
        let mut facts = Vec::new();
        if let Value::Term(subject) = value {
            let mut add = |check| facts.push(Fact::new(subject.clone(), check, place));
            if object.fields.contains_key("enum") || object.fields.contains_key("const") {
                add(Check::OneOf);
            }
            match object.fields.get("type").and_then(Value::text) {
                Some("integer" | "number" | "boolean") => add(Check::Number),
                Some("string") => add(Check::Text),
                _ => {}
            }
            if let Some(source) = object.fields.get("pattern").and_then(Value::text) {
                let source = source.to_owned();
                add(Check::Matches(Pattern { source, flags: String::new(), anchored: Anchored::No }));
            }
        }
        if let Some(Value::Object(properties)) = object.fields.get("properties") {
            let fields =
                self.state.object(*properties).map(|object| object.fields.clone()).unwrap_or_default();
            for (name, inner) in fields {
                let (Value::Object(inner), Ok(part)) = (inner, self.member(value, &name)) else { continue };
                facts.extend(self.schema_facts(&part, inner, depth - 1));
            }
        }
        facts
    }
}

/// The regular expression of a schema.
fn pattern_value(value: &Value<'_>) -> Option<Pattern> {
    let operands = value.term()?.operands(Op::Regex)?;
    let source = operands.first()?.text()?.to_owned();
    let flags = operands.get(1).and_then(Value::text).unwrap_or_default().to_owned();
    Some(Pattern { source, flags, anchored: Anchored::No })
}
