#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]
//! Every construct of Go, and what it becomes.

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
fn imports_are_called_by_their_alias_or_their_last_element() {
    check(
        r#"
// Package main serves.
package main

import "fmt"
import (
	"net/http"
	j "encoding/json"
	. "math"
	_ "embed"
	"github.com/a/go-sqlite3"
	"github.com/a/mcp-go/v2"
	"gopkg.in/yaml.v3"
)
"#,
        r#"
import "fmt" { * as fmt }
import "net/http" { * as http }
import "encoding/json" { * as j }
import "math" { * }
import "embed" {  }
import "github.com/a/go-sqlite3" { * as sqlite3 }
import "github.com/a/mcp-go/v2" { * as mcp }
import "gopkg.in/yaml.v3" { * as yaml }
"#,
    );
}

#[test]
fn functions_keep_their_types_and_return_named_results() {
    check(
        r#"
package main

// Add adds.
// It is simple.
func Add(a, b int, rest ...string) (int, error) {
	return a + b, nil
}
func named(_ context.Context, x *pkg.T) (n int, err error) {
	n = 1
	return
}
func unnamed(int, []string, map[string]any)
func Map[T any, U comparable](xs []T, f func(T) U) []U { return nil }
func one() (s string) { return }
"#,
        r#"
/** Add adds.\nIt is simple. */ function Add(a: int, b: int, ...rest: [string]) { return [(a + b), nothing] }
function named(_: context.Context, x: pkg.T) { let n: int = 0; let err: error; (n = 1); return [n, err] }
function unnamed(_: int, _: [string], _: {string: any}) {}
function Map(xs: [T], f: func) { return nothing }
function one() { let s: string = ""; return s }
"#,
    );
}

#[test]
fn methods_belong_to_their_structs_and_those_of_other_types_are_functions() {
    check(
        r#"
package main

// Server serves.
type Server struct {
	Path string `json:"path" jsonschema:"the path"`
	a, b int
	*Base
	pkg.Other
	Inner struct{ X bool }
}
func (s *Server) Run(x string) error { return s.db.Exec(x) }
func (Server) Stop() {}
func (t *Elsewhere[K]) M() {}
type Kind string
func (k Kind) String() string { return string(k) }
type Names []string
type Handler func(int) int
type I interface { M() }
type A = pkg.B
type (
	C struct{}
	D map[string]int
)
"#,
        r#"
/** Server serves. */ class Server extends Base, pkg.Other { field "Path": string `json:"path" jsonschema:"the path"`; field "a": int; field "b": int; field "Base": Base; field "Other": pkg.Other; field "Inner": class { field "X": bool }; method "Run" function Run(s: Server, x: string) { return s.db.Exec(x) }; method "Stop" function Stop(_: Server) {} }
function Kind(value: string) { return value }
function Names(value: [string]) { return value }
function Handler(value: func) { return value }
let A = pkg.B
class C {  }
function D(value: {string: int}) { return value }
function Elsewhere.M(t: Elsewhere) {}
function Kind.String(k: Kind) { return string(k) }
"#,
    );
}

#[test]
fn composite_literals_are_instances_lists_and_records() {
    check(
        r#"
package main

var x = T{A: 1, B: "b"}
var y = &pkg.T{1, 2}
var z = []T{{A: 1}, {A: 2}}
var w = map[string][]int{"a": {1, 2}, k: nil}
var v = gin.H{"k": 1}
var u = []*T{{A: 1}}
var t = struct{ A int }{A: 1}
var s = [...]string{2: "b"}
var g = G[int]{X: 1}
var n = Names{"a"}
type Names []string
var m = map[string]T{"x": {A: 1}}
var e = T{}
"#,
        r#"
function Names(value: [string]) { return value }
let x = new T(A=1, B="b")
let y = new pkg.T(1, 2)
let z = [new T(A=1), new T(A=2)]
let w = {"a": [1, 2], k: nothing}
let v = {"k": 1}
let u = [new T(A=1)]
let t = new class { field "A": int }(A=1)
let s = ["b"]
let g = new G(X=1)
let n = ["a"]
let m = {"x": new T(A=1)}
let e = new T()
"#,
    );
}

#[test]
fn texts_characters_and_numbers_are_read() {
    check(
        r#"
package main

var a = "x\n\t\"\x41\101\u00e9\U0001F600\\"
var b = `raw\n
"x"`
var c = 'a'
var d = '\n'
var e = 0x1F + 0b11 + 0o17 + 017 + 1_000 + 1.5e3 + 2i
var f = "a" + "b" + c
"#,
        r#"
let a = "x\n\t\"AAé😀\\"
let b = "raw\\n\n\"x\""
let c = "a"
let d = "\n"
let e = ((((((31 + 3) + 15) + 15) + 1000) + 1500) + opaque())
let f = (("a" + "b") + c)
"#,
    );
}

#[test]
fn constants_count_and_variables_have_zero_values() {
    check(
        r#"
package main

const (
	A = iota
	B
	_
	D
	E, F = iota * 10, "x"
)
const G string = "g"
var (
	h, i = 1, 2
	j, k = f()
	l string
	m, n int
	o T
	p *T
	q error
	r []int
	s map[string]int
	t strings.Builder
)
"#,
        r#"
let A = 0
let B = 1
let _ = 2
let D = 3
let E = (4 * 10)
let F = "x"
let G: string = "g"
let h = 1
let i = 2
let [j, k] = f()
let l: string = ""
let m: int = 0
let n: int = 0
let o: T = new T()
let p: T
let q: error
let r: [int] = []
let s: {string: int} = {}
let t: strings.Builder = new strings.Builder()
"#,
    );
}

#[test]
fn assignments_ask_for_presence_and_conversions_stay_calls() {
    check(
        r#"
package main
import "x/pkg"

func f() {
	a, err := g()
	b, ok := m[k]
	c, ok := x.(string)
	d, ok := <-ch
	_, err = g()
	a, b = b, a
	a.b = 1
	m[k] = 2
	*p = 3
	(*p).x = 4
	a += 1
	a &^= 2
	a++
	b.c--
	_ = a
	v := x.(T)
	n := x.(float64)
	s := []byte(y)
	t := string(s)
	u := make([]int, 0, 5)
	w := make(map[string]int)
	y := new(T)
	z := append(u, w...)
	q := a[1:2]
	q = a[:]
	r := Map[int, string](u)
	r = AddTool[In, pkg.Out](s, t, h)
	r = pkg.F[*T](x)
	r = Parse[int](x)
	r = Parse[pkg.T](x)
	r = handlers[name](x)
	r = handlers[req.Name](x)
	r = s.handlers["a"](x)
	r = s.handlers[name](x)
	r = handlers[f(x)](x, y)
	r = handlers[req.Name](x)
	r = G[string, int]{a: 1}
	r = x.(any)
	if _, ok := allowed[name]; !ok { return }
}
"#,
        r#"
import "x/pkg" { * as pkg }
function f() { let [a, err] = g(); let [b, ok] = [m[k], (k in m)]; let [c, ok] = [string(x), (x instanceof string)]; let [d, ok] = [ch.shift(), opaque()]; ([_, err] = g()); ([a, b] = [b, a]); (a.b = 1); (m[k] = 2); (p = 3); (p.x = 4); (a += 1); (a arithmetic= 2); (a += 1); (b.c -= 1); a; let v = x; let n = float64(x); let s = y; let t = string(s); let u = []; let w = {}; let y = new T(); let z = append(u, ...w); let q = a[1:2]; (q = a[:]); let r = Map(u); (r = AddTool(s, t, h)); (r = pkg.F(x)); (r = Parse(x)); (r = Parse(x)); (r = handlers[name](x)); (r = handlers[req.Name](x)); (r = s.handlers["a"](x)); (r = s.handlers[name](x)); (r = handlers[f(x)](x, y)); (r = handlers[req.Name](x)); (r = new G(a=1)); (r = any(x)); { let [_, ok] = [allowed[name], (name in allowed)]; if !(ok) { return } } }
"#,
    );
}

#[test]
fn control_flow_keeps_its_scopes_and_forms_of_range() {
    check(
        r#"
package main

func f() error {
	if x := g(); x > 0 {
		return x
	} else if y {
		return y
	} else {
		h()
	}
	for {
		break
	}
	for a < b { continue }
	for i := 0; i < 3; i++ { g(i) }
	for ; ; { }
	for k, v := range m { g(k, v) }
	for _, v := range m { g(v) }
	for i := range m { g(i) }
	for range m { }
	for k, _ := range m {}
	for k, v = range m {}
outer:
	for { break outer }
	defer g.Close()
	defer func() { recover() }()
	go worker(x)
	panic("no")
	{ inner() }
	goto outer
	return nil
}
"#,
        r#"
function f() { { let x = g(); if (x > 0) { return x } else { if y { return y } else { h() } } }; while true { break }; while (a < b) { continue }; { let i = 0; while (i < 3) step (i += 1) { g(i) } }; while true {}; for [k, v] in pairs m { g(k, v) }; for v of m { g(v) }; for i in keys m { g(i) }; for _ in keys m {}; for k in keys m {}; for [k, v] in pairs m {}; while true { break }; g.Close(); function() { recover() }(); go(worker, x); throw "no"; { inner() }; return nothing }
"#,
    );
}

#[test]
fn cases_stand_apart_and_default_comes_last() {
    check(
        r#"
package main

func f() {
	switch name {
	case "a", "b":
		g()
	default:
		h()
	case "c":
		i()
		fallthrough
	case "d":
		j()
	}
	switch x := g(); {
	case x > 1: k()
	}
	switch v := x.(type) {
	case string: l(v)
	case nil, int, []byte: m(v)
	case *pkg.T: n()
	default: o(v)
	}
	switch x.(type) {
	case error: p()
	}
	select {
	case v := <-ch: q(v)
	case ch <- 1: r()
	case <-done: s()
	default: t()
	}
	ch <- v
}
"#,
        r#"
function f() { match name { case "a", "b" { g() }; case "c" { i(); j() }; case "d" { j() }; default { h() } }; { let x = g(); match true { case when (x > 1) { k() } } }; match x { case shape string() as v { l(v) }; case shape equal nothing as v, shape int() as v, shape [byte]() as v { m(v) }; case shape pkg.T() as v { n() }; default { let v = x; o(v) } }; match x { case shape error() { p() } }; match true { case when opaque() { let v = ch.shift(); q(v) }; case when opaque() { ch.push(1); r() }; case when opaque() { done.shift(); s() }; default { t() } }; ch.push(v) }
"#,
    );
}

#[test]
fn pointers_are_dropped_and_operators_kept() {
    check(
        r#"
package main

var a = !b && c || d == -e
var f = func(x int) string { return x }
var g = &h
var i = *j
var k = <-l
var m = (a + b) * c % d / e
var n = a | b & c ^ d << 2
var o = p.q.r(s)(t)[u]
var v = ^w
"#,
        r#"
let a = ((!(b) && c) || (d == -(e)))
let f = function(x: int) { return x }
let g = h
let i = j
let k = l.shift()
let m = ((((a + b) * c) % d) / e)
let n = ((a | (b arithmetic c)) arithmetic (d arithmetic 2))
let o = p.q.r(s)(t)[u]
let v = ~(w)
"#,
    );
}
