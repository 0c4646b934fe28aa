//! What a survey found, for people who look and for programs: one HTML file, Markdown, or JSON.
//!
//! Nothing is told about a live case by default: a listing that can be taken over is counted and ranked under a case number.
//! Its owner gets the names, by [`disclosures`].

mod block;
mod cases;
mod chart;
mod disclosure;
mod figures;
mod given_up;
mod growth;
mod html;
mod inspected;
mod markdown;
mod names;
mod papers;
mod rejected;
mod since;
mod toolset;

use std::io::{self, Write};

pub(crate) use cases::case;
pub use cases::{Absent, Case};
pub use disclosure::{Disclosure, disclosures};
pub use figures::{
    Counted, Figures, Leaks, Month, RegistryFigures, RuleFigures, Shown, SourceFigures, Totals, figures,
    totals,
};
pub use given_up::{GivenUp, GivenUpSubject};
pub use growth::Growth;
pub use inspected::{FailedPackage, FetchRound, InspectedPackages};
pub use names::{Brands, Groups, Likenesses};

pub use rejected::{NotUnderstood, NotUnderstoodGroup};
pub use since::{Baseline, OwnerChanged, Since, SinceLink, SinceRegistry, SinceRule};
pub use toolset::{Combination, Making, Toolset};

/// The formats of a survey's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One HTML file that loads nothing.
    Html,
    /// GitHub-flavoured Markdown.
    Markdown,
    /// `portcullis.survey/1`.
    Json,
}

/// Writes a report.
///
/// # Errors
/// Only those of `out`.
pub fn write(figures: &Figures, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Html => html::write(figures, out),
        Format::Markdown => markdown::write(figures, out),
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, figures).map_err(io::Error::other)?;
            writeln!(out)
        }
    }
}

/// A share in per cent with two decimals; `–` of nothing.
fn share(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return String::from("–");
    }
    let hundredths = (i128::from(part) * 20_000 + i128::from(whole)) / (i128::from(whole) * 2);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A number with its thousands apart.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_and_numbers_are_grouped() {
        assert_eq!(share(1006, 14_900), "6.75");
        assert_eq!(share(1, 3), "33.33");
        assert_eq!(share(2, 3), "66.67");
        assert_eq!(share(0, 0), "–");
        assert_eq!(grouped(67_057), "67,057");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(-1_000_000), "-1,000,000");
    }
}
