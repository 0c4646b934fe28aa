//! Properties, elements and names.

use std::fmt::Write as _;
use std::rc::Rc;

use crate::analysis::SourceKind;
use crate::ir::Language;
use crate::library::{self, Answer, Op};
use crate::value::{ObjectId, Term, TermKind, Text, Value};

use super::class_member::bound;
use super::class_member::setter_of;
use super::state::ObjectKind;
use super::{Arguments, Interpreter, Outcome};

/// Base classes further up than this are not looked at.
pub(crate) const DEEPEST_CLASS: usize = 12;

/// What a class says of a member.
pub(crate) enum Found<'a> {
    Value(Value<'a>),
    Getter(Value<'a>),
    /// A class of a library is among the bases: its path.
    Library(Text),
    No,
}

impl<'a> Interpreter<'a> {
    /// The scope that holds a name, from this one outwards.
    pub(crate) fn owner(&self, name: &str, scope: ObjectId) -> Option<ObjectId> {
        let mut next = Some(scope);
        while let Some(scope) = next {
            if self.state.field(scope, name).is_some() {
                return Some(scope);
            }
            next = match self.state.peek(scope)?.kind {
                ObjectKind::Scope(outer) => outer,
                _ => None,
            };
        }
        None
    }

    /// The value of a name. One that nobody declared belongs to the language.
    pub(crate) fn name(&mut self, name: &str, scope: ObjectId) -> Value<'a> {
        if let Some(owner) = self.owner(name, scope)
            && let Some(value) = self.state.field(owner, name)
        {
            return value.clone();
        }
        if let Some(value) = self.imported(name) {
            return value;
        }
        match name {
            "undefined" | "null" | "nil" | "None" => Value::Nothing,
            "__name__" | "__file__" | "__dirname" | "__filename" => {
                self.result(Text::from(name), Vec::new(), 0)
            }
            "arguments" if self.language() == Language::JavaScript => self.given_arguments(),
            _ => self.external(name),
        }
    }

    /// A property of a value.
    pub(crate) fn member(&mut self, object: &Value<'a>, name: &str) -> Outcome<Value<'a>> {
        self.step()?;
        Ok(match object {
            Value::Object(id) => return self.object_member(*id, name),
            Value::Class(class) => match self.class_member(class, name, true, DEEPEST_CLASS) {
                Found::Value(value) => self.bound_method(value, object),
                Found::Getter(value) => value,
                Found::Library(path) => self.external(&format!("{path}.{name}")),
                Found::No => match self.state.field(class.statics, name) {
                    Some(value) => value.clone(),
                    None if name == "name" || name == "__name__" => {
                        Value::Text(Text::from(&*class.class.name))
                    }
                    None => Value::Method(Rc::new((object.clone(), Text::from(name)))),
                },
            },
            Value::Either(alternatives) => {
                let mut ways = Vec::new();
                for one in alternatives.iter() {
                    if matches!(one.value, Value::Nothing) {
                        continue;
                    }
                    let value = self.member(&one.value, name)?;
                    ways.push((value, one.facts.clone()));
                }
                super::state::one_of(&ways)
            }
            Value::Term(term) => self.term_member(term, name),
            Value::Nothing => self.unknown(0),
            Value::Function(closure) if matches!(name, "__name__" | "name") => {
                Value::Text(Text::from(&*closure.function.name))
            }
            // A member of an enumeration is its value.
            Value::Text(_) | Value::Number(_) if name == "value" && self.language() == Language::Python => {
                object.clone()
            }
            Value::Function(_) if name == "constructor" && self.language() == Language::JavaScript => {
                self.external("Function")
            }
            Value::Function(closure) if let Some(value) = self.function_property(closure, name) => value,
            Value::Text(text) if name == "length" => Value::Number(text.chars().count() as f64),
            other => Value::Method(Rc::new((other.clone(), Text::from(name)))),
        })
    }

    pub(crate) fn object_member(&mut self, id: ObjectId, name: &str) -> Outcome<Value<'a>> {
        let Some(object) = self.state.object(id) else { return Ok(Value::Nothing) };
        let is_dictionary = matches!(object.kind, ObjectKind::Record) && self.language() == Language::Python;
        if let Some(value) = object.fields.get(name)
            && !(is_dictionary && super::builtin::is_record_method(name))
        {
            return Ok(value.clone());
        }
        let this = Value::Object(id);
        if self.language() == Language::JavaScript
            && matches!(object.kind, ObjectKind::Record)
            && let Some(value) = self.got(id, name)
        {
            return Ok(value);
        }
        let Some(object) = self.state.object(id) else { return Ok(Value::Nothing) };
        match &object.kind {
            ObjectKind::Instance(class) => {
                let class = Rc::clone(class);
                if name == "constructor" && self.language() == Language::JavaScript {
                    return Ok(Value::Class(class));
                }
                let rest = object.rest.clone();
                if let Some(this) = object.fields.get(super::class_member::SUPER).cloned() {
                    return self.super_member(&class, &this, name);
                }
                if self.language() == Language::Go
                    && let Some(embedded) = self.embedded(id, &class, name)
                {
                    return self.object_member(embedded, name);
                }
                match self.class_member(&class, name, false, DEEPEST_CLASS) {
                    Found::Value(value) => Ok(self.bound_method(value, &this)),
                    Found::Getter(getter) => {
                        let getter = bound(getter, &this);
                        self.call(&getter, Some(this), Arguments::default())
                    }
                    Found::Library(path) if super::protocol::is_followed(&path) => {
                        Ok(Value::Method(Rc::new((this, Text::from(name)))))
                    }
                    Found::Library(path) => {
                        Ok(rest.unwrap_or_else(|| self.external(&format!("{path}().{name}"))))
                    }
                    Found::No if name == "__dict__" && self.language() == Language::Python => Ok(this),
                    Found::No
                        if !name.starts_with("__")
                            && let Some(value) = self.by_protocol(
                                &this,
                                "__getattr__",
                                vec![Value::Text(Text::from(name))],
                            )? =>
                    {
                        Ok(value)
                    }
                    Found::No => Ok(rest.unwrap_or_else(|| {
                        let method = Value::Method(Rc::new((this, Text::from(name))));
                        match self.language() {
                            // Nobody has written it: it is not there, or something that is not followed did.
                            Language::JavaScript => super::state::one_or_other(&method, &Value::Nothing),
                            _ => method,
                        }
                    })),
                }
            }
            ObjectKind::List if name == "length" => Ok(if object.rest.is_none() {
                Value::Number(object.elements.len() as f64)
            } else {
                self.apply(Op::Measure, vec![this])
            }),
            ObjectKind::List => Ok(Value::Method(Rc::new((this, Text::from(name))))),
            ObjectKind::Record if super::builtin::is_record_method(name) && object.rest.is_none() => {
                Ok(Value::Method(Rc::new((this, Text::from(name)))))
            }
            ObjectKind::Record if is_dictionary => Ok(Value::Method(Rc::new((this, Text::from(name))))),
            ObjectKind::Scope(_) => Ok(self.module_member(id, name).unwrap_or(Value::Nothing)),
            ObjectKind::Record if self.language() == Language::Go => {
                // A struct of a type that is not known, filled from a document.
                if let Some(rest) = object.rest.clone().filter(|_| !super::go::is_shared_method(name)) {
                    return self.member(&rest, name);
                }
                Ok(Value::Method(Rc::new((this, Text::from(name)))))
            }
            ObjectKind::Record => {
                let rest = object.rest.clone().unwrap_or(Value::Nothing);
                self.named(rest, name)
            }
        }
    }

    /// A property of a symbol.
    pub(crate) fn term_member(&mut self, term: &Term<'a>, name: &str) -> Value<'a> {
        if name == "lifespan_context"
            && self.language() == Language::Python
            && let Some(context) = self.lifespan()
        {
            return context;
        }
        match term.kind() {
            TermKind::External(path) => {
                if matches!(
                    &**path,
                    "process.env" | "os.environ" | "import.meta.env" | "Deno.env" | "Bun.env"
                ) && !super::builtin::is_record_method(name)
                {
                    return self.private(SourceKind::Environment, name);
                }
                let mut whole = std::mem::take(&mut self.path);
                whole.clear();
                whole.push_str(path);
                whole.push('.');
                whole.push_str(name);
                let value = self.external_member(term, &whole);
                self.path = whole;
                value
            }
            TermKind::Input(position) => {
                let source = self.sources.get(*position).cloned();
                if let Some(source) = source
                    && source.name.is_empty()
                    && !super::builtin::is_record_method(name)
                {
                    return self.input(source.kind, name);
                }
                if name == "length" {
                    return self.apply(Op::Measure, vec![Value::Term(term.clone())]);
                }
                self.field_of(term, name)
            }
            _ if let Some(written) = self.written_of(term, name) => written,
            TermKind::Apply(Op::ParseUrl, _) if matches!(name, "hostname" | "host" | "netloc" | "Host") => {
                self.apply(Op::UrlHost, vec![Value::Term(term.clone())])
            }
            TermKind::Apply(Op::ParseUrl, _) if matches!(name, "protocol" | "scheme" | "Scheme") => {
                self.apply(Op::UrlScheme, vec![Value::Term(term.clone())])
            }
            TermKind::Apply(Op::ParseUrl, _) if matches!(name, "href") => Value::Term(term.clone()),
            TermKind::Apply(Op::EncodeUrl, operands) if !is_method_of_query(name) => {
                let parsed = self.apply(Op::Decode, operands.clone());
                self.apply(Op::Field, vec![parsed, Value::Text(Text::from(name))])
            }
            TermKind::Result(..)
                if name == "shape"
                    && let Some(shape) = self.shape_of(&Value::Term(term.clone()), 8) =>
            {
                Value::Object(shape)
            }
            _ if let Some(value) = self.term_property(term, name) => value,
            _ if name == "length" => self.apply(Op::Measure, vec![Value::Term(term.clone())]),
            _ => self.field_of(term, name),
        }
    }

    /// What was written into a member of a symbol.
    fn written_of(&mut self, object: &Term<'a>, name: &str) -> Option<Value<'a>> {
        self.path.clear();
        write!(self.path, "{}.{name}", object.id()).ok()?;
        self.state.field(self.store, &self.path).cloned()
    }

    /// A member of a library's entity, by its whole path.
    fn external_member(&mut self, object: &Term<'a>, path: &str) -> Value<'a> {
        if super::observe::ENVIRONMENT.contains(&path) {
            return self.external(path);
        }
        if let Some(known) = known_member(path) {
            return known;
        }
        if let Some(value) = self.property(object, path) {
            return value;
        }
        self.external(path.strip_suffix(".default").unwrap_or(path))
    }

    /// What a library says of reading a member of a symbol.
    fn term_property(&mut self, object: &Term<'a>, name: &str) -> Option<Value<'a>> {
        let field = self.field_of(object, name);
        let (path, _) = self.path_of(field.term()?)?;
        self.property(object, &path)
    }

    /// What a library says of reading the member at a path.
    fn property(&mut self, object: &Term<'a>, path: &str) -> Option<Value<'a>> {
        let language = self.language();
        let model = self.properties.of(language, path, library::property)?;
        // A function of that module is no property of whatever has one of its name: `os.hostname`.
        let is_function = |own: &library::Model| own.path == path;
        if model.path.starts_with("*.") && self.model(path).is_some_and(is_function) {
            return None;
        }
        let object = Value::Term(object.clone());
        match model.answer {
            Answer::Make(op, _) => Some(self.make(op, vec![object])),
            Answer::Same(_) => Some(object),
            Answer::Special(library::Special::RequestData) => Some(self.request_input()),
            Answer::Clean => Some(self.result(Text::from(path), Vec::new(), 0)),
            _ => None,
        }
    }

    /// Writes a property.
    pub(crate) fn set_member(&mut self, object: &Value<'a>, name: &str, value: Value<'a>) -> Outcome<()> {
        match object {
            Value::Object(id) => {
                let setter = match self.state.object(*id).map(|object| object.kind.clone()) {
                    Some(ObjectKind::Instance(class)) => setter_of(&class, name, DEEPEST_CLASS),
                    _ => None,
                };
                if let Some(setter) = setter {
                    let setter = bound(setter, object);
                    return self.call(&setter, Some(object.clone()), Arguments::of(vec![value])).map(drop);
                }
                let name = self.shared(name);
                self.state.set_field(*id, name, value);
            }
            Value::Class(class) => self.state.set_field(class.statics, Text::from(name), value),
            Value::Function(closure) => self.set_function_property(closure, name, value),
            Value::Either(alternatives) => {
                for one in alternatives.iter() {
                    if let Value::Object(id) = &one.value {
                        let before = self.state.field(*id, name).cloned();
                        let joined = before
                            .map_or_else(|| value.clone(), |old| super::state::one_or_other(&old, &value));
                        self.state.set_field(*id, Text::from(name), joined);
                    }
                }
            }
            Value::Term(term) => {
                self.set_of_command(term, name, &value);
                if let TermKind::External(path) = term.kind() {
                    self.set_library_member(path, name, value);
                } else {
                    self.written_into(term, name, &value);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether one of two values is a path of Python's `pathlib`.
    pub(crate) fn is_path(&self, left: &Value<'a>, right: &Value<'a>) -> bool {
        [left, right].into_iter().any(|value| match value {
            Value::Term(term) => {
                let operation = matches!(
                    term.kind(),
                    TermKind::Apply(
                        Op::JoinPath
                            | Op::ResolvePath
                            | Op::RealPath
                            | Op::ParentPath
                            | Op::ExpandPath
                            | Op::Same,
                        _
                    )
                );
                operation || term.path().is_some_and(|path| path.starts_with("pathlib."))
            }
            Value::Either(alternatives) => {
                alternatives.iter().any(|one| self.is_path(&one.value, &Value::Nothing))
            }
            _ => false,
        })
    }

    /// Private data that a library's member gives, as an input of its own.
    pub(crate) fn private(&mut self, kind: SourceKind, name: &str) -> Value<'a> {
        self.input(kind, name)
    }
}

/// Members of libraries whose value is known.
fn known_member<'a>(path: &str) -> Option<Value<'a>> {
    Some(match path {
        "path.sep"
        | "os.sep"
        | "os.path.sep"
        | "path.posix.sep"
        | "path/filepath.Separator"
        | "os.PathSeparator" => Value::Text(Text::from("/")),
        "string.ascii_letters" => Value::Text(Text::from(LETTERS)),
        "string.ascii_lowercase" => Value::Text(Text::from(LETTERS.get(..26)?)),
        "string.ascii_uppercase" => Value::Text(Text::from(LETTERS.get(26..)?)),
        "string.digits" => Value::Text(Text::from("0123456789")),
        "string.hexdigits" => Value::Text(Text::from("0123456789abcdefABCDEF")),
        _ => return None,
    })
}

/// Python's `string.ascii_letters`.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Whether a name is that of a method of a query (`URLSearchParams`) or of a text, and no parameter.
fn is_method_of_query(name: &str) -> bool {
    super::builtin::is_record_method(name)
        || matches!(
            name,
            "getAll" | "toString" | "delete" | "sort" | "replace" | "slice" | "split" | "length"
        )
        || matches!(name, "replaceAll" | "trim" | "toLowerCase" | "toUpperCase" | "substring" | "startsWith")
}
