//! What could not be looked at, because worker after worker died over it or its probe failed again and again.

use portcullis_model::Subject;
use portcullis_store::Store;
use serde::Serialize;

use super::block::Block;
use super::grouped;
use crate::SurveyError;
use crate::table::subject_id;

/// Subjects that are listed one by one.
const LISTED: i64 = 25;

/// Subjects that the last round of probes gave up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GivenUp {
    /// How many there are.
    pub subjects: i64,
    /// Some of them one by one.
    pub listed: Vec<GivenUpSubject>,
}

/// A subject that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GivenUpSubject {
    /// Its spelling; none when it was ever seen to be absent, because it may be free.
    pub subject: Option<String>,
    /// Why.
    pub reason: String,
    /// How often it was begun.
    pub attempts: i64,
}

pub(super) async fn given_up(store: &Store, names: bool) -> Result<GivenUp, SurveyError> {
    let sql = "SELECT payload, reason, attempts FROM job WHERE kind = 'probe' AND state = 'failed' ORDER BY id LIMIT $1";
    let mut listed = Vec::new();
    for row in store.query(sql, &[LISTED.into()]).await? {
        let spelt = row.text(0).split_once(' ').map_or(row.text(0), |(_, subject)| subject);
        let absent = "SELECT COUNT(*) FROM observation WHERE subject = $1 AND status = 'absent'";
        let id = subject_id(&Subject::read(spelt));
        let shown = names || store.number(absent, &[id.into()]).await? == 0;
        listed.push(GivenUpSubject {
            subject: shown.then(|| spelt.to_owned()),
            reason: row.text(1).to_owned(),
            attempts: row.integer(2),
        });
    }
    let all = "SELECT COUNT(*) FROM job WHERE kind = 'probe' AND state = 'failed'";
    Ok(GivenUp { subjects: store.number(all, &[]).await?, listed })
}

/// The section.
pub(super) fn section(found: &GivenUp) -> Vec<Block> {
    let rows = found.listed.iter().map(|one| {
        let subject = one.subject.as_deref().unwrap_or("not named: it may be free");
        vec![subject.to_owned(), one.reason.clone(), grouped(one.attempts)]
    });
    vec![
        Block::Text(format!(
            "{} things were given up in the last round of probes; what they are is unknown. The next `survey probe` tries again.",
            grouped(found.subjects)
        )),
        Block::Table(vec!["what", "why", "begun"], rows.collect()),
    ]
}
