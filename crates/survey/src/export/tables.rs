//! Which tables are written, and what of them.

use Kind::{Count, Id, Text, Time};

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number that stands for something; equal numbers join.
    Id,
    /// A number that counts.
    Count,
    /// Seconds since 1970 in the store, a timestamp in UTC in the file.
    Time,
    /// A text in UTF-8.
    Text,
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Stays empty in the rows of what is hidden.
    pub(super) tells: bool,
}

/// What the rows of hidden listings and subjects become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// They stay, with a number for an id and without what tells.
    Stay,
    /// They are left out.
    Go,
}

/// One table. Its statement names its columns in their order, from the smallest id to the largest.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) sql: &'static str,
    pub(super) columns: &'static [Column],
    /// The columns that hold ids of listings.
    pub(super) listings: &'static [usize],
    /// The column that holds the id of a subject.
    pub(super) subject: Option<usize>,
    pub(super) hidden: Rows,
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, tells: false }
}

const fn tells(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, tells: true }
}

const LISTING: Column = column("listing", Id);
const SUBJECT: Column = column("subject", Id);

/// Hashed keys are not among them: who has a list of names can tell from them what is hidden.
pub(super) const TABLES: &[Table] = &[
    Table {
        name: "sources",
        sql: "SELECT id, registry, locator, fetched, digest, records, kept, rejected FROM source ORDER BY id",
        columns: &[
            column("id", Id),
            column("registry", Text),
            column("locator", Text),
            column("fetched", Time),
            column("digest", Text),
            column("records", Count),
            column("kept", Count),
            column("rejected", Count),
        ],
        listings: &[],
        subject: None,
        hidden: Rows::Stay,
    },
    Table {
        name: "rejected",
        sql: "SELECT source, position, reason FROM rejected ORDER BY source, position, reason",
        columns: &[column("source", Id), column("position", Count), column("reason", Text)],
        listings: &[],
        subject: None,
        hidden: Rows::Stay,
    },
    Table {
        name: "listings",
        sql: "SELECT id, registry, name, reach, first_seen, last_seen, published, updated, source, status, version,
            language, publisher, page, title, description, repository, repository_id, subfolder, config, server
            FROM listing ORDER BY id",
        columns: &[
            column("id", Id),
            column("registry", Text),
            column("name", Text),
            column("reach", Count),
            tells("first_seen", Time),
            tells("last_seen", Time),
            tells("published", Time),
            tells("updated", Time),
            tells("source", Id),
            tells("status", Text),
            tells("version", Text),
            tells("language", Text),
            tells("publisher", Text),
            tells("page", Text),
            tells("title", Text),
            tells("description", Text),
            tells("repository", Text),
            tells("repository_id", Text),
            tells("subfolder", Text),
            tells("config", Text),
            tells("server", Id),
        ],
        listings: &[0],
        subject: None,
        hidden: Rows::Stay,
    },
    Table {
        name: "packages",
        sql: "SELECT listing, kind, name, version, digest FROM package ORDER BY listing, kind, name",
        columns: &[
            LISTING,
            column("kind", Text),
            column("name", Text),
            column("version", Text),
            column("digest", Text),
        ],
        listings: &[0],
        subject: None,
        hidden: Rows::Go,
    },
    Table {
        name: "remotes",
        sql: "SELECT listing, address, host FROM remote ORDER BY listing, address",
        columns: &[LISTING, column("address", Text), column("host", Text)],
        listings: &[0],
        subject: None,
        hidden: Rows::Go,
    },
    Table {
        name: "tools",
        sql: "SELECT listing, name FROM tool ORDER BY listing, name",
        columns: &[LISTING, column("name", Text)],
        listings: &[0],
        subject: None,
        hidden: Rows::Go,
    },
    Table {
        name: "leaks",
        sql: "SELECT listing, field, kind, shown, confidence FROM leak ORDER BY listing, field, kind, shown",
        columns: &[
            LISTING,
            column("field", Text),
            column("kind", Text),
            tells("shown", Text),
            column("confidence", Text),
        ],
        listings: &[0],
        subject: None,
        hidden: Rows::Stay,
    },
    Table {
        name: "subjects",
        sql: "SELECT id, kind, text FROM subject ORDER BY id",
        columns: &[column("id", Id), column("kind", Text), tells("text", Text)],
        listings: &[],
        subject: Some(0),
        hidden: Rows::Stay,
    },
    Table {
        name: "relies",
        sql: "SELECT listing, subject, role FROM relies ORDER BY listing, subject, role",
        columns: &[LISTING, SUBJECT, column("role", Text)],
        listings: &[0],
        subject: Some(1),
        hidden: Rows::Go,
    },
    Table {
        name: "observations",
        sql: "SELECT subject, seen, status, facts FROM observation ORDER BY subject, seen, status",
        columns: &[SUBJECT, column("seen", Time), column("status", Text), tells("facts", Text)],
        listings: &[],
        subject: Some(0),
        hidden: Rows::Stay,
    },
    Table {
        name: "changes",
        sql: "SELECT listing, at, field, before, after, run FROM change ORDER BY listing, field, at",
        columns: &[
            LISTING,
            column("at", Time),
            column("field", Text),
            column("before", Text),
            column("after", Text),
            column("run", Id),
        ],
        listings: &[0],
        subject: None,
        hidden: Rows::Go,
    },
    Table {
        name: "findings",
        sql: "SELECT id, listing, rule, threat, severity, confidence, message, evidence, seen FROM finding ORDER BY id",
        columns: &[
            tells("id", Id),
            LISTING,
            column("rule", Text),
            column("threat", Text),
            column("severity", Text),
            column("confidence", Text),
            tells("message", Text),
            tells("evidence", Text),
            tells("seen", Time),
        ],
        listings: &[1],
        subject: None,
        hidden: Rows::Stay,
    },
    Table {
        name: "standings",
        sql: "SELECT listing, state, confidence, first, last, subject FROM standing ORDER BY listing",
        columns: &[
            LISTING,
            column("state", Text),
            column("confidence", Text),
            column("first", Time),
            column("last", Time),
            tells("subject", Id),
        ],
        listings: &[0],
        subject: None,
        hidden: Rows::Stay,
    },
    Table {
        name: "likenesses",
        sql: "SELECT listing, other, kind, confidence, explanation, benign FROM likeness ORDER BY listing, other",
        columns: &[
            LISTING,
            column("other", Id),
            column("kind", Text),
            column("confidence", Text),
            column("explanation", Text),
            column("benign", Text),
        ],
        listings: &[0, 1],
        subject: None,
        hidden: Rows::Go,
    },
    Table {
        name: "groups",
        sql: "SELECT id, kind, key FROM group_ ORDER BY id",
        columns: &[column("id", Id), column("kind", Text), column("registry", Text)],
        listings: &[],
        subject: None,
        hidden: Rows::Stay,
    },
    Table {
        name: "members",
        sql: "SELECT group_, listing FROM member ORDER BY group_, listing",
        columns: &[column("group", Id), LISTING],
        listings: &[1],
        subject: None,
        hidden: Rows::Go,
    },
];
