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
        "package main\nimport (\"bytes\"; \"context\"; \"sync\"; \"text/template\"; \"errors\"; \"fmt\"; \"os\"; \"os/exec\"; \"path/filepath\"; \"slices\"; \"strconv\"; \"strings\"; \"net\"\n\
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

#[test]
fn tools_are_found_however_they_are_registered() {
    let start = "package main\nimport (\"context\"; \"encoding/json\"; \"os/exec\"; \"github.com/mark3labs/mcp-go/mcp\"; \"github.com/mark3labs/mcp-go/server\")\n\
        type In struct { Line string `json:\"line\"` }\nfunc run(line string) { exec.Command(\"sh\", \"-c\", line).Run() }\n\
        func handle(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) { run(request.GetString(\"line\", \"\")); return nil, nil }\n";
    for (declarations, registers) in [
        (
            "func tool() (mcp.Tool, server.ToolHandlerFunc) { return mcp.NewTool(\"run\"), handle }",
            "s.AddTool(tool())",
        ),
        (
            "func tools() []server.ServerTool { return []server.ServerTool{{Tool: mcp.NewTool(\"run\"), Handler: handle}} }",
            "s.AddTools(tools()...)",
        ),
        (
            "func all() []server.ServerTool { return []server.ServerTool{{Tool: mcp.NewTool(\"run\"), Handler: handle}} }",
            "for _, one := range all() { s.AddTool(one.Tool, one.Handler) }",
        ),
        (
            "func typed(ctx context.Context, _ mcp.CallToolRequest, in In) (*mcp.CallToolResult, error) { run(in.Line); return nil, nil }",
            "s.AddTool(mcp.NewTool(\"run\"), mcp.NewTypedToolHandler(typed))",
        ),
        (
            "func register[T any](s *server.MCPServer, does func(T)) { s.AddTool(mcp.NewTool(\"run\"), func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {\n\
             var in T\nraw, _ := json.Marshal(request.Params.Arguments)\njson.Unmarshal(raw, &in)\ndoes(in)\nreturn nil, nil }) }",
            "register(s, func(in In) { run(in.Line) })",
        ),
    ] {
        let source = format!(
            "{start}{declarations}\nfunc main() {{ s := server.NewMCPServer(\"x\", \"1\")\n{registers}\nserver.ServeStdio(s) }}"
        );
        let found = flows(&source);
        assert_eq!(found.len(), 1, "{registers}: {found:?}");
        assert!(found[0].starts_with("Shell "), "{registers}: {found:?}");
    }
}

#[test]
fn what_runs_beside_a_handler_takes_what_it_sends() {
    let body = "jobs := make(chan string)\ndone := make(chan bool)\n\
        go func() { for job := range jobs { exec.Command(\"sh\", \"-c\", job).Run() }\ndone <- true }()\n\
        jobs <- request.GetString(\"a\", \"\")\nclose(jobs)\n<-done\nreturn nil, nil";
    assert_eq!(handler("", body), ["Shell a"]);
}

#[test]
fn values_come_out_of_what_holds_them() {
    for (declarations, line) in [
        ("", "var m sync.Map; m.Store(\"k\", a); v, _ := m.Load(\"k\"); line := v.(string)"),
        (
            "func each(parts []string) func(func(string) bool) { return func(yield func(string) bool) { for _, part := range parts { if !yield(part) { return } } } }",
            "line := \"\"; for part := range each([]string{a}) { line = part }",
        ),
        ("", "out := []byte(\"ls \"); out = append(out, a...); line := string(out)"),
        ("", "var parts [2]string; parts[1] = a; line := parts[1]"),
        (
            "",
            "var b bytes.Buffer; template.Must(template.New(\"x\").Parse(\"ls {{.A}}\")).Execute(&b, map[string]any{\"A\": a}); line := b.String()",
        ),
        ("type key struct{}", "ctx = context.WithValue(ctx, key{}, a); line, _ := ctx.Value(key{}).(string)"),
    ] {
        let body = format!(
            "a := request.GetString(\"a\", \"\")\n{line}\nexec.Command(\"sh\", \"-c\", line).Run()\nreturn nil, nil"
        );
        assert_eq!(handler(declarations, &body), ["Shell a"], "{line}");
    }
}

#[test]
fn a_shell_is_one_wherever_its_orders_come_from() {
    for body in [
        "cmd := exec.Command(\"bash\"); cmd.Stdin = strings.NewReader(a); cmd.Run()",
        "exec.Command(\"sudo\", \"sh\", \"-c\", a).Run()",
        "shell, _ := exec.LookPath(\"bash\"); exec.Command(shell, \"-c\", a).Run()",
        "cmd := &exec.Cmd{Path: \"/bin/sh\", Args: []string{\"sh\", \"-c\", a}}; cmd.Run()",
    ] {
        let body = format!("a := request.GetString(\"a\", \"\")\n{body}\nreturn nil, nil");
        let mut found = handler("", &body);
        found.dedup();
        assert_eq!(found, ["Shell a"], "{body}");
    }
}

#[test]
fn what_was_found_in_a_loop_is_known_after_it() {
    let body = "a := request.GetString(\"a\", \"\")\nfound := false\n\
        for _, name := range []string{\"up\", \"down\"} { if name == a { found = true; break } }\n\
        if !found { return nil, nil }\nexec.Command(\"sh\", \"-c\", \"app \"+a).Run()\nreturn nil, nil";
    assert_eq!(handler("", body), Vec::<String>::new());
    assert_eq!(handler("", &body.replace("!found", "found")), ["Shell a"]);
}

#[test]
fn a_path_made_normal_from_the_root_on_stays_below() {
    let body = "os.ReadFile(filepath.Join(\"/srv\", filepath.Clean(\"/\"+request.GetString(\"a\", \"\"))))\nreturn nil, nil";
    assert_eq!(handler("", body), Vec::<String>::new());
    assert_eq!(handler("", &body.replace("\"/\"+", "")), ["PathRead a"]);
}

#[test]
fn a_failure_that_a_check_passes_on_is_one() {
    let declarations = "func check(name string) error {\nif _, err := os.Stat(name); err != nil { return err }\n\
        if !slices.Contains([]string{\"up\", \"down\"}, name) { return errors.New(\"no\") }\nreturn nil }";
    let body = "a := request.GetString(\"a\", \"\")\nif err := check(a); err != nil { return nil, err }\n\
        exec.Command(\"sh\", \"-c\", \"app \"+a).Run()\nreturn nil, nil";
    assert_eq!(handler(declarations, body), Vec::<String>::new());
}
