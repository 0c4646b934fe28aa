//! What source code offers, in the form that rules about surfaces look at.

use portcullis_model::{Finding, Item, ItemKind, Pointer, Span, Surface};
use portcullis_source::Analysis;
use portcullis_source::analysis::{Offer, OfferKind, Spot};
use portcullis_source::ir::At;

/// What was found in a bundle, and what was found out about it.
#[derive(Debug, Clone)]
pub struct Looked {
    /// What the rules say.
    pub findings: Vec<Finding>,
    /// What the source code does.
    pub analysis: Analysis,
    /// The tools, prompts and resources that the source code offers, as far as their declarations are known.
    pub surface: Surface,
}

/// What source code offers.
pub(crate) struct Offers {
    /// As a server's surface.
    pub(crate) surface: Surface,
    /// Where each item of the surface is registered.
    pub(crate) registered: Vec<Spot>,
}

/// The offers of an analysis that belong to the protocol: routes of a web server do not.
pub(crate) fn offers(analysis: &Analysis) -> Offers {
    let mut surface = Surface::default();
    let mut registered = Vec::new();
    for offer in &analysis.offers {
        let Some(item) = item(offer, surface.items.len()) else { continue };
        surface.items.push(item);
        registered.push(offer.registered.clone());
    }
    Offers { surface, registered }
}

fn item(offer: &Offer, position: usize) -> Option<Item> {
    let pointer = Pointer::of(&["offers", &position.to_string()]);
    let node = offer.declaration.clone();
    Some(Item { kind: kind(offer.kind)?, name: offer.name.clone(), pointer, node })
}

/// The kind of item that an offer is; none for a route.
pub(crate) const fn kind(kind: OfferKind) -> Option<ItemKind> {
    match kind {
        OfferKind::Tool => Some(ItemKind::Tool),
        OfferKind::Prompt => Some(ItemKind::Prompt),
        OfferKind::Resource => Some(ItemKind::Resource),
        OfferKind::Route => None,
    }
}

/// The bytes of a place in source code.
pub(crate) const fn span(at: At) -> Span {
    Span::new(at.start as usize, at.end as usize)
}

/// Files that show how something is done.
pub(crate) fn is_example(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    ["example", "sample", "demo", "test", "fixture", "mock", "docs/", "locales/", "i18n"]
        .iter()
        .any(|part| lower.contains(part))
}
