//! Programs that start another program: shells, `env`, `sudo`, secret managers, environment managers.

use super::options::{Met, Options, Part, Reader};
use super::spec::{self, Spec};
use super::word::{Joint, Quoting, Simple, Word, split_script};
use super::{FETCHERS, Finder, Role, Said, program_name};

/// Reads `name rest…` when `name` is a wrapper. Answers whether it was one.
pub(super) fn read(finder: &mut Finder, name: &str, rest: &[Word]) -> bool {
    match name {
        "sh" | "bash" | "zsh" | "dash" | "ash" | "fish" | "ksh" => shell(finder, rest),
        "cmd" => command_prompt(finder, rest),
        "powershell" | "pwsh" => powershell(finder, rest),
        "env" => env(finder, rest),
        "timeout" => after(finder, rest, Options::new(&["-k", "-s", "--kill-after", "--signal"]), 1),
        "direnv" => after(finder, rest, Options::new(&[]), 2),
        "nix" => nix(finder, rest),
        // A guard in front of a server: what it starts stands behind `--`.
        "portcullis" if rest.iter().any(|word| word.text == "--") => {
            after(finder, rest, Options::new(&[]), 0);
        }
        _ => return run_style(finder, name, rest),
    }
    true
}

/// Wrappers whose first operands are skipped, with their options that take a value.
fn run_style(finder: &mut Finder, name: &str, rest: &[Word]) -> bool {
    let (values, operands): (&'static [&'static str], usize) = match name {
        "sudo" | "doas" => (&["-u", "-g", "-h", "-p", "-C", "-r", "-t", "-U", "--user", "--group"], 0),
        "nohup" | "time" | "setsid" | "exec" | "command" | "unbuffer" | "chronic" | "winpty"
        | "caffeinate" => (&[], 0),
        "nice" => (&["-n", "--adjustment"], 0),
        "ionice" => (&["-c", "-n", "-p"], 0),
        "stdbuf" => (&["-i", "-o", "-e"], 0),
        "xvfb-run" => (&["-s", "-n", "-e", "-f", "-p", "--server-args", "--server-num", "--error-file"], 0),
        "firejail" | "systemd-run" => (&["-p", "--property", "--unit", "-u"], 0),
        "wsl" => (&["-d", "--distribution", "-u", "--user", "--cd", "--shell-type"], 0),
        "op" | "doppler" | "infisical" | "dotenvx" | "chamber" | "teller" => (
            &[
                "--env-file",
                "-f",
                "--env",
                "-p",
                "-c",
                "--project",
                "--config",
                "--account",
                "--projectId",
                "--path",
            ],
            1,
        ),
        "aws-vault" => (&["-d", "--duration", "--region"], 2),
        "volta" | "mise" | "rtx" | "asdf" | "fnm" | "poetry" | "pipenv" | "hatch" | "pdm" | "rye"
        | "bundle" | "devbox" | "pixi" => {
            (&["--node", "--npm", "--using", "-C", "--directory", "--project", "-P", "-p", "-e", "--env"], 1)
        }
        "conda" | "mamba" | "micromamba" => (&["-n", "--name", "-p", "--prefix", "--cwd"], 1),
        "corepack" | "cross-env" | "dotenv" => (&["-e", "-c"], 0),
        _ => return false,
    };
    after(finder, rest, Options::new(values), operands);
    true
}

/// Skips options, `skip` operands and assignments, and reads the command that follows.
fn after(finder: &mut Finder, rest: &[Word], options: Options, skip: usize) {
    // `mise exec node@22 -- npx x`: everything in front of `--` belongs to the wrapper.
    if let Some(at) = rest.iter().position(|word| word.text == "--") {
        finder.command(rest.get(at + 1..).unwrap_or_default());
        return;
    }
    let mut reader = Reader::new(rest, options);
    let mut skipped = 0;
    loop {
        let before = reader.rest();
        match reader.next() {
            None => return,
            Some(Met::Option(..)) => {}
            Some(Met::Operand(_)) if skipped < skip => skipped += 1,
            Some(Met::Operand(word)) if is_assignment(&word.text) => {}
            Some(Met::Operand(_)) => return finder.command(before),
        }
    }
}

fn env(finder: &mut Finder, rest: &[Word]) {
    let mut reader =
        Reader::new(rest, Options::new(&["-u", "--unset", "-C", "--chdir", "-S", "--split-string"]));
    loop {
        let before = reader.rest();
        match reader.next() {
            None => return,
            Some(Met::Option("-S" | "--split-string", Some(script))) => {
                return inline(finder, script.word, reader.rest());
            }
            Some(Met::Option(..)) => {}
            Some(Met::Operand(word)) if is_assignment(&word.text) => {}
            Some(Met::Operand(_)) => return finder.command(before),
        }
    }
}

fn shell(finder: &mut Finder, rest: &[Word]) {
    let mut reader = Reader::new(rest, Options::new(&["-O", "-o", "--rcfile", "--init-file"]));
    let mut takes_script = false;
    while let Some(met) = reader.next() {
        match met {
            Met::Option(name, _) => takes_script |= !name.starts_with("--") && name.contains('c'),
            Met::Operand(word) if takes_script => return script(finder, word, Quoting::Posix),
            Met::Operand(word) => {
                return finder.found(
                    "sh",
                    Role::Run,
                    Part::whole(word),
                    Some(Spec::local(&word.text)),
                    &Said::default(),
                );
            }
        }
    }
}

fn command_prompt(finder: &mut Finder, rest: &[Word]) {
    let is_switch = |word: &&Word| word.text.len() == 2 && word.text.starts_with('/');
    let switches = rest.iter().take_while(is_switch).count();
    let command = rest.get(switches..).unwrap_or_default();
    match command {
        [single] => script(finder, single, Quoting::Windows),
        [first, arguments @ ..] if first.text.contains(' ') => inline(finder, first, arguments),
        _ => finder.command(command),
    }
}

fn powershell(finder: &mut Finder, rest: &[Word]) {
    const VALUES: [&str; 7] = [
        "-executionpolicy",
        "-ep",
        "-windowstyle",
        "-w",
        "-workingdirectory",
        "-version",
        "-configurationname",
    ];
    let mut words = rest.iter().enumerate();
    while let Some((at, word)) = words.next() {
        let name = word.text.to_ascii_lowercase();
        if matches!(name.as_str(), "-command" | "-c" | "-commandwithargs") || !name.starts_with('-') {
            let start = if name.starts_with('-') { at + 1 } else { at };
            return match rest.get(start..).unwrap_or_default() {
                [single] => script(finder, single, Quoting::Windows),
                command => finder.command(command),
            };
        }
        if name == "-file" || name == "-f" {
            let Some((_, file)) = words.next() else { return };
            return finder.found(
                "powershell",
                Role::Run,
                Part::whole(file),
                Some(Spec::local(&file.text)),
                &Said::default(),
            );
        }
        if VALUES.contains(&name.as_str()) {
            words.next();
        }
    }
}

fn nix(finder: &mut Finder, rest: &[Word]) {
    let mut reader =
        Reader::new(rest, Options::new(&["--extra-experimental-features", "--option", "--override-input"]));
    if !matches!(reader.operand(|_, _| {}), Some(word) if matches!(word.text.as_str(), "run" | "shell")) {
        return;
    }
    if let Some(flake) = reader.operand(|_, _| {}) {
        let reference = flake.text.split_once('#').map_or(flake.text.as_str(), |(reference, _)| reference);
        finder.found("nix run", Role::Run, Part::whole(flake), spec::flake(reference), &Said::default());
    }
    finder.nested(reader.rest());
}

/// A word that holds a whole command line, followed by more words.
pub(super) fn inline(finder: &mut Finder, line: &Word, more: &[Word]) {
    let quoting = if line.text.contains(":\\") { Quoting::Windows } else { Quoting::Posix };
    let mut commands = split_script(line, quoting);
    if let Some(last) = commands.last_mut() {
        last.words.extend_from_slice(more);
    }
    read_commands(finder, &commands);
}

fn script(finder: &mut Finder, text: &Word, quoting: Quoting) {
    read_commands(finder, &split_script(text, quoting));
}

fn read_commands(finder: &mut Finder, commands: &[Simple]) {
    for (at, simple) in commands.iter().enumerate() {
        let start = simple.words.iter().take_while(|word| is_assignment(&word.text)).count();
        let words = simple.words.get(start..).unwrap_or_default();
        let Some(program) = words.first().map(|word| program_name(&word.text)) else { continue };
        match program.as_str() {
            "cd" | "export" | "set" | "source" | "." | "echo" | "sleep" | "true" | "test" | "[" | "mkdir"
            | "cat" | "rm" | "pushd" | "popd" | "wait" | "chcp" | "call" | "if" | "then" | "fi" | "done"
            | "else" => {}
            "curl" | "wget" => {
                if simple.joint == Joint::Pipe && commands.get(at + 1).is_some_and(is_interpreter) {
                    downloaded(finder, words);
                }
            }
            // What filters another command's output runs no package, unless it fetches one itself.
            name if receives_pipe(commands, at) && !FETCHERS.contains(&name) => {}
            _ => finder.command(words),
        }
    }
}

fn receives_pipe(commands: &[Simple], at: usize) -> bool {
    at.checked_sub(1)
        .and_then(|before| commands.get(before))
        .is_some_and(|before| before.joint == Joint::Pipe)
}

fn is_interpreter(command: &Simple) -> bool {
    const INTERPRETERS: [&str; 10] =
        ["sh", "bash", "zsh", "dash", "python", "python3", "node", "sudo", "deno", "perl"];
    command.words.first().is_some_and(|word| INTERPRETERS.contains(&program_name(&word.text).as_str()))
}

fn downloaded(finder: &mut Finder, words: &[Word]) {
    if let Some(address) = words.iter().find(|word| spec::is_address(&word.text)) {
        let found = spec::deno(&address.text);
        finder.found("curl | sh", Role::Run, Part::whole(address), found, &Said::default());
    }
}

/// `NAME=value` in front of a command.
fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|character: char| character.is_ascii_digit())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}
