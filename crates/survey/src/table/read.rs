//! Listings as they are kept.

use std::collections::HashMap;

use portcullis_model::listing::{ListedPackage, ListedRepository, Listing, Moment};
use portcullis_store::{AssertSqlSafe, Cell, Dialect, Row, Store, Transaction};

use crate::SurveyError;

/// Ids of one question.
pub(super) const ASKED: usize = 500;

/// A listing as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub id: i64,
    /// The canonical server that it lists; 0 before [`crate::identity::resolve`].
    pub server: i64,
    /// When it was seen first. [`Listing::seen`] is when it was seen last.
    pub first_seen: Moment,
    /// The listing.
    pub listing: Listing,
}

const LISTING: &str =
    "SELECT id, server, first_seen, last_seen, registry, name, title, description, page, repository,
    repository_id, subfolder, publisher, config, status, version, published, updated, language, reach, digest
    FROM listing";
const PACKAGE: &str = "SELECT listing, kind, name, version, digest FROM package";
const REMOTE: &str = "SELECT listing, address FROM remote";
const TOOL: &str = "SELECT listing, name FROM tool";

/// The listings after `after`, in the order of their ids, at most `most`. The last one's id is where the next call goes on.
///
/// # Errors
/// The store failed.
pub async fn listings(store: &Store, after: Option<i64>, most: u32) -> Result<Vec<Stored>, SurveyError> {
    let from = after.unwrap_or(i64::MIN);
    let all = i64::from(after.is_none());
    let sql = AssertSqlSafe(format!("{LISTING} WHERE id > $1 OR $2 = 1 ORDER BY id LIMIT $3"));
    let rows = store.query(sql, &[from.into(), all.into(), i64::from(most).into()]).await?;
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let range = [first.integer(0).into(), last.integer(0).into()];
    let of = |what: &str, by: &str| {
        AssertSqlSafe(format!("{what} WHERE listing >= $1 AND listing <= $2 ORDER BY listing, {by}"))
    };
    let packages = store.query(of(PACKAGE, "kind, name"), &range).await?;
    let remotes = store.query(of(REMOTE, "address"), &range).await?;
    let tools = store.query(of(TOOL, "name"), &range).await?;
    Ok(together(&rows, &packages, &remotes, &tools))
}

/// The listings of these ids that are there, each with the digest of its content.
pub(super) async fn some(
    transaction: &mut Transaction,
    ids: &[i64],
) -> Result<Vec<(Stored, i64)>, SurveyError> {
    let Some(last) = ids.last() else { return Ok(Vec::new()) };
    // The statement has one length, so that it is prepared once: the last id fills it up.
    let mut asked: Vec<Cell> = ids.iter().copied().map(Cell::Integer).collect();
    asked.resize(ASKED.max(ids.len()), Cell::Integer(*last));
    let place = |place| match transaction.dialect() {
        // SQLite looks numbers up one by one.
        Dialect::Sqlite => String::from("?"),
        Dialect::Postgres => format!("${place}"),
    };
    let places: Vec<String> = (1..=asked.len()).map(place).collect();
    let places = places.join(", ");
    let rows = transaction.query(AssertSqlSafe(format!("{LISTING} WHERE id IN ({places})")), &asked).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let of = |what: &str, by: &str| {
        AssertSqlSafe(format!("{what} WHERE listing IN ({places}) ORDER BY listing, {by}"))
    };
    let packages = transaction.query(of(PACKAGE, "kind, name"), &asked).await?;
    let remotes = transaction.query(of(REMOTE, "address"), &asked).await?;
    let tools = transaction.query(of(TOOL, "name"), &asked).await?;
    let found = together(&rows, &packages, &remotes, &tools);
    Ok(found.into_iter().zip(rows.iter().map(|row| row.integer(20))).collect())
}

/// Listings with what belongs to them.
fn together(rows: &[Row], packages: &[Row], remotes: &[Row], tools: &[Row]) -> Vec<Stored> {
    let mut found: Vec<Stored> = rows.iter().map(stored).collect();
    let at: HashMap<i64, usize> = found.iter().enumerate().map(|(at, stored)| (stored.id, at)).collect();
    let mut each = |rows: &[Row], add: &dyn Fn(&mut Listing, &Row)| {
        for row in rows {
            if let Some(stored) = at.get(&row.integer(0)).and_then(|at| found.get_mut(*at)) {
                add(&mut stored.listing, row);
            }
        }
    };
    each(packages, &|listing, row| {
        listing.packages.push(ListedPackage {
            kind: row.text(1).to_owned(),
            name: row.text(2).to_owned(),
            version: row.some_text(3).map(str::to_owned),
            digest: row.some_text(4).map(str::to_owned),
        });
    });
    each(remotes, &|listing, row| listing.remotes.push(row.text(1).to_owned()));
    each(tools, &|listing, row| listing.tools.push(row.text(1).to_owned()));
    found
}

fn stored(row: &Row) -> Stored {
    let text = |column| row.some_text(column).map(str::to_owned);
    let repository = text(9).map(|url| ListedRepository { url, id: text(10), subfolder: text(11) });
    Stored {
        id: row.integer(0),
        server: row.integer(1),
        first_seen: Moment(row.integer(2)),
        listing: Listing {
            registry: row.text(4).to_owned(),
            name: row.text(5).to_owned(),
            title: text(6),
            description: text(7),
            page: text(8),
            repository,
            packages: Vec::new(),
            remotes: Vec::new(),
            publisher: text(12),
            config: text(13),
            tools: Vec::new(),
            status: text(14),
            version: text(15),
            published: row.some_integer(16).map(Moment),
            updated: row.some_integer(17).map(Moment),
            language: text(18),
            reach: row.some_integer(19).and_then(|reach| u64::try_from(reach).ok()),
            seen: Moment(row.integer(3)),
        },
    }
}
