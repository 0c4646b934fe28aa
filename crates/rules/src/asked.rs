//! What a passage asks for, as the rules about meaning look at it: acts with their sentence, and the hits they report.

use portcullis_model::{Audience, Confidence, Severity, Span};
use portcullis_text::meaning::{Act, Concept, Concepts, Meaning, Sentence, Token};
use portcullis_text::{Role, Wording};

use crate::addressed;
use crate::evidence::Passage;
use crate::report::Report;

/// At most this many findings of one rule in one text; more of the same tell nothing new.
const MOST: usize = 4;

/// Acts with an effect beyond the answer.
pub(crate) const EFFECTS: Concepts = Concepts::of(&[
    Concept::Send,
    Concept::Write,
    Concept::Delete,
    Concept::Move,
    Concept::Execute,
    Concept::Pay,
    Concept::Install,
    Concept::Collect,
    Concept::Grant,
    Concept::Disable,
    Concept::Add,
    Concept::Change,
    Concept::Harm,
]);

/// Words for a model; some of them can mean something else.
pub(crate) const ANY_MODEL: Concepts = Concepts::of(&[Concept::Model, Concept::Agent]);

/// Words by which a sentence of a description is an order, not a summary of what the tool does.
pub(crate) const FIRM: Concepts = Concepts::of(&[
    Concept::Must,
    Concept::Before,
    Concept::You,
    Concept::Always,
    Concept::Should,
    Concept::Required,
]);

/// One wording of a passage and what it means.
#[derive(Clone, Copy)]
pub(crate) struct Said<'r> {
    pub(crate) passage: &'r Passage<'r>,
    pub(crate) wording: Wording<'r>,
    pub(crate) meaning: &'r Meaning,
    /// What a sentence must speak of to be of interest to the rule that looks.
    needs: Concepts,
}

/// One sentence of it.
#[derive(Clone, Copy)]
pub(crate) struct Line<'r> {
    pub(crate) said: Said<'r>,
    pub(crate) sentence: &'r Sentence,
}

impl<'r> Said<'r> {
    /// Every sentence that says something.
    pub(crate) fn all_lines(self) -> impl Iterator<Item = Line<'r>> {
        self.meaning.sentences().iter().map(move |sentence| Line { said: self, sentence })
    }

    /// The sentences that speak of what the rule needs.
    pub(crate) fn lines(self) -> impl Iterator<Item = Line<'r>> {
        self.all_lines().filter(move |line| line.any(self.needs))
    }

    pub(crate) fn text(self) -> &'r str {
        self.wording.text
    }

    /// True for a text of a single sentence.
    pub(crate) fn is_single(self) -> bool {
        self.meaning.sentence_count() == 1
    }

    /// True for JSON and its like, where quotation marks say nothing about who speaks.
    pub(crate) fn is_structured(self) -> bool {
        self.wording.text.trim_start().starts_with(['{', '['])
    }

    /// True when the text is what a tool brought in, not what its author says about it.
    pub(crate) fn is_data(self) -> bool {
        matches!(self.passage.role(), Role::Result | Role::Resource | Role::Argument)
    }
}

impl<'r> Line<'r> {
    pub(crate) fn acts(self) -> &'r [Act] {
        self.said.meaning.acts_of(self.sentence)
    }

    pub(crate) fn tokens(self) -> &'r [Token] {
        self.said.meaning.tokens_of(self.sentence)
    }

    pub(crate) fn has(self, concept: Concept) -> bool {
        self.sentence.concepts.has(concept)
    }

    pub(crate) fn any(self, concepts: Concepts) -> bool {
        self.sentence.concepts.any(concepts)
    }

    pub(crate) fn scope(self, act: &Act) -> &'r [Token] {
        self.said.meaning.scope_of(act)
    }

    /// True for a quotation that is given as an example: documentation of a danger is not the danger.
    pub(crate) fn is_quoted_example(self) -> bool {
        const INTRODUCTIONS: &[&str] = &[
            "example",
            "e.g",
            "such as",
            "like",
            "attack",
            "payload",
            "phrase",
            "pattern",
            "detect",
            "contain",
            "block",
            "injection",
        ];
        let text = self.said.text();
        let before = text.get(..self.sentence.span.start).unwrap_or_default().trim_end();
        let quoted = before.ends_with(['"', '\'', '“', '«', '「', '`']);
        let from = before.char_indices().rev().nth(80).map_or(0, |(at, _)| at);
        let lead = before.get(from..).unwrap_or_default().to_lowercase();
        quoted && !self.said.is_structured() && INTRODUCTIONS.iter().any(|word| lead.contains(word))
    }

    /// True for an entry of a list, a value in quotes or brackets, a line of code: it stands for itself, not for an order.
    pub(crate) fn is_listed(self) -> bool {
        let text = self.said.text();
        let before = text.get(..self.sentence.span.start).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let lead = line.trim_end();
        let bullet = lead.trim_start();
        let numbered = bullet
            .strip_suffix(['.', ')'])
            .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        let marked = matches!(bullet, "-" | "*" | "•" | "+" | "|" | ">")
            || bullet.ends_with("**")
            || bullet.ends_with('|');
        let after = text.get(self.sentence.span.end..).unwrap_or_default();
        let entry = self.tokens().get(1).is_some_and(Token::follows_colon);
        entry
            || (!bullet.is_empty() && (numbered || marked))
            || lead.ends_with(['"', '\'', '`', '(', '[', '{', '=', ':', '>', '<'])
            || after.starts_with([')', '(', '=', '{', ';', '`', '"'])
    }

    /// True where "your answer", "your reply" is spoken of: the model's own answer.
    pub(crate) fn speaks_of_your_output(self) -> bool {
        let tokens = self.tokens();
        tokens.iter().enumerate().any(|(index, token)| {
            token.is(Concept::You)
                && tokens
                    .iter()
                    .skip(index + 1)
                    .take(2)
                    .any(|next| next.is(Concept::Output) && !next.opens_clause())
        })
    }

    /// The words of some tokens as they stand in the text, at most 60 characters.
    pub(crate) fn words(self, tokens: &[Token]) -> String {
        let span = Meaning::span_of(tokens);
        let words = self.said.text().get(span.start..span.end).unwrap_or_default();
        let mut short: String = words.chars().take(60).collect();
        if short.len() < words.len() {
            short.push('…');
        }
        short.replace(['\n', '`'], " ")
    }

    /// The first token of a scope that stands for one of the concepts, in its own words.
    pub(crate) fn naming(self, tokens: &'r [Token], concepts: Concepts) -> Option<&'r str> {
        tokens.iter().find(|token| token.concepts.any(concepts)).map(|token| token.text(self.said.text()))
    }

    /// True in a long text that is data, where nothing speaks to a model: guides tell people what to do in every sentence.
    pub(crate) fn is_aside(self) -> bool {
        const LONG: usize = 20;
        self.said.is_data() && self.said.meaning.sentence_count() > LONG && !addressed::around(self)
    }

    /// A hit on the whole sentence.
    pub(crate) fn hit(self, message: impl Into<String>) -> Hit<'r> {
        Hit {
            wording: self.said.wording,
            span: self.sentence.span,
            message: message.into(),
            severity: None,
            confidence: None,
            audience: None,
            example: self.is_quoted_example(),
            aside: false,
        }
    }
}

/// What a rule recognised, before it is known whether another wording says the same.
pub(crate) struct Hit<'r> {
    wording: Wording<'r>,
    span: Span,
    message: String,
    severity: Option<Severity>,
    confidence: Option<Confidence>,
    audience: Option<Audience>,
    /// True when it only quotes what an attack looks like.
    example: bool,
    /// True when it stands in a long text that speaks to people.
    aside: bool,
}

impl Hit<'_> {
    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    pub(crate) fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = Some(confidence);
        self
    }

    pub(crate) fn audience(mut self, audience: Audience) -> Self {
        self.audience = Some(audience);
        self
    }

    /// Makes it a hint where the text speaks to people.
    pub(crate) fn unless_aside(mut self, line: Line<'_>) -> Self {
        self.aside = line.is_aside();
        self
    }

    fn source(&self) -> Span {
        self.wording.source_of(self.span)
    }

    /// Which of two hits on the same place is told: what is out of sight first, then what the raw text says, then what
    /// it says with its spelling resolved.
    fn rank(&self) -> usize {
        match self.wording.view {
            Some(view) if view.kind.rewrites() && view.depth == 1 => 2,
            Some(_) => 0,
            None => 1,
        }
    }

    /// True when only somebody who decodes the text can read it.
    fn concealed(&self) -> bool {
        self.wording.view.is_some_and(|view| view.concealed)
    }
}

/// Lets a rule look at every wording of a passage and reports what it found: each thing once, in the wording in which
/// it weighs most. What only a concealed wording says is one step graver.
pub(crate) fn look<'r>(
    passage: &'r Passage<'r>,
    report: &mut Report<'_>,
    needs: Concepts,
    rule: impl Fn(Said<'r>, &mut Vec<Hit<'r>>),
) {
    if passage.role() == Role::Name {
        return;
    }
    let mut hits: Vec<Hit<'r>> = Vec::new();
    for (wording, meaning) in passage.reading.meanings() {
        if meaning.concepts().any(needs) {
            rule(Said { passage, wording, meaning, needs }, &mut hits);
        }
    }
    hits.retain(|hit| !hit.example);
    let mut kept: Vec<&Hit<'_>> = Vec::new();
    hits.sort_by_key(Hit::rank);
    for hit in &hits {
        let source = hit.source();
        let known = kept.iter().any(|other| {
            let other_source = other.source();
            other_source.start < source.end
                && source.start < other_source.end
                && !std::ptr::eq(*other, hit)
                && (other.wording.kind() != hit.wording.kind() || other_source == source)
        });
        if !known && kept.len() < MOST {
            kept.push(hit);
        }
    }
    kept.sort_by_key(|hit| hit.source());
    for hit in kept {
        write(passage, report, hit);
    }
}

fn write(passage: &Passage<'_>, report: &mut Report<'_>, hit: &Hit<'_>) {
    let source = hit.source();
    let message = match hit.wording.kind() {
        Some(kind) => format!("{} ({})", hit.message, kind.as_str()),
        None => hit.message.clone(),
    };
    let evidence = match hit.wording.kind() {
        Some(_) => crate::evidence::excerpt(hit.wording.text, hit.span),
        None => passage.quote(source),
    };
    let mut draft = report.found(passage.at(source), message).evidence(evidence);
    if let Some(severity) = hit.severity {
        draft = draft.severity(severity);
    }
    if let Some(confidence) = hit.confidence {
        draft = draft.confidence(confidence);
    }
    if let Some(audience) = hit.audience {
        draft = draft.audience(audience);
    }
    if hit.aside {
        draft = draft.severity(Severity::Low).confidence(Confidence::Low);
    }
    if hit.concealed() {
        let _ = draft.severity(Severity::Critical).confidence(Confidence::High).audience(Audience::Regular);
    }
}
