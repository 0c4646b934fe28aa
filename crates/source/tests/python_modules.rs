#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]
//! Which file a Python import names, and which files are started.

use portcullis_model::{Bundle, BundleFile};
use portcullis_source::python::modules::{Modules, entries};

fn bundle(files: &[(&str, &str)]) -> Bundle {
    let file = |(path, text): &(&str, &str)| BundleFile {
        path: (*path).to_owned(),
        bytes: text.as_bytes().into(),
        executable: false,
    };
    let mut files: Vec<BundleFile> = files.iter().map(file).collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Bundle { locator: String::new(), files, unread: Vec::new() }
}

fn paths(paths: &[&str]) -> Bundle {
    bundle(&paths.iter().map(|path| (*path, "")).collect::<Vec<_>>())
}

#[track_caller]
fn check(modules: &Modules, from: &str, module: &str, expected: Option<&str>) {
    assert_eq!(modules.resolve(from, module).as_deref(), expected, "{module} in {from}");
}

#[test]
fn relative_imports_count_their_dots() {
    let modules = Modules::new(&paths(&["p/__init__.py", "p/a.py", "p/q/__init__.py", "p/q/b.py", "c.py"]));
    check(&modules, "p/q/b.py", ".", Some("p/q/__init__.py"));
    check(&modules, "p/q/b.py", "..a", Some("p/a.py"));
    check(&modules, "p/q/__init__.py", ".b", Some("p/q/b.py"));
    check(&modules, "p/a.py", ".q.b", Some("p/q/b.py"));
    check(&modules, "p/a.py", ".nothing", None);
    check(&modules, "p/a.py", "..c", Some("c.py"));
    check(&modules, "p/a.py", "...c", None);
    check(&modules, "p/a.py", "....................c", None);
}

#[test]
fn absolute_imports_are_found_from_every_root() {
    let modules = Modules::new(&paths(&[
        "pkg-1.0/pyproject.toml",
        "pkg-1.0/src/pkg/__init__.py",
        "pkg-1.0/src/pkg/tools.py",
        "pkg-1.0/src/pkg/server.py",
        "pkg-1.0/tests/test_it.py",
        "servers/git/pyproject.toml",
        "servers/git/app/run.py",
        "servers/git/app/helper.py",
        "servers/git/lib/deep/util.py",
    ]));
    check(&modules, "pkg-1.0/src/pkg/server.py", "pkg.tools", Some("pkg-1.0/src/pkg/tools.py"));
    check(&modules, "pkg-1.0/tests/test_it.py", "pkg", Some("pkg-1.0/src/pkg/__init__.py"));
    check(&modules, "servers/git/app/run.py", "helper", Some("servers/git/app/helper.py"));
    check(&modules, "servers/git/app/run.py", "app.helper", Some("servers/git/app/helper.py"));
    check(&modules, "servers/git/app/run.py", "requests", None);
    // A folder without `__init__.py` has no file, but its modules have.
    check(&modules, "servers/git/app/run.py", "lib", None);
    check(&modules, "servers/git/app/run.py", "lib.deep", None);
    check(&modules, "servers/git/app/run.py", "lib.deep.util", Some("servers/git/lib/deep/util.py"));
}

#[test]
fn a_package_stands_before_a_module_and_the_nearest_before_the_farther() {
    let modules = Modules::new(&paths(&["x.py", "x/__init__.py", "a/x.py", "a/b.py"]));
    check(&modules, "b.py", "x", Some("x/__init__.py"));
    check(&modules, "a/b.py", "x", Some("a/x.py"));
}

#[test]
fn a_module_of_the_own_package_does_not_hide_the_standard_library() {
    let modules = Modules::new(&paths(&[
        "p/__init__.py",
        "p/logging.py",
        "p/helper.py",
        "p/server.py",
        "s/json.py",
        "s/m.py",
    ]));
    check(&modules, "p/server.py", "logging", None);
    check(&modules, "p/server.py", "helper", Some("p/helper.py"));
    // A script's own folder comes before the standard library.
    check(&modules, "s/m.py", "json", Some("s/json.py"));
}

#[test]
fn what_is_started_is_found_in_manifests_names_and_guards() {
    let guard = "def main(): pass\nif __name__ == '__main__':\n    main()\n";
    let project = "[project]\nname = \"pkg\"\n[project.scripts]\npkg = \"pkg.cli:main\"\n[tool.poetry.scripts]\nother = \"pkg.other:run\"\n";
    let wheel = "[console_scripts]\npkg = pkg.wheel:main\n[other]\nx = pkg.unused:y\n";
    let setup = "setup(entry_points={'console_scripts': ['one = pkg.one:main', \"two=pkg.two:main\"], 'x': ['y = pkg.unused:z']})";
    let bundle = bundle(&[
        ("pyproject.toml", project),
        ("pkg-1.dist-info/entry_points.txt", wheel),
        ("setup.py", setup),
        ("src/pkg/__init__.py", ""),
        ("src/pkg/cli.py", ""),
        ("src/pkg/one.py", ""),
        ("src/pkg/two.py", ""),
        ("src/pkg/other.py", guard),
        ("src/pkg/wheel.py", ""),
        ("src/pkg/unused.py", ""),
        ("src/pkg/__main__.py", ""),
        ("server.py", ""),
        ("deep/main.py", ""),
        ("run.py", guard),
        ("tests/test_run.py", guard),
    ]);
    assert_eq!(
        entries(&bundle),
        [
            "src/pkg/wheel.py",
            "src/pkg/cli.py",
            "src/pkg/other.py",
            "src/pkg/one.py",
            "src/pkg/two.py",
            "src/pkg/__main__.py",
            "server.py",
            "deep/main.py",
            "run.py",
        ]
    );
}

#[test]
fn broken_manifests_name_no_entries() {
    for manifest in [
        "[project",
        "[project]\nscripts = 1",
        "[project.scripts]\na = 1\nb = \"::\"\nc = \"\"",
        "console_scripts",
    ] {
        let files = [("pyproject.toml", manifest), ("entry_points.txt", manifest), ("setup.py", manifest)];
        assert!(entries(&bundle(&files)).is_empty(), "{manifest}");
    }
}

#[test]
fn names_that_files_import_from_each_other_in_a_circle_end() {
    let server = "from p.b import Missing\n\
                  from mcp.server.fastmcp import FastMCP\n\
                  mcp = FastMCP('x')\n\
                  @mcp.tool()\n\
                  def use(value: str) -> str:\n    return Missing(value)\n";
    let circle = bundle(&[
        ("p/__init__.py", ""),
        ("p/a.py", server),
        ("p/b.py", "from p.c import Missing\n"),
        ("p/c.py", "from p.b import Missing\n"),
    ]);
    let analysis = portcullis_source::analyse(&circle);
    let names: Vec<&str> = analysis.offers.iter().map(|offer| offer.name.as_str()).collect();
    assert_eq!(names, ["use"]);
}
