//! Runs a `json` fence: a tool, a surface, a list of surfaces (an installation) or a change.

use portcullis_model::{
    Change, ChangeKind, ConfiguredServer, Finding, HostConfig, HostId, ItemKind, Launch, Located, Location,
    Node, Pointer, Scope, Span, Surface,
};
use portcullis_rules::{Engine, Installation, InstalledServer, LaunchEvidence, Neighbours};
use portcullis_wire::json::{Dialect, Limits, read};

/// What the engine finds in a fence. Members beyond the formats: an element of an installation may have
/// `"launch": {"command", "args", "autoApprove"}`.
pub(crate) fn findings(engine: &Engine, body: &str, many: usize) -> Vec<Finding> {
    let root =
        read(body.as_bytes(), Dialect::Strict, &Limits::default()).expect("a fence is strict JSON").root;
    if let Some(change) = root.get("change") {
        return engine.changes("example", &[self::change(change)]);
    }
    let is_installation = root.is_list();
    let nodes = portcullis_wire::surface::split(root);
    let mut surfaces: Vec<Surface> = nodes
        .into_iter()
        .map(|node| portcullis_wire::surface::read(node, "example").expect("a fence is a surface").surface)
        .collect();
    for number in 1..many {
        let mut tool = surfaces[0].items[0].clone();
        tool.name = format!("{}{number}", tool.name);
        surfaces[0].items.push(tool);
    }
    if is_installation { installation(engine, &surfaces) } else { one(engine, &surfaces[0]) }
}

fn one(engine: &Engine, surface: &Surface) -> Vec<Finding> {
    engine.surface("example", surface, None, &Neighbours::default())
}

fn installation(engine: &Engine, surfaces: &[Surface]) -> Vec<Finding> {
    let config = HostConfig {
        host: HostId("example"),
        host_name: "Example",
        path: "~/example.json".to_owned(),
        scope: Scope::User,
        root: Node::made_text(""),
        servers: surfaces.iter().filter_map(configured).collect(),
        settings: Vec::new(),
        unix_mode: None,
    };
    let servers = surfaces
        .iter()
        .map(|surface| InstalledServer {
            name: &surface.server,
            target: "example",
            launch: config
                .servers
                .iter()
                .find(|server| server.name == surface.server)
                .map(|server| LaunchEvidence { server, config: &config }),
            surface: (!surface.items.is_empty()).then_some(surface),
            file: None,
        })
        .collect();
    engine.installation(&Installation { target: "example", servers, corrections: &[] })
}

fn configured(surface: &Surface) -> Option<ConfiguredServer> {
    let launch = &surface.rest.iter().find(|entry| &*entry.key == "launch")?.node;
    let located =
        |text: &str| Located { text: text.to_owned(), pointer: Pointer::root(), span: Span::UNKNOWN };
    let list = |key: &str| -> Vec<Located> {
        launch.get(key).map_or(&[][..], Node::items).iter().filter_map(Node::text).map(located).collect()
    };
    Some(ConfiguredServer {
        name: surface.server.clone(),
        pointer: Pointer::root(),
        name_span: Span::UNKNOWN,
        span: Span::UNKNOWN,
        launch: Launch::Stdio {
            command: located(launch.get_text("command").unwrap_or_default()),
            args: list("args"),
            env: Vec::new(),
            cwd: None,
        },
        guard: None,
        enabled: true,
        auto_approved: list("autoApprove"),
        trusted: None,
    })
}

fn change(node: &Node) -> Change {
    let text = |key: &str| node.get_text(key).map(str::to_owned);
    let kinds = [
        ChangeKind::Added,
        ChangeKind::Removed,
        ChangeKind::Changed,
        ChangeKind::Renamed,
        ChangeKind::Returned,
        ChangeKind::LaunchChanged,
        ChangeKind::Equivocal,
    ];
    let kind = text("kind").expect("a change has a kind");
    let items =
        [ItemKind::Tool, ItemKind::Prompt, ItemKind::Resource, ItemKind::Template, ItemKind::Instructions];
    Change {
        server: text("server").unwrap_or_else(|| "example".to_owned()),
        kind: *kinds.iter().find(|known| known.as_str() == kind).expect("a known kind of change"),
        item: text("item")
            .map(|item| *items.iter().find(|known| known.as_str() == item).expect("a known kind of item")),
        name: text("name").unwrap_or_default(),
        field: text("field").unwrap_or_default(),
        before: text("before"),
        after: text("after"),
        between: "the lock file and now".to_owned(),
        location: Location::default(),
    }
}
