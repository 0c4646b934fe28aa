//! Tables and shares as Markdown.

use std::fmt::Write;

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) found: usize,
    pub(crate) all: usize,
}

impl Share {
    /// Counts the cases for which `found` holds.
    pub(crate) fn of<T>(cases: impl IntoIterator<Item = T>, found: impl Fn(&T) -> bool) -> Self {
        let mut share = Self::default();
        for case in cases {
            share.all += 1;
            share.found += usize::from(found(&case));
        }
        share
    }

    /// From 0 to 100; nothing of nothing is 0.
    pub(crate) fn percent(self) -> f64 {
        if self.all == 0 { 0.0 } else { self.found as f64 * 100.0 / self.all as f64 }
    }

    /// Such as `541 of 561 (96.4 %)`.
    pub(crate) fn words(self) -> String {
        if self.all == 0 {
            return String::from("–");
        }
        format!("{} of {} ({:.*} %)", self.found, self.all, self.digits(), self.percent())
    }

    /// Small shares need a second digit to be told apart.
    fn digits(self) -> usize {
        if self.percent() < 10.0 && self.found > 0 { 2 } else { 1 }
    }
}

/// A table; columns whose heading begins with `#` are aligned to the right, without the mark.
pub(crate) fn table(page: &mut String, headings: &[&str], rows: &[Vec<String>]) {
    let names: Vec<&str> = headings.iter().map(|heading| heading.trim_start_matches('#')).collect();
    let rules: Vec<&str> =
        headings.iter().map(|heading| if heading.starts_with('#') { "---:" } else { "---" }).collect();
    let _ = writeln!(page, "| {} |\n|{}|", names.join(" | "), rules.join("|"));
    for row in rows {
        let cells: Vec<String> =
            row.iter().map(|cell| cell.replace('|', "\\|").replace(['\n', '\r'], " ")).collect();
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
    page.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_is_no_number() {
        assert_eq!(Share::default().words(), "–");
        assert_eq!(Share { found: 1, all: 400 }.words(), "1 of 400 (0.25 %)");
        assert_eq!(Share { found: 0, all: 400 }.words(), "0 of 400 (0.0 %)");
    }

    #[test]
    fn a_cell_cannot_break_its_table() {
        let mut page = String::new();
        table(&mut page, &["a", "#b"], &[vec!["x|y".into(), "1\n2".into()]]);
        assert_eq!(page, "| a | b |\n|---|---:|\n| x\\|y | 1 2 |\n\n");
    }
}
