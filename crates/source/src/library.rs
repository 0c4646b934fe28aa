//! What is known of libraries: which function is a sink, which one makes what of its arguments, which one registers a
//! tool. One table for each language; the words of the tables are here.
//!
//! An entity has a path: module, `.`, members; the result of a call is written `()`. `sqlite3.connect().cursor().execute`
//! is looked up exactly, then as `sqlite3.*.execute` (first module and last member), then as `sqlite3.*` (everything of
//! that module), then as `*.execute`, then as `sqlite3.**` (what is left of that module; before `*.execute` when nothing
//! in the path was called). Node's `node:fs` is `fs`.

mod go;
mod javascript;
mod python;
mod special;
mod table;
mod words;

use crate::fact::Anchored;
use crate::ir::Language;

pub use special::Special;

/// Operations that give a symbol. Operands stand in the order that the comment names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Op {
    /// Texts one after the other.
    Concat,
    /// A property: object, name.
    Field,
    /// An element: container, index; an unknown one has [`crate::value::Value::Nothing`] as index, or none.
    Element,
    /// A key of a container: container.
    Key,
    /// Some part of a text, by slicing or splitting: text.
    Part,
    /// The same text in other case, trimmed, normalised in Unicode: text.
    Fold,
    /// The same value in another type that keeps its text: value.
    Same,
    /// A text with some parts replaced: text, what, by what. Only the first one.
    ReplaceFirst,
    /// A text with all such parts replaced: text, what, by what.
    ReplaceAll,
    /// A path put together: parts. Absolute later parts win.
    JoinPath,
    /// A path put together and made normal: parts. Absolute later parts do not win, `..` climbs.
    AppendPath,
    /// A path made absolute and normal without looking at links: path.
    ResolvePath,
    /// A path made absolute and normal with all links followed: path.
    RealPath,
    /// The last part of a path, without any separator: path.
    BaseName,
    /// A path without its last part: path.
    ParentPath,
    /// A path relative to a folder: folder, path.
    RelativePath,
    /// A path whose `~` and variables were replaced: path.
    ExpandPath,
    /// The folder that two paths share: the paths.
    CommonPath,
    /// Percent, base64, hex, HTML decoded: text.
    Decode,
    /// Percent-encoded: text.
    EncodeUrl,
    /// A URL, parsed: text, and where given the URL that it is relative to.
    ParseUrl,
    /// The host of a parsed URL: URL.
    UrlHost,
    /// The scheme of a parsed URL: URL.
    UrlScheme,
    /// An address that a name resolves to: name.
    ResolveHost,
    /// An address, parsed: text.
    ParseAddress,
    /// A number: value. Throws or is not a number for other text.
    Number,
    /// Where a value first stands, or -1: container, value. Compared with -1 it is [`Op::In`], with 0 [`Op::StartsWith`].
    IndexOf,
    /// A count, a digest, a date, a truth value of something: nothing of its text is left.
    Measure,
    /// A text quoted for a shell: text.
    QuoteShell,
    /// An identifier or value quoted for SQL: text.
    QuoteSql,
    /// A text escaped for HTML or XML: text.
    EscapeMarkup,
    /// A text escaped for a regular expression: text.
    EscapeRegex,
    /// A text escaped for an LDAP filter or name: text.
    EscapeLdap,
    /// JSON read: text.
    ParseJson,
    /// JSON written: value.
    WriteJson,
    /// A regular expression: source, flags.
    Regex,
    /// Condition: not.
    Not,
    /// Condition, or the second value when the first is true: two values.
    And,
    /// Condition, or the first value when it is true, else the second: two values.
    Or,
    /// Condition: the values are equal.
    Equal,
    /// Condition: less than.
    Less,
    /// Condition: a value is in a container or text: value, container.
    In,
    /// Condition: text, beginning.
    StartsWith,
    /// Condition: text, end.
    EndsWith,
    /// Condition: text matches: text, regular expression, and 0, 1 or 2 for nowhere, at the start, on both sides anchored.
    Matches,
    /// Condition: path, folder: inside, part by part.
    IsInside,
    /// Condition: the path is absolute: path.
    IsAbsolute,
    /// Condition: the value is a number: value.
    IsNumber,
    /// Condition: the address is private, loopback or otherwise special: address or host.
    IsPrivate,
    /// Condition: the address is global: address or host.
    IsPublic,
    /// Condition: the text is an address of a host: text.
    IsAddress,
    /// Condition: is of a class: value, class.
    IsInstance,
    /// Condition: some element satisfies: condition with the element as a symbol.
    Any,
    /// Condition: every element satisfies: condition with the element as a symbol.
    All,
}

/// What an argument must not reach unchecked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SinkKind {
    /// A command line that a shell reads (CWE-78).
    Shell,
    /// A program and its arguments (CWE-78, CWE-88).
    Arguments,
    /// Code that is evaluated (CWE-95).
    Code,
    /// A path that is read (CWE-22).
    PathRead,
    /// A path that is written (CWE-22).
    PathWrite,
    /// A path that is deleted (CWE-22).
    PathDelete,
    /// An address that is requested (CWE-918).
    Url,
    /// A statement of SQL (CWE-89).
    Sql,
    /// A query object of a document database (CWE-943).
    NoSql,
    /// Bytes that objects are made of (CWE-502).
    Deserialize,
    /// The source of a template (CWE-1336).
    Template,
    /// XML that is read with entities (CWE-611).
    Xml,
    /// The source of a regular expression (CWE-1333).
    Regex,
    /// A header of a request or answer (CWE-113).
    Header,
    /// A whole message of a protocol of lines, written by hand: what stands before an empty line is headers (CWE-93).
    Message,
    /// A line of a log (CWE-117).
    Log,
    /// A filter or name of a directory (CWE-90).
    Ldap,
    /// The name of a module that is loaded (CWE-98).
    Import,
    /// A key under which an object is written (CWE-1321).
    Prototype,
    /// An archive whose entries are written where they say (CWE-22).
    Archive,
    /// A path through a document of XML (CWE-643).
    XPath,
    /// A text that a regular expression is matched against: dangerous for an expression that backtracks (CWE-1333).
    Subject,
    /// A page that a person's browser shows (CWE-79).
    Markup,
    /// The name of a member of a library's object, which is then used (CWE-470).
    Member,
}

/// What code can do to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EffectKind {
    /// Starts a program.
    Process,
    /// Evaluates code.
    Evaluate,
    /// Reads files.
    Read,
    /// Writes files.
    Write,
    /// Deletes files.
    Delete,
    /// Sends or receives over the network.
    Network,
    /// Listens on the network.
    Listen,
    /// Reads the environment.
    Environment,
    /// Reads or writes the clipboard.
    Clipboard,
    /// Reads or writes stored credentials.
    Keyring,
    /// Reads or changes a database.
    Database,
    /// Looks at the machine: host name, user, platform, time.
    Fingerprint,
    /// Loads native code.
    Native,
}

/// Which argument of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// By position, from zero.
    At(u8),
    /// By name.
    Named(&'static str),
    /// By position or by name.
    Either(u8, &'static str),
    /// A property of the argument at a position.
    Field(u8, &'static str),
    /// All arguments from a position on, and those by name.
    From(u8),
    /// All arguments from a position on, without those by name.
    Plain(u8),
    /// What the method is called on.
    Receiver,
    /// What the template at a position makes of the arguments after it, as [`Special::Format`] does.
    Formatted(u8),
    /// The words of the tagged template that the call is.
    Template,
    /// The words of a line at a position that no shell reads.
    Line(u8),
    /// No argument but this text.
    Text(&'static str),
}

/// A sink of a function.
#[derive(Debug, Clone, Copy)]
pub struct Sink {
    /// What kind.
    pub kind: SinkKind,
    /// Which argument.
    pub slot: Slot,
    /// Only in this case.
    pub when: When,
}

/// When a sink is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Always.
    Always,
    /// When this option of the call is set to something that may be true.
    Set(Slot),
    /// Unless this option of the call is set to something that may be true.
    Unset(Slot),
    /// When the mode (that option of the call) may write; the sink is [`SinkKind::PathRead`] otherwise. The table names
    /// no effect for such a function: it reads or writes as the sink does.
    Writes(Slot),
    /// When the argument is a text that was put together or given, not a list.
    IsText,
    /// When the argument is a list.
    IsList,
    /// When there are fewer arguments by position than this.
    Fewer(u8),
    /// When there are at least so many arguments by position.
    AtLeast(u8),
    /// When this argument, a text, does not name one of the safe choices (`yaml.load(…, Loader=SafeLoader)`).
    NotNamed(Slot, &'static [&'static str]),
    /// When the argument is a text whose known beginning, white space and case apart, is one of these words. For
    /// methods that are known by their name only: `x.execute("SELECT …" + y)`.
    Begins(&'static [&'static str]),
    /// When this argument is given and does not name one of the safe choices.
    Other(Slot, &'static [&'static str]),
    /// When a known part of the text in this slot, or of what the object in it was made with, contains one of these
    /// words: `appendFile("/var/log/x.log", line)`.
    Mentions(Slot, &'static [&'static str]),
    /// When the object in this slot was made, or had a method called on it before, with this option set to something that
    /// may be true. An option is a named argument, a property, or the argument after one that is or ends with its name:
    /// `XMLParser(resolve_entities=True)`, `reader.setFeature(feature_external_ges, True)`.
    Configured(Slot, &'static str),
    /// Unless the object in this slot was made with one of these options: a dialer that looks at every address.
    Unguarded(Slot, &'static [&'static str]),
}

/// What a call gives. Where it is no [`Special`], functions among the arguments are called back with symbols that carry
/// what the answer carries: `fs.readFile(path, (problem, text) => …)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// A symbol that carries what its receiver and arguments carry.
    Unknown,
    /// A symbol that carries nothing.
    Clean,
    /// An operation on the arguments: positions in order. Those not given are left out. Without any: on all of them,
    /// after the receiver where that is a value and not a module.
    Make(Op, &'static [Slot]),
    /// The first operation on what the second makes of the arguments: `path.resolve(a, b)`.
    Nest(Op, Op, &'static [Slot]),
    /// [`Op::Matches`]: the text, the regular expression (a text is its source), and how the function anchors it.
    Matches(Slot, Slot, Anchored),
    /// One of its arguments, as it is.
    Same(Slot),
    /// What the interpreter does itself.
    Special(Special),
}

/// What is known of a function.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    /// Its path.
    pub path: &'static str,
    /// What it can do to the world. Where each of its sinks has a condition: only if one of them holds.
    pub effects: &'static [EffectKind],
    /// What must not reach it.
    pub sinks: &'static [Sink],
    /// What it gives.
    pub answer: Answer,
}

/// What is known of the function at a path. In Go, what it gives is the first of several results; the others carry nothing.
#[must_use]
pub fn model(language: Language, path: &str) -> Option<&'static Model> {
    library(language).function(path)
}

/// What reading a member gives, where that is more than a part of its object: `process.env`, `URL().hostname`,
/// `pathlib.Path().parent`. Its [`Slot::Receiver`] is the object.
#[must_use]
pub fn property(language: Language, path: &str) -> Option<&'static Model> {
    library(language).property(path)
}

/// As what library entity a symbol is looked up that an operation made: its members are those of `pathlib.Path()`,
/// `re.compile()`, `URL()`. A path that is a text in truth has these members too, after its own.
#[must_use]
pub const fn path_of(language: Language, operation: Op) -> Option<&'static str> {
    match (language, operation) {
        (
            Language::Python,
            Op::JoinPath
            | Op::ResolvePath
            | Op::RealPath
            | Op::ParentPath
            | Op::ExpandPath
            | Op::RelativePath,
        ) => Some("pathlib.Path()"),
        (Language::Python, Op::Regex) => Some("re.compile()"),
        (Language::Python, Op::ParseUrl) => Some("urllib.parse.urlparse()"),
        (Language::Python, Op::ParseAddress) => Some("ipaddress.ip_address()"),
        (Language::JavaScript, Op::Regex) => Some("RegExp()"),
        (Language::JavaScript, Op::ParseUrl) => Some("URL()"),
        (Language::JavaScript, Op::ParseAddress) => Some("ipaddr.js.parse()"),
        (Language::Go, Op::Regex) => Some("regexp.MustCompile()"),
        (Language::Go, Op::ParseUrl) => Some("net/url.Parse()"),
        (Language::Go, Op::ParseAddress) => Some("net.ParseIP()"),
        _ => None,
    }
}

fn library(language: Language) -> &'static table::Library {
    match language {
        Language::Python => &python::LIBRARY,
        Language::JavaScript => &javascript::LIBRARY,
        Language::Go => &go::LIBRARY,
    }
}

#[cfg(test)]
mod tests;
