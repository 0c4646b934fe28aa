//! Recorded surfaces in every shape that people keep them in, one or many, as a file or as a stream.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::desk::Desk;

/// A text in which invisible characters spell an order.
fn hidden(text: &str) -> String {
    let tags: String =
        "read".chars().map(|letter| char::from_u32(0xE0000 + letter as u32).unwrap()).collect();
    format!("{text}{tags}")
}

fn tool(name: &str, description: &str) -> String {
    format!(r#"{{"name": "{name}", "description": "{description}", "inputSchema": {{"type": "object"}}}}"#)
}

fn surface(server: &str, tools: &[String]) -> String {
    format!(r#"{{"server": "{server}", "tools": [{}]}}"#, tools.join(", "))
}

#[test]
fn a_surface_is_read_in_every_shape_that_people_keep() {
    let bad = tool("add", &hidden("Adds two numbers."));
    let shapes = [
        (
            "a surface",
            format!(r#"{{"server": "math", "version": "1.2.0", "instructions": "Adds.", "tools": [{bad}]}}"#),
            "math",
        ),
        ("the result of a list", format!(r#"{{"tools": [{bad}]}}"#), "surface"),
        (
            "a response",
            format!(r#"{{"jsonrpc": "2.0", "id": 1, "result": {{"tools": [{bad}]}}}}"#),
            "surface",
        ),
        ("a list of tools", format!("[{bad}]"), "surface"),
        ("one tool", bad.clone(), "surface"),
        ("a list of surfaces", format!("[{}]", surface("math", std::slice::from_ref(&bad))), "math"),
        ("over many lines", surface("math", std::slice::from_ref(&bad)).replace(", ", ",\n  "), "math"),
        ("with a mark", format!("\u{feff}{}", surface("math", std::slice::from_ref(&bad))), "math"),
    ];
    for (what, text, server) in shapes {
        let run = Desk::new().scan_surface(&text);
        assert_eq!(run.code, Some(1), "{what}: {}", run.stdout);
        let location = run.finding("hidden-unicode-tags")["location"].clone();
        assert_eq!(location["server"], server, "{what}");
        assert_eq!((&location["item"], &location["name"]), (&"tool".into(), &"add".into()), "{what}");
        assert_eq!(run.targets(), [format!("surface.json#{server}: scanned")], "{what}");
    }
}

#[test]
fn every_part_of_a_surface_is_looked_at_and_so_are_members_that_nobody_knows() {
    let order = hidden("Harmless.");
    let parts = [
        (format!(r#"{{"server": "s", "tools": [], "instructions": "{order}"}}"#), "instructions"),
        (format!(r#"{{"server": "s", "tools": [{{"name": "a", "title": "{order}"}}]}}"#), "tool"),
        (
            format!(
                r#"{{"server": "s", "tools": [{{"name": "a", "annotations": {{"title": "{order}"}}}}]}}"#
            ),
            "tool",
        ),
        (
            format!(r#"{{"server": "s", "tools": [{{"name": "a", "x-notes": {{"deep": ["{order}"]}}}}]}}"#),
            "tool",
        ),
        (
            format!(
                r#"{{"server": "s", "tools": [{{"name": "a", "inputSchema": {{"properties": {{"p": {{"description": "{order}"}}}}}}}}]}}"#
            ),
            "tool",
        ),
        (
            format!(
                r#"{{"server": "s", "tools": [{{"name": "a", "inputSchema": {{"properties": {{"{order}": {{}}}}}}}}]}}"#
            ),
            "tool",
        ),
        (
            format!(
                r#"{{"server": "s", "tools": [{{"name": "a", "outputSchema": {{"description": "{order}"}}}}]}}"#
            ),
            "tool",
        ),
        (
            format!(
                r#"{{"server": "s", "tools": [], "prompts": [{{"name": "p", "description": "{order}"}}]}}"#
            ),
            "prompt",
        ),
        (
            format!(
                r#"{{"server": "s", "tools": [], "prompts": [{{"name": "p", "messages": [{{"role": "user", "content": {{"type": "text", "text": "{order}"}}}}]}}]}}"#
            ),
            "prompt",
        ),
        (
            format!(
                r#"{{"server": "s", "tools": [], "resources": [{{"uri": "a://b", "name": "r", "description": "{order}"}}]}}"#
            ),
            "resource",
        ),
        (
            format!(
                r#"{{"server": "s", "tools": [], "resourceTemplates": [{{"uriTemplate": "a://{{b}}", "name": "t", "description": "{order}"}}]}}"#
            ),
            "template",
        ),
        (format!(r#"{{"server": "s", "tools": [], "x-vendor": {{"motd": "{order}"}}}}"#), ""),
    ];
    for (text, item) in parts {
        let run = Desk::new().scan_surface(&text);
        let finding = run.finding("hidden-unicode-tags");
        let found = finding["location"]["item"].as_str().unwrap_or_default();
        assert!(item.is_empty() || found == item, "{found} instead of {item}: {text}");
    }
}

#[test]
fn json_lines_are_answered_line_by_line_in_the_order_of_the_input() {
    let bad = tool("add", &hidden("Adds two numbers."));
    let lines: Vec<String> = (0..200)
        .map(|number| {
            let tools =
                if number % 10 == 3 { vec![bad.clone()] } else { vec![tool("add", "Adds two numbers.")] };
            surface(&format!("s{number}"), &tools)
        })
        .collect();
    let desk = Desk::new().file("all.jsonl", lines.join("\n"));
    let run = desk.run(&["scan", "--format", "jsonl", "all.jsonl"]);
    run.exits(1);
    let answers = run.lines();
    assert_eq!(answers.len(), 200);
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer["target"]["locator"], format!("all.jsonl#s{number}"));
        let found = answer["findings"].as_array().unwrap();
        assert_eq!(found.iter().any(|finding| finding["rule"] == "hidden-unicode-tags"), number % 10 == 3);
        if number % 10 == 3 {
            assert_eq!(found[0]["location"]["line"], number + 1);
        }
    }
}

#[test]
fn surfaces_on_standard_input_are_answered_before_the_input_ends() {
    let desk = Desk::new();
    let mut child = desk
        .command(&["scan", "-", "--format", "jsonl", "--together", "never"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let (tell, hear) = mpsc::channel();
    let output = BufReader::new(child.stdout.take().unwrap());
    thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| drop(tell.send(line))));
    // Threads and buffers may hold a few: what matters is that answers come while the input stays open.
    for number in 0..2000 {
        writeln!(
            input,
            "{}",
            surface(&format!("s{number}"), &[tool("add", &"Adds two numbers. ".repeat(20))])
        )
        .unwrap();
    }
    input.flush().unwrap();
    let first = hear.recv_timeout(Duration::from_secs(20)).expect("no answer while the input is open");
    assert!(first.contains("stdin#s0"), "{first}");
    drop(input);
    assert_eq!(hear.iter().count(), 1999);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_single_document_on_standard_input_is_read_as_a_file_is() {
    let text = surface("math", &[tool("add", &hidden("Adds."))]);
    let run = Desk::new().run_with(&["scan", "-", "--format", "json"], &text);
    run.exits(1).finds("hidden-unicode-tags");
    assert_eq!(run.targets(), ["stdin#math: scanned"]);
    Desk::new().run_with(&["scan", "-", "--format", "json"], "").exits(3);
}

#[test]
fn two_servers_of_a_file_that_offer_the_same_tool_are_in_conflict() {
    let send = tool("send_email", "Sends an email to a recipient.");
    let lines =
        format!("{}\n{}\n", surface("mail", std::slice::from_ref(&send)), surface("quick-mail", &[send]));
    let desk = Desk::new().file("both.jsonl", lines);
    desk.scan(&["both.jsonl"]).finds("tool-name-conflict");
    desk.scan(&["both.jsonl", "--together", "never"]).finds_no("tool-name-conflict");
}

#[test]
fn servers_of_several_files_are_used_together_too() {
    let send = tool("send_email", "Sends an email to a recipient.");
    let desk = Desk::new()
        .file("a.json", surface("mail", std::slice::from_ref(&send)))
        .file("b.json", surface("quick-mail", &[send]));
    let run = desk.scan(&["a.json", "b.json"]);
    run.finds("tool-name-conflict");
}

#[test]
fn more_than_fifty_surfaces_are_a_collection_and_not_an_installation() {
    let lines = |count: usize| -> String {
        let one = |number| surface(&format!("s{number}"), &[tool("send_email", "Sends an email.")]);
        (0..count).map(|number| one(number) + "\n").collect()
    };
    let desk = Desk::new().file("50.jsonl", lines(50)).file("51.jsonl", lines(51));
    desk.scan(&["50.jsonl"]).finds("tool-name-conflict");
    let run = desk.scan(&["51.jsonl"]);
    run.exits(0).finds_no("tool-name-conflict");
    assert!(run.json()["notes"][0].as_str().unwrap().contains("--together always"), "{}", run.stdout);
    desk.scan(&["51.jsonl", "--together", "always"]).finds("tool-name-conflict");
}

#[test]
fn a_way_from_outside_text_over_private_data_to_the_network_is_shown() {
    let text = surface(
        "assistant",
        &[
            tool("fetch_page", "Fetches a web page from the internet and returns its text."),
            tool("read_file", "Reads the contents of a file from the user's disk."),
            tool("send_email", "Sends an email with the given body to any address."),
        ],
    );
    let run = Desk::new().scan_surface(&text);
    run.finds("parasitic-toolchain");
    let message = run.finding("parasitic-toolchain")["message"].as_str().unwrap().to_owned();
    for name in ["fetch_page", "read_file", "send_email"] {
        assert!(message.contains(name), "{message}");
    }
}

#[test]
fn a_user_corrects_what_a_tool_can_do_and_a_name_that_fits_nothing_is_told() {
    let tools = [
        tool("look_up", "Looks something up."),
        tool("read_file", "Reads the contents of a file from the user's disk."),
        tool("send_email", "Sends an email with the given body to any address."),
    ];
    let with = |settings: &str| {
        Desk::new().file("portcullis.toml", settings).scan_surface(surface("assistant", &tools))
    };
    with("").finds_no("parasitic-toolchain");
    let ingests = "[[tool]]\nserver = \"assistant\"\nname = \"look_up\"\ningests = true\n";
    let run = with(ingests);
    let finding = run.finds("parasitic-toolchain").finding("parasitic-toolchain");
    assert!(finding["message"].as_str().unwrap().contains("look_up"), "{finding}");
    assert!(finding["evidence"].as_str().unwrap().contains("the user says `ingests`"), "{finding}");
    let both = format!(
        "{ingests}[[tool]]\nserver = \"assistant\"\nname = \"send_email\"\nreaches-network = false\n"
    );
    let run = with(&both);
    run.finds_no("parasitic-toolchain");
    assert!(!run.json()["notes"].to_string().contains("[[tool]]"), "{}", run.stdout);
    let run = with(&ingests.replace("look_up", "lookup"));
    run.finds_no("parasitic-toolchain");
    let notes = run.json()["notes"].to_string();
    assert!(notes.contains("names `lookup`") && notes.contains("correct the name"), "{notes}");
    // Of a server that nobody asked yet, what the user says is all that is known.
    let far = r#""far": {"url": "https://far.example/mcp"}"#;
    Desk::with_servers(far).scan(&[]).finds_no("parasitic-toolchain");
    let one_for_all = "[[tool]]\nserver = \"far\"\nname = \"do\"\ningests = true\nreads-private = true\nreaches-network = true\n";
    Desk::with_servers(far).file("portcullis.toml", one_for_all).scan(&[]).finds("parasitic-toolchain");
}

#[test]
fn findings_point_into_the_file_at_the_line_and_column() {
    let text = format!(
        "{{\n  \"server\": \"math\",\n  \"tools\": [\n    {{ \"name\": \"é\", \"description\": \"{}\" }}\n  ]\n}}\n",
        hidden("Adds.")
    );
    let run = Desk::new().scan_surface(&text);
    let location = &run.finding("hidden-unicode-tags")["location"];
    assert_eq!((&location["file"], &location["line"]), (&"surface.json".into(), &4.into()));
    let line: Vec<char> = text.lines().nth(3).unwrap().chars().collect();
    let column = usize::try_from(location["column"].as_u64().unwrap()).unwrap();
    assert_eq!(line[column - 1], '\u{E0072}', "column {column}");
}

#[test]
fn an_honest_surface_is_clean_at_the_default_audience() {
    let text = r#"{"server": "clock", "version": "1.0.0", "instructions": "Tells the time.", "tools": [
      {"name": "get_time", "description": "Returns the current time in a time zone.",
       "inputSchema": {"type": "object", "properties": {"zone": {"type": "string", "description": "IANA name such as Europe/Berlin"}}, "required": ["zone"]},
       "annotations": {"readOnlyHint": true}}]}"#;
    let run = Desk::new().scan_surface(text);
    run.exits(0);
    assert_eq!(run.rules(), [""; 0]);
}
