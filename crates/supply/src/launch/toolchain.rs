//! cargo, go, dotnet, deno, and interpreters that start a file.

use super::options::{Met, Options, Part, Reader};
use super::spec::{self, Spec};
use super::word::Word;
use super::{Finder, Role, Said};
use crate::ecosystem::Ecosystem;
use crate::version::VersionPin;

const CARGO: Options = Options::new(&[
    "--version",
    "--vers",
    "--git",
    "--branch",
    "--tag",
    "--rev",
    "--path",
    "--registry",
    "--index",
    "--root",
    "-F",
    "--features",
    "--profile",
    "-j",
    "--jobs",
    "--target",
    "--target-dir",
    "--manifest-path",
    "-p",
    "--package",
    "--bin",
    "--example",
    "--config",
    "-Z",
    "-C",
    "--strategies",
    "--disable-strategies",
    "--pkg-url",
]);

const GO: Options = Options::single_dash(&[
    "-C",
    "-mod",
    "-modfile",
    "-overlay",
    "-tags",
    "-ldflags",
    "-gcflags",
    "-asmflags",
    "-exec",
    "-p",
    "-o",
    "-pkgdir",
    "-toolexec",
    "-buildmode",
    "-compiler",
    "-pgo",
    "-covermode",
    "-coverpkg",
    "-installsuffix",
]);

const DOTNET: Options = Options::new(&[
    "--version",
    "--source",
    "--add-source",
    "--configfile",
    "-f",
    "--framework",
    "-v",
    "--verbosity",
    "--project",
    "-p",
    "-c",
    "--configuration",
    "-r",
    "--runtime",
    "-a",
    "--arch",
    "--os",
    "--tool-path",
    "--tool-manifest",
    "--launch-profile",
    "-lp",
]);

const DENO: Options = Options::new(&[
    "-c",
    "--config",
    "--import-map",
    "-L",
    "--log-level",
    "--cert",
    "--location",
    "--seed",
    "--ext",
    "--preload",
    "--import",
    "--minimum-dependency-age",
    "-n",
    "--name",
    "--root",
    "--port",
    "--host",
]);

const INTERPRETER: Options =
    Options::new(&["-jar", "-cp", "-classpath", "--class-path", "-I", "-r", "-d", "-c", "-e", "-E"]);

/// Reads `name rest…` when `name` is one of these programs. Answers whether it was.
pub(super) fn read(finder: &mut Finder, name: &str, rest: &[Word]) -> bool {
    match name {
        "cargo" => cargo(finder, rest),
        "cargo-binstall" => cargo_install(finder, "cargo binstall", rest),
        "go" => go(finder, rest),
        "dnx" => dotnet_tool(finder, "dnx", rest),
        "dotnet" => dotnet(finder, rest),
        "deno" => deno(finder, rest),
        "java" | "ruby" | "php" | "perl" | "lua" | "rscript" | "julia" | "osascript" => {
            interpreter(finder, rest);
        }
        _ => return false,
    }
    true
}

fn cargo(finder: &mut Finder, rest: &[Word]) {
    let rest = match rest.split_first() {
        Some((toolchain, more)) if toolchain.text.starts_with('+') => more,
        _ => rest,
    };
    let mut reader = Reader::new(rest, CARGO);
    let Some(subcommand) = reader.operand(|_, _| {}) else { return };
    match subcommand.text.as_str() {
        "install" => cargo_install(finder, "cargo install", reader.rest()),
        "binstall" => cargo_install(finder, "cargo binstall", reader.rest()),
        "run" | "r" => {
            finder.found(
                "cargo run",
                Role::Run,
                Part::whole(subcommand),
                Some(Spec::local(".")),
                &Said::default(),
            );
        }
        _ => {}
    }
}

fn cargo_install(finder: &mut Finder, runner: &'static str, rest: &[Word]) {
    let mut reader = Reader::new(rest, CARGO);
    let (mut said, mut version, mut crates) = (Said::default(), None, Vec::new());
    let (mut repository, mut reference) = (None, "");
    while let Some(met) = reader.next() {
        match met {
            Met::Option("-y" | "--no-confirm", _) => said.flags.assume_yes = true,
            Met::Option("--version" | "--vers", Some(value)) => version = Some(value.text),
            Met::Option("--registry" | "--index", Some(value)) => said.registry = Some(value.text.to_owned()),
            Met::Option("--git", Some(value)) => repository = Some(value),
            Met::Option("--rev" | "--tag" | "--branch", Some(value)) => reference = value.text,
            Met::Option("--path", Some(value)) => {
                finder.found(runner, Role::Install, value, Some(Spec::local(value.text)), &said);
            }
            Met::Option(..) => {}
            Met::Operand(word) => crates.push(word),
        }
    }
    if let Some(address) = repository {
        finder.found(runner, Role::Install, address, spec::git(address.text, reference), &said);
        return;
    }
    for word in crates {
        let found =
            spec::at_version(&word.text, Ecosystem::Cargo, VersionPin::cargo).map(|found| match version {
                Some(version) => {
                    Spec { version: VersionPin::cargo(version), ..found }.without_place_for_version()
                }
                None => found,
            });
        finder.found(runner, Role::Install, Part::whole(word), found, &said);
    }
}

fn go(finder: &mut Finder, rest: &[Word]) {
    let mut reader = Reader::new(rest, GO);
    let (runner, role) = match reader.operand(|_, _| {}).map(|word| word.text.as_str()) {
        Some("run") => ("go run", Role::Run),
        Some("install" | "get") => ("go install", Role::Install),
        _ => return,
    };
    if let Some(word) = reader.operand(|_, _| {}) {
        finder.found(runner, role, Part::whole(word), spec::go(&word.text), &Said::default());
    }
}

fn dotnet(finder: &mut Finder, rest: &[Word]) {
    let mut reader = Reader::new(rest, DOTNET);
    let Some(subcommand) = reader.operand(|_, _| {}) else { return };
    match subcommand.text.as_str() {
        "dnx" => dotnet_tool(finder, "dotnet dnx", reader.rest()),
        "tool" => match reader.operand(|_, _| {}).map(|word| word.text.as_str()) {
            Some("exec" | "execute") => dotnet_tool(finder, "dotnet tool exec", reader.rest()),
            Some("install" | "update") => dotnet_tool(finder, "dotnet tool install", reader.rest()),
            _ => {}
        },
        "run" => {
            let mut project = None;
            while let Some(met) = reader.next() {
                if let Met::Option("--project" | "-p", Some(value)) = met {
                    project = Some(value);
                }
            }
            let part = project.unwrap_or(Part::whole(subcommand));
            let path = project.map_or(".", |part| part.text);
            finder.found("dotnet run", Role::Run, part, Some(Spec::local(path)), &Said::default());
        }
        path => {
            let found = Some(Spec::local(path));
            finder.found("dotnet", Role::Run, Part::whole(subcommand), found, &Said::default());
        }
    }
}

/// `dnx Package[@version] [--version v] --yes`: options may follow the package.
fn dotnet_tool(finder: &mut Finder, runner: &'static str, rest: &[Word]) {
    let own = rest.iter().position(|word| word.text == "--").unwrap_or(rest.len());
    let mut reader = Reader::new(rest.get(..own).unwrap_or_default(), DOTNET);
    let (mut said, mut version, mut package) = (Said::default(), None, None);
    while let Some(met) = reader.next() {
        match met {
            Met::Option("-y" | "--yes", _) => said.flags.assume_yes = true,
            Met::Option("--version", Some(value)) => version = Some(value.text),
            Met::Option("--source" | "--add-source", Some(value)) => {
                said.registry = Some(value.text.to_owned());
            }
            Met::Option(..) => {}
            Met::Operand(word) => package = package.or(Some(word)),
        }
    }
    let Some(word) = package else { return };
    let found =
        spec::at_version(&word.text, Ecosystem::Nuget, VersionPin::nuget).map(|found| match version {
            Some(version) => {
                Spec { version: VersionPin::nuget(version), ..found }.without_place_for_version()
            }
            None => found,
        });
    let role = if runner.ends_with("install") { Role::Install } else { Role::Run };
    finder.found(runner, role, Part::whole(word), found, &said);
}

fn deno(finder: &mut Finder, rest: &[Word]) {
    let mut reader = Reader::new(rest, DENO);
    let Some(subcommand) = reader.operand(|_, _| {}) else { return };
    let (runner, role) = match subcommand.text.as_str() {
        "run" | "serve" | "x" => ("deno run", Role::Run),
        "install" | "add" => ("deno install", Role::Install),
        "task" | "eval" => return,
        // `deno file.ts` runs the file.
        _ => {
            let found = spec::deno(&subcommand.text);
            finder.found("deno run", Role::Run, Part::whole(subcommand), found, &Said::default());
            return;
        }
    };
    let mut said = Said::default();
    let operand = reader.operand(|name, _| said.flags.assume_yes |= matches!(name, "-y" | "--yes"));
    if let Some(word) = operand {
        let bare_package = subcommand.text == "x" && !word.text.contains(':') && !spec::is_path(&word.text);
        let found = if bare_package { spec::npm(&word.text) } else { spec::deno(&word.text) };
        finder.found(runner, role, Part::whole(word), found, &said);
    }
}

fn interpreter(finder: &mut Finder, rest: &[Word]) {
    let mut reader = Reader::new(rest, INTERPRETER);
    while let Some(met) = reader.next() {
        let part = match met {
            Met::Option("-jar", Some(archive)) => archive,
            Met::Option("-e" | "-E", _) => return,
            Met::Option(..) => continue,
            Met::Operand(word) => Part::whole(word),
        };
        finder.found("interpreter", Role::Run, part, Some(Spec::local(part.text)), &Said::default());
        return;
    }
}
