//! What invisible characters hide: the text without them, and what they spell.

use std::cell::LazyCell;

use portcullis_model::Span;

use super::Draft;
use super::bits;
use super::invisible::{self, Around, Invisible};
use super::plausible;
use super::rewrite::Rewrite;
use crate::mark::{MarkKind, Marks};
use crate::view::ViewKind;

/// Most invisible characters whose message is read, of each kind.
const MOST_SYMBOLS: usize = 1 << 16;

/// The invisible characters of one text, by what they may spell.
#[derive(Default)]
struct Messages {
    tags: Message<char>,
    variations: Message<u8>,
    symbols: Message<char>,
    /// The variation selector just before, in case it begins a message.
    selector: Option<(usize, u8)>,
}

struct Message<T> {
    parts: Vec<T>,
    span: Option<Span>,
}

impl<T> Default for Message<T> {
    fn default() -> Self {
        Self { parts: Vec::new(), span: None }
    }
}

impl<T> Message<T> {
    fn push(&mut self, part: T, span: Span) {
        if self.parts.len() < MOST_SYMBOLS {
            self.parts.push(part);
        }
        self.span = Some(self.span.map_or(span, |all| Span::new(all.start, span.end)));
    }
}

/// Notes every invisible character without an honest use and adds the views that they hide.
pub(crate) fn look(text: &str, marks: &mut Marks, drafts: &mut Vec<Draft>) {
    let right_to_left = LazyCell::new(|| text.chars().any(invisible::is_right_to_left));
    let mut rewrite = Rewrite::of(text);
    let mut messages = Messages::default();
    let mut before = None;
    let mut in_flag = false;
    let mut characters = text.char_indices().peekable();
    while let Some((start, character)) = characters.next() {
        in_flag = character == '\u{1F3F4}' || (in_flag && matches!(character, '\u{E0000}'..='\u{E007F}'));
        if let Some(kind) = invisible::kind_of(character) {
            let after = characters.peek().map(|&(_, after)| after);
            let span = Span::new(start, start + character.len_utf8());
            let of_direction = matches!(kind, Invisible::BidiControl | Invisible::BidiMark);
            let around = Around { before, after, in_flag, right_to_left: of_direction && *right_to_left };
            if invisible::is_honest(character, kind, around) {
                messages.selector = selector_byte(character).map(|byte| (start, byte));
                if kind == Invisible::SoftHyphen {
                    rewrite.replace(span.start, span.end, "");
                }
            } else {
                marks.note(mark_kind(kind), span);
                messages.collect(character, kind, span);
                rewrite.replace(span.start, span.end, if kind == Invisible::Filler { " " } else { "" });
            }
        } else {
            messages.selector = None;
        }
        before = Some(character);
    }
    drafts.extend(rewrite.finish().map(|done| Draft::rewritten(ViewKind::Visible, done)));
    messages.read(drafts);
}

impl Messages {
    fn collect(&mut self, character: char, kind: Invisible, span: Span) {
        match kind {
            Invisible::Tag => self.tags.push(character, span),
            Invisible::Variation => {
                if let Some((start, byte)) = self.selector.take() {
                    self.variations.push(byte, Span::new(start, span.end));
                }
                if let Some(byte) = selector_byte(character) {
                    self.variations.push(byte, span);
                }
            }
            Invisible::ZeroWidth | Invisible::BidiMark | Invisible::BidiControl | Invisible::Filler => {
                self.symbols.push(character, span);
            }
            Invisible::SoftHyphen => {}
        }
    }

    fn read(self, drafts: &mut Vec<Draft>) {
        let mut add = |kind, text: Option<String>, span: Option<Span>| {
            if let (Some(text), Some(span)) = (text, span) {
                drafts.push(Draft::decoded(kind, text, span));
            }
        };
        let spelt: String = self
            .tags
            .parts
            .iter()
            .filter_map(|&tag| char::from_u32(tag as u32 - 0xE0000))
            .filter(|character| character.is_ascii_graphic() || *character == ' ' || *character == '\n')
            .collect();
        add(ViewKind::Tags, Some(spelt).filter(|spelt| !spelt.is_empty()), self.tags.span);
        add(ViewKind::Variations, from_selectors(self.variations.parts), self.variations.span);
        add(ViewKind::ZeroWidthBits, bits::from_symbols(&self.symbols.parts), self.symbols.span);
    }
}

/// The byte that a variation selector stands for when text is smuggled: 256 selectors, 256 bytes.
fn selector_byte(character: char) -> Option<u8> {
    let number = match character {
        '\u{FE00}'..='\u{FE0F}' => character as u32 - 0xFE00,
        '\u{E0100}'..='\u{E01EF}' => character as u32 - 0xE0100 + 16,
        _ => return None,
    };
    u8::try_from(number).ok()
}

/// Selectors spell bytes, or halves of bytes when only the first sixteen are used.
fn from_selectors(bytes: Vec<u8>) -> Option<String> {
    let halves = bytes.iter().all(|&byte| byte < 16) && bytes.len() >= 2;
    let joined = || bytes.as_chunks::<2>().0.iter().map(|[high, low]| high << 4 | low).collect();
    if halves { plausible::readable(joined()) } else { plausible::readable(bytes) }
}

const fn mark_kind(kind: Invisible) -> MarkKind {
    match kind {
        Invisible::ZeroWidth => MarkKind::ZeroWidth,
        Invisible::SoftHyphen => MarkKind::SoftHyphen,
        Invisible::Filler => MarkKind::Filler,
        Invisible::BidiControl => MarkKind::BidiControl,
        Invisible::BidiMark => MarkKind::BidiMark,
        Invisible::Variation => MarkKind::Variation,
        Invisible::Tag => MarkKind::Tag,
    }
}
