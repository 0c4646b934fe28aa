//! One crawl of one registry: asked question by question, kept answer by answer, and gone on with where it ended.

mod state;

use std::collections::HashMap;

use portcullis_model::Moment;
use portcullis_store::Store;
use portcullis_trust::{Client, LEFT_ALONE, Reply};
use sha2::{Digest, Sha256};

use crate::SurveyError;
use crate::connector::{Connector, Page};
use crate::table::{Rejected, Source, Spoken, Writer, write_source};
use state::State;

/// Answers in a row without a record after which a chain of questions is given up.
const MOST_EMPTY: u32 = 3;
/// Questions in a row without an answer after which a crawl ends: the registry is not there or wants to be left alone.
const MOST_FAILED: u32 = 10;
/// Answers between two savings of the state, where questions do not follow from one another.
const SAVED_EVERY: u64 = 25;
/// Changes are asked for from a little before the last crawl began: clocks differ.
const OVERLAP: i64 = 3600;

/// What a crawl came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Collected {
    /// The registry's word.
    pub registry: String,
    /// Answers that were read.
    pub answers: u64,
    /// Records in them.
    pub records: u64,
    /// Listings that were not known before.
    pub new: u64,
    /// Listings that changed.
    pub changed: u64,
    /// Listings that were as before.
    pub same: u64,
    /// Records that were not understood.
    pub rejected: u64,
    /// True when nothing is left to ask; otherwise the next crawl goes on here.
    pub is_complete: bool,
    /// What was odd: counts that do not fit, questions that came twice, answers that were none.
    pub problems: Vec<String>,
}

/// How far a crawl goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Answers that are read at most.
    pub answers: u64,
    /// True to ask for everything again and not only for what changed.
    pub whole: bool,
}

/// Collects one registry into the store. Killed at any point, it goes on with the answer that was not kept yet.
///
/// # Errors
/// The store failed. Whatever the registry does is no error: it stands in [`Collected::problems`] and in the tables.
pub async fn collect(
    connector: &dyn Connector,
    client: &Client,
    store: &Store,
    extent: Extent,
    now: Moment,
) -> Result<Collected, SurveyError> {
    state::open(store).await?;
    let mut crawl = Crawl {
        connector,
        store,
        state: State::load(store, connector, extent.whole, now).await?,
        collected: Collected { registry: connector.registry().to_owned(), ..Collected::default() },
        empty: 0,
        failed: 0,
    };
    while crawl.collected.answers < extent.answers {
        let Some(question) = crawl.state.todo.front().cloned() else { break };
        let reply = client.follow(&connector.ask(&question, crawl.state.since())).await;
        if !crawl.heard(&question, &reply).await? {
            break;
        }
    }
    crawl.end().await
}

struct Crawl<'a> {
    connector: &'a dyn Connector,
    store: &'a Store,
    state: State,
    collected: Collected,
    empty: u32,
    failed: u32,
}

impl Crawl<'_> {
    /// Keeps what an answer says. False when the crawl ends with it.
    async fn heard(&mut self, question: &str, reply: &Reply) -> Result<bool, SurveyError> {
        let read = if reply.is(200) { self.connector.read(question, reply) } else { Err(reply.why()) };
        self.collected.answers += 1;
        match read {
            Ok(page) => {
                self.failed = 0;
                let goes_on = self.keep(question, reply, page).await?;
                self.save().await?;
                Ok(goes_on)
            }
            Err(why) => {
                let rejected = vec![Rejected { position: 0, reason: why.clone(), excerpt: beginning(reply) }];
                self.write(question, reply, 0, 0, rejected).await?;
                self.collected.problems.push(format!("`{}`: {why}", shown(question)));
                if self.connector.is_chain() {
                    // The next crawl asks the same again.
                    return Ok(false);
                }
                // One page of many; the rest does not depend on it.
                let is_left_alone = reply.trouble.as_deref() == Some(LEFT_ALONE);
                let is_answer = is_left_alone || reply.is(404) || reply.is(410) || reply.is(200);
                self.failed = if is_answer { 0 } else { self.failed + 1 };
                self.state.done(question, !is_answer);
                self.save().await?;
                Ok(self.failed < MOST_FAILED)
            }
        }
    }

    /// After each answer of a chain. Of many pages a few may be asked for twice: what is known is written once.
    async fn save(&self) -> Result<(), SurveyError> {
        if self.connector.is_chain() || self.collected.answers.is_multiple_of(SAVED_EVERY) {
            self.state.save(self.store).await?;
        }
        Ok(())
    }

    async fn keep(&mut self, question: &str, reply: &Reply, page: Page) -> Result<bool, SurveyError> {
        let records = (page.listings.len() + page.refused.len()) as u64;
        let mut rejected: Vec<Rejected> = page
            .refused
            .into_iter()
            .map(|refused| Rejected {
                position: refused.position,
                reason: refused.reason,
                excerpt: refused.excerpt,
            })
            .collect();
        self.twice(&page.listings, &mut rejected);
        let source = self.source(question, reply);
        let mut writer = Writer::new(self.store, source.id(), Spoken::ALL);
        for (position, listing) in page.listings {
            rejected.extend(writer.take(listing, position).await?);
        }
        let written = writer.finish().await?;
        self.collected.new += written.new;
        self.collected.changed += written.changed;
        self.collected.same += written.same;
        self.state.records += records;
        self.state.total = page.total.or(self.state.total);
        self.empty = if records == 0 { self.empty + 1 } else { 0 };
        self.state.done(question, false);
        let mut goes_on = true;
        for next in page.next {
            if !self.state.add(&next) && self.connector.is_chain() {
                let problem =
                    format!("the registry repeats the cursor `{}`; the crawl ends here", shown(&next));
                rejected.push(Rejected { position: 0, reason: problem.clone(), excerpt: shown(&next) });
                self.collected.problems.push(problem);
                // Nothing more follows from going round.
                self.state.todo.clear();
            }
        }
        if self.connector.is_chain() && self.empty >= MOST_EMPTY && !self.state.todo.is_empty() {
            let problem =
                format!("{MOST_EMPTY} answers in a row hold nothing and name another; the crawl ends here");
            rejected.push(Rejected { position: 0, reason: problem.clone(), excerpt: String::new() });
            self.collected.problems.push(problem);
            self.state.todo.clear();
            goes_on = false;
        }
        if self.state.todo.is_empty()
            && let Some(total) = self.state.total.filter(|total| *total != self.state.records)
        {
            let problem =
                format!("the registry says that it has {total} records and gave {}", self.state.records);
            rejected.push(Rejected { position: 0, reason: problem.clone(), excerpt: String::new() });
            self.collected.problems.push(problem);
        }
        let kept = written.all();
        self.write(question, reply, records, kept, rejected).await?;
        Ok(goes_on)
    }

    /// Names that were given before in this answer: the list changed while it was read, or is wrong.
    fn twice(&self, listings: &[(u64, portcullis_model::Listing)], rejected: &mut Vec<Rejected>) {
        let mut first: HashMap<&str, u64> = HashMap::new();
        for (position, listing) in listings {
            if let Some(before) = first.insert(&listing.name, *position) {
                let reason =
                    format!("the name stands here twice, first as number {before}; the last one was kept");
                rejected.push(Rejected { position: *position, reason, excerpt: shown(&listing.name) });
            }
        }
    }

    fn source(&self, question: &str, reply: &Reply) -> Source {
        let digest: String = Sha256::digest(&reply.body).iter().map(|byte| format!("{byte:02x}")).collect();
        Source {
            registry: self.connector.registry().to_owned(),
            locator: if question.is_empty() { String::from("(first)") } else { shown(question) },
            fetched: reply.seen,
            digest,
            ..Source::default()
        }
    }

    async fn write(
        &mut self,
        question: &str,
        reply: &Reply,
        records: u64,
        kept: u64,
        rejected: Vec<Rejected>,
    ) -> Result<(), SurveyError> {
        self.collected.records += records;
        self.collected.rejected += rejected.len() as u64;
        let source = Source { records, kept, rejected, ..self.source(question, reply) };
        write_source(self.store, &source).await
    }

    async fn end(mut self) -> Result<Collected, SurveyError> {
        self.collected.is_complete = self.state.todo.is_empty();
        if self.collected.is_complete {
            self.state.complete();
        }
        self.state.save(self.store).await?;
        Ok(self.collected)
    }
}

/// The beginning of a text that a registry chose.
fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(200).collect()
}

fn beginning(reply: &Reply) -> String {
    let some = reply.body.get(..reply.body.len().min(400)).unwrap_or_default();
    shown(&String::from_utf8_lossy(some))
}
