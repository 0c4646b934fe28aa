//! What a configured command really runs, behind shells and wrappers.

use portcullis_model::{Launch, Located};

/// A launch as words: the program and its arguments where they are written.
pub(crate) struct Command<'a> {
    /// The program as configured.
    pub(crate) program: &'a Located,
    /// Its arguments.
    pub(crate) args: &'a [Located],
}

/// A script that a shell is given on its command line.
pub(crate) struct Script<'a> {
    /// The shell's name.
    pub(crate) shell: String,
    /// The script.
    pub(crate) text: &'a Located,
}

impl<'a> Command<'a> {
    /// The command of a local server.
    pub(crate) fn of(launch: &'a Launch) -> Option<Self> {
        match launch {
            Launch::Stdio { command, args, .. } => Some(Self { program: command, args }),
            Launch::Remote { .. } | Launch::Unknown => None,
        }
    }

    /// The program and every argument.
    pub(crate) fn words(&self) -> impl Iterator<Item = &'a Located> {
        std::iter::once(self.program).chain(self.args)
    }

    /// The programs that are named, behind wrappers such as `env`, `sudo` and `cmd /c` too: name and place.
    pub(crate) fn programs(&self) -> Vec<(String, &'a Located)> {
        let mut programs = Vec::new();
        let mut wraps = true;
        let guarded = self.args.iter().position(|word| word.text == "--");
        for (index, word) in self.words().enumerate() {
            // A guard that is not this machine's own: what it starts stands behind `--`.
            let is_behind = programs.last().is_some_and(|(last, _): &(String, _)| last == "portcullis");
            if is_behind && guarded.is_some_and(|end| index <= end + 1) {
                continue;
            }
            if !wraps || word.text.starts_with('-') || word.text.starts_with('/') && word.text.len() <= 2 {
                continue;
            }
            if programs.last().is_some_and(|(last, _): &(String, _)| last == "env") && word.text.contains('=')
            {
                continue;
            }
            let name = program_name(&word.text);
            wraps = WRAPPERS.contains(&name.as_str());
            programs.push((name, word));
        }
        programs
    }

    /// The script that a shell is given with `-c`, `/c` or `-Command`.
    pub(crate) fn script(&self) -> Option<Script<'a>> {
        let (shell, place) = self.programs().into_iter().find(|(name, _)| SHELLS.contains(&name.as_str()))?;
        let after = self.words().skip_while(|word| !std::ptr::eq(*word, place)).skip(1);
        let mut after = after.skip_while(|word| !is_script_option(&shell, &word.text));
        after.next()?;
        after.next().map(|text| Script { shell, text })
    }

    /// The value of an option, written `--name value` or `--name=value`, each time it is given.
    pub(crate) fn option(&self, names: &[&str]) -> Vec<(&'a Located, &'a str)> {
        let mut found = Vec::new();
        for (index, word) in self.args.iter().enumerate() {
            for name in names {
                if word.text == *name {
                    found.extend(self.args.get(index + 1).map(|value| (value, value.text.as_str())));
                } else if let Some(value) =
                    word.text.strip_prefix(name).and_then(|rest| rest.strip_prefix('='))
                {
                    found.push((word, value));
                }
            }
        }
        found
    }
}

const WRAPPERS: &[&str] = &[
    "portcullis",
    "env",
    "sudo",
    "doas",
    "nice",
    "nohup",
    "time",
    "timeout",
    "cmd",
    "xargs",
    "setsid",
    "stdbuf",
    "script",
];
const SHELLS: &[&str] =
    &["sh", "bash", "zsh", "dash", "ash", "ksh", "fish", "cmd", "powershell", "pwsh", "busybox"];

fn is_script_option(shell: &str, word: &str) -> bool {
    match shell {
        "cmd" => word.eq_ignore_ascii_case("/c") || word.eq_ignore_ascii_case("/k"),
        "powershell" | "pwsh" => {
            let word = word.to_ascii_lowercase();
            word.len() > 1 && ["-command", "-encodedcommand"].iter().any(|option| option.starts_with(&word))
        }
        // `-c`, and bundles that end in it: `-lc`, `-ec`.
        _ => word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'),
    }
}

/// The name of a program without folder and the endings of Windows, in lower case.
pub(crate) fn program_name(word: &str) -> String {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word).to_ascii_lowercase();
    for ending in [".exe", ".cmd", ".bat", ".ps1"] {
        if let Some(stem) = name.strip_suffix(ending) {
            return stem.to_owned();
        }
    }
    name
}
