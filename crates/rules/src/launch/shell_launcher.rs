//! Servers started through a shell.

use crate::command::Command;
use crate::evidence::LaunchEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// A server that is started by handing a script to a shell instead of naming a program and its arguments.
    ///
    /// ## Why it matters
    ///
    /// A shell interprets every character: a variable or a file name with a `;` in it becomes a command, and a reviewer cannot
    /// see from the configuration what runs.
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "sh", "args": ["-c", "node server.js $EXTRA; node cleanup.js"]}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "node", "args": ["server.js"]}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "cmd", "args": ["/c", "npx", "-y", "some-server@1.2.3"]}}}
    /// ```
    pub(crate) struct ShellLauncher {
        id: "shell-launcher",
        summary: "the server is started through a shell script on the command line",
        severity: Medium,
        confidence: High,
        threats: [MaliciousLaunchConfiguration],
        entry: Launch,
        remedy: "Name the program in `command` and its arguments in `args`, one each; keep a script in a file that is reviewed.",
        references: ["CWE-78"],
        since: "0.1.0",
    }
}

impl Rule for ShellLauncher {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        let Some(script) = Command::of(&launch.server.launch).and_then(|command| command.script()) else { return };
        // `cmd /c npx …` is how Windows starts a `.cmd` file: one plain word is a program, not a script.
        let is_script = script.text.text.contains([' ', ';', '|', '&', '$', '`', '>', '<']);
        if is_script {
            report
                .found(
                    launch.at(&script.text.pointer, script.text.span),
                    format!("`{}` interprets a script from the configuration", script.shell),
                )
                .evidence(script.text.text.clone());
        }
    }
}
