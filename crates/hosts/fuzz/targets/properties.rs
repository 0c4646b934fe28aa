//! What has to hold of every configuration that was read, whatever it holds.

use portcullis_hosts::Reading;
use portcullis_model::{Launch, Node, Span, Value};

/// Every place lies in the text and between characters.
pub fn places_lie_in_the_text(reading: &Reading) {
    let inside = |span: Span| assert!(reading.text.get(span.start..span.end).is_some(), "{span:?}");
    walk(&reading.config.root, &mut |node| inside(node.span));
    reading.comments.iter().for_each(|span| inside(*span));
    for server in &reading.config.servers {
        inside(server.span);
        inside(server.name_span);
        match &server.launch {
            Launch::Stdio { command, args, env, .. } => {
                args.iter().chain([command]).for_each(|word| inside(word.span));
                env.iter().for_each(|variable| inside(variable.span));
            }
            Launch::Remote { url, headers, .. } => {
                inside(url.span);
                headers.iter().for_each(|header| inside(header.span));
            }
            Launch::Unknown => {}
        }
    }
    for setting in &reading.config.settings {
        inside(setting.value.span);
    }
}

/// A text that is spelt without quotes and escapes is spelt as it reads.
pub fn plain_texts_stand_where_they_say(reading: &Reading) {
    walk(&reading.config.root, &mut |node| {
        let Value::Text(text) = &node.value else { return };
        let spelt = &reading.text[node.span.start..node.span.end];
        if !spelt.contains(['"', '\'', '\\', '\n', '\r', '&', '<', '>', '!', '\u{85}', '\u{2028}', '\u{2029}', '|']) {
            assert_eq!(spelt.trim(), text.trim()); // a block ends where its last line does
        }
    });
}

fn walk(node: &Node, visit: &mut dyn FnMut(&Node)) {
    visit(node);
    node.items().iter().for_each(|item| walk(item, visit));
    node.entries().iter().for_each(|entry| walk(&entry.node, visit));
}
