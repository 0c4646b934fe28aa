//! What words stand for, whatever the language: acts, things acted on, parties, and the small words that turn them.

/// A set of concepts.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Concepts(u128);

impl Concepts {
    /// No concept.
    pub const NONE: Concepts = Concepts(0);

    /// The set of these concepts.
    #[must_use]
    pub const fn of(concepts: &[Concept]) -> Self {
        let mut bits = 0;
        let mut rest = concepts;
        while let Some((first, tail)) = rest.split_first() {
            bits |= 1 << *first as u128;
            rest = tail;
        }
        Self(bits)
    }

    /// Every concept.
    #[must_use]
    pub const fn every() -> Self {
        Self(u128::MAX)
    }

    /// True when the concept is in the set.
    #[must_use]
    pub const fn has(self, concept: Concept) -> bool {
        self.0 & (1 << concept as u128) != 0
    }

    /// True when the sets share a concept.
    #[must_use]
    pub const fn any(self, other: Concepts) -> bool {
        self.0 & other.0 != 0
    }

    /// True when every concept of `other` is in the set.
    #[must_use]
    pub const fn all(self, other: Concepts) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Concepts) -> Self {
        Self(self.0 | other.0)
    }

    /// What both sets share.
    #[must_use]
    pub const fn shared(self, other: Concepts) -> Self {
        Self(self.0 & other.0)
    }

    /// The set without the concepts of `other`.
    #[must_use]
    pub const fn without(self, other: Concepts) -> Self {
        Self(self.0 & !other.0)
    }

    /// True when the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Adds a concept.
    pub const fn insert(&mut self, concept: Concept) {
        self.0 |= 1 << concept as u128;
    }

    /// The concepts of the set in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = Concept> {
        Concept::ALL.iter().copied().filter(move |concept| self.has(*concept))
    }
}

impl From<Concept> for Concepts {
    fn from(concept: Concept) -> Self {
        Self::of(&[concept])
    }
}

impl std::fmt::Debug for Concepts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

macro_rules! concepts {
    ($($(#[$meta:meta])* $variant:ident = $name:literal,)+) => {
        /// One concept. The names are those of the lexicon files.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Concept { $($(#[$meta])* $variant),+ }

        impl Concept {
            /// Every concept.
            pub const ALL: &'static [Concept] = &[$(Concept::$variant),+];

            /// The name in the lexicon files.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Concept::$variant => $name),+ }
            }

            /// The concept of that name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Concept::$variant),)+ _ => None }
            }
        }
    };
}

concepts! {
    /// Look into something and take its content in.
    Read = "read",
    /// Bring something from where it is: get, query, download.
    Fetch = "fetch",
    /// Gather what belongs to somebody: collect, harvest, extract.
    Collect = "collect",
    /// Make something leave: send, post, upload, forward, share.
    Send = "send",
    /// Put something down: write, save, log, create.
    Write = "write",
    /// Take something away for good: delete, drop, void.
    Delete = "delete",
    /// Put something elsewhere: move, copy, rename.
    Move = "move",
    /// Run something: execute, launch, evaluate.
    Execute = "execute",
    /// Call a tool: call, invoke, use.
    Call = "call",
    /// Make something different: change, replace, set, redirect.
    Change = "change",
    /// Put something in besides: include, append, insert.
    Add = "add",
    /// Hand something over: pass, provide, fill in.
    Pass = "pass",
    /// Keep from sight: hide, omit, conceal.
    Hide = "hide",
    /// Let somebody know: tell, mention, inform, show.
    Tell = "tell",
    /// Take no heed: ignore, disregard, override.
    Ignore = "ignore",
    /// Take one thing over another: prefer, choose, prioritise.
    Prefer = "prefer",
    /// Keep away from: avoid, refrain.
    Avoid = "avoid",
    /// Keep in mind: remember, persist.
    Remember = "remember",
    /// Get somebody's consent: ask, confirm.
    Ask = "ask",
    /// Be somebody else: pretend, act as.
    Pretend = "pretend",
    /// Leave out: skip, bypass.
    Skip = "skip",
    /// Put out of action: disable, turn off, suspend.
    Disable = "disable",
    /// Give rights: grant, elevate, allow.
    Grant = "grant",
    /// Give money: pay, transfer, buy.
    Pay = "pay",
    /// Put software in place: install.
    Install = "install",
    /// Go to an address: visit, click.
    Visit = "visit",
    /// Do as told: follow, obey, comply.
    Obey = "obey",
    /// Say something back: answer, reply, output.
    Respond = "respond",
    /// Look whether: check, verify, ensure.
    Check = "check",
    /// Do harm: attack, sabotage, falsify.
    Harm = "harm",
    /// Work a device or a schedule: unlock, turn on, book.
    Operate = "operate",
    /// Come to know: learn, notice, find out.
    Learn = "learn",
    /// Do, perform; and every act that is not told apart.
    Do = "do",

    /// A credential.
    Secret = "secret",
    /// A place where credentials lie.
    SecretPath = "secret-path",
    /// A place that belongs to the operating system or starts programs.
    SystemPath = "system-path",
    /// A file that configures or instructs agents.
    AgentConfig = "agent-config",
    /// What was said before in this conversation.
    Conversation = "conversation",
    /// The model's own instructions.
    SystemPrompt = "system-prompt",
    /// Instructions, rules, guidelines.
    Instructions = "instructions",
    /// A tool, function or server.
    Tool = "tool",
    /// A parameter, argument or field.
    Parameter = "parameter",
    /// What the user asked for.
    UserRequest = "user-request",
    /// A file or folder.
    File = "file",
    /// A message, mail, chat post.
    Message = "message",
    /// Money, prices, invoices.
    Money = "money",
    /// An account, role or right.
    Account = "account",
    /// Data about a person.
    Personal = "personal",
    /// A field that says who receives.
    RecipientField = "recipient-field",
    /// What the model answers.
    Output = "output",
    /// A safeguard: restriction, check, filter.
    Restriction = "restriction",
    /// Data in general: content, details, results.
    Data = "data",
    /// Code, scripts, commands.
    Code = "code",
    /// Somewhere outside: third party, endpoint, webhook.
    External = "external",
    /// An address in the text: URL, mail address, host.
    Address = "address",
    /// Logs and audit trails.
    Log = "log",
    /// A database, table or record.
    Record = "record",
    /// Memory that outlives the conversation.
    Memory = "memory",
    /// A call as a thing: request, lookup, invocation.
    Invocation = "invocation",
    /// What the model is working on: task, query to be answered.
    Task = "task",

    /// The user.
    User = "user",
    /// The model, assistant, agent.
    Model = "model",
    /// A word that can also mean something else than a model: agent, assistant, model, bot.
    Agent = "agent",
    /// You, your.
    You = "you",
    /// I, me, my.
    Me = "me",
    /// My: says that something is the writer's own.
    My = "my",
    /// Somebody whose word counts: system, administrator, developer.
    Authority = "authority",
    /// Other ones, alternatives.
    Others = "others",
    /// This, the one at hand.
    This = "this",
    /// It, that, which.
    It = "it",
    /// They, them, those.
    They = "they",
    /// Somebody who wishes ill: attacker, evil.
    Attacker = "attacker",

    /// Before, prior to.
    Before = "before",
    /// After, once.
    After = "after",
    /// When, whenever, while.
    When = "when",
    /// If, unless, in case.
    If = "if",
    /// Instead, rather than.
    Instead = "instead",
    /// First.
    First = "first",
    /// Always, every time.
    Always = "always",
    /// Must, have to.
    Must = "must",
    /// Required, mandatory.
    Required = "required",
    /// Should.
    Should = "should",
    /// Can, may.
    Can = "can",
    /// Will, shall.
    Will = "will",
    /// Important, critical, urgent.
    Important = "important",
    /// Silently, covertly.
    Silent = "silent",
    /// Hidden, internal, confidential.
    Hidden = "hidden",
    /// Regardless of, no matter.
    Regardless = "regardless",
    /// Without.
    Without = "without",
    /// Takes precedence, higher priority.
    Priority = "priority",
    /// Previous, above, prior.
    Previous = "previous",
    /// Following, below, new.
    Following = "following",
    /// Automatically.
    Automatic = "automatic",
    /// A reason that sounds official: security, compliance, audit.
    Excuse = "excuse",
    /// Best, fastest, most reliable.
    Superlative = "superlative",
    /// From now on, in all future sessions.
    Henceforth = "henceforth",
    /// Not, never, no.
    Not = "not",
    /// Only, just.
    Only = "only",
    /// Please.
    Please = "please",
    /// All, any, each, full.
    All = "all",
    /// No longer in force: void, cancelled, expired.
    Void = "void",
    /// Kept from somebody by an idiom: "between us", "keep quiet", "no need to know".
    Conceal = "conceal",
    /// Where people turn with questions: support, feedback, bugs.
    Contact = "contact",
    /// Said to run down: wrong, outdated, unsafe, broken.
    Bad = "bad",
    /// A command that destroys: `rm -rf`.
    Destructive = "destructive",
    /// Own or already given approval.
    Approved = "approved",
    /// Without limits: unrestricted, unfiltered.
    Unlimited = "unlimited",
    /// A character to play.
    Persona = "persona",
    /// Wickedness asked for by name: illegal, unethical.
    Illicit = "illicit",
    /// Refusal, disclaimer, warning: what a careful model says.
    Refuse = "refuse",
    /// Is, are, be.
    Be = "be",
    /// To, before an infinitive.
    To = "to",
    /// And, then: joins a further act.
    And = "and",
    /// Or, nor: joins an act of the same polarity.
    Or = "or",
    /// Words that may stand before an order without changing it: then, also, now.
    Filler = "filler",
    /// Says whose: the, a, its.
    Article = "article",
    /// For example, such as.
    Example = "example",
    /// From, of, with, in: something follows that is not the act's own object.
    Preposition = "preposition",
    /// To whom or where: to, into, towards.
    Towards = "towards",
    /// What, how, who: a question.
    Asking = "asking",
    /// Have, get: lets something be done.
    Cause = "cause",
}

/// Every concept that is an act.
pub const ACTS: Concepts = Concepts((1 << (Concept::Do as u128 + 1)) - 1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_concept_fits_the_set_and_is_found_by_its_name() {
        assert!(Concept::ALL.len() <= 128);
        for concept in Concept::ALL {
            assert_eq!(Concept::named(concept.name()), Some(*concept));
        }
        assert!(ACTS.has(Concept::Read) && ACTS.has(Concept::Do) && !ACTS.has(Concept::Secret));
    }
}
