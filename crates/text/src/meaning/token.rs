//! The smallest pieces of a text that mean something.

use portcullis_model::Span;

use super::concept::{Concept, Concepts};
use super::lexicon::{Entry, LEXICON, Phrase, Sense};

/// The languages of the lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Language {
    /// English.
    English,
    /// French.
    French,
    /// German.
    German,
    /// Spanish.
    Spanish,
    /// Portuguese.
    Portuguese,
    /// Italian.
    Italian,
    /// Russian.
    Russian,
    /// Chinese.
    Chinese,
    /// Japanese.
    Japanese,
}

impl Language {
    /// How many there are.
    pub(crate) const COUNT: usize = 9;

    /// Every language, in the order of their numbers.
    pub(crate) const ALL: [Language; Self::COUNT] = [
        Language::English,
        Language::French,
        Language::German,
        Language::Spanish,
        Language::Portuguese,
        Language::Italian,
        Language::Russian,
        Language::Chinese,
        Language::Japanese,
    ];

    /// True where the objects of an act may stand before it.
    #[must_use]
    pub const fn object_first(self) -> bool {
        matches!(self, Language::German | Language::Japanese | Language::Chinese)
    }
}

/// Grammatical forms that one spelling of an act can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Form(u8);

impl Form {
    /// Base form: infinitive and imperative.
    pub const BASE: Form = Form(1);
    /// Third person: says what something does.
    pub const THIRD: Form = Form(2);
    /// The `-ing` form.
    pub const GERUND: Form = Form(4);
    /// Past or participle.
    pub const PAST: Form = Form(8);
    /// A form that can only be an order, or a language in which order and statement look alike.
    pub const OPEN: Form = Form(16);

    /// True when the spelling can be this form.
    #[must_use]
    pub const fn can_be(self, form: Form) -> bool {
        self.0 & form.0 != 0
    }

    pub(crate) const fn with(self, form: Form) -> Form {
        Form(self.0 | form.0)
    }
}

/// What a token looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A word of a language.
    Word,
    /// A number.
    Number,
    /// A name in a machine's spelling: `read_file`, `readFile`, `a.b()`.
    Identifier,
    /// A path or the name of a file.
    Path,
    /// A URL, host or mail address.
    Address,
    /// A quotation of several words inside a sentence: a value. What it says is read as sentences of its own.
    Literal,
    /// A name like `<IMPORTANT>`, `[INST]` or `<|system|>` that marks what follows.
    Tag,
}

/// What separates a token from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Break {
    None,
    Clause,
    Colon,
    Sentence,
}

/// One token.
#[derive(Debug, Clone)]
pub struct Token {
    /// Its bytes, quotes left out.
    pub span: Span,
    /// What it looks like.
    pub kind: TokenKind,
    /// What it stands for, in the language of its sentence.
    pub concepts: Concepts,
    /// Which forms of an act it can be.
    pub form: Form,
    /// True inside quotes or backticks.
    pub quoted: bool,
    /// True when a machine's spelling names it: quoted alone, or an identifier.
    pub name: bool,
    /// True for the second and further words of a phrase, whose meaning its first word carries.
    pub inner: bool,
    pub(crate) before: Break,
    pub(crate) hash: u64,
    pub(crate) bare: u64,
    /// What the lexicon knows of it, without its ending.
    pub(crate) known: Option<&'static Entry>,
}

impl Token {
    /// What its spelling without an ending stands for, in every language that has it.
    pub(crate) fn bare_senses(&self) -> &'static [Sense] {
        self.known.map_or(&[], |known| known.senses.as_slice())
    }

    /// What its whole spelling stands for.
    pub(crate) fn senses(&self) -> &'static [Sense] {
        self.whole().map_or(&[], |known| known.senses.as_slice())
    }

    /// The phrases that begin with it.
    pub(crate) fn phrases(&self) -> &'static [Phrase] {
        self.whole().map_or(&[], |known| known.phrases.as_slice())
    }

    fn whole(&self) -> Option<&'static Entry> {
        if self.hash == self.bare { self.known } else { LEXICON.entry(self.hash) }
    }

    /// True when it stands for the concept.
    #[must_use]
    pub const fn is(&self, concept: Concept) -> bool {
        self.concepts.has(concept)
    }

    /// True for the first token of a clause.
    #[must_use]
    pub fn opens_clause(&self) -> bool {
        self.before >= Break::Clause
    }

    /// True when a colon stands before it.
    #[must_use]
    pub fn follows_colon(&self) -> bool {
        self.before == Break::Colon
    }

    /// Its text.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.span.start..self.span.end).unwrap_or_default()
    }
}
