//! What Go has: channels, several results, embedded structs, loops over functions.

mod buffer;
mod request;

use crate::fact::{Check, Fact};
use crate::ir::{Language, Over};
use crate::library::{Op, SinkKind};
use crate::value::{ClassValue, ObjectId, Term, TermKind, Text, Value};

use std::rc::Rc;

use super::member::DEEPEST_CLASS;
use super::state::ObjectKind;
use super::{Arguments, Interpreter, Outcome};
use buffer::BUFFER;

/// The field of a list that is a channel.
const CHANNEL: &str = "\u{0}channel";

/// Structs of SDKs that hold what is offered beside its handler.
const SERVER_STRUCTS: &[&str] = &["server.ServerTool", "server.ServerPrompt", "server.ServerResource"];

/// What a function that is looped over calls.
pub(super) const YIELD: &str = "\u{0}yield";

/// Whether a function of a library has failed, as its last result says: of what it has given.
const FAILURE: &str = "\u{0}failure";

/// Characters of `strings.ContainsAny` beyond this are not looked for one by one.
const MOST_LETTERS: usize = 40;

impl<'a> Interpreter<'a> {
    /// Calls of Go whose meaning does not fit a table.
    pub(crate) fn go_call(
        &mut self,
        path: &str,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Outcome<Option<Value<'a>>> {
        let first = arguments.plain.first();
        Ok(match path {
            "chan" => {
                let channel = self.list(Vec::new());
                if let Value::Object(id) = &channel {
                    self.state.set_field(*id, Text::from(CHANNEL), Value::Bool(true));
                }
                Some(channel)
            }
            "go" => {
                let Some((function, given)) = arguments.plain.split_first() else { return Ok(None) };
                let given = Arguments { plain: given.to_vec(), ..arguments.clone() };
                self.start(function, &given)?;
                Some(Value::Nothing)
            }
            "strings.ContainsAny" | "bytes.ContainsAny" => {
                let (Some(text), Some(letters)) = (first, arguments.plain.get(1).and_then(Value::text))
                else {
                    return Ok(None);
                };
                let (text, letters) = (text.clone(), letters.to_owned());
                let mut any = Value::Bool(false);
                for letter in letters.chars().take(MOST_LETTERS) {
                    let letter = Value::Text(Text::from(letter.to_string()));
                    let is_in = self.contained(letter, text.clone());
                    any = self.or(any, is_in);
                }
                Some(any)
            }
            "strings.Replace" | "bytes.Replace" => {
                let all = matches!(arguments.plain.get(3), Some(Value::Number(count)) if *count < 0.0);
                let op = if all { Op::ReplaceAll } else { Op::ReplaceFirst };
                Some(self.make(op, arguments.plain.iter().take(3).cloned().collect()))
            }
            "fmt.Fprintf" | "fmt.Fprint" | "fmt.Fprintln" | "io.WriteString" => {
                let Some(buffer @ Value::Object(_)) = first.cloned() else { return Ok(None) };
                let given = arguments.plain.iter().skip(1).cloned().collect::<Vec<_>>();
                let text = match given.split_first() {
                    Some((format, values)) if path == "fmt.Fprintf" => {
                        let values = self.list_with(values.to_vec(), arguments.rest.clone());
                        self.percent(format.clone(), &values)
                    }
                    _ => self.concat(given),
                };
                self.call_method(&buffer, "push", &Arguments::of(vec![text]))?;
                Some(Value::Nothing)
            }
            "string" => match first {
                Some(Value::Object(id)) if !self.is_channel(*id) => {
                    let object = self.state.object(*id).cloned();
                    object.map(|object| self.joined(&object.elements, object.rest.as_ref(), ""))
                }
                _ => None,
            },
            // Bytes are a text here.
            "append" if matches!(first, Some(Value::Text(_))) || first.is_some_and(is_put_together) => {
                Some(self.concat(arguments.all().cloned().collect()))
            }
            "slices.ContainsFunc" => match first.cloned() {
                Some(list) => Some(self.quantified(&list, arguments.plain.get(1).cloned(), Op::Any)?),
                None => None,
            },
            "strings.NewReplacer().Replace" => {
                let Some(TermKind::Result(_, pairs)) = receiver.and_then(Value::term).map(Term::kind) else {
                    return Ok(None);
                };
                let pairs: Vec<_> = pairs.iter().skip(1).cloned().collect();
                let mut text = first.cloned().unwrap_or(Value::Nothing);
                for pair in pairs.chunks_exact(2) {
                    let [what, by] = pair else { continue };
                    text = self.make(Op::ReplaceAll, vec![text, what.clone(), by.clone()]);
                }
                Some(text)
            }
            "context.WithValue" => {
                let (Some(parent), Some(value)) = (first, arguments.plain.get(2)) else { return Ok(None) };
                let context = self.state.allocate(ObjectKind::Record);
                if let Value::Object(parent) = parent {
                    self.copy_entries(&Value::Object(*parent), context);
                }
                self.state.may_hold(context, value);
                Some(Value::Object(context))
            }
            "sync.Map" | "sync/atomic.Value" | "sync/atomic.Pointer" if arguments.plain.is_empty() => {
                Some(Value::Object(self.state.allocate(ObjectKind::Record)))
            }
            _ if SERVER_STRUCTS.iter().any(|kind| path.ends_with(kind)) && !arguments.named.is_empty() => {
                let made = self.state.allocate(ObjectKind::Record);
                for (name, value) in &arguments.named {
                    self.state.set_field(made, name.clone(), value.clone());
                }
                Some(Value::Object(made))
            }
            "net/url.URL" if !arguments.named.is_empty() => {
                let part = |name: &str, otherwise: &str| {
                    arguments.named(name).cloned().unwrap_or_else(|| Value::Text(Text::from(otherwise)))
                };
                let parts = [
                    part("Scheme", "https"),
                    Value::Text(Text::from("://")),
                    part("Host", ""),
                    part("Path", ""),
                ];
                let text = self.concat(parts.to_vec());
                Some(self.make(Op::ParseUrl, vec![text]))
            }
            _ if is_filled_template(path) => {
                let Some(Value::Object(buffer)) = first else { return Ok(None) };
                let Some(data) = arguments.plain.last() else { return Ok(None) };
                let (known, rest) = match data {
                    Value::Object(_) => self.entries_of(data),
                    data => (Vec::new(), Some(data.clone())),
                };
                let buffer = Value::Object(*buffer);
                let parts = Arguments::of(known.into_iter().chain(rest).collect());
                self.call_method(&buffer, "push", &parts)?;
                Some(Value::Nothing)
            }
            _ if path.ends_with(".Wait") => {
                self.go_on_beside();
                None
            }
            // Documents of a database are maps.
            _ if ["bson.M", "bson.D", "primitive.M", "primitive.D"]
                .iter()
                .any(|kind| path.ends_with(kind)) =>
            {
                let document = self.state.allocate(ObjectKind::Record);
                for value in &arguments.plain {
                    self.state.may_hold(document, value);
                }
                Some(Value::Object(document))
            }
            "strings.Builder" | "bytes.Buffer" if arguments.plain.is_empty() => Some(self.buffer(Vec::new())),
            "bytes.NewBuffer" | "bytes.NewBufferString" => {
                let given = arguments.plain.iter().filter(|one| !matches!(one, Value::Nothing));
                let given = given.cloned().collect();
                Some(self.buffer(given))
            }
            // What is written through it arrives.
            "bufio.NewWriter" | "bufio.NewWriterSize" if matches!(first, Some(Value::Object(_))) => {
                first.cloned()
            }
            "io.Copy" | "io.CopyN" | "io.CopyBuffer" => {
                let (Some(buffer @ Value::Object(id)), Some(from)) = (first.cloned(), arguments.plain.get(1))
                else {
                    return Ok(None);
                };
                if self.state.field(id, BUFFER).is_none() {
                    return Ok(None);
                }
                let from = self.content(from);
                self.call_method(&buffer, "push", &Arguments::of(vec![from]))?;
                Some(Value::Nothing)
            }
            _ => {
                let (Some(Value::Object(id)), Some((_, name))) = (receiver, path.rsplit_once('.')) else {
                    return Ok(None);
                };
                self.request_method(*id, name, arguments)?
            }
        })
    }

    /// What a record or struct holds, without its names.
    fn entries_of(&self, value: &Value<'a>) -> (Vec<Value<'a>>, Option<Value<'a>>) {
        let Value::Object(id) = value else { return (Vec::new(), None) };
        let object = self.state.object(*id);
        let held =
            object.map(|object| object.fields.values().chain(object.elements.iter()).cloned().collect());
        (held.unwrap_or_default(), object.and_then(|object| object.rest.clone()))
    }

    /// Methods of what keeps values for all that run beside each other: `sync.Map`, `atomic.Value`, a context.
    pub(crate) fn shared_method(
        &mut self,
        id: ObjectId,
        name: &str,
        arguments: &Arguments<'a>,
    ) -> Outcome<Option<Value<'a>>> {
        let is_record = matches!(self.state.object(id).map(|object| &object.kind), Some(ObjectKind::Record));
        if !is_record || self.state.field(id, name).is_some() {
            return Ok(None);
        }
        let this = Value::Object(id);
        Ok(match (name, arguments.plain.as_slice()) {
            ("Store" | "Swap", [value]) => {
                self.state.may_hold(id, value);
                Some(Value::Nothing)
            }
            ("Store" | "LoadOrStore", [key, value]) => {
                self.set_index(&this, key, value.clone())?;
                Some(value.clone())
            }
            ("Load" | "LoadAndDelete", [key]) => Some(self.index(&this, key)?),
            ("Load", []) => {
                Some(self.state.object(id).and_then(|object| object.rest.clone()).unwrap_or(Value::Nothing))
            }
            ("Value", [_]) => self.state.object(id).and_then(|object| object.rest.clone()),
            ("Range", [function]) => {
                let (known, rest) = self.iterate(&this, Over::Pairs);
                for pair in known.into_iter().chain(rest) {
                    let (key, value) =
                        (self.index(&pair, &Value::Number(0.0))?, self.index(&pair, &Value::Number(1.0))?);
                    self.fork::<()>(&mut [&mut |_| Ok(()), &mut |me| {
                        me.call(function, None, Arguments::of(vec![key.clone(), value.clone()])).map(drop)
                    }])?;
                }
                Some(Value::Nothing)
            }
            _ => None,
        })
    }

    /// What is set in a command before it runs: its input, which a shell reads as its orders, and its arguments.
    pub(crate) fn set_of_command(&mut self, command: &Term<'a>, name: &str, value: &Value<'a>) {
        let TermKind::Result(path, given) = command.kind() else { return };
        let program = match &**path {
            "os/exec.Command" => given.get(1),
            "os/exec.CommandContext" => given.get(2),
            _ => return,
        };
        match name {
            "Stdin" if program.is_some_and(crate::judge::reads_orders) && given.len() <= 4 => {
                let orders = self.content(value);
                self.sink(SinkKind::Shell, &orders, path);
            }
            "Args" => self.sink(SinkKind::Arguments, value, path),
            _ => {}
        }
    }

    /// The arguments of a registration that are several values of a function, `AddTool(searchTool())`, or tools with
    /// their handlers, `AddTools(server.ServerTool{…}, …)`: those of one registration each.
    pub(crate) fn several_offers(&mut self, arguments: &Arguments<'a>) -> Option<Vec<Arguments<'a>>> {
        if self.language() != Language::Go {
            return None;
        }
        let mut flat = Vec::new();
        for given in arguments.all() {
            match given {
                Value::Object(id) if matches!(self.state.object(*id)?.kind, ObjectKind::List) => {
                    let (known, rest) = self.iterate(given, Over::Elements);
                    flat.extend(known.into_iter().chain(rest));
                }
                given => flat.push(given.clone()),
            }
        }
        let mut offers = Vec::new();
        for one in &flat {
            one.alternatives(&mut |one, _| {
                let Value::Object(id) = one else { return };
                let part =
                    |names: [&str; 3]| names.iter().find_map(|name| self.state.field(*id, name).cloned());
                let parts =
                    (part(["Tool", "Prompt", "Resource"]), part(["Handler", "HandlerFunc", "Execute"]));
                if let (Some(tool), Some(handler)) = parts {
                    offers.push(Arguments::of(vec![tool, handler]));
                }
            });
        }
        if offers.is_empty() && flat.len() > arguments.all().count() {
            offers.push(Arguments::of(flat));
        }
        (!offers.is_empty()).then_some(offers)
    }

    /// The elements that a function gives to `yield`, in a list: `for x := range function`.
    fn yielded(&mut self, function: &Value<'a>, over: Over) -> (Vec<Value<'a>>, Option<Value<'a>>) {
        let given = self.list(Vec::new());
        let taker = Value::Method(Rc::new((given.clone(), Text::from(YIELD))));
        let _ = self.call(function, None, Arguments::of(vec![taker]));
        let Value::Object(given) = given else { return (Vec::new(), None) };
        let mut taken = Vec::new();
        for pair in self.state.elements(given).iter() {
            let position = if over == Over::Elements { 1.0 } else { 0.0 };
            match over {
                Over::Pairs => taken.push(pair.clone()),
                _ => taken.extend(self.index(pair, &Value::Number(position))),
            }
        }
        (taken, None)
    }

    /// What is inside of a struct and has a member which the outer one has not.
    pub(crate) fn embedded(&self, id: ObjectId, class: &ClassValue<'a>, name: &str) -> Option<ObjectId> {
        let own = class.class.members.iter().any(|member| super::call::member_name(member) == Some(name));
        if own || class.bases.is_empty() {
            return None;
        }
        self.inside_of(id, class).find(|inner| self.has_member(*inner, name, DEEPEST_CLASS))
    }

    /// What a struct embeds, as far as it is there.
    fn inside_of(&self, id: ObjectId, class: &ClassValue<'a>) -> impl Iterator<Item = ObjectId> {
        let embedded = class.class.bases.iter().filter_map(crate::go::last_name);
        embedded.filter_map(move |called| match self.state.field(id, called) {
            Some(Value::Object(inner)) => Some(*inner),
            _ => None,
        })
    }

    fn has_member(&self, id: ObjectId, name: &str, depth: usize) -> bool {
        let Some(object) = self.state.object(id).filter(|_| depth > 0) else { return false };
        let ObjectKind::Instance(class) = &object.kind else { return true };
        object.fields.contains_key(name)
            || class.class.members.iter().any(|member| super::call::member_name(member) == Some(name))
            || self.inside_of(id, class).any(|inner| self.has_member(inner, name, depth - 1))
    }

    /// Of several results of a library the first is what it gives, as the middle of three is where it takes a text
    /// apart (`strings.Cut`, `net.SplitHostPort`); the last says whether that went well.
    pub(crate) fn further_result(&mut self, value: &Value<'a>, index: usize, of: usize) -> Value<'a> {
        let mut is_read = false;
        let mut is_part = false;
        value.alternatives(&mut |one, _| match one.term().map(Term::kind) {
            Some(TermKind::Apply(Op::Part, _)) => is_part = true,
            Some(TermKind::Apply(Op::Number | Op::ParseAddress, _)) => is_read = true,
            _ => {}
        });
        if is_part && index + 1 < of {
            return self.make(Op::Part, vec![value.clone()]);
        }
        if is_read { self.result(Text::from(FAILURE), vec![value.clone()], 0) } else { self.unknown(0) }
    }

    /// What holds where a library has not failed, or has given something: `err == nil`, `ip != nil`.
    pub(crate) fn success(&self, result: &Value<'a>, is_nothing: bool) -> Vec<Fact<'a>> {
        let Some(term) = result.term() else { return Vec::new() };
        let read = match term.kind() {
            TermKind::Result(path, operands) if &**path == FAILURE && is_nothing => operands.first(),
            TermKind::Apply(Op::ParseAddress, _) if !is_nothing => Some(result),
            _ => None,
        };
        let mut facts = Vec::new();
        let Some(read) = read else { return facts };
        read.alternatives(&mut |one, _| {
            let (check, of) = match one.term().map(Term::kind) {
                Some(TermKind::Apply(Op::Number, of)) => (Check::Number, of),
                Some(TermKind::Apply(Op::ParseAddress, of)) => (Check::Address, of),
                _ => return,
            };
            facts.extend(of.iter().flat_map(|one| self.facts_of(one, &check)));
        });
        facts
    }

    /// Whether a list is a channel: what a loop over it gives are its elements.
    pub(crate) fn is_channel(&self, id: ObjectId) -> bool {
        self.state.field(id, CHANNEL).is_some()
    }

    /// What a loop over a value of Go gives that is neither list nor map: `range 10`, `range channel`.
    pub(crate) fn go_range(
        &mut self,
        value: &Value<'a>,
        over: Over,
    ) -> Option<(Vec<Value<'a>>, Option<Value<'a>>)> {
        match value {
            Value::Function(_) => Some(self.yielded(value, over)),
            Value::Number(_) => {
                let turn = self.apply(Op::Measure, vec![value.clone()]);
                Some((Vec::new(), Some(turn)))
            }
            Value::Object(id) if self.is_channel(*id) => {
                let object = self.state.object(*id)?;
                Some((object.elements.to_vec(), object.rest.clone()))
            }
            Value::Either(alternatives)
                if alternatives
                    .iter()
                    .any(|one| matches!(one.value, Value::Object(id) if self.is_channel(id))) =>
            {
                Some(self.iterate(value, Over::Elements))
            }
            _ => None,
        }
    }
}

/// Whether a value is a text that was put together.
fn is_put_together(value: &Value<'_>) -> bool {
    value.term().is_some_and(|term| term.operands(Op::Concat).is_some())
}

/// Whether a call writes a template with its values filled in.
fn is_filled_template(path: &str) -> bool {
    (path.starts_with("text/template.") || path.starts_with("html/template."))
        && (path.ends_with(".Execute") || path.ends_with(".ExecuteTemplate"))
}

/// Whether a method is one of what keeps values for all that run beside each other.
pub(crate) fn is_shared_method(name: &str) -> bool {
    matches!(name, "Store" | "Swap" | "LoadOrStore" | "Load" | "LoadAndDelete" | "Value" | "Range")
}
