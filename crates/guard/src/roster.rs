//! What a server offers right now, as the client has been shown it.

use std::collections::BTreeMap;
use std::sync::Arc;

use portcullis_model::{Item, ItemKind};
use portcullis_policy::PinState;
use portcullis_rules::capability::Capabilities;
use portcullis_wire::schema::Limits;

/// The items of one server.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    items: BTreeMap<(ItemKind, Box<str>), Offer>,
    /// Kinds whose list was shown to its end.
    complete: Vec<ItemKind>,
}

/// One item.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    /// The digest of everything but its name.
    pub(crate) body: Box<str>,
    /// What it can do, where it is a tool.
    pub(crate) capabilities: Capabilities,
    /// How it stands to its pin; [`PinState::Withheld`] when it was not shown to the client.
    pub(crate) pin: PinState,
    /// What its arguments have to look like.
    pub(crate) schema: Schema,
    /// Whether the list that named it is the last one.
    fresh: bool,
}

/// What is known of how a tool's arguments have to look.
#[derive(Debug, Clone, Default)]
pub(crate) enum Schema {
    /// It has none.
    #[default]
    None,
    /// Ready to check.
    Ready(Arc<portcullis_wire::schema::Schema>),
    /// It cannot be used, for this reason.
    Unusable(Box<str>),
}

impl Schema {
    /// The schema that a tool declares.
    pub(crate) fn of(tool: &Item) -> Self {
        let Some(declared) = tool.node.get("inputSchema") else { return Self::None };
        match portcullis_wire::schema::Schema::compile(declared, &Limits::default()) {
            Ok(schema) => Self::Ready(Arc::new(schema)),
            Err(fault) => Self::Unusable(fault.to_string().into()),
        }
    }
}

impl Offer {
    /// An item of the last list.
    pub(crate) fn new(body: &str, pin: PinState, capabilities: Capabilities, schema: Schema) -> Self {
        Self { body: body.into(), pin, capabilities, schema, fresh: true }
    }
}

/// What a roster says of a name.
#[derive(Debug)]
pub(crate) enum Place<'r> {
    /// It is offered, or withheld.
    Offered(&'r Offer),
    /// The whole list was shown, and it is not there.
    Absent,
    /// No list was shown to its end, so nothing is known.
    Unlisted,
}

impl Roster {
    /// A list begins: what it does not name will be gone when it is complete.
    pub(crate) fn begin(&mut self, kind: ItemKind) {
        self.complete.retain(|done| *done != kind);
        self.items.iter_mut().filter(|((of, _), _)| *of == kind).for_each(|(_, offer)| offer.fresh = false);
    }

    /// An item of a list.
    pub(crate) fn add(&mut self, kind: ItemKind, name: &str, offer: Offer) {
        self.items.insert((kind, name.into()), offer);
    }

    /// A list was shown to its end.
    pub(crate) fn finish(&mut self, kind: ItemKind) {
        self.items.retain(|(of, _), offer| *of != kind || offer.fresh);
        self.complete.push(kind);
    }

    /// What is known of a name.
    pub(crate) fn place(&self, kind: ItemKind, name: &str) -> Place<'_> {
        match self.items.get(&(kind, name.into())) {
            Some(offer) => Place::Offered(offer),
            None if self.complete.contains(&kind) => Place::Absent,
            None => Place::Unlisted,
        }
    }

    /// How many items are known.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// The tools that the client was shown.
    pub(crate) fn tools(&self) -> impl Iterator<Item = &str> {
        let shown = self
            .items
            .iter()
            .filter(|((kind, _), offer)| *kind == ItemKind::Tool && offer.pin != PinState::Withheld);
        shown.map(|((_, name), _)| &**name)
    }
}
