//! What is not told of live cases.

use std::collections::{HashMap, HashSet};

use portcullis_store::{Cell, Row, Store};

use super::tables::{Rows, Table};
use crate::SurveyError;
use crate::report::case;

/// Listings that could be taken over or that tell a credential, and things that may be free. Each has a number instead of its id:
/// an id is made from what it stands for, so whoever guesses that could tell.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    listings: HashMap<i64, (i64, String)>,
    subjects: HashMap<i64, i64>,
}

impl Hidden {
    /// Finds them.
    pub(super) async fn find(store: &Store) -> Result<Self, SurveyError> {
        const LISTINGS: &str = "SELECT l.id, l.registry, l.name FROM listing AS l
            WHERE l.id IN (SELECT listing FROM finding WHERE threat IN ('X01', 'X02', 'X04'))
               OR l.id IN (SELECT listing FROM standing
                           WHERE state IN ('gone-owner-present', 'absent-unverified', 'absent-claimable'))
               OR l.id IN (SELECT listing FROM leak)";
        const RELIED_ON: &str = "SELECT listing, subject FROM relies";
        const ABSENT: &str = "SELECT DISTINCT subject FROM observation WHERE status = 'absent'";
        // The order of a hash map is another one in each run: the numbers tell nothing.
        let mut found: HashMap<i64, String> = HashMap::new();
        let take = |row: Row| {
            found.insert(row.integer(0), case(row.text(1), row.text(2)));
            true
        };
        store.each(LISTINGS, &[], take).await?;
        let numbered = found.into_iter().zip(1..).map(|((id, case), number)| (id, (number, case)));
        let listings: HashMap<i64, (i64, String)> = numbered.collect();
        let mut subjects = HashSet::new();
        let take = |row: Row| {
            if listings.contains_key(&row.integer(0)) {
                subjects.insert(row.integer(1));
            }
            true
        };
        store.each(RELIED_ON, &[], take).await?;
        let take = |row: Row| {
            subjects.insert(row.integer(0));
            true
        };
        store.each(ABSENT, &[], take).await?;
        Ok(Self { listings, subjects: subjects.into_iter().zip(1..).collect() })
    }

    /// The cells of a row as they are told; none when the row is left out.
    pub(super) fn shown(&self, table: &Table, row: &Row) -> Option<Vec<Cell>> {
        let mut cells = row.cells().to_vec();
        let mut is_hidden = false;
        for &at in table.listings {
            if let (Some((number, case)), Some(cell)) =
                (self.listings.get(&row.integer(at)), cells.get_mut(at))
            {
                is_hidden = true;
                *cell = Cell::Integer(*number);
                if let Some(name) = (table.name == "listings").then(|| cells.get_mut(2)).flatten() {
                    *name = Cell::Text(case.clone());
                }
            }
        }
        if let Some(at) = table.subject
            && let (Some(number), Some(cell)) = (self.subjects.get(&row.integer(at)), cells.get_mut(at))
        {
            is_hidden = true;
            *cell = Cell::Integer(*number);
        }
        if !is_hidden {
            return Some(cells);
        }
        if table.hidden == Rows::Go {
            return None;
        }
        for (cell, column) in cells.iter_mut().zip(table.columns) {
            if column.tells {
                *cell = Cell::Null;
            }
        }
        Some(cells)
    }
}
