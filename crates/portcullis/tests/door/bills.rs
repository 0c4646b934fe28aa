//! Bills of materials: what was scanned is in them with its versions, digests, licences and what depends on what.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::desk::Desk;

const PACKAGE: &str = r#"{"name": "@scope/some-mcp", "version": "1.2.3", "license": "MIT",
    "repository": {"url": "git+https://git.example.com/owner/some-mcp.git"},
    "dependencies": {"zod": "^3.25.0", "helper": "https://files.example.com/helper.tgz", "late": "^1"},
    "optionalDependencies": {"extra": "2.0.0"}, "devDependencies": {"tests-only": "^9"}}"#;
const NPM_LOCK: &str = r#"{"name": "@scope/some-mcp", "lockfileVersion": 3, "packages": {
    "": {"name": "@scope/some-mcp", "dependencies": {"zod": "^3.25.0"}},
    "node_modules/zod": {"version": "3.25.1", "resolved": "https://registry.example/zod/-/zod-3.25.1.tgz",
        "integrity": "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", "license": "MIT OR Apache-2.0", "dependencies": {"inner": "1"}},
    "node_modules/inner": {"version": "1.0.0", "license": "SEE LICENSE IN inner.txt"}}}"#;

fn bill(desk: &Desk, words: &[&str]) -> Value {
    desk.scan(&[words, &["--fail-on", "never", "--sbom", "bill.json"]].concat());
    serde_json::from_str(&desk.read("bill.json")).unwrap()
}

fn component<'b>(bill: &'b Value, name: &str) -> &'b Value {
    let components = bill["components"].as_array().unwrap();
    components.iter().find(|it| it["name"] == name).unwrap_or_else(|| panic!("no `{name}` in {bill:#}"))
}

/// What the component of a reference depends on.
fn needs<'b>(bill: &'b Value, reference: &str) -> &'b Value {
    let all = bill["dependencies"].as_array().unwrap();
    &all.iter().find(|it| it["ref"] == reference).unwrap_or_else(|| panic!("no `{reference}`"))["dependsOn"]
}

fn server() -> Desk {
    Desk::new()
        .file("server/package.json", PACKAGE)
        .file("server/package-lock.json", NPM_LOCK)
        .file("server/index.js", "1;\n")
}

#[test]
fn a_package_stands_in_its_bill_with_everything_that_it_says_of_itself_and_needs() {
    let desk = server();
    let bill = bill(&desk, &["server"]);
    assert_eq!((&bill["bomFormat"], &bill["specVersion"]), (&json!("CycloneDX"), &json!("1.6")));
    let subject = &bill["metadata"]["component"];
    assert_eq!(subject["purl"], "pkg:npm/%40scope/some-mcp@1.2.3");
    assert_eq!((&subject["group"], &subject["name"]), (&json!("@scope"), &json!("some-mcp")));
    assert_eq!(subject["licenses"], json!([{"license": {"id": "MIT"}}]));
    assert_eq!(subject["externalReferences"][0]["type"], "vcs");
    let zod = component(&bill, "zod");
    assert_eq!((&zod["version"], &zod["purl"]), (&json!("3.25.1"), &json!("pkg:npm/zod@3.25.1")));
    assert_eq!(
        zod["hashes"],
        json!([{"alg": "SHA-256",
        "content": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}])
    );
    assert_eq!(zod["licenses"], json!([{"expression": "MIT OR Apache-2.0"}]));
    assert_eq!(component(&bill, "inner")["licenses"][0]["license"]["name"], "SEE LICENSE IN inner.txt");
    assert_eq!(needs(&bill, "pkg:npm/zod@3.25.1"), &json!(["pkg:npm/inner@1.0.0"]));
    // What no lock file settled is there with its range, and the bill says that it is not whole.
    let late = component(&bill, "late");
    assert!(late["version"].is_null());
    assert_eq!(late["properties"], json!([{"name": "portcullis:requirement", "value": "^1"}]));
    assert_eq!(
        (&component(&bill, "extra")["version"], &component(&bill, "extra")["scope"]),
        (&json!("2.0.0"), &json!("optional"))
    );
    assert_eq!(bill["compositions"][0]["aggregate"], "incomplete");
    let direct = needs(&bill, "pkg:npm/%40scope/some-mcp@1.2.3");
    assert_eq!(direct.as_array().unwrap().len(), 4, "{direct}");
    assert!(!desk.read("bill.json").contains("tests-only"));
}

#[test]
fn the_same_files_give_the_same_bill_and_several_targets_share_one() {
    let desk = server().file(
        "other/uv.lock",
        "version = 1\n[[package]]\nname = \"other\"\nversion = \"1\"\nsource = { editable = \".\" }\n\
         [[package]]\nname = \"mcp\"\nversion = \"1.9.0\"\nsource = { registry = \"https://index.example/simple\" }\ndependencies = [{ name = \"anyio\" }]\n\
         [[package]]\nname = \"anyio\"\nversion = \"4.0.0\"\nsource = { registry = \"https://index.example/simple\" }\n",
    );
    let desk = desk
        .file(
            "other/pyproject.toml",
            "[project]\nname = \"other\"\nversion = \"1\"\ndependencies = [\"mcp>=1\"]\n",
        )
        .file("other/other.py", "x = 1\n");
    bill(&desk, &["server", "other"]);
    let first = desk.read("bill.json");
    let both = bill(&desk, &["server", "other"]);
    assert_eq!(first, desk.read("bill.json"));
    assert!(both["metadata"]["component"].is_null());
    assert_eq!(needs(&both, "pkg:pypi/other@1"), &json!(["pkg:pypi/mcp@1.9.0"]));
    assert_eq!(needs(&both, "pkg:pypi/mcp@1.9.0"), &json!(["pkg:pypi/anyio@4.0.0"]));
    assert_eq!(both["compositions"].as_array().unwrap().len(), 2);
    let alone = bill(&desk, &["other"]);
    assert_eq!(alone["compositions"][0]["aggregate"], "complete");
}

#[test]
fn what_configured_servers_are_launched_from_is_in_the_bill() {
    let desk = Desk::with_servers(
        r#""a": {"command": "npx", "args": ["-y", "some-mcp@1.0.0"]}, "b": {"command": "node", "args": ["x.js"]}"#,
    );
    let bill = bill(&desk, &[".cursor/mcp.json"]);
    assert_eq!(component(&bill, "some-mcp")["purl"], "pkg:npm/some-mcp@1.0.0");
    assert_eq!(bill["components"].as_array().unwrap().len(), 1);
}

#[test]
fn no_secret_of_a_manifest_reaches_the_bill() {
    let secret = ["ghp", "_16C7e42F292c6912E7710c838347Ae178B4a"].concat();
    let manifest = format!(
        r#"{{"name": "some-mcp", "version": "1.0.0", "dependencies": {{"own": "git+https://x:{secret}@git.example.com/o/own.git"}}}}"#
    );
    let desk = Desk::new().file("server/package.json", manifest).file("server/index.js", "1;\n");
    bill(&desk, &["server"]);
    assert!(!desk.read("bill.json").contains(&secret));
}

#[test]
fn a_bill_that_cannot_be_written_is_an_error() {
    let run = server().scan(&["server", "--sbom", "no/such/folder/bill.json"]);
    run.exits(3);
    assert!(run.stderr.contains("cannot be written"), "{}", run.stderr);
}

/// The schema is the one that the Python library of CycloneDX carries, on machines that have it.
#[test]
fn bills_fit_the_published_schema() {
    let script = "\
import json, sys, pathlib, cyclonedx.schema, jsonschema, referencing
folder = pathlib.Path(cyclonedx.schema.__file__).parent / '_res'
read = lambda name: json.loads((folder / name).read_text())
files = ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json']
registry = referencing.Registry().with_resources((base + file, referencing.Resource.from_contents(read(file)))
    for file in files for base in ['', 'http://cyclonedx.org/schema/'])
jsonschema.Draft7Validator(read('bom-1.6.SNAPSHOT.schema.json'), registry=registry).validate(json.load(open(sys.argv[1])))
";
    let python = |words: &[&str]| {
        let mut command = Command::new("python3");
        command.args(words).stdin(Stdio::null()).output()
    };
    if !python(&["-c", "import cyclonedx, jsonschema, referencing"])
        .is_ok_and(|output| output.status.success())
    {
        return;
    }
    let desk = server().file(
        ".cursor/mcp.json",
        r#"{"mcpServers": {"a": {"command": "docker", "args": ["run", "-i", "example/image:1"]}}}"#,
    );
    for words in [&["server"][..], &["server", ".cursor/mcp.json"], &[]] {
        bill(&desk, words);
        let output = python(&["-c", script, desk.path("bill.json").to_str().unwrap()]).unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
