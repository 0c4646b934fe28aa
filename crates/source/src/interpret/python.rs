//! Calls of Python's own library whose meaning fits no table: containers that are written into, functions of functions,
//! what is kept beside the program.

use super::beside::MOST_STARTED;
use super::property::is_hidden;
use super::state::ObjectKind;
use super::{Arguments, Interpreter, Outcome};
use crate::ir::{Expression, ExpressionKind, Language, MemberKind, Over};
use crate::library::Op;
use crate::value::{ClassValue, ObjectId, Term, Text, Value};

/// Schemas inside of schemas beyond this say nothing.
const DEEPEST_SCHEMA: usize = 6;

/// Under what name the interpreter keeps what a server was started with.
const LIFESPAN: &str = "@lifespan";

/// The field of a dictionary that holds what makes its missing entries.
const FACTORY: &str = "\u{0}factory";

/// The field of a record that is a function with arguments given before: that function.
const PARTIAL: &str = "\u{0}partial";

/// Under what name a variable of a context keeps its value.
const KEPT: &str = "@kept";

impl<'a> Interpreter<'a> {
    /// Calls of Python's library that the interpreter does itself.
    pub(crate) fn python_call(
        &mut self,
        path: &str,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Outcome<Option<Value<'a>>> {
        let first = arguments.plain.first();
        Ok(match (path, receiver) {
            ("io.StringIO" | "io.BytesIO", _) if first.is_none() => Some(self.list(Vec::new())),
            ("csv.writer" | "csv.DictWriter", _) => first.cloned(),
            ("print", _) if let Some(Value::Object(buffer)) = arguments.named("file") => {
                arguments.plain.iter().cloned().for_each(|value| self.state.push_element(*buffer, value));
                Some(Value::Nothing)
            }
            ("heapq.heappush" | "bisect.insort" | "bisect.insort_left" | "bisect.insort_right", _)
                if let [Value::Object(list), value, ..] = arguments.plain.as_slice() =>
            {
                self.state.push_element(*list, value.clone());
                Some(Value::Nothing)
            }
            ("heapq.heappop", _) if let Some(Value::Object(list)) = first => Some(self.some_element(*list)),
            ("collections.defaultdict", _) => Some(self.defaulting(arguments)?),
            ("collections.Counter", _) => Some(self.counted(first)),
            ("dict.fromkeys", _) => Some(self.of_names(arguments)),
            ("globals", None) => self.module_scope(),
            ("vars", None) => first.cloned(),
            ("str", None) if let Some(written) = first.and_then(|value| self.written(value)) => Some(written),
            (_, Some(Value::Term(variable))) if path == "contextvars.ContextVar().set" => {
                if let Some(value) = first {
                    self.written_into(variable, KEPT, value);
                }
                Some(self.unknown(0))
            }
            (_, Some(Value::Term(variable))) if path == "contextvars.ContextVar().get" => self.kept(variable),
            (_, Some(template)) if path.ends_with(".substitute") || path.ends_with(".safe_substitute") => {
                let template = template.text().map(str::to_owned);
                template.map(|template| self.substituted(&template, arguments))
            }
            ("re.match" | "re.search" | "re.fullmatch" | "re.findall" | "re.finditer", _)
                if let Some((pattern, text, flags)) = with_flags(arguments) =>
            {
                let pattern = self.apply(Op::Regex, vec![pattern, flags]);
                Some(self.library_call(path, None, &Arguments::of(vec![pattern, text]))?)
            }
            (_, Some(text @ Value::Term(_))) if path.ends_with(".strip") && first.is_some() => {
                // What is stripped is no white space: the text is another one.
                Some(self.apply(Op::Part, vec![text.clone()]))
            }
            (_, Some(part @ Value::Object(_))) if path.ends_with(".issubset") => {
                let (part, whole) = (part.clone(), first.cloned().unwrap_or(Value::Nothing));
                Some(self.subset(&part, &whole))
            }
            ("jsonschema.validate", _) => {
                let given = |position: usize, name: &str| {
                    arguments.plain.get(position).or(arguments.named(name)).cloned()
                };
                if let (Some(value), Some(schema)) = (given(0, "instance"), given(1, "schema")) {
                    self.fitted(&schema, value, DEEPEST_SCHEMA);
                }
                None
            }
            ("inspect.getmembers", _) => first.cloned().map(|object| self.methods_of(&object)),
            _ if path.ends_with(".strptime") || path.ends_with(".fromisoformat") => {
                // It throws unless the text is a date.
                self.throws_unless(Op::Number, arguments.plain.get(..1).unwrap_or_default());
                None
            }
            _ if path.ends_with(".create_task") || path.ends_with(".ensure_future") => {
                self.keep_running();
                None
            }
            _ if path.ends_with(".FastMCP") || path.ends_with(".Server") => {
                self.live(arguments)?;
                None
            }
            (_, None) if let Some(method) = method_of_type(path) => match first {
                Some(receiver) => {
                    let plain = arguments.plain.iter().skip(1).cloned().collect();
                    let given = Arguments { plain, ..arguments.clone() };
                    let method = self.member(receiver, method)?;
                    Some(self.call(&method, None, given)?)
                }
                None => None,
            },
            _ => None,
        })
    }

    /// Runs what a server is started with: what it yields is found again in the context of its handlers.
    fn live(&mut self, arguments: &Arguments<'a>) -> Outcome<()> {
        let Some(function @ Value::Function(_)) = arguments.named("lifespan").cloned() else { return Ok(()) };
        let server = self.unknown(0);
        let context = self.call(&function, None, Arguments::of(vec![server]))?;
        let context = self.entered(context)?;
        let store = self.store;
        self.state.set_field(store, Text::from(LIFESPAN), context);
        Ok(())
    }

    /// What the server that runs was started with.
    pub(crate) fn lifespan(&self) -> Option<Value<'a>> {
        self.state.field(self.store, LIFESPAN).cloned()
    }

    /// Pairs of name and method of an instance, class or module.
    fn methods_of(&mut self, object: &Value<'a>) -> Value<'a> {
        let names: Vec<Text> = match object {
            Value::Object(id) => match self.class_of_instance(object) {
                Some(class) => method_names(&class),
                None => self.state.object(*id).map(super::property::names).unwrap_or_default(),
            },
            Value::Class(class) => method_names(class),
            _ => return self.apply(Op::Measure, vec![object.clone()]),
        };
        let mut pairs = Vec::new();
        for name in names {
            if let Ok(method @ Value::Function(_)) = self.member(object, &name) {
                pairs.push(self.list(vec![Value::Text(name), method]));
            }
        }
        self.list(pairs)
    }

    /// Whether a call gives a coroutine that may become a task which goes on beside the handlers.
    pub(crate) fn may_be_task(&self, function: &Value<'a>) -> bool {
        self.offer.is_none()
            && self.language() == Language::Python
            && matches!(function, Value::Function(closure) if closure.function.is_async)
    }

    /// The coroutine that was made last became a task.
    pub(crate) fn keep_running(&mut self) {
        if self.offer.is_none()
            && self.started.len() < MOST_STARTED
            && let Some(task) = self.promised.take()
        {
            self.started.push(task);
        }
    }

    fn kept(&mut self, variable: &Term<'a>) -> Option<Value<'a>> {
        self.state.field(self.store, &format!("{}.{KEPT}", variable.id())).cloned()
    }

    /// The names of the module that runs.
    pub(crate) fn module_scope(&self) -> Option<Value<'a>> {
        self.modules.get(&self.here.file).map(|module| Value::Object(module.scope))
    }

    /// `collections.defaultdict(factory, …)`.
    fn defaulting(&mut self, arguments: &Arguments<'a>) -> Outcome<Value<'a>> {
        let given =
            Arguments { plain: arguments.plain.iter().skip(1).cloned().collect(), ..arguments.clone() };
        let dictionary = self.record_of(&given)?;
        if let (Value::Object(id), Some(factory)) = (&dictionary, arguments.plain.first()) {
            self.state.set_field(*id, Text::from(FACTORY), factory.clone());
        }
        Ok(dictionary)
    }

    /// An entry that is made because it is asked for and not there.
    pub(crate) fn made_on_demand(&mut self, id: ObjectId, key: &Value<'a>) -> Outcome<Option<Value<'a>>> {
        let Some(factory) = self.state.field(id, FACTORY).cloned() else { return Ok(None) };
        let made = self.call(&factory, None, Arguments::default())?;
        self.set_entry(id, key, made.clone());
        Ok(Some(made))
    }

    /// `collections.Counter(list)`: how often there is what.
    fn counted(&mut self, list: Option<&Value<'a>>) -> Value<'a> {
        let id = self.state.allocate(ObjectKind::Record);
        let (known, rest) = list.map_or((Vec::new(), None), |list| self.iterate(list, Over::Elements));
        for element in known.iter().chain(&rest) {
            let count = self.apply(Op::Measure, vec![element.clone()]);
            self.set_entry(id, element, count);
        }
        Value::Object(id)
    }

    /// `dict.fromkeys(names, value)`.
    fn of_names(&mut self, arguments: &Arguments<'a>) -> Value<'a> {
        let id = self.state.allocate(ObjectKind::Record);
        let (known, rest) =
            arguments.plain.first().map_or((Vec::new(), None), |names| self.iterate(names, Over::Elements));
        let value = arguments.plain.get(1).cloned().unwrap_or(Value::Nothing);
        for name in known.iter().chain(&rest) {
            self.set_entry(id, name, value.clone());
        }
        Value::Object(id)
    }

    /// `string.Template(text).substitute(…)`.
    fn substituted(&mut self, template: &str, arguments: &Arguments<'a>) -> Value<'a> {
        let given = match arguments.plain.first() {
            Some(Value::Object(id)) => self.state.object(*id).cloned(),
            _ => None,
        };
        let mut pieces = template.split('$');
        let mut parts = vec![Value::Text(Text::from(pieces.next().unwrap_or_default()))];
        for piece in pieces {
            let braced = piece.strip_prefix('{').and_then(|inner| inner.split_once('}'));
            let end = piece.find(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
            let (name, after) = braced.unwrap_or_else(|| piece.split_at(end.unwrap_or(piece.len())));
            let entry = given.as_ref().and_then(|record| record.fields.get(name).or(record.rest.as_ref()));
            let value = arguments.named(name).or(entry).or(arguments.rest.as_ref()).cloned();
            // What nobody names may stand in whatever else was given.
            let value = value.or_else(|| arguments.plain.first().filter(|_| given.is_none()).cloned());
            parts.extend(value);
            parts.push(Value::Text(Text::from(after)));
        }
        self.concat(parts)
    }

    /// A function of which some arguments are given before the others.
    pub(crate) fn partial(&mut self, function: Value<'a>, arguments: &Arguments<'a>) -> Value<'a> {
        let id = self.state.allocate(ObjectKind::Record);
        self.state.set_elements(id, arguments.plain.iter().skip(1).cloned().collect());
        for (name, value) in &arguments.named {
            self.state.set_field(id, name.clone(), value.clone());
        }
        self.state.set_field(id, Text::from(PARTIAL), function);
        Value::Object(id)
    }

    pub(crate) fn is_partial(&self, id: ObjectId) -> bool {
        self.state.field(id, PARTIAL).is_some()
    }

    /// Calls a function of which some arguments were given before.
    pub(crate) fn call_partial(
        &mut self,
        id: ObjectId,
        arguments: &Arguments<'a>,
    ) -> Outcome<Option<Value<'a>>> {
        let Some(function) = self.state.field(id, PARTIAL).cloned() else { return Ok(None) };
        let Some(given) = self.state.object(id).cloned() else { return Ok(None) };
        let mut all = arguments.clone();
        all.plain.splice(0..0, given.elements.iter().cloned());
        for (name, value) in given.fields {
            if !is_hidden(&name) && all.named(&name).is_none() {
                all.named.push((name, value));
            }
        }
        self.call(&function, None, all).map(Some)
    }

    /// `del place`.
    pub(crate) fn delete(&mut self, place: &'a Expression, scope: ObjectId) -> Outcome<()> {
        let ExpressionKind::Index { object, index } = &place.kind else {
            return self.evaluate(place, scope).map(drop);
        };
        let object = self.evaluate(object, scope)?;
        let index = self.evaluate(index, scope)?;
        if let Value::Object(id) = object
            && self.is_list_like(id)
        {
            let position = match index {
                Value::Number(number) if number >= 0.0 => Some(number as usize),
                _ => None,
            };
            self.shortened(id, |elements| {
                position
                    .filter(|position| *position < elements.len())
                    .map(|position| elements.remove(position));
                position.is_some()
            });
        }
        Ok(())
    }

    /// Methods of Python's lists that change which element stands where.
    pub(crate) fn reordered(&mut self, id: ObjectId, name: &str, arguments: &Arguments<'a>) {
        match name {
            "reverse" => self.shortened(id, |elements| {
                elements.reverse();
                true
            }),
            "sort" => self.shortened(id, |elements| sort_known(elements, arguments)),
            _ => {
                let value = arguments.plain.first().cloned().unwrap_or(Value::Nothing);
                self.shortened(id, |elements| {
                    let is_known = elements.iter().chain([&value]).all(is_constant);
                    if is_known && let Some(at) = elements.iter().position(|element| *element == value) {
                        elements.remove(at);
                    }
                    is_known
                });
            }
        }
    }

    /// Changes the elements of a list; where the change cannot be computed, each of them may stand anywhere.
    fn shortened(&mut self, id: ObjectId, change: impl FnOnce(&mut Vec<Value<'a>>) -> bool) {
        let Some(object) = self.state.object(id).cloned() else { return };
        let mut elements = object.elements.to_vec();
        if object.rest.is_none() && change(&mut elements) {
            self.state.set_elements(id, elements);
            return;
        }
        self.state.set_elements(id, Vec::new());
        object.elements.iter().for_each(|element| self.state.may_hold(id, element));
    }
}

/// The pattern, text and flags of a call of `re` that has flags.
fn with_flags<'a>(arguments: &Arguments<'a>) -> Option<(Value<'a>, Value<'a>, Value<'a>)> {
    let flags = arguments.named("flags").or(arguments.plain.get(2))?.clone();
    match (arguments.plain.first()?, arguments.plain.get(1)?) {
        (pattern @ Value::Text(_), text) => Some((pattern.clone(), text.clone(), flags)),
        _ => None,
    }
}

/// The names of the methods of a class that are no protocol's.
fn method_names(class: &ClassValue<'_>) -> Vec<Text> {
    let methods = class.class.members.iter().filter(|member| matches!(member.kind, MemberKind::Method(_)));
    let names = methods.filter_map(super::call::member_name);
    names.filter(|name| !name.starts_with("__")).map(Text::from).collect()
}

/// Sorts texts or numbers that are all known.
fn sort_known(elements: &mut [Value<'_>], arguments: &Arguments<'_>) -> bool {
    if !arguments.named.is_empty() {
        return elements.len() < 2;
    }
    if elements.iter().all(|element| element.text().is_some()) {
        elements.sort_by(|left, right| left.text().cmp(&right.text()));
        return true;
    }
    elements.len() < 2
}

fn is_constant(value: &Value<'_>) -> bool {
    matches!(value, Value::Text(_) | Value::Number(_) | Value::Bool(_) | Value::Nothing)
}

/// The method that `str.lower` names, when it is called with the text as its first argument.
fn method_of_type(path: &str) -> Option<&str> {
    let (class, method) = path.split_once('.')?;
    // These are no methods, or stand in the tables.
    let is_own = matches!(method, "maketrans" | "fromkeys" | "fromhex" | "join" | "format");
    (matches!(class, "str" | "bytes" | "list" | "dict" | "set") && !is_own && !method.contains(['.', '(']))
        .then_some(method)
}
