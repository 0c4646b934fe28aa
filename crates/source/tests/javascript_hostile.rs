//! Broken, long and hostile JavaScript: what can be read is read, nothing panics, stack and time stay bounded.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use portcullis_source::ir::outline::{outline, statement};
use portcullis_source::ir::{ExpressionKind, File, FileId, LONGEST_LITERAL, Literal, StatementKind};
use portcullis_source::javascript;
use proptest::prelude::*;

/// What callers give the front end.
const STACK: usize = 64 << 20;

/// Reads a text on a stack as callers give it, and its tree is walked and dropped there too.
fn read(path: &str, text: &str) -> (Vec<String>, Vec<String>) {
    let (path, text) = (path.to_owned(), text.to_owned());
    let work = move || {
        let file = javascript::parse(&path, &text, FileId(0));
        assert!(file.problems.iter().all(|problem| problem.at.start as usize <= text.len()));
        let body = file.body.iter().map(statement).collect();
        (body, file.problems.into_iter().map(|problem| problem.message).collect())
    };
    std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap()
}

#[test]
fn what_is_before_and_after_an_error_is_read() {
    let text =
        "import a from 'a';\nconst b = 1;\nfunction broken( { return +; }\nexport function c() {}\nd();\n";
    let (body, problems) = read("a.ts", text);
    assert_eq!(
        body,
        [r#"import "a" { default as a }"#, "let b = 1", "function c() {}", "export { c as c }", "d()"]
    );
    assert_eq!(problems.len(), 1);
}

#[test]
fn a_statement_on_the_line_of_an_error_is_read() {
    let (body, problems) = read("a.js", "a();b();c(;d();\ne();");
    assert_eq!(body, ["a()", "b()", "e()"]);
    assert_eq!(problems.len(), 1);
}

#[test]
fn several_errors_are_several_problems() {
    let (body, problems) = read("a.js", "a();\nlet = = 1;\nb();\n)\nfoo(];\nc();\n");
    assert_eq!(body, ["a()", "b()", "c()"]);
    assert_eq!(problems.len(), 3);
}

#[test]
fn an_error_that_the_parser_goes_on_from_is_a_problem_only() {
    let (body, problems) = read("a.js", "const a = 1; const a = 2; b(); return c; new.target;");
    assert!(body.contains(&"b()".to_owned()));
    assert_eq!(problems.len(), 1, "{problems:?}");
}

#[test]
fn an_unfinished_file_keeps_its_beginning() {
    let (body, problems) = read("a.ts", "const a = 1;\nserver.tool('x', async () => {\n  run(");
    assert_eq!(body, ["let a = 1"]);
    assert_eq!(problems.len(), 1);
}

#[test]
fn types_of_flow_are_read() {
    let (body, problems) =
        read("a.js", "// @flow\ntype A = { a: ?string };\nfunction f(a: A, b?: number): void {}\n");
    assert_eq!((body, problems), (vec!["function f(a, b) {}".to_owned()], vec![]));
}

#[test]
fn jsx_gives_the_values_in_it() {
    let (body, problems) = read("a.tsx", "const a = <A b={c} {...d} e='f'>don't {g(h)} <><i>{j}</i></></A>;");
    assert_eq!(body, [r#"let a = opaque(A, c, d, "f", g(h), opaque(j))"#]);
    assert!(problems.is_empty());
    assert_eq!(read("a.js", "f(<b/>)").0, ["f(opaque())"]);
}

#[test]
fn declaration_files_hold_nothing_that_runs() {
    for path in ["types.d.ts", "a/b.d.mts", "style.d.css.ts"] {
        assert!(read(path, "export const a = 1;").0.is_empty(), "{path}");
    }
}

#[test]
fn a_long_literal_keeps_its_beginning() {
    let text = format!("f('{}')", "é".repeat(LONGEST_LITERAL));
    let file = javascript::parse("a.js", &text, FileId(0));
    let StatementKind::Expression(call) = &file.body[0].kind else { panic!("no call") };
    let ExpressionKind::Call { arguments, .. } = &call.kind else { panic!("no call") };
    let portcullis_source::ir::Argument::Plain(argument) = &arguments[0] else { panic!("no argument") };
    let ExpressionKind::Literal(Literal::Text(literal)) = &argument.kind else { panic!("no text") };
    assert_eq!(literal.len(), LONGEST_LITERAL);
}

#[test]
fn a_file_over_the_limit_is_a_problem() {
    let (body, problems) = read("a.js", &"f();\n".repeat(2_000_001));
    assert!(body.is_empty());
    assert_eq!(problems, ["longer than 10 MB; split the bundle or scan its sources"]);
}

#[test]
fn a_long_chain_of_joined_texts_keeps_all_of_them() {
    let (body, problems) = read("a.js", &format!("f({}'z')", "'a' + ".repeat(4_000)));
    assert!(problems.is_empty());
    assert_eq!(body[0].matches("\"a\"").count(), 4_000);
}

#[test]
fn a_switch_that_always_falls_through_stays_linear() {
    let case = |index: usize| format!("case {index}: f{index}('{}');", "x".repeat(100));
    let cases: String = (0..500).map(case).collect();
    let (body, problems) = read("a.js", &format!("switch (n) {{ {cases} }}"));
    assert!(problems.is_empty());
    assert!(body[0].len() < 200 * 500, "{} bytes", body[0].len());
    let first = r#"{ let <subject> = n; do-while false { let <fell> = false; if (<fell> || (<subject> == 0)) { (<fell> = true); f0("xx"#;
    assert!(body[0].starts_with(first), "{}", &body[0][..200]);
}

#[test]
fn nested_switches_that_fall_through_do_not_double_at_each_level() {
    let text = "switch(a){case 1:".repeat(40) + "f();" + &"case 2:g()}".repeat(40);
    let (body, _) = read("a.js", &text);
    assert!(body[0].len() < 100_000, "{} bytes", body[0].len());
}

#[test]
fn nested_assignments_with_decisions_do_not_double_at_each_level() {
    let text = "a[".repeat(40) + "b" + &"] ??= 1".repeat(40);
    let (body, _) = read("a.js", &format!("x = {text}"));
    assert!(body[0].len() < 100_000, "{} bytes", body[0].len());
}

/// Beginning, repeated part, middle, repeated end, end: each is tried at many depths.
const NESTED: &[(&str, &str, &str, &str)] = &[
    ("", "(", "1", ")"),
    ("", "[", "", "]"),
    ("", "{", "", "}"),
    ("x=", "{a:", "1", "}"),
    ("", "(function(){", "", "})"),
    ("", "f(()=>{", "", "})"),
    ("", "a=>", "1", ""),
    ("", "(a=", "1", ")=>1"),
    ("", "!", "x", ""),
    ("", "- ", "x", ""),
    ("", "typeof ", "x", ""),
    ("", "new ", "x", ""),
    ("", "a?b:", "c", ""),
    ("", "a?", "c", ":b"),
    ("", "a=", "1", ""),
    ("", "a**", "1", ""),
    ("", "a+", "1", ""),
    ("", "a-b+", "1", ""),
    ("", "a||b&&", "1", ""),
    ("a", ".b", "", ""),
    ("a", "()", "", ""),
    ("a", "[0]", "", ""),
    ("a", "?.b", "", ""),
    ("a", "``", "", ""),
    ("", "if(a)", "b", ""),
    ("", "if(a)b;else ", "c", ""),
    ("", "if(a){b}else ", "c", ""),
    ("", "while(a)", "b", ""),
    ("", "for(;;)", "b", ""),
    ("", "l:", "b", ""),
    ("", "do ", "b", ";while(a)"),
    ("", "`${", "1", "}`"),
    ("", "(class{a(){", "", "}})"),
    ("", "class A{static{", "", "}}"),
    ("let ", "[", "a", "]"),
    ("", "<a>", "", "</a>"),
    ("", "<a b={", "1", "}/>"),
    ("type A=", "B<", "c", ">"),
    ("type A=", "(", "c", ")"),
    ("type A=", "()=>", "c", ""),
    ("type A=", "a extends b?c:", "c", ""),
    ("type A=", "{a:", "c", "}"),
    ("", "a<", "c", ">()"),
    ("", "a<", "", ""),
    ("", "a<b,", "", ""),
    ("", "a<[", "", ""),
    ("", "a?(b):c=>", "c", ""),
    ("", "a?(a):b=>{", "c", "}"),
    ("", "({a=", "1", "})"),
    ("", "(a,", "c", ")"),
    ("", "a, ", "1", ""),
    ("", "try{", "", "}finally{}"),
    ("", "switch(a){case 1:", "", "}"),
    ("", "@a(class{", "", "}"),
    ("/", "(", "", ")/"),
    ("/", "[", "", ""),
    ("", "}/[ ", "", ""),
    ("", "\"", "", ""),
    ("", "/*", "", ""),
    ("", "`", "", ""),
    ("", "\n", "", ""),
    ("", "import(", "", ")"),
    ("namespace ", "a.", "b{let c}", ""),
    ("import a=", "b.", "c", ""),
    ("", "async ()=>", "1", ""),
    ("function*g(){", "yield ", "1", ""),
    ("", "{using a=b;", "", "}"),
    ("", "\u{2028}é", "", ""),
];

#[test]
fn deep_and_long_text_costs_neither_the_stack_nor_time() {
    for (index, (begin, open, middle, close)) in NESTED.iter().enumerate() {
        for depth in [60, 249, 2_000, 100_000] {
            let text = format!("ok();\n{begin}{}{middle}{}", open.repeat(depth), close.repeat(depth));
            for path in ["a.ts", "a.tsx", "a.js"] {
                let started = std::time::Instant::now();
                let (_, problems) = read(path, &text);
                let seconds = started.elapsed().as_secs_f64();
                assert!(seconds < 20.0, "{index} {open} {depth} {path}: {seconds} s");
                assert!(problems.len() < 300, "{index} {open} {depth} {path}");
            }
        }
    }
}

#[test]
fn brackets_that_strings_hide_are_counted() {
    let hidden = "{}/\"/; ".to_owned() + &"( ')' ".repeat(50_000);
    let (body, problems) = read("a.js", &hidden);
    assert!(body.len() < 50_000 && !problems.is_empty());
}

#[test]
fn what_an_error_lays_open_is_measured_again() {
    let text = format!("a(;\n`\nb{}\n`;", "(".repeat(100_000));
    let (_, problems) = read("a.ts", &text);
    assert!(problems.iter().any(|problem| problem.contains("brackets inside one another")), "{problems:?}");
}

#[test]
fn ordinary_depth_is_no_problem() {
    let text = "f(() => {".repeat(60) + "return a + b;" + &"});".repeat(60);
    assert!(read("a.ts", &text).1.is_empty());
    let chain = "program".to_owned() + &".option('-a', 'text')".repeat(200);
    assert!(read("a.ts", &chain).1.is_empty());
    let choices = "a ? b : ".repeat(150) + "c";
    assert!(read("a.ts", &choices).1.is_empty());
    let branches = "if (a) { b() } else ".repeat(200) + "c()";
    assert!(read("a.ts", &branches).1.is_empty());
    let lines = "const a = b ? c : (d) => e\n".repeat(20_000);
    assert!(read("a.ts", &lines).1.is_empty());
    let regexes = "if (/[\"'`({]/.test(a)) { b = c / d / e }\n".repeat(20_000);
    assert!(read("a.js", &regexes).1.is_empty());
}

/// Pieces of programs, and what confuses readers of them.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "`",
    "${",
    "'",
    "\"",
    "/",
    "/*",
    "*/",
    "//",
    "\n",
    ";",
    ",",
    ":",
    "?",
    "=>",
    "=",
    "<",
    ">",
    "</",
    "/>",
    "+",
    "++",
    "!",
    ".",
    "?.",
    "...",
    "@",
    "#a",
    "a",
    "b",
    "1",
    "1n",
    "if",
    "else",
    "for",
    "while",
    "do",
    "switch",
    "case",
    "default",
    "break",
    "continue",
    "return",
    "try",
    "catch",
    "finally",
    "class",
    "extends",
    "static",
    "function",
    "async",
    "await",
    "yield",
    "new",
    "typeof",
    "delete",
    "import",
    "export",
    "from",
    "as",
    "enum",
    "namespace",
    "type",
    "interface",
    "const",
    "let",
    "var",
    "using",
    "of",
    "in",
    "this",
    "super",
    "\\",
    "\\u{61}",
    "é",
    "\u{2028}",
    "<!--",
    "-->",
    "#!",
    "\0",
];

fn text_of_pieces() -> impl Strategy<Value = String> {
    prop::collection::vec((prop::sample::select(PIECES), prop::bool::ANY), 0..60).prop_map(|pieces| {
        pieces
            .into_iter()
            .map(|(piece, space)| if space { format!("{piece} ") } else { piece.to_owned() })
            .collect()
    })
}

const PROGRAM: &str = r#"import { z } from 'zod';
export class Tools<T> extends Base { #a = 1; constructor(private readonly root: string) { super(); } }
enum Mode { Read, Write = 'w' } namespace N { export const a = 1; }
server.tool('run', { command: z.string() }, async ({ command, ...rest }) => {
  switch (command) { case 'a': case 'b': await f(`x${command}y`); break; default: throw new Error(/a"b/.source); }
  for (const [k, v] of Object.entries(rest)) { label: while (k) { if (v?.[0]!) continue label; } }
  return { content: [{ type: 'text', text: (a ?? b) as string }] };
});
const view = <A b={c}>don't {d}</A>;
"#;

/// A program with a part taken out and another put in.
fn mutated() -> impl Strategy<Value = String> {
    let place = 0..PROGRAM.len();
    (place.clone(), place, prop::sample::select(PIECES)).prop_map(|(from, length, piece)| {
        let to = PROGRAM.floor_char_boundary((from + length / 8).min(PROGRAM.len()));
        let from = PROGRAM.floor_char_boundary(from).min(to);
        format!("{}{piece}{}", &PROGRAM[..from], &PROGRAM[to..])
    })
}

fn check(path: &str, text: &str) {
    let file: File = javascript::parse(path, text, FileId(0));
    let again: File = javascript::parse(path, text, FileId(0));
    assert_eq!(outline(&file), outline(&again));
    for problem in &file.problems {
        assert!(problem.at.start <= problem.at.end && problem.at.start as usize <= text.len(), "{problem:?}");
    }
    for statement in &file.body {
        let (start, end) = (statement.at.start as usize, statement.at.end as usize);
        assert!(text.get(start..end).is_some(), "{:?} of {}", statement.at, text.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_panic(text in any::<String>()) {
        check("a.ts", &text);
    }

    #[test]
    fn any_pieces_of_programs_are_read_without_panic(text in text_of_pieces()) {
        for path in ["a.ts", "a.tsx", "a.js", "a.cjs"] {
            check(path, &text);
        }
    }

    #[test]
    fn any_mutation_of_a_program_is_read_without_panic(text in mutated()) {
        check("a.tsx", &text);
        check("a.mjs", &text);
    }
}
