//! What tools of listed servers can do together, which names they share, and what servers are made with.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use portcullis_rules::capability::of_text;
use portcullis_store::{AssertSqlSafe, Row, Store};
use serde::Serialize;

use super::block::Block;
use super::cases::{LIVE, case};
use super::{grouped, papers, share};
use crate::SurveyError;
use crate::identity::{Place, called};

/// Servers that count as popular: those with known tools that are used most.
const POPULAR: usize = 200;
/// Pairs that are told one by one.
const TOLD: usize = 20;

/// A server whose listings were not brought together is one by itself.
const SERVER: &str = "CASE WHEN l.server = 0 THEN l.id ELSE l.server END";

/// What tools of listed servers can do, by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Toolset {
    /// Servers whose tools are known.
    pub servers: i64,
    /// Their tools.
    pub tools: i64,
    /// Tools that bring in text which an outsider wrote (EIT).
    pub ingesting: i64,
    /// Tools that read private data (PAT).
    pub private: i64,
    /// Tools that make data visible to an outsider (NAT).
    pub sending: i64,
    /// Servers that are all three by themselves.
    pub alone: i64,
    /// The servers of which every two are put together: the most used of them.
    pub popular: i64,
    /// Pairs of these.
    pub pairs: i64,
    /// Pairs that make a chain.
    pub chained: i64,
    /// Pairs that make a chain which neither makes alone.
    pub joined: i64,
    /// The most used of the pairs that neither makes alone.
    pub combinations: Vec<Combination>,
    /// Names of tools that two or more servers use.
    pub shared_names: i64,
    /// Servers that have one of these names.
    pub sharing_servers: i64,
    /// Pairs of popular servers with a tool of the same name.
    pub conflicting: i64,
}

/// Two servers that make a chain together: what text comes in through, what reads private data, and what sends it away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "said above")]
pub struct Combination {
    pub servers: (String, String),
    pub ingests: String,
    pub reads_private: String,
    pub sends: String,
}

/// What servers are made with or delivered as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Making {
    /// `language` as a registry states it, `package` for the kind of package, or `remote`.
    pub by: &'static str,
    /// The word for it.
    pub what: String,
    /// Servers.
    pub servers: i64,
}

/// One server with the first of its tools for each class.
#[derive(Default)]
struct Server {
    id: i64,
    name: String,
    reach: i64,
    registries: BTreeSet<String>,
    tools: BTreeSet<String>,
    /// A tool that ingests, one that reads what is private, one that sends.
    classes: [Option<String>; 3],
}

impl Server {
    fn mask(&self) -> u8 {
        let bit = |(at, tool): (usize, &Option<String>)| u8::from(tool.is_some()) << at;
        self.classes.iter().enumerate().map(bit).sum()
    }
}

/// A chain needs all three classes.
const ALL: u8 = 7;

/// Looks at the names of all tools that are known.
pub(super) async fn toolset(store: &Store, names: bool) -> Result<Toolset, SurveyError> {
    let mut found = Toolset::default();
    let mut servers = read_tools(store, &mut found).await?;
    name_servers(store, names, &mut servers).await?;
    let mut users: HashMap<&str, i64> = HashMap::new();
    for tool in servers.iter().flat_map(|server| &server.tools) {
        *users.entry(tool).or_default() += 1;
    }
    let is_shared = |tool: &String| users.get(tool.as_str()).is_some_and(|count| *count > 1);
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    found.shared_names = count(users.values().filter(|count| **count > 1).count());
    found.sharing_servers = count(servers.iter().filter(|server| server.tools.iter().any(is_shared)).count());
    found.servers = count(servers.len());
    found.alone = count(servers.iter().filter(|server| server.mask() == ALL).count());
    servers.sort_by(|one, other| {
        let rank = |server: &Server| {
            (std::cmp::Reverse(server.reach), std::cmp::Reverse(server.registries.len()), server.id)
        };
        rank(one).cmp(&rank(other))
    });
    servers.truncate(POPULAR);
    found.popular = count(servers.len());
    pairs(&servers, &mut found);
    Ok(found)
}

async fn read_tools(store: &Store, found: &mut Toolset) -> Result<Vec<Server>, SurveyError> {
    let sql = format!(
        "SELECT {SERVER} AS s, LOWER(t.name) AS n FROM tool AS t JOIN listing AS l ON l.id = t.listing
         GROUP BY {SERVER}, LOWER(t.name) ORDER BY s, n"
    );
    let mut servers: Vec<Server> = Vec::new();
    let take = |row: Row| {
        let (id, tool) = (row.integer(0), row.text(1));
        if servers.last().is_none_or(|server| server.id != id) {
            servers.push(Server { id, ..Server::default() });
        }
        let capabilities = of_text(tool, "");
        let classes = [&capabilities.ingests, &capabilities.reads_private, &capabilities.reaches_network];
        let counts = [&mut found.ingesting, &mut found.private, &mut found.sending];
        found.tools += 1;
        if let Some(server) = servers.last_mut() {
            server.tools.insert(tool.to_owned());
            for ((class, count), first) in classes.into_iter().zip(counts).zip(&mut server.classes) {
                if class.is_some() {
                    *count += 1;
                    first.get_or_insert_with(|| tool.to_owned());
                }
            }
        }
        true
    };
    store.each(AssertSqlSafe(sql), &[], take).await?;
    Ok(servers)
}

/// Gives servers the name of their most used listing. A live case has a number instead.
async fn name_servers(store: &Store, names: bool, servers: &mut [Server]) -> Result<(), SurveyError> {
    let sql = format!(
        "SELECT {SERVER}, l.registry, l.name, l.title, l.repository, COALESCE(l.reach, 0),
            CASE WHEN l.id IN (SELECT f.listing FROM finding AS f WHERE {LIVE}) THEN 1 ELSE 0 END
         FROM listing AS l WHERE {SERVER} IN
            (SELECT {SERVER} FROM tool AS t JOIN listing AS l ON l.id = t.listing)
         ORDER BY COALESCE(l.reach, 0) DESC, l.registry, l.name"
    );
    let at: HashMap<i64, usize> = servers.iter().enumerate().map(|(at, server)| (server.id, at)).collect();
    let mut live = HashSet::new();
    let take = |row: Row| {
        let Some(server) = at.get(&row.integer(0)).and_then(|at| servers.get_mut(*at)) else { return true };
        server.registries.insert(row.text(1).to_owned());
        server.reach = server.reach.max(row.integer(5));
        if row.integer(6) == 1 && !names {
            server.name = case(row.text(1), row.text(2));
            live.insert(server.id);
        } else if server.name.is_empty() {
            let place = row.some_text(4).and_then(Place::read).filter(|place| place.folder.is_empty());
            server.name = match place {
                Some(place) => format!("{}/{}", place.owner, place.name),
                None => called(row.text(2), row.some_text(3)).into_owned(),
            };
        }
        true
    };
    store.each(AssertSqlSafe(sql), &[], take).await?;
    Ok(())
}

fn pairs(servers: &[Server], found: &mut Toolset) {
    for (at, one) in servers.iter().enumerate() {
        for other in servers.iter().skip(at + 1) {
            found.pairs += 1;
            found.conflicting += i64::from(!one.tools.is_disjoint(&other.tools));
            if one.mask() | other.mask() != ALL {
                continue;
            }
            found.chained += 1;
            if one.mask() == ALL || other.mask() == ALL {
                continue;
            }
            found.joined += 1;
            if found.combinations.len() < TOLD {
                found.combinations.extend(combination(one, other));
            }
        }
    }
}

fn combination(one: &Server, other: &Server) -> Option<Combination> {
    let mut steps = one.classes.iter().zip(&other.classes).map(|(first, second)| match (first, second) {
        (Some(tool), _) => Some(format!("{}: {tool}", one.name)),
        (None, Some(tool)) => Some(format!("{}: {tool}", other.name)),
        (None, None) => None,
    });
    Some(Combination {
        servers: (one.name.clone(), other.name.clone()),
        ingests: steps.next()??,
        reads_private: steps.next()??,
        sends: steps.next()??,
    })
}

/// What servers are made with, as registries state it, and what they are delivered as.
pub(super) async fn makings(store: &Store) -> Result<Vec<Making>, SurveyError> {
    let questions = [
        (
            "language",
            format!(
                "SELECT LOWER(l.language) AS word, COUNT(DISTINCT {SERVER}) AS n FROM listing AS l
                 WHERE l.language IS NOT NULL GROUP BY LOWER(l.language) ORDER BY n DESC, word LIMIT 15"
            ),
        ),
        (
            "package",
            format!(
                "SELECT p.kind AS word, COUNT(DISTINCT {SERVER}) AS n FROM package AS p JOIN listing AS l ON l.id = p.listing
                 GROUP BY p.kind ORDER BY n DESC, word LIMIT 15"
            ),
        ),
        (
            "remote",
            format!(
                "SELECT 'address on the web' AS word, COUNT(DISTINCT {SERVER}) AS n
                 FROM remote AS r JOIN listing AS l ON l.id = r.listing HAVING COUNT(*) > 0"
            ),
        ),
    ];
    let mut found = Vec::new();
    for (by, sql) in questions {
        for row in store.query(AssertSqlSafe(sql), &[]).await? {
            found.push(Making { by, what: row.text(0).to_owned(), servers: row.integer(1) });
        }
    }
    Ok(found)
}

/// The section on tools.
pub(super) fn section(found: &Toolset) -> Vec<Block> {
    if found.tools == 0 {
        return vec![Block::Text(String::from("No list said which tools a server has."))];
    }
    let (tools, servers) = papers::TOOLS;
    let classes = [
        ("bring in what an outsider wrote (EIT)", found.ingesting, "medium"),
        ("read private data (PAT)", found.private, "high"),
        ("make data visible to an outsider (NAT)", found.sending, "critical"),
    ];
    let rows = classes
        .iter()
        .map(|(word, count, _)| vec![(*word).to_owned(), grouped(*count), share(*count, found.tools)]);
    let combinations = found
        .combinations
        .iter()
        .map(|pair| vec![pair.ingests.clone(), pair.reads_private.clone(), pair.sends.clone()]);
    vec![
        Block::Text(format!(
            "{} tools of {} servers, judged by their names alone: what lists do not tell of them was not looked at. arXiv 2509.06572 looked \
             at {} tools of {} servers with their descriptions.",
            grouped(found.tools),
            grouped(found.servers),
            grouped(tools),
            grouped(servers)
        )),
        Block::Bars(
            "tools by class",
            classes.map(|(word, count, tone)| (word.to_owned(), count, tone)).into(),
        ),
        Block::Table(vec!["tools that", "tools", "%"], rows.collect()),
        Block::Text(format!(
            "{} servers are all three by themselves. Of the {} most used servers, {} of {} pairs ({} %) let planted text read private data and \
             send it away; {} of them do so only together.",
            grouped(found.alone),
            grouped(found.popular),
            grouped(found.chained),
            grouped(found.pairs),
            share(found.chained, found.pairs),
            grouped(found.joined)
        )),
        Block::Title(String::from("The most used pairs that make a chain only together")),
        Block::Table(
            vec!["text comes in", "private data is read", "it is sent away"],
            combinations.collect(),
        ),
        Block::Title(String::from("Tools of one name")),
        Block::Text(format!(
            "{} names are used by several servers, and {} of {} servers have a tool of such a name. Of the pairs of the most used servers {} \
             ({} %) conflict in a name: hosts that do not qualify names run the tool of either.",
            grouped(found.shared_names),
            grouped(found.sharing_servers),
            grouped(found.servers),
            grouped(found.conflicting),
            share(found.conflicting, found.pairs)
        )),
    ]
}

/// The section on languages and packages.
pub(super) fn making(makings: &[Making], servers: i64) -> Vec<Block> {
    let mut kinds: BTreeMap<&str, Vec<&Making>> = BTreeMap::new();
    for making in makings {
        kinds.entry(making.by).or_default().push(making);
    }
    let bars = makings.iter().filter(|making| making.by != "language");
    let bars = bars.map(|making| (making.what.clone(), making.servers, "low")).collect();
    let rows = kinds.values().flatten().map(|making| {
        vec![
            making.by.to_owned(),
            making.what.clone(),
            grouped(making.servers),
            share(making.servers, servers),
        ]
    });
    vec![
        Block::Text(format!(
            "Of {} servers, where a list says it: a server may be delivered in several ways. arXiv 2510.16558 counted {} tools in servers \
             written in Python.",
            grouped(servers),
            grouped(papers::PYTHON_TOOLS)
        )),
        Block::Bars("how servers are delivered", bars),
        Block::Table(vec!["by", "what", "servers", "%"], rows.collect()),
    ]
}
