//! uv, uvx, pipx, pip and the Python interpreter.

use super::options::{Met, Options, Part, Reader};
use super::spec::{self, Spec};
use super::word::Word;
use super::{Finder, Flags, Role, Said};

const UV: Options = Options::new(&[
    "--from",
    "--with",
    "-w",
    "--with-editable",
    "--with-requirements",
    "-p",
    "--python",
    "--index",
    "--default-index",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "-c",
    "--constraints",
    "--constraint",
    "--overrides",
    "--override",
    "-b",
    "--build-constraints",
    "--env-file",
    "--directory",
    "--project",
    "--config-file",
    "--cache-dir",
    "--color",
    "-P",
    "--upgrade-package",
    "--reinstall-package",
    "--refresh-package",
    "--no-binary-package",
    "--no-build-package",
    "--no-build-isolation-package",
    "--exclude-newer",
    "--link-mode",
    "--keyring-provider",
    "--index-strategy",
    "--resolution",
    "--prerelease",
    "--fork-strategy",
    "-C",
    "--config-setting",
    "--config-settings-package",
    "--python-platform",
    "--python-preference",
    "--allow-insecure-host",
    "--trusted-host",
    "--torch-backend",
    "--extra",
    "--no-extra",
    "--group",
    "--no-group",
    "--only-group",
    "--package",
    "-r",
    "--requirements",
    "-m",
    "--module",
]);

const PIPX: Options = Options::new(&[
    "--spec",
    "--python",
    "-i",
    "--index-url",
    "--pip-args",
    "--backend",
    "--preinstall",
    "--suffix",
    "--with",
]);

const PIP: Options = Options::new(&[
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-e",
    "--editable",
    "-t",
    "--target",
    "--prefix",
    "--root",
    "-f",
    "--find-links",
    "--python",
    "-p",
    "--platform",
    "--implementation",
    "--abi",
    "--python-version",
    "--proxy",
    "--cert",
    "--trusted-host",
    "--timeout",
    "--retries",
    "--log",
    "--cache-dir",
    "--upgrade-strategy",
    "--no-binary",
    "--only-binary",
    "--src",
    "-C",
    "--config-settings",
]);

const PYTHON: Options = Options::new(&["-W", "-X", "-c", "-m", "--check-hash-based-pycs"]);

/// Reads `name rest…` when `name` is one of these programs. Answers whether it was.
pub(super) fn read(finder: &mut Finder, name: &str, rest: &[Word]) -> bool {
    match name {
        "uvx" => tool(finder, "uvx", rest),
        "uv" => uv(finder, rest),
        "pipx" => pipx(finder, rest),
        "mcp" => mcp_command(finder, rest),
        _ if is_versioned(name, "pip") => pip(finder, "pip", rest),
        _ if is_versioned(name, "python") || matches!(name, "py" | "pythonw" | "pypy3" | "pypy") => {
            interpreter(finder, rest);
        }
        _ => return false,
    }
    true
}

/// `python`, `python3`, `python3.12`.
fn is_versioned(name: &str, program: &str) -> bool {
    name.strip_prefix(program)
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

fn uv(finder: &mut Finder, rest: &[Word]) {
    let mut reader = Reader::new(rest, UV);
    let Some(subcommand) = reader.operand(|_, _| {}) else { return };
    match subcommand.text.as_str() {
        "run" => run(finder, reader.rest()),
        "pip" => pip(finder, "uv pip", reader.rest()),
        "tool" | "x" => match reader.operand(|_, _| {}).map(|word| word.text.as_str()) {
            Some("run") => tool(finder, "uv tool run", reader.rest()),
            Some("install") => install(finder, "uv tool install", UV, reader.rest()),
            _ => {}
        },
        _ => {}
    }
}

/// `uvx [--from package] program[@version] …`.
fn tool(finder: &mut Finder, runner: &'static str, rest: &[Word]) {
    let mut reader = Reader::new(rest, UV);
    let mut said = Said::default();
    let (mut from, mut with) = (None, Vec::new());
    let operand = reader.operand(|name, value| match (name, value) {
        ("--from", Some(package)) => from = Some(package),
        ("--with" | "-w", Some(packages)) => with.push((name, packages)),
        _ => note(&mut said, name, value),
    });
    match (from, operand) {
        (Some(package), program) => {
            said.executable = program.map(|word| word.text.clone());
            let flags = Flags { option: Some("--from".to_owned()), ..said.flags.clone() };
            finder.found(
                runner,
                Role::Run,
                package,
                spec::pypi(package.text),
                &Said { flags, ..said.clone() },
            );
        }
        (None, Some(word)) => {
            finder.found(runner, Role::Run, Part::whole(word), spec::pypi(&word.text), &said);
        }
        (None, None) => {}
    }
    beside(finder, runner, &with, &said);
    finder.nested(reader.rest());
}

/// `--with a,b`: packages installed beside the one that runs.
fn beside(finder: &mut Finder, runner: &'static str, with: &[(&str, Part<'_>)], said: &Said) {
    for (option, packages) in with {
        let flags = Flags { option: Some((*option).to_owned()), ..said.flags.clone() };
        let said = Said { flags, executable: None, ..said.clone() };
        if packages.text.contains(',') && !packages.text.contains(['<', '>', '=', '[']) {
            for name in packages.text.split(',') {
                finder.found(runner, Role::With, *packages, spec::pypi(name), &said);
            }
        } else {
            finder.found(runner, Role::With, *packages, spec::pypi(packages.text), &said);
        }
    }
}

/// `uv run [--with package] command|file …`.
fn run(finder: &mut Finder, rest: &[Word]) {
    let mut reader = Reader::new(rest, UV);
    let mut said = Said::default();
    let (mut with, mut module) = (Vec::new(), None);
    loop {
        let before = reader.rest();
        match reader.next() {
            None => break,
            Some(Met::Option(name @ ("--with" | "-w"), Some(packages))) => with.push((name, packages)),
            Some(Met::Option("-m" | "--module", name)) => {
                module = name;
                break;
            }
            Some(Met::Option(name, value)) => note(&mut said, name, value),
            Some(Met::Operand(word)) => {
                if spec::is_address(&word.text) || spec::has_extension(&word.text, "py") {
                    finder.found("uv run", Role::Run, Part::whole(word), spec::deno(&word.text), &said);
                } else {
                    finder.command(before);
                }
                break;
            }
        }
    }
    if let Some(name) = module {
        finder.found("uv run -m", Role::Run, name, Some(Spec::local(name.text)), &said);
    }
    beside(finder, "uv run", &with, &said);
}

fn pipx(finder: &mut Finder, rest: &[Word]) {
    let mut reader = Reader::new(rest, PIPX);
    match reader.operand(|_, _| {}).map(|word| word.text.as_str()) {
        Some("install") => return install(finder, "pipx install", PIPX, reader.rest()),
        Some("run") => {}
        _ => return,
    }
    let mut said = Said::default();
    let mut from = None;
    let mut with = Vec::new();
    let operand = reader.operand(|name, value| match (name, value) {
        ("--spec", Some(package)) => from = Some(package),
        ("--with", Some(packages)) => with.push((name, packages)),
        _ => note(&mut said, name, value),
    });
    if let Some(package) = from {
        said.executable = operand.map(|word| word.text.clone());
        said.flags.option = Some("--spec".to_owned());
        finder.found("pipx run", Role::Run, package, spec::pypi(package.text), &said);
    } else if let Some(word) = operand {
        let found =
            if spec::is_address(&word.text) { spec::deno(&word.text) } else { spec::pypi(&word.text) };
        finder.found("pipx run", Role::Run, Part::whole(word), found, &said);
    }
    beside(finder, "pipx run", &with, &Said { executable: None, ..said });
}

fn pip(finder: &mut Finder, runner: &'static str, rest: &[Word]) {
    let mut reader = Reader::new(rest, PIP);
    if reader.operand(|_, _| {}).is_some_and(|word| word.text == "install") {
        install(finder, runner, PIP, reader.rest());
    }
}

fn install(finder: &mut Finder, runner: &'static str, options: Options, rest: &[Word]) {
    let mut reader = Reader::new(rest, options);
    let mut said = Said::default();
    while let Some(met) = reader.next() {
        match met {
            Met::Option("--editable" | "-e", Some(path)) => {
                finder.found(runner, Role::Install, path, spec::pypi(path.text), &said);
            }
            Met::Option(name, value) => note(&mut said, name, value),
            Met::Operand(word) => {
                finder.found(runner, Role::Install, Part::whole(word), spec::pypi(&word.text), &said);
            }
        }
    }
}

/// `python file`, `python -m module`; modules that are launchers themselves are followed.
fn interpreter(finder: &mut Finder, rest: &[Word]) {
    let mut reader = Reader::new(rest, PYTHON);
    loop {
        match reader.next() {
            Some(Met::Option("-m", Some(module))) => {
                let launches = matches!(module.text, "pip" | "pipx" | "uv" | "uvx");
                if !(launches && read(finder, module.text, reader.rest())) {
                    finder.found(
                        "python -m",
                        Role::Run,
                        module,
                        Some(Spec::local(module.text)),
                        &Said::default(),
                    );
                }
                return;
            }
            None | Some(Met::Option("-c", _)) => return,
            Some(Met::Option(..)) => {}
            Some(Met::Operand(word)) => {
                finder.found(
                    "python",
                    Role::Run,
                    Part::whole(word),
                    Some(Spec::local(&word.text)),
                    &Said::default(),
                );
                return;
            }
        }
    }
}

/// `mcp run server.py` of the Python kit starts a file.
fn mcp_command(finder: &mut Finder, rest: &[Word]) {
    let mut reader = Reader::new(rest, UV);
    if !reader.operand(|_, _| {}).is_some_and(|word| matches!(word.text.as_str(), "run" | "dev")) {
        return;
    }
    if let Some(file) = reader.operand(|_, _| {}) {
        finder.found(
            "mcp run",
            Role::Run,
            Part::whole(file),
            Some(Spec::local(&file.text)),
            &Said::default(),
        );
    }
}

fn note(said: &mut Said, name: &str, value: Option<Part<'_>>) {
    let Some(value) = value else { return };
    match name {
        "-p" | "--python" => said.flags.python = Some(value.text.to_owned()),
        "-i" | "--index-url" | "--default-index" => said.registry = Some(value.text.to_owned()),
        // A further index is asked too: the one that answers with the higher version wins.
        "--extra-index-url" | "--index" if said.registry.is_none() => {
            said.registry = Some(value.text.to_owned());
        }
        _ => {}
    }
}
