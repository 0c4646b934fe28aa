//! Command lines and lists of arguments.

use crate::analysis::GuardFault;
use crate::fact::Check;
use crate::library::{Op, SinkKind};
use crate::value::{Term, TermKind, Value};

use super::shells::{is_line, is_order, line_behind_another, may_be_shell};
use super::{DEEPEST, Judge, Loose, bare, pattern};

/// Programs whose options run other programs, write files or load code: an argument that begins with a dash is dangerous.
const TAKES_ORDERS: &[&str] = &[
    "git",
    "hg",
    "svn",
    "ssh",
    "scp",
    "sftp",
    "rsync",
    "tar",
    "zip",
    "unzip",
    "7z",
    "find",
    "fd",
    "rg",
    "curl",
    "wget",
    "docker",
    "podman",
    "kubectl",
    "helm",
    "pip",
    "pip3",
    "npm",
    "npx",
    "yarn",
    "pnpm",
    "uv",
    "cargo",
    "go",
    "make",
    "man",
    "less",
    "vim",
    "nmap",
    "tcpdump",
    "awk",
    "sed",
    "sort",
    "xargs",
    "env",
    "ffmpeg",
    "ffprobe",
    "convert",
    "magick",
    "pandoc",
    "wkhtmltopdf",
    "gcc",
    "java",
    "gh",
    "glab",
    "aws",
    "gcloud",
    "az",
    "psql",
    "pg_dump",
    "mysql",
    "mysqldump",
    "sqlite3",
    "yt-dlp",
    "youtube-dl",
    "adb",
    "xcrun",
    "terraform",
    "ansible",
    "openssl",
    "gpg",
    "chmod",
    "chown",
    "ping",
    "dig",
    "nslookup",
    "whois",
    "traceroute",
    "grep",
    "latexmk",
    "pdflatex",
    "exiftool",
    "inkscape",
    "libreoffice",
    "soffice",
    "node",
    "python",
    "python3",
    "ruby",
    "perl",
    "php",
    "deno",
    "bun",
    "systemctl",
    "journalctl",
];

impl<'a> Judge<'_, 'a> {
    /// The inputs in a command line that a shell reads.
    pub(crate) fn shell(&self, value: &Value<'a>) -> Loose {
        match value {
            Value::Either(alternatives) => {
                let mut loose = Loose::SAFE;
                for one in alternatives.iter() {
                    loose.add(&self.with(&one.facts).shell(&one.value));
                }
                loose
            }
            Value::Object(id) => {
                let Some(object) = self.state.object(*id) else { return Loose::SAFE };
                let mut loose = Loose::SAFE;
                for inner in object.elements.iter().chain(&object.rest) {
                    loose.add(&self.shell(inner));
                }
                loose
            }
            Value::Term(term) => match term.operands(Op::Concat) {
                Some(parts) => self.line(parts),
                None => self.shell_part(term, None),
            },
            _ => Loose::SAFE,
        }
    }

    /// The parts of a line, with the quotes that are open where each begins.
    fn line(&self, parts: &[Value<'a>]) -> Loose {
        let mut loose = Loose::SAFE;
        let mut quote = None;
        for part in parts {
            match part {
                Value::Text(text) => quote = quote_after(text, quote),
                part => loose.add(&self.part_of_line(part, quote)),
            }
        }
        loose
    }

    fn part_of_line(&self, part: &Value<'a>, quote: Option<char>) -> Loose {
        match part {
            Value::Term(term) => self.shell_part(term, quote),
            Value::Either(alternatives) => {
                let mut loose = Loose::SAFE;
                for one in alternatives.iter() {
                    loose.add(&self.with(&one.facts).part_of_line(&one.value, quote));
                }
                loose
            }
            other => self.shell(other),
        }
    }

    fn shell_part(&self, term: &Term<'a>, quote: Option<char>) -> Loose {
        if term.taint() & self.attacker == 0 || self.is_fixed(term, SinkKind::Shell) {
            return Loose::SAFE;
        }
        let raw =
            |fault| Loose { taint: term.taint() & self.attacker, guard: None }.fault(fault, term.place());
        match term.kind() {
            TermKind::Apply(Op::QuoteShell, _) if quote.is_none() => Loose::SAFE,
            TermKind::Apply(Op::QuoteShell | Op::WriteJson, _) => raw(GuardFault::WrongQuoting),
            TermKind::Apply(Op::ReplaceAll, operands) => {
                if self.keeps_only(operands, SinkKind::Shell) {
                    return Loose::SAFE;
                }
                let what = match operands.get(1) {
                    Some(Value::Text(text)) => text.to_string(),
                    Some(Value::Term(term)) => term
                        .operands(Op::Regex)
                        .and_then(|inner| inner.first()?.text())
                        .unwrap_or_default()
                        .to_owned(),
                    _ => String::new(),
                };
                // A quote inside single quotes, ended and escaped.
                if quote == Some('\'') && what.contains('\'') {
                    return Loose::SAFE;
                }
                raw(GuardFault::WrongQuoting)
            }
            TermKind::Apply(Op::ReplaceFirst, _) => raw(GuardFault::FirstOnly),
            TermKind::Apply(Op::Same | Op::Fold | Op::Or | Op::And, operands) => {
                let mut loose = Loose::SAFE;
                for operand in operands {
                    loose.add(&self.part_of_line(operand, quote));
                }
                self.blamed(loose, term, SinkKind::Shell)
            }
            TermKind::Apply(Op::Concat, parts) => {
                let mut loose = Loose::SAFE;
                let mut open = quote;
                for part in parts {
                    match part {
                        Value::Text(text) => open = quote_after(text, open),
                        part => loose.add(&self.part_of_line(part, open)),
                    }
                }
                loose
            }
            TermKind::Apply(Op::Element | Op::Part, operands) => {
                // Elements of a list that were all quoted.
                let mut loose = Loose::SAFE;
                if let Some(Value::Term(inner)) = super::matched::text_of(term).or_else(|| operands.first()) {
                    loose.add(&self.shell_part(inner, quote));
                } else if let Some(other) = operands.first() {
                    loose.add(&self.shell(other));
                }
                self.blamed(loose, term, SinkKind::Shell)
            }
            _ => self.generic(SinkKind::Shell, &Value::Term(term.clone()), DEEPEST),
        }
    }

    /// What a list of arguments is: a command line when its program is a shell.
    pub(crate) fn arguments_kind(&self, value: &Value<'a>) -> SinkKind {
        match value {
            Value::Object(id) => {
                let elements = self.state.elements(*id);
                let is_shell = elements.first().is_some_and(may_be_shell);
                let orders = elements.iter().any(is_order);
                let elements: Vec<&Value<'a>> = elements.iter().collect();
                let starts_shell = line_behind_another(&elements).is_some();
                if is_shell && orders || starts_shell { SinkKind::Shell } else { SinkKind::Arguments }
            }
            _ => SinkKind::Arguments,
        }
    }

    /// The inputs that choose a program, or an option of one that takes orders.
    pub(crate) fn arguments(&self, value: &Value<'a>) -> Loose {
        let Value::Object(id) = value else {
            return self.program(value);
        };
        let Some(object) = self.state.object(*id) else { return Loose::SAFE };
        let elements: Vec<&Value<'a>> = object.elements.iter().chain(&object.rest).collect();
        let Some(program) = elements.first() else { return Loose::SAFE };
        let mut loose = self.program(program);
        if !loose.is_safe() {
            return loose;
        }
        if let Some(line) = line_behind_another(&elements) {
            return self.shell(line);
        }
        let name = program.text().unwrap_or_default();
        if may_be_shell(program) {
            // What stands behind `-c` is a command line; what stands behind that is its arguments.
            let orders = elements.iter().position(|element| is_order(element));
            if let Some(line) = orders.and_then(|at| elements.get(at + 1)) {
                return self.shell(line);
            }
        }
        // A program that starts a shell: `docker exec web sh -c …`.
        let inner = elements.windows(3).find_map(|three| match three {
            [shell, order, line] if may_be_shell(shell) && is_order(order) => Some(*line),
            _ => None,
        });
        if let Some(line) = inner {
            return self.shell(line);
        }
        let short = name.rsplit('/').next().unwrap_or_default();
        if matches!(short, "node" | "python" | "python3" | "ruby" | "perl" | "php" | "osascript")
            && let Some(at) = elements.iter().position(|element| {
                element.text().is_some_and(|text| matches!(text, "-c" | "-e" | "--eval" | "-r" | "-p"))
            })
            && let Some(code) = elements.get(at + 1)
        {
            return self.generic(SinkKind::Code, code, DEEPEST);
        }
        if short == "ssh" {
            // The shell of the other machine reads what stands behind its name.
            elements
                .iter()
                .skip(2)
                .filter(|element| is_line(element))
                .for_each(|line| loose.add(&self.shell(line)));
        }
        if !TAKES_ORDERS.contains(&short) {
            return loose;
        }
        let mut before: Option<&str> = None;
        for element in elements.iter().skip(1) {
            if element.text() == Some("--") {
                break;
            }
            // The value of a fixed option is no option of its own.
            if !before.is_some_and(super::options::takes_value) {
                loose.add(&self.option(element));
            }
            before = element.text();
        }
        loose
    }

    /// The inputs that choose the program.
    fn program(&self, value: &Value<'a>) -> Loose {
        match value {
            Value::Term(term) => match term.operands(Op::Concat) {
                // A path with a fixed folder, or a line that is no list: the first part is what runs.
                Some([first, ..])
                    if self.taint(first) == 0 && !first.text().is_some_and(|text| text.contains(' ')) =>
                {
                    self.generic(SinkKind::Arguments, value, DEEPEST)
                }
                Some([first, ..]) if self.taint(first) == 0 => Loose::SAFE,
                _ => self.generic(SinkKind::Arguments, value, DEEPEST),
            },
            _ => self.generic(SinkKind::Arguments, value, DEEPEST),
        }
    }

    /// An input that can begin with a dash.
    fn option(&self, value: &Value<'a>) -> Loose {
        match value {
            Value::Either(alternatives) => {
                let mut loose = Loose::SAFE;
                for one in alternatives.iter() {
                    loose.add(&self.with(&one.facts).option(&one.value));
                }
                loose
            }
            Value::Object(id) => {
                let Some(object) = self.state.object(*id) else { return Loose::SAFE };
                let mut loose = Loose::SAFE;
                let mut before: Option<&str> = None;
                for inner in object.elements.iter().chain(&object.rest) {
                    if inner.text() == Some("--") {
                        break;
                    }
                    if !before.is_some_and(super::options::takes_value) {
                        loose.add(&self.option(inner));
                    }
                    before = inner.text();
                }
                loose
            }
            Value::Term(term) => self.option_term(term),
            _ => Loose::SAFE,
        }
    }

    fn option_term(&self, term: &Term<'a>) -> Loose {
        if term.taint() & self.attacker == 0 {
            return Loose::SAFE;
        }
        let root = bare(term);
        let starts_otherwise = self.facts.iter().any(|fact| {
            bare(&fact.subject) == root
                && match &fact.check {
                    Check::OneOf | Check::Number => true,
                    Check::StartsNotWith(start) => start.text().is_some_and(|start| start == "-"),
                    Check::StartsWith(start) => {
                        start.text().is_some_and(|start| !start.starts_with('-') && !start.is_empty())
                    }
                    Check::Matches(matched) => {
                        pattern::allowed(matched).is_some_and(|letters| !letters.begins_with('-'))
                    }
                    Check::MatchesNot(matched) => matched.source.starts_with("^-"),
                    Check::Equal(value) => self.taint(value) == 0,
                    Check::Inside(_) => true,
                    _ => false,
                }
        });
        if starts_otherwise {
            return Loose::SAFE;
        }
        match term.kind() {
            TermKind::Apply(Op::Concat, operands) => match operands.first() {
                Some(Value::Text(text)) if !text.is_empty() => Loose::SAFE,
                Some(first) => self.option(first),
                None => Loose::SAFE,
            },
            TermKind::Apply(
                Op::ResolvePath | Op::RealPath | Op::AppendPath | Op::ParseUrl | Op::Number | Op::Measure,
                _,
            ) => Loose::SAFE,
            TermKind::Apply(Op::JoinPath, operands) => match operands.first() {
                Some(first) if self.taint(first) == 0 => Loose::SAFE,
                Some(first) => self.option(first),
                None => Loose::SAFE,
            },
            TermKind::Apply(Op::ReplaceAll, operands) if self.keeps_only(operands, SinkKind::Sql) => {
                Loose::SAFE
            }
            _ => self.generic(SinkKind::Arguments, &Value::Term(term.clone()), DEEPEST),
        }
    }
}

/// The quote that is open after a text.
fn quote_after(text: &str, mut quote: Option<char>) -> Option<char> {
    let mut escaped = false;
    for letter in text.chars() {
        match (letter, quote) {
            _ if escaped => escaped = false,
            ('\\', None | Some('"')) => escaped = true,
            ('\'' | '"', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            _ => {}
        }
    }
    quote
}
