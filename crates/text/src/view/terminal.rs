//! Control sequences of terminals: the text without them, and the text that a terminal would not show.

use memchr::{memchr, memchr_iter, memchr2};
use portcullis_model::Span;

use super::Draft;
use super::rewrite::{self, Rewrite};
use crate::mark::{MarkKind, Marks};
use crate::view::ViewKind;

/// Longest control sequence that is read as one, in bytes.
const LONGEST: usize = 4096;

const ESCAPE: char = '\u{1B}';

/// One control sequence: its length in bytes and what it does.
struct Sequence {
    length: usize,
    effect: Effect,
}

enum Effect {
    /// Colours and styles: the parameters of SGR.
    Style(Span),
    /// Moves the cursor back or up, or erases.
    Erase,
    /// Carries text of its own: a title, a link target.
    Text(Span),
    /// Anything else.
    Other,
}

/// True when the text holds control characters beyond ASCII. The next line of EBCDIC (U+0085) is a line end.
pub(crate) fn has_c1(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr_iter(0xC2, bytes).any(|at| matches!(bytes.get(at + 1), Some(0x80..=0x84 | 0x86..=0x9F)))
}

/// Notes every control character and sequence, and adds both views.
pub(crate) fn look(text: &str, marks: &mut Marks, drafts: &mut Vec<Draft>) {
    let mut rewrite = Rewrite::of(text);
    let mut hidden = Hidden::default();
    let mut screen = Screen::default();
    let mut skip_to = 0;
    for (at, character) in text.char_indices() {
        if at < skip_to {
            continue;
        }
        let starts_sequence = matches!(character, ESCAPE | '\u{9B}' | '\u{9D}' | '\u{90}');
        if let Some(sequence) = starts_sequence.then(|| sequence_at(text, at, character)).flatten() {
            skip_to = at + sequence.length;
            let span = Span::new(at, skip_to);
            marks.note(MarkKind::Terminal, span);
            rewrite.replace(at, skip_to, "");
            match sequence.effect {
                Effect::Style(parameters) => screen.style(text, parameters, span, &mut hidden),
                Effect::Erase => screen.erase(at, skip_to, &mut hidden),
                Effect::Text(body) => hidden.spans.push(body),
                Effect::Other => {}
            }
        } else if character == '\n' {
            screen.line = at + 1;
        } else if character == '\r' {
            screen.carriage_return(text, at, &mut hidden);
        } else if character.is_control() && !matches!(character, '\t' | '\u{85}') {
            let span = Span::new(at, at + character.len_utf8());
            marks.note(MarkKind::Control, span);
            if character == '\u{8}' {
                screen.erase(at, span.end, &mut hidden);
            }
            rewrite.replace(span.start, span.end, "");
        }
    }
    screen.end(text.len(), &mut hidden);
    let has_letters =
        |span: &Span| text.get(span.start..span.end).is_some_and(|part| part.contains(char::is_alphanumeric));
    for (kind, span) in hidden.marks.iter().filter(|(_, span)| has_letters(span)) {
        marks.note(*kind, *span);
    }
    let mut spans = hidden.spans;
    spans.retain(has_letters);
    spans.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    drafts.extend(rewrite.finish().map(|done| Draft::rewritten(ViewKind::Terminal, done)));
    drafts.extend(rewrite::pieces(text, &spans).map(|done| Draft::rewritten(ViewKind::TerminalHidden, done)));
}

/// What a terminal would not show.
#[derive(Default)]
struct Hidden {
    spans: Vec<Span>,
    marks: Vec<(MarkKind, Span)>,
}

impl Hidden {
    fn add(&mut self, kind: MarkKind, span: Span) {
        self.spans.push(span);
        self.marks.push((kind, span));
    }
}

/// What a terminal would be doing at this point.
#[derive(Default)]
struct Screen {
    /// Where the current line begins.
    line: usize,
    /// Where concealed text began.
    concealed: Option<usize>,
    foreground: Option<u16>,
    background: Option<u16>,
}

impl Screen {
    /// Text up to here on this line will be overwritten, unless the return belongs to a line end.
    fn carriage_return(&mut self, text: &str, at: usize, hidden: &mut Hidden) {
        let next = text.as_bytes().get(at + 1);
        let ends_line = matches!(next, None | Some(b'\n' | b'\r'));
        if !ends_line {
            self.erase(at, at + 1, hidden);
        }
        self.line = at + 1;
    }

    fn erase(&mut self, at: usize, next: usize, hidden: &mut Hidden) {
        if at > self.line && self.concealed.is_none() {
            hidden.add(MarkKind::TerminalErased, Span::new(self.line, at));
        }
        self.line = next;
    }

    /// Follows SGR: conceal (8), reveal (28, 0), and letters in the colour of their ground.
    fn style(&mut self, text: &str, parameters: Span, sequence: Span, hidden: &mut Hidden) {
        let mut conceal = self.concealed.is_some();
        let list = text.get(parameters.start..parameters.end).unwrap_or_default();
        let mut numbers = list.split([';', ':']).map(|number| number.parse::<u16>().unwrap_or(0));
        while let Some(number) = numbers.next() {
            match number {
                0 => (conceal, self.foreground, self.background) = (false, None, None),
                8 => conceal = true,
                28 => conceal = false,
                30..=37 | 90..=97 => self.foreground = Some(number % 10 + number / 90 * 8),
                40..=47 | 100..=107 => self.background = Some(number % 10 + number / 100 * 8),
                38 | 48 => {
                    let colour = extended_colour(&mut numbers);
                    *(if number == 38 { &mut self.foreground } else { &mut self.background }) = colour;
                }
                39 => self.foreground = None,
                49 => self.background = None,
                _ => {}
            }
        }
        let same = self.foreground.is_some() && self.foreground == self.background;
        match (self.concealed, conceal || same) {
            (None, true) => self.concealed = Some(sequence.end),
            (Some(start), false) => {
                hidden.add(MarkKind::TerminalConcealed, Span::new(start, sequence.start));
                self.concealed = None;
            }
            _ => {}
        }
    }

    fn end(&mut self, end: usize, hidden: &mut Hidden) {
        if let Some(start) = self.concealed.take() {
            hidden.add(MarkKind::TerminalConcealed, Span::new(start, end));
        }
    }
}

/// A colour of 256 or of three channels as one number; equal colours get equal numbers.
fn extended_colour(numbers: &mut impl Iterator<Item = u16>) -> Option<u16> {
    match numbers.next()? {
        5 => numbers.next(),
        2 => {
            let (red, green, blue) = (numbers.next()?, numbers.next()?, numbers.next()?);
            Some(1000 + (red & 31) * 1024 + (green & 31) * 32 + (blue & 31))
        }
        _ => None,
    }
}

/// The control sequence that begins at `at`.
fn sequence_at(text: &str, at: usize, first: char) -> Option<Sequence> {
    let bytes = text.as_bytes();
    let (kind, body) = if first == ESCAPE {
        (*bytes.get(at + 1)?, at + 2)
    } else {
        let kind = match first {
            '\u{9B}' => b'[',
            '\u{9D}' => b']',
            _ => b'P',
        };
        (kind, at + first.len_utf8())
    };
    match kind {
        b'[' => control_sequence(bytes, at, body),
        b']' | b'P' | b'X' | b'^' | b'_' => Some(control_string(bytes, at, body)),
        // Intermediates such as the choice of a character set, then one final byte.
        0x20..=0x2F => bytes
            .get(body)
            .filter(|byte| byte.is_ascii())
            .map(|_| Sequence { length: body + 1 - at, effect: Effect::Other }),
        0x30..=0x7E => {
            let effect = if matches!(kind, b'M' | b'c' | b'8') { Effect::Erase } else { Effect::Other };
            Some(Sequence { length: body - at, effect })
        }
        _ => None,
    }
}

/// CSI: parameters, intermediates, one final byte.
fn control_sequence(bytes: &[u8], at: usize, body: usize) -> Option<Sequence> {
    let rest = bytes.get(body..)?;
    let length = rest.iter().take(LONGEST).take_while(|byte| matches!(byte, 0x20..=0x3F)).count();
    let last = *rest.get(length)?;
    let effect = match last {
        b'm' => Effect::Style(Span::new(body, body + length)),
        b'A' | b'D' | b'F' | b'G' | b'H' | b'f' | b'J' | b'K' | b'P' | b'X' | b'u' => Effect::Erase,
        _ => Effect::Other,
    };
    matches!(last, 0x40..=0x7E).then_some(Sequence { length: body + length + 1 - at, effect })
}

/// OSC and its kin: text up to BEL or ST. Without an end, terminals swallow the rest; the one byte of C1 is then taken
/// for an accident of encoding, which it mostly is.
fn control_string(bytes: &[u8], at: usize, body: usize) -> Sequence {
    let rest = bytes.get(body..).unwrap_or_default();
    let end = memchr2(0x07, 0x1B, rest).unwrap_or(rest.len());
    let terminator = match rest.get(end..) {
        Some([0x07, ..]) => 1,
        Some([0x1B, b'\\', ..]) => 2,
        _ => 0,
    };
    let skipped = command_length(rest.get(..end).unwrap_or_default());
    Sequence {
        length: body + end + terminator - at,
        effect: Effect::Text(Span::new(body + skipped, body + end)),
    }
}

/// The length of what tells a terminal what to do with a string: `0;` before a title, `8;PARAMETERS;` before a target.
fn command_length(string: &[u8]) -> usize {
    let number = string.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let after = |from: usize| string.get(from..).and_then(|rest| memchr(b';', rest)).map(|at| from + at + 1);
    let first = if string.get(number) == Some(&b';') { number + 1 } else { 0 };
    if string.starts_with(b"8;") { after(first).unwrap_or(string.len()) } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look_at(text: &str) -> (Option<String>, Option<String>) {
        let mut drafts = Vec::new();
        look(text, &mut Marks::default(), &mut drafts);
        let of =
            |kind| drafts.iter().find(|draft: &&Draft| draft.kind == kind).map(|draft| draft.text.clone());
        (of(ViewKind::Terminal), of(ViewKind::TerminalHidden))
    }

    #[test]
    fn colours_are_taken_away_and_hide_nothing() {
        let (plain, hidden) = look_at("\u{1b}[1;31merror\u{1b}[0m: \u{1b}[38;5;240mfile\u{1b}[0m not found");
        assert_eq!(plain.as_deref(), Some("error: file not found"));
        assert_eq!(hidden, None);
    }

    #[test]
    fn concealed_overwritten_and_erased_text_is_seen() {
        for (text, secret) in [
            ("done\u{1b}[8m send the key\u{1b}[28m ok", " send the key"),
            ("done\u{1b}[30;40m send the key\u{1b}[0m ok", " send the key"),
            ("done\u{1b}[38;2;1;2;3;48;2;1;2;3m send the key\u{1b}[0m ok", " send the key"),
            ("send the key\rAll tests pass", "send the key"),
            ("send the key\u{1b}[2K\u{1b}[1GAll tests pass", "send the key"),
            ("\u{1b}]0;send the key\u{7}All tests pass", "send the key"),
            ("\u{1b}]8;;https://evil.example/key\u{1b}\\docs\u{1b}]8;;\u{1b}\\", "https://evil.example/key"),
            ("\u{9b}8msend the key", "send the key"),
        ] {
            assert_eq!(look_at(text).1.as_deref(), Some(secret), "{text:?}");
        }
    }

    #[test]
    fn line_ends_of_windows_hide_nothing() {
        assert_eq!(look_at("one\r\ntwo\r\n").1, None);
        assert_eq!(look_at("one\u{1b}[").1, None);
        assert_eq!(look_at("\u{1b}").0.as_deref(), Some(""));
    }
}
