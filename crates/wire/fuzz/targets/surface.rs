//! A surface keeps every text of its document, whatever its shape.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_model::{Node, Pointer};
use portcullis_wire::documents::Documents;
use portcullis_wire::json::{self, Dialect, Limits};
use portcullis_wire::surface;

fuzz_target!(|bytes: &[u8]| {
    let Ok(documents) = Documents::open(bytes, 1 << 16) else { return };
    for piece in documents {
        let Ok(bytes) = piece.expect("a slice is always read").bytes else { continue };
        let Ok(document) = json::read(&bytes, Dialect::Jsonc, &Limits::default()) else { continue };
        for root in surface::split(document.root) {
            let wanted = texts([&root]);
            let Ok(reading) = surface::read(root, "fallback") else { continue };
            let surface = &reading.surface;
            let items = surface.items.iter().map(|item| &item.node);
            let rest = surface.rest.iter().map(|entry| &entry.node);
            let kept = texts(items.chain(rest).chain(&surface.instructions));
            // The server's name and version are the only two that are not kept in a node.
            assert!(kept.len() + 2 >= wanted.len() && kept.len() <= wanted.len());
        }
    }
});

/// The texts that are not keys: the keys of the surface itself are structure.
fn texts<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> Vec<String> {
    let mut texts = Vec::new();
    for node in nodes {
        node.visit_texts(&mut Pointer::root(), &mut |at, _| {
            if !at.is_key {
                texts.push(at.text.to_owned());
            }
        });
    }
    texts
}
