//! The evidence that rules look at, as the engine hands it to them.

use portcullis_model::{
    Bundle, ConfiguredServer, Edit, HostConfig, Item, ItemKind, Launch, Location, Pointer, Span, Surface,
};
use portcullis_source::Analysis;
use portcullis_supply::advisory::Advisory;
use portcullis_supply::{Manifest, PackageUse};
use portcullis_text::secret::{self, SecretHit};
use portcullis_text::{Reading, Role};

use crate::capability::Correction;

/// Whose evidence it is: the fixed part of every location.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The server's name as we know it; empty for a document that belongs to none.
    pub server: &'a str,
    /// The file it was read from, home shown as `~`.
    pub file: Option<&'a str>,
    /// The kind of item, where the evidence is inside one.
    pub item: Option<ItemKind>,
    /// The item's name.
    pub name: Option<&'a str>,
    /// What else is installed beside it.
    pub neighbours: &'a Neighbours,
}

impl Subject<'_> {
    /// The location of the subject itself.
    #[must_use]
    pub fn location(&self) -> Location {
        Location {
            server: (!self.server.is_empty()).then(|| self.server.to_owned()),
            item: self.item,
            name: self.name.map(str::to_owned),
            file: self.file.map(str::to_owned),
            ..Location::default()
        }
    }

    /// A place inside the subject.
    #[must_use]
    pub fn at(&self, field: &Pointer, span: Span) -> Location {
        let span = (self.file.is_some() && span != Span::UNKNOWN).then_some(span);
        Location { field: Some(field.clone()), span, ..self.location() }
    }
}

/// The files of a package, an archive or a source folder. Nothing of them was executed.
#[derive(Debug, Clone, Copy)]
pub struct PackageEvidence<'a> {
    /// The files, and what could not be read.
    pub bundle: &'a Bundle,
    /// Its own manifests, in the order of the files.
    pub manifests: &'a [Manifest],
}

impl PackageEvidence<'_> {
    /// A place in one of the files.
    #[must_use]
    pub fn at(&self, path: &str, span: Span) -> Location {
        Location {
            item: Some(ItemKind::Package),
            file: Some(path.to_owned()),
            span: (span != Span::UNKNOWN).then_some(span),
            ..Location::default()
        }
    }
}

/// What the source code of a server does, found out without running it.
#[derive(Debug, Clone, Copy)]
pub struct SourceEvidence<'a> {
    /// The files.
    pub bundle: &'a Bundle,
    /// What was found out about them.
    pub analysis: &'a Analysis,
}

/// A package in use, with the advisories that speak of its version.
#[derive(Debug, Clone, Copy)]
pub struct Advised<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
    /// What it is used for.
    pub in_use: InUse,
    /// The advisories that affect this version.
    pub advisories: &'a [Advisory],
    /// The lowest later version that none affects; `None` when there is none.
    pub secure: Option<&'a str>,
    /// Where the version is stated.
    pub location: &'a Location,
}

/// What a package is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InUse {
    /// It is what is scanned.
    Scanned,
    /// A configured server is launched from it.
    Launched,
    /// What is scanned depends on it.
    Dependency,
}

/// What is installed beside a server: the names that a text may refer to.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    /// Every tool of the installed set: (server, tool), sorted.
    pub tools: Vec<(String, String)>,
    /// Every server of the installed set, sorted.
    pub servers: Vec<String>,
}

/// One text that a model reads, with everything that is known of its place.
#[derive(Debug)]
pub struct Passage<'a> {
    /// The text, read once for all rules.
    pub reading: &'a Reading<'a>,
    /// Whose text it is.
    pub subject: Subject<'a>,
    /// The field inside the item.
    pub field: &'a Pointer,
    /// The bytes of the whole text in the file.
    pub span: Span,
}

impl Passage<'_> {
    /// What the text is for.
    #[must_use]
    pub fn role(&self) -> Role {
        self.reading.role
    }

    /// The place of a part of the raw text. Points exactly where the file spells the text as it reads, else at the
    /// whole text.
    #[must_use]
    pub fn at(&self, part: Span) -> Location {
        let raw_length = self.reading.raw.len();
        let quoted = self.span.len() == raw_length + 2;
        let plain = self.span.len() == raw_length;
        if (quoted || plain) && part.end <= raw_length {
            let start = self.span.start + usize::from(quoted);
            return self.subject.at(self.field, Span::new(start + part.start, start + part.end));
        }
        let location = self.subject.at(self.field, self.span);
        let part = (location.span.is_some() && !part.is_empty()).then_some(part);
        Location { part, ..location }
    }

    /// The part of the raw text with a little of what stands around it, for evidence. Cut at 240 characters.
    #[must_use]
    pub fn quote(&self, part: Span) -> String {
        excerpt(self.reading.raw, part)
    }
}

/// A part of a text with up to 40 characters around it; a long part is cut in its middle. A secret that reaches into
/// the excerpt is shown as what it is: cut in two, nobody would recognise it any more.
pub(crate) fn excerpt(text: &str, part: Span) -> String {
    const AROUND: usize = 40;
    const MOST: usize = 200;
    let before = text.get(..part.start).unwrap_or_default();
    let start = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(index, _)| index);
    let after = text.get(part.end..).unwrap_or_default();
    let end = after.char_indices().nth(AROUND).map_or(text.len(), |(index, _)| part.end + index);
    let secrets = secrets_around(text, Span::new(start, end));
    let show = |from, to| without_secrets(text, Span::new(from, to), &secrets);
    let middle = text.get(part.start..part.end).unwrap_or_default();
    let shown = if middle.chars().nth(MOST).is_some() {
        let head = middle.char_indices().nth(MOST / 2).map_or(part.end, |(index, _)| part.start + index);
        let tail =
            middle.char_indices().rev().nth(MOST / 2 - 1).map_or(part.end, |(index, _)| part.start + index);
        format!("{} … {}", show(start, head), show(tail, end))
    } else {
        show(start, end)
    };
    let (cut_before, cut_after) = (if start > 0 { "…" } else { "" }, if end < text.len() { "…" } else { "" });
    format!("{cut_before}{shown}{cut_after}")
}

/// The secrets that reach into a part of a text, looked for far enough around it to see them whole.
fn secrets_around(text: &str, part: Span) -> Vec<SecretHit> {
    const FAR: usize = 4096;
    let from = text.floor_char_boundary(part.start.saturating_sub(FAR));
    let to = text.floor_char_boundary((part.end + FAR).min(text.len()));
    let mut secrets = secret::find(text.get(from..to).unwrap_or_default());
    for hit in &mut secrets {
        hit.span = Span::new(hit.span.start + from, hit.span.end + from);
    }
    secrets
}

fn without_secrets(text: &str, part: Span, secrets: &[SecretHit]) -> String {
    let mut shown = String::new();
    let mut from = part.start;
    for hit in secrets.iter().filter(|hit| hit.span.start < part.end && hit.span.end > part.start) {
        shown.push_str(text.get(from..hit.span.start.max(from)).unwrap_or_default());
        shown.push_str(&secret::shown(hit.kind, text.get(hit.span.start..hit.span.end).unwrap_or_default()));
        from = hit.span.end.min(part.end);
    }
    shown.push_str(text.get(from..part.end).unwrap_or_default());
    shown
}

/// One tool with its surroundings.
#[derive(Debug, Clone, Copy)]
pub struct ToolEvidence<'a> {
    /// The tool.
    pub tool: &'a Item,
    /// The surface it belongs to.
    pub surface: &'a Surface,
    /// Whose it is.
    pub subject: Subject<'a>,
}

impl ToolEvidence<'_> {
    /// The place of a member of the tool, such as `/annotations/readOnlyHint`; the whole tool when it is not there.
    #[must_use]
    pub fn at(&self, segments: &[&str]) -> Location {
        let mut node = &self.tool.node;
        for segment in segments {
            match node.get(segment) {
                Some(inner) => node = inner,
                None => break,
            }
        }
        self.subject.at(&Pointer::of(segments), node.span)
    }
}

/// One server's surface with its surroundings.
#[derive(Debug, Clone, Copy)]
pub struct ServerEvidence<'a> {
    /// The surface.
    pub surface: &'a Surface,
    /// Whose it is.
    pub subject: Subject<'a>,
}

/// How one configured server is launched.
#[derive(Clone, Copy)]
pub struct LaunchEvidence<'a> {
    /// The server's entry.
    pub server: &'a ConfiguredServer,
    /// The configuration it stands in.
    pub config: &'a HostConfig,
}

impl LaunchEvidence<'_> {
    /// A place in the configuration file.
    #[must_use]
    pub fn at(&self, pointer: &Pointer, span: Span) -> Location {
        Location {
            server: Some(self.server.name.clone()),
            item: Some(ItemKind::Config),
            name: Some(self.server.name.clone()),
            field: Some(pointer.clone()),
            file: Some(self.config.path.clone()),
            span: (span != Span::UNKNOWN).then_some(span),
            part: None,
            place: None,
        }
    }
}

/// All servers that are used together: by one host, or in one recorded set.
#[derive(Clone, Default)]
pub struct Installation<'a> {
    /// Id of the target that findings about the whole set belong to.
    pub target: &'a str,
    /// The servers, in the order they were met.
    pub servers: Vec<InstalledServer<'a>>,
    /// What the user says of the classes of tools.
    pub corrections: &'a [Correction],
}

impl<'a> Installation<'a> {
    /// The servers that the host would start.
    pub fn in_use(&self) -> impl Iterator<Item = &InstalledServer<'a>> {
        self.servers.iter().filter(|server| server.launch.is_none_or(|launch| launch.server.enabled))
    }
}

/// One server of an installation: what is configured of it, what it shows, or both.
#[derive(Clone, Copy)]
pub struct InstalledServer<'a> {
    /// Its name.
    pub name: &'a str,
    /// Target id under which its findings are reported.
    pub target: &'a str,
    /// Its entry in a host configuration.
    pub launch: Option<LaunchEvidence<'a>>,
    /// Its surface, when it was recorded or asked.
    pub surface: Option<&'a Surface>,
    /// The file the surface was read from.
    pub file: Option<&'a str>,
}

impl InstalledServer<'_> {
    /// The package that its configured command fetches or runs.
    #[must_use]
    pub fn package(&self) -> Option<PackageUse> {
        let Launch::Stdio { command, args, .. } = &self.launch?.server.launch else { return None };
        let args: Vec<&str> = args.iter().map(|argument| &*argument.text).collect();
        portcullis_supply::package_of(&command.text, &args)
    }
}

/// The place of a setting in its configuration file.
pub(crate) fn setting_place(config: &HostConfig, setting: &portcullis_model::Setting) -> Location {
    let value = &setting.value;
    Location {
        item: Some(ItemKind::Config),
        field: Some(value.pointer.clone()),
        file: Some(config.path.clone()),
        span: (value.span != Span::UNKNOWN).then_some(value.span),
        ..Location::default()
    }
}

/// The edit that turns a `true` into a `false`; none where the value is something else.
pub(crate) fn switched_off(config: &HostConfig, value: &portcullis_model::Located) -> Vec<Edit> {
    let is_true = config.root.at(&value.pointer).and_then(portcullis_model::Node::bool) == Some(true);
    let edit = is_true.then(|| Edit::Replace {
        file: config.path.clone(),
        span: value.span,
        replacement: String::from("false"),
    });
    edit.into_iter().collect()
}
