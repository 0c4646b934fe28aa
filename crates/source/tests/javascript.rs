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
fn imports_bind_values_and_no_types() {
    assert_eq!(
        typed(
            "import d, { a as b, type T, default as e } from 'x'; import * as ns from './y.js'; import 'side'; import type { Q } from 'q';"
        ),
        r#"import "x" { default as d, a as b, default as e } ⏎ import "./y.js" { * as ns } ⏎ import "side" {  }"#
    );
}

#[test]
fn exports_name_what_others_get() {
    assert_eq!(
        typed(
            "export const a = 1, { b, c: [d] } = x; export function f() {} export class K {} export { g as h, i }; export type { T } from 't'; export interface I {}"
        ),
        r#"let a = 1 ⏎ let {"b": b, "c": [d]} = x ⏎ export { a as a, b as b, d as d } ⏎ function f() {} ⏎ export { f as f } ⏎ class K {  } ⏎ export { K as K } ⏎ export { g as h, i as i }"#
    );
}

#[test]
fn re_exports_name_their_module() {
    assert_eq!(
        typed(
            "export * from 'm'; export * as n from 'm'; export { j as default } from 'k'; export {} from 'z'; export type { T } from 't';"
        ),
        r#"export {  } from "m" ⏎ export { * as n } from "m" ⏎ export { j as default } from "k" ⏎ import "z" {  }"#
    );
}

#[test]
fn a_default_export_keeps_its_name() {
    assert_eq!(script("export default function named() {}"), "function named() {} ⏎ export default named");
}

#[test]
fn a_default_export_may_be_anonymous() {
    assert_eq!(script("export default class extends B {}"), "export default class extends B {  }");
}

#[test]
fn imports_of_older_typescript_are_calls() {
    assert_eq!(
        typed("import fs = require('fs'); import Q = A.B.C; export = fs;"),
        r#"let fs = import("fs") ⏎ let Q = A.B.C ⏎ (module.exports = fs)"#
    );
}

#[test]
fn commonjs_stays_as_it_is_written() {
    assert_eq!(
        script(
            "const x = require('y'); module.exports = { x }; exports.f = function () {}; const z = await import('w');"
        ),
        r#"let x = import("y") ⏎ (module.exports = {"x": x}) ⏎ (exports.f = function() {}) ⏎ let z = await(import("w"))"#
    );
}

#[test]
fn an_enumeration_is_a_class_of_static_fields() {
    assert_eq!(
        typed(
            r#"enum Color { Red, Green = 5, Blue, Name = "n", Both = Red, C = 1 << 2, D } declare enum Gone { A }"#
        ),
        r#"class Color { static field "Red" = 0; static field "Green" = 5; static field "Blue" = 6; static field "Name" = "n"; static field "Both" = 0; static field "C" = (1 arithmetic 2); static field "D" = opaque() }"#
    );
}

#[test]
fn a_namespace_is_a_record_made_by_a_closure() {
    assert_eq!(
        typed(
            "export namespace N { export const a = 1; const p = 2; export function f() { return p } export namespace M { export const q = 1 } }"
        ),
        r#"let N = arrow() { let a = 1; let p = 2; function f() { return p }; let M = arrow() { let q = 1; return {"q": q} }(); return {"a": a, "f": f, "M": M} }() ⏎ export { N as N }"#
    );
}

#[test]
fn a_namespace_adds_to_what_has_its_name() {
    assert_eq!(
        typed(
            "class A {} namespace A { export const z = 1 } namespace T { interface X {} } namespace P.Q { export const r = 1; }"
        ),
        r#"class A {  } ⏎ Object.assign(A, arrow() { let z = 1; return {"z": z} }()) ⏎ let P = arrow() { let Q = arrow() { let r = 1; return {"r": r} }(); return {"Q": Q} }()"#
    );
}

#[test]
fn parameter_properties_are_assigned_first() {
    assert_eq!(
        typed(
            "class S extends Base implements I { constructor(private x: string, readonly y = 2, z?: number) { super(); this.z = z } }"
        ),
        r#"class S extends Base { method "constructor" function constructor(x, y = 2, z) { (this.x = x); (this.y = y); super(); (this.z = z) } }"#
    );
}

#[test]
fn members_of_a_class() {
    assert_eq!(
        typed(
            "abstract class S { #p = 1; static q = 2; declare r: string; s!: number; get v() { return this.#p } set v(n) { this.#p = n } async *gen<T>(a: T) { yield* a } [Symbol.iterator]() {} abstract foo(): void; static async run() {} accessor k = 1; over(a: string): void; over(a: any) {} }"
        ),
        r##"class S { field "#p" = 1; static field "q" = 2; field "s"; get "v" function v() { return this.#p }; set "v" function v(n) { (this.#p = n) }; method "gen" async function* gen(a) { yield(a) }; method Symbol.iterator function() {}; static method "run" async function run() {}; field "k" = 1; method "over" function over(a) {} }"##
    );
}

#[test]
fn a_static_block_runs_among_the_static_fields() {
    assert_eq!(
        script("class A { static a = 1; static { this.b = this.a } static c = 2 }"),
        r#"class A { static field "a" = 1; static field "static {}" = arrow() { (this.b = this.a) }(); static field "c" = 2 }"#
    );
}

#[test]
fn decorators_are_kept() {
    assert_eq!(
        typed("@Controller('x') class C { @Get() a(@Body() body: B) {} @Tool() run = async () => {}; }"),
        r#"@Controller("x") class C { method "a" @Get() function a(body) {}; field "run" = @Tool() async arrow() {} }"#
    );
}

#[test]
fn declarations_without_a_body_are_dropped() {
    assert_eq!(
        typed(
            "function over(a: string): void; function over(a: any) { return a } type X = {}; interface Y {} declare function g(): void; declare module 'm' { export const x: 1 }"
        ),
        "function over(a) { return a }"
    );
}

#[test]
fn optional_chains() {
    assert_eq!(script("a?.b?.[c]?.(d); a?.#p"), "a?.b[c](d) ⏎ a?.#p");
}

#[test]
fn private_names_and_meta_properties() {
    assert_eq!(
        script("class A { m(o) { return #x in o && new.target } #x }; import.meta.url"),
        r##"class A { method "m" function m(o) { return (("#x" in o) && new.target) }; field "#x" } ⏎ import.meta.url"##
    );
}

#[test]
fn an_assignment_with_a_decision_reads_its_target() {
    assert_eq!(
        script("a ??= b; a.b ||= c; a[b.c].d &&= e; (f()).g ??= 1"),
        "(a = (a ?? b)) ⏎ (a.b = (a.b || c)) ⏎ (a[b.c].d = (a[b.c].d && e)) ⏎ (f().g = (opaque().g ?? 1))"
    );
}

#[test]
fn loops() {
    assert_eq!(
        script(
            "for (let i = 0, n = 3; i < n; i++) { if (i) continue; else break } for (;;) {} for (i; ;) {} do { x-- } while (x) while (y) y = z"
        ),
        "{ let i = 0; let n = 3; while (i < n) step (i += 1) { if i { continue } else { break } } } ⏎ while true {} ⏎ { i; while true {} } ⏎ do-while x { (x -= 1) } ⏎ while y { (y = z) }"
    );
}

#[test]
fn loops_over_elements_and_keys() {
    assert_eq!(
        script(
            "for (const k in o) g(k); for (const [a, { b = 1, ...r }] of it) {} for (x.y of z) ; async () => { for await (const a of b) f(a) }"
        ),
        r#"for k in keys o { g(k) } ⏎ for [a, {"b": b = 1, ...r}] of it {} ⏎ for x.y of z {} ⏎ async arrow() { for a of await(b) { f(a) } }"#
    );
}

#[test]
fn labels_are_dropped() {
    assert_eq!(
        script(
            "outer: for (const a of b) for (const c of d) { if (c) continue outer; break outer } blk: { if (a) break blk; f() }"
        ),
        "for a of b { for c of d { if c { break }; break } } ⏎ do-while false { if a { break }; f() }"
    );
}

#[test]
fn cases_of_a_switch_stand_apart() {
    assert_eq!(
        script(
            "switch (n) { case 'a': case 'b': f(); break; case 'c': { g(); break } case 'd': h(); case 'e': i(); default: j(); return }"
        ),
        r#"match n { case "a", "b" { f() }; case "c" { { g() } }; case "d" { h(); i(); j(); return }; case "e" { i(); j(); return }; default { j(); return } }"#
    );
}

#[test]
fn a_switch_over_conditions_and_its_default() {
    assert_eq!(
        script("switch (true) { case x > 1: f(); break; default: g(); case y: if (a) break; k() }"),
        "match true { case when (x > 1) { f() }; case when y { if a { break }; k() }; default { g(); if a { break }; k() } }"
    );
}

#[test]
fn exceptions() {
    assert_eq!(
        script(
            r#"try { f() } catch ({ message }) { g(message) } finally { h() } try { f() } catch { } throw new Error("x")"#
        ),
        r#"try { f() } catch as {"message": message} { g(message) } finally { h() } ⏎ try { f() } catch {} ⏎ throw new Error("x")"#
    );
}

#[test]
fn destructuring() {
    assert_eq!(
        script(
            "const { a, b: { c = 1 }, [k]: d, ...rest } = o; [x, , y = 2, ...z] = w; ({ q, r: s.t, u = 3, ...v } = p); function f({ a, b } = {}, [c], ...d) {}"
        ),
        r#"let {"a": a, "b": {"c": c = 1}, k: d, ...rest} = o ⏎ ([x, hole, y = 2, ...z] = w) ⏎ ({"q": q, "r": s.t, "u": u = 3, ...v} = p) ⏎ function f({"a": a, "b": b} = {}, [c], ...d) {}"#
    );
}

#[test]
fn templates_and_their_tags() {
    assert_eq!(
        script(r#"`a${b}c${d}`; sql`select ${x}`; `plain`; ``; `\u0041${'b'}`"#),
        r#"`a${b}c${d}` ⏎ sql`select ${x}` ⏎ "plain" ⏎ "" ⏎ `A${"b"}`"#
    );
}

#[test]
fn literals() {
    assert_eq!(
        script(r#"/a+/gi; 10n; 0x10; 1e400; "s"; null; undefined; true"#),
        r#"/a+/gi ⏎ 10 ⏎ 16 ⏎ inf ⏎ "s" ⏎ nothing ⏎ nothing ⏎ true"#
    );
}

#[test]
fn operators() {
    assert_eq!(
        script(
            "void 0; typeof x; -x; +x; ~x; !x; (a, b); a ** b; a >>> b; a | b; a instanceof B; 'k' in o; a == b; a !== b; a % b; x += 1; x--"
        ),
        r#"void(0) ⏎ typeof(x) ⏎ -(x) ⏎ +(x) ⏎ ~(x) ⏎ !(x) ⏎ sequence(a, b) ⏎ (a arithmetic b) ⏎ (a arithmetic b) ⏎ (a | b) ⏎ (a instanceof B) ⏎ ("k" in o) ⏎ (a == b) ⏎ (a != b) ⏎ (a % b) ⏎ (x += 1) ⏎ (x -= 1)"#
    );
}

#[test]
fn delete_is_a_statement() {
    assert_eq!(script("delete a.b; y = delete a.b"), "delete a.b ⏎ (y = opaque(a.b))");
}

#[test]
fn objects() {
    assert_eq!(
        script(
            "({ a, 'b': 1, 2: 3, [k]: v, ...s, m() { return m() }, get g() { return 1 }, set g(x) {}, async *n() {}, p: () => {} })"
        ),
        r#"{"a": a, "b": 1, "2": 3, k: v, ...s, "m": function() { return m() }, get "g": function() { return 1 }, "n": async function*() {}, "p": arrow() {}}"#
    );
}

#[test]
fn calls_spread_and_instances() {
    assert_eq!(
        script("f(1, ...t); new Foo; new Foo(1); [1, , ...b]; super_(a)(b)"),
        "f(1, ...t) ⏎ new Foo() ⏎ new Foo(1) ⏎ [1, nothing, ...b] ⏎ super_(a)(b)"
    );
}

#[test]
fn closures_generators_and_awaits() {
    assert_eq!(
        script(
            "(function (e, t) { return e + t }); const f = async (x) => await x; function* g() { const x = yield; yield x; yield* y }"
        ),
        "function(e, t) { return (e + t) } ⏎ let f = async arrow(x) { return await(x) } ⏎ function* g() { let x = yield(); yield(x); yield(y) }"
    );
}

#[test]
fn documentation_belongs_to_what_follows() {
    assert_eq!(
        typed(
            r"/** Lists files.
 * @param x path
 */
export async function list(x) {}
/** Of an arrow. */
const arrow = async (x) => x;
/** Of a class. */
class D {
  /** Of a method. */
  m() {}
}
const tools = { /** Of a tool. */ run: () => 1 };
/* no documentation */ function g() {}"
        ),
        r#"/** Lists files.\n@param x path */ async function list(x) {} ⏎ export { list as list } ⏎ let arrow = /** Of an arrow. */ async arrow(x) { return x } ⏎ /** Of a class. */ class D { method "m" /** Of a method. */ function m() {} } ⏎ let tools = {"run": /** Of a tool. */ arrow() { return 1 }} ⏎ function g() {}"#
    );
}

#[test]
fn var_in_a_block_belongs_to_the_function() {
    assert_eq!(
        script(
            "function f(p) { if (a) { var x = 1, p = 2; var { y } = q; var z } for (var i = 0; i < 1; i++) {} return x }"
        ),
        r#"function f(p) { let i; let x; let y; let z; if a { (x = 1); (p = 2); ({"y": y} = q) }; { (i = 0); while (i < 1) step (i += 1) {} }; return x }"#
    );
}

#[test]
fn using_lasts_until_the_end_of_its_block() {
    assert_eq!(
        script(
            "async function f() { before(); { using f = open(), g = h(); await using k = h(); f.read() } }"
        ),
        "async function f() { before(); { with open() as f, h() as g { with h() as k { f.read() } } } }"
    );
}

#[test]
fn types_leave_nothing_behind() {
    assert_eq!(
        typed(
            "let v = x as unknown as string; let w = <any>y; let u = z!.q; const t = { a: 1 } satisfies T; f<string>(a); declare const gone: string; const g = h<string>; (a as B).c = 1"
        ),
        r#"let v = x ⏎ let w = y ⏎ let u = z.q ⏎ let t = {"a": 1} ⏎ f(a) ⏎ let g = h ⏎ (a.c = 1)"#
    );
}

#[test]
fn a_hashbang_and_directives_are_no_code() {
    assert_eq!(
        script(
            r"#!/usr/bin/env node
'use strict';
f();"
        ),
        "f()"
    );
}

#[test]
fn parentheses_and_with() {
    assert_eq!(script("with ((o)) { f() } ((a)); debugger; ;"), "with o { f() } ⏎ a");
}
