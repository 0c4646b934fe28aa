//! Texts in quotes of which every quote is doubled.

use crate::library::Op;
use crate::value::Value;

/// Quotes of literals and of names.
const QUOTES: [&str; 3] = ["'", "\"", "`"];

/// Whether a part of a statement is a text in quotes of which every quote is doubled:
/// `"'" + value.replace("'", "''") + "'"`.
pub(super) fn quotes_doubled(operands: &[Value<'_>], index: usize) -> bool {
    let beside = |index: Option<usize>| index.and_then(|index| operands.get(index)).and_then(Value::text);
    let (Some(before), Some(after)) = (beside(index.checked_sub(1)), beside(Some(index + 1))) else {
        return false;
    };
    let Some([_, what, by]) =
        operands.get(index).and_then(Value::term).and_then(|term| term.operands(Op::ReplaceAll))
    else {
        return false;
    };
    let what = match what {
        Value::Term(pattern) => pattern.operands(Op::Regex).and_then(|operands| operands.first()?.text()),
        what => what.text(),
    };
    QUOTES.iter().any(|quote| {
        before.ends_with(quote)
            && after.starts_with(quote)
            && what == Some(quote)
            && by.text().is_some_and(|by| by == quote.repeat(2))
    })
}
