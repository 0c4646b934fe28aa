//! Whether a line ends inside a value, without reading it.

use memchr::memmem;

use super::string::plain_length;

/// Whether brackets or a comment that `line` opens are still open at its end.
pub(crate) fn ends_inside(line: &[u8]) -> bool {
    let mut open = 0_usize;
    let mut rest = line;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'{' | b'[' => open += 1,
            b'}' | b']' => open = open.saturating_sub(1),
            b'"' => rest = after_text(after),
            b'/' if after.starts_with(b"/") => break,
            b'/' if after.starts_with(b"*") => {
                let body = after.get(1..).unwrap_or_default();
                let Some(end) = memmem::find(body, b"*/") else { return true };
                rest = body.get(end + 2..).unwrap_or_default();
            }
            _ => {}
        }
    }
    open > 0
}

/// What follows the closing quote of a text.
fn after_text(mut rest: &[u8]) -> &[u8] {
    loop {
        rest = rest.get(plain_length(rest, b'"')..).unwrap_or_default();
        match rest.split_first() {
            Some((b'"', after)) => return after,
            Some((b'\\', after)) => rest = after.get(1..).unwrap_or_default(),
            Some((_, after)) => rest = after,
            None => return rest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_open_outside_texts_and_comments_counts() {
        for inside in ["{", "[1, 2", "{\"a\": [", "[[]", "{ // }", "{ /* } */", "/* [ ]", "[\"]\\\"]\""] {
            assert!(ends_inside(inside.as_bytes()), "{inside}");
        }
        for whole in ["", "{}", "[\"[\"]", "1", "]", "{} // {", "/* { */ []", "\"a", "\"a\\", "[\"\\\"[\"]"] {
            assert!(!ends_inside(whole.as_bytes()), "{whole}");
        }
    }
}
