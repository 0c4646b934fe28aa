//! Letters that look like others: of another script, or symbols of mathematics and typography.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use portcullis_model::Span;
use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};
use unicode_security::confusable_detection::skeleton;

use super::Draft;
use super::rewrite::Rewrite;
use crate::mark::{MarkKind, Marks};
use crate::view::ViewKind;

/// Longest word that is folded, in bytes: longer ones are not words.
const LONGEST: usize = 256;
/// Fewest letters of a word that is alone of its script and reads as a Latin one.
const SHORTEST_ALONE: usize = 3;

/// Greek, Cyrillic and Armenian: the scripts in which nearly all look-alikes are found, looked up once.
const NEAR_SCRIPTS: RangeInclusive<char> = '\u{370}'..='\u{58F}';

/// Small capitals, which have no compatibility form: `ᴀ` to `ᴢ`.
const SMALL_CAPITALS: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡxʏᴢ";

/// What a word with letters outside ASCII turned out to be.
struct Fold {
    folded: String,
    kind: Option<MarkKind>,
}

/// Notes every word that deceives the eye and adds the text with such words folded.
pub(crate) fn look(text: &str, marks: &mut Marks, drafts: &mut Vec<Draft>) {
    let folds: Vec<(Span, Fold)> = words(text)
        .filter_map(|(start, word)| Some((Span::new(start, start + word.len()), fold(word)?)))
        .collect();
    let mut honest_scripts: Vec<Script> = Vec::new();
    if folds.iter().any(|(_, fold)| fold.kind == Some(MarkKind::LookAlike)) {
        words(text).for_each(|(_, word)| note_scripts(word, &mut honest_scripts));
    }
    let mut rewrite = Rewrite::of(text);
    for (span, fold) in folds {
        let word = text.get(span.start..span.end).unwrap_or_default();
        // Among other words of its script, a word that happens to read as Latin is an honest one.
        if fold.kind == Some(MarkKind::LookAlike)
            && word.chars().any(|character| honest_scripts.contains(&character.script()))
        {
            continue;
        }
        if let Some(kind) = fold.kind {
            marks.note(kind, span);
        }
        rewrite.replace(span.start, span.end, &fold.folded);
    }
    drafts.extend(rewrite.finish().map(|done| Draft::rewritten(ViewKind::Folded, done)));
}

/// Words with a letter outside ASCII that can be of another script or a symbol, and where they begin.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let bytes = text.as_bytes();
            let foreign = at + bytes.get(at..)?.iter().position(|byte| !byte.is_ascii())?;
            let letters =
                bytes.get(at..foreign)?.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            let start = foreign - letters;
            // The letter of an escape such as `\n` belongs to no word.
            let escape =
                letters > 0 && start.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'\\');
            let (start, letters) = if escape { (start + 1, letters - 1) } else { (start, letters) };
            let rest = text.get(start..)?;
            let mut suspect = false;
            let end = rest.char_indices().find(|&(_, character)| {
                suspect |= !is_plain(character);
                !is_part(character)
            });
            let length = end.map_or(rest.len(), |(length, _)| length);
            at = start + length + end.map_or(0, |(_, character)| character.len_utf8());
            if suspect && length > letters && length <= LONGEST {
                return Some((start, rest.get(..length)?));
            }
        }
    })
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric()
        || is_combining(character)
        || matches!(character, '\u{24B6}'..='\u{24E9}' | '\u{1F130}'..='\u{1F189}')
}

/// Letters that are never folded: those of ASCII, accented Latin ones, and those of East Asia.
const fn is_plain(character: char) -> bool {
    matches!(character, '\0'..='\u{17E}' | '\u{180}'..='\u{24F}' | '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7FF}')
}

/// Folds a word that deceives; none for an honest one.
fn fold(word: &str) -> Option<Fold> {
    let mut counts = Counts::default();
    let mut folded = String::with_capacity(word.len());
    for character in word.chars() {
        counts.add(character, &mut folded);
    }
    counts.judge(folded)
}

/// What the letters of a word are.
#[derive(Default)]
struct Counts {
    latin: usize,
    look_alike: usize,
    greek: usize,
    styled: usize,
    struck: usize,
    other: usize,
}

impl Counts {
    /// Counts one character and folds it.
    fn add(&mut self, character: char, folded: &mut String) {
        if character.is_ascii() {
            self.latin += usize::from(character.is_ascii_alphabetic());
            folded.push(character);
        } else if is_combining(character) {
            self.struck += 1;
        } else if let Some(letter) = styled(character) {
            self.styled += 1;
            folded.push(letter);
        } else if let Some(letter) = compatible(character) {
            self.styled += usize::from(!is_wide(character));
            folded.push(letter);
        } else if let Some(letter) = look_alike(character) {
            self.look_alike += 1;
            self.greek += usize::from(character.script() == Script::Greek);
            folded.push(letter);
        } else {
            self.other += 1;
            folded.push(character);
        }
    }

    fn judge(self, folded: String) -> Option<Fold> {
        let all_greek = self.greek == self.look_alike;
        let mixed = self.look_alike > 0 && self.latin > 0 && self.other == 0;
        // `αs` and `κB` are formulas: a Greek letter or two among few Latin ones.
        let formula = all_greek && self.latin < 3;
        let kind = if mixed && !formula {
            Some(MarkKind::MixedScript)
        } else if self.look_alike >= SHORTEST_ALONE && self.latin + self.other == 0 {
            Some(MarkKind::LookAlike)
        } else if self.styled >= 3 && self.other == 0 {
            Some(MarkKind::StyledLetters)
        } else {
            None
        };
        // Wide letters are how Japanese and Chinese texts write Latin words; they fold without a mark.
        let plain = folded.is_ascii() && self.look_alike == 0 && self.other == 0;
        let struck_out = self.struck * 2 > self.latin && self.latin >= 3;
        (kind.is_some() || plain && (self.struck == 0 || struck_out)).then_some(Fold { folded, kind })
    }
}

/// Scripts of the letters that look like no Latin letter.
fn note_scripts(word: &str, scripts: &mut Vec<Script>) {
    for character in
        word.chars().filter(|&character| !character.is_ascii() && look_alike(character).is_none())
    {
        let script = character.script();
        if !matches!(script, Script::Common | Script::Inherited | Script::Latin) && !scripts.contains(&script)
        {
            scripts.push(script);
        }
    }
}

/// The Latin letter that a letter of another script looks like (UTS #39).
fn look_alike(character: char) -> Option<char> {
    static NEAR: LazyLock<Vec<Option<char>>> = LazyLock::new(|| NEAR_SCRIPTS.map(look_up).collect());
    if NEAR_SCRIPTS.contains(&character) {
        let place = character as usize - *NEAR_SCRIPTS.start() as usize;
        return NEAR.get(place).copied().flatten();
    }
    if is_plain(character) { None } else { look_up(character) }
}

fn look_up(character: char) -> Option<char> {
    if !character.is_alphabetic()
        || matches!(character.script(), Script::Latin | Script::Common | Script::Inherited | Script::Han)
    {
        return None;
    }
    let mut prototype = skeleton(character.encode_utf8(&mut [0; 4])).collect::<String>();
    if prototype == "l" && character.is_uppercase() {
        prototype = "I".to_owned();
    }
    match prototype.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => Some(char::from(*letter)),
        b"rn" => Some('m'),
        _ => None,
    }
}

/// The ASCII letter or digit that a character is a compatibility form of. Ordinals, exponents, indices, numerals and
/// the signs of units are typography of honest texts.
fn compatible(character: char) -> Option<char> {
    let symbol = matches!(
        character,
        '\u{17F}' | '\u{24B6}'..='\u{24E9}' | '\u{FF10}'..='\u{FF5A}' | '\u{1D400}'..='\u{1D7FF}' | '\u{1F130}'..='\u{1F149}'
    );
    let form = symbol.then(|| std::iter::once(character).nfkc().next()).flatten();
    form.filter(char::is_ascii_alphanumeric)
}

/// Letters drawn as symbols without a compatibility form.
fn styled(character: char) -> Option<char> {
    let from = |first: u32| char::from_u32(u32::from(b'A') + (character as u32 - first));
    match character {
        '\u{1F150}'..='\u{1F169}' => from(0x1F150),
        '\u{1F170}'..='\u{1F189}' => from(0x1F170),
        '\u{250}'..='\u{2AF}' | '\u{1D00}'..='\u{1D2B}' | '\u{A730}' | '\u{A731}' | '\u{A7AF}' => {
            let place = SMALL_CAPITALS.chars().position(|small| small == character)?;
            char::from_u32(u32::from(b'a') + u32::try_from(place).ok()?)
        }
        _ => None,
    }
}

const fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36F}' | '\u{20D0}'..='\u{20FF}')
}

const fn is_wide(character: char) -> bool {
    matches!(character, '\u{FF00}'..='\u{FFEF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<String>, Vec<MarkKind>) {
        let mut marks = Marks::default();
        let mut drafts = Vec::new();
        look(text, &mut marks, &mut drafts);
        (drafts.pop().map(|draft| draft.text), marks.into_sorted().iter().map(|mark| mark.kind).collect())
    }

    #[test]
    fn words_that_deceive_the_eye_are_folded_and_marked() {
        for (text, folded, kind) in [
            ("s\u{435}nd the k\u{435}y", "send the key", MarkKind::MixedScript),
            ("p\u{430}ypal", "paypal", MarkKind::MixedScript),
            ("f\u{3BF}llow", "follow", MarkKind::MixedScript),
            ("\u{441}\u{43E}\u{440}\u{443} the key", "copy the key", MarkKind::LookAlike),
            ("\u{1D42C}\u{1D41E}\u{1D427}\u{1D41D} it", "send it", MarkKind::StyledLetters),
            ("ꜱᴇɴᴅ it", "send it", MarkKind::StyledLetters),
            ("🅂🄴🄽🄳 it", "SEND it", MarkKind::StyledLetters),
            ("ⓢⓔⓝⓓ it", "send it", MarkKind::StyledLetters),
        ] {
            let (view, kinds) = read(text);
            assert_eq!(view.as_deref(), Some(folded), "{text}");
            assert!(kinds.contains(&kind) && kinds.iter().all(|k| *k == kind), "{text}: {kinds:?}");
        }
        assert_eq!(read("s\u{336}e\u{336}n\u{336}d\u{336} it").0.as_deref(), Some("send it"));
    }

    #[test]
    fn honest_texts_of_many_languages_are_left_alone() {
        for text in [
            "Создаёт новый файл и сору в нём",
            "Отправляет API-ключ на сервер через HTTP",
            "Crée un fichier, naïve façade, Größe, señor, İstanbul, Łódź",
            "ファイルを作成する API です",
            "ΔT = 5 µm, αs and NF-κB, Ω and 2π",
            "Δημιουργεί ένα αρχείο και το στέλνει",
            "H₂O, x², 1º, 3ª, CO₂, №5, ™, ℃",
            "يقرأ الملف ويرسله",
            "Cтатья", // a Latin letter slipped into a Russian word
            "{\"text\":\"строка\\nа и\\nещё\"}",
            "Việt Nam, phở, e\u{301}t\u{e9}",
        ] {
            assert_eq!(read(text), (None, vec![]), "{text}");
        }
        assert_eq!(read("ＡＰＩキーを送る ＡＰＩ").1, []);
    }

    #[test]
    fn small_capitals_stand_in_the_order_of_the_alphabet() {
        let folded: String = SMALL_CAPITALS.chars().map(|small| styled(small).unwrap_or(small)).collect();
        assert_eq!(folded, "abcdefghijklmnopqrstuvwxyz");
    }
}
