//! The way of an input through source code to what is found, as people are shown it: a stop for each line.

use portcullis_model::{Finding, Location};

use crate::frame::Frame;
use crate::source::Sources;
use crate::words;

/// A line of source on the way, with all that happens on it.
pub(crate) struct Stop<'a> {
    /// The place of the first thing that happens there.
    pub(crate) location: &'a Location,
    /// What happens, in order, joined by commas.
    pub(crate) what: String,
    /// File and line; the line alone where the file is the finding's own.
    pub(crate) shown: String,
}

impl Stop<'_> {
    /// The line of source, cut to about `columns` bytes.
    pub(crate) fn frame<'s>(&self, sources: &'s Sources, columns: usize) -> Option<Frame<'s>> {
        sources.frame(self.location, columns)
    }
}

/// The stops of a finding's way, in order. Nothing for a way of a single line: the finding shows that one.
pub(crate) fn stops<'a>(finding: &'a Finding, sources: &Sources) -> Vec<Stop<'a>> {
    let mut stops: Vec<Stop<'a>> = Vec::new();
    let mut last = None;
    for step in &finding.flow {
        let location = &step.location;
        let line = sources.place(location).map(|place| place.line);
        let here = Some((&location.file, line));
        match stops.last_mut().filter(|_| last == here) {
            Some(stop) if stop.what.split(", ").any(|known| known == step.message) => {}
            Some(stop) => {
                stop.what.push_str(", ");
                stop.what.push_str(&step.message);
            }
            None => stops.push(Stop {
                location,
                what: step.message.clone(),
                shown: shown(finding, location, line),
            }),
        }
        last = here;
    }
    if stops.len() < 2 { Vec::new() } else { stops }
}

fn shown(finding: &Finding, location: &Location, line: Option<usize>) -> String {
    let line = line.map(|line| line.to_string()).unwrap_or_default();
    match &location.file {
        Some(file) if finding.location.file.as_ref() != Some(file) => {
            let own = finding.location.file.as_deref().unwrap_or_default();
            format!("{}:{line}", words::brief(beyond(own, file)))
        }
        _ => format!("line {line}"),
    }
}

/// A path without the folders that it shares with another.
fn beyond<'p>(own: &str, path: &'p str) -> &'p str {
    let shared = own.bytes().zip(path.bytes()).take_while(|(one, other)| one == other).count();
    let folder = path.get(..shared).and_then(|shared| shared.rfind('/')).map_or(0, |at| at + 1);
    path.get(folder..).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_from_where_it_leaves_the_other() {
        assert_eq!(beyond("src/tools/a.py", "src/tools/b.py"), "b.py");
        assert_eq!(beyond("src/tools/a.py", "src/shell/run.py"), "shell/run.py");
        assert_eq!(beyond("a.py", "b.py"), "b.py");
    }
}
