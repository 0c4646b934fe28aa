//! What holds of every text, however strange.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)] // a test may panic

use portcullis_hosts::edit::Change;
use portcullis_hosts::{is_reference, read_bytes};
use portcullis_model::{Edit, Node, Span};
use proptest::prelude::*;

/// Text made of what formats are made of.
fn text() -> impl Strategy<Value = String> {
    let parts = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "'",
        "\n",
        "  ",
        "- ",
        "# ",
        "//",
        "/*",
        "*/",
        "&a ",
        "*a",
        "<<: *a",
        "!x ",
        "|\n",
        "= ",
        "[a]\n",
        "a",
        "mcpServers",
        "command",
        "ä",
        "🛡",
        "\r\n",
        "\u{feff}",
        "<plist>",
        "<dict>",
        "<key>",
        "</key>",
        "\\u",
    ];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..60).prop_map(|parts| parts.concat())
}

fn spans(node: &Node, spans: &mut Vec<Span>) {
    spans.push(node.span);
    node.items().iter().for_each(|item| self::spans(item, spans));
    for entry in node.entries() {
        spans.push(entry.key_span);
        self::spans(&entry.node, spans);
    }
}

proptest! {
    #[test]
    fn every_place_lies_between_characters_of_the_text(text in text()) {
        for name in ["x/.cursor/mcp.json", "x/goose/config.yaml", "x/.codex/config.toml", "x/com.openai.codex.plist"] {
            let Ok(reading) = read_bytes(text.as_bytes(), name) else { continue };
            let mut places = reading.comments.clone();
            spans(&reading.config.root, &mut places);
            for place in places {
                prop_assert!(reading.text.get(place.start..place.end).is_some(), "{name} {place:?}");
            }
        }
    }

    #[test]
    fn an_edit_changes_nothing_else(name in "[a-zäö🛡 ]{1,12}", value in "[^\"\\\\\\x00-\\x1f]{0,20}", utf16: bool) {
        let text = format!("{{ // {name}\n \"mcpServers\": {{\"{name}\": {{\"command\": \"old\"}},}} }}\n");
        let bytes: Vec<u8> = match utf16 {
            true => [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
            false => text.clone().into_bytes(),
        };
        let reading = read_bytes(&bytes, "x/.cursor/mcp.json").ok().unwrap();
        let start = reading.text.find("\"old\"").unwrap();
        let replacement = format!("\"{value}\"");
        let edit = Edit::Replace { file: reading.config.path.clone(), span: Span::new(start, start + 5), replacement };
        let change = Change::plan(&reading, &[edit]).unwrap();
        prop_assert_eq!(change.after(), text.replace("\"old\"", &format!("\"{value}\"")));
    }

    #[test]
    fn a_key_is_never_taken_for_a_reference(key in "[A-Za-z]{8}[0-9]{8}[A-Za-z0-9]{0,24}", name in "[A-Z][A-Z_]{1,8}") {
        for value in [key.clone(), format!("Bearer {key}"), format!("{key} ${name}"), format!("${{{name}:-{key}}}")] {
            prop_assert!(!is_reference(&value), "{value}");
        }
        prop_assert!(is_reference(&format!("Bearer ${{{name}}}")), "{name}");
    }
}
