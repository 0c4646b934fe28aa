//! npx, npm, pnpm, yarn, bun: launchers of JavaScript packages; and `node file`.

use super::options::{Met, Options, Part, Reader};
use super::spec::{self, Spec};
use super::word::{Quoting, Word, split_script};
use super::{Finder, Flags, Role, Said};

const NPM: Options = Options::new(&[
    "-p",
    "--package",
    "-c",
    "--call",
    "-w",
    "--workspace",
    "--registry",
    "--cache",
    "--prefix",
    "-C",
    "--userconfig",
    "--globalconfig",
    "--loglevel",
    "--script-shell",
    "--shell",
    "--tag",
    "--node-arg",
    "--node-options",
    "--otp",
    "--omit",
    "--include",
    "--before",
    "--install-strategy",
    "--location",
    "--https-proxy",
    "--proxy",
    "--cafile",
]);

const PNPM: Options = Options::new(&[
    "-p",
    "--package",
    "--registry",
    "-C",
    "--dir",
    "--filter",
    "-F",
    "--reporter",
    "--loglevel",
    "--allow-build",
    "--store-dir",
    "--config-dir",
    "--virtual-store-dir",
]);

const YARN: Options =
    Options::new(&["-p", "--package", "--cwd", "--registry", "--cache-folder", "--use-yarnrc"]);

const BUN: Options = Options::new(&[
    "-p",
    "--package",
    "--registry",
    "-c",
    "--config",
    "--cwd",
    "--env-file",
    "-r",
    "--preload",
    "--port",
    "--filter",
    "--import",
    "--require",
    "-d",
    "--define",
    "-l",
    "--loader",
    "--tsconfig-override",
    "--conditions",
]);

const NODE: Options = Options::new(&[
    "-r",
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
    "-C",
    "--conditions",
    "--env-file",
    "--env-file-if-exists",
    "--max-http-header-size",
    "--icu-data-dir",
    "--openssl-config",
    "--title",
    "-e",
    "--eval",
    "-p",
    "--print",
    "--input-type",
    "--diagnostic-dir",
    "--stack-trace-limit",
    "--tsconfig",
]);

/// Reads `name rest…` when `name` is one of these programs. Answers whether it was.
pub(super) fn read(finder: &mut Finder, name: &str, rest: &[Word]) -> bool {
    match name {
        "npx" => execute(finder, "npx", NPM, rest),
        "pnpx" => execute(finder, "pnpx", PNPM, rest),
        "bunx" => execute(finder, "bunx", BUN, rest),
        "npm" | "pnpm" | "yarn" | "bun" => manager(finder, name, rest),
        "node" | "nodejs" | "tsx" | "ts-node" | "nodemon" | "electron" => file(finder, "node", NODE, rest),
        _ => return false,
    }
    true
}

/// `npm exec`, `pnpm dlx`, `yarn dlx`, `bun x`, installs, and scripts of the project.
fn manager(finder: &mut Finder, name: &str, rest: &[Word]) {
    let options = match name {
        "npm" => NPM,
        "pnpm" => PNPM,
        "yarn" => YARN,
        _ => BUN,
    };
    let mut reader = Reader::new(rest, options);
    let mut before = Said::default();
    let Some(subcommand) = reader.operand(|name, value| note(&mut before, name, value)) else { return };
    let after = reader.rest();
    match (name, subcommand.text.as_str()) {
        ("npm", "exec" | "x") => execute(finder, "npm exec", options, after),
        ("pnpm", "dlx") => execute(finder, "pnpm dlx", options, after),
        ("yarn", "dlx") => execute(finder, "yarn dlx", options, after),
        ("bun", "x") => execute(finder, "bun x", options, after),
        (_, "create") | ("npm", "init" | "innit") if !after.is_empty() => create(finder, options, after),
        (_, "install" | "i" | "add") | ("yarn", "global") => install(finder, options, after),
        ("pnpm" | "yarn", "exec") => finder.command(after),
        ("bun", "run") => file(finder, "bun run", options, after),
        ("bun", _) => file(finder, "bun", options, rest),
        _ => script_of_project(finder, subcommand, after),
    }
}

/// `npm run start`: the project's own script, which is not read here.
fn script_of_project(finder: &mut Finder, subcommand: &Word, after: &[Word]) {
    let script = after.iter().find(|word| !word.text.starts_with('-')).unwrap_or(subcommand);
    let named = if matches!(subcommand.text.as_str(), "run" | "run-script") { script } else { subcommand };
    finder.found("npm run", Role::Run, Part::whole(named), Some(Spec::local(&named.text)), &Said::default());
}

/// `npx [options] package[@version] …` and `npx --package=a --package=b program …`.
fn execute(finder: &mut Finder, runner: &'static str, options: Options, rest: &[Word]) {
    let mut reader = Reader::new(rest, options);
    let mut said = Said::default();
    let mut named = Vec::new();
    let mut call = None;
    let operand = reader.operand(|name, value| match (name, value) {
        ("-p" | "--package", Some(package)) => named.push((name, package)),
        ("-c" | "--call", Some(script)) if options.values.contains(&"--call") => call = Some(script),
        _ => note(&mut said, name, value),
    });
    if named.is_empty() {
        if let Some(package) = operand {
            finder.found(runner, Role::Run, Part::whole(package), spec::npm(&package.text), &said);
        }
    } else {
        said.executable = operand.map(|word| word.text.clone());
    }
    for (at, (option, package)) in named.into_iter().enumerate() {
        let role = if at == 0 { Role::Run } else { Role::With };
        let flags = Flags { option: Some(option.to_owned()), ..said.flags.clone() };
        finder.found(runner, role, package, spec::npm(package.text), &Said { flags, ..said.clone() });
    }
    if let Some(script) = call {
        for simple in split_script(script.word, Quoting::Posix) {
            finder.nested(&simple.words);
        }
    }
    finder.nested(reader.rest());
}

/// `npm create x` runs the package `create-x`.
fn create(finder: &mut Finder, options: Options, rest: &[Word]) {
    let mut said = Said::default();
    let Some(word) = Reader::new(rest, options).operand(|name, value| note(&mut said, name, value)) else {
        return;
    };
    let found = spec::npm(&word.text).map(|found| {
        let name = match found.name.split_once('/') {
            Some((scope, base)) if scope.starts_with('@') => format!("{scope}/create-{base}"),
            None if found.name.starts_with('@') => format!("{}/create", found.name),
            _ => format!("create-{}", found.name),
        };
        Spec { name, ..found }
    });
    finder.found("npm create", Role::Run, Part::whole(word), found, &said);
}

fn install(finder: &mut Finder, options: Options, rest: &[Word]) {
    let mut reader = Reader::new(rest, options);
    let mut said = Said::default();
    while let Some(met) = reader.next() {
        match met {
            Met::Option(name, value) => note(&mut said, name, value),
            Met::Operand(word) if word.text == "add" => {}
            Met::Operand(word) => {
                finder.found("npm install", Role::Install, Part::whole(word), spec::npm(&word.text), &said);
            }
        }
    }
}

/// `node file`: the first operand is a file of this machine; inline code names nothing.
fn file(finder: &mut Finder, runner: &'static str, options: Options, rest: &[Word]) {
    let mut reader = Reader::new(rest, options);
    let mut inline = false;
    let operand = reader.operand(|name, _| inline |= matches!(name, "-e" | "--eval" | "-p" | "--print"));
    if let (Some(word), false) = (operand, inline) {
        finder.found(runner, Role::Run, Part::whole(word), spec::deno(&word.text), &Said::default());
    }
}

fn note(said: &mut Said, name: &str, value: Option<Part<'_>>) {
    match (name, value) {
        ("-y" | "--yes", value) => said.flags.assume_yes = value.is_none_or(|value| value.text != "false"),
        ("--registry", Some(registry)) => said.registry = Some(registry.text.to_owned()),
        (short, None) if !short.starts_with("--") && short.contains('y') => said.flags.assume_yes = true,
        _ => {}
    }
}
