//! Files of a repository that make ordinary tools run code.

use portcullis_model::{BundleFile, Confidence, Severity, Span};

use crate::evidence::PackageEvidence;
use crate::report::Report;
use crate::rule::Rule;
use crate::rules::launch::pipe_to_shell::download_and_run;

declare_rule! {
    /// ## What it finds
    ///
    /// Hooks and settings of Git inside a package or archive (`.git/hooks`, `core.fsmonitor`, `core.sshCommand` and their like, in an
    /// embedded bare repository too), hooks for contributors that download and run a script, settings of npm and Yarn that choose
    /// the shell, preload code, or switch the checking of certificates off, and settings of an editor that name a program of the
    /// repository itself.
    ///
    /// ## Why it matters
    ///
    /// The code of a package can be clean while its repository is not: who unpacks, clones or opens it runs these by doing what
    /// they always do (X17). What agents and editors run is told by `command-on-event`.
    ///
    /// ## Examples
    ///
    /// ```package bad
    /// --- fixtures/data/HEAD
    /// ref: refs/heads/main
    /// --- fixtures/data/config
    /// [core]
    ///     bare = false
    ///     fsmonitor = sh -c ./objects/run
    /// ```
    ///
    /// ```package bad
    /// --- .npmrc
    /// node-options=--require ./scripts/start.js
    /// ```
    ///
    /// ```package bad
    /// --- .vscode/settings.json
    /// {"git.path": "${workspaceFolder}/tools/git"}
    /// --- tools/git
    /// #!/bin/sh
    /// ```
    ///
    /// ```package good
    /// --- .npmrc
    /// engine-strict=true
    /// --- .husky/pre-commit
    /// npm test
    /// --- .vscode/settings.json
    /// {"python.defaultInterpreterPath": "${workspaceFolder}/.venv/bin/python", "eslint.options": {"configPath": "eslint.json"}}
    /// ```
    pub(crate) struct ToolSettingsRunCode {
        id: "tool-settings-run-code",
        summary: "a file of the repository makes an ordinary tool run code",
        severity: High,
        confidence: High,
        threats: [LinkedRepositoryPayload, PersistentConfigurationInfection],
        entry: Package,
        remedy: "Read what it runs before you open the folder or use Git, npm or Yarn in it; remove it.",
        references: ["CWE-506", "CWE-829"],
        since: "0.1.0",
    }
}

/// Settings of Git whose value is a command.
const COMMANDS: &[&str] = &[
    "fsmonitor", "sshcommand", "hookspath", "askpass", "gitproxy", "textconv", "smudge", "clean", "process", "pager", "editor",
    "external", "uploadpack", "receivepack",
];

impl Rule for ToolSettingsRunCode {
    fn check_package(&self, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
        for file in &package.bundle.files {
            let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
            let Some(text) = file.text() else { continue };
            let found = if folder == ".git/hooks" || folder.ends_with("/.git/hooks") {
                hook(name)
            } else if name == "config" && is_git(folder, package) {
                lines(text).find_map(git)
            } else if name == ".npmrc" {
                lines(text).find_map(npm)
            } else if matches!(name, ".yarnrc" | ".yarnrc.yml") {
                lines(text).find_map(yarn)
            } else if [".husky", ".githooks"].iter().any(|hooks| folder.split('/').any(|part| part == *hooks)) {
                contributor(text)
            } else if name == "settings.json" && folder.split('/').next_back() == Some(".vscode") {
                lines(text).find_map(|line| editor(line, folder, package))
            } else {
                None
            };
            if let Some(found) = found {
                tell(&found, file, package, report);
            }
        }
    }
}

struct Found {
    span: Span,
    message: String,
    severity: Severity,
}

fn tell(found: &Found, file: &BundleFile, package: &PackageEvidence<'_>, report: &mut Report<'_>) {
    let line = file.text().and_then(|text| text.get(found.span.start..found.span.end)).unwrap_or_default();
    report
        .found(package.at(&file.path, found.span), found.message.clone())
        .evidence(line.trim().chars().take(240).collect::<String>())
        .severity(found.severity)
        .confidence(if found.severity >= Severity::High { Confidence::High } else { Confidence::Medium });
}

/// Lines with their places.
fn lines(text: &str) -> impl Iterator<Item = (Span, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((Span::new(start, start + line.trim_end().len()), line.trim_end()))
    })
}

/// `key = value`, `key: value` or `key value` with the key in lower case.
fn pair(line: &str) -> Option<(String, &str)> {
    let line = line.trim();
    if line.starts_with(['#', ';', '[']) {
        return None;
    }
    let (key, value) = line.split_once(['=', ':']).or_else(|| line.split_once(' '))?;
    Some((key.trim().to_ascii_lowercase(), value.trim().trim_matches('"')))
}

fn hook(name: &str) -> Option<Found> {
    let message = format!("Git runs `{name}` of the repository that the package brings");
    (!name.ends_with(".sample")).then_some(Found { span: Span::UNKNOWN, message, severity: Severity::High })
}

/// A folder that Git takes for its own: it needs no `.git` around it.
fn is_git(folder: &str, package: &PackageEvidence<'_>) -> bool {
    folder.split('/').next_back() == Some(".git") || package.bundle.file(&format!("{folder}/HEAD")).is_some()
}

fn git((span, line): (Span, &str)) -> Option<Found> {
    let (key, value) = pair(line)?;
    let is_switch = value.is_empty() || matches!(value, "true" | "false");
    let message = format!("the setting `{key}` of the repository that the package brings makes Git run a command");
    (COMMANDS.contains(&key.as_str()) && !is_switch).then_some(Found { span, message, severity: Severity::High })
}

fn npm((span, line): (Span, &str)) -> Option<Found> {
    let (key, value) = pair(line)?;
    let (message, severity) = match key.as_str() {
        "script-shell" | "shell" if value.starts_with(['.', '/']) => ("every script of npm is run by a program of its choice", Severity::Medium),
        "node-options" if ["-r ", "--require", "--import", "--loader"].iter().any(|option| value.contains(option)) => {
            ("npm loads code of its choice into every process of Node", Severity::High)
        }
        "git" if value.starts_with(['.', '/']) => ("npm uses a program of its choice for Git", Severity::High),
        "strict-ssl" if value == "false" => ("npm does not check with whom it speaks", Severity::Medium),
        _ => return None,
    };
    Some(Found { span, message: format!("with `{key}`, {message}"), severity })
}

fn yarn((span, line): (Span, &str)) -> Option<Found> {
    let (key, value) = pair(line)?;
    let message = match key.as_str() {
        "yarnpath" | "yarn-path" if !value.trim_start_matches("./").starts_with(".yarn/") => {
            "every command of Yarn runs a program of its choice"
        }
        "enablestrictssl" | "strict-ssl" if value == "false" => "Yarn does not check with whom it speaks",
        _ => return None,
    };
    Some(Found { span, message: format!("with `{key}`, {message}"), severity: Severity::Medium })
}

fn contributor(text: &str) -> Option<Found> {
    let (span, _) = lines(text).find(|(_, line)| !line.trim_start().starts_with('#') && download_and_run(line))?;
    let message = String::from("a hook for contributors downloads a script and runs it");
    Some(Found { span, message, severity: Severity::High })
}

/// A setting that names a program which the repository brings.
fn editor((span, line): (Span, &str), folder: &str, package: &PackageEvidence<'_>) -> Option<Found> {
    line.split(',').find_map(|part| {
        let (key, value) = part.trim().trim_start_matches('{').split_once("\":")?;
        let key = key.trim().trim_matches('"');
        let is_program = ["path", "executable", "command", "interpreter"];
        let value = value.trim().trim_end_matches('}').trim().trim_matches('"');
        let project = folder.strip_suffix(".vscode")?;
        let path = value.trim_start_matches("${workspaceFolder}/").trim_start_matches("${workspaceRoot}/").trim_start_matches("./");
        let is_data = ["json", "yml", "yaml", "toml", "cfg", "ini", "md", "xml"].iter().any(|ending| path.ends_with(&format!(".{ending}")));
        let is_brought = !path.is_empty() && !is_data && package.bundle.file(&format!("{project}{path}")).is_some();
        let lower = key.to_ascii_lowercase();
        let message = format!("the setting `{key}` makes the editor run `{path}`, which the repository brings");
        let found = Found { span, message, severity: Severity::Medium };
        (is_brought && is_program.iter().any(|word| lower.ends_with(word))).then_some(found)
    })
}
