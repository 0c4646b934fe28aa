#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]
//! Every construct of Python, and what it becomes.

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
fn assignments_to_names_declare_and_the_value_is_evaluated_once() {
    check(
        r#"
x = 1
a = b = f()
a.b = c = d[0] = 5
(a, *b), c = d = g()
x: int = 3
y: 'str'
self.z: int = 4
self.w: int
x += 1
x.y |= 2
a.b = c.d = 1
"#,
        r#"
let x = 1
let a = f()
let b = a
let c = (d[0] = (a.b = 5))
let d = g()
let [[a, ...b], c] = d
let x: int = 3
let y: "str"
(self.z = 4)
opaque()
(x += 1)
(x.y |= 2)
(c.d = (a.b = 1))
"#,
    );
}

#[test]
fn functions_keep_decorators_annotations_and_all_kinds_of_parameters() {
    check(
        r#"
@deco(1)
@other
async def f(a, b: int, /, c=1, *args: str, d, e: float = 2.0, **kw) -> int:
    """Doc.

        Indented
    end
    """
    await g(*args, x=1, **kw)
    return a
"#,
        r#"
/** Doc.\n\n    Indented\nend */ @deco(1) @other async function f(a, b: int, c = 1, ...args: str, named d, named e: float = 2, **kw) { await(g(...args, x=1, **kw)); return a }
"#,
    );
}

#[test]
fn names_of_surrounding_scopes_are_assigned_and_not_declared() {
    check(
        r#"
n = 0
def f():
    global n
    n = 1
    n, m = 2, 3
    for n in y: pass
    def g():
        nonlocal m
        m = n = 1
    n += 1
"#,
        r#"
let n = 0
function f() { (n = 1); let [n, m] = [2, 3]; for n of y {}; function g() { (m = 1); let n = m }; (n += 1) }
"#,
    );
}

#[test]
fn a_walrus_binds_a_name_of_its_function() {
    check(
        r#"
def f():
    if (m := g()):
        use(m)
    while (c := read()):
        d = (e := 1)
    m = 1
    (m := 2)
    return [y := 1, y]
h = lambda: (q := 1)
"#,
        r#"
function f() { let m; if (m = g()) { use(m) }; let c; while (c = read()) { let e; let d = (e = 1) }; let m = 1; (m = 2); let y; return [(y = 1), y] }
let h = function() { let q; return (q = 1) }
"#,
    );
}

#[test]
fn a_lambda_returns_its_expression() {
    check(
        r#"
f = lambda a, *b, c=1, **d: a + c
"#,
        r#"
let f = function(a, ...b, named c = 1, **d) { return (a + c) }
"#,
    );
}

#[test]
fn comprehensions_of_all_kinds_keep_their_loops_and_conditions() {
    check(
        r#"
[x for x in y if x if z]
{k: v for k, v in d.items()}
{x for x in y}
(a async for b in c for a in b)
"#,
        r#"
[x for x of y if x if z]
[k: v for [k, v] of d.items()]
[x for x of y]
[a for b of c for a of b]
"#,
    );
}

#[test]
fn f_strings_become_templates_and_their_conversions_calls() {
    check(
        r#"
f"a{b}c{d!r}{e:>10}{f!s:{w}.{p}}{g=}{h=:x}{{}}"
"a" "b" f"c{d}" 'e' f'{x}'
f"{f'{f"{1}"}'}"
t"a{b}"
b'a\xff' b'c'
r'\d'
'%s' % x
'{}'.format(x)
f''
f'plain'
"#,
        r#"
`a${b}c${repr(d)}${format(e, ">10")}${format(str(f), `${w}.${p}`)}g=${repr(g)}h=${format(h, "x")}{}`
`abc${d}e${x}`
`${`${`${1}`}`}`
string.templatelib.Template`a${b}`
b"a�c"
("%s" % x)
"{}".format(x)
""
"plain"
"#,
    );
}

#[test]
fn numbers_are_rounded_where_they_are_large() {
    check(
        r#"
1
1.5
1j
0xFFFFFFFFFFFFFFFFFF
100000000000000000000000
1_000
...
"#,
        r#"
1
1.5
opaque()
4722366482869645000000
100000000000000000000000
1000
"#,
    );
}

#[test]
fn operators_subscripts_calls_and_displays_are_translated() {
    check(
        r#"
a < b <= c != d
a is not None
a not in b
x and y or not z
-a + ~b ** c // d @ e
a | b
a if b else c
a[1:2]
a[::2]
a[1, 2]
a[1:, x]
a.b.c()
print(*a, b, k=1, **c)
{'a': 1, **b}
[*a, b]
(1,)
{1, 2}
'abc'
await_ = await x
"#,
        r#"
(((a < b) && (b <= c)) && (c != d))
(a != nothing)
(a not in b)
((x && y) || !(z))
(-(a) + ((~((b arithmetic c)) arithmetic d) arithmetic e))
(a | b)
(b ? a : c)
a[1:2]
a[:]
a[[1, 2]]
a[[opaque(1), x]]
a.b.c()
print(...a, b, k=1, **c)
{"a": 1, ...b}
[...a, b]
[1]
[1, 2]
let await_ = await(x)
"#,
    );
}

#[test]
fn a_function_that_yields_is_a_generator() {
    check(
        r#"
def f():
    yield
    x = yield 1
    yield from g()
    y = yield from h()
"#,
        r#"
function* f() { yield(); let x = yield(1); for yield from of g() { yield(yield from) }; let y = yield(h()[opaque()]) }
"#,
    );
}

#[test]
fn loops_keep_their_else_and_their_asynchronous_forms() {
    check(
        r#"
for a, b in c:
    break
else:
    d
async def f():
    async for x in y:
        continue
    async with a as b, c, d as (e, f):
        pass
while a:
    if b: break
else:
    c
while a:
    for x in y: break
else:
    c
"#,
        r#"
for [a, b] of c { break } else { d }
async function f() { for x of y { continue }; with a as b, c, d as [e, f] {} }
while a { if b { break } }
if opaque() { c }
while a { for x of y { break } }
c
"#,
    );
}

#[test]
fn a_chain_of_conditions_nests_and_the_main_guard_stays() {
    check(
        r#"
if a:
    1
elif b:
    f()
elif c:
    g()
else:
    h()
if __name__ == '__main__':
    main()
"#,
        r#"
if a { 1 } else { if b { f() } else { if c { g() } else { h() } } }
if (__name__ == "__main__") { main() }
"#,
    );
}

#[test]
fn handlers_of_exceptions_keep_their_classes_and_names() {
    check(
        r#"
try:
    a()
except (E, F) as e:
    raise X from e
except G:
    raise
except:
    b()
else:
    c()
finally:
    d()
try:
    a()
except* E:
    b()
assert a, 'm'
del a, b.c, d[0]
"#,
        r#"
try { a() } catch E, F as e { throw X } catch G { throw } catch { b() } else { c() } finally { d() }
try { a() } catch E { b() }
assert a
delete a
delete b.c
delete d[0]
"#,
    );
}

#[test]
fn imports_keep_dots_and_bind_what_python_binds() {
    check(
        r#"
import os
import a.b.c
import a.b as d, e
from x import y, z as w
from . import q
from ..p.r import s
from t import *
"#,
        r#"
import "os" { * as os }
import "a.b.c" {  }
import "a" { * as a }
import "a.b" { * as d }
import "e" { * as e }
import "x" { y as y, z as w }
import "." { q as q }
import "..p.r" { s as s }
import "t" { * }
"#,
    );
}

#[test]
fn every_pattern_of_match_has_a_shape() {
    check(
        r#"
match command:
    case 'a' | 'b': f()
    case None: g()
    case {'op': 'r' | 'w' as mode, 'path': str() as p, **rest} if p: h()
    case [a, *b, _]: i()
    case Point(0, y=str(z)): j()
    case str(): s()
    case x.Y: k()
    case -1: m()
    case int(n) as o: t()
    case (1 | 2) as one: u()
    case other: l()
match a, b:
    case _: pass
"#,
        r#"
match command { case "a", "b" { f() }; case nothing { g() }; case shape {"op": equal "r" | equal "w" as mode, "path": str() as p, ...rest} if p { h() }; case shape [a, ...b, _] { i() }; case shape Point(0=equal 0, y=str() as z) { j() }; case shape str() { s() }; case x.Y { k() }; case -(1) { m() }; case shape int() as n as o { t() }; case shape equal 1 | equal 2 as one { u() }; case capture other { l() } }
match [a, b] { default {} }
"#,
    );
}

#[test]
fn members_of_classes_are_methods_properties_and_fields() {
    check(
        r#"
@dataclass(frozen=True)
class A(B, metaclass=M):
    """Doc"""
    x: int = 1
    y: str
    z = w = 2
    (p, q) = 1, 2
    print('x')
    def m(self): return self.x
    @staticmethod
    def s(a): pass
    @classmethod
    def c(cls): pass
    @property
    @other
    def g(self): pass
    @g.setter
    def g(self, v): pass
    @g.deleter
    def g(self): pass
    class Inner: pass
    if X:
        def t(self): pass
    else:
        u = 1
    async def n(self): yield 1
"#,
        r#"
/** Doc */ @dataclass(frozen=true) class A extends B { static field "x": int = 1; static field "y": str; static field "z" = 2; static field "w" = 2; static field "p" = 1; static field "q" = 2; method "m" function m(self) { return self.x }; static method "s" @staticmethod function s(a) {}; method "c" @classmethod function c(cls) {}; get "g" @other function g(self) {}; set "g" function g(self, v) {}; static field "Inner" = class Inner {  }; method "t" function t(self) {}; static field "u" = 1; method "n" async function* n(self) { yield(1) } }
"#,
    );
}
