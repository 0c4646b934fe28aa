//! Streams of documents: JSON Lines, whole documents, and what lies between.

#![allow(clippy::indexing_slicing, clippy::unwrap_used)] // a test may panic

use std::io::{BufReader, Read};

use portcullis_wire::documents::{Documents, Lines, Piece, Shape};

fn pieces(bytes: &[u8]) -> (Shape, Vec<Piece>) {
    // A tiny buffer: nothing may depend on how much a read returns.
    let documents = Documents::open(BufReader::with_capacity(3, bytes), 1000).unwrap();
    (documents.shape(), documents.map(Result::unwrap).collect())
}

fn texts(pieces: &[Piece]) -> Vec<&str> {
    pieces.iter().map(|piece| std::str::from_utf8(piece.bytes.as_ref().unwrap()).unwrap()).collect()
}

#[test]
fn lines_know_their_number_and_offset() {
    let found: Vec<_> = Lines::new(&b"{}\r\n\n  \r\n[1]\n2"[..], 10).map(Result::unwrap).collect();
    assert_eq!(texts(&found), ["{}", "[1]", "2"]);
    let places: Vec<_> = found.iter().map(|piece| (piece.line, piece.offset)).collect();
    assert_eq!(places, [(1, 0), (4, 9), (5, 13)]);
}

#[test]
fn a_line_beyond_the_cap_is_reported_and_the_next_one_is_read() {
    let found: Vec<_> = Lines::new(&b"12345678901\n1\n1234567890\n"[..], 10).map(Result::unwrap).collect();
    assert_eq!(found[0].bytes.as_ref().unwrap_err().message, "line is longer than 10 bytes; split it");
    assert_eq!((found[1].line, found[1].offset), (2, 12));
    assert_eq!(texts(&found[1..]), ["1", "1234567890"]);
}

#[test]
fn an_endless_line_takes_no_more_memory_than_the_cap() {
    let endless = std::io::repeat(b'[').take(50 << 20);
    let found: Vec<_> = Documents::open(BufReader::new(endless), 1000).unwrap().map(Result::unwrap).collect();
    assert_eq!(found.len(), 1);
    assert!(found[0].bytes.is_err());
}

#[test]
fn json_lines_are_told_from_one_document() {
    for (text, shape, count) in [
        ("{\"a\":1}\n{\"b\":2}\n", Shape::Lines, 2),
        ("{\"a\":1}", Shape::Lines, 1),
        ("\n\n{\"a\":1}\n\n{\"b\":2}", Shape::Lines, 2),
        ("{\n  \"a\": 1\n}\n", Shape::Whole, 1),
        ("[\n{\"a\":1},\n{\"b\":2}\n]", Shape::Whole, 1),
        ("[\n{}\n]\n", Shape::Whole, 1),
        ("// comment\n{\"a\":1}\n", Shape::Whole, 1),
        ("\u{feff}{\n\"a\":1}\n", Shape::Whole, 1),
        ("broken\n{\"a\":1}\n{\"b\":1}\n", Shape::Lines, 3),
        ("{\"cut\":[\n{\"a\":1}\n{\"b\":1}\n", Shape::Lines, 3),
        ("{\"cut\":[\n{\"a\":1}\n", Shape::Lines, 2),
        ("", Shape::Lines, 0),
        (" \n\n", Shape::Lines, 0),
    ] {
        let (found, pieces) = pieces(text.as_bytes());
        assert_eq!((found, pieces.len()), (shape, count), "{text:?}");
        if shape == Shape::Whole {
            assert_eq!(texts(&pieces), [text.trim_start_matches('\u{feff}')]);
        }
    }
}

#[test]
fn a_stream_in_utf_16_is_decoded() {
    let text = "\u{feff}{\"a\":\"ü\"}\r\n{\"b\":2}\r\n";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(texts(&pieces(&bytes).1), ["{\"a\":\"ü\"}", "{\"b\":2}"]);
    assert_eq!(texts(&pieces(&bytes[2..]).1).len(), 2);
    assert!(Documents::open(&bytes[..], 10).is_err());
}

#[test]
fn broken_lines_of_a_stream_that_is_named_as_lines_do_not_make_a_document_of_it() {
    let shapes = |text: &str| {
        let documents = Documents::open_lines(text.as_bytes(), 1000).unwrap();
        (documents.shape(), documents.count())
    };
    assert_eq!(shapes("{\"a\":[\n{\"b\"\n{\"c\":1}\n"), (Shape::Lines, 3));
    assert_eq!(shapes("{\n\"a\":1\n}\n"), (Shape::Whole, 1));
    assert_eq!(shapes(""), (Shape::Lines, 0));
}
