//! What becomes of each construct of JavaScript and TypeScript.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use portcullis_source::ir::{FileId, outline::outline};
use portcullis_source::javascript;

/// The outline of a text, its lines joined by ` ⏎ `.
fn read_as(path: &str, text: &str) -> String {
    outline(&javascript::parse(path, text, FileId(0))).trim_end().replace('\n', " ⏎ ")
}

fn script(text: &str) -> String {
    read_as("server.js", text)
}

fn typed(text: &str) -> String {
    read_as("server.ts", text)
}

#[test]
fn types_leave_nothing_behind() {
    assert_eq!(
        typed("let v = x as unknown as string; f<string>(z!.a satisfies T); declare const gone: T;"),
        "let v = x ⏎ f(z.a)"
    );
    assert_eq!(read_as("types.d.ts", "export declare function f(): void; const x = 1"), "");
}

#[test]
fn cases_of_a_switch_stand_apart() {
    assert_eq!(
        script(
            "switch (n) { case 'a': case 'b': f(); break; case 'c': { g(); break } case 'd': h(); default: j() }"
        ),
        r#"match n { case "a", "b" { f() }; case "c" { { g() } }; case "d" { h(); j() }; default { j() } }"#
    );
}
