//! Whatever a manifest says: every place lies inside the file. The first byte chooses the kind of file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_supply::manifest;

const NAMES: [&str; 11] = [
    "package.json",
    "package-lock.json",
    "pyproject.toml",
    "METADATA",
    "setup.cfg",
    "entry_points.txt",
    "uv.lock",
    "poetry.lock",
    "manifest.json",
    "server.json",
    "requirements.txt",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let Some(manifest) = manifest::read(name, text) else { return };
    for dependency in &manifest.dependencies {
        assert!(text.get(dependency.span.start..dependency.span.end).is_some());
    }
    let stated = [&manifest.name, &manifest.version, &manifest.repository];
    for stated in stated.into_iter().flatten() {
        assert!(text.get(stated.span.start..stated.span.end).is_some());
    }
});
