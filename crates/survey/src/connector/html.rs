//! As much of a page as listings take: its titles, its descriptions, its links and its blocks of code. Nothing is run,
//! and whatever is broken is passed over.

/// A tag: its name in lower case, its attributes, and where in the page the text behind it begins.
struct Tag<'a> {
    name: String,
    attributes: Vec<(String, &'a str)>,
    behind: &'a str,
}

/// What a page says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// Where links lead, in the order of the page, each once.
    pub(super) links: Vec<String>,
    /// Blocks of code.
    pub(super) code: Vec<String>,
}

/// Links of one page that are looked at.
const MOST_LINKS: usize = 20_000;

/// Reads a page.
pub(super) fn content(page: &str) -> Content {
    let mut content = Content::default();
    let mut known = std::collections::HashSet::new();
    for tag in tags(page) {
        let of =
            |name: &str| tag.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| plain(value));
        match tag.name.as_str() {
            "a" => {
                if let Some(link) = of("href").filter(|link| link.len() <= 2048)
                    && content.links.len() < MOST_LINKS
                    && known.insert(link.clone())
                {
                    content.links.push(link);
                }
            }
            "h1" => content.title = content.title.or_else(|| words(until(tag.behind, "</h1"))),
            "title" => {
                let title = words(until(tag.behind, "</title"));
                content.title = content.title.or(title);
            }
            "meta" => {
                let about = of("name").or_else(|| of("property")).unwrap_or_default();
                let says = of("content").filter(|text| !text.trim().is_empty());
                match about.to_ascii_lowercase().as_str() {
                    "description" => content.description = says.or(content.description),
                    "og:description" => content.description = content.description.or(says),
                    _ => {}
                }
            }
            "code" | "pre" | "textarea" if content.code.len() < 50 => {
                content.code.extend(words(until(tag.behind, &format!("</{}", tag.name))));
            }
            _ => {}
        }
    }
    content
}

fn tags(page: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut rest = page;
    std::iter::from_fn(move || {
        loop {
            let at = rest.find('<')?;
            let inside = rest.get(at + 1..)?;
            let end = tag_end(inside);
            let tag = inside.get(..end)?;
            let behind = inside.get(end + 1..).unwrap_or_default();
            let name_end = tag.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(tag.len());
            let (name, attributes_text) = tag.split_at_checked(name_end).unwrap_or((tag, ""));
            if name.is_empty() {
                rest = if tag.starts_with("!--") {
                    inside.split_once("-->").map_or("", |(_, after)| after)
                } else {
                    behind
                };
                continue;
            }
            let name = name.to_ascii_lowercase();
            // What scripts and styles hold is no page.
            rest = match name.as_str() {
                "script" | "style" => behind.find("</").map_or("", |_| after(behind, &format!("</{name}"))),
                _ => behind,
            };
            return Some(Tag { name, attributes: attributes(attributes_text), behind });
        }
    })
}

/// Where a tag ends: at the first `>` in no quotes; one that never closes ends where the next one begins.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate().take(65_536) {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (None, b'>') => return at,
            _ => {}
        }
    }
    tag.find('>').unwrap_or(tag.len())
}

fn attributes(tag: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut rest = tag.trim_start();
    while !rest.is_empty() && found.len() < 100 {
        let end = rest.find(|letter: char| letter == '=' || letter.is_whitespace()).unwrap_or(rest.len());
        let (key, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let value = after.trim_start().strip_prefix('=').map(str::trim_start);
        let (value, behind) = match value {
            None => ("", after),
            Some(value) => match value.chars().next().filter(|quote| matches!(quote, '"' | '\'')) {
                Some(quote) => {
                    value.get(1..).and_then(|value| value.split_once(quote)).unwrap_or((value, ""))
                }
                None => value
                    .split_at_checked(value.find(char::is_whitespace).unwrap_or(value.len()))
                    .unwrap_or((value, "")),
            },
        };
        found.push((key.to_ascii_lowercase(), value));
        let shorter = behind.trim_start();
        // A sign that is neither key nor value must not hold everything up.
        rest = if shorter.len() < rest.len() { shorter } else { "" };
    }
    found
}

/// The text up to an ending, whatever its case.
fn until<'a>(text: &'a str, ending: &str) -> &'a str {
    let text = text.get(..text.floor_char_boundary(65_536)).unwrap_or(text);
    let at = text.to_ascii_lowercase().find(ending).unwrap_or(text.len());
    text.get(..at).unwrap_or_default()
}

fn after<'a>(text: &'a str, ending: &str) -> &'a str {
    // Case matters little here, and lowering all of a large page each time would be slow.
    text.split_once(ending).map_or("", |(_, after)| after)
}

/// The text without tags.
fn words(html: &str) -> Option<String> {
    let mut out = String::new();
    let mut is_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => is_tag = true,
            '>' if is_tag => is_tag = false,
            letter if !is_tag => out.push(letter),
            _ => {}
        }
    }
    let text = plain(out.trim());
    (!text.is_empty()).then_some(text)
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_for_what_a_listing_takes() {
        let page = "<html><head><TITLE>Some site</TITLE><meta name=description content='Does &quot;things&quot;'>\
            <script>if (a < b) { document.write('<a href=\"/no\">') }</script></head><!-- <a href='/hidden'> -->\
            <body><h1>Some <b>tool</b></h1><a class=x href=\"/server/a?x=1&amp;y=2\">A</a><a href=/server/b>B</a>\
            <a href='/server/b'>again</a><pre><code>{\"mcpServers\": {}}</code></pre>";
        let content = content(page);
        assert_eq!(content.title.as_deref(), Some("Some site"));
        assert_eq!(content.description.as_deref(), Some("Does \"things\""));
        assert_eq!(content.links, ["/server/a?x=1&y=2", "/server/b"]);
        assert!(content.code.iter().any(|code| code == "{\"mcpServers\": {}}"));
    }

    #[test]
    fn broken_pages_end() {
        for page in [
            "<",
            "<a",
            "<a href",
            "<a href=",
            "<a href='x",
            "<!--",
            "<script>",
            "<a = = =>",
            "< >",
            "<a \u{1f600}=\"\u{fffd}",
        ] {
            content(page);
            content(&page.repeat(2000));
        }
    }
}
