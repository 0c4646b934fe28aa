//! Tables, rows and errors.

use portcullis_store::{Batch, Cell, Column, Conflict, Migration, Store, StoreError};

use super::on_both;

const TABLES: &[Migration] = &[Migration {
    of: "test",
    version: 1,
    statements: "CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, name TEXT, share DOUBLE PRECISION);
                 CREATE TABLE pair (one BIGINT NOT NULL, other TEXT NOT NULL, PRIMARY KEY (one, other)) CLUSTERED",
}];

const THING: &[(&str, Column)] = &[("id", Column::Integer), ("name", Column::Text), ("share", Column::Real)];

#[test]
fn rows_are_written_in_bulk_and_read_back() {
    on_both("rows", |store, _| async move {
        store.migrate(TABLES).await.unwrap();
        store.migrate(TABLES).await.unwrap();
        let mut batch = Batch::new("thing", THING, Conflict::Keep);
        for id in 0..25_000_i64 {
            let name = (id % 2 == 0).then(|| format!("name {id}"));
            batch.push([id.into(), name.into(), (id as f64 / 2.0).into()]).unwrap();
        }
        let mut transaction = store.begin().await.unwrap();
        assert_eq!(transaction.write(&mut batch).await.unwrap(), 25_000);
        transaction.commit().await.unwrap();
        let rows = store
            .query("SELECT id, name, share FROM thing WHERE id >= $1 ORDER BY id", &[24_998.into()])
            .await;
        let rows = rows.unwrap();
        assert_eq!((rows[0].integer(0), rows[0].text(1), rows[0].real(2)), (24_998, "name 24998", 12_499.0));
        assert_eq!(rows[1].some_text(1), None);
        assert_eq!(store.number("SELECT COUNT(*) FROM thing WHERE name IS NULL", &[]).await.unwrap(), 12_500);
    });
}

#[test]
fn a_row_that_is_there_is_kept_or_replaced() {
    on_both("conflicts", |store, _| async move {
        store.migrate(TABLES).await.unwrap();
        let name = async |id: i64| {
            let rows = store.query("SELECT name FROM thing WHERE id = $1", &[id.into()]).await.unwrap();
            rows[0].text(0).to_owned()
        };
        for (conflict, names, expected) in [
            (Conflict::Keep, ["first", "second"], "first"),
            (Conflict::Keep, ["third", "third"], "first"),
            // Of equal keys in one batch the last row holds.
            (Conflict::Replace(1), ["fourth", "fifth"], "fifth"),
        ] {
            let mut batch = Batch::new("thing", THING, conflict);
            for name in names {
                batch.push([7.into(), name.into(), Cell::Null]).unwrap();
            }
            let mut transaction = store.begin().await.unwrap();
            transaction.write(&mut batch).await.unwrap();
            transaction.commit().await.unwrap();
            assert_eq!(name(7).await, expected);
        }
    });
}

#[test]
fn what_is_not_committed_is_taken_back() {
    on_both("taken_back", |store, _| async move {
        store.migrate(TABLES).await.unwrap();
        let mut transaction = store.begin().await.unwrap();
        transaction
            .execute("INSERT INTO pair (one, other) VALUES ($1, $2)", &[1.into(), "x".into()])
            .await
            .unwrap();
        drop(transaction);
        assert_eq!(store.number("SELECT COUNT(*) FROM pair", &[]).await.unwrap(), 0);
    });
}

#[test]
fn texts_that_a_database_could_not_hold_are_kept_readable_and_sort_by_bytes() {
    on_both("texts", |store, _| async move {
        store.migrate(TABLES).await.unwrap();
        for (one, other) in [(1_i64, "b\0c"), (2, "B"), (3, "a"), (4, "ä")] {
            let row = [one.into(), other.into()];
            store.execute("INSERT INTO pair (one, other) VALUES ($1, $2)", &row).await.unwrap();
        }
        let rows = store.query("SELECT other FROM pair ORDER BY other", &[]).await.unwrap();
        let texts: Vec<&str> = rows.iter().map(|row| row.text(0)).collect();
        assert_eq!(texts, ["B", "a", "b\u{fffd}c", "ä"]);
    });
}

#[test]
fn a_newer_store_is_not_touched() {
    on_both("newer", |store, _| async move {
        let newer = Migration { of: "test", version: 2, statements: "CREATE TABLE later (id BIGINT)" };
        store.migrate(&[TABLES[0], newer]).await.unwrap();
        let error = store.migrate(TABLES).await.unwrap_err();
        assert!(matches!(error, StoreError::Newer { of: "test", found: 2 }), "{error}");
    });
}

#[test]
fn no_message_holds_a_password() {
    on_both("messages", |store, address| async move {
        assert!(!store.shown().contains("hunter2") && !format!("{store:?}").contains("hunter2"));
        let error = store.query("SELECT nothing FROM nowhere", &[]).await.unwrap_err().to_string();
        assert!(error.contains("SELECT nothing FROM nowhere") && !error.contains("hunter2"), "{error}");
        if let Some((start, _)) = address.rsplit_once('/').filter(|_| address.contains("://")) {
            let error = Store::open(&format!("{start}/no_such_database")).await.unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let error =
            Store::open(&format!("postgres://me:hunter2@127.0.0.1:{port}/x")).await.unwrap_err().to_string();
        assert!(error.contains("me@127.0.0.1") && !error.contains("hunter2"), "{error}");
    });
}

#[test]
fn a_file_that_is_no_store_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "these are notes, and no database at all ".repeat(200)).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let error = runtime.block_on(Store::open(&file.display().to_string())).unwrap_err().to_string();
    assert!(error.contains("notes.txt") && error.contains("no SQLite database"), "{error}");
    let missing = folder.path().join("no/such/folder/x.db");
    let error = runtime.block_on(Store::open(&missing.display().to_string())).unwrap_err().to_string();
    assert!(error.contains("does its folder exist"), "{error}");
}
