//! Whatever stands in a manifest: nothing panics, every place lies inside the file, and large files are read in time.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::time::{Duration, Instant};

use portcullis_model::{Bundle, BundleFile, Span};
use portcullis_supply::manifest::{self, Manifest, Stated};
use proptest::prelude::*;

const NAMES: [&str; 12] = [
    "package.json",
    "package-lock.json",
    "pyproject.toml",
    "METADATA",
    "PKG-INFO",
    "setup.cfg",
    "entry_points.txt",
    "uv.lock",
    "poetry.lock",
    "manifest.json",
    "server.json",
    "requirements.txt",
];

/// Pieces that mean something to one of the readers, and any text.
fn text() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        "\"",
        ":",
        ",",
        "=",
        "\n",
        "\\\n",
        " ",
        "\t",
        ";",
        "@",
        "#",
        "://",
        "==1",
        "'",
        "<",
        "\"name\":\"a\"",
        "\"packages\":",
        "\"dependencies\":{",
        "\"node_modules/a\":",
        "\"exports\":",
        "\"bin\":",
        "\"manifest_version\":\"0.2\"",
        "\"server\":{",
        "[project]",
        "[[package]]",
        "name = \"a\"",
        "source = {",
        "dependencies = [\"",
        "[tool.poetry.dependencies]",
        "Requires-Dist: ",
        "Project-URL: ",
        "[metadata]",
        "[options]",
        "install_requires =",
        "-e ",
        " --hash=sha256:",
        "npm:",
        "git+https://",
        "äöü",
        "\u{feff}",
    ]);
    let piece = prop_oneof![3 => known.prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn places(manifest: &Manifest) -> Vec<Span> {
    let stated = [&manifest.name, &manifest.version, &manifest.repository, &manifest.server_name];
    let targets = manifest.entry_points.iter().map(|entry| &entry.target);
    let commands = manifest.scripts.iter().map(|script| &script.command);
    let all: Vec<&Stated> = stated.into_iter().flatten().chain(targets).chain(commands).collect();
    all.iter().map(|stated| stated.span).chain(manifest.dependencies.iter().map(|it| it.span)).collect()
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic_and_every_place_lies_inside(text in text()) {
        for name in NAMES {
            let Some(manifest) = manifest::read(name, &text) else { continue };
            for span in places(&manifest) {
                prop_assert!(text.get(span.start..span.end).is_some(), "{} {:?}", name, span);
            }
        }
    }
}

#[test]
fn a_large_lock_file_is_read_in_time_and_a_larger_one_says_that_it_was_not() {
    let began = Instant::now();
    let entry = |index: usize| format!("\"node_modules/p{index}\":{{\"version\":\"1.0.{index}\"}}");
    let entries: Vec<String> = (0..60_000).map(entry).collect();
    let lock =
        manifest::read("package-lock.json", &format!("{{\"packages\":{{{}}}}}", entries.join(","))).unwrap();
    assert_eq!(lock.dependencies.len(), 50_000);
    assert!(lock.problems[0].contains("more than 50000") && lock.problems.len() == 1, "{:?}", lock.problems);
    let uv: String =
        (0..20_000).map(|index| format!("[[package]]\nname = \"p{index}\"\nversion = \"1\"\n")).collect();
    assert_eq!(manifest::read("uv.lock", &uv).unwrap().dependencies.len(), 20_000);
    let huge = manifest::read("requirements.txt", &"a==1\n".repeat(4_000_000)).unwrap();
    assert!(huge.dependencies.is_empty() && huge.problems[0].contains("was not read"));
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn a_bundle_gives_its_own_manifests_and_not_those_of_what_it_brings_along() {
    let file = |path: &str| BundleFile {
        path: path.to_owned(),
        bytes: b"{\"name\": \"a\"}".as_slice().into(),
        executable: false,
    };
    let paths = ["node_modules/b/package.json", "package.json", "src/index.js", "sub/package.json"];
    let bundle = Bundle { files: paths.map(file).to_vec(), ..Bundle::default() };
    let found: Vec<String> = manifest::of_bundle(&bundle).into_iter().map(|manifest| manifest.path).collect();
    assert_eq!(found, ["package.json", "sub/package.json"]);
}
