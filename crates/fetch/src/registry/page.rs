//! A page of links, as Python indexes answer that know no JSON (PEP 503).

/// One file that a page links to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Link {
    pub(super) address: String,
    pub(super) file: String,
    pub(super) is_yanked: bool,
}

/// The links of a page. What is no link is passed over.
pub(super) fn links(page: &str) -> Vec<Link> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find("<a ").or_else(|| rest.find("<A ")) {
        let tag = rest.get(at + 3..).unwrap_or_default();
        let Some(end) = tag_end(tag) else { break };
        let (inside, after) = (tag.get(..end).unwrap_or_default(), tag.get(end + 1..).unwrap_or_default());
        let text = after.split('<').next().unwrap_or_default();
        let attributes = attributes(inside);
        let of = |name: &str| attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        if let Some(address) = of("href") {
            let is_yanked = of("data-yanked").is_some();
            found.push(Link { address: plain(address), file: plain(text.trim()), is_yanked });
        }
        rest = after;
    }
    found
}

/// Where a tag ends: at the first `>` that is in no quotes.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    tag.bytes().position(|byte| {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (None, b'>') => return true,
            _ => {}
        }
        false
    })
}

/// The attributes of a tag; one that stands alone has no value.
fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = tag.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|letter: char| letter == '=' || letter.is_whitespace()).unwrap_or(rest.len());
        let (key, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let quoted = after.trim_start().strip_prefix('=').and_then(|value| {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            value.get(1..)?.split_once(quote)
        });
        let (value, behind) = quoted.unwrap_or(("", after.trim_start().trim_start_matches('=')));
        found.push((key, value));
        rest = behind.trim_start();
    }
    found
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_with_what_is_said_of_them() {
        let page = "<html><body><h1>x</h1>\n<a href=\"../a.whl?x=1&amp;y=2#sha256=ab\" data-requires-python=\"&gt;=3\">a.whl</a><br>\
            <a data-yanked href='b.tar.gz'>b.tar.gz</a><a data-yanked=\"why > so\" href=\"c.zip\"> c.zip </a><a name=\"x\">no</a><a href=";
        let found = links(page);
        let shown: Vec<String> =
            found.iter().map(|link| format!("{} {} {}", link.file, link.address, link.is_yanked)).collect();
        let expected =
            ["a.whl ../a.whl?x=1&y=2#sha256=ab false", "b.tar.gz b.tar.gz true", "c.zip c.zip true"];
        assert_eq!(shown, expected);
    }
}
