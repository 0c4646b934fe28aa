use portcullis_fetch::Root;

use crate::build::{Zipped, zip, zip_with};
use crate::{files, refuses, unpacked};

fn read(bytes: &[u8]) -> portcullis_model::Bundle {
    unpacked(bytes, Root::Keep).unwrap()
}

fn ok() -> Zipped {
    Zipped::new("ok.py", "ok")
}

#[test]
fn a_wheel_is_read_stored_packed_or_streamed() {
    let mut stored = Zipped::new("b/stored", "as it is");
    stored.method = 0;
    stored.data = b"as it is".to_vec();
    stored.mode = 0o100_755;
    let mut streamed = Zipped::new("c/streamed", "comes without sizes");
    streamed.flags = 8;
    let mut empty = Zipped::new("d/empty", "");
    empty.flags = 8;
    let bundle = read(&zip(&[ok(), stored, streamed, empty, Zipped::new("e/last", "x")]));
    let expected =
        ["b/stored=as it is", "c/streamed=comes without sizes", "d/empty=", "e/last=x", "ok.py=ok"];
    assert_eq!(files(&bundle), expected);
    assert!(bundle.unread.is_empty(), "{:?}", bundle.unread);
    assert!(bundle.files[0].executable && !bundle.files[4].executable);
}

#[test]
fn a_header_that_contradicts_the_directory_is_refused() {
    let mut name = Zipped::new("shown.py", "x");
    name.local_name = String::from("other.py");
    refuses(&read(&zip(&[ok(), name])), "shown.py", "different names");
    let mut size = Zipped::new("a.py", "xx");
    size.local_size = 1;
    refuses(&read(&zip(&[ok(), size])), "a.py", "different sizes");
}

#[test]
fn an_entry_that_lies_about_its_size_or_checksum_is_refused() {
    let mut small = Zipped::new("a.py", &"x".repeat(100_000));
    (small.size, small.local_size) = (10, 10);
    refuses(&read(&zip(&[ok(), small])), "a.py", "says 10 bytes, and it unpacks to more");
    let mut large = Zipped::new("a.py", "xx");
    (large.size, large.local_size) = (1000, 1000);
    refuses(&read(&zip(&[ok(), large])), "a.py", "says 1000 bytes, and it unpacks to 2");
    let mut sum = Zipped::new("a.py", "xx");
    sum.checksum ^= 1;
    refuses(&read(&zip(&[ok(), sum])), "a.py", "checksum");
}

#[test]
fn an_entry_that_only_one_way_of_reading_sees_is_noticed() {
    let hidden = Zipped::new("hidden.py", "evil");
    let mut bytes = hidden.local();
    let at = bytes.len();
    bytes.extend(ok().local());
    let bundle = read(&zip_with(bytes, &[(ok(), at)]));
    assert_eq!(files(&bundle), ["ok.py=ok"]);
    refuses(&bundle, "it", "belong to none of its entries");

    let mut bytes = ok().local();
    bytes.extend(hidden.local());
    refuses(&read(&zip_with(bytes, &[(ok(), 0)])), "it", "belong to none of its entries");
}

#[test]
fn entries_that_overlap_are_a_bomb() {
    let entry = Zipped::new("a", &"0".repeat(1000));
    let again = Zipped { name: String::from("a"), ..entry.clone() };
    let bundle = read(&zip_with(entry.local(), &[(entry, 0), (again, 0)]));
    assert!(bundle.unread.iter().any(|unread| unread.reason.contains("overlap")), "{:?}", bundle.unread);
}

#[test]
fn a_bomb_ends_with_a_clear_reason_and_what_came_before_it_is_read() {
    let zeros = "0".repeat(15 << 20);
    let bundle = read(&zip(&[ok(), Zipped::new("a", &zeros), Zipped::new("b", &zeros)]));
    assert_eq!(bundle.files.len(), 2);
    refuses(&bundle, "it", "unpacks to more than 16 MiB");
}

#[test]
fn an_archive_with_two_ends_or_bytes_around_it_is_refused() {
    let one = zip(&[ok()]);
    let two = [one.clone(), zip(&[Zipped::new("other", "x")])].concat();
    assert!(
        unpacked(&two, Root::Keep).unwrap_err().to_string().contains("directory is not where its end says")
    );
    let trailing = [one.clone(), b"more".to_vec()].concat();
    assert!(unpacked(&trailing, Root::Keep).unwrap_err().to_string().contains("bytes follow after its end"));
    let mut commented = one.clone();
    let length = commented.len();
    commented[length - 2..].copy_from_slice(&22_u16.to_le_bytes());
    commented.extend(&one[one.len() - 22..]);
    assert!(unpacked(&commented, Root::Keep).is_err());
}

#[test]
fn a_signature_after_a_bundle_is_left_out_and_named() {
    let signed = [zip(&[ok()]), b"MCPB_SIG_V1\x04\0\0\0abcdMCPB_SIG_END".to_vec()].concat();
    let bundle = read(&signed);
    assert_eq!(files(&bundle), ["ok.py=ok"]);
    assert!(bundle.unread.len() == 1 && bundle.unread[0].left_out, "{:?}", bundle.unread);
}

#[test]
fn what_would_land_outside_or_is_no_file_is_refused_and_the_rest_is_read() {
    for (name, why) in [("../up.py", "leads upwards"), ("/abs.py", "absolute"), ("a\\b.py", "separator")] {
        let bundle = read(&zip(&[Zipped::new(name, "x"), ok()]));
        assert_eq!(files(&bundle), ["ok.py=ok"]);
        refuses(&bundle, name, why);
    }
    let mut link = Zipped::new("link", "/etc/passwd");
    link.mode = 0o120_777;
    refuses(&read(&zip(&[link, ok()])), "link", "a link that leads out");
    let mut encrypted = Zipped::new("a", "x");
    encrypted.flags = 1;
    refuses(&read(&zip(&[encrypted, ok()])), "a", "encrypted");
    let mut odd = Zipped::new("a", "x");
    odd.method = 99;
    refuses(&read(&zip(&[odd, ok()])), "a", "method 99");
}

#[test]
fn an_archive_that_was_cut_off_anywhere_is_an_error_or_has_gaps() {
    let whole = zip(&[ok(), Zipped::new("b", "2")]);
    for length in 2..whole.len() {
        let outcome = unpacked(&whole[..length], Root::Keep);
        assert!(outcome.is_err(), "{length}");
    }
}
