//! A survey of lists in files through the front door: what is planted is counted, ranked and told to its owners only.

use crate::desk::Desk;
use crate::server::Server;

const LISTINGS: &str = r#"{"registry":"mcp.so","name":"ann/gone","repository":"https://github.com/ann/gone","publisher":"ann","seen":"2026-06-01T00:00:00Z"}
{"registry":"mcp.so","name":"cat/fine<script>","repository":"https://github.com/cat/fine","publisher":"cat","seen":"2026-06-01T00:00:00Z"}
{"registry":"mcp.so","name":"dan/leak","config":"GITHUB_TOKEN=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","publisher":"dan","seen":"2026-06-01T00:00:00Z"}
{"registry":"npm","name":"weatherly-mcp","packages":[{"type":"npm","name":"weatherly-mcp"}],"publisher":"fay","seen":"2026-05-01T00:00:00Z"}
{"registry":"npm","name":"mcp-weatherly","packages":[{"type":"npm","name":"mcp-weatherly"}],"publisher":"gus","seen":"2026-06-01T00:00:00Z"}
this is no listing
{"subject":"https://github.com/ann/gone","seen":"2026-06-01T00:00:00Z","status":"absent","facts":{}}
{"subject":"https://github.com/ann/gone","seen":"2026-06-03T00:00:00Z","status":"absent","facts":{}}
{"subject":"github-account:ann","seen":"2026-06-01T00:00:00Z","status":"absent","facts":{}}
{"subject":"github-account:ann","seen":"2026-06-03T00:00:00Z","status":"absent","facts":{}}
"#;

#[test]
fn one_command_reads_lists_analyses_them_and_writes_a_report_that_names_no_live_case() {
    let desk = Desk::new().file("listings.jsonl", LISTINGS);
    desk.run(&["survey", "run", "--from", "listings.jsonl", "--store", "s.db", "--output", "today.html"])
        .exits(0);
    let page = desk.read("today.html");
    assert!(page.contains("1 of 5 listings could be taken over"), "{page}");
    for hidden in ["ann/gone", "<script", "Ab1Cd2Ef3Gh4"] {
        assert!(!page.contains(hidden), "`{hidden}` is in the report");
    }
    let figures = desk.run(&["survey", "report", "--store", "s.db", "--format", "json"]).exits(0).json();
    assert_eq!(figures["schema"], "portcullis.survey/1");
    assert_eq!(figures["cases_in_all"], 1);
    assert_eq!(figures["totals"]["rejected"], 1);
    assert_eq!(figures["registries"][0]["leaking"], 1);
    assert_eq!(figures["groups"][0]["different_maintainers"], 1);
    assert_eq!(figures["cases"][0]["name"], serde_json::Value::Null);
    let named = desk.run(&["survey", "report", "--store", "s.db", "--format", "json", "--name-live-cases"]);
    let case = named.json()["cases"][0].clone();
    assert_eq!(case["name"], "ann/gone");
    assert!(case["evidence"].as_str().unwrap().contains("https://github.com/ann/gone"), "{case}");
    let hidden = &figures["cases"][0];
    assert_eq!(hidden["evidence"], serde_json::Value::Null);
    assert_eq!(
        (&hidden["absent"]["looks"], &hidden["absent"]["last"]),
        (&4.into(), &"2026-06-03T00:00:00Z".into())
    );
    assert!(page.contains("4 looks, 2026-06-01 to 2026-06-03"), "{page}");
}

#[test]
fn looks_on_two_days_are_needed_and_the_second_may_be_a_little_earlier_in_its_day() {
    for (second, cases) in [("2026-06-01T19:59:59Z", 0), ("2026-06-01T20:00:00Z", 1)] {
        let desk = Desk::new().file("listings.jsonl", LISTINGS.replace("2026-06-03T00:00:00Z", second));
        let words = ["survey", "run", "--from", "listings.jsonl", "--store", "s.db", "--format", "json"];
        assert_eq!(desk.run(&words).exits(0).json()["cases_in_all"], cases, "{second}");
    }
}

#[test]
fn each_owner_is_told_of_their_own_listings_and_a_secret_is_told_to_nobody() {
    let desk = Desk::new().file("listings.jsonl", LISTINGS);
    desk.run(&["survey", "collect", "--from", "listings.jsonl", "--store", "s.db"]).exits(0);
    desk.run(&["survey", "analyse", "--store", "s.db"]).exits(0);
    desk.run(&["survey", "report", "--store", "s.db", "--disclose", "owners"]).exits(0);
    let told: Vec<String> = ["owners/00001.md", "owners/00002.md"].map(|path| desk.read(path)).into();
    assert!(told[0].contains("ann/gone") && !told[0].contains("dan/leak"), "{told:?}");
    assert!(told[1].contains("dan/leak") && !told[1].contains("ann/gone"), "{told:?}");
    assert!(told.iter().all(|text| !text.contains("Ab1Cd2Ef3Gh4")), "{told:?}");
    let bytes = std::fs::read(desk.path("s.db")).unwrap();
    assert!(!bytes.windows(12).any(|window| window == b"Ab1Cd2Ef3Gh4"), "the store holds the secret");
}

#[test]
fn a_survey_without_listings_says_what_to_do() {
    let desk = Desk::new();
    for step in ["analyse", "report"] {
        let run = desk.run(&["survey", step, "--store", "empty.db"]);
        assert!(run.exits(3).everything().contains("portcullis survey collect"), "{}", run.everything());
    }
}

#[test]
fn a_shared_store_gives_the_report_of_the_built_in_one() {
    let Some(server) = Server::start() else { return };
    let desk = Desk::new().file("listings.jsonl", LISTINGS);
    let figures = |store: &str| {
        let words = ["survey", "run", "--from", "listings.jsonl", "--store", store, "--format", "json"];
        desk.run(&words).exits(0).json()
    };
    let address = server.address("survey");
    let built_in = figures("s.db");
    assert_eq!(built_in["cases_in_all"], 1);
    let mut shared = figures(&address);
    shared["sources"][0]["fetched"] = built_in["sources"][0]["fetched"].clone();
    let fetched = built_in["not_understood"]["groups"][0]["fetched"].clone();
    shared["not_understood"]["groups"][0]["fetched"] = fetched;
    assert_eq!(shared, built_in);
    // A second run, after which both say the same of what changed.
    desk.write("listings.jsonl", LATER);
    let built_in = figures("s.db");
    let mut shared = figures(&address);
    assert_eq!(built_in["since"]["registries"][0]["owner"], 1);
    for member in ["from_at", "to_at"] {
        shared["since"][member] = built_in["since"][member].clone();
    }
    assert_eq!(shared["since"], built_in["since"]);
}

/// What the same registries say a month later. Of mcp.so one listing is gone, one is new, one has another owner and leads to what is
/// free, and one does so no more; of npm only a part was read.
const LATER: &str = r#"{"registry":"mcp.so","name":"ann/gone","repository":"https://github.com/ann/gone","publisher":"ann","seen":"2026-07-01T00:00:00Z"}
{"registry":"mcp.so","name":"cat/fine<script>","repository":"https://github.com/eve/fine","publisher":"cat","seen":"2026-07-01T00:00:00Z"}
{"registry":"mcp.so","name":"new/one","repository":"https://github.com/new/one","publisher":"new","seen":"2026-07-01T00:00:00Z"}
{"registry":"npm","name":"weatherly-mcp","packages":[{"type":"npm","name":"other"}],"publisher":"fay","seen":"2026-07-01T00:00:00Z"}
{"subject":"https://github.com/ann/gone","seen":"2026-07-01T00:00:00Z","status":"present","facts":{"readme":"yes"}}
{"subject":"https://github.com/eve/fine","seen":"2026-07-01T00:00:00Z","status":"absent","facts":{}}
{"subject":"https://github.com/eve/fine","seen":"2026-07-03T00:00:00Z","status":"absent","facts":{}}
{"subject":"github-account:eve","seen":"2026-07-01T00:00:00Z","status":"absent","facts":{}}
{"subject":"github-account:eve","seen":"2026-07-03T00:00:00Z","status":"absent","facts":{}}
"#;

#[test]
fn a_second_run_tells_what_changed_and_names_no_live_case() {
    let desk = Desk::new().file("listings.jsonl", LISTINGS);
    let run = |words: &[&str]| {
        let mut all = vec!["survey", "run", "--from", "listings.jsonl", "--store", "s.db"];
        all.extend(words);
        desk.run(&all)
    };
    let first = run(&["--format", "json"]).exits(0).json();
    assert_eq!(first["since"], serde_json::Value::Null);
    desk.write("listings.jsonl", LATER);
    let second = run(&["--format", "json"]).exits(0).json();
    let since = &second["since"];
    assert_eq!((&since["from"], &since["to"]), (&1.into(), &2.into()), "{since}");
    let of = |name: &str| {
        let registries = since["registries"].as_array().unwrap();
        registries.iter().find(|registry| registry["registry"] == name).unwrap().clone()
    };
    let (market, npm) = (of("mcp.so"), of("npm"));
    for (member, count) in [("new", 1), ("gone", 1), ("owner", 1), ("repository", 1), ("went", 1)] {
        assert_eq!(market[member], count, "{member}: {since}");
    }
    assert_eq!((&npm["package"], &npm["new"], &npm["gone"]), (&1.into(), &0.into(), &0.into()), "{since}");
    assert!(
        since["links"].as_array().unwrap().iter().any(|link| link["after"] == "valid"),
        "the repository that is there again: {since}"
    );
    let changed = &since["owners"][0];
    assert!(
        changed["name"].as_str().unwrap().starts_with("C-"),
        "what can be taken over now is named: {changed}"
    );
    assert_eq!(changed["after"], serde_json::Value::Null);
    for (format, what) in [("html", "Since the last run"), ("markdown", "## Since the last run")] {
        let words = ["survey", "report", "--store", "s.db", "--format", format];
        let text = desk.run(&words).exits(0).stdout.clone();
        assert!(text.contains(what) && !text.contains("eve/fine") && !text.contains("<script"), "{text}");
    }
    let named = desk.run(&["survey", "report", "--store", "s.db", "--format", "json", "--name-live-cases"]);
    assert_eq!(named.json()["since"]["owners"][0]["after"], "https://github.com/eve/fine");
    let unknown = desk.run(&["survey", "report", "--store", "s.db", "--since", "2020-01-01"]);
    assert!(unknown.exits(2).stderr.contains("runs are 1 ("), "{}", unknown.stderr);
    let again = desk.run(&["survey", "report", "--store", "s.db", "--since", "1", "--format", "json"]);
    assert_eq!(again.exits(0).json()["since"], *since);
}

/// Names that look like others: two that imitate, and one each for every reason why one does not.
const NAMES: &str = r#"{"registry":"npm","name":"quuxly-mcp","repository":"https://github.com/ann/quuxly-mcp","published":"2026-01-01","seen":"2026-06-01"}
{"registry":"npm","name":"quuxyl-mcp","repository":"https://github.com/eve/quuxyl-mcp","published":"2026-05-01","seen":"2026-06-01"}
{"registry":"npm","name":"mcp-quuxly","repository":"https://github.com/fay/quuxly-mcp","published":"2026-04-01","seen":"2026-06-01"}
{"registry":"pypi","name":"quuxly-mcp","repository":"https://github.com/gus/other","published":"2026-05-02","seen":"2026-06-01"}
{"registry":"mcp.so","name":"zorblat-mcp","repository":"https://github.com/ann/zorblat-mcp","seen":"2026-06-01"}
{"registry":"mcp.so","name":"mcp-zorblat","repository":"https://github.com/hal/zorblat","seen":"2026-06-01"}
{"registry":"mcp.so","name":"https://mcp.vantorix.example.com/mcp","remotes":["https://mcp.vantorix.example.com/mcp"],"seen":"2026-06-01"}
{"registry":"mcp.so","name":"https://api.vantorix.example.com/mcp","remotes":["https://api.vantorix.example.com/mcp"],"seen":"2026-06-01"}
{"registry":"mcp.so","name":"official-stripe-payments","repository":"https://github.com/eve/payments","seen":"2026-06-01"}
{"subject":"https://github.com/fay/quuxly-mcp","seen":"2026-06-01","status":"present","facts":{"fork":"yes","parent":"Ann/quuxly-mcp"}}
"#;

#[test]
fn names_of_others_and_of_brands_are_found_across_registries_and_forks_and_unknown_ages_are_not_blamed() {
    let desk = Desk::new().file("listings.jsonl", NAMES);
    let run = desk.run(&["survey", "run", "--from", "listings.jsonl", "--store", "s.db", "--format", "json"]);
    let figures = run.exits(0).json();
    let pairs = |kind: &str, member: &str| -> i64 {
        let rows = figures["likenesses"].as_array().unwrap();
        rows.iter().filter(|row| row["kind"] == kind).map(|row| row[member].as_i64().unwrap()).sum()
    };
    assert_eq!((pairs("edit", "left"), pairs("cross-registry", "left")), (2, 1), "{}", figures["likenesses"]);
    assert_eq!(pairs("order", "fork"), 1, "{}", figures["likenesses"]);
    let of = |kind: &str, confidence: &str| {
        let rows = figures["likenesses"].as_array().unwrap();
        rows.iter().any(|row| row["kind"] == kind && row["confidence"] == confidence)
    };
    assert!(of("cross-registry", "medium") && of("order", "low"), "{}", figures["likenesses"]);
    assert_eq!(figures["brands"][0]["listings"], 1, "{}", figures["brands"]);
    let rules = figures["rules"].as_array().unwrap();
    let told: i64 = rules
        .iter()
        .filter(|rule| rule["rule"] == "look-alike-listing")
        .map(|rule| rule["listings"].as_i64().unwrap())
        .sum();
    assert_eq!(told, 2, "the slip of the hand and the other registry: {rules:?}");
}

const TOOLS: &str = r#"{"registry":"smithery","name":"web","tools":["fetch_url"],"repository":"https://github.com/ann/web","seen":"2026-06-01"}
{"registry":"smithery","name":"files","tools":["read_file","send_email"],"repository":"https://github.com/bob/files","seen":"2026-06-01"}
{"registry":"smithery","name":"clock","tools":["get_current_time","Fetch_URL"],"packages":[{"type":"pypi","name":"clock"}],"seen":"2026-06-01"}
"#;

const GROWN: &str = "timestamp,localCount,remoteCount,totalCount,uniqueCount\n\
    2026-05-01T01:00:00Z,1,1,10,8\n2026-05-01T09:00:00Z,1,1,12,9\n2026-06-02T01:00:00Z,1,1,2000,1500\nnever,1,1,1,1\n";

#[test]
fn what_tools_can_do_together_what_servers_are_made_with_and_how_registries_grew_is_reported() {
    let desk = Desk::new().file("tools.jsonl", TOOLS).file("counts.csv", GROWN);
    let words = [
        "survey",
        "run",
        "--from",
        "tools.jsonl",
        "--from",
        "counts.csv=official-registry-growth",
        "--store",
        "s.db",
        "--output",
        "today.html",
    ];
    desk.run(&words).exits(0);
    let page = desk.read("today.html");
    for part in
        ["What tools can do together", "Languages and packages", "How registries grew", "1,500", "<polygon"]
    {
        assert!(page.contains(part), "`{part}` is missing");
    }
    let figures = desk.run(&["survey", "report", "--store", "s.db", "--format", "json"]).exits(0).json();
    let tools = &figures["toolset"];
    for (member, count) in
        [("servers", 3), ("tools", 5), ("pairs", 3), ("shared_names", 1), ("conflicting", 1)]
    {
        assert_eq!(tools[member], count, "{member}: {tools}");
    }
    let pair = &tools["combinations"][0];
    assert_eq!(pair["reads_private"], "bob/files: read_file", "{tools}");
    assert!(pair["ingests"].as_str().unwrap().contains("fetch_url"), "{tools}");
    assert_eq!(figures["makings"][0]["what"], "pypi");
    let servers = &figures["growth"][0];
    assert_eq!(servers["days"], serde_json::json!([["2026-05-01", 9], ["2026-06-02", 1500]]));
    assert_eq!(figures["totals"]["rejected"], 1);
}

const PING: &str = r#"import subprocess
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("ping")


@mcp.tool()
def ping(host: str) -> str:
    """Asks whether a host answers."""
    return subprocess.check_output(f"ping -c 1 {host}", shell=True, text=True)
"#;

#[test]
fn packages_in_a_folder_are_looked_at_and_what_they_do_stands_under_the_listings_that_name_them() {
    let desk = Desk::new()
        .file("listings.jsonl", r#"{"registry":"pypi","name":"ping-mcp","packages":[{"type":"pypi","name":"Ping_MCP"}],"seen":"2026-06-01"}"#)
        .file("packages/ping/pyproject.toml", "[project]\nname = \"ping-mcp\"\nversion = \"1.0.0\"\n")
        .file("packages/ping/main.py", PING)
        .file("packages/@nobody/lists/package.json", r#"{"name":"@nobody/lists","version":"1.0.0"}"#)
        .file("packages/broken.tgz", "this is no archive");
    desk.run(&["survey", "collect", "--from", "listings.jsonl", "--store", "s.db"]).exits(0);
    let analyse = || desk.run(&["survey", "analyse", "--store", "s.db", "--sources", "packages"]);
    let first = analyse();
    let told = &first.exits(3).stderr;
    assert!(told.contains("1 packages looked at") && told.contains("1 are named by no listing"), "{told}");
    assert!(told.contains("`broken.tgz` was not looked at"), "{told}");
    let second = analyse();
    assert!(second.stderr.contains("0 packages looked at: 0 findings; 1 were known"), "{}", second.stderr);
    let figures = desk.run(&["survey", "report", "--store", "s.db", "--format", "json"]).exits(0).json();
    assert_eq!(
        (&figures["inspected"]["packages"], &figures["inspected"]["listings"]),
        (&1.into(), &1.into())
    );
    let rules = figures["rules"].as_array().unwrap();
    assert!(
        rules.iter().any(|rule| rule["rule"] == "command-injection" && rule["listings"] == 1),
        "{rules:?}"
    );
    for (format, what) in [("html", "Source of packages"), ("markdown", "## Source of packages")] {
        let text =
            desk.run(&["survey", "report", "--store", "s.db", "--format", format]).exits(0).stdout.clone();
        assert!(text.contains(what) && text.contains("1 packages of 1 listings"), "{text}");
    }
    // What is known of a package stays, without the folder.
    desk.run(&["survey", "analyse", "--store", "s.db"]).exits(0);
    let again = desk.run(&["survey", "report", "--store", "s.db", "--format", "json"]).exits(0).json();
    assert_eq!(again["rules"], figures["rules"]);
}
