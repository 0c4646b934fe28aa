//! Code inside the configuration.

use crate::command::Command;
use crate::evidence::LaunchEvidence;
use crate::report::Report;
use crate::rule::Rule;

declare_rule! {
    /// ## What it finds
    ///
    /// An interpreter that is given its program on the command line (`node -e`, `python -c`, `deno eval`, encoded PowerShell).
    ///
    /// ## Why it matters
    ///
    /// The configuration is the program: no package, no version, no review, and it travels with every copy of the file.
    ///
    /// ## Examples
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "python3", "args": ["-c", "import os; os.system('id')"]}}}
    /// ```
    ///
    /// ```config bad
    /// {"mcpServers": {"example": {"command": "node", "args": ["--eval", "require('./x')(process.env)"]}}}
    /// ```
    ///
    /// ```config good
    /// {"mcpServers": {"example": {"command": "python3", "args": ["-m", "my_server"]}}}
    /// ```
    pub(crate) struct InlineCode {
        id: "inline-code",
        summary: "the server's program is written inside the configuration",
        severity: High,
        confidence: High,
        threats: [MaliciousLaunchConfiguration, PersistentConfigurationInfection],
        entry: Launch,
        remedy: "Move the code into a reviewed file or package and start that.",
        references: ["CWE-94"],
        since: "0.1.0",
    }
}

impl Rule for InlineCode {
    fn check_launch(&self, launch: &LaunchEvidence<'_>, report: &mut Report<'_>) {
        let Some(command) = Command::of(&launch.server.launch) else { return };
        let programs = command.programs();
        for (program, place) in &programs {
            let Some(options) = options_of(program) else { continue };
            let mut words = command.words().skip_while(|word| !std::ptr::eq(*word, *place)).skip(1);
            let option = words.find(|word| options.contains(&word.text.to_ascii_lowercase().as_str()));
            if let (Some(option), Some(code)) = (option, words.next()) {
                report
                    .found(
                        launch.at(&code.pointer, code.span),
                        format!("`{program} {}` runs code that stands in the configuration", option.text),
                    )
                    .evidence(code.text.clone());
            }
        }
    }
}

/// The options with which an interpreter takes its program from the command line.
fn options_of(program: &str) -> Option<&'static [&'static str]> {
    let program = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    Some(match program {
        "python" | "pypy" => &["-c"],
        "node" | "bun" => &["-e", "--eval", "-p", "--print"],
        "deno" => &["eval"],
        "ruby" | "perl" => &["-e"],
        "php" => &["-r"],
        "powershell" | "pwsh" => &["-encodedcommand", "-enc", "-e"],
        _ => return None,
    })
}
