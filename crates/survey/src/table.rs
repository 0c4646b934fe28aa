//! What a survey keeps. Ids are made from what they stand for ([`listing_id`], [`subject_id`]): every row can be written
//! twice without harm, and rows can be spread over machines by them.
//!
//! | table | one row is |
//! |---|---|
//! | source | one file or crawl that was read: when, what it held, how much of it was understood |
//! | rejected | a record that was not understood, and why |
//! | listing | one name in one registry, as it was seen last; `server` is the canonical server that it lists |
//! | package, remote, tool | what a listing declares |
//! | leak | a secret that a listing tells everybody: its kind, its length and last four characters, never the secret |
//! | key | a hashed key of a listing: equal values mean equal things ([`KeyKind`]) |
//! | subject | something that somebody owns; `relies` says which listing relies on it, in which role |
//! | observation | what was seen of a subject at one time; `facts` is a JSON object of texts |
//! | change | a field of a listing that changed, and when |
//! | finding, group_, member | what the analysis found, and which listings belong together |
//! | likeness | a name that can be taken for that of another listing, and what speaks for it |
//! | standing | where the link of a listing stands, as the analysis concluded |
//! | inspected, inspection | a package that was looked at, by its key, and what was found in it |
//! | uninspected | a package that could not be had, and why |
//! | fetch_round | one run that fetched packages: what it was allowed, and what it came to |
//! | counted | how much of something a registry held at one time, as somebody else counted it |
//! | run | one analysis: when, and what it came to |
//! | known, found, stood | listings, findings and states of links with the runs between which they were there; 0 has not ended |
//!
//! Times are seconds since 1970. A text that was cut because nobody has names that long ends in `…`.

mod bounds;
pub(crate) mod finding;
mod observe;
mod read;
mod rows;
mod runs;
mod source;
mod write;

use portcullis_model::listing::Subject;
use portcullis_store::{Migration, Store, Transaction, id_of};

use crate::SurveyError;

pub use bounds::{Bounded, Leak, bounded};
pub use observe::{Change, Count, history, write_changes, write_counts, write_observations};
pub use read::{Stored, listings};
use runs::RUNS;
pub use runs::{Run, keep_run, runs};
pub use source::{Rejected, Source, write_source};
pub(crate) use write::digest_of;
pub use write::{Spoken, Writer, Written};

/// The tables.
pub const TABLES: &[Migration] = &[
    Migration { of: "survey", version: 1, statements: VERSION_1 },
    Migration { of: "survey", version: 2, statements: RUNS },
    Migration { of: "survey", version: 3, statements: COUNTED },
    Migration { of: "survey", version: 4, statements: INSPECTED },
    Migration { of: "survey", version: 5, statements: FETCHED },
];

const INSPECTED: &str = "
    CREATE TABLE inspected (
        package BIGINT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        version TEXT,
        digest TEXT NOT NULL,
        at BIGINT NOT NULL,
        missing BIGINT NOT NULL
    );
    CREATE TABLE inspection (
        package BIGINT NOT NULL,
        id BIGINT NOT NULL,
        rule TEXT NOT NULL,
        severity TEXT NOT NULL,
        confidence TEXT NOT NULL,
        threat TEXT NOT NULL,
        message TEXT NOT NULL,
        evidence TEXT,
        PRIMARY KEY (package, id)
    ) CLUSTERED
";

const FETCHED: &str = "
    ALTER TABLE inspected ADD COLUMN advised BIGINT NOT NULL DEFAULT 0;
    CREATE TABLE uninspected (
        package BIGINT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        version TEXT,
        at BIGINT NOT NULL,
        why TEXT NOT NULL,
        reason TEXT NOT NULL
    );
    CREATE TABLE fetch_round (
        at BIGINT NOT NULL PRIMARY KEY,
        packages BIGINT NOT NULL,
        megabytes BIGINT NOT NULL,
        minutes BIGINT NOT NULL,
        looked_at BIGINT NOT NULL,
        known BIGINT NOT NULL,
        failed BIGINT NOT NULL,
        left_out BIGINT NOT NULL,
        bytes BIGINT NOT NULL,
        ended TEXT NOT NULL
    )
";

const COUNTED: &str = "
    CREATE TABLE counted (
        registry TEXT NOT NULL,
        what TEXT NOT NULL,
        at BIGINT NOT NULL,
        number BIGINT NOT NULL,
        PRIMARY KEY (registry, what, at)
    ) CLUSTERED
";

const VERSION_1: &str = "
    CREATE TABLE source (
        id BIGINT NOT NULL PRIMARY KEY,
        registry TEXT NOT NULL,
        locator TEXT NOT NULL,
        fetched BIGINT NOT NULL,
        digest TEXT NOT NULL,
        records BIGINT NOT NULL,
        kept BIGINT NOT NULL,
        rejected BIGINT NOT NULL
    );
    CREATE TABLE rejected (
        source BIGINT NOT NULL,
        position BIGINT NOT NULL,
        reason TEXT NOT NULL,
        excerpt TEXT NOT NULL,
        PRIMARY KEY (source, position, reason)
    ) CLUSTERED;
    CREATE TABLE listing (
        id BIGINT NOT NULL PRIMARY KEY,
        registry TEXT NOT NULL,
        name TEXT NOT NULL,
        source BIGINT NOT NULL,
        first_seen BIGINT NOT NULL,
        last_seen BIGINT NOT NULL,
        published BIGINT,
        updated BIGINT,
        status TEXT,
        version TEXT,
        reach BIGINT,
        language TEXT,
        publisher TEXT,
        page TEXT,
        title TEXT,
        description TEXT,
        repository TEXT,
        repository_id TEXT,
        subfolder TEXT,
        config TEXT,
        digest BIGINT NOT NULL,
        server BIGINT NOT NULL
    );
    CREATE TABLE package (
        listing BIGINT NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        version TEXT,
        digest TEXT,
        PRIMARY KEY (listing, kind, name)
    ) CLUSTERED;
    CREATE TABLE remote (
        listing BIGINT NOT NULL,
        address TEXT NOT NULL,
        host TEXT NOT NULL,
        PRIMARY KEY (listing, address)
    ) CLUSTERED;
    CREATE TABLE tool (
        listing BIGINT NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (listing, name)
    ) CLUSTERED;
    CREATE TABLE leak (
        listing BIGINT NOT NULL,
        field TEXT NOT NULL,
        kind TEXT NOT NULL,
        shown TEXT NOT NULL,
        confidence TEXT NOT NULL,
        PRIMARY KEY (listing, field, kind, shown)
    ) CLUSTERED;
    CREATE TABLE key_kind (
        id BIGINT NOT NULL PRIMARY KEY,
        word TEXT NOT NULL
    );
    CREATE TABLE key (
        listing BIGINT NOT NULL,
        kind BIGINT NOT NULL,
        value BIGINT NOT NULL,
        PRIMARY KEY (listing, kind, value)
    ) CLUSTERED;
    CREATE TABLE subject (
        id BIGINT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        text TEXT NOT NULL
    );
    CREATE TABLE relies (
        listing BIGINT NOT NULL,
        subject BIGINT NOT NULL,
        role TEXT NOT NULL,
        PRIMARY KEY (listing, subject, role)
    ) CLUSTERED;
    CREATE TABLE observation (
        subject BIGINT NOT NULL,
        seen BIGINT NOT NULL,
        status TEXT NOT NULL,
        facts TEXT NOT NULL,
        PRIMARY KEY (subject, seen, status)
    ) CLUSTERED;
    CREATE TABLE change (
        listing BIGINT NOT NULL,
        at BIGINT NOT NULL,
        field TEXT NOT NULL,
        before TEXT,
        after TEXT,
        PRIMARY KEY (listing, field, at)
    ) CLUSTERED;
    CREATE TABLE finding (
        id BIGINT NOT NULL PRIMARY KEY,
        listing BIGINT NOT NULL,
        rule TEXT NOT NULL,
        severity TEXT NOT NULL,
        confidence TEXT NOT NULL,
        threat TEXT NOT NULL,
        message TEXT NOT NULL,
        evidence TEXT,
        seen BIGINT NOT NULL
    );
    CREATE TABLE likeness (
        listing BIGINT NOT NULL,
        other BIGINT NOT NULL,
        kind TEXT NOT NULL,
        confidence TEXT NOT NULL,
        explanation TEXT NOT NULL,
        benign TEXT,
        PRIMARY KEY (listing, other)
    ) CLUSTERED;
    CREATE TABLE standing (
        listing BIGINT NOT NULL PRIMARY KEY,
        subject BIGINT NOT NULL,
        state TEXT NOT NULL,
        confidence TEXT NOT NULL,
        first BIGINT NOT NULL,
        last BIGINT NOT NULL
    );
    CREATE TABLE group_ (
        id BIGINT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        key TEXT NOT NULL
    );
    CREATE TABLE member (
        group_ BIGINT NOT NULL,
        listing BIGINT NOT NULL,
        PRIMARY KEY (group_, listing)
    ) CLUSTERED
";

/// Indexes that questions need and bulk writing does not: made after it, once for all rows, by sorting.
const INDEXES: &[&str] = &[
    "CREATE INDEX IF NOT EXISTS key_value ON key (kind, value, listing)",
    "CREATE INDEX IF NOT EXISTS relies_subject ON relies (subject, role)",
    "CREATE INDEX IF NOT EXISTS listing_registry ON listing (registry, name)",
    "CREATE INDEX IF NOT EXISTS subject_kind ON subject (kind, text)",
    "CREATE INDEX IF NOT EXISTS finding_rule ON finding (rule, listing)",
    "CREATE INDEX IF NOT EXISTS listing_server ON listing (server)",
    "ANALYZE",
];

/// The index of servers, made anew when they are known: before that all listings have one, and SQLite, whose connections read
/// the statistics again when they meet a new index only, would rather read all listings than look one up. The question comes
/// first because a connection that was asked nothing since does not know which indexes there are.
const SERVERS: &[&str] = &[
    "SELECT id FROM listing LIMIT 1",
    "DROP INDEX IF EXISTS listing_server",
    "CREATE INDEX listing_server ON listing (server)",
    "ANALYZE listing",
];

/// Opens a store and brings the survey's tables up to date.
///
/// # Errors
/// As [`Store::open`].
pub async fn open(address: &str) -> Result<Store, SurveyError> {
    let store = Store::open(address).await?;
    store.migrate(TABLES).await?;
    let mut transaction = store.begin().await?;
    for kind in KeyKind::ALL {
        let row = [kind.code().into(), kind.as_str().into()];
        let sql = "INSERT INTO key_kind (id, word) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        transaction.execute(sql, &row).await?;
    }
    transaction.commit().await?;
    Ok(store)
}

/// Makes the indexes that an analysis needs. Call it after collecting; it does nothing when they are there.
///
/// # Errors
/// The store failed.
pub async fn index(store: &Store) -> Result<(), SurveyError> {
    for statement in INDEXES {
        store.execute(*statement, &[]).await?;
    }
    Ok(())
}

/// Tells the store how many servers there are. Call it when they were found out.
pub(crate) async fn index_servers(transaction: &mut Transaction) -> Result<(), SurveyError> {
    for statement in SERVERS {
        transaction.query(*statement, &[]).await?;
    }
    Ok(())
}

/// The id of a listing.
#[must_use]
pub fn listing_id(registry: &str, name: &str) -> i64 {
    id_of(&["listing", registry, name])
}

/// The id of a subject, by its spelling.
#[must_use]
pub fn subject_id(subject: &Subject) -> i64 {
    id_of(&["subject", &subject.to_string()])
}

/// The word for the kind of a subject in the table `subject`.
#[must_use]
pub fn subject_kind(subject: &Subject) -> &str {
    match subject {
        Subject::Account(_) => "account",
        Subject::Link(_) => "link",
        Subject::Npm(_) => "npm",
        Subject::Pypi(_) => "pypi",
        Subject::Package(kind, _) => kind,
        Subject::Domain(_) => "domain",
        Subject::Other(_) => "other",
    }
}

/// What two listings share when a key of this kind has the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// The forge's immutable id of the repository.
    RepositoryId,
    /// The repository without its subfolder.
    Repository,
    /// The folder in a repository; only where one is named.
    Subfolder,
    /// The account or group that owns the repository.
    Owner,
    /// A package.
    Package,
    /// The address of a remote server.
    Remote,
    /// The host of a remote server.
    Host,
    /// The registry's part of the name: who published it.
    Scope,
    /// The words of the name that are left without affixes, sorted.
    Order,
    /// The same in their order, without delimiters.
    Core,
    /// The whole name without delimiters.
    Joined,
    /// The name with characters that look alike made equal.
    Skeleton,
    /// The core with one character left out, or with none: two names at edit distance one share a value.
    Near,
    /// The name of a tool.
    Tool,
}

impl KeyKind {
    /// Every kind.
    pub const ALL: &'static [KeyKind] = &[
        KeyKind::RepositoryId,
        KeyKind::Repository,
        KeyKind::Subfolder,
        KeyKind::Owner,
        KeyKind::Package,
        KeyKind::Remote,
        KeyKind::Host,
        KeyKind::Scope,
        KeyKind::Order,
        KeyKind::Core,
        KeyKind::Joined,
        KeyKind::Skeleton,
        KeyKind::Near,
        KeyKind::Tool,
    ];

    /// The number in the column `kind` of `key`, and the word beside it in `key_kind`. Numbers are never given anew.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            KeyKind::RepositoryId => 1,
            KeyKind::Repository => 2,
            KeyKind::Subfolder => 3,
            KeyKind::Owner => 4,
            KeyKind::Package => 5,
            KeyKind::Remote => 6,
            KeyKind::Host => 7,
            KeyKind::Scope => 8,
            KeyKind::Order => 9,
            KeyKind::Core => 10,
            KeyKind::Joined => 11,
            KeyKind::Skeleton => 12,
            KeyKind::Near => 13,
            KeyKind::Tool => 14,
        }
    }

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            KeyKind::RepositoryId => "repository-id",
            KeyKind::Repository => "repository",
            KeyKind::Subfolder => "subfolder",
            KeyKind::Owner => "owner",
            KeyKind::Package => "package",
            KeyKind::Remote => "remote",
            KeyKind::Host => "host",
            KeyKind::Scope => "scope",
            KeyKind::Order => "order",
            KeyKind::Core => "core",
            KeyKind::Joined => "joined",
            KeyKind::Skeleton => "skeleton",
            KeyKind::Near => "near",
            KeyKind::Tool => "tool",
        }
    }

    /// The value of a key: equal for equal texts of this kind.
    #[must_use]
    pub fn value(self, text: &str) -> i64 {
        id_of(&[self.as_str(), text])
    }
}
