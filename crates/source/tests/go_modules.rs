#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]
//! Which files a Go import names, and which belong together.

use portcullis_model::{Bundle, BundleFile};
use portcullis_source::go::modules::Modules;

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

fn modules() -> Modules {
    Modules::new(&bundle(&[
        ("go.mod", "// comment\nmodule example.com/server // what it is called\n\ngo 1.24\n"),
        ("main.go", "package main\n"),
        ("tools.go", "package main\n"),
        ("main_test.go", "package main\n"),
        ("generate.go", "//go:build ignore\n\npackage main\n"),
        ("internal/files/read.go", "package files\n"),
        ("internal/files/write.go", "package files\n"),
        ("plugin/go.mod", "module \"example.com/server/plugin\"\n"),
        ("plugin/lib/lib.go", "package lib\n"),
        ("vendor/github.com/x/y/y.go", "package y\n"),
    ]))
}

#[test]
fn imports_are_found_by_the_path_of_their_module() {
    let modules = modules();
    let found = |path| modules.resolve("main.go", path);
    let files = ["internal/files/read.go", "internal/files/write.go"].map(str::to_owned).to_vec();
    assert_eq!(found("example.com/server/internal/files"), Some(files.clone()));
    assert_eq!(found("example.com/server"), Some(vec!["main.go".to_owned(), "tools.go".to_owned()]));
    assert_eq!(found("example.com/server/plugin/lib"), Some(vec!["plugin/lib/lib.go".to_owned()]));
    assert_eq!(found("./internal/files"), Some(files));
    for external in
        ["fmt", "github.com/x/y", "example.com/servers/internal/files", "example.com/server/none", ""]
    {
        assert_eq!(found(external), None, "{external}");
    }
}

#[test]
fn siblings_are_the_files_that_are_built_together() {
    let modules = modules();
    assert_eq!(modules.siblings("main.go"), ["tools.go"]);
    assert_eq!(modules.siblings("internal/files/write.go"), ["internal/files/read.go"]);
    assert!(modules.siblings("nowhere/a.go").is_empty());
}
