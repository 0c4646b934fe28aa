//! Code that acts as a package is installed, or whenever Python starts.

use std::collections::BTreeMap;

use portcullis_model::{Bundle, Confidence, Severity, Span};
use portcullis_source::analysis::Effect;
use portcullis_source::library::EffectKind;
use portcullis_supply::manifest;

use crate::doing::host_of;
use crate::evidence::{PackageEvidence, SourceEvidence};
use crate::flows::{line_of, place};
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// Code that runs as a package is installed (`setup.py`, its commands for installing, a build hook of Hatch, the file that an
    /// install script of npm starts) and reaches the network, starts a program that builds nothing, evaluates code or deletes
    /// files; and `.pth` files with code, which run whenever Python starts.
    ///
    /// ## Why it matters
    ///
    /// It runs with all rights of whoever installs the package, before anybody has used it, and no sandbox for servers is up
    /// (X18).
    ///
    /// ## Examples
    ///
    /// ```package bad
    /// --- setup.py
    /// import urllib.request
    /// from setuptools import setup
    ///
    /// urllib.request.urlopen("https://count.example.net/install").read()
    /// setup(name="some-mcp", version="1.0")
    /// ```
    ///
    /// ```package bad
    /// --- setup.py
    /// import os
    /// from setuptools import setup
    /// from setuptools.command.install import install
    ///
    /// class Install(install):
    ///     def run(self):
    ///         install.run(self)
    ///         os.system("sh ./after.sh")
    ///
    /// setup(name="some-mcp", version="1.0", cmdclass={"install": Install})
    /// ```
    ///
    /// ```package bad
    /// --- start.pth
    /// import some_mcp_start
    /// ```
    ///
    /// ```package good
    /// --- setup.py
    /// from setuptools import find_packages, setup
    ///
    /// with open("README.md") as readme:
    ///     setup(name="some-mcp", version="1.0", packages=find_packages(), long_description=readme.read())
    /// --- some_mcp.pth
    /// ./src
    /// ```
    pub(crate) struct InstallEffect {
        id: "install-effect",
        summary: "code of the package acts as it is installed or whenever Python starts",
        severity: Medium,
        confidence: High,
        threats: [MaliciousPackage, InstallerSpoofing],
        entry: Source,
        remedy: "Read the code; install from a wheel, or with `--ignore-scripts`, where it is not needed.",
        references: ["CWE-829", "CWE-506"],
        since: "0.1.0",
    }
}

/// Programs that build, and that say which version is built.
const BUILDERS: &[&str] = &[
    "git", "hg", "make", "cmake", "ninja", "cc", "gcc", "g++", "clang", "cl", "rustc", "cargo", "go", "tsc", "node-gyp", "pkg-config",
    "swig", "protoc", "cython", "meson", "uname",
];
/// What a command for installing does that installing needs not.
const ACTS: &[&str] = &[
    "os.system(", "os.popen(", "subprocess.", "urlopen(", "urlretrieve(", "requests.", "httpx.", "socket.", "exec(", "eval(",
    "__import__(", "b64decode(",
];
/// Findings of each kind that are told.
const TOLD: usize = 5;

impl Rule for InstallEffect {
    fn check_source(&self, source: &SourceEvidence<'_>, report: &mut Report<'_>) {
        let installers = installers(source.bundle);
        let acts = source.analysis.on_load.iter().filter_map(|effect| {
            let when = installers.get(effect.spot.path.as_str())?;
            Some((effect, when, weight(effect)?))
        });
        for (effect, when, (what, severity)) in acts.take(TOLD) {
            let with = effect.detail.as_deref().map(|detail| format!(" (`{detail}`)")).unwrap_or_default();
            report
                .found(place(&effect.spot), format!("{when}, `{}` {what}{with}", effect.spot.path))
                .evidence(line_of(source, &effect.spot).unwrap_or_default())
                .severity(severity);
        }
        let package = PackageEvidence { bundle: source.bundle, manifests: &[] };
        if let Some(text) = source.bundle.file("setup.py").and_then(|file| file.text()) {
            commands(text, &package, report);
        }
        for file in source.bundle.files.iter().filter(|file| file.path.ends_with(".pth")) {
            let Some((span, line)) = file.text().and_then(|text| lines(text).find(|(_, line)| is_code(line))) else { continue };
            report
                .found(package.at(&file.path, span), format!("`{}` runs code whenever Python starts", file.path))
                .evidence(line.chars().take(240).collect::<String>())
                .severity(Severity::High);
        }
    }
}

/// The files that run as the package is installed, and when.
fn installers(bundle: &Bundle) -> BTreeMap<&str, &'static str> {
    let mut installers = BTreeMap::new();
    let text = |path: &str| bundle.file(path).and_then(|file| file.text());
    if let Some(file) = bundle.file("setup.py") {
        installers.insert(file.path.as_str(), "as the package is built or installed");
    }
    if text("pyproject.toml").is_some_and(|text| text.contains("hooks.custom"))
        && let Some(file) = bundle.file("hatch_build.py")
    {
        installers.insert(file.path.as_str(), "as the package is built or installed");
    }
    let manifest = text("package.json").and_then(|text| manifest::read("package.json", text));
    let scripts = manifest.iter().flat_map(|manifest| &manifest.scripts).filter(|script| script.is_at_install);
    for word in scripts.flat_map(|script| script.command.text.split([' ', ';', '&', '|'])) {
        let word = word.trim_start_matches("./").trim_matches(['"', '\'']);
        let file = ["", ".js", ".mjs", ".cjs", "/index.js"].iter().find_map(|ending| bundle.file(&format!("{word}{ending}")));
        if let Some(file) = file.filter(|_| !word.is_empty()) {
            installers.insert(file.path.as_str(), "as the package is installed");
        }
    }
    installers
}

/// How much an effect weighs at installation; none for what installing is.
fn weight(effect: &Effect) -> Option<(&'static str, Severity)> {
    match effect.kind {
        EffectKind::Network => {
            let host = effect.address.as_ref().and_then(|address| host_of(&address.text)).or(effect.detail.as_deref());
            host.map(|_| ("reaches the network", Severity::High))
        }
        EffectKind::Process => {
            let program = effect.detail.as_deref()?.split_whitespace().next()?;
            let name = program.rsplit(['/', '\\']).next().unwrap_or(program).trim_end_matches(".exe");
            (!BUILDERS.contains(&name)).then_some(("starts a program", Severity::Medium))
        }
        EffectKind::Evaluate if ["exec", "eval"].contains(&effect.function.as_str()) => {
            effect.detail.is_none().then_some(("evaluates code", Severity::Low))
        }
        _ => None,
    }
}

fn lines(text: &str) -> impl Iterator<Item = (Span, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((Span::new(start, start + line.trim_end().len()), line.trim_end()))
    })
}

/// A line of a `.pth` file that Python executes.
fn is_code(line: &str) -> bool {
    line.starts_with("import ") || line.starts_with("import\t")
}

/// What the commands do that `setup.py` puts in the place of those of setuptools: they run later than the file itself.
fn commands(text: &str, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
    if !text.contains("cmdclass") {
        return;
    }
    let mut depth: Option<usize> = None;
    let mut told = 0;
    for (span, line) in lines(text) {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        if depth.is_some_and(|outer| indent <= outer) {
            depth = None;
        }
        if body.starts_with("def run(") {
            depth = Some(indent);
        } else if depth.is_some()
            && told < TOLD
            && let Some(act) = ACTS.iter().find(|act| body.contains(**act))
            && !BUILDERS.iter().any(|builder| body.contains(&format!("\"{builder}\"")) || body.contains(&format!("'{builder}'")))
        {
            told += 1;
            let message = format!("a command of `setup.py` that runs as the package is installed uses `{}`", act.trim_end_matches(['(', '.']));
            report.found(package.at("setup.py", span), message).evidence(body).confidence(Confidence::Medium);
        }
    }
}
