//! Where a regular expression literal ends.

/// A regular expression literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RegularExpression {
    /// Bytes from the first slash to behind the last.
    pub(super) length: usize,
    /// Whether it holds no quote, and brackets only in pairs: read as code it would change nothing behind it.
    pub(super) is_plain: bool,
}

/// The literal that begins with the slash at the beginning of this text, if it ends on its line; otherwise how many
/// bytes were looked at.
pub(super) fn regular_expression(text: &[u8]) -> Result<RegularExpression, usize> {
    let mut in_class = false;
    let mut is_plain = true;
    let mut open = 0usize;
    let mut position = 1;
    while let Some(&byte) = text.get(position) {
        match byte {
            b'\n' | b'\r' => return Err(position),
            // Read as code a backslash ends everything.
            b'\\' => position += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => {
                return Ok(RegularExpression { length: position + 1, is_plain: is_plain && open == 0 });
            }
            b'"' | b'\'' | b'`' | b'/' => is_plain = false,
            b'(' | b'{' => open += 1,
            b')' | b'}' => match open.checked_sub(1) {
                Some(less) => open = less,
                None => is_plain = false,
            },
            _ => {}
        }
        position += 1;
    }
    Err(position)
}
