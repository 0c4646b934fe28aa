//! The public lists, where they are present, and lists of our own in every format, good and bad.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use portcullis_model::{Audience, Confidence, Moment};
use portcullis_rules::{Engine, Selection};
use portcullis_store::Store;
use portcullis_survey::analyse::analyse;
use portcullis_survey::lists::{Collected, read, units};
use portcullis_survey::report::{Format, Shown, figures, write};
use portcullis_survey::table::{self, KeyKind};
use portcullis_survey::{SurveyError, identity};

const NOW: Moment = Moment(1_780_000_000);

/// Reads what is named into a new store.
async fn import(folder: &Path, named: &[String]) -> (Store, Vec<(String, Collected)>) {
    let store = table::open(&folder.join("store.db").display().to_string()).await.unwrap();
    let collected = again(&store, named).await.unwrap();
    (store, collected)
}

async fn again(store: &Store, named: &[String]) -> Result<Vec<(String, Collected)>, SurveyError> {
    let mut collected = Vec::new();
    for unit in units(named, NOW)? {
        collected.push((unit.locator.clone(), read(store, &unit, &mut |_| {}).await?));
    }
    table::index(store).await?;
    identity::resolve(store).await?;
    Ok(collected)
}

fn run<F: Future<Output = ()>>(test: F) {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(test);
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn reasons(collected: &Collected) -> Vec<String> {
    let rejected = collected.source.rejected.iter();
    rejected.map(|rejected| format!("{} {}", rejected.position, rejected.reason)).collect()
}

#[test]
fn our_own_records_are_read_and_what_is_no_record_is_kept_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("listings.jsonl");
    let huge =
        format!(r#"{{"registry":"x","name":"{}","seen":"2026-01-01T00:00:00Z"}}"#, "n".repeat(1 << 20));
    let mut bytes = Vec::new();
    for line in [
        br#"{"registry":"x","name":"one","repository":"https://github.com/Ann/One.git","seen":"2026-01-01T00:00:00Z"}"#.as_slice(),
        br#"{"registry":"x","name":"one","repository":"https://github.com/ann/one","seen":"2026-01-01T00:00:00Z"}"#,
        br#"{"registry":"x","name":"one","repository":"https://github.com/bob/one","seen":"2026-02-01T00:00:00Z"}"#,
        b"{\"registry\":\"x\",\"name\":\"t\xff\",\"seen\":\"2026-01-01T00:00:00Z\"}",
        br#"{"registry":"x","name":"two"}"#,
        br#"{"registry":"x","name":7,"seen":"2026-01-01T00:00:00Z"}"#,
        huge.as_bytes(),
        br#"{"subject":"github-account:ann","seen":"2026-01-02T00:00:00Z","status":"absent","facts":{"id":7}}"#,
        br#"{"subject":"github-account:ann","seen":"2026-01-02T00:00:00Z","status":"gone"}"#,
        br#"["x"]"#,
        b"nothing",
        "{\"registry\":\"x\",\"name\":\"\\u001b[31mred\\u0000\",\"seen\":\"2026-01-01T00:00:00Z\"}".as_bytes(),
    ] {
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    }
    std::fs::write(&file, &bytes).unwrap();
    run(async {
        let (store, collected) = import(folder.path(), &[file.display().to_string()]).await;
        let (_, collected) = &collected[0];
        let reasons = reasons(collected).join("\n");
        for expected in [
            "2 it has the name of record 1",
            "4 ",
            "5 `seen` is missing",
            "6 `name` is a number",
            "7 its name has 1048576 bytes",
            "9 `status` is none of",
            "10 it is a list",
            "11 ",
        ] {
            assert!(reasons.contains(expected), "{expected} in\n{reasons}");
        }
        assert_eq!((collected.source.records, collected.source.rejected.len()), (12, 8), "{reasons}");
        assert_eq!(collected.observations, 1);
        // The second time of `one` is a change of it, noted with both values.
        let changes = store.query("SELECT field, before, after, at FROM change", &[]).await.unwrap();
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].text(0), changes[0].text(2)), ("repository", "https://github.com/bob/one"));
        let kept = store.number("SELECT COUNT(*) FROM rejected", &[]).await.unwrap();
        assert_eq!(kept, 8);
        let longest = store.number("SELECT MAX(LENGTH(excerpt)) FROM rejected", &[]).await.unwrap();
        assert!(longest <= 301, "{longest}");
        assert!(again(&store, &[file.display().to_string()]).await.unwrap()[0].1.passed_over.is_some());
    });
}

#[test]
fn a_secret_in_an_example_is_told_and_never_stored() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("listings.jsonl");
    let secret = ["q7Zp2LxV", "9mTr4KwB8nYc3HdJ"].concat();
    let line = format!(
        r#"{{"registry":"x","name":"one","config":"{{\"clientSecret\":\"{secret}\"}}","seen":"2026-01-01T00:00:00Z"}}"#
    );
    std::fs::write(&file, line).unwrap();
    run(async {
        let (store, _) = import(folder.path(), &[file.display().to_string()]).await;
        let leaks = store.query("SELECT field, kind, shown FROM leak", &[]).await.unwrap();
        assert_eq!(leaks.len(), 1);
        assert_eq!((leaks[0].text(0), leaks[0].text(2)), ("config", "24 characters ending in 3HdJ"));
        store.close().await;
        let bytes = std::fs::read(folder.path().join("store.db")).unwrap();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    });
}

#[test]
fn a_secret_where_a_text_is_cut_is_blanked_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("listings.jsonl");
    let secret = ["gh", "p_q7Zr2Lk9vTn4Xw8Bs1Yd6Hf3Jm5Pc0AeGuIo"].concat();
    // Descriptions are cut behind 4096 bytes.
    let before = "x ".repeat(2040);
    let line = format!(
        r#"{{"registry":"x","name":"one","description":"{before}{secret} and so on","seen":"2026-01-01T00:00:00Z"}}"#
    );
    std::fs::write(&file, line).unwrap();
    run(async {
        let (store, _) = import(folder.path(), &[file.display().to_string()]).await;
        assert_eq!(store.number("SELECT COUNT(*) FROM leak", &[]).await.unwrap(), 1);
        store.close().await;
        let bytes = std::fs::read(folder.path().join("store.db")).unwrap();
        assert!(!bytes.windows(8).any(|window| window == &secret.as_bytes()[..8]));
    });
}

#[test]
fn lists_of_every_format_are_read_by_a_recipe() {
    let folder = tempfile::tempdir().unwrap();
    let lists = folder.path().join("lists");
    std::fs::create_dir(&lists).unwrap();
    let recipe = r#"
        [[file]]
        names = "a_*.csv"
        format = "csv"
        registry = "a"
        fields = { name = "name", repository = "url", reach = "stars" }
        [[file]]
        names = "b.json"
        format = "json"
        registry = "b"
        items = "servers"
        count = "total"
        fields = { name = "id", repository = "repo.url", remotes = "endpoints[].url" }
        [[file.package]]
        each = "packages[]"
        kind = "type"
        kinds = { js = "npm" }
        name = "name"
        [[file]]
        names = "c.yaml"
        format = "yaml"
        registry = "c"
        fields = { name = "@path | stem", title = "name" }
        [[file.package]]
        command = "run"
        [[file]]
        names = "d.md"
        format = "markdown"
        registry = "d"
        names_repeat = true
        fields = { name = "name", repository = "url", description = "description" }
    "#;
    std::fs::write(folder.path().join("recipe.toml"), recipe).unwrap();
    let csv = b"name,url,stars\none,https://github.com/ann/one,\"1,234\"\none,https://github.com/ann/one,\"1,234\"\none,https://github.com/ann/other,1\ncut";
    std::fs::write(lists.join("a_2026-03-01.csv.gz"), packed(csv)).unwrap();
    let later = b"name,url,stars\none,https://github.com/bob/one,1\n";
    std::fs::write(lists.join("a_2026-04-01.csv"), later).unwrap();
    let json = br#"{"total":3,"servers":[{"id":"one","repo":{"url":"git@github.com:bob/one.git"},"endpoints":[{"url":"https://one.example.com/mcp"}],"packages":[{"type":"js","name":"@ann/one"}]},{"no":"name"}]}"#;
    std::fs::write(lists.join("b.json"), json).unwrap();
    let yaml = b"--- # x/one.yml\nname: One\nrun: npx -y @ann/one@1.2.3\n--- # x/bad.yml\nname: [\n--- # x/two.yml\nname: Two\n";
    std::fs::write(lists.join("c.yaml"), yaml).unwrap();
    let markdown = b"# List\n- [One](https://github.com/ann/one) - counts\n- [One](https://github.com/carl/one) - counts, too\n";
    std::fs::write(lists.join("d.md"), markdown).unwrap();
    run(async {
        let named = format!("{}={}", lists.display(), folder.path().join("recipe.toml").display());
        let (store, collected) = import(folder.path(), &[named]).await;
        let of = |name: &str| &collected.iter().find(|(locator, _)| locator.ends_with(name)).unwrap().1;
        let a = of("a_2026-03-01.csv.gz");
        assert_eq!(reasons(a).len(), 3, "{:?}", reasons(a));
        assert_eq!(of("a_2026-04-01.csv").listings.changed, 1);
        assert!(
            reasons(of("b.json"))
                .iter()
                .any(|reason| reason.contains("it says that it holds 3 records; it holds 2"))
        );
        assert_eq!(of("c.yaml").listings.new, 2);
        assert_eq!(of("c.yaml").source.rejected.len(), 1);
        assert_eq!(of("d.md").listings.new, 2);
        let listing = table::listings(&store, None, 100).await.unwrap();
        let find = |registry: &str, name: &str| {
            listing
                .iter()
                .find(|stored| stored.listing.registry == registry && stored.listing.name.starts_with(name))
                .unwrap()
        };
        assert_eq!(find("a", "one").listing.reach, Some(1));
        assert_eq!(find("c", "one").listing.packages[0].name, "@ann/one");
        // The repository of one list, the package of another: one server.
        assert_eq!(find("a", "one").server, find("b", "one").server);
        assert_eq!(find("b", "one").server, find("c", "one").server);
        assert_ne!(find("b", "one").server, find("c", "two").server);
    });
}

#[test]
fn a_packed_file_that_is_cut_off_is_read_up_to_there_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("listings.jsonl.gz");
    let mut text = String::new();
    for number in 0..20_000 {
        text.push_str(&format!(
            "{{\"registry\":\"x\",\"name\":\"n{number}\",\"seen\":\"2026-01-01T00:00:00Z\"}}\n"
        ));
    }
    let bytes = packed(text.as_bytes());
    std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    run(async {
        let (store, collected) = import(folder.path(), &[file.display().to_string()]).await;
        let collected = &collected[0].1;
        assert!(reasons(collected)[0].contains("ends early"), "{:?}", reasons(collected));
        let kept = store.number("SELECT COUNT(*) FROM listing", &[]).await.unwrap();
        assert!(kept > 5000 && kept < 20_000, "{kept}");
    });
}

#[test]
fn partial_lists_of_one_moment_complete_each_other_and_later_ones_replace() {
    let folder = tempfile::tempdir().unwrap();
    let lists = folder.path().join("lists");
    std::fs::create_dir(&lists).unwrap();
    let recipe = r#"
        [[file]]
        names = "*.jsonl"
        format = "jsonl"
        registry = "a"
        fields = { name = "id", remotes = "endpoint", seen = "seen" }
    "#;
    std::fs::write(folder.path().join("recipe.toml"), recipe).unwrap();
    let named = format!("{}={}", lists.display(), folder.path().join("recipe.toml").display());
    let told = r#"{"id":"one","endpoint":"https://one.example.com/mcp","seen":"2026-08-22T00:00:00Z"}"#;
    std::fs::write(lists.join("a.jsonl"), told).unwrap();
    std::fs::write(lists.join("b.jsonl"), r#"{"id":"one","seen":"2026-08-22T00:00:00Z"}"#).unwrap();
    run(async {
        let (store, _) = import(folder.path(), std::slice::from_ref(&named)).await;
        let remotes = async || store.number("SELECT COUNT(*) FROM remote", &[]).await.unwrap();
        assert_eq!(remotes().await, 1);
        std::fs::write(lists.join("c.jsonl"), r#"{"id":"one","seen":"2026-08-23T00:00:00Z"}"#).unwrap();
        again(&store, &[named]).await.unwrap();
        assert_eq!(remotes().await, 0);
    });
}

/// Lets the independent count look at a store and its report, and at the lists themselves; prints what it says.
async fn recount(folder: &Path, store: &Store, lists: &Path) {
    let report = folder.join("report.json");
    let mut bytes = Vec::new();
    write(&figures(store, Shown::default()).await.unwrap(), Format::Json, &mut bytes).unwrap();
    std::fs::write(&report, bytes).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recount/recount.py");
    let mut command = std::process::Command::new("python3");
    command.arg("-B").arg(script).args([&folder.join("store.db"), &report, lists]);
    let output = command.output().expect("python3 is needed to count anew");
    eprintln!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// How these counts come about, beside the first ones that were published with the lists, is told by `recount`, step by step.
#[test]
fn the_public_lists_are_imported_whole() {
    let lists = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/listings");
    if !lists.is_dir() {
        eprintln!("the public lists are not here: nothing was imported");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let began = Instant::now();
        let (store, collected) = import(folder.path(), &[lists.display().to_string()]).await;
        eprintln!("imported in {:.1} s", began.elapsed().as_secs_f64());
        let unread: Vec<&String> = collected
            .iter()
            .filter(|(_, collected)| collected.source.kept == 0 && collected.passed_over.is_none())
            .map(|(locator, _)| locator)
            .collect();
        assert!(unread.is_empty(), "{unread:?}");
        // The rest is equal rows of one list, and records of the seed that have no name.
        let rejected: usize = collected.iter().map(|(_, collected)| collected.source.rejected.len()).sum();
        assert!(rejected < 200, "{rejected}");
        let keys = async |kind: KeyKind| {
            let cells = [kind.code().into()];
            store.number("SELECT COUNT(DISTINCT value) FROM key WHERE kind = $1", &cells).await.unwrap()
        };
        assert_eq!((keys(KeyKind::Repository).await, keys(KeyKind::Owner).await), (23_413, 16_489));
        assert_eq!(keys(KeyKind::Package).await, 5923);
        assert_eq!(keys(KeyKind::Host).await, 18_622);
        let now = "SELECT COUNT(*) FROM listing WHERE registry = 'official' AND updated IS NOT NULL";
        let ever = "SELECT COUNT(*) FROM listing WHERE registry = 'official'";
        let (now, ever) = (store.number(now, &[]).await.unwrap(), store.number(ever, &[]).await.unwrap());
        // 12,133 in the history, and some of the first snapshots that were gone before it begins.
        assert!(now >= 11_978 && ever == 12_137, "{now} of {ever}");
        let history = "SELECT COUNT(*) FROM change AS c JOIN listing AS l ON l.id = c.listing WHERE l.registry = 'official'";
        assert!(store.number(history, &[]).await.unwrap() >= 13_162);
        let began = Instant::now();
        let selection = Selection::new(&[], &[], Confidence::Low, Audience::Regular).unwrap();
        analyse(&store, &Engine::new(selection), NOW, &|_| {}).await.unwrap();
        eprintln!("analysed in {:.1} s", began.elapsed().as_secs_f64());
        recount(folder.path(), &store, &lists).await;
    });
}
