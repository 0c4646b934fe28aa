//! Which inputs of tools written in Python reach which operations.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::sync::Arc;

use portcullis_model::{Bundle, BundleFile};

/// What reaches what, as `Shell name`, in a server of FastMCP with a tool of this body, which is given `x`.
fn tool(declarations: &str, body: &str) -> Vec<String> {
    let source = format!(
        "import asyncio, collections, contextlib, contextvars, functools, io, os, queue, re, string, threading\n\
         from dataclasses import dataclass, field\nfrom typing import NamedTuple\n\
         from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('server')\n{declarations}\n\
         @mcp.tool()\ndef tool(x: str) -> str:\n    {}\n",
        body.replace('\n', "\n    ")
    );
    let file = BundleFile {
        path: String::from("server.py"),
        bytes: Arc::from(source.as_bytes()),
        executable: false,
    };
    let bundle = Bundle { locator: String::from("test"), files: vec![file], unread: Vec::new() };
    let analysis = portcullis_source::analyse(&bundle);
    assert!(analysis.unread.is_empty(), "{:?}\n{source}", analysis.unread);
    analysis.flows.iter().map(|flow| format!("{:?} {}", flow.sink, flow.source.name)).collect()
}

/// Each way ends in the shell.
fn all_reach(ways: &[(&str, &str)]) {
    for (declarations, body) in ways {
        assert_eq!(tool(declarations, body), ["Shell x"], "{declarations}\n{body}");
    }
}

#[test]
fn methods_of_classes_are_given_their_class_and_static_ones_nothing() {
    all_reach(&[
        ("class C:\n    @classmethod\n    def run(cls, v): os.system(v)", "C.run(x)"),
        ("class C:\n    @staticmethod\n    def run(v): os.system(v)", "C().run(x)"),
        (
            "class C:\n    one = None\n    @classmethod\n    def get(cls):\n        if cls.one is None:\n            cls.one = cls()\n        return cls.one\n    def run(self, v): os.system(v)",
            "C.get().run(x)",
        ),
    ]);
}

#[test]
fn a_setter_writes_into_its_instance() {
    let class = "class C:\n    @property\n    def line(self): return self._line\n    @line.setter\n    def line(self, v): self._line = 'git ' + v";
    all_reach(&[(class, "c = C()\nc.line = x\nos.system(c.line)")]);
}

#[test]
fn what_wraps_a_method_stands_in_its_place() {
    let wrapper = |check: &str| {
        format!(
            "def guard(f):\n    @functools.wraps(f)\n    def w(self, v):\n        {check}\n        return f(self, v)\n    return w\n\
             class C:\n    @guard\n    def run(self, v): os.system('run ' + v)"
        )
    };
    assert_eq!(tool(&wrapper("print('runs')"), "C().run(x)"), ["Shell x"]);
    let checks = "if not v.isalnum(): raise ValueError('no')";
    assert!(tool(&wrapper(checks), "C().run(x)").is_empty());
}

#[test]
fn protocols_of_python_are_called_where_it_calls_them() {
    let holds = |method: &str| format!("class C:\n    def __init__(self, v): self.v = v\n    {method}");
    for (method, body) in [
        ("def __iter__(self): return iter([self.v])", "for v in C(x): os.system(v)"),
        ("def __iter__(self):\n        yield from self.v.split()", "for v in C(x): os.system(v)"),
        ("def __getitem__(self, key): return self.v", "os.system(C(x)['a'])"),
        ("def __getattr__(self, name): return self.v", "os.system(C(x).line)"),
        ("def __str__(self): return 'git ' + self.v", "os.system(f'{C(x)}')"),
        ("def __setitem__(self, key, v): os.system(v)", "c = C('')\nc['a'] = x"),
        (
            "def __enter__(self): return self\n    def __exit__(self, *a): os.system(self.v)",
            "with C(x): pass",
        ),
    ] {
        assert_eq!(tool(&holds(method), body), ["Shell x"], "{method}");
    }
    let registry = "KINDS = {}\nclass Base:\n    def __init_subclass__(cls): KINDS[cls.__name__] = cls\nclass Git(Base):\n    def run(self, v): os.system(v)";
    all_reach(&[
        (registry, "KINDS['Git']().run(x)"),
        (registry, "for kind in Base.__subclasses__():\n    kind().run(x)"),
    ]);
}

#[test]
fn an_optional_import_is_there() {
    let optional = "try:\n    from subprocess import getoutput\nexcept ImportError:\n    getoutput = None";
    all_reach(&[(optional, "getoutput(x)")]);
}

#[test]
fn what_is_thrown_in_suppress_guards_nothing() {
    let check = "def check(v):\n    if not v.isalnum(): raise ValueError('no')";
    assert!(tool(check, "check(x)\nos.system('run ' + x)").is_empty());
    all_reach(&[(check, "with contextlib.suppress(ValueError):\n    check(x)\nos.system('run ' + x)")]);
}

#[test]
fn one_part_of_a_text_says_nothing_of_another() {
    all_reach(&[
        ("", "words = x.split()\nif words[0] != 'git': return 'no'\nos.system('git ' + words[1])"),
        ("", "if x[:4] != 'git ': return 'no'\nos.system('git ' + x[4:])"),
    ]);
}

#[test]
fn queues_and_threads_hand_on() {
    let worker = "jobs = queue.Queue()\ndef work():\n    while True:\n        os.system(jobs.get())\nthreading.Thread(target=work).start()";
    all_reach(&[
        (worker, "jobs.put(x)"),
        ("", "jobs = asyncio.Queue()\njobs.put_nowait(x)\nos.system(jobs.get_nowait())"),
        (
            "class T(threading.Thread):\n    def __init__(self, v): self.v = v\n    def run(self): os.system(self.v)",
            "T(x).start()",
        ),
        ("", "functools.partial(os.system, x)()"),
        ("", "asyncio.get_event_loop().run_in_executor(None, functools.partial(os.system, x))"),
        ("current = contextvars.ContextVar('current')", "current.set(x)\nos.system(current.get())"),
    ]);
}

#[test]
fn containers_hold_what_they_are_given() {
    for (fill, take) in [
        ("c = collections.defaultdict(list)\nc['a'].append(x)", "c['a'][0]"),
        ("c = {}\nc.setdefault('a', []).append(x)", "c['a'][0]"),
        ("c = {}\nc[x] = 1", "' '.join(c)"),
        ("c = set()\nc.update([x])", "' '.join(c)"),
        ("c = ['a', x]\nc.sort()", "c[0]"),
        ("c = ['a', x]\ndel c[0]", "c[0]"),
        ("c = collections.deque()\nc.appendleft(x)", "c[0]"),
        ("c = collections.Counter([x])", "c.most_common()[0][0]"),
        ("c = io.StringIO()\nc.write(x)", "c.getvalue()"),
        ("c = io.StringIO()\nprint(x, file=c)", "c.getvalue()"),
        ("c = string.Template('git $a')", "c.substitute({'a': x})"),
        ("c = [x] * 2", "c[1]"),
        ("c = map(str.strip, [x])", "list(c)[0]"),
        ("c = re.sub('NAME', lambda found: x, 'git NAME')", "c"),
    ] {
        all_reach(&[("", &format!("{fill}\nos.system('run ' + {take})"))]);
    }
    all_reach(&[
        (
            "@dataclass\nclass C:\n    words: list = field(default_factory=list)",
            "c = C()\nc.words.append(x)\nos.system(c.words[0])",
        ),
        ("class C(NamedTuple):\n    name: str\n    line: str", "name, line = C('a', x)\nos.system(line)"),
    ]);
}

#[test]
fn checks_of_every_letter_are_checks_of_the_text() {
    for check in [
        "if not all(letter in 'abc' for letter in x): return 'no'",
        "if not all(letter.isalnum() or letter in '-_' for letter in x): return 'no'",
        "if any(letter not in string.ascii_letters + string.digits for letter in x): return 'no'",
        "if not set(x) <= set('abc'): return 'no'",
        "if not set(x).issubset('abc'): return 'no'",
    ] {
        assert!(tool("", &format!("{check}\nos.system('run a' + x)")).is_empty(), "{check}");
    }
    all_reach(&[
        ("", "if not all(letter in 'abc; ' for letter in x): return 'no'\nos.system('run ' + x)"),
        ("", "if not any(letter in 'abc' for letter in x): return 'no'\nos.system('run ' + x)"),
        ("", "if any(letter in ';|' for letter in x): return 'no'\nos.system('run ' + x)"),
    ]);
}

#[test]
fn an_empty_list_of_what_does_not_fit_is_a_check() {
    for bad in ["[v for v in x.split() if v not in ('a', 'b')]", "set(x.split()) - {'a', 'b'}"] {
        let body = format!("bad = {bad}\nif bad: return 'no'\nfor v in x.split(): os.system('run ' + v)");
        assert!(tool("", &body).is_empty(), "{bad}");
        let body = format!("bad = {bad}\nif not bad: return 'no'\nfor v in x.split(): os.system('run ' + v)");
        assert_eq!(tool("", &body), ["Shell x"], "{bad}");
    }
    all_reach(&[("", "kept = list(filter(lambda v: v, [x]))\nos.system('run ' + kept[0])")]);
}

#[test]
fn flags_of_a_match_and_what_is_stripped_count() {
    assert!(tool("", "if not re.match(r'^[a-z]+$', x): return 'no'\nos.system('run ' + x)").is_empty());
    all_reach(&[
        ("", "if not re.match(r'^[a-z]+$', x, re.MULTILINE): return 'no'\nos.system('run ' + x)"),
        ("", "if not x.strip('; ').isalnum(): return 'no'\nos.system('run ' + x)"),
    ]);
}

#[test]
fn what_a_server_is_started_with_is_in_the_context_of_its_tools() {
    let started = "class Runner:\n    def run(self, v): os.system(v)\n\
        @contextlib.asynccontextmanager\nasync def live(server):\n    yield {'runner': Runner()}\n\
        other = FastMCP('other', lifespan=live)";
    all_reach(&[(started, "mcp.get_context().request_context.lifespan_context['runner'].run(x)")]);
}

#[test]
fn a_task_that_was_started_takes_what_handlers_put() {
    let worker = "jobs = asyncio.Queue()\nasync def work():\n    while True:\n        os.system(await jobs.get())\n\
        async def main():\n    asyncio.create_task(work())\nasyncio.run(main())";
    all_reach(&[(worker, "jobs.put_nowait(x)")]);
}

#[test]
fn programs_that_start_a_shell_are_shells() {
    let run = |list: &str| tool("import subprocess", &format!("subprocess.run({list})"));
    assert_eq!(run("['sudo', 'sh', '-c', x]"), ["Shell x"]);
    assert!(run("['sudo', 'echo', x]").is_empty());
}
