#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]
//! Broken, deep, large and odd files of Python: what is still read.

use portcullis_source::ir::FileId;
use portcullis_source::ir::outline::outline;
use portcullis_source::python;

/// Compares the outline of a text with what is expected of it.
#[track_caller]
fn check(text: &str, expected: &str) {
    let outline = outline(&python::parse("server.py", text.trim_start(), FileId(0)));
    assert_eq!(outline.trim_end(), expected.trim());
}

#[test]
fn a_broken_file_yields_what_could_be_read_and_says_what_could_not() {
    check(
        r#"
def f(:
    x = 1
y = (1 +
z = 2
print 'x'
class A:
  def m(self)
    return 1
w = 3
"#,
        r#"
function f(x = 1, y = (1 + z)) { 2; print }
class A {  }
function m(self) { return 1; let w = 3 }
problem: 6..7 expected a parameter or the end of the parameter list
problem: 18..19 expected `,`, found name
problem: 29..30 expected `)`, found `=`
problem: 31..32 expected `)`, found int
problem: 33..38 simple statements must be separated by newlines or semicolons
problem: 39..42 simple statements must be separated by newlines or semicolons
problem: 43..48 compound statements are not allowed on the same line as simple statements
problem: 54..57 expected a simple statement
problem: 70..76 expected `:`, found `return`
problem: 79..80 simple statements must be separated by newlines or semicolons
problem: 85..85 unexpected EOF while parsing
"#,
    );
}

/// Runs on a thread with the stack that the front ends are promised.
fn on_a_large_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(64 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn what_nests_too_deeply_is_refused_or_left_out_and_said() {
    on_a_large_stack(|| {
        for repeated in [
            "(",
            "[",
            "{",
            "f(",
            "a[",
            "not ",
            "- ",
            "a + ",
            "a ** ",
            "a.b.",
            "lambda: ",
            "lambda a, b: ",
            "x if y else ",
            "f'{",
            "f\"{x:{",
            "await ",
            "(a, [b, ",
            "{1: ",
            "a = ",
            "a < ",
            "a and ",
            "if a: ",
            "()",
            "a()",
            "a[0]",
            "yield ",
            "async ",
            "case ",
            "\\N{",
            "f'\\N{",
            "rf'\\N{",
            "1f'{",
            "(\")\"",
            "f'{\n(",
            "for a in ",
            "x for x in (",
            "@",
            ":=",
            "a if (b) else c, lambda d, e: ",
        ] {
            let text = repeated.repeat(60_000);
            let file = python::parse("a.py", &text, FileId(0));
            assert!(!file.problems.is_empty(), "{repeated:?}");
            let text = format!("x = {}", repeated.repeat(6_000));
            let _ = python::parse("a.py", &text, FileId(0));
        }
        let mut text = String::new();
        for depth in 0..3_000 {
            text.push_str(&" ".repeat(depth));
            text.push_str("if a:\n");
        }
        assert!(python::parse("a.py", &text, FileId(0)).problems[0].message.contains("100 blocks"));
        let text = format!("x = (\n{text}");
        let _ = python::parse("a.py", &text, FileId(0));
    });
}

#[test]
fn bytes_are_decoded_by_their_mark_and_cookie() {
    let decoded = |bytes: &[u8]| portcullis_source::decoded("a.py", bytes).0.into_owned();
    assert_eq!(decoded(b"\xEF\xBB\xBFx = '\xC3\xA9'"), "x = '\u{e9}'");
    assert_eq!(
        decoded(b"# -*- coding: latin-1 -*-\nx = '\xE9\x80'").split('\n').nth(1),
        Some("x = '\u{e9}\u{80}'")
    );
    assert_eq!(
        decoded(b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'").split('\n').nth(2),
        Some("'\u{20ac}'")
    );
    assert_eq!(decoded(b"x = 1\n# coding: latin-1\n").lines().count(), 2);
    assert_eq!(decoded(b"\xFF\xFEx\0=\0"), "x=");
    assert_eq!(decoded(b"\xFE\xFF\0x\0="), "x=");
    let problem = |bytes: &[u8]| portcullis_source::decoded("a.py", bytes).1.unwrap_or_default();
    assert_eq!(problem(b"# coding: koi8-r\nx = 1"), "");
    assert!(problem(b"# coding: koi8-r\nx = '\xC1'").contains("`koi8-r` is not understood"));
    assert!(problem(b"x = '\xC1'").contains("not UTF-8"));
}

#[test]
fn large_files_and_stubs_are_not_parsed_and_long_literals_are_cut() {
    let file = python::parse("a.py", &"x\n".repeat(python::LARGEST_FILE / 2 + 1), FileId(0));
    assert!(file.body.is_empty() && file.problems[0].message.contains("are read"));
    assert_eq!(outline(&python::parse("a.pyi", "x: int = 1", FileId(0))), "");
    let long = "\u{e9}".repeat(100_000);
    for text in [
        format!("x = '{long}'"),
        format!("x = f'{long}{{y}}' '{long}'"),
        format!("x = b'{}'", "a".repeat(100_000)),
    ] {
        assert!(
            outline(&python::parse("a.py", &text, FileId(0))).len()
                < 3 * portcullis_source::ir::LONGEST_LITERAL
        );
    }
}

#[test]
fn long_sums_and_chains_of_conditions_stay_flat() {
    on_a_large_stack(|| {
        let sum = format!("x = {}\ny = {}", vec!["a"; 3_000].join(" + "), vec!["a"; 3_000].join(" and "));
        let file = python::parse("a.py", &sum, FileId(0));
        assert!(file.problems.is_empty(), "{:?}", file.problems);
        let chain: String = (0..500).map(|number| format!("elif name == {number}: f({number})\n")).collect();
        let file = python::parse("a.py", &format!("if a: b()\n{chain}else: c()"), FileId(0));
        assert!(file.problems.is_empty());
        let outline = outline(&file);
        assert!(
            outline.starts_with("match true {") && outline.contains("(name == 499)"),
            "{}",
            &outline[..80]
        );
    });
}

#[test]
fn what_stands_for_several_does_not_grow_without_bound() {
    on_a_large_stack(|| {
        let nested = format!("x = {}a{}", "b < (".repeat(80), ") < c".repeat(80));
        let names: String = (0..3_000).map(|number| format!("n{number} = ")).collect();
        let fields = format!("class A:\n    {names}[{}]", "f(), ".repeat(3_000));
        let tuples = format!("{}[{}]", "(a, b) = ".repeat(3_000), "f(), ".repeat(3_000));
        for text in [nested, fields, tuples] {
            let file = python::parse("a.py", &text, FileId(0));
            assert!(file.problems[0].message.contains("stand for several"), "{:?}", file.problems);
            assert!(outline(&file).len() < 3_000_000);
        }
    });
}

#[test]
fn what_does_nothing_is_left_out() {
    check(
        r#"
type X = int
pass
'text'
...
"#,
        r#"

"#,
    );
}
