//! Texts that are put together and taken apart.

use crate::library::Op;
use crate::value::{Term, TermKind, Text, Value};

use super::Interpreter;

/// A known text does not grow beyond this.
const LONGEST: usize = 256 * 1024;

/// A text of more parts than this is not taken apart to be put together with others.
const MOST_PARTS: usize = 64;

impl<'a> Interpreter<'a> {
    /// The text of a value. What came in may be a record or a list; its text is neither.
    pub(crate) fn as_text(&mut self, value: Value<'a>) -> Value<'a> {
        let may_be_record = |term: &Term<'a>| {
            matches!(
                term.kind(),
                TermKind::Input(_) | TermKind::Apply(Op::Field | Op::Element | Op::ParseJson, _)
            )
        };
        match &value {
            Value::Term(term) if may_be_record(term) && term.taint() != 0 => {
                self.apply(Op::Same, vec![value])
            }
            _ => value,
        }
    }

    /// Texts one after the other. Known neighbours become one; nothing known is left out.
    pub(crate) fn concat(&mut self, values: Vec<Value<'a>>) -> Value<'a> {
        let mut parts: Vec<Value<'a>> = Vec::new();
        for value in values {
            match value {
                // A long text is a part of the next: taken apart again and again, a loop would cost its square.
                Value::Term(term)
                    if term.operands(Op::Concat).is_some_and(|inner| inner.len() < MOST_PARTS) =>
                {
                    let inner = term.operands(Op::Concat).unwrap_or_default().to_vec();
                    inner.into_iter().for_each(|part| push(&mut parts, part));
                }
                value if let Some(written) = self.written(&value) => push(&mut parts, written),
                value => match shown(&value) {
                    Some(text) => push(&mut parts, Value::Text(text)),
                    None => push(&mut parts, value),
                },
            }
        }
        match parts.as_slice() {
            [] => Value::Text(Text::from("")),
            [Value::Text(_)] => parts.swap_remove(0),
            _ => self.apply(Op::Concat, parts),
        }
    }

    /// Python's `text % values`.
    pub(crate) fn percent(&mut self, format: Value<'a>, values: &Value<'a>) -> Value<'a> {
        let (known, rest) = match values {
            Value::Object(_) => self.iterate(values, crate::ir::Over::Elements),
            value => (vec![value.clone()], None),
        };
        let mut fields = Vec::new();
        let mut named = crate::ordered::Ordered::default();
        if let Value::Object(id) = values
            && let Some(object) = self.state.object(*id)
        {
            fields = object.fields.values().cloned().collect();
            named = object.fields.clone();
        }
        let Some(text) = format.text() else {
            let mut all = vec![format];
            all.extend(known.into_iter().chain(fields).chain(rest));
            return self.concat(all);
        };
        let mut parts = Vec::new();
        let mut values = known.into_iter().chain(fields);
        let mut pieces = text.split('%');
        parts.push(Value::Text(Text::from(pieces.next().unwrap_or_default())));
        let mut literal_percent = false;
        for piece in pieces {
            if literal_percent {
                parts.push(Value::Text(Text::from(format!("%{piece}"))));
                literal_percent = false;
                continue;
            }
            if piece.is_empty() {
                literal_percent = true;
                continue;
            }
            let end = piece.find(|letter: char| letter.is_ascii_alphabetic() && letter != 'l').unwrap_or(0);
            let is_number =
                matches!(piece.as_bytes().get(end), Some(b'd' | b'i' | b'x' | b'f' | b'o' | b'e' | b'g'));
            let close = piece.find(')').filter(|_| piece.starts_with('('));
            let end = close.map_or(end, |close| close + 1);
            let is_written = matches!(piece.as_bytes().get(end), Some(b'r' | b'q' | b'a'));
            let named = close.and_then(|close| named.get(piece.get(1..close).unwrap_or_default()).cloned());
            let value = if close.is_some() { named } else { values.next() };
            if let Some(value) = value {
                let value = if is_written { self.apply(Op::WriteJson, vec![value]) } else { value };
                let value = if is_number { self.apply(Op::Number, vec![value]) } else { value };
                parts.push(value);
            } else if let Some(rest) = &rest {
                parts.push(rest.clone());
            }
            parts.push(Value::Text(Text::from(piece.get(end + 1..).unwrap_or_default())));
        }
        self.concat(parts)
    }

    /// What `.name` and `[key]` behind a place of a format take out of its value.
    fn part_named(&mut self, value: Value<'a>, path: &str) -> Value<'a> {
        let mut value = value;
        for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
            let name = Text::from(step.trim_end_matches(']'));
            let part = match value.term() {
                None if step.ends_with(']') => self.index(&value, &Value::Text(name)),
                _ => self.member(&value, &name),
            };
            value = part.unwrap_or(Value::Nothing);
        }
        value
    }

    /// Python's `text.format(…)` and Go's `Sprintf`, whose places are `%v`.
    pub(crate) fn format(&mut self, format: &str, given: &super::Arguments<'a>) -> Value<'a> {
        let mut parts = Vec::new();
        let mut rest = format;
        let mut next = 0;
        while let Some(open) = rest.find('{') {
            let (before, after) = rest.split_at(open);
            parts.push(Value::Text(Text::from(before)));
            if let Some(escaped) = after.strip_prefix("{{") {
                parts.push(Value::Text(Text::from("{")));
                rest = escaped;
                continue;
            }
            let Some(close) = after.find('}') else {
                rest = after;
                break;
            };
            let name = after.get(1..close).unwrap_or_default();
            let field = name.split([':', '!']).next().unwrap_or_default();
            let name = field.split(['.', '[']).next().unwrap_or_default();
            let value = if name.is_empty() {
                next += 1;
                given.plain.get(next - 1).cloned()
            } else if let Ok(position) = name.parse::<usize>() {
                given.plain.get(position).cloned()
            } else {
                given.named(name).cloned()
            };
            let value = value.or_else(|| given.rest.clone());
            let value = value.unwrap_or_else(|| self.unknown(0));
            parts.push(self.part_named(value, field.get(name.len()..).unwrap_or_default()));
            rest = after.get(close + 1..).unwrap_or_default();
        }
        parts.push(Value::Text(Text::from(rest)));
        self.concat(parts)
    }
}

fn push<'a>(parts: &mut Vec<Value<'a>>, part: Value<'a>) {
    if let (Some(Value::Text(last)), Value::Text(next)) = (parts.last(), &part) {
        if last.len() + next.len() <= LONGEST {
            let joined = Text::from(format!("{last}{next}"));
            parts.pop();
            parts.push(Value::Text(joined));
        }
        return;
    }
    if matches!(&part, Value::Text(text) if text.is_empty()) && !parts.is_empty() {
        return;
    }
    parts.push(part);
}

/// A known value as text.
pub(crate) fn shown(value: &Value<'_>) -> Option<Text> {
    Some(match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => Text::from(number.to_string()),
        Value::Bool(value) => Text::from(value.to_string()),
        Value::Nothing => Text::from(""),
        _ => return None,
    })
}
