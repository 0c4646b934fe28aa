//! Threads and processes write at once.

use std::sync::Arc;
use std::thread;

use portcullis_ledger::{Filter, query};

use crate::book::{Book, call, small};

#[test]
fn threads_share_a_ledger_and_no_record_is_lost_or_torn() {
    let book = Book::new();
    let ledger = Arc::new(book.open(small()));
    let ticking = {
        let ledger = Arc::clone(&ledger);
        thread::spawn(move || (0..50).for_each(|_| ledger.tick().unwrap()))
    };
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let ledger = Arc::clone(&ledger);
            thread::spawn(move || (0..100).for_each(|number| drop(ledger.append(&call(number)).unwrap())))
        })
        .collect();
    writers.into_iter().chain([ticking]).for_each(|writer| writer.join().unwrap());
    ledger.close().unwrap();
    assert_eq!(book.is_intact().records, 400);
}

#[test]
fn a_ledger_is_verified_and_read_while_many_write_it() {
    let book = Arc::new(Book::with(3));
    let writers: Vec<_> = (0..6)
        .map(|_| {
            let book = Arc::clone(&book);
            thread::spawn(move || {
                for _ in 0..3 {
                    let ledger = book.open(small());
                    (0..40).for_each(|number| drop(ledger.append(&call(number)).unwrap()));
                    ledger.close().unwrap();
                }
            })
        })
        .collect();
    while !writers.iter().all(thread::JoinHandle::is_finished) {
        let found = book.verify();
        assert!(found.is_intact(), "{found:#?}");
        assert!(query(&book.path(), Filter::default()).unwrap().all(|entry| entry.is_ok()));
    }
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    let found = book.is_intact();
    assert_eq!((found.series.len(), found.records), (19, 3 + 18 * 40));
}
