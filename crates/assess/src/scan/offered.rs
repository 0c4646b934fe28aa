//! The tools that source code offers, as the report shows them: what each declares and what its code does.

use std::collections::BTreeMap;

use portcullis_model::{Bundle, Item, ItemKind, Node, Span, Value};
use portcullis_report::{CapabilityClass, CodePlace, SourceText, SourceTool, ToolEffect};
use portcullis_rules::{Looked, capability};
use portcullis_source::analysis::{Effect, Offer, OfferKind, Spot};
use portcullis_source::decoded;
use portcullis_source::library::EffectKind;
use portcullis_text::secret;

use super::packages;
use crate::summary;

/// The tools of a bundle, in the order of its code.
pub(super) fn tools(looked: &Looked, bundle: &Bundle) -> Vec<SourceTool> {
    let mut lines = Lines { bundle, texts: BTreeMap::new() };
    looked
        .analysis
        .offers
        .iter()
        .filter(|offer| offer.kind == OfferKind::Tool)
        .map(|offer| tool(offer, &mut lines))
        .collect()
}

fn tool(offer: &Offer, lines: &mut Lines<'_>) -> SourceTool {
    let mut effects: Vec<ToolEffect> =
        offer.effects.iter().map(|effect| tool_effect(effect, lines)).collect();
    effects.sort_unstable();
    effects.dedup();
    let item = Item {
        kind: ItemKind::Tool,
        name: offer.name.clone(),
        pointer: portcullis_model::Pointer::root(),
        node: offer.declaration.clone(),
    };
    SourceTool {
        name: secret::redact(&offer.name).into_owned(),
        description: offer.description.as_deref().map(|text| secret::redact(text).into_owned()),
        input_schema: item.input_schema().cloned().map(redacted),
        registered: lines.place(&offer.registered),
        effects,
        capability: capability(offer, &item),
    }
}

/// What follows from a tool's words and from its code: each tells what the other may hide.
fn capability(offer: &Offer, item: &Item) -> Vec<CapabilityClass> {
    let mut classes = summary::classes(&capability::of_tool(item));
    for effect in &offer.effects {
        match effect.kind {
            EffectKind::Network => {
                classes.extend([CapabilityClass::ExternalIngestion, CapabilityClass::NetworkAccess]);
            }
            EffectKind::Read | EffectKind::Database | EffectKind::Clipboard | EffectKind::Keyring => {
                classes.push(CapabilityClass::PrivacyAccess);
            }
            _ => {}
        }
    }
    classes.sort_unstable();
    classes.dedup();
    classes
}

fn tool_effect(effect: &Effect, lines: &mut Lines<'_>) -> ToolEffect {
    ToolEffect {
        kind: word(effect.kind),
        detail: effect.detail.as_deref().map(|detail| secret::redact(detail).into_owned()),
        function: effect.function.clone(),
        place: lines.place(&effect.spot),
    }
}

const fn word(kind: EffectKind) -> &'static str {
    match kind {
        EffectKind::Process => "process",
        EffectKind::Evaluate => "evaluate",
        EffectKind::Read => "read",
        EffectKind::Write => "write",
        EffectKind::Delete => "delete",
        EffectKind::Network => "network",
        EffectKind::Listen => "listen",
        EffectKind::Environment => "environment",
        EffectKind::Clipboard => "clipboard",
        EffectKind::Keyring => "keyring",
        EffectKind::Database => "database",
        EffectKind::Fingerprint => "fingerprint",
        EffectKind::Native => "native",
    }
}

/// A tree without the secrets that stand in its texts.
fn redacted(node: Node) -> Node {
    let value = match node.value {
        Value::Text(text) => Value::Text(secret::redact(&text).into()),
        Value::List(items) => Value::List(items.into_iter().map(redacted).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .into_iter()
                .map(|mut entry| {
                    entry.node = redacted(entry.node);
                    entry
                })
                .collect(),
        ),
        plain => plain,
    };
    Node { value, span: node.span }
}

/// Lines of places in the files of a bundle. A file's lines are counted once.
struct Lines<'b> {
    bundle: &'b Bundle,
    texts: BTreeMap<String, Option<SourceText>>,
}

impl Lines<'_> {
    fn place(&mut self, spot: &Spot) -> CodePlace {
        let text = self.texts.entry(spot.path.clone()).or_insert_with(|| {
            let (text, _) = decoded(&spot.path, &self.bundle.file(&spot.path)?.bytes);
            Some(SourceText::redacted(&text, &[]))
        });
        let at = spot.at.start as usize;
        let line = text.as_ref().map_or(0, |text| text.place(Span::new(at, at)).line);
        CodePlace { file: packages::shown(self.bundle, &spot.path), line }
    }
}
