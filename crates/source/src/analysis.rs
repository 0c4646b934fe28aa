//! What is found out about a bundle's source.

use portcullis_model::{Node, UnreadFile};

use crate::behaviour::Serving;
use crate::ir::{At, Language};
use crate::library::{EffectKind, SinkKind};

/// A part of a file, for people: path and bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Spot {
    /// The file's path in the bundle.
    pub path: String,
    /// Where in it.
    pub at: At,
}

/// Everything that is found out.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// What the code offers.
    pub offers: Vec<Offer>,
    /// Which inputs reach which operations unchecked, in the order of the offers.
    pub flows: Vec<Flow>,
    /// What loading the files does, before any tool is called.
    pub on_load: Vec<Effect>,
    /// Source files that were translated, with their language and size in bytes.
    pub files: Vec<(String, Language, usize)>,
    /// What could not be understood: whole files or parts.
    pub unread: Vec<UnreadFile>,
    /// Texts that are given only under a strange condition.
    pub hidden_texts: Vec<HiddenText>,
    /// What is decoded or fetched and then run.
    pub payloads: Vec<Payload>,
    /// How the server is reached and what it does about it.
    pub serving: Serving,
    /// Tools whose analysis was given up for its size, by name; an empty name is the loading of the files.
    pub gave_up: Vec<String>,
    /// The steps that the interpreter took: the same for the same bundle, on every machine.
    pub steps: u64,
}

/// What kind of offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfferKind {
    /// A tool.
    Tool,
    /// A prompt.
    Prompt,
    /// A resource or resource template.
    Resource,
    /// A route of a web server beside the protocol.
    Route,
}

/// A tool, prompt, resource or route that the code offers.
#[derive(Debug, Clone)]
pub struct Offer {
    /// What it is.
    pub kind: OfferKind,
    /// Its name (a resource's URI, a route's path); empty if it is only known at run time.
    pub name: String,
    /// Its description, if it is known.
    pub description: Option<String>,
    /// Its whole declaration in the form of `tools/list`, as far as it is known: name, description, inputSchema,
    /// annotations. It is what metadata rules look at.
    pub declaration: Node,
    /// Where it is registered.
    pub registered: Spot,
    /// Where its handler is, if it was found.
    pub handler: Option<Spot>,
    /// What a call of it does.
    pub effects: Vec<Effect>,
}

/// Something that code does to the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// What.
    pub kind: EffectKind,
    /// With what, where that is known: a host, a path, a program, the name of a variable.
    pub detail: Option<String>,
    /// The function that does it, by its path.
    pub function: String,
    /// Where.
    pub spot: Spot,
    /// Inputs that it depends on.
    pub inputs: Vec<String>,
    /// Kinds of private data that flow into it: environment, credential, file.
    pub carries: Vec<SourceKind>,
    /// The private data that flow into it, each by name; the whole environment is an environment without a name.
    pub sends: Vec<Source>,
    /// The address or program, with what is encoded in the source decoded.
    pub address: Option<Address>,
    /// Conditions under which it happens and that nobody would expect.
    pub when: Vec<Condition>,
}

/// An address that code reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The known beginning of it.
    pub text: String,
    /// Whether the source holds it encoded.
    pub encoded: bool,
}

/// A condition on something that has nothing to do with the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What is asked.
    pub kind: ConditionKind,
    /// With what it is compared.
    pub with: String,
}

/// What a condition asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConditionKind {
    /// Whether a fixed date has come.
    Date,
    /// What the machine is called.
    HostName,
    /// Who is logged in.
    UserName,
    /// Whether this is a build machine.
    BuildMachine,
    /// Which client is connected.
    Client,
    /// Whether certain words stand in an argument.
    MagicWords,
}

/// Texts that code gives only under a condition on something that has nothing to do with the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiddenText {
    /// The conditions.
    pub when: Vec<Condition>,
    /// The text.
    pub text: String,
    /// Where it stands.
    pub spot: Spot,
}

/// Code or a command that is made at run time of what nobody sees in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// What it is made of.
    pub origin: PayloadOrigin,
    /// What runs it: code or a command.
    pub sink: SinkKind,
    /// The function that runs it.
    pub function: String,
    /// Where.
    pub spot: Spot,
    /// The beginning of what runs, decoded, if it is known.
    pub shown: Option<String>,
}

/// What a payload is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PayloadOrigin {
    /// A constant that is decoded.
    Encoded,
    /// What the network answers.
    Fetched,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What kind of input.
    pub kind: SourceKind,
    /// The argument's name, the variable of the environment, the path.
    pub name: String,
}

/// What kind of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// An argument of a tool.
    Argument,
    /// A part of a resource's URI.
    Uri,
    /// An argument of a prompt.
    PromptArgument,
    /// A request of the web.
    Request,
    /// What a model answered (sampling), or a person (elicitation).
    Answer,
    /// The entries of an archive, whose names another chose.
    Archive,
    /// The environment of the process.
    Environment,
    /// A file that holds credentials or private data.
    PrivateFile,
}

/// An input that reaches an operation unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// What kind of operation.
    pub sink: SinkKind,
    /// The offer whose call reaches the operation: position in [`Analysis::offers`].
    pub offer: usize,
    /// The offer whose input it is; another one where the input was kept since.
    pub given_to: usize,
    /// The input.
    pub source: Source,
    /// The function that is reached, by its path: `subprocess.run`.
    pub function: String,
    /// The way, from the input to the operation; the last is the operation.
    pub steps: Vec<Step>,
    /// A check on the way that does not do what it seems to.
    pub guard: Option<WrongGuard>,
    /// Whether the operation is what the tool openly is for: a `run_sql` tool runs SQL.
    pub by_design: bool,
    /// Whether a check stops it where an operator sets the server up so: a folder that is named, a list of hosts.
    pub configured: bool,
    /// Whether the whole operand is the input, not a part of it.
    pub whole: bool,
}

/// A step on the way of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where.
    pub spot: Spot,
    /// What happens there, as a lower-case fragment.
    pub what: String,
}

/// A check that does not do what it seems to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongGuard {
    /// What is wrong with it.
    pub kind: GuardFault,
    /// Where it stands.
    pub spot: Spot,
}

/// What is wrong with a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuardFault {
    /// A prefix of a path without a separator after it: `/data` is a prefix of `/database`.
    PrefixWithoutSeparator,
    /// The path is checked before it is made absolute and normal.
    BeforeNormalising,
    /// The value is decoded or expanded after it was checked.
    BeforeDecoding,
    /// What is forbidden is listed instead of what is allowed.
    DenyList,
    /// A pattern that is not anchored, or that lets the dangerous characters pass.
    LoosePattern,
    /// A part of an address is compared as a text: `startsWith("https://api.example.com")` also fits
    /// `https://api.example.com.evil.example`.
    LooseAddress,
    /// Quoted, but inside other quotes, or for something else than what reads it.
    WrongQuoting,
    /// Another value is checked than the one that is used.
    OtherValue,
    /// Only the first occurrence is replaced.
    FirstOnly,
}
