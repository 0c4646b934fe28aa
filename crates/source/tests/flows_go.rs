//! Which inputs of tools written in Go reach which operations.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::sync::Arc;

use portcullis_model::{Bundle, BundleFile};

/// What reaches what, as `Shell name`, in a server of mcp-go whose handler has this body.
fn handler(declarations: &str, body: &str) -> Vec<String> {
    flows(&format!(
        "package main\nimport (\"context\"; \"errors\"; \"fmt\"; \"os\"; \"os/exec\"; \"path/filepath\"; \"slices\"; \"strings\"\n\
         \"github.com/mark3labs/mcp-go/mcp\"; \"github.com/mark3labs/mcp-go/server\")\n{declarations}\n\
         func handle(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {{\n{body}\n}}\n\
         func main() {{ s := server.NewMCPServer(\"x\", \"1\")\ns.AddTool(mcp.NewTool(\"t\"), handle)\nserver.ServeStdio(s) }}"
    ))
}

fn flows(source: &str) -> Vec<String> {
    let file =
        BundleFile { path: String::from("main.go"), bytes: Arc::from(source.as_bytes()), executable: false };
    let bundle = Bundle { locator: String::from("test"), files: vec![file], unread: Vec::new() };
    let analysis = portcullis_source::analyse(&bundle);
    assert!(analysis.unread.is_empty(), "{:?}", analysis.unread);
    analysis.flows.iter().map(|flow| format!("{:?} {}", flow.sink, flow.source.name)).collect()
}

#[test]
fn arguments_are_found_by_every_method_of_the_request() {
    for get in [
        "a, err := request.RequireString(\"a\"); if err != nil { return nil, err }",
        "a := request.GetString(\"a\", \"x\")",
        "a, ok := request.GetArguments()[\"a\"].(string); if !ok { return nil, nil }",
        "a := request.Params.Arguments[\"a\"].(string)",
        "var in struct { A string `json:\"a\"` }; if err := request.BindArguments(&in); err != nil { return nil, err }; a := in.A",
    ] {
        let body = format!("{get}\nexec.Command(\"sh\", \"-c\", \"echo \"+a).Run()\nreturn nil, nil");
        assert_eq!(handler("", &body), ["Shell a"], "{get}");
    }
}

#[test]
fn a_tool_of_the_official_sdk_has_the_name_of_its_struct() {
    let source = "package main\nimport (\"context\"; \"os/exec\"; \"github.com/modelcontextprotocol/go-sdk/mcp\")\n\
        type In struct { Line string `json:\"line\"`; Count int }\n\
        func run(ctx context.Context, _ *mcp.CallToolRequest, in In) (*mcp.CallToolResult, any, error) {\n\
        exec.Command(\"sh\", \"-c\", in.Line).Run()\nreturn nil, nil, nil }\n\
        func main() { server := mcp.NewServer(nil, nil)\nmcp.AddTool(server, &mcp.Tool{Name: \"run\", Description: \"d\"}, run) }";
    assert_eq!(flows(source), ["Shell line"]);
    let file =
        BundleFile { path: String::from("main.go"), bytes: Arc::from(source.as_bytes()), executable: false };
    let bundle = Bundle { locator: String::from("test"), files: vec![file], unread: Vec::new() };
    let analysis = portcullis_source::analyse(&bundle);
    assert_eq!(analysis.offers[0].name, "run");
    assert_eq!(analysis.offers[0].description.as_deref(), Some("d"));
}

#[test]
fn a_failure_that_is_looked_at_keeps_what_was_checked_with_the_result() {
    let declarations = "func checked(name string) (string, error) {\n\
        if !filepath.IsLocal(name) { return name, fmt.Errorf(\"no\") }\nreturn name, nil }";
    let looked = "p, err := checked(request.GetString(\"a\", \"\"))\nif err != nil { return nil, err }\n\
        os.ReadFile(filepath.Join(\"/srv\", p))\nreturn nil, nil";
    assert_eq!(handler(declarations, looked), Vec::<String>::new());
    let ignored = looked.replace("if err != nil { return nil, err }", "_ = err");
    assert_eq!(handler(declarations, &ignored), ["PathRead a"]);
}

#[test]
fn a_list_of_allowed_values_counts_for_an_argument_with_a_default() {
    let body = "a := request.GetString(\"a\", \"up\")\nif !slices.Contains([]string{\"up\", \"down\"}, a) { return nil, errors.New(\"no\") }\n\
        exec.Command(\"sh\", \"-c\", \"app \"+a).Run()\nreturn nil, nil";
    assert_eq!(handler("", body), Vec::<String>::new());
}

#[test]
fn only_a_replacement_of_all_quotes_quotes() {
    for (count, expected) in [("1", vec!["Shell a"]), ("-1", vec![])] {
        let body = format!(
            "a := request.GetString(\"a\", \"\")\na = strings.Replace(a, \"'\", \"'\\\\''\", {count})\n\
             exec.Command(\"sh\", \"-c\", \"echo '\"+a+\"'\").Run()\nreturn nil, nil"
        );
        assert_eq!(handler("", &body), expected, "{count}");
    }
}

#[test]
fn texts_are_followed_through_builders() {
    let body = "var b strings.Builder\nb.WriteString(\"echo \")\nfmt.Fprintf(&b, \"%s!\", request.GetString(\"a\", \"\"))\n\
        exec.Command(\"sh\", \"-c\", b.String()).Run()\nreturn nil, nil";
    assert_eq!(handler("", body), ["Shell a"]);
}
