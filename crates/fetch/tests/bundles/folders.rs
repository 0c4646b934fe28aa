use std::fs;
use std::path::Path;

use portcullis_fetch::{Limits, read_folder};
use portcullis_model::Bundle;

use crate::{files, refuses};

fn write(folder: &Path, path: &str, content: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn read(folder: &Path) -> Bundle {
    read_folder(folder, "~/server", &Limits::default()).unwrap()
}

#[test]
fn a_folder_is_read_in_order_and_what_nobody_wrote_is_named_as_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["src/b.py", "src/a.py", "README.md", ".vscode/tasks.json"];
    paths.iter().for_each(|path| write(folder.path(), path, "x"));
    let left = [
        ".git/config",
        "node_modules/a/index.js",
        "env/pyvenv.cfg",
        "lib/site-packages/a.py",
        "src/__pycache__/a",
    ];
    left.iter().for_each(|path| write(folder.path(), path, "x"));
    let bundle = read(folder.path());
    assert_eq!(files(&bundle), [".vscode/tasks.json=x", "README.md=x", "src/a.py=x", "src/b.py=x"]);
    let unread: Vec<&str> = bundle.unread.iter().map(|unread| unread.path.as_str()).collect();
    assert_eq!(unread, [".git/", "env/", "lib/site-packages/", "node_modules/", "src/__pycache__/"]);
    assert!(bundle.unread.iter().all(|unread| unread.left_out && !unread.reason.is_empty()));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_whether_out_of_the_folder_or_in_a_circle() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "secret", "x");
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a/b.py", "1");
    symlink(folder.path(), folder.path().join("a/circle")).unwrap();
    let bundle = read(folder.path());
    assert_eq!(files(&bundle), ["a/b.py=1"]);
    assert!(bundle.unread[0].left_out, "{:?}", bundle.unread);
    symlink(outside.path().join("secret"), folder.path().join("a/out")).unwrap();
    refuses(&read(folder.path()), "a/out", "leads out of the folder");
    fs::remove_file(folder.path().join("a/out")).unwrap();
    symlink("nowhere", folder.path().join("a/dead")).unwrap();
    symlink("itself", folder.path().join("a/itself")).unwrap();
    let bundle = read(folder.path());
    assert!(
        bundle.unread.len() == 3 && bundle.unread.iter().all(|unread| unread.left_out),
        "{:?}",
        bundle.unread
    );
}

#[test]
fn what_is_too_large_too_deep_or_too_much_is_named() {
    let folder = tempfile::tempdir().unwrap();
    ["a.py", "b/c/d.py", "e.py"].iter().for_each(|path| write(folder.path(), path, "12345"));
    let with = |limits: Limits| read_folder(folder.path(), "it", &limits).unwrap();
    let bundle = with(Limits { depth: 1, ..Limits::default() });
    refuses(&bundle, "b/c", "1 folders deep");
    assert_eq!(bundle.files.len(), 2);
    refuses(&with(Limits { entries: 4, ..Limits::default() }), ".", "more than 4 entries");
    let bundle = with(Limits { total: 12, ..Limits::default() });
    refuses(&bundle, "e.py", "all files together are larger than 12 bytes");
    assert_eq!(with(Limits { file: 4, ..Limits::default() }).files.len(), 0);
    // A picture or a model is no source, however large.
    write(folder.path(), "weights.bin", &"0".repeat(100));
    let bundle = with(Limits { file: 50, ..Limits::default() });
    assert!(bundle.unread[0].path == "weights.bin" && bundle.unread[0].left_out, "{:?}", bundle.unread);
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    assert!(read_folder(Path::new("/nonexistent/folder"), "it", &Limits::default()).is_err());
}
