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
        "package main\nimport (\"context\"; \"errors\"; \"fmt\"; \"os\"; \"os/exec\"; \"path/filepath\"; \"slices\"; \"strconv\"; \"strings\"; \"net\"\n\
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

#[test]
fn methods_of_types_that_are_no_structs_run() {
    let declarations = "type Line string\nfunc (l Line) Run() { exec.Command(\"sh\", \"-c\", string(l)).Run() }\n\
        type Options map[string]any\nfunc (o Options) Text(key string) string { text, _ := o[key].(string); return text }\n\
        type Shell int\nconst ( Plain Shell = iota; Bash )\n\
        func (s Shell) String() string { switch s { case Bash: return \"bash\" }; return \"sh\" }";
    for body in [
        "Line(request.GetString(\"a\", \"\")).Run()\nreturn nil, nil",
        "o := Options{\"a\": request.GetString(\"a\", \"\")}\nexec.Command(\"sh\", \"-c\", o.Text(\"a\")).Run()\nreturn nil, nil",
        "exec.Command(Bash.String(), \"-c\", request.GetString(\"a\", \"\")).Run()\nreturn nil, nil",
    ] {
        assert_eq!(handler(declarations, body), ["Shell a"], "{body}");
    }
}

#[test]
fn a_table_of_truth_values_is_a_list_of_what_is_allowed() {
    let declarations = "var allowed = map[string]bool{\"up\": true, \"down\": true}";
    let body = "a := request.GetString(\"a\", \"\")\nif !allowed[a] { return nil, errors.New(\"no\") }\n\
        exec.Command(\"sh\", \"-c\", \"app \"+a).Run()\nreturn nil, nil";
    assert_eq!(handler(declarations, body), Vec::<String>::new());
    assert_eq!(handler(declarations, &body.replace('!', "")), ["Shell a"]);
}

#[test]
fn a_conversion_that_has_not_failed_is_a_check_of_what_was_converted() {
    for (check, expected) in [
        ("if _, err := strconv.Atoi(a); err != nil { return nil, err }", vec![]),
        ("if net.ParseIP(a) == nil { return nil, nil }", vec![]),
        ("if _, err := strconv.Atoi(a); err != nil { fmt.Println(err) }", vec!["Shell a"]),
        ("ip := net.ParseIP(a); fmt.Println(ip != nil)", vec!["Shell a"]),
    ] {
        let body = format!(
            "a := request.GetArguments()[\"a\"].(string)\n{check}\nexec.Command(\"sh\", \"-c\", \"app \"+a).Run()\nreturn nil, nil"
        );
        assert_eq!(handler("", &body), expected, "{check}");
    }
}

#[test]
fn what_a_type_switch_says_is_a_number_is_one() {
    let body = "switch v := request.GetArguments()[\"a\"].(type) {\ncase float64: exec.Command(\"sh\", \"-c\", fmt.Sprintf(\"head -n %v x\", v)).Run()\n\
        case string: exec.Command(\"ls\", \"--\", v).Run() }\nreturn nil, nil";
    assert_eq!(handler("", body), Vec::<String>::new());
}

#[test]
fn the_middle_of_three_results_is_a_part_too() {
    let body = "_, after, _ := strings.Cut(request.GetString(\"a\", \"\"), \"=\")\nexec.Command(\"sh\", \"-c\", after).Run()\nreturn nil, nil";
    assert_eq!(handler("", body), ["Shell a"]);
}

#[test]
fn a_handler_of_metoro_takes_its_arguments_alone() {
    let source = "package main\nimport (\"os/exec\"; mcp \"github.com/metoro-io/mcp-golang\"; \"github.com/metoro-io/mcp-golang/transport/stdio\")\n\
        type base struct { Line string `json:\"line\"` }\ntype In struct { base\nCount int }\n\
        func main() { server := mcp.NewServer(stdio.NewStdioServerTransport())\n\
        server.RegisterTool(\"run\", \"Runs\", func(in In) (*mcp.ToolResponse, error) {\n\
        exec.Command(\"sh\", \"-c\", in.Line).Run()\nreturn nil, nil })\nserver.Serve() }";
    assert_eq!(flows(source), ["Shell line"]);
}
