//! Programs in machine code inside a package.

use portcullis_model::{Audience, BundleFile, Severity, Span};

use crate::evidence::PackageEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Machine code in a package: executables and libraries for Linux, Windows or macOS. One that goes by the name of
    /// something else, such as a text or a picture, is told loudest; libraries under their own endings are told to auditors.
    ///
    /// ## Why it matters
    ///
    /// Nothing that reads source code sees what machine code does. To find it under a name that promises something harmless is
    /// how it is smuggled in (X18).
    ///
    /// ## Examples
    ///
    /// ```package bad
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0"}
    /// --- assets/logo.png
    /// \x7fELF machine code
    /// ```
    ///
    /// ```package good
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0"}
    /// --- assets/logo.svg
    /// <svg xmlns="http://www.w3.org/2000/svg"/>
    /// ```
    pub(crate) struct NativeBinary {
        id: "native-binary",
        summary: "a package carries machine code",
        severity: Medium,
        confidence: Certain,
        threats: [MaliciousPackage],
        entry: Package,
        remedy: "Ask where it was built from, or build it yourself.",
        references: ["CWE-829"],
        since: "0.1.0",
    }
}

/// Files of one kind that are named; the rest is counted.
const NAMED: usize = 3;
const LIBRARIES: &[&str] = &["node", "so", "dll", "dylib", "pyd", "a", "lib", "o"];
/// Endings that machine code does not go by.
const HARMLESS: &[&str] = &[
    "js", "mjs", "cjs", "ts", "py", "txt", "md", "json", "png", "jpg", "jpeg", "gif", "svg", "ico", "css", "html", "map",
    "yml", "yaml", "toml", "pdf", "woff", "woff2", "ttf", "lock", "xml", "csv",
];

impl Rule for NativeBinary {
    fn check_package(&self, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
        let mut libraries = Vec::new();
        let mut programs = Vec::new();
        for file in package.bundle.files.iter().filter(|file| is_machine_code(file)) {
            let ending = ending(&file.path);
            if HARMLESS.contains(&ending.as_str()) {
                let message = format!("`{}` is machine code under the name of something else", file.path);
                report.found(package.at(&file.path, Span::UNKNOWN), message).severity(Severity::High);
            } else if LIBRARIES.contains(&ending.as_str()) || file.path.contains(".so.") {
                libraries.push(file);
            } else {
                programs.push(file);
            }
        }
        counted(&programs, "programs", (Severity::Low, Audience::Regular), package, report);
        counted(&libraries, "libraries", (Severity::Low, Audience::Auditor), package, report);
    }
}

fn counted(
    files: &[&BundleFile],
    what: &str,
    (severity, audience): (Severity, Audience),
    package: &PackageEvidence<'_>,
    report: &mut Report<'_>,
) {
    let Some(first) = files.first() else { return };
    let mut named: Vec<String> = files.iter().take(NAMED).map(|file| format!("`{}`", file.path)).collect();
    if files.len() > NAMED {
        named.push(format!("{} more", files.len() - NAMED));
    }
    let message = format!("{what} in machine code: {}", named.join(", "));
    report.found(package.at(&first.path, Span::UNKNOWN), message).severity(severity).audience(audience);
}

fn ending(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase()
}

fn is_machine_code(file: &BundleFile) -> bool {
    let bytes = &file.bytes;
    let marks: [&[u8]; 6] = [
        b"\x7fELF",
        b"\xfe\xed\xfa\xce",
        b"\xfe\xed\xfa\xcf",
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
        b"!<arch>\n",
    ];
    marks.iter().any(|mark| bytes.starts_with(mark)) || is_windows(bytes)
}

/// `MZ`, and `PE` where the head says that it stands.
fn is_windows(bytes: &[u8]) -> bool {
    let at = bytes.get(60..64).and_then(|offset| offset.try_into().ok()).map(u32::from_le_bytes);
    let at = at.and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
    bytes.starts_with(b"MZ") && at.checked_add(4).and_then(|end| bytes.get(at..end)) == Some(b"PE\0\0")
}
