//! What a decision is asked about, in plain values.

use portcullis_model::{Confidence, Label, Node, Severity, Threat};

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_meta])* $variant),+ }

        impl $name {
            /// Every value, in the order of the schema.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word of the schema.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }
    };
}

words! {
    /// The kind of a message.
    Action {
        /// A tool is called; the resource is the tool.
        CallTool = "call_tool",
        /// Tools, prompts, resources or templates are listed.
        List = "list",
        /// A resource is read.
        ReadResource = "read_resource",
        /// A prompt is fetched.
        GetPrompt = "get_prompt",
        /// An argument is completed.
        Complete = "complete",
        /// A subscription is opened or closed.
        Subscribe = "subscribe",
        /// Anything else that the client sends.
        Other = "other",
        /// The answer to any of the above; the resource is the tool when it answers a call.
        ReceiveResult = "receive_result",
        /// A server asks the client: elicitation, sampling, roots.
        ReceiveRequest = "receive_request",
        /// A server tells something that was not asked for.
        ReceiveNotification = "receive_notification",
    }
}

words! {
    /// How a server is reached.
    #[derive(Default)]
    Transport {
        /// Standard input and output of a process that we started.
        #[default]
        Stdio = "stdio",
        /// Streamable HTTP.
        Http = "http",
        /// HTTP with server-sent events, the older transport.
        Sse = "sse",
    }
}

words! {
    /// What following the data through the session advises.
    #[derive(Default)]
    Advice {
        /// Nothing speaks against it.
        #[default]
        Allow = "allow",
        /// A person should decide.
        Ask = "ask",
        /// It should not pass.
        Deny = "deny",
    }
}

words! {
    /// The state of a tool or server against its pin.
    #[derive(Default)]
    PinState {
        /// As it was pinned.
        Same = "same",
        /// Seen for the first time.
        New = "new",
        /// Different from its pin, and no person has seen the difference yet.
        Changed = "changed",
        /// Nothing is pinned.
        #[default]
        Unpinned = "unpinned",
        /// It may not be used until a person approves it.
        Withheld = "withheld",
    }
}

/// Who speaks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Principal<'q> {
    /// Who vouches for the subject: an issuer's URL, or `local` on one machine.
    pub issuer: &'q str,
    /// The subject, unique at the issuer.
    pub subject: &'q str,
    /// The groups that the issuer names.
    pub groups: &'q [&'q str],
}

/// The server that a message goes to or comes from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Server<'q> {
    /// The name that the configuration gives it.
    pub name: &'q str,
    /// The lock file holds a pin of it.
    pub pinned: bool,
    /// How it is reached.
    pub transport: Transport,
}

/// The tool that a message concerns, and what it can do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tool<'q> {
    /// Its name at its server.
    pub name: &'q str,
    /// Brings in text that somebody outside wrote.
    pub ingests: bool,
    /// Reads what is not public.
    pub reads_private: bool,
    /// Talks to places outside the machine.
    pub reaches_network: bool,
    /// Creates or changes something.
    pub writes: bool,
    /// Deletes or overwrites something that cannot be brought back.
    pub deletes: bool,
    /// Gives something to somebody else.
    pub sends: bool,
    /// Runs a program or code.
    pub executes: bool,
    /// Costs money.
    pub spends_money: bool,
    /// The configuration allows it to be given credentials.
    pub accepts_secrets: bool,
    /// The lock file holds a pin of it.
    pub pinned: bool,
    /// A person approved its present form.
    pub approved: bool,
}

/// Labels of what the message carries. For a call: the join over the sources of its arguments.
#[derive(Debug, Clone, Copy, Default)]
pub struct Labels<'q> {
    /// Integrity and confidentiality.
    pub label: Label,
    /// The tools, as `SERVER/TOOL`, that the values came from.
    pub sources: &'q [&'q str],
}

/// The advice of data flow.
#[derive(Debug, Clone, Copy, Default)]
pub struct Flow<'q> {
    /// What it advises.
    pub advice: Advice,
    /// Why, as short names.
    pub because: &'q [&'q str],
}

/// What the rules found in the message.
#[derive(Debug, Clone, Copy, Default)]
pub struct Findings<'q> {
    /// Severity and confidence of the worst finding; nothing was found when absent.
    pub worst: Option<(Severity, Confidence)>,
    /// The ids of the rules that found something.
    pub rules: &'q [&'q str],
    /// The threats they stand for.
    pub threats: &'q [Threat],
}

/// What was used up, this message included.
#[derive(Debug, Clone, Copy, Default)]
pub struct Budgets {
    /// Calls in this session.
    pub calls_session: u64,
    /// Calls of this tool in the last minute.
    pub calls_tool_minute: u64,
    /// Bytes that passed in this session.
    pub bytes_session: u64,
}

/// A point in time as the deciding machine's clock shows it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Moment {
    /// Seconds since 1970 UTC, without leap seconds.
    pub unix_seconds: i64,
    /// What the local clock is ahead of UTC, in seconds.
    pub offset_seconds: i32,
}

impl Moment {
    /// The hour of the local day, 0 to 23.
    #[must_use]
    pub fn hour(self) -> i64 {
        self.local().rem_euclid(86_400) / 3_600
    }

    /// The local day of the week, 1 Monday to 7 Sunday.
    #[must_use]
    pub fn weekday(self) -> i64 {
        // 1970-01-01 was a Thursday.
        (self.local().div_euclid(86_400) + 3).rem_euclid(7) + 1
    }

    const fn local(self) -> i64 {
        self.unix_seconds.saturating_add(self.offset_seconds as i64)
    }
}

/// One message and everything that is known about it.
#[derive(Debug, Clone, Copy)]
pub struct Question<'q> {
    /// The kind of message.
    pub action: Action,
    /// Who speaks through the client.
    pub principal: Principal<'q>,
    /// The server it goes to or comes from.
    pub server: Server<'q>,
    /// The tool it concerns. [`Action::CallTool`] without a tool is denied; kinds of message that the schema knows only
    /// with a server ignore it.
    pub tool: Option<Tool<'q>>,
    /// The method as on the wire; of an answer, the method that it answers.
    pub method: &'q str,
    /// The protocol revision.
    pub revision: &'q str,
    /// What the message names besides the tool: a resource's URI, a prompt's name; otherwise empty.
    pub target: &'q str,
    /// Bytes of the message.
    pub size: u64,
    /// The arguments of a call or a prompt.
    pub arguments: Option<&'q Node>,
    /// Labels of what it carries.
    pub labels: Labels<'q>,
    /// What data flow advises.
    pub flow: Flow<'q>,
    /// What the rules found.
    pub findings: Findings<'q>,
    /// The pin of the tool, or of the server when no tool is concerned.
    pub pin: PinState,
    /// What was used up.
    pub budgets: Budgets,
    /// When.
    pub moment: Moment,
    /// How many credentials were seen in it.
    pub secrets: u64,
    /// A server asks the person for a credential.
    pub asks_for_secret: bool,
    /// A person approved exactly this message.
    pub approved: bool,
}

impl<'q> Question<'q> {
    /// A message of which nothing more is known than its kind and its server.
    #[must_use]
    pub fn new(action: Action, principal: Principal<'q>, server: Server<'q>) -> Self {
        Self {
            action,
            principal,
            server,
            tool: None,
            method: "",
            revision: "",
            target: "",
            size: 0,
            arguments: None,
            labels: Labels::default(),
            flow: Flow::default(),
            findings: Findings::default(),
            pin: PinState::default(),
            budgets: Budgets::default(),
            moment: Moment::default(),
            secrets: 0,
            asks_for_secret: false,
            approved: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hour_and_weekday_are_those_of_the_local_clock() {
        // 2026-11-21 is a Saturday; 23:30 UTC is Sunday 00:30 an hour further east.
        let evening = Moment { unix_seconds: 1_795_303_800, offset_seconds: 0 };
        assert_eq!((evening.hour(), evening.weekday()), (23, 6));
        let east = Moment { offset_seconds: 3_600, ..evening };
        assert_eq!((east.hour(), east.weekday()), (0, 7));
        let before_the_epoch = Moment { unix_seconds: -1, offset_seconds: 0 };
        assert_eq!((before_the_epoch.hour(), before_the_epoch.weekday()), (23, 3));
    }
}
