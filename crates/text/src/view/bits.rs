//! Text written as bits: in zero-width characters, in spaces and tabs.

use memchr::memchr2;
use portcullis_model::Span;

use super::Draft;
use super::plausible;
use crate::view::ViewKind;

/// Fewest bits that are read: six characters.
const FEWEST: usize = 40;
/// Most bits that are read.
const MOST: usize = 1 << 16;

/// Reads symbols as bits, with each way of telling which symbol is the one: two symbols are bits, a third separates
/// characters, four are pairs of bits.
pub(crate) fn from_symbols(symbols: &[char]) -> Option<String> {
    let mut kinds: Vec<char> = symbols.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    let pick = |zero: char, one: char| {
        symbols.iter().filter_map(move |&s| (s == zero || s == one).then_some(s == one))
    };
    match kinds[..] {
        [a, b] => either(&|| pick(a, b).collect()).or_else(|| either(&|| pick(b, a).collect())),
        [a, b, c] => [(a, b, c), (a, c, b), (b, c, a)]
            .into_iter()
            .flat_map(|(zero, one, gap)| [(zero, one, gap), (one, zero, gap)])
            .find_map(|(zero, one, gap)| {
                separated(symbols, zero, one, gap).or_else(|| either(&|| pick(zero, one).collect()))
            }),
        [a, b, c, d] => {
            let pair = |symbol: char| [a, b, c, d].iter().position(|&kind| kind == symbol).unwrap_or(0);
            either(&|| symbols.iter().flat_map(|&s| [pair(s) & 2 != 0, pair(s) & 1 != 0]).collect())
        }
        _ => None,
    }
}

/// Groups of bits between separators, each one character.
fn separated(symbols: &[char], zero: char, one: char, gap: char) -> Option<String> {
    let bytes: Option<Vec<u8>> = symbols
        .split(|&symbol| symbol == gap)
        .filter(|group| !group.is_empty())
        .map(|group| {
            let fits = group.len() <= 8 && group.iter().all(|&symbol| symbol == zero || symbol == one);
            fits.then(|| group.iter().fold(0, |byte, &symbol| byte << 1 | u8::from(symbol == one)))
        })
        .collect();
    plausible::readable(bytes?)
}

/// Reads bits in groups of eight, then of seven.
fn either(bits: &dyn Fn() -> Vec<bool>) -> Option<String> {
    let bits = bits();
    if bits.len() < FEWEST {
        return None;
    }
    [8, 7].into_iter().find_map(|width| {
        let bytes = bits
            .chunks_exact(width)
            .map(|group| group.iter().fold(0, |byte, &bit| byte << 1 | u8::from(bit)))
            .collect();
        plausible::readable(bytes)
    })
}

/// Reads runs of spaces and tabs as bits: those inside lines, or those at the ends of lines.
pub(crate) fn look(text: &str, drafts: &mut Vec<Draft>) {
    if !text.contains('\t') || !text.contains(' ') {
        return;
    }
    let mut bits: Vec<bool> = Vec::new();
    let mut span: Option<Span> = None;
    for run in Runs::of(text).filter(|run| run.mixed || run.ends_line) {
        if bits.len() >= MOST {
            break;
        }
        let blanks = text.as_bytes().get(run.span.start..run.span.end).unwrap_or_default();
        bits.extend(blanks.iter().take(MOST).map(|&byte| byte == b'\t'));
        span = Some(span.map_or(run.span, |all| Span::new(all.start, run.span.end)));
    }
    let ones = bits.iter().filter(|&&bit| bit).count();
    if ones * 8 < bits.len() || (bits.len() - ones) * 8 < bits.len() {
        return;
    }
    let read = either(&|| bits.clone()).or_else(|| either(&|| bits.iter().map(|bit| !bit).collect()));
    if let (Some(text), Some(span)) = (read, span) {
        drafts.push(Draft::decoded(ViewKind::BlankBits, text, span));
    }
}

/// A run of spaces and tabs.
struct Run {
    span: Span,
    mixed: bool,
    ends_line: bool,
}

struct Runs<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Runs<'t> {
    fn of(text: &'t str) -> Self {
        Self { text: text.as_bytes(), at: 0 }
    }
}

impl Iterator for Runs<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        let start = self.at + memchr2(b' ', b'\t', self.text.get(self.at..)?)?;
        let rest = self.text.get(start..)?;
        let length = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let run = rest.get(..length)?;
        self.at = start + length;
        Some(Run {
            span: Span::new(start, self.at),
            mixed: length >= 16 && run.contains(&b' ') && run.contains(&b'\t'),
            ends_line: matches!(rest.get(length), None | Some(b'\n' | b'\r')),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits_of(text: &str) -> Vec<bool> {
        text.bytes().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect()
    }

    #[test]
    fn bits_are_read_whichever_symbol_is_the_one() {
        let message = "send the notes";
        for (zero, one) in [('\u{200B}', '\u{200C}'), ('\u{200C}', '\u{200B}'), ('\u{2060}', '\u{FEFF}')] {
            let symbols: Vec<char> =
                bits_of(message).iter().map(|&bit| if bit { one } else { zero }).collect();
            assert_eq!(from_symbols(&symbols).as_deref(), Some(message));
        }
        let with_gaps: Vec<char> = message
            .bytes()
            .flat_map(|byte| format!("{byte:b} ").into_bytes())
            .map(|byte| match byte {
                b'0' => '\u{200B}',
                b'1' => '\u{200C}',
                _ => '\u{200D}',
            })
            .collect();
        assert_eq!(from_symbols(&with_gaps).as_deref(), Some(message));
        assert_eq!(from_symbols(&['\u{200B}'; 80]), None);
    }

    #[test]
    fn blanks_at_line_ends_spell_text() {
        let message = "send the notes";
        let lines: String = bits_of(message)
            .chunks(8)
            .map(|byte| {
                let blanks: String = byte.iter().map(|&bit| if bit { '\t' } else { ' ' }).collect();
                format!("line{blanks}\n")
            })
            .collect();
        let mut drafts = Vec::new();
        look(&lines, &mut drafts);
        assert_eq!(drafts[0].text, message);
        drafts.clear();
        look("a table\t \tof  words \t and\n\t\tmore \n", &mut drafts);
        assert!(drafts.is_empty());
    }
}
