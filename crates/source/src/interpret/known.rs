//! Calls of the languages themselves whose meaning fits no table.

use super::state::ObjectKind;
use super::{Arguments, Interpreter, Outcome};
use crate::fact::Checked;
use crate::ir::{Expression, ExpressionKind, Language, Over};
use crate::library::Op;
use crate::value::{ObjectId, Text, Value};

impl<'a> Interpreter<'a> {
    /// Calls whose meaning does not fit a table.
    pub(crate) fn known_call(
        &mut self,
        path: &str,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Outcome<Option<Value<'a>>> {
        Ok(match path {
            "functools.wraps" => arguments.plain.first().cloned().map(|wrapped| self.wraps(wrapped)),
            "os.getenv" | "os.environ.get" | "os.environ.pop" | "os.Getenv" | "os.LookupEnv"
            | "Deno.env.get" => {
                let name = arguments.plain.first().and_then(Value::text).unwrap_or_default().to_owned();
                let value = self.private(crate::analysis::SourceKind::Environment, &name);
                let is_pair = path == "os.LookupEnv";
                Some(if is_pair {
                    let found = self.unknown(0);
                    self.list(vec![value, found])
                } else {
                    value
                })
            }
            "os.Environ" | "os.environ.copy" | "os.environ.items" | "os.environ.values" => {
                Some(self.private(crate::analysis::SourceKind::Environment, ""))
            }
            _ if path.ends_with(".completable") || path.ends_with(".ResourceTemplate") => {
                self.register_completions(path, arguments);
                let is_schema = path.ends_with(".completable");
                arguments.plain.first().filter(|_| is_schema).cloned()
            }
            "super" => Some(self.super_object()),
            _ if path.ends_with(".emit") && self.language() == Language::JavaScript => {
                let Some(emitter) = receiver.cloned() else { return Ok(None) };
                Some(self.emit(&emitter, arguments)?)
            }
            // How bundlers name what a module exports: read when it is asked for.
            "Object.defineProperty" => match arguments.plain.as_slice() {
                [object, name, descriptor] => self.defined(object, name, descriptor),
                _ => None,
            },
            "Object.create" => self.made_like(arguments.plain.first()),
            "setTimeout" | "setInterval"
                if let [function @ Value::Function(_), _, given @ ..] = arguments.plain.as_slice()
                    && !given.is_empty() =>
            {
                let given = Arguments { plain: given.to_vec(), ..arguments.clone() };
                self.call(function, None, given)?;
                None
            }
            "Buffer.from" if arguments.plain.get(1).and_then(Value::text).is_some_and(is_encoding) => {
                let text = arguments.plain.first().cloned();
                text.map(|text| self.make(Op::Decode, vec![text]))
            }
            _ if path.ends_with(".toString")
                && arguments.plain.first().and_then(Value::text).is_some_and(is_encoding) =>
            {
                receiver.map(|bytes| self.apply(Op::EncodeUrl, vec![bytes.clone()]))
            }
            // Bundlers keep it under another name.
            "require" | "module.createRequire()" => match arguments.plain.first() {
                Some(module @ Value::Text(_)) => Some(self.import_call(module)?),
                _ => None,
            },
            "assert" | "assert.ok" | "assert.strict" | "tiny-invariant" | "invariant" => {
                if let Some(condition) = arguments.plain.first() {
                    self.assume(condition, true)?;
                }
                Some(Value::Nothing)
            }
            "assert.match" if let [text, pattern, ..] = arguments.plain.as_slice() => {
                let operands = vec![text.clone(), pattern.clone(), Value::Number(0.0)];
                let condition = self.make(Op::Matches, operands);
                self.assume(&condition, true)?;
                Some(Value::Nothing)
            }
            "isinstance" => {
                let operands = arguments.plain.clone();
                Some(self.apply(Op::IsInstance, operands))
            }
            "bool" | "Boolean" => arguments.plain.first().map(|value| match self.truth(value) {
                Some(truth) => Value::Bool(truth),
                None => value.clone(),
            }),
            "iter" | "next" | "aiter" | "anext" => {
                let value = arguments.plain.first().cloned();
                value.map(|value| {
                    if path.ends_with("next") {
                        let (known, rest) = self.iterate(&value, Over::Elements);
                        let ways = known
                            .into_iter()
                            .chain(rest)
                            .chain(arguments.plain.get(1).cloned())
                            .map(|value| (value, Checked::NOTHING))
                            .collect::<Vec<_>>();
                        if ways.is_empty() { Value::Nothing } else { super::state::either(&ways) }
                    } else {
                        value
                    }
                })
            }
            "len" => arguments.plain.first().cloned().map(|value| self.apply(Op::Measure, vec![value])),
            "string" | "[]byte" | "[]rune" if self.language() == Language::Go => {
                let value = arguments.plain.first().cloned();
                value.iter().for_each(|value| self.hold_text(value));
                match value {
                    Some(Value::Object(_)) if path == "string" => self.go_call(path, receiver, arguments)?,
                    value => value,
                }
            }
            _ if self.language() == Language::Go => self.go_call(path, receiver, arguments)?,
            _ if self.language() == Language::Python
                && let Some(value) = self.python_call(path, receiver, arguments)? =>
            {
                Some(value)
            }
            _ => {
                let is_text_format =
                    path.ends_with(".format") && receiver.is_some_and(|value| value.text().is_some());
                if is_text_format {
                    let text = receiver.and_then(Value::text).unwrap_or_default().to_owned();
                    Some(self.format(&text, arguments))
                } else {
                    None
                }
            }
        })
    }

    /// What `with` binds: what `__enter__` gives.
    pub(crate) fn entered(&mut self, value: Value<'a>) -> Outcome<Value<'a>> {
        if let Value::Object(id) = &value
            && matches!(self.state.object(*id).map(|object| &object.kind), Some(ObjectKind::Instance(_)))
        {
            for name in ["__enter__", "__aenter__"] {
                let method = self.member(&value, name)?;
                if matches!(method, Value::Function(_)) {
                    return self.call(&method, None, Arguments::default());
                }
            }
        }
        // A generator that was decorated as a context manager gives what it yields.
        if let Value::Object(id) = &value
            && matches!(self.state.object(*id).map(|object| &object.kind), Some(ObjectKind::List))
            && self.state.elements(*id).len() == 1
        {
            return Ok(self.some_element(*id));
        }
        Ok(value)
    }

    /// What a variable of Go holds before anything is assigned to it.
    pub(crate) fn zero_value(
        &mut self,
        annotation: Option<&'a Expression>,
        scope: ObjectId,
    ) -> Outcome<Value<'a>> {
        let Some(annotation) = annotation else { return Ok(Value::Nothing) };
        if let ExpressionKind::Name(name) = &annotation.kind {
            match &**name {
                "string" => return Ok(Value::Text(Text::from(""))),
                "bool" => return Ok(Value::Bool(false)),
                "int" | "int64" | "int32" | "float64" | "uint" => return Ok(Value::Number(0.0)),
                _ => {}
            }
        }
        let kind = self.evaluate(annotation, scope)?;
        match &kind {
            Value::Class(_) => self.instantiate(&kind, Arguments::default()),
            Value::Term(term) => match term.path() {
                Some(path) => {
                    let path = format!("{path}()");
                    Ok(self.external(&path))
                }
                None => Ok(Value::Nothing),
            },
            _ => {
                let id = self.state.allocate(ObjectKind::List);
                Ok(Value::Object(id))
            }
        }
    }
}

/// Names under which bytes are written in letters and digits.
fn is_encoding(name: &str) -> bool {
    matches!(name, "base64" | "base64url" | "hex")
}
