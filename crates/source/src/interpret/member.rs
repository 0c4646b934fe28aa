//! Properties, elements and names.

use std::rc::Rc;

use crate::analysis::SourceKind;
use crate::ir::{Language, MemberKind, Over};
use crate::library::Op;
use crate::value::{ClassValue, Closure, ObjectId, Term, TermKind, Text, Value};

use super::expression::key_of;
use super::state::ObjectKind;
use super::{Arguments, Interpreter, MOST_TURNS, Outcome};

/// Base classes further up than this are not looked at.
const DEEPEST_CLASS: usize = 12;

/// What a class says of a member.
enum Found<'a> {
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
            let object = self.state.object(scope)?;
            if object.fields.contains_key(name) {
                return Some(scope);
            }
            next = match object.kind {
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
            "arguments" => self.unknown(0),
            _ => self.external(name),
        }
    }

    /// A property of a value.
    pub(crate) fn member(&mut self, object: &Value<'a>, name: &str) -> Outcome<Value<'a>> {
        self.step()?;
        Ok(match object {
            Value::Object(id) => return self.object_member(*id, name),
            Value::Class(class) => match self.class_member(class, name, true, DEEPEST_CLASS) {
                Found::Value(value) | Found::Getter(value) => value,
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
                    ways.push((value, one.facts.to_vec()));
                }
                super::expression::one_of(ways)
            }
            Value::Term(term) => self.term_member(term, name),
            Value::Nothing => self.unknown(0),
            Value::Function(closure) if matches!(name, "__name__" | "name") => {
                Value::Text(Text::from(&*closure.function.name))
            }
            Value::Text(text) if name == "length" => Value::Number(text.chars().count() as f64),
            other => Value::Method(Rc::new((other.clone(), Text::from(name)))),
        })
    }

    fn object_member(&mut self, id: ObjectId, name: &str) -> Outcome<Value<'a>> {
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
            && let Some(getter) = object.fields.get(&*format!("{}{name}", super::builtin::GETTER)).cloned()
        {
            return self.call(&getter, Some(this), Arguments::default());
        }
        match &object.kind {
            ObjectKind::Instance(class) => {
                let class = Rc::clone(class);
                let rest = object.rest.clone();
                if self.language() == Language::Go
                    && let Some(embedded) = self.embedded(id, &class, name)
                {
                    return self.object_member(embedded, name);
                }
                match self.class_member(&class, name, false, DEEPEST_CLASS) {
                    Found::Value(value) => Ok(bound(value, &this)),
                    Found::Getter(getter) => {
                        let getter = bound(getter, &this);
                        self.call(&getter, Some(this), Arguments::default())
                    }
                    Found::Library(path) => {
                        Ok(rest.unwrap_or_else(|| self.external(&format!("{path}().{name}"))))
                    }
                    Found::No => Ok(rest.unwrap_or_else(|| Value::Method(Rc::new((this, Text::from(name)))))),
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
                Ok(Value::Method(Rc::new((this, Text::from(name)))))
            }
            ObjectKind::Record => Ok(object.rest.clone().unwrap_or(Value::Nothing)),
        }
    }

    /// A property of a symbol.
    pub(crate) fn term_member(&mut self, term: &Term<'a>, name: &str) -> Value<'a> {
        match term.kind() {
            TermKind::External(path) => {
                if matches!(
                    &**path,
                    "process.env" | "os.environ" | "import.meta.env" | "Deno.env" | "Bun.env"
                ) && !super::builtin::is_record_method(name)
                {
                    return self.private(SourceKind::Environment, name);
                }
                let path = format!("{path}.{name}");
                if super::observe::ENVIRONMENT.contains(&path.as_str()) {
                    return self.external(&path);
                }
                if let Some(known) = known_member(&path) {
                    return known;
                }
                if let Some(value) = self.property(term, name) {
                    return value;
                }
                let path = path.strip_suffix(".default").unwrap_or(&path).to_owned();
                self.external(&path)
            }
            TermKind::Input(position) => {
                let source = self.sources.get(*position as usize).cloned();
                if let Some(source) = source
                    && source.name.is_empty()
                    && !super::builtin::is_record_method(name)
                {
                    return self.input(source.kind, name);
                }
                self.apply(Op::Field, vec![Value::Term(term.clone()), Value::Text(Text::from(name))])
            }
            _ if self.state.field(self.store, &format!("{}.{name}", term.0.id)).is_some() => {
                let key = format!("{}.{name}", term.0.id);
                self.state.field(self.store, &key).cloned().unwrap_or(Value::Nothing)
            }
            TermKind::Apply(Op::ParseUrl, _) if matches!(name, "hostname" | "host" | "netloc" | "Host") => {
                self.apply(Op::UrlHost, vec![Value::Term(term.clone())])
            }
            TermKind::Apply(Op::ParseUrl, _) if matches!(name, "protocol" | "scheme" | "Scheme") => {
                self.apply(Op::UrlScheme, vec![Value::Term(term.clone())])
            }
            TermKind::Apply(Op::ParseUrl, _) if matches!(name, "href") => Value::Term(term.clone()),
            _ if let Some(value) = self.property(term, name) => value,
            _ => match name {
                "length" => self.apply(Op::Measure, vec![Value::Term(term.clone())]),
                _ => self.apply(Op::Field, vec![Value::Term(term.clone()), Value::Text(Text::from(name))]),
            },
        }
    }

    /// What a library says of reading a member.
    fn property(&mut self, term: &Term<'a>, name: &str) -> Option<Value<'a>> {
        use crate::library::Answer;
        let object = Value::Term(term.clone());
        let field = self.apply(Op::Field, vec![object.clone(), Value::Text(Text::from(name))]);
        let (path, _) = match term.kind() {
            TermKind::External(path) => (format!("{path}.{name}"), None),
            _ => self.path_of(field.term()?)?,
        };
        let model = crate::library::property(self.language(), &path)?;
        // A function of that module is no property of whatever has one of its name: `os.hostname`.
        let is_function =
            || crate::library::model(self.language(), &path).is_some_and(|own| own.path == path);
        if model.path.starts_with("*.") && is_function() {
            return None;
        }
        match model.answer {
            Answer::Make(op, _) => Some(self.make(op, vec![object])),
            Answer::Same(_) => Some(object),
            Answer::Special(crate::library::Special::RequestData) => Some(self.request_input()),
            Answer::Clean => Some(self.result(Text::from(path), Vec::new(), 0)),
            _ => None,
        }
    }

    fn class_member(
        &mut self,
        class: &Rc<ClassValue<'a>>,
        name: &str,
        is_static: bool,
        depth: usize,
    ) -> Found<'a> {
        if let Some(value) = self.state.field(class.statics, name) {
            return Found::Value(value.clone());
        }
        for member in &class.class.members {
            let crate::ir::ExpressionKind::Literal(crate::ir::Literal::Text(own)) = &member.name.kind else {
                continue;
            };
            if &**own != name || (is_static && !member.is_static && self.language() != Language::Python) {
                continue;
            }
            match &member.kind {
                MemberKind::Method(function) => {
                    let value = Value::Function(Rc::new(Closure {
                        function,
                        scope: class.scope,
                        this: None,
                        given: Vec::new(),
                    }));
                    return Found::Value(value);
                }
                MemberKind::Getter(function) => {
                    let value = Value::Function(Rc::new(Closure {
                        function,
                        scope: class.scope,
                        this: None,
                        given: Vec::new(),
                    }));
                    return if is_static { Found::Value(value) } else { Found::Getter(value) };
                }
                MemberKind::Setter(_) | MemberKind::Field(_) => {}
            }
        }
        if depth == 0 {
            return Found::No;
        }
        let bases = class.bases.clone();
        for base in &bases {
            match base {
                Value::Class(base) => match self.class_member(base, name, is_static, depth - 1) {
                    Found::No => {}
                    found => return found,
                },
                Value::Term(term) => {
                    if let Some(path) = term.path().filter(|path| !is_plain_base(path)) {
                        return Found::Library(path);
                    }
                }
                _ => {}
            }
        }
        Found::No
    }

    /// The method of a class that sets an instance up.
    pub(crate) fn constructor(&mut self, class: &Rc<ClassValue<'a>>) -> Option<Value<'a>> {
        let name = if self.language() == Language::Python { "__init__" } else { "constructor" };
        match self.class_member(class, name, false, DEEPEST_CLASS) {
            Found::Value(value @ Value::Function(_)) => Some(value),
            _ => None,
        }
    }

    /// The library class that a class extends, if any.
    pub(crate) fn library_base(&self, class: &ClassValue<'a>, depth: usize) -> Option<Text> {
        class.bases.iter().find_map(|base| match base {
            Value::Class(base) if depth > 0 => self.library_base(base, depth - 1),
            Value::Term(term) => term.path(),
            _ => None,
        })
    }

    /// `super`: the bases of the class whose method runs, bound to its instance.
    pub(crate) fn super_object(&mut self) -> Value<'a> {
        let frame = self.frames.iter().rev().find(|frame| frame.class.is_some());
        let Some((class, this)) = frame.and_then(|frame| Some((frame.class.clone()?, frame.this.clone())))
        else {
            return self.unknown(0);
        };
        match class.bases.first() {
            Some(Value::Class(base)) => {
                let id = self.state.allocate(ObjectKind::Instance(Rc::clone(base)));
                if let Some(Value::Object(this)) = this
                    && let Some(object) = self.state.object(this).cloned()
                {
                    for (name, value) in object.fields {
                        self.state.set_field(id, name, value);
                    }
                }
                Value::Object(id)
            }
            Some(base) => base.clone(),
            None => self.unknown(0),
        }
    }

    /// Writes a property.
    pub(crate) fn set_member(&mut self, object: &Value<'a>, name: &str, value: Value<'a>) -> Outcome<()> {
        match object {
            Value::Object(id) => {
                let setter = match self.state.object(*id).map(|object| object.kind.clone()) {
                    Some(ObjectKind::Instance(class)) => setter_of(&class, name),
                    _ => None,
                };
                if let Some(setter) = setter {
                    return self.call(&setter, Some(object.clone()), Arguments::of(vec![value])).map(drop);
                }
                self.state.set_field(*id, Text::from(name), value);
            }
            Value::Class(class) => self.state.set_field(class.statics, Text::from(name), value),
            Value::Either(alternatives) => {
                for one in alternatives.iter() {
                    if let Value::Object(id) = &one.value {
                        let before = self.state.field(*id, name).cloned();
                        let joined = before
                            .map_or_else(|| value.clone(), |old| super::state::join(&old, &[], &value, &[]));
                        self.state.set_field(*id, Text::from(name), joined);
                    }
                }
            }
            Value::Term(term) => {
                if let Some(path) = term.path() {
                    self.set_library_member(&path, name, value);
                } else {
                    self.written_into(term, name, &value);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// An element or entry.
    pub(crate) fn index(&mut self, object: &Value<'a>, index: &Value<'a>) -> Outcome<Value<'a>> {
        self.step()?;
        if let Value::Either(alternatives) = object {
            let mut ways = Vec::new();
            for one in alternatives.iter().filter(|one| !matches!(one.value, Value::Nothing)) {
                let value = self.index(&one.value, index)?;
                ways.push((value, one.facts.to_vec()));
            }
            return Ok(super::expression::one_of(ways));
        }
        if let Value::Either(alternatives) = index
            && matches!(object, Value::Object(_))
        {
            let mut ways = Vec::new();
            for one in alternatives.iter() {
                let value = self.index(object, &one.value)?;
                ways.push((value, one.facts.to_vec()));
            }
            return Ok(super::expression::one_of(ways));
        }
        match object {
            Value::Object(id) => {
                let Some(found) = self.state.object(*id).cloned() else { return Ok(Value::Nothing) };
                if matches!(found.kind, ObjectKind::List) {
                    if let Value::Number(number) = index {
                        let length = found.elements.len();
                        let position = if *number < 0.0 { length as f64 + number } else { *number };
                        let value = found.elements.get(position.max(0.0) as usize).cloned();
                        return Ok(value.or(found.rest).unwrap_or(Value::Nothing));
                    }
                    return Ok(self.some_element(*id));
                }
                if let Some(name) = key_of(index) {
                    if let Some(value) = found.fields.get(&name) {
                        return Ok(value.clone());
                    }
                    if matches!(found.kind, ObjectKind::Instance(_)) {
                        return self.member(object, &name);
                    }
                    return Ok(found.rest.unwrap_or(Value::Nothing));
                }
                Ok(self.some_entry(*id, index))
            }
            Value::Term(term) => {
                if let Some(name) = index.text() {
                    let name = name.to_owned();
                    return Ok(self.term_member(term, &name));
                }
                if term.operands(Op::Part).is_some() || term.operands(Op::Fold).is_some() {
                    return Ok(self.apply(Op::Part, vec![object.clone()]));
                }
                Ok(self.apply(Op::Element, vec![object.clone(), index.clone()]))
            }
            Value::Text(text) => Ok(match index {
                Value::Number(number) if *number >= 0.0 => {
                    let letter = text.chars().nth(*number as usize);
                    letter.map_or(Value::Nothing, |letter| Value::Text(Text::from(letter.to_string())))
                }
                _ => Value::Text(text.clone()),
            }),
            Value::Class(_) => match index.text() {
                Some(name) => {
                    let name = name.to_owned();
                    self.member(object, &name)
                }
                None => Ok(object.clone()),
            },
            Value::Nothing => Ok(self.unknown(0)),
            other => Ok(other.clone()),
        }
    }

    /// Any entry of a record, chosen by a key that is not known: known entries are from the program itself.
    fn some_entry(&mut self, id: ObjectId, key: &Value<'a>) -> Value<'a> {
        let Some(object) = self.state.object(id).cloned() else { return Value::Nothing };
        let mut ways: Vec<(Value<'a>, Vec<_>)> =
            object.fields.values().take(MOST_TURNS).map(|value| (value.clone(), Vec::new())).collect();
        ways.extend(object.rest.map(|rest| (rest, Vec::new())));
        let key_taint = self.taint(key);
        if ways.len() > 8 && ways.iter().all(|(value, _)| matches!(value, Value::Function(_))) {
            // A table of handlers: all of them are possible, no few stand for the others.
            return Value::Either(
                ways.into_iter()
                    .map(|(value, _)| crate::value::Alternative { value, facts: Rc::from([]) })
                    .collect(),
            );
        }
        // One that is not there, or that every object has (`__proto__`): a mark that carries nothing.
        let marked = if key_taint == 0 {
            Value::Nothing
        } else {
            let operands = vec![Value::Object(id), key.clone()];
            self.intern(TermKind::Apply(Op::Element, operands), 0, None)
        };
        ways.push((marked, Vec::new()));
        super::state::either(ways)
    }

    /// Any element of a list.
    pub(crate) fn some_element(&mut self, id: ObjectId) -> Value<'a> {
        let Some(object) = self.state.object(id).cloned() else { return Value::Nothing };
        let mut ways: Vec<(Value<'a>, Vec<_>)> =
            object.elements.iter().take(MOST_TURNS).map(|value| (value.clone(), Vec::new())).collect();
        ways.extend(object.rest.map(|rest| (rest, Vec::new())));
        if ways.is_empty() {
            return Value::Nothing;
        }
        super::state::either(ways)
    }

    /// Writes an element or entry.
    pub(crate) fn set_index(
        &mut self,
        object: &Value<'a>,
        index: &Value<'a>,
        value: Value<'a>,
    ) -> Outcome<()> {
        self.check_key(object, index, &value);
        match object {
            Value::Object(id) => {
                let is_list =
                    matches!(self.state.object(*id).map(|object| &object.kind), Some(ObjectKind::List));
                match index {
                    Value::Number(number) if is_list => {
                        let mut elements = self.state.elements(*id).as_ref().clone();
                        let position = *number as usize;
                        if let Some(place) = elements.get_mut(position) {
                            *place = value;
                        } else if elements.len() < MOST_TURNS {
                            elements.push(value);
                        }
                        self.state.set_elements(*id, elements);
                    }
                    _ => match key_of(index).filter(|_| !is_list) {
                        Some(name) => return self.set_member(object, &name, value),
                        None => self.state.may_hold(*id, &value),
                    },
                }
                Ok(())
            }
            Value::Either(alternatives) => {
                for one in alternatives.iter() {
                    if matches!(one.value, Value::Object(_)) {
                        self.set_index(&one.value, index, value.clone())?;
                    }
                }
                Ok(())
            }
            Value::Term(_) | Value::Class(_) => match key_of(index) {
                Some(name) => self.set_member(object, &name, value),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// A part of a text or list.
    pub(crate) fn slice(
        &mut self,
        object: &Value<'a>,
        from: Option<&Value<'a>>,
        to: Option<&Value<'a>>,
    ) -> Value<'a> {
        let bound = |value: Option<&Value<'a>>, length: usize, default: usize| match value {
            None => Some(default),
            Some(Value::Number(number)) if *number < 0.0 => Some((length as f64 + number).max(0.0) as usize),
            Some(Value::Number(number)) => Some(*number as usize),
            Some(_) => None,
        };
        match object {
            Value::Object(id) => {
                let Some(found) = self.state.object(*id).cloned() else { return Value::Nothing };
                let length = found.elements.len();
                if let (Some(from), Some(to)) = (bound(from, length, 0), bound(to, length, length)) {
                    let part =
                        found.elements.get(from.min(length)..to.min(length)).unwrap_or_default().to_vec();
                    let list = self.list(part);
                    if let (Value::Object(id), Some(rest)) = (&list, &found.rest) {
                        self.state.may_hold(*id, rest);
                    }
                    return list;
                }
                object.clone()
            }
            Value::Text(text) => {
                let length = text.chars().count();
                match (bound(from, length, 0), bound(to, length, length)) {
                    (Some(from), Some(to)) => {
                        let part: String = text.chars().skip(from).take(to.saturating_sub(from)).collect();
                        Value::Text(Text::from(part))
                    }
                    _ => object.clone(),
                }
            }
            other => self.apply(Op::Part, vec![other.clone()]),
        }
    }

    /// The elements that are known, in order, and what others may be.
    pub(crate) fn iterate(&mut self, value: &Value<'a>, over: Over) -> (Vec<Value<'a>>, Option<Value<'a>>) {
        if over == Over::Keys
            && self.language() == Language::Go
            && let Some(range) = self.go_range(value)
        {
            return range;
        }
        match value {
            Value::Object(id) => {
                let Some(object) = self.state.object(*id).cloned() else { return (Vec::new(), None) };
                let keys = matches!(object.kind, ObjectKind::Record)
                    && (over == Over::Keys
                        || (over == Over::Elements && self.language() == Language::Python));
                if keys {
                    let known = object.fields.keys().map(|name| Value::Text(name.clone())).collect();
                    let rest = object.rest.map(|_| self.apply(Op::Key, vec![value.clone()]));
                    return (known, rest);
                }
                match over {
                    Over::Pairs => self.pairs(&object),
                    Over::Keys => {
                        let known =
                            (0..object.elements.len()).map(|index| Value::Number(index as f64)).collect();
                        (known, object.rest.map(|_| self.apply(Op::Measure, vec![value.clone()])))
                    }
                    Over::Elements if matches!(object.kind, ObjectKind::Record) => {
                        // A Map gives pairs, a Set its elements.
                        if object.elements.is_empty() {
                            self.pairs(&object)
                        } else {
                            (object.elements.to_vec(), object.rest)
                        }
                    }
                    Over::Elements => (object.elements.to_vec(), object.rest),
                }
            }
            Value::Text(text) => {
                let known =
                    text.chars().take(MOST_TURNS).map(|letter| Value::Text(Text::from(letter.to_string())));
                (known.collect(), None)
            }
            Value::Either(alternatives) => {
                let mut ways = Vec::new();
                for one in alternatives.iter() {
                    let (known, rest) = self.iterate(&one.value, over);
                    ways.extend(known.into_iter().chain(rest).map(|value| (value, one.facts.to_vec())));
                }
                if ways.is_empty() {
                    return (Vec::new(), None);
                }
                (Vec::new(), Some(super::expression::one_of(ways)))
            }
            Value::Term(_) => {
                let element = self.apply(Op::Element, vec![value.clone(), Value::Nothing]);
                let element = match over {
                    Over::Elements => element,
                    Over::Keys => self.apply(Op::Key, vec![value.clone()]),
                    Over::Pairs => {
                        let key = self.apply(Op::Measure, vec![value.clone()]);
                        self.list(vec![key, element])
                    }
                };
                (Vec::new(), Some(element))
            }
            Value::Class(class) => {
                // An enumeration: its members.
                let known =
                    self.state.object(class.statics).map(|object| object.fields.values().cloned().collect());
                (known.unwrap_or_default(), None)
            }
            _ => (Vec::new(), None),
        }
    }

    /// Pairs of key and value.
    pub(crate) fn pairs(&mut self, object: &super::state::Object<'a>) -> (Vec<Value<'a>>, Option<Value<'a>>) {
        let mut known = Vec::new();
        for (name, value) in &object.fields {
            known.push(self.list(vec![Value::Text(name.clone()), value.clone()]));
        }
        for (index, value) in object.elements.iter().enumerate() {
            known.push(self.list(vec![Value::Number(index as f64), value.clone()]));
        }
        let rest = object.rest.clone().map(|rest| {
            let key = self.apply(Op::Key, vec![rest.clone()]);
            self.list(vec![key, rest])
        });
        (known, rest)
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

/// A method bound to its instance; static ones and values stay as they are.
fn bound<'a>(value: Value<'a>, this: &Value<'a>) -> Value<'a> {
    match value {
        Value::Function(closure)
            if closure.this.is_none()
                && !closure.function.decorators.iter().any(|decorator| {
                    matches!(&decorator.kind, crate::ir::ExpressionKind::Name(name) if &**name == "staticmethod")
                }) =>
        {
            Value::Function(Rc::new(Closure {
                function: closure.function,
                scope: closure.scope,
                this: Some(this.clone()),
                given: closure.given.clone(),
            }))
        }
        value => value,
    }
}

fn setter_of<'a>(class: &Rc<ClassValue<'a>>, name: &str) -> Option<Value<'a>> {
    class.class.members.iter().find_map(|member| match (&member.kind, &member.name.kind) {
        (MemberKind::Setter(function), crate::ir::ExpressionKind::Literal(crate::ir::Literal::Text(own)))
            if &**own == name =>
        {
            Some(Value::Function(Rc::new(Closure {
                function,
                scope: class.scope,
                this: None,
                given: Vec::new(),
            })))
        }
        _ => None,
    })
}

/// Bases that bring no methods worth asking a library for.
fn is_plain_base(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or(path);
    matches!(
        last,
        "object"
            | "ABC"
            | "Enum"
            | "StrEnum"
            | "IntEnum"
            | "str"
            | "Exception"
            | "Error"
            | "Protocol"
            | "Generic"
            | "TypedDict"
            | "NamedTuple"
            | "BaseModel"
            | "BaseSettings"
    )
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
        _ => return None,
    })
}
