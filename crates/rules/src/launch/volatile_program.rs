//! Programs that anybody can replace.

use crate::command::Command;
use crate::evidence::LaunchEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A program or script that is started from a folder that other users or a browser write to: `/tmp`, `Downloads`, a
    /// temporary folder.
    ///
    /// ## Why it matters
    ///
    /// Whoever can write there decides what runs at the next start.
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "/tmp/server", "args": []}}}
    /// ```
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "node", "args": ["/home/ann/Downloads/server.js"]}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "/opt/server/bin/server", "args": ["--log", "/tmp/server.log"]}}}
    /// ```
    pub(crate) struct VolatileProgram {
        id: "volatile-program",
        summary: "the server's program lies in a temporary or download folder",
        severity: High,
        confidence: High,
        threats: [MaliciousLaunchConfiguration],
        entry: Launch,
        remedy: "Move the program to a folder that only you or an administrator can write to.",
        references: ["CWE-379", "CWE-427"],
        since: "0.1.0",
    }
}

impl Rule for VolatileProgram {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        let Some(command) = Command::of(&launch.server.launch) else { return };
        // The program, and the script that an interpreter is given first.
        let interprets = command.programs().last().is_some_and(|(program, _)| {
            let program = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
            ["node", "bun", "deno", "python", "sh", "bash", "zsh", "ruby", "perl", "php", "java"].contains(&program)
        });
        let script = command.args.iter().find(|word| interprets && !word.text.starts_with('-'));
        for word in std::iter::once(command.program).chain(script) {
            if is_volatile(&word.text) {
                report
                    .found(launch.at(&word.pointer, word.span), "the program lies where others can replace it")
                    .evidence(word.text.clone());
            }
        }
    }
}

fn is_volatile(path: &str) -> bool {
    let path = path.replace('\\', "/").to_ascii_lowercase();
    let starts = ["/tmp/", "/var/tmp/", "/dev/shm/", "/private/tmp/", "%temp%/", "%tmp%/", "$tmpdir/", "${tmpdir}/"];
    let holds = ["/downloads/", "/appdata/local/temp/", "/windows/temp/"];
    starts.iter().any(|start| path.starts_with(start)) || holds.iter().any(|part| path.contains(part))
}
