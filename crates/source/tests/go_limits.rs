#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]
//! Broken, deep, large and odd files of Go: what is still read.

use portcullis_source::go;
use portcullis_source::ir::FileId;
use portcullis_source::ir::outline::outline;

/// Compares the outline of a text with what is expected of it.
#[track_caller]
fn check(text: &str, expected: &str) {
    let outline = outline(&go::parse("main.go", text.trim_start(), FileId(0)));
    assert_eq!(outline.trim_end(), expected.trim());
}

#[test]
fn a_broken_file_yields_what_could_be_read_and_says_what_could_not() {
    check(
        r#"
package main

func f() {
	x := g(
	y := 1
}

func h() { return 1 }

func i( { }
func j() { k() }
"#,
        r#"
function f() { let x = 1 }
function h() { return 1 }
function i() {}
function j() { k() }
problem: 28..36 not understood: `:= g(`
problem: 75..75 expected `)`
"#,
    );
}

#[test]
fn what_nests_deeply_is_left_out_and_said() {
    let work = || {
        for repeated in [
            "(",
            "[",
            "{",
            "f(",
            "a[",
            "!",
            "- ",
            "a + ",
            "a * ",
            "a.b.",
            "func() { x := ",
            "if a {",
            "if a { } else ",
            "for {",
            "switch a { case b: ",
            "T{",
            "[]T{",
            "[]",
            "map[int]",
            "*",
            "struct { a ",
            "func(",
            "chan ",
            "a(b)",
            "a[0]",
            "x.(",
            "&",
            "<-",
            "\"",
            "`",
            "var (",
            "type T ",
            "a:\n",
            "go func() {",
            "case ",
            "a, ",
            "/*",
            "select { case ",
            "f[",
        ] {
            let text = format!("package main\nfunc f() {{ x = {}", repeated.repeat(3_000));
            assert!(!go::parse("a.go", &text, FileId(0)).problems.is_empty(), "{repeated:?}");
        }
        for (before, after) in
            [("(", ")"), ("-", ""), ("f(", ")"), ("func() { x(", ") }"), ("[]T{", "}"), ("if a { ", " }")]
        {
            let text =
                format!("package main\nfunc f() {{ x({}1{}) }}", before.repeat(2_000), after.repeat(2_000));
            let file = go::parse("a.go", &text, FileId(0));
            assert!(!file.problems.is_empty(), "{before:?}");
        }
    };
    std::thread::Builder::new().stack_size(64 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn long_sums_stay_flat() {
    let text = format!("package main\nvar x = {}", vec!["a"; 5_000].join(" + "));
    assert!(go::parse("a.go", &text, FileId(0)).problems.is_empty());
}

#[test]
fn large_files_are_not_parsed() {
    let file = go::parse("a.go", &" ".repeat(go::LARGEST_FILE + 1), FileId(0));
    assert!(file.body.is_empty() && file.problems[0].message.contains("are read"));
}

#[test]
fn what_stands_for_several_does_not_grow_without_bound() {
    let work = || {
        let nested =
            |before: &str, after: &str, times| format!("{}{}", before.repeat(times), after.repeat(times));
        let fields = format!("type T {}", nested("struct { a, b ", "}\n", 40).replacen("}", "int }", 1));
        let falls = nested("switch x {\ncase 1:\nfallthrough\ncase 2:\n", "}\n", 40);
        let types = nested("switch v := f(func() { ", "}).(type) { default: }\n", 40);
        let constants = format!("const (\na = {}1\n{}\n)", "f(1) + ".repeat(2_000), "b\n".repeat(2_000));
        for text in [fields, format!("func f() {{ {falls} }}"), format!("func f() {{ {types} }}"), constants]
        {
            let file = go::parse("a.go", &format!("package main\n{text}\n"), FileId(0));
            assert!(file.problems[0].message.contains("stand for several"), "{:?}", file.problems);
            assert!(outline(&file).len() < 3_000_000);
        }
    };
    std::thread::Builder::new().stack_size(64 << 20).spawn(work).unwrap().join().unwrap();
}
