//! Which operations and letters are harmless for which kind of operation.

use super::pattern::Letters;
use crate::library::{Op, SinkKind};

pub(crate) const fn is_condition(op: Op) -> bool {
    matches!(
        op,
        Op::Not
            | Op::Equal
            | Op::Less
            | Op::In
            | Op::StartsWith
            | Op::EndsWith
            | Op::Matches
            | Op::IsInside
            | Op::IsAbsolute
            | Op::IsNumber
            | Op::IsPrivate
            | Op::IsPublic
            | Op::IsAddress
            | Op::IsInstance
            | Op::Any
            | Op::All
    )
}

pub(crate) const fn is_path(kind: SinkKind) -> bool {
    matches!(kind, SinkKind::PathRead | SinkKind::PathWrite | SinkKind::PathDelete)
}

/// Operations whose result is harmless for a kind of operation.
pub(crate) const fn clears(op: Op, kind: SinkKind) -> bool {
    match kind {
        SinkKind::Sql => matches!(op, Op::QuoteSql),
        SinkKind::Regex => matches!(op, Op::EscapeRegex),
        SinkKind::Ldap => matches!(op, Op::EscapeLdap),
        SinkKind::Markup | SinkKind::Xml => matches!(op, Op::EscapeMarkup | Op::EncodeUrl | Op::WriteJson),
        SinkKind::Template => matches!(op, Op::EscapeMarkup),
        SinkKind::Header | SinkKind::Message | SinkKind::Log => {
            matches!(op, Op::EncodeUrl | Op::WriteJson | Op::ReplaceAll | Op::EscapeMarkup | Op::BaseName)
        }
        SinkKind::Code => matches!(op, Op::WriteJson),
        SinkKind::Import => matches!(op, Op::BaseName),
        // What encodes leaves no letter that a shell acts on but `*`, `~` and parentheses.
        SinkKind::Shell => matches!(op, Op::QuoteShell | Op::EncodeUrl),
        SinkKind::Arguments => matches!(op, Op::QuoteShell),
        _ => false,
    }
}

/// Whether a text of these letters is harmless for a kind of operation.
pub(crate) fn harmless(letters: &Letters, kind: SinkKind) -> bool {
    match kind {
        SinkKind::Shell => {
            letters.only(|letter| letter.is_ascii_alphanumeric() || "_-.,:/@%+=".contains(letter))
        }
        SinkKind::Arguments => {
            letters.only(|letter| letter.is_ascii_alphanumeric() || "_-.,:/@%+= ~^{}#".contains(letter))
        }
        SinkKind::PathRead | SinkKind::PathWrite | SinkKind::PathDelete | SinkKind::Import => {
            !letters.may_be('/') && !letters.may_be('\\')
                || ((!letters.may_be('.') || letters.dots_apart())
                    && !letters.begins_with('/')
                    && !letters.may_be('\\'))
        }
        SinkKind::Url => {
            letters.only(|letter| letter.is_ascii_alphanumeric() || "_-.,~".contains(letter))
                || letters.fixed_host()
        }
        SinkKind::Sql => letters.only(|letter| letter.is_ascii_alphanumeric() || "_.-: $".contains(letter)),
        SinkKind::Header | SinkKind::Message | SinkKind::Log => {
            !letters.may_be('\n') && !letters.may_be('\r')
        }
        SinkKind::Ldap => letters.only(|letter| letter.is_ascii_alphanumeric() || "_.-@ ".contains(letter)),
        // Without a repetition, a choice or a group, no pattern is slow.
        SinkKind::Regex => letters.only(|letter| !"+*?{}()[]|\\".contains(letter)),
        SinkKind::Code => {
            letters.only(|letter| !letter.is_ascii_alphabetic() && !"\"'`$\\[]{};".contains(letter))
                || letters.only(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        }
        _ => letters.only(|letter| letter.is_ascii_alphanumeric() || "_-.".contains(letter)),
    }
}
