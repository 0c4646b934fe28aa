//! What calls do to the world, and what of their operands is known.

use super::sources::ATTACKER;
use super::{Arguments, Interpreter};
use crate::analysis::{Effect, SourceKind};
use crate::library::{EffectKind, Model, Op, Sink, Slot, When};
use crate::value::{Place, TermKind, Value};

impl<'a> Interpreter<'a> {
    pub(crate) fn note_effects(
        &mut self,
        model: &'static Model,
        path: &str,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) {
        let writes = |sink: &Sink| match sink.when {
            When::Writes(mode) => Some(mode),
            _ => None,
        };
        if model.effects.is_empty() && !model.sinks.iter().any(|sink| writes(sink).is_some()) {
            return;
        }
        let slot = model.sinks.first().map_or(Slot::At(0), |sink| sink.slot);
        let detail = self.slot(slot, receiver, arguments).first().and_then(|value| self.known_part(value, 4));
        for kind in model.effects {
            self.note_effect(*kind, detail.clone(), path, arguments);
        }
        if let Some(mode) = model.sinks.iter().find_map(writes) {
            let writes = self.mode_writes(mode, receiver, arguments);
            let kind = if writes { EffectKind::Write } else { EffectKind::Read };
            self.note_effect(kind, detail, path, arguments);
        }
    }

    /// Notes something that the code does.
    pub(crate) fn note_effect(
        &mut self,
        kind: EffectKind,
        detail: Option<String>,
        path: &str,
        arguments: &Arguments<'a>,
    ) {
        let place = self.here;
        let taint = arguments.all().fold(0, |taint, value| taint | self.taint(value));
        if taint & ATTACKER != 0 {
            self.is_reached();
        }
        let next = self.effects.len();
        if next > 4000 {
            return;
        }
        let at = *self.seen_effects.entry((kind, place, detail.clone())).or_insert(next);
        self.record_effect(at, place);
        if at != next {
            return;
        }
        let mut inputs = Vec::new();
        let mut carries = Vec::new();
        for source in self.sources.of(taint) {
            match source.kind {
                SourceKind::Environment | SourceKind::PrivateFile => {
                    carries.push(source.kind);
                    inputs.push(source.name);
                }
                _ => inputs.push(source.name),
            }
        }
        carries.dedup();
        let spot = self.spot(place);
        let (sends, address, when) =
            (self.sent(arguments), self.address(arguments), self.strange_conditions());
        let function = path.to_owned();
        self.effects.push(Effect { kind, detail, function, spot, inputs, carries, sends, address, when });
    }

    /// Notes once more what a call did before.
    pub(crate) fn note_again(&mut self, place: Place, effect: Effect) {
        let next = self.effects.len();
        if next > 4000 {
            return;
        }
        let key = (effect.kind, place, effect.detail.clone());
        let at = *self.seen_effects.entry(key).or_insert(next);
        self.record_effect(at, place);
        if at == next {
            self.effects.push(effect);
        }
    }

    /// The known beginning of a text: a host, a path, a program.
    pub(crate) fn known_part(&self, value: &Value<'a>, depth: usize) -> Option<String> {
        match value {
            Value::Text(text) => Some(text.chars().take(300).collect()),
            Value::Term(term) if depth > 0 => match term.kind() {
                TermKind::Apply(
                    Op::Concat
                    | Op::JoinPath
                    | Op::Same
                    | Op::ParseUrl
                    | Op::ResolvePath
                    | Op::RealPath
                    | Op::ExpandPath
                    | Op::Or
                    | Op::Decode,
                    operands,
                ) => operands.iter().find_map(|operand| self.known_part(operand, depth - 1)),
                _ => None,
            },
            Value::Either(alternatives) if depth > 0 => {
                alternatives.iter().find_map(|one| self.known_part(&one.value, depth - 1))
            }
            Value::Object(id) if depth > 0 => {
                let object = self.state.object(*id)?;
                let first = object.elements.first();
                let named = ["hostname", "host", "url"].iter().find_map(|name| object.fields.get(*name));
                first.or(named).and_then(|value| self.known_part(value, depth - 1))
            }
            _ => None,
        }
    }

    /// A file whose content is private by its name: its content is an input of its own.
    pub(crate) fn private_file(
        &mut self,
        model: &'static Model,
        receiver: Option<&Value<'a>>,
        arguments: &Arguments<'a>,
    ) -> Option<Value<'a>> {
        let reads = model.effects.contains(&EffectKind::Read)
            || model.sinks.iter().any(|sink| matches!(sink.when, When::Writes(_)));
        if !reads {
            return None;
        }
        let slot = model.sinks.first().map_or(Slot::At(0), |sink| sink.slot);
        let path =
            self.slot(slot, receiver, arguments).first().and_then(|value| self.known_tail(value, 6))?;
        is_private(&path).then(|| self.private(SourceKind::PrivateFile, &path))
    }

    /// The known end of a path.
    pub(crate) fn known_tail(&self, value: &Value<'a>, depth: usize) -> Option<String> {
        match value {
            Value::Text(text) => Some(text.to_string()),
            Value::Term(term) if depth > 0 => match term.kind() {
                TermKind::Apply(
                    Op::Concat
                    | Op::JoinPath
                    | Op::AppendPath
                    | Op::Same
                    | Op::ResolvePath
                    | Op::RealPath
                    | Op::ExpandPath
                    | Op::Element,
                    operands,
                ) => {
                    let known: Vec<String> =
                        operands.iter().filter_map(|operand| self.known_tail(operand, depth - 1)).collect();
                    (!known.is_empty()).then(|| known.join("/"))
                }
                TermKind::Input(position) => self
                    .sources
                    .get(*position)
                    .filter(|source| source.kind == SourceKind::PrivateFile)
                    .map(|source| source.name.clone()),
                // What a folder holds is in the folder.
                TermKind::Result(path, operands)
                    if [".glob", ".rglob", ".iterdir"].iter().any(|list| path.ends_with(list)) =>
                {
                    operands.first().and_then(|folder| self.known_tail(folder, depth - 1))
                }
                _ => None,
            },
            Value::Either(alternatives) if depth > 0 => {
                alternatives.iter().find_map(|one| self.known_tail(&one.value, depth - 1))
            }
            _ => None,
        }
    }
}

/// Names of files whose content is private.
pub(crate) fn is_private(path: &str) -> bool {
    const PRIVATE: &[&str] = &[
        ".ssh",
        "id_rsa",
        "id_ed25519",
        ".aws/credentials",
        ".netrc",
        ".npmrc",
        ".pypirc",
        ".env",
        ".git-credentials",
        ".kube/config",
        ".docker/config.json",
        "/etc/shadow",
        "/etc/passwd",
        "Login Data",
        "Cookies",
        "wallet.dat",
        ".gnupg",
        ".config/gcloud",
        ".azure",
        ".bash_history",
        ".zsh_history",
        "mcp.json",
        "claude_desktop_config.json",
        "keychain",
        ".password-store",
    ];
    PRIVATE.iter().any(|name| path.contains(name)) && !path.ends_with(".env.example")
}
