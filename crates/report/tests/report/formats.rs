//! Each format of the rich assessment as a snapshot, and what holds for all of them.

use portcullis_report::{Assessment, Format, Options, write};

use crate::sample;

pub(crate) fn render(assessment: &Assessment, format: Format, options: &Options) -> String {
    let mut out = Vec::new();
    write(assessment, format, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn text_of_a_rich_assessment() {
    insta::assert_snapshot!(render(&sample::assessment(), Format::Text, &sample::options()));
}

#[test]
fn colours_change_nothing_but_colours() {
    let coloured =
        render(&sample::assessment(), Format::Text, &Options { colour: true, ..sample::options() });
    assert!(coloured.contains("\u{1b}["));
    let plain = render(&sample::assessment(), Format::Text, &sample::options());
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines(&stripped), lines(&plain));
}

#[test]
fn text_of_a_narrow_terminal() {
    let options = Options { width: 60, ..sample::options() };
    let text = render(&sample::assessment(), Format::Text, &options);
    for line in text.lines().filter(|line| !line.starts_with("  portcullis ")) {
        assert!(line.chars().count() <= 62, "{line}");
    }
}

#[test]
fn text_without_findings_says_what_was_and_was_not_looked_at() {
    insta::assert_snapshot!(render(&sample::clean(), Format::Text, &sample::options()));
}

#[test]
fn json_of_a_rich_assessment() {
    insta::assert_snapshot!(render(&sample::assessment(), Format::Json, &sample::options()));
}

#[test]
fn json_lines_of_a_rich_assessment() {
    insta::assert_snapshot!(render(&sample::assessment(), Format::JsonLines, &sample::options()));
}

#[test]
fn sarif_of_a_rich_assessment() {
    insta::assert_snapshot!(render(&sample::assessment(), Format::Sarif, &sample::options()));
}

#[test]
fn markdown_of_a_rich_assessment() {
    insta::assert_snapshot!(render(&sample::assessment(), Format::Markdown, &sample::options()));
}

#[test]
fn html_of_a_rich_assessment() {
    insta::assert_snapshot!(body(&render(&sample::assessment(), Format::Html, &sample::options())));
}

/// The page without its style and script, which have files of their own.
fn body(page: &str) -> &str {
    let start = page.find("<body>").unwrap();
    let end = page.rfind("<script>").unwrap();
    &page[start..end]
}

#[test]
fn a_secret_of_a_source_is_in_no_format() {
    for colour in [false, true] {
        for format in Format::ALL {
            let options = Options { colour, elapsed: true, ..sample::options() };
            let report = render(&sample::assessment(), *format, &options);
            assert!(!report.contains(sample::CANARY), "{format} shows the secret");
            assert!(!report.contains(&sample::CANARY[..12]), "{format} shows a part of the secret");
        }
    }
}

#[test]
fn no_format_lets_a_control_or_a_hidden_character_through() {
    for format in Format::ALL {
        let report = render(&sample::assessment(), *format, &sample::options());
        let acting = report
            .chars()
            .find(|character| *character != '\n' && portcullis_report::neutral::is_hidden(*character));
        assert_eq!(acting, None, "{format}");
    }
}

#[test]
fn the_same_evidence_gives_the_same_bytes_whatever_its_order() {
    let mut shuffled = sample::assessment();
    shuffled.findings.reverse();
    for format in Format::ALL {
        let one = render(&sample::assessment(), *format, &sample::options());
        assert_eq!(one, render(&shuffled, *format, &sample::options()), "{format}");
    }
}
