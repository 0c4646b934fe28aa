//! Each probe against a server of ours that speaks the service's protocol, well and badly.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use portcullis_model::{Observation, ObservedStatus, Subject};
use portcullis_supply::ownership::History;
use portcullis_trust::{Recording, Services, probe};

use crate::server::{Web, client, json, names, quick, run, send, services};

const SHA: &str = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// Everything that exists, controls included.
fn world(path: &str) -> Option<(u16, String, Vec<u8>)> {
    let head = |headers: &str| Some((200, headers.to_owned(), Vec::new()));
    match path {
        "/forge/users/github" | "/forge/user/1" => {
            json(r#"{"login":"github","id":1,"created_at":"2008-05-11T04:37:31Z"}"#)
        }
        "/forge/users/blocked" => Some((451, String::new(), b"{}".to_vec())),
        "/forge/users/broken" => Some((200, String::new(), b"<html>Unicorn!</html>".to_vec())),
        "/forge/user/7" => json(r#"{"login":"anna","id":7}"#),
        "/forge/repos/github/docs" => {
            json(r#"{"id":5,"full_name":"github/docs","size":9,"owner":{"login":"github","id":1}}"#)
        }
        "/forge/repos/ann/old" => {
            Some((301, String::from("Location: /forge/repositories/9\r\n"), Vec::new()))
        }
        "/forge/repositories/9" => {
            json(r#"{"id":9,"full_name":"bob/new","size":3,"owner":{"login":"bob","id":8},"fork":false}"#)
        }
        "/forge/repos/bob/new/readme" => Some((200, String::new(), b"# New\n{\"mcpServers\": {}}".to_vec())),
        "/forge/repos/bob/new/contents/" => json(r#"[{"name":".claude"},{"name":"src"}]"#),
        "/forge/repos/bob/new/contents/.claude/settings.json" => json(r#"{"hooks": {"SessionStart": []}}"#),
        "/forge/repos/ann/hollow" => json(r#"{"id":11,"full_name":"ann/hollow","size":0,"archived":true}"#),
        "/semver" => json(r#"{"name":"semver","versions":{"1.0.0":{}},"dist-tags":{"latest":"1.0.0"}}"#),
        "/@corp%2fsome-mcp" => json(
            r#"{"name":"@corp/some-mcp","dist-tags":{"latest":"2.0.0"},"time":{"created":"2025-01-01T00:00:00Z"},
            "versions":{"2.0.0":{"dist":{"integrity":"sha512-AA=="}}},"repository":{"url":"git+https://github.com/corp/x.git"},
            "maintainers":[{"name":"zoe","email":"zoe@b.example"},{"name":"ann","email":"ann@a.example"}]}"#,
        ),
        "/given-up" => json(r#"{"name":"given-up","time":{"unpublished":{"time":"2020-01-01T00:00:00Z"}}}"#),
        "/held" => json(
            r#"{"name":"held","dist-tags":{"latest":"0.0.1-security"},"versions":{"0.0.1-security":{}}}"#,
        ),
        "/other-name" => json(r#"{"name":"something-else","versions":{"1.0.0":{}}}"#),
        "/-/org/types/package" => json(r#"{"@types/node":"write"}"#),
        "/simple/pip/" => json(
            r#"{"name":"pip","files":[{"filename":"pip-1.tar.gz","upload-time":"2020-01-01T00:00:00Z"}]}"#,
        ),
        "/simple/bad/" => json(r#"{"name":"bad","project-status":{"status":"quarantined"},"files":[]}"#),
        "/pypi/pip/json" => json(
            r#"{"info":{"version":"1","author_email":"A <a@mail.example>","project_urls":{"Source":"https://github.com/a/b"}}}"#,
        ),
        "/cargo/li/bc/libc" => Some((200, String::new(), b"{\"vers\":\"0.2.0\"}".to_vec())),
        "/nuget/newtonsoft.json/index.json" => json(r#"{"versions":["1.0.0"]}"#),
        "/go/golang.org/x/text/@v/list" => Some((200, String::new(), b"v0.1.0\n".to_vec())),
        "/oci/v2/" => Some((401, String::new(), Vec::new())),
        "/oci/v2/mcp/time/manifests/1" => head("Docker-Content-Digest: sha256:abcd\r\n"),
        "/host/file.mcpb" => Some((200, String::new(), b"abc".to_vec())),
        "/host/" | "/host/page" => Some((200, String::new(), b"page".to_vec())),
        "/host/elsewhere" => {
            Some((301, String::from("Location: https://other.example.org/x\r\n"), Vec::new()))
        }
        "/host/.well-known/mcp-registry-auth" => {
            Some((200, String::new(), b"v=MCPv1; k=ed25519; p=AAAA".to_vec()))
        }
        "/rdap/domain/example.com" => json(
            r#"{"ldhName":"example.com","status":["active"],"events":[{"eventAction":"registration","eventDate":"1995-08-14T04:00:00Z"},
            {"eventAction":"expiration","eventDate":"2027-08-13T04:00:00Z"}]}"#,
        ),
        _ => None,
    }
}

fn existing(name: &str) -> (u8, Vec<String>) {
    match name {
        "example.com" | "host.example.com" | "registered.com" => (0, Vec::new()),
        "proved.com" => (0, vec![String::from("other"), String::from("v=MCPv1; k=ed25519; p=BBBB")]),
        "failing.com" => (2, Vec::new()),
        _ => (3, Vec::new()),
    }
}

fn look(subjects: &[&str], web: &Web, earlier: &History) -> Vec<Observation> {
    let subjects: Vec<Subject> = subjects.iter().map(|text| Subject::read(text)).collect();
    run(async {
        let services = services(&web.base, Some(names(existing))).await;
        probe(&subjects, earlier, &client(quick(), None), &services).await
    })
}

fn status(subject: &str, expected: ObservedStatus, facts: &[(&str, &str)]) {
    let web = Web::paths(world);
    let found = look(&[subject], &web, &History::default());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].status, expected, "{:?}", found[0]);
    assert_eq!(found[0].subject.to_string(), subject);
    assert!(found[0].seen.0 > 1_700_000_000);
    for (name, value) in facts {
        assert_eq!(found[0].fact(name), Some(*value), "{name} of {:?}", found[0]);
    }
}

#[test]
fn accounts_are_asked_for_by_login() {
    use ObservedStatus::{Absent, Present, Unknown, Withheld};
    status("github-account:github", Present, &[("id", "1"), ("login", "github")]);
    status("github-account:nobody", Absent, &[("http", "404"), ("control", "found")]);
    status("github-account:blocked", Withheld, &[("http", "451")]);
    status("github-account:broken", Unknown, &[("http", "200")]);
}

#[test]
fn a_renamed_account_is_proved_by_its_id() {
    let subject = Subject::Account(String::from("ann"));
    let facts = vec![(String::from("id"), String::from("7"))];
    let seen = portcullis_model::Moment(1);
    let before = Observation { subject, seen, status: ObservedStatus::Present, facts };
    let found = look(&["github-account:ann"], &Web::paths(world), &[before].into_iter().collect());
    assert_eq!((found[0].status, found[0].fact("renamed-to")), (ObservedStatus::Absent, Some("anna")));
}

#[test]
fn repositories_are_followed_and_looked_into() {
    use ObservedStatus::{Absent, Empty, Moved, Present};
    status("https://github.com/github/docs", Present, &[("id", "5"), ("readme", "no"), ("owner", "github")]);
    status(
        "https://github.com/ann/old",
        Moved,
        &[
            ("moved-to", "bob/new"),
            ("id", "9"),
            ("readme", "yes"),
            ("configuration", "yes"),
            ("runs", ".claude/settings.json"),
        ],
    );
    status("https://github.com/ann/hollow", Empty, &[("archived", "yes")]);
    status("https://github.com/ann/none", Absent, &[("control", "found")]);
}

#[test]
fn npm_names_and_scopes_are_asked_where_the_client_asks() {
    use ObservedStatus::{Absent, Present, Unknown, Withheld};
    let facts = [
        ("maintainers", "ann,zoe"),
        ("mail-domains", "a.example,b.example"),
        ("repository", "git+https://github.com/corp/x.git"),
        ("integrity", "sha512-AA=="),
        ("created", "2025-01-01T00:00:00Z"),
    ];
    status("npm:@corp/some-mcp", Present, &facts);
    status("npm:free-name", Absent, &[("control", "found")]);
    status("npm:given-up", Absent, &[("unpublished", "2020-01-01T00:00:00Z")]);
    status("npm:held", Withheld, &[("security-holding", "yes")]);
    status("npm:other-name", Unknown, &[("http", "200")]);
    status("npm-scope:types", Present, &[]);
    status("npm-scope:nobody", Absent, &[("control", "found")]);
}

#[test]
fn python_names_have_two_witnesses() {
    use ObservedStatus::{Absent, Empty, Present};
    let facts = [
        ("created", "2020-01-01T00:00:00Z"),
        ("mail-domains", "mail.example"),
        ("repository", "https://github.com/a/b"),
    ];
    status("pypi:pip", Present, &facts);
    status("pypi:free-name", Absent, &[("witnesses", "2"), ("control", "found")]);
    status("pypi:bad", Empty, &[("quarantined", "yes")]);
}

#[test]
fn other_packages_images_and_files_are_asked_at_configured_addresses() {
    use ObservedStatus::{Absent, Present};
    for (there, gone) in [
        ("cargo:libc", "cargo:free-name"),
        ("nuget:Newtonsoft.Json", "nuget:free.name"),
        ("go:golang.org/x/text", "go:example.com/free"),
        ("oci:mcp/time:1", "oci:mcp/none:1"),
    ] {
        status(there, Present, &[]);
        status(gone, Absent, &[("control", "found")]);
    }
    status("oci:mcp/time:1", Present, &[("digest", "sha256:abcd")]);
    status("mcpb:https://host.example.com/file.mcpb", Present, &[("sha256", SHA), ("size", "3")]);
    status("mcpb:https://host.example.com/none.mcpb", Absent, &[("control", "found")]);
}

#[test]
fn domains_are_absent_only_when_name_servers_and_registry_agree() {
    use ObservedStatus::{Absent, Present, Unknown};
    status(
        "domain:example.com",
        Present,
        &[("registered", "1995-08-14T04:00:00Z"), ("registration", "active")],
    );
    status("domain:registered.com", Present, &[("dns", "found")]);
    status("domain:free-name.com", Absent, &[("dns", "nxdomain"), ("witnesses", "2"), ("control", "found")]);
    status("domain:failing.com", Unknown, &[]);
    status("proof:proved.com", Present, &[("by", "dns")]);
    status("proof:host.example.com", Present, &[("by", "http")]);
}

#[test]
fn platform_names_are_told_by_their_name_server_and_their_page() {
    status("domain:free-app.fly.dev", ObservedStatus::Absent, &[("dns", "nxdomain"), ("control", "found")]);
    let web = Web::paths(|path| match path {
        "/host/" => Some((404, String::from("X-Vercel-Error: DEPLOYMENT_NOT_FOUND\r\n"), b"gone".to_vec())),
        _ => None,
    });
    let found = run(async {
        let known = |name: &str| if name.starts_with("no-such") { (3, Vec::new()) } else { (0, Vec::new()) };
        let services = services(&web.base, Some(names(known))).await;
        let subject = [Subject::read("domain:my-app.vercel.app")];
        probe(&subject, &History::default(), &client(quick(), None), &services).await
    });
    assert_eq!(
        (found[0].status, found[0].fact("fingerprint")),
        (ObservedStatus::Absent, Some("DEPLOYMENT_NOT_FOUND"))
    );
}

#[test]
fn pages_are_there_moved_or_gone() {
    use ObservedStatus::{Absent, Moved, Present};
    status("https://host.example.com/page", Present, &[]);
    status("https://host.example.com/elsewhere", Moved, &[("moved-to", "https://other.example.org/x")]);
    status("https://host.example.com/none", Absent, &[("control", "found")]);
}

#[test]
fn nothing_is_absent_when_a_control_fails() {
    let subjects = [
        "github-account:nobody",
        "npm:free-name",
        "pypi:free-name",
        "https://github.com/ann/none",
        "cargo:free-name",
    ];
    // Everything is gone, the controls too: an outage that answers 404.
    let down = Web::paths(|_| None);
    // Everything is said to be there but these: a mirror that answers anything it is asked.
    let eager = Web::paths(|path| match path {
        "/semver" => json(r#"{"name":"semver","versions":{"1.0.0":{}}}"#),
        "/free-name" => None,
        path => json(&format!("{{\"name\":\"{}\",\"versions\":{{\"1.0.0\":{{}}}}}}", path.trim_matches('/'))),
    });
    for seen in look(&subjects, &down, &History::default()) {
        assert_eq!(
            (seen.status, seen.fact("control")),
            (ObservedStatus::Unknown, Some("failed")),
            "{seen:?}"
        );
    }
    let found = look(&["npm:free-name"], &eager, &History::default());
    assert_eq!(found[0].status, ObservedStatus::Unknown, "{found:?}");
    // Limits and outages by status.
    for status in [429, 500, 503, 403, 401, 408] {
        let web = Web::new(move |_, _, stream| send(stream, status, "", b""));
        for seen in look(&subjects, &web, &History::default()) {
            assert_eq!(seen.status, ObservedStatus::Unknown, "{status}: {seen:?}");
        }
    }
}

#[test]
fn probes_replay_from_their_recording_without_the_network() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("probe.jsonl");
    let is_up = Arc::new(AtomicBool::new(true));
    let up = Arc::clone(&is_up);
    let web = Web::paths(move |path| {
        if up.load(Ordering::SeqCst) { world(path) } else { Some((500, String::new(), Vec::new())) }
    });
    let subjects: Vec<Subject> = [
        "github-account:nobody",
        "https://github.com/ann/old",
        "npm:@corp/some-mcp",
        "npm:free-name",
        "pypi:pip",
        "domain:free-name.com",
        "domain:example.com",
        "oci:mcp/time:1",
        "proof:proved.com",
    ]
    .iter()
    .map(|text| Subject::read(text))
    .collect();
    let (heard, replayed) = run(async {
        let services: Arc<Services> = services(&web.base, Some(names(existing))).await;
        let live = client(quick(), Some(Recording::append(&path).unwrap()));
        let heard = probe(&subjects, &History::default(), &live, &services).await;
        is_up.store(false, Ordering::SeqCst);
        let replay = client(quick(), Some(Recording::replay(&path).unwrap()));
        (heard, probe(&subjects, &History::default(), &replay, &services).await)
    });
    assert_eq!(heard.len(), subjects.len());
    assert!(heard.iter().all(|seen| seen.status != ObservedStatus::Unknown), "{heard:?}");
    assert_eq!(heard, replayed);
}
