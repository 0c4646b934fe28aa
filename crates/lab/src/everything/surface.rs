//! What the server offers, as data: `surface.json` beside this file.

use portcullis_model::Node;

use crate::node::literal;

/// How the name of an item begins that comes and goes.
const EXTRA: &str = "test_extra_";

pub(super) fn read() -> Node {
    literal(include_str!("surface.json"))
}

/// Whether an item is there only after a change.
pub(super) fn is_extra(item: &Node) -> bool {
    item.get_text("name").is_some_and(|name| name.starts_with(EXTRA))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surface_reads_and_has_items_of_every_kind() {
        let surface = read();
        for kind in ["tools", "prompts", "resources", "resourceTemplates"] {
            assert!(!surface.get(kind).unwrap().items().is_empty(), "{kind}");
        }
        let extra =
            |kind: &str| surface.get(kind).unwrap().items().iter().filter(|item| is_extra(item)).count();
        assert_eq!((extra("tools"), extra("prompts")), (1, 1));
    }

    #[test]
    fn the_headers_that_tools_ask_for_are_valid() {
        for tool in read().get("tools").unwrap().items() {
            crate::headers::mirrors(tool.get("inputSchema").unwrap()).unwrap();
        }
    }
}
