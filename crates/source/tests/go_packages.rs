//! What the files of a Go package have together: types, methods, variables, versions for several systems.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use portcullis_model::{Bundle, BundleFile};

const MAIN: &str = "package main\nimport (\"context\"; \"github.com/modelcontextprotocol/go-sdk/mcp\")\n\
    type In struct { Line string `json:\"line\"` }\n\
    func (s *service) handle(ctx context.Context, _ *mcp.CallToolRequest, in In) (*mcp.CallToolResult, any, error) {\n\
    s.run(in.Line)\nreturn nil, nil, nil }\n\
    func main() { server := mcp.NewServer(nil, nil)\ns := newService()\n\
    mcp.AddTool(server, &mcp.Tool{Name: \"run\"}, s.handle) }";

/// What reaches what, as `Shell name`, in a package of `main.go` and these files.
fn flows(others: &[(&str, &str)]) -> Vec<String> {
    let all = others.iter().chain(&[("main.go", MAIN)]);
    let mut files: Vec<BundleFile> = all
        .map(|(path, text)| BundleFile {
            path: (*path).to_owned(),
            bytes: text.as_bytes().into(),
            executable: false,
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let analysis = portcullis_source::analyse(&Bundle { locator: String::new(), files, unread: Vec::new() });
    assert!(analysis.unread.is_empty(), "{:?}", analysis.unread);
    analysis.flows.iter().map(|flow| format!("{:?} {}", flow.sink, flow.source.name)).collect()
}

#[test]
fn methods_may_stand_in_other_files_than_their_type() {
    let types = (
        "types.go",
        "package main\ntype service struct { shell string }\nfunc newService() *service { return &service{shell: \"sh\"} }",
    );
    let run = (
        "a_run.go",
        "package main\nimport \"os/exec\"\nfunc (s *service) run(line string) { exec.Command(s.shell, \"-c\", line).Run() }",
    );
    assert_eq!(flows(&[types, run]), ["Shell line"]);
}

#[test]
fn of_a_method_for_several_systems_the_one_that_does_something_counts() {
    let types =
        ("types.go", "package main\ntype service struct{}\nfunc newService() *service { return &service{} }");
    let unix = (
        "run_unix.go",
        "//go:build unix\n\npackage main\nimport \"os/exec\"\nfunc (s *service) run(line string) { exec.Command(\"sh\", \"-c\", line).Run() }",
    );
    let other = ("run_windows.go", "package main\nfunc (s *service) run(line string) {}");
    assert_eq!(flows(&[types, unix, other]), ["Shell line"]);
}

#[test]
fn variables_and_embedded_types_are_ready_whatever_file_they_stand_in() {
    let first = (
        "a.go",
        "package main\nvar shared = makeService()\ntype service struct { base }\nfunc newService() *service { return shared }",
    );
    let last = (
        "z.go",
        "package main\nimport \"os/exec\"\ntype base struct { shell string }\nvar shell = \"sh\"\n\
        func makeService() *service { return &service{base{shell: shell}} }\n\
        func (b *base) run(line string) { exec.Command(b.shell, \"-c\", line).Run() }",
    );
    assert_eq!(flows(&[first, last]), ["Shell line"]);
}

#[test]
fn every_init_of_a_package_runs() {
    let types = (
        "types.go",
        "package main\ntype service struct{}\nfunc newService() *service { return &service{} }\n\
        var shells = map[string]string{}\nfunc init() { shells[\"x\"] = \"sh\" }\nfunc init() { shells[\"y\"] = \"cat\" }",
    );
    let run = (
        "run.go",
        "package main\nimport \"os/exec\"\nfunc init() { shells[\"z\"] = \"tac\" }\n\
        func (s *service) run(line string) { exec.Command(shells[\"x\"], \"-c\", line).Run() }",
    );
    assert_eq!(flows(&[types, run]), ["Shell line"]);
}
