use portcullis_fetch::Root;

use crate::build::{gzip, tar, tar_entry, tar_entry_of, tar_file};
use crate::{files, is_refused, refuses, unpacked};

#[test]
fn a_package_is_read_without_the_folder_that_everything_lies_in() {
    let archive = gzip(&tar(&[
        tar_entry("package/", b'5', "", b""),
        tar_file("package/b.js", "2"),
        tar_file("package/a/c", "1"),
    ]));
    let bundle = unpacked(&archive, Root::Common).unwrap();
    assert_eq!(files(&bundle), ["a/c=1", "b.js=2"]);
    assert!(bundle.unread.is_empty() && bundle.files[0].executable && bundle.locator == "~/it");
    assert_eq!(files(&unpacked(&archive, Root::Keep).unwrap()), ["package/a/c=1", "package/b.js=2"]);
}

#[test]
fn two_first_folders_become_one_where_an_installer_makes_them_one() {
    let archive = tar(&[tar_file("package/a", "1"), tar_file("other/a", "2"), tar_file("loose", "3")]);
    assert_eq!(unpacked(&archive, Root::Common).unwrap().files.len(), 3);
    let bundle = unpacked(&archive, Root::First).unwrap();
    assert_eq!(bundle.files.len(), 1);
    refuses(&bundle, "a", "stands here twice");
    assert!(bundle.unread.iter().any(|unread| unread.left_out && unread.path == "loose"));
}

#[test]
fn what_would_land_outside_is_refused_and_the_rest_is_read() {
    for (name, why) in [
        ("../up", "leads upwards"),
        ("a/../../up", "leads upwards"),
        ("/etc/x", "absolute"),
        ("C:/x", "names a drive"),
    ] {
        let bundle = unpacked(&tar(&[tar_file(name, "x"), tar_file("ok", "1")]), Root::Keep).unwrap();
        assert_eq!(files(&bundle), ["ok=1"]);
        refuses(&bundle, name, why);
    }
}

#[test]
fn links_are_never_followed_and_only_those_that_stay_inside_are_harmless() {
    let inside = tar(&[tar_file("a/real", "1"), tar_entry("a/link", b'2', "./real", b"")]);
    let bundle = unpacked(&inside, Root::Keep).unwrap();
    assert_eq!(files(&bundle), ["a/real=1"]);
    assert!(bundle.unread[0].left_out && bundle.unread[0].reason.contains("`a/real`"), "{:?}", bundle.unread);
    for (kind, target) in [(b'2', "/etc/passwd"), (b'2', "../../x"), (b'1', "../x"), (b'2', "missing")] {
        let bundle =
            unpacked(&tar(&[tar_file("a/real", "1"), tar_entry("a/link", kind, target, b"")]), Root::Keep)
                .unwrap();
        refuses(&bundle, "a/link", "a link");
    }
    let device = tar(&[tar_file("ok", "1"), tar_entry("dev", b'3', "", b"")]);
    refuses(&unpacked(&device, Root::Keep).unwrap(), "dev", "device");
}

#[test]
fn an_entry_that_stands_twice_or_differs_in_case_only_is_noticed() {
    let bundle = unpacked(&tar(&[tar_file("a", "1"), tar_file("a", "2")]), Root::Keep).unwrap();
    assert_eq!(files(&bundle), ["a=2"]);
    refuses(&bundle, "a", "different content");
    let same = unpacked(&tar(&[tar_file("a", "1"), tar_file("a", "1")]), Root::Keep).unwrap();
    assert!(same.unread[0].left_out);
    let bundle = unpacked(&tar(&[tar_file("Index.js", "1"), tar_file("index.js", "2")]), Root::Keep).unwrap();
    assert_eq!(bundle.files.len(), 2);
    refuses(&bundle, "index.js", "differs from `Index.js` only in case");
}

#[test]
fn a_bomb_ends_with_a_clear_reason_and_what_came_before_it_is_read() {
    let zeros = vec![0_u8; 30 << 20];
    let archive = gzip(&tar(&[tar_file("ok", "1"), tar_entry("zeros", b'0', "", &zeros)]));
    assert!(archive.len() < 40_000);
    let bundle = unpacked(&archive, Root::Keep).unwrap();
    assert_eq!(files(&bundle), ["ok=1"]);
    refuses(&bundle, "it", "unpacks to more than 16 MiB");
}

#[test]
fn an_archive_that_is_cut_off_or_lies_about_a_size_is_not_clean() {
    let whole = tar(&[tar_file("a", "1"), tar_entry("b", b'0', "", &[b'x'; 2000])]);
    let bundle = unpacked(&whole[..2000], Root::Keep).unwrap();
    assert_eq!(files(&bundle), ["a=1"]);
    is_refused(&bundle, "b", "says 2000 bytes and ends after 464");
    let bundle = unpacked(&gzip(&whole)[..60], Root::Keep);
    assert!(bundle.is_err() || !bundle.unwrap().unread.is_empty());
    let liar = tar(&[tar_entry_of("a", b'0', "", b"12", 1_000_000)]);
    is_refused(&unpacked(&liar, Root::Keep).unwrap(), "a", "the archive says 1000000 bytes");
}

#[test]
fn what_follows_after_the_end_is_noticed() {
    let mut archive = tar(&[tar_file("a", "1")]);
    archive.extend(tar(&[tar_file("hidden", "2")]));
    let bundle = unpacked(&gzip(&archive), Root::Keep).unwrap();
    assert_eq!(files(&bundle), ["a=1"]);
    refuses(&bundle, "it", "after its end");
}

#[test]
fn two_headers_with_different_sizes_are_noticed() {
    let extended = tar_entry("x", b'x', "", b"13 size=1024\n");
    let hidden = [tar_file("hidden", "2"), vec![0; 512]].concat();
    let archive = tar(&[extended, tar_entry_of("a", b'0', "", &hidden, 0), tar_file("c", "3")]);
    let bundle = unpacked(&archive, Root::Keep).unwrap();
    assert!(
        bundle.unread.iter().any(|unread| unread.path == "a" && unread.reason.contains("different sizes"))
    );
}

#[test]
fn a_long_name_of_an_extended_header_is_the_name() {
    let name = format!("{}/file.js", "folder".repeat(30));
    let record = format!(" path={name}\n");
    let length = record.len() + 3;
    let archive =
        tar(&[tar_entry("x", b'x', "", format!("{length}{record}").as_bytes()), tar_file("short", "1")]);
    assert_eq!(files(&unpacked(&archive, Root::Keep).unwrap()), [format!("{name}=1")]);
}

#[test]
fn an_archive_in_an_archive_is_named_and_kept_closed() {
    let inner = tar(&[tar_file("a", "1")]);
    let archive = tar(&[tar_entry("data.bin", b'0', "", &gzip(&inner))]);
    let bundle = unpacked(&archive, Root::Keep).unwrap();
    assert_eq!(bundle.files.len(), 1);
    refuses(&bundle, "data.bin", "a gzip archive inside it is not opened");
}

#[test]
fn what_is_no_archive_is_refused_with_the_remedy() {
    for bytes in [&b""[..], b"hello", &[0; 600], &[0x1f, 0x8b, 8, 0]] {
        assert!(unpacked(bytes, Root::Keep).map_or(true, |bundle| bundle.files.is_empty()));
    }
    assert!(unpacked(b"hello", Root::Keep).unwrap_err().to_string().contains("scan the folder"));
}
