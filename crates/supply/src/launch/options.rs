//! Telling a program's options, their values and its operands apart.

use super::word::Word;

/// Which options of a program take a value. Everything else is a switch, unless `unknown_take_values`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options {
    /// Options that take a value, spelled as on the command line: `--package`, `-p`, `-modfile`.
    pub(super) values: &'static [&'static str],
    /// Long options that take none; only read when unknown ones take values.
    pub(super) switches: &'static [&'static str],
    /// Whether a long option in neither list swallows the next word.
    pub(super) unknown_take_values: bool,
    /// Whether `-abc` stands for `-a -b -c`.
    pub(super) clusters: bool,
}

impl Options {
    /// A program whose short options cluster and whose unknown options are switches.
    pub(super) const fn new(values: &'static [&'static str]) -> Self {
        Self { values, switches: &[], unknown_take_values: false, clusters: true }
    }

    /// A program with long options behind one dash.
    pub(super) const fn single_dash(values: &'static [&'static str]) -> Self {
        Self { values, switches: &[], unknown_take_values: false, clusters: false }
    }

    fn takes_value(&self, name: &str) -> bool {
        self.values.contains(&name)
            || (self.unknown_take_values && name.starts_with("--") && !self.switches.contains(&name))
    }

    /// The option of a cluster that `character` stands for, if that takes a value.
    fn short_with_value(&self, character: char) -> Option<&'static str> {
        self.values.iter().copied().find(|name| {
            let mut characters = name.chars();
            (characters.next(), characters.next(), characters.next()) == (Some('-'), Some(character), None)
        })
    }
}

/// A word, or the end of one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'w> {
    pub(super) word: &'w Word,
    pub(super) text: &'w str,
}

impl<'w> Part<'w> {
    pub(super) fn whole(word: &'w Word) -> Self {
        Self { word, text: &word.text }
    }
}

/// What stands next on a command line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Met<'w> {
    /// An option: its name with dashes, and its value.
    Option(&'w str, Option<Part<'w>>),
    /// A word that belongs to no option.
    Operand(&'w Word),
}

/// Reads options and operands one after the other.
pub(super) struct Reader<'w> {
    words: &'w [Word],
    options: Options,
    only_operands: bool,
}

impl<'w> Reader<'w> {
    pub(super) const fn new(words: &'w [Word], options: Options) -> Self {
        Self { words, options, only_operands: false }
    }

    /// What has not been read yet.
    pub(super) const fn rest(&self) -> &'w [Word] {
        self.words
    }

    fn take(&mut self) -> Option<&'w Word> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    /// The next option or operand.
    pub(super) fn next(&mut self) -> Option<Met<'w>> {
        let mut word = self.take()?;
        if word.text == "--" && !self.only_operands {
            self.only_operands = true;
            word = self.take()?;
        }
        let text = word.text.as_str();
        if self.only_operands || !text.starts_with('-') || text == "-" {
            return Some(Met::Operand(word));
        }
        if let Some((name, value)) = text.split_once('=') {
            return Some(Met::Option(name, Some(Part { word, text: value })));
        }
        if self.options.takes_value(text) {
            return Some(Met::Option(text, self.take().map(Part::whole)));
        }
        if self.options.clusters && !text.starts_with("--") {
            return Some(self.cluster(word, text));
        }
        Some(Met::Option(text, None))
    }

    /// `-itv /a:/b` and `-v/a:/b`: the first option of the cluster that takes a value takes the rest.
    fn cluster(&mut self, word: &'w Word, text: &'w str) -> Met<'w> {
        for (at, character) in text.char_indices().skip(1) {
            let Some(name) = self.options.short_with_value(character) else { continue };
            let after = text.get(at + character.len_utf8()..).unwrap_or_default();
            let value = if after.is_empty() {
                self.take().map(Part::whole)
            } else {
                Some(Part { word, text: after })
            };
            return Met::Option(name, value);
        }
        Met::Option(text, None)
    }

    /// The first operand; options before it go to `option`.
    pub(super) fn operand(&mut self, mut option: impl FnMut(&'w str, Option<Part<'w>>)) -> Option<&'w Word> {
        loop {
            match self.next()? {
                Met::Option(name, value) => option(name, value),
                Met::Operand(word) => return Some(word),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::word::words_of;
    use super::*;

    fn read(args: &[&str], options: Options) -> Vec<String> {
        let words = words_of("program", args);
        let mut reader = Reader::new(&words[1..], options);
        let mut met = Vec::new();
        while let Some(next) = reader.next() {
            met.push(match next {
                Met::Option(name, value) => format!("{name}={}", value.map_or("", |part| part.text)),
                Met::Operand(word) => word.text.clone(),
            });
        }
        met
    }

    #[test]
    fn values_are_taken_after_a_space_an_equal_sign_or_inside_a_cluster() {
        let options = Options::new(&["--name", "-v"]);
        assert_eq!(
            read(&["--name", "a", "--name=b", "-itv", "c", "-vd", "--rm", "image", "--", "-x"], options),
            ["--name=a", "--name=b", "-v=c", "-v=d", "--rm=", "image", "-x"]
        );
    }

    #[test]
    fn an_unknown_option_takes_a_value_only_where_the_program_is_like_that() {
        let options = Options { unknown_take_values: true, switches: &["--rm"], ..Options::new(&[]) };
        assert_eq!(read(&["--rm", "--new", "x", "image"], options), ["--rm=", "--new=x", "image"]);
        assert_eq!(read(&["-mod", "x", "y"], Options::single_dash(&["-mod"])), ["-mod=x", "y"]);
    }
}
