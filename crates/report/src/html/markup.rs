//! HTML under construction. Markup can only come from this program's own text (`&'static str`); whatever else is
//! added is escaped, and what is hidden in it is shown.

use std::fmt::Display;

use crate::neutral::{self, Piece};
use crate::words;

/// A piece of HTML in which nothing from outside can act.
#[derive(Debug, Default)]
pub(crate) struct Markup {
    html: String,
}

impl Markup {
    /// Adds our own markup.
    pub(crate) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.html.push_str(markup);
        self
    }

    /// Adds a number or another value of ours whose text is letters, digits and `.-`; anything else is left out.
    pub(crate) fn value(&mut self, value: impl Display) -> &mut Self {
        let plain = |character: &char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-');
        self.html.extend(value.to_string().chars().filter(plain));
        self
    }

    /// Adds text for an attribute or for a place where elements are not allowed.
    pub(crate) fn plain(&mut self, text: &str) -> &mut Self {
        self.html.push_str(&neutral::html(text));
        self
    }

    /// Adds text; what is hidden in it is spelt out and stands out.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        for piece in neutral::pieces(text) {
            match piece {
                Piece::Shown(part) => self.html.push_str(&neutral::html(part)),
                Piece::Escaped(part) => {
                    self.html.push_str("<span class=\"hidden-character\">");
                    self.html.push_str(&neutral::html(&part));
                    self.html.push_str("</span>");
                }
            }
        }
        self
    }

    /// Adds a sentence; what it quotes between backticks is shown as code.
    pub(crate) fn prose(&mut self, sentence: &str) -> &mut Self {
        for (is_code, stretch) in words::quoted(sentence) {
            if is_code {
                self.raw("<code>").text(stretch).raw("</code>");
            } else {
                self.text(stretch);
            }
        }
        self
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.html.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_cannot_become_markup() {
        let mut markup = Markup::default();
        markup
            .raw("<p title=\"")
            .plain("\"><script>")
            .raw("\">")
            .text("<b>\u{202e}")
            .raw("</p>")
            .value("1\" x=");
        assert_eq!(
            markup.html,
            "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;<span class=\"hidden-character\">\\u{202e}</span></p>1x"
        );
    }

    #[test]
    fn quoted_input_becomes_code() {
        let mut markup = Markup::default();
        markup.prose("tool `a<b` is\n odd");
        assert_eq!(markup.html, "tool <code>a&lt;b</code> is<span class=\"hidden-character\">\\n</span> odd");
    }
}
