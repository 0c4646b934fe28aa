//! Whatever stands in names, texts and sources: every format is written, is well formed, and nothing acts or hides.

use portcullis_model::{Pointer, Span};
use portcullis_report::{Assessment, Format, Options, Sources, neutral};
use proptest::prelude::*;

use crate::formats::render;
use crate::{page, sample};

/// Any text, often with characters that act or hide.
fn text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        '\0',
        '\u{1b}',
        '\u{9b}',
        '\u{7f}',
        '\n',
        '\r',
        '\t',
        '\u{202e}',
        '\u{2066}',
        '\u{200d}',
        '\u{fe0f}',
        '\u{e0041}',
        '\u{2028}',
        '\u{feff}',
        '\u{301}',
        '|',
        '`',
        '<',
        '>',
        '&',
        '"',
        '\'',
        '\\',
        '[',
        '😀',
        '漢',
        '\u{ffff}',
    ]);
    prop::collection::vec(prop_oneof![odd, any::<char>(), prop::char::range('a', 'z')], 0..60)
        .prop_map(|characters| characters.into_iter().collect())
}

fn with(text: &str, source: &str, span: Span) -> Assessment {
    let mut assessment = sample::assessment();
    assessment.sources = Sources::default();
    assessment.sources.insert(text, source, &[Span::new(span.start / 2, span.end / 2)]);
    assessment.servers[0].launch = text.to_owned();
    assessment.servers[0].name = text.to_owned();
    assessment.notes = vec![text.to_owned()];
    assessment.asked_hosts = vec![text.to_owned()];
    assessment.targets[0].locator = text.to_owned();
    for finding in &mut assessment.findings {
        finding.message = text.to_owned();
        finding.evidence = Some(text.to_owned());
        finding.fix.title = text.to_owned();
        finding.location.file = Some(text.to_owned());
        finding.location.span = Some(span);
        finding.location.name = Some(text.to_owned());
        finding.location.field = Some(Pointer::of(&[text]));
    }
    assessment
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_acts_hides_or_breaks_the_format(
        text in text(), source in text(), start in 0..200_usize, length in 0..200_usize, width in 0..200_usize,
    ) {
        let assessment = with(&text, &source, Span::new(start, start + length));
        for format in Format::ALL {
            let report = render(&assessment, *format, &Options { width, ..sample::options() });
            // A joiner or selector inside an emoji is shown as it is.
            let hidden = report.chars().find(|character| {
                neutral::is_hidden(*character) && !matches!(character, '\n' | '\u{200d}' | '\u{fe0f}')
            });
            prop_assert_eq!(hidden, None, "{} in {}", format, report);
            match format {
                Format::Html => { page::read(&report); }
                Format::Json | Format::Sarif => {
                    prop_assert!(serde_json::from_str::<serde_json::Value>(&report).is_ok());
                }
                _ => {}
            }
        }
    }
}
