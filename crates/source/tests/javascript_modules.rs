//! Which file an import of JavaScript names, and which files are started.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use portcullis_model::{Bundle, BundleFile};
use portcullis_source::javascript::modules::{Modules, entries};

/// A bundle of paths and texts.
fn bundle(files: &[(&str, &str)]) -> Bundle {
    let file = |(path, text): &(&str, &str)| BundleFile {
        path: (*path).to_owned(),
        bytes: text.as_bytes().into(),
        executable: false,
    };
    let mut files: Vec<BundleFile> = files.iter().map(file).collect();
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Bundle { locator: ".".to_owned(), files, unread: Vec::new() }
}

#[track_caller]
fn assert_resolves(bundle: &Bundle, from: &str, specifier: &str, expected: Option<&str>) {
    assert_eq!(Modules::new(bundle).resolve(from, specifier).as_deref(), expected, "{specifier} from {from}");
}

#[test]
fn relative_imports_leave_out_endings_and_index() {
    let bundle = bundle(&[
        ("src/index.ts", ""),
        ("src/tools.ts", ""),
        ("src/shell/index.js", ""),
        ("src/view.tsx", ""),
        ("src/old.mjs", ""),
        ("data.json", "{}"),
    ]);
    assert_resolves(&bundle, "src/index.ts", "./tools", Some("src/tools.ts"));
    assert_resolves(&bundle, "src/index.ts", "./tools.js", Some("src/tools.ts"));
    assert_resolves(&bundle, "src/index.ts", "./view.js", Some("src/view.tsx"));
    assert_resolves(&bundle, "src/index.ts", "./shell", Some("src/shell/index.js"));
    assert_resolves(&bundle, "src/shell/index.js", "..", Some("src/index.ts"));
    assert_resolves(&bundle, "src/shell/index.js", "../old.mjs", Some("src/old.mjs"));
    assert_resolves(&bundle, "src/index.ts", "../data", Some("data.json"));
    assert_resolves(&bundle, "src/index.ts", "./tools.js?version=2", Some("src/tools.ts"));
}

#[test]
fn what_is_not_in_the_bundle_resolves_to_nothing() {
    let bundle = bundle(&[("index.js", ""), ("node_modules/zod/package.json", "{\"name\":\"zod\"}")]);
    for specifier in
        ["zod", "node:fs", "fs", "./missing", "../outside", "/etc/passwd", "", "https://x.test/a.js"]
    {
        assert_resolves(&bundle, "index.js", specifier, None);
    }
}

#[test]
fn an_import_leads_into_installed_packages_only_where_they_are_released_together() {
    let bundle = bundle(&[
        (
            "package.json",
            r#"{"version": "2.1.0", "main": "index.js", "dependencies": {"@a/b": "2.1.0", "d": "1.0.0"}}"#,
        ),
        ("index.js", ""),
        (
            "node_modules/@a/b/package.json",
            r#"{"version": "2.1.0", "name": "@a/b", "main": "b.js", "dependencies": {"c": "=2.1.0"}}"#,
        ),
        ("node_modules/@a/b/b.js", ""),
        (
            "node_modules/c/package.json",
            r#"{"version": "2.1.0", "name": "c", "main": "c.js", "dependencies": {"@a/b": "2.1.0"}}"#,
        ),
        ("node_modules/c/c.js", ""),
        ("node_modules/d/package.json", r#"{"version": "1.0.0", "name": "d", "main": "d.js"}"#),
        ("node_modules/d/d.js", ""),
    ]);
    assert_resolves(&bundle, "index.js", "@a/b", Some("node_modules/@a/b/b.js"));
    assert_resolves(&bundle, "node_modules/@a/b/b.js", "c", Some("node_modules/c/c.js"));
    assert_resolves(&bundle, "index.js", "d", None);
    assert_eq!(entries(&bundle), ["index.js"]);
}

#[test]
fn what_was_built_is_found_in_its_source() {
    let bundle = bundle(&[
        (
            "package/package.json",
            r#"{"name":"server","main":"./dist/index.js","bin":{"server":"dist/esm/cli.js"}}"#,
        ),
        ("package/src/index.ts", ""),
        ("package/src/cli.ts", ""),
        ("package/src/tools/list.ts", ""),
    ]);
    assert_resolves(&bundle, "package/test/a.ts", "../dist/tools/list.js", Some("package/src/tools/list.ts"));
    assert_eq!(entries(&bundle), ["package/src/cli.ts", "package/src/index.ts"]);
}

#[test]
fn a_built_file_that_is_there_is_preferred() {
    let bundle = bundle(&[
        ("package.json", r#"{"main":"dist/index.js"}"#),
        ("dist/index.js", ""),
        ("src/index.ts", ""),
    ]);
    assert_eq!(entries(&bundle), ["dist/index.js"]);
}

#[test]
fn exports_and_imports_of_a_package_follow_their_conditions() {
    let manifest = r##"{
        "name": "@scope/server",
        "exports": {
            ".": { "types": "./index.d.ts", "import": "./esm/index.mjs", "require": "./cjs/index.cjs" },
            "./tools/*": "./src/tools/*.ts",
            "./tools/hidden/*": null,
            "./first": ["./missing.js", "./src/first.ts"]
        },
        "imports": { "#db": { "browser": "./web.js", "default": "./src/db.ts" }, "#lib/*": "./src/lib/*.js" }
    }"##;
    let bundle = bundle(&[
        ("package.json", manifest),
        ("esm/index.mjs", ""),
        ("cjs/index.cjs", ""),
        ("src/tools/run.ts", ""),
        ("src/tools/hidden/x.ts", ""),
        ("src/first.ts", ""),
        ("src/db.ts", ""),
        ("src/lib/text.ts", ""),
    ]);
    assert_resolves(&bundle, "src/first.ts", "@scope/server", Some("esm/index.mjs"));
    assert_resolves(&bundle, "src/first.ts", "@scope/server/tools/run", Some("src/tools/run.ts"));
    assert_resolves(&bundle, "src/first.ts", "@scope/server/tools/hidden/x", None);
    assert_resolves(&bundle, "src/db.ts", "@scope/server/first", Some("src/first.ts"));
    assert_resolves(&bundle, "src/db.ts", "@scope/server/src/db.ts", None);
    assert_resolves(&bundle, "src/first.ts", "#db", Some("src/db.ts"));
    assert_resolves(&bundle, "src/first.ts", "#lib/text", Some("src/lib/text.ts"));
}

#[test]
fn members_of_a_workspace_find_one_another() {
    let bundle = bundle(&[
        ("package.json", r#"{"private":true,"workspaces":["packages/*"]}"#),
        ("packages/core/package.json", r#"{"name":"@x/core","main":"dist/index.js"}"#),
        ("packages/core/src/index.ts", ""),
        ("packages/core/src/shell.ts", ""),
        ("packages/server/package.json", r#"{"name":"@x/server","bin":"build/main.js"}"#),
        ("packages/server/src/main.ts", ""),
    ]);
    assert_resolves(&bundle, "packages/server/src/main.ts", "@x/core", Some("packages/core/src/index.ts"));
    assert_resolves(
        &bundle,
        "packages/server/src/main.ts",
        "@x/core/src/shell",
        Some("packages/core/src/shell.ts"),
    );
    assert_eq!(entries(&bundle), ["packages/core/src/index.ts", "packages/server/src/main.ts"]);
}

#[test]
fn compiler_configurations_give_other_names() {
    let bundle = bundle(&[
        (
            "config/base.json",
            r#"{"compilerOptions":{"baseUrl":"..","paths":{"@/*":["src/*"],"~lib":["src/lib/index.ts"]}}}"#,
        ),
        ("tsconfig.json", "{ // the usual\n \"extends\": \"./config/base\", }"),
        ("web/tsconfig.json", r#"{"compilerOptions":{"baseUrl":"./code"}}"#),
        ("web/code/util/text.ts", ""),
        ("web/code/page.ts", ""),
        ("src/tools/a.ts", ""),
        ("src/lib/index.ts", ""),
    ]);
    assert_resolves(&bundle, "src/tools/a.ts", "@/tools/a", Some("src/tools/a.ts"));
    assert_resolves(&bundle, "src/tools/a.ts", "~lib", Some("src/lib/index.ts"));
    assert_resolves(&bundle, "web/code/page.ts", "util/text.js", Some("web/code/util/text.ts"));
    assert_resolves(&bundle, "src/tools/a.ts", "util/text.js", None);
}

#[test]
fn circles_end() {
    let bundle = bundle(&[
        ("a/package.json", r##"{"name":"a","main":"../b","imports":{"#x":"#x"}}"##),
        ("b/package.json", r#"{"name":"b","main":"../a"}"#),
        ("tsconfig.json", r#"{"extends":"./tsconfig.json"}"#),
        ("a/x.js", ""),
    ]);
    assert_resolves(&bundle, "a/x.js", "a", None);
    assert_resolves(&bundle, "a/x.js", "./", None);
    assert_resolves(&bundle, "a/x.js", "#x", None);
}

#[test]
fn a_bundle_of_a_desktop_extension_starts_what_its_manifest_says() {
    let bundle = bundle(&[
        ("manifest.json", r#"{"server":{"type":"node","entry_point":"server/main.js"}}"#),
        ("server/main.js", ""),
        ("server/node_modules/zod/package.json", r#"{"name":"zod","main":"index.js"}"#),
        ("server/node_modules/zod/index.js", ""),
    ]);
    assert_eq!(entries(&bundle), ["server/main.js"]);
}

#[test]
fn without_a_manifest_the_usual_names_are_started() {
    assert_eq!(entries(&bundle(&[("src/index.ts", ""), ("other.ts", "")])), ["src/index.ts"]);
    assert_eq!(entries(&bundle(&[("package.json", "{broken"), ("server.js", "")])), ["server.js"]);
    let started =
        bundle(&[("package.json", r#"{"scripts":{"start":"node --trace app/run.js"}}"#), ("app/run.js", "")]);
    assert_eq!(entries(&started), ["app/run.js"]);
    assert!(entries(&bundle(&[("README.md", "")])).is_empty());
}
