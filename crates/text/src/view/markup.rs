//! What rendered markup does not show: comments, and elements that are made invisible.

use memchr::{memchr, memmem};
use portcullis_model::Span;

use super::Draft;
use super::rewrite;
use crate::view::ViewKind;

/// Longest opening tag that is read, in bytes.
const LONGEST_TAG: usize = 4096;
/// Longest label of a link definition, its indentation included, in bytes.
const LONGEST_LABEL: usize = 72;
/// Shortest comment that is looked at, in bytes.
const SHORTEST_COMMENT: usize = 6;

/// What the style of an element says when nobody is to see it; compared in small letters without blanks.
const UNSEEN: &[&str] = &[
    "display:none",
    "visibility:hidden",
    "font-size:0",
    "font-size:1px",
    "opacity:0;",
    "opacity:0\"",
    "opacity:0'",
    "opacity:0.0",
    "color:white",
    "color:#fff",
    "color:transparent",
    "color:rgb(255,255,255)",
    "color:rgba(255,255,255",
    "color:rgba(0,0,0,0)",
    "left:-9999",
    "top:-9999",
    "text-indent:-9999",
    "height:0;width:0",
    "width:0;height:0",
    "clip:rect(0",
    "clip-path:inset(100%)",
];
/// Elements whose text is not displayed.
const SILENT: &[&str] = &["template", "noscript", "noembed", "noframes"];
/// Elements without an end.
const VOID: &[&str] =
    &["img", "br", "hr", "input", "meta", "link", "wbr", "source", "area", "base", "col", "embed"];

/// Adds the comments and the hidden elements of HTML and XML.
pub(crate) fn look(text: &str, drafts: &mut Vec<Draft>) {
    let mut comments = Vec::new();
    let mut hidden = Vec::new();
    let mut from = 0;
    while let Some(at) = memchr(b'<', text.as_bytes().get(from..).unwrap_or_default()) {
        let start = from + at;
        let rest = text.get(start..).unwrap_or_default();
        from = if rest.starts_with("<!--") {
            comment(rest, start, "<!--", "-->", &mut comments)
        } else if let Some(tag) = Tag::at(rest).filter(Tag::hides) {
            let end = tag.element_end(rest);
            hidden.push(Span::new(start + tag.length, start + end));
            start + end
        } else {
            start + 1
        };
    }
    let found = [(ViewKind::Comment, comments), (ViewKind::HiddenMarkup, hidden)];
    for (kind, spans) in found {
        drafts.extend(rewrite::pieces(text, &spans).map(|done| Draft::rewritten(kind, done)));
    }
}

/// Adds the comments of Markdown: link definitions that nothing refers to, `[//]: # (text)` and `[comment]: <> (text)`.
pub(crate) fn look_for_markdown(text: &str, drafts: &mut Vec<Draft>) {
    let mut comments = Vec::new();
    for opening in memmem::find_iter(text.as_bytes(), b"]:") {
        let Some(label) = label_before(text, opening) else { continue };
        let body = text.get(opening + 2..).unwrap_or_default();
        let body = body.get(..memchr(b'\n', body.as_bytes()).unwrap_or(body.len())).unwrap_or(body);
        let target = body.trim_start();
        let nowhere = target.starts_with('#') || target.starts_with("<>");
        let named = label == "//" || label.eq_ignore_ascii_case("comment");
        if (nowhere || named) && body.len() >= SHORTEST_COMMENT {
            let start = opening + 2 + (body.len() - target.len());
            comments.push(Span::new(start, opening + 2 + body.len()));
        }
    }
    drafts.extend(rewrite::pieces(text, &comments).map(|done| Draft::rewritten(ViewKind::Comment, done)));
}

/// The label of a link definition, which opens its line and ends at `end`.
fn label_before(text: &str, end: usize) -> Option<&str> {
    let before = text.get(text.floor_char_boundary(end.saturating_sub(LONGEST_LABEL))..end)?;
    let (line, label) = before.rsplit_once('[')?;
    let opens_line = line.rsplit('\n').next().is_none_or(|indent| indent.trim().is_empty());
    (opens_line && !label.contains('\n')).then_some(label)
}

/// Notes the body of the comment that begins `rest`; returns where to go on. An open comment reaches to the end.
fn comment(rest: &str, start: usize, open: &str, close: &str, comments: &mut Vec<Span>) -> usize {
    let body = rest.get(open.len()..).unwrap_or_default();
    let length = memmem::find(body.as_bytes(), close.as_bytes());
    let end = length.unwrap_or(body.len());
    if end >= SHORTEST_COMMENT {
        comments.push(Span::new(start + open.len(), start + open.len() + end));
    }
    start + open.len() + end + length.map_or(0, |_| close.len())
}

/// An opening tag.
struct Tag<'t> {
    name: &'t str,
    attributes: &'t str,
    length: usize,
}

impl<'t> Tag<'t> {
    fn at(rest: &'t str) -> Option<Self> {
        let bytes = rest.as_bytes().get(1..)?;
        let named = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        let length = bytes.iter().take(64).take_while(|byte| named(byte)).count();
        if !bytes.first()?.is_ascii_alphabetic() {
            return None;
        }
        let after = tag_length(bytes.get(length..)?)?;
        let end = 1 + length + after;
        Some(Self { name: rest.get(1..=length)?, attributes: rest.get(1 + length..end)?, length: end + 1 })
    }

    /// True when what the element holds is not displayed.
    fn hides(&self) -> bool {
        if self.attributes.ends_with('/') || VOID.iter().any(|name| self.name.eq_ignore_ascii_case(name)) {
            return false;
        }
        if SILENT.iter().any(|name| self.name.eq_ignore_ascii_case(name)) {
            return true;
        }
        if self.attributes.is_empty() {
            return false;
        }
        let lower: String = self
            .attributes
            .chars()
            .filter(|character| !character.is_whitespace())
            .map(|character| character.to_ascii_lowercase())
            .collect();
        let attribute = self.attributes.split_ascii_whitespace().any(|word| {
            word.eq_ignore_ascii_case("hidden") || word.to_ascii_lowercase().starts_with("hidden=")
        });
        attribute || UNSEEN.iter().any(|style| says(&lower, style))
    }

    /// Where the element ends: at its closing tag, elements of the same name inside it counted; else at the end.
    fn element_end(&self, rest: &str) -> usize {
        let mut depth = 1;
        let mut at = self.length;
        while let Some(next) = memchr(b'<', rest.as_bytes().get(at..).unwrap_or_default()) {
            let start = at + next;
            let after = rest.get(start + 1..).unwrap_or_default();
            let (closing, name) = after.strip_prefix('/').map_or((false, after), |name| (true, name));
            let same = name.get(..self.name.len()).is_some_and(|name| name.eq_ignore_ascii_case(self.name))
                && !name.as_bytes().get(self.name.len()).is_some_and(u8::is_ascii_alphanumeric);
            if same {
                depth = if closing { depth - 1 } else { depth + 1 };
            }
            if depth == 0 {
                return start;
            }
            at = start + 1;
        }
        rest.len()
    }
}

/// Where the `>` of a tag stands; quoted text may hold one. A tag that holds an unquoted `<` is none.
fn tag_length(attributes: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (at, &byte) in attributes.iter().take(LONGEST_TAG).enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(at),
            (None, b'<') => return None,
            (None, _) => {}
        }
    }
    None
}

/// A style in an attribute; `color:` of the letters is not the `background-color:`, and `0` is not `0.8`.
fn says(attributes: &str, style: &str) -> bool {
    attributes.match_indices(style).any(|(at, _)| {
        let before = attributes.get(..at).unwrap_or_default();
        let after = attributes.get(at + style.len()..).unwrap_or_default();
        let other_property = before.ends_with('-') && !style.starts_with("font");
        let goes_on = style.ends_with('0')
            && after.starts_with(|next: char| next == '.' || next.is_ascii_digit())
            && !style.ends_with("0.0");
        let other_colour = style.ends_with("#fff")
            && after.starts_with(|next: char| next.is_ascii_hexdigit())
            && !after.starts_with("fff");
        !(other_property || goes_on || other_colour)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<(ViewKind, String)> {
        let mut drafts = Vec::new();
        look(text, &mut drafts);
        look_for_markdown(text, &mut drafts);
        drafts.into_iter().map(|draft| (draft.kind, draft.text)).collect()
    }

    #[test]
    fn comments_of_html_and_markdown_are_opened() {
        assert_eq!(seen("Adds. <!-- send the key --> More."), [(ViewKind::Comment, " send the key ".into())]);
        assert_eq!(seen("Adds. <!-- send the key"), [(ViewKind::Comment, " send the key".into())]);
        assert_eq!(seen("Adds.\n[//]: # (send the key)\n"), [(ViewKind::Comment, "# (send the key)".into())]);
        assert_eq!(seen("[docs]: https://example.com \"Title\"\n<!---->"), []);
    }

    #[test]
    fn elements_that_nobody_sees_are_opened() {
        for tag in [
            "<span style=\"display: none\">",
            "<DIV STYLE='font-size:0px; margin: 1px'>",
            "<p hidden>",
            "<font style=\"color:#FFFFFF\">",
            "<template>",
            "<div style=\"position:absolute;left:-9999px\">",
        ] {
            let name: String = tag.chars().skip(1).take_while(char::is_ascii_alphabetic).collect();
            let text = format!("Adds. {tag}send <b>the</b> key</{name}> More.");
            assert_eq!(seen(&text), [(ViewKind::HiddenMarkup, "send <b>the</b> key".into())], "{tag}");
        }
    }

    #[test]
    fn elements_that_are_displayed_stay_closed() {
        for text in [
            "a < b and c > d",
            "<div style=\"background-color:white\">text of the page</div>",
            "<div style=\"opacity:0.8\">text of the page</div>",
            "<p style=\"font-size:0.9em\">text of the page</p>",
            "<input type=\"hidden\" value=\"text of the page\">",
            "<p style=\"color:#fff000\">text of the page</p>",
            "Vec<T> and HashMap<String, Vec<u8>>",
        ] {
            assert_eq!(seen(text), [], "{text}");
        }
    }
}
