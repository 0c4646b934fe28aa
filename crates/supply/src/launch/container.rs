//! docker, podman and their kin: finding the image among the options.

use super::options::{Options, Part, Reader};
use super::spec;
use super::word::Word;
use super::{Finder, Role, Said};

/// Options before the subcommand.
const GLOBAL: Options = Options::new(&[
    "--context",
    "-c",
    "-H",
    "--host",
    "--config",
    "-l",
    "--log-level",
    "--tlscacert",
    "--tlscert",
    "--tlskey",
    "--connection",
    "--url",
    "--identity",
    "--namespace",
    "-n",
    "--address",
    "-a",
    "--root",
    "--runroot",
]);

/// `run` and `create`. Nearly every long option takes a value, so those that do not are the ones listed.
const RUN: Options = Options {
    values: &["-a", "-c", "-e", "-h", "-l", "-m", "-p", "-u", "-v", "-w"],
    switches: &[
        "--detach",
        "--disable-content-trust",
        "--env-host",
        "--help",
        "--init",
        "--interactive",
        "--no-healthcheck",
        "--no-hostname",
        "--no-hosts",
        "--oom-kill-disable",
        "--passwd",
        "--privileged",
        "--publish-all",
        "--quiet",
        "--read-only",
        "--read-only-tmpfs",
        "--replace",
        "--rm",
        "--rmi",
        "--rootfs",
        "--sig-proxy",
        "--tls-verify",
        "--tty",
        "--unsetenv-all",
        "--use-api-socket",
        "--http-proxy",
        "--no-trunc",
    ],
    unknown_take_values: true,
    clusters: true,
};

/// Options of apptainer and singularity that take a value.
const APPTAINER: Options =
    Options::new(&["-B", "--bind", "--env", "--env-file", "-H", "--home", "--pwd", "-W", "-o", "--overlay"]);

/// Reads `name rest…` when `name` is a container program. Answers whether it was.
pub(super) fn read(finder: &mut Finder, name: &str, rest: &[Word]) -> bool {
    let runner = match name {
        "docker" => "docker run",
        "podman" => "podman run",
        "nerdctl" | "finch" | "container" => "nerdctl run",
        "apptainer" | "singularity" => {
            apptainer(finder, rest);
            return true;
        }
        _ => return false,
    };
    let mut reader = Reader::new(rest, GLOBAL);
    loop {
        match reader.operand(|_, _| {}).map(|word| word.text.as_str()) {
            Some("container") => {}
            Some("run" | "create") => break,
            _ => return true,
        }
    }
    run(finder, runner, reader.rest());
    true
}

fn run(finder: &mut Finder, runner: &'static str, rest: &[Word]) {
    let mut reader = Reader::new(rest, RUN);
    let mut said = Said::default();
    let Some(image) = reader.operand(|name, value| {
        if let ("--entrypoint", Some(program)) = (name, value) {
            said.executable = Some(program.text.to_owned());
        }
    }) else {
        return;
    };
    finder.found(runner, Role::Run, Part::whole(image), spec::oci(&image.text), &said);
    finder.nested(reader.rest());
}

fn apptainer(finder: &mut Finder, rest: &[Word]) {
    let mut reader = Reader::new(rest, APPTAINER);
    if !reader.operand(|_, _| {}).is_some_and(|word| matches!(word.text.as_str(), "run" | "exec")) {
        return;
    }
    if let Some(image) = reader.operand(|_, _| {}) {
        let found = if image.text.contains("://") {
            spec::oci(&image.text)
        } else {
            Some(spec::Spec::local(&image.text))
        };
        finder.found("apptainer run", Role::Run, Part::whole(image), found, &Said::default());
        finder.nested(reader.rest());
    }
}
