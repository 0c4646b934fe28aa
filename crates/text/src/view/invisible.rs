//! Characters that have no glyph, and where languages and emoji honestly need them.

/// What kind of invisible character one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Invisible {
    /// A space of no width, a joiner, a word joiner, an invisible operator, a byte order mark.
    ZeroWidth,
    /// A hyphen that shows at the end of a line only.
    SoftHyphen,
    /// A Hangul filler.
    Filler,
    /// Embedding, override or isolate of the bidirectional algorithm.
    BidiControl,
    /// A directional mark.
    BidiMark,
    /// A variation selector.
    Variation,
    /// A tag character.
    Tag,
}

/// The kind of an invisible character: Default_Ignorable_Code_Point of Unicode, and annotation marks.
pub(crate) const fn kind_of(character: char) -> Option<Invisible> {
    Some(match character {
        '\u{AD}' => Invisible::SoftHyphen,
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => Invisible::Filler,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Invisible::BidiControl,
        '\u{200E}' | '\u{200F}' | '\u{61C}' => Invisible::BidiMark,
        '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => {
            Invisible::Variation
        }
        '\u{E0000}'..='\u{E007F}' => Invisible::Tag,
        '\u{34F}'
        | '\u{17B4}'
        | '\u{17B5}'
        | '\u{180E}'
        | '\u{200B}'..='\u{200D}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0080}'..='\u{E00FF}'
        | '\u{E01F0}'..='\u{E0FFF}' => Invisible::ZeroWidth,
        _ => return None,
    })
}

/// What stands around an invisible character.
#[derive(Clone, Copy)]
pub(crate) struct Around {
    /// The character before.
    pub(crate) before: Option<char>,
    /// The character after.
    pub(crate) after: Option<char>,
    /// True inside a flag: a black flag followed by tag characters only.
    pub(crate) in_flag: bool,
    /// True when the text has letters that are written from right to left.
    pub(crate) right_to_left: bool,
}

/// True when a language or an emoji needs the character where it stands.
pub(crate) fn is_honest(character: char, kind: Invisible, around: Around) -> bool {
    let before = around.before.unwrap_or('\n');
    let after = around.after.unwrap_or('\n');
    match kind {
        Invisible::Tag => around.in_flag,
        Invisible::Variation => selects_a_form(before, character),
        Invisible::BidiMark => around.right_to_left,
        // Isolates and embeddings are for mixed text; nothing honest overrides the direction of letters.
        Invisible::BidiControl => around.right_to_left && !matches!(character, '\u{202D}' | '\u{202E}'),
        Invisible::Filler => is_hangul(before) || is_hangul(after),
        Invisible::SoftHyphen => before.is_alphabetic() && after.is_alphabetic(),
        Invisible::ZeroWidth => match character {
            '\u{FEFF}' => around.before.is_none(),
            '\u{200C}' | '\u{200D}' if joins(before) || joins(after) => true,
            '\u{200D}' => ends_emoji(before) && is_emoji(after),
            '\u{200B}' | '\u{2060}' => breaks_lines_unseen(before) || breaks_lines_unseen(after),
            '\u{34F}' => !before.is_ascii() && !after.is_ascii(),
            '\u{17B4}' | '\u{17B5}' => joins(before),
            '\u{180E}' => matches!(before, '\u{1800}'..='\u{18AF}'),
            '\u{2061}'..='\u{2064}' => !before.is_ascii() || !after.is_ascii(),
            _ => false,
        },
    }
}

/// True when `selector` chooses a glyph of the character before: emoji or text form, mathematical and ideographic
/// variants. A second selector chooses nothing.
fn selects_a_form(before: char, selector: char) -> bool {
    match selector {
        '\u{FE0E}' | '\u{FE0F}' => is_emoji(before) || matches!(before, '0'..='9' | '#' | '*'),
        '\u{FE00}'..='\u{FE0F}' => {
            !before.is_ascii() && kind_of(before).is_none() && !matches!(before, '\u{1F000}'..='\u{1FAFF}')
        }
        '\u{E0100}'..='\u{E01EF}' => {
            matches!(before, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
        }
        _ => matches!(before, '\u{1800}'..='\u{18AF}'),
    }
}

/// True for characters that have an emoji form or symbols that may ask for one.
pub(crate) const fn is_emoji(character: char) -> bool {
    matches!(
        character,
        '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{20E3}' | '\u{2100}'..='\u{2BFF}' | '\u{3030}' | '\u{303D}'
            | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}'
    )
}

const fn ends_emoji(character: char) -> bool {
    is_emoji(character) || matches!(character, '\u{FE0F}' | '\u{E007F}')
}

/// Scripts whose letters join or stack, so that a joiner or non-joiner changes the spelling.
pub(crate) const fn joins(character: char) -> bool {
    matches!(
        character,
        '\u{600}'..='\u{DFF}'
            | '\u{F00}'..='\u{109F}'
            | '\u{1700}'..='\u{18AF}'
            | '\u{1900}'..='\u{1C7F}'
            | '\u{1CD0}'..='\u{1CFF}'
            | '\u{A800}'..='\u{A8FF}'
            | '\u{A930}'..='\u{AAFF}'
            | '\u{ABC0}'..='\u{ABFF}'
            | '\u{FB50}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFC}'
            | '\u{10A00}'..='\u{10FFF}'
            | '\u{11000}'..='\u{11FFF}'
            | '\u{1E900}'..='\u{1E95F}'
    )
}

/// Scripts without blanks between words, where an unseen break tells where a line may end.
const fn breaks_lines_unseen(character: char) -> bool {
    matches!(
        character,
        '\u{E00}'..='\u{FFF}'
            | '\u{1000}'..='\u{109F}'
            | '\u{1100}'..='\u{11FF}'
            | '\u{1780}'..='\u{17FF}'
            | '\u{3000}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7A3}'
            | '\u{FF00}'..='\u{FFEF}'
    )
}

const fn is_hangul(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{11FF}' | '\u{3131}'..='\u{318E}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}' | '\u{FFA0}'..='\u{FFDC}')
}

/// True for letters that are written from right to left.
pub(crate) const fn is_right_to_left(character: char) -> bool {
    matches!(
        character,
        '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}'
    ) && kind_of(character).is_none()
}

#[cfg(test)]
mod tests {
    use icu_properties::CodePointSetData;
    use icu_properties::props::{BidiControl, DefaultIgnorableCodePoint, VariationSelector};
    use unicode_script::{Script, UnicodeScript};

    use super::*;

    #[test]
    fn every_default_ignorable_character_of_unicode_has_a_kind() {
        let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
        for character in '\0'..=char::MAX {
            let known = kind_of(character);
            let also = matches!(character, '\u{FFF9}'..='\u{FFFB}');
            assert_eq!(known.is_some(), ignorable.contains(character) || also, "{character:?}");
        }
    }

    #[test]
    fn bidi_controls_and_variation_selectors_are_those_of_unicode() {
        let bidi = CodePointSetData::new::<BidiControl>();
        let selector = CodePointSetData::new::<VariationSelector>();
        for character in '\0'..=char::MAX {
            let kind = kind_of(character);
            let is_bidi = matches!(kind, Some(Invisible::BidiControl | Invisible::BidiMark));
            assert_eq!(is_bidi, bidi.contains(character), "{character:?}");
            assert_eq!(kind == Some(Invisible::Variation), selector.contains(character), "{character:?}");
        }
    }

    #[test]
    fn every_script_that_needs_joiners_has_them() {
        for (script, sample) in [
            (Script::Arabic, "\u{645}\u{6CC}\u{FEEC}"),
            (Script::Devanagari, "\u{915}\u{94D}"),
            (Script::Bengali, "\u{995}"),
            (Script::Tamil, "\u{B95}"),
            (Script::Malayalam, "\u{D15}"),
            (Script::Sinhala, "\u{D9A}"),
            (Script::Khmer, "\u{1780}"),
            (Script::Mongolian, "\u{1820}"),
            (Script::Syriac, "\u{710}"),
        ] {
            for character in sample.chars() {
                assert_eq!(character.script(), script);
                assert!(joins(character), "{character:?}");
            }
        }
        for character in "aZ9é漢я ".chars() {
            assert!(!joins(character), "{character:?}");
        }
    }
}
