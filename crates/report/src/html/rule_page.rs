//! The page of a rule: headings, paragraphs, lists and fenced examples of its Markdown, everything else as text.

use super::markup::Markup;

/// What the lines so far have opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    Paragraph,
    List,
    Example,
}

pub(super) fn write(markdown: &str, page: &mut Markup) {
    let mut open = Open::Nothing;
    for line in markdown.lines() {
        let trimmed = line.trim();
        if open == Open::Example {
            if trimmed.starts_with("```") {
                close(&mut open, page);
            } else {
                page.text(line).raw("\n");
            }
        } else if let Some(kind) = trimmed.strip_prefix("```") {
            close(&mut open, page);
            let bad = kind.split_whitespace().any(|word| word == "bad");
            page.raw(if bad { "<pre class=\"bad\"><code>" } else { "<pre class=\"good\"><code>" });
            open = Open::Example;
        } else if trimmed.is_empty() {
            close(&mut open, page);
        } else if trimmed.starts_with('#') {
            close(&mut open, page);
            page.raw("<h4>").prose(trimmed.trim_start_matches('#').trim()).raw("</h4>\n");
        } else if let Some(item) = trimmed.strip_prefix("* ").or_else(|| trimmed.strip_prefix("- ")) {
            begin(Open::List, "<ul>\n", &mut open, page);
            page.raw("<li>").prose(item).raw("</li>\n");
        } else {
            begin(Open::Paragraph, "<p>", &mut open, page);
            page.prose(trimmed).raw(" ");
        }
    }
    close(&mut open, page);
}

fn begin(wanted: Open, markup: &'static str, open: &mut Open, page: &mut Markup) {
    if *open != wanted {
        close(open, page);
        page.raw(markup);
        *open = wanted;
    }
}

fn close(open: &mut Open, page: &mut Markup) {
    page.raw(match open {
        Open::Nothing => "",
        Open::Paragraph => "</p>\n",
        Open::List => "</ul>\n",
        Open::Example => "</code></pre>\n",
    });
    *open = Open::Nothing;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_markdown_of_rule_pages_becomes_html() {
        let mut page = Markup::default();
        write("## Why\nSome `text`\nmore.\n\n* one\n* <two>\n```text bad\n  <b>\n```\nend", &mut page);
        let html = String::from_utf8(page.as_bytes().to_vec()).unwrap();
        assert_eq!(
            html,
            "<h4>Why</h4>\n<p>Some <code>text</code> more. </p>\n<ul>\n<li>one</li>\n<li>&lt;two&gt;</li>\n</ul>\n\
             <pre class=\"bad\"><code>  &lt;b&gt;\n</code></pre>\n<p>end </p>\n"
        );
    }
}
