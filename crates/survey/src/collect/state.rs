//! How far the crawl of a registry is.

use std::collections::{BTreeSet, VecDeque};

use portcullis_model::Moment;
use portcullis_store::{Migration, Store, id_of};
use portcullis_wire::json::{self, Dialect, Limits};
use serde::Serialize;

use super::OVERLAP;
use crate::SurveyError;
use crate::connector::Connector;

const TABLES: &[Migration] = &[Migration {
    of: "crawl",
    version: 1,
    statements: "CREATE TABLE crawl (registry TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL)",
}];

/// Questions that are kept; a site that names more is not believed.
const MOST: usize = 500_000;
/// A question has no more bytes.
const LONGEST: usize = 4096;

/// What is left to ask, and what was.
#[derive(Debug, Default, Serialize)]
pub(super) struct State {
    registry: String,
    /// When this crawl began.
    begun: i64,
    /// When the last whole crawl began.
    completed: Option<i64>,
    /// Records of this crawl so far.
    pub(super) records: u64,
    /// How many the registry says there are.
    pub(super) total: Option<u64>,
    /// Questions, the next one first.
    pub(super) todo: VecDeque<String>,
    /// Hashes of all questions of this crawl.
    known: BTreeSet<i64>,
    /// Questions that could not be answered and are asked again by the next crawl.
    later: Vec<String>,
}

/// Makes the table.
pub(super) async fn open(store: &Store) -> Result<(), SurveyError> {
    store.migrate(TABLES).await?;
    Ok(())
}

impl State {
    /// The state of an earlier crawl that did not end; else a new one.
    pub(super) async fn load(
        store: &Store,
        connector: &dyn Connector,
        whole: bool,
        now: Moment,
    ) -> Result<Self, SurveyError> {
        let sql = "SELECT state FROM crawl WHERE registry = $1";
        let rows = store.query(sql, &[connector.registry().into()]).await?;
        let mut state = rows.first().and_then(|row| read(row.text(0))).unwrap_or_default();
        connector.registry().clone_into(&mut state.registry);
        if whole {
            state = Self { registry: state.registry, ..Self::default() };
        }
        if state.todo.is_empty() {
            let completed = state.completed;
            let later = std::mem::take(&mut state.later);
            state = Self { registry: state.registry, begun: now.0, completed, ..Self::default() };
            for question in connector.start().iter().chain(&later) {
                state.add(question);
            }
        }
        Ok(state)
    }

    /// Since when changes are asked for.
    pub(super) fn since(&self) -> Option<Moment> {
        self.completed.map(|completed| Moment(completed - OVERLAP))
    }

    /// Adds a question. False when it was there before.
    pub(super) fn add(&mut self, question: &str) -> bool {
        let is_new = question.len() <= LONGEST
            && self.known.len() < MOST
            && self.known.insert(id_of(&["question", question]));
        if is_new {
            self.todo.push_back(question.to_owned());
        }
        is_new
    }

    /// A question was answered, or is to be asked again another time.
    pub(super) fn done(&mut self, question: &str, again: bool) {
        if self.todo.front().is_some_and(|first| first == question) {
            self.todo.pop_front();
        }
        if again && self.later.len() < 10_000 {
            self.later.push(question.to_owned());
        }
    }

    /// Nothing is left to ask.
    pub(super) fn complete(&mut self) {
        self.completed = Some(self.begun);
        self.known.clear();
    }

    pub(super) async fn save(&self, store: &Store) -> Result<(), SurveyError> {
        let text = serde_json::to_string(self).unwrap_or_default();
        let sql = "INSERT INTO crawl (registry, state) VALUES ($1, $2) \
                   ON CONFLICT (registry) DO UPDATE SET state = excluded.state";
        store.execute(sql, &[self.registry.as_str().into(), text.as_str().into()]).await?;
        Ok(())
    }
}

/// Reads what [`State::save`] wrote.
fn read(text: &str) -> Option<State> {
    let limits = Limits { nodes: 4_000_000, ..Limits::default() };
    let root = json::read(text.as_bytes(), Dialect::Strict, &limits).ok()?.root;
    let number = |name: &str| match &root.get(name)?.value {
        portcullis_model::Value::Number(number) => number.parse::<i64>().ok(),
        _ => None,
    };
    let texts = |name: &str| {
        let items = root.get(name).map(portcullis_model::Node::items).unwrap_or_default();
        items.iter().filter_map(|item| item.text().map(str::to_owned)).collect::<Vec<_>>()
    };
    let hashes = root.get("known").map(portcullis_model::Node::items).unwrap_or_default();
    let hash = |node: &portcullis_model::Node| match &node.value {
        portcullis_model::Value::Number(number) => number.parse::<i64>().ok(),
        _ => None,
    };
    Some(State {
        registry: root.get_text("registry")?.to_owned(),
        begun: number("begun")?,
        completed: number("completed"),
        records: number("records").and_then(|count| u64::try_from(count).ok()).unwrap_or(0),
        total: number("total").and_then(|count| u64::try_from(count).ok()),
        todo: texts("todo").into(),
        known: hashes.iter().filter_map(hash).collect(),
        later: texts("later"),
    })
}
