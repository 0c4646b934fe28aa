//! What is thought of a call, and why.

use portcullis_model::{Label, Pointer, Threat, Verdict};

/// What is thought of one call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assessment {
    /// The labels of everything that the arguments are made of.
    pub label: Label,
    /// What the evidence advises. Never [`Verdict::Redact`].
    pub advice: Verdict,
    /// The sum of the evidence, in hundredths; from `ask` of `data/weights.tsv` on a person should decide.
    pub score: i32,
    /// The evidence, heaviest first, in words for people.
    pub because: Vec<Link>,
    /// The call does more than look something up: it changes, sends, pays, runs, or opens an address that it is given.
    pub sensitive: bool,
    /// A value of the call is known from an earlier result only: the person did not mention it.
    pub borrowed: bool,
    /// The threats that the evidence speaks of, each once.
    pub threats: Vec<Threat>,
}

impl Assessment {
    /// Everything that speaks against the call, as one sentence for people; empty where nothing does.
    #[must_use]
    pub fn explanation(&self) -> String {
        let against: Vec<&str> =
            self.because.iter().filter(|link| link.weight > 0).map(|link| link.words.as_str()).collect();
        against.join("; ")
    }
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What kind of evidence.
    pub part: Part,
    /// What it adds to the score, in hundredths; below zero where it speaks for the call.
    pub weight: i32,
    /// The argument it is about.
    pub argument: Option<Pointer>,
    /// The number of the result it came from, counted from 1 in the session.
    pub result: Option<u64>,
    /// A clause for people. Secrets and long content are never in it.
    pub words: String,
}

macro_rules! parts {
    ($($(#[$meta:meta])* $variant:ident = $name:literal,)+) => {
        /// The kinds of evidence. Each has a weight, and a reason for it, in `data/weights.tsv`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Part { $($(#[$meta])* $variant),+ }

        impl Part {
            /// Every part, in the order of their declaration.
            pub const ALL: &'static [Part] = &[$(Part::$variant),+];

            /// The name in the file of weights.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Part::$variant => $name),+ }
            }
        }
    };
}

parts! {
    /// A text from outside asks for the kind of act that the call is.
    OutsideAsks = "outside-asks",
    /// A text from outside tells of that kind of act.
    OutsideTells = "outside-tells",
    /// A text from outside offers that kind of act to whoever likes.
    OutsideOffers = "outside-offers",
    /// A value of the call that the person did not mention stands in that sentence.
    OutsideGivesValue = "outside-gives-value",
    /// A further value of the call stands there.
    OutsideGivesMore = "outside-gives-more",
    /// The sentence uses the very name of the tool.
    OutsideNamesTool = "outside-names-tool",
    /// The sentence names the server of the tool.
    OutsideNamesServer = "outside-names-server",
    /// A value of the call came from a lookup that followed that sentence.
    OutsideLedThere = "outside-led-there",
    /// A value of the call stands around that sentence.
    OutsideGivesNearby = "outside-gives-nearby",
    /// Plain words of an argument stand there as they are.
    OutsideGivesWords = "outside-gives-words",
    /// A word of the tool's name stands in that sentence.
    OutsideNamesAct = "outside-names-act",
    /// Most of what the call says stands there.
    OutsideSaysIt = "outside-says-it",
    /// The text speaks of a model, its task or its instructions.
    SpeaksToModel = "speaks-to-model",
    /// The text rules spoke on the text.
    Doubted = "doubted",
    /// The learned model of orders finds the text like one that serves somebody else.
    LikeAnAttack = "like-an-attack",
    /// Only somebody who decodes the text can read what it asks for.
    Concealed = "concealed",
    /// The call sends, pays, deletes, runs or grants.
    Grave = "grave",
    /// The call opens an address that the text gave.
    OpensAddress = "opens-address",
    /// The call looks something private up.
    LooksPrivate = "looks-private",
    /// The call only looks something up.
    OnlyLooks = "only-looks",
    /// The person asked for this kind of act.
    PersonAsks = "person-asks",
    /// A word of the tool's name stands in what the person asked.
    PersonNamesAct = "person-names-act",
    /// The person mentioned where the call goes.
    PersonGivesValue = "person-gives-value",
    /// The person asked that what a text says be done.
    PersonDelegates = "person-delegates",
    /// The person named that text, its record or its source.
    PersonPoints = "person-points",
    /// The text is the server's own answer about its next step.
    Guidance = "guidance",
    /// The call goes to one more place than the person named.
    AddsDestination = "adds-destination",
    /// The record has a field for what the call takes from its running text.
    PassesOver = "passes-over",
    /// No value of the call stands in the text.
    GivenElsewhere = "given-elsewhere",
    /// The tool was in use before the text arrived.
    Usual = "usual",
    /// Nothing that the person said speaks of this tool, its server or its arguments.
    OffCourse = "off-course",
    /// The person is not heard, and nothing had gone to the server before the text arrived.
    NewGround = "new-ground",
    /// A secret that a result held goes to where it did not come from.
    SecretLeaves = "secret-leaves",
    /// Private content that a result held goes to where nobody said that it should.
    PrivateLeaves = "private-leaves",
    /// A value goes out in an encoding that hides what it is.
    Encoded = "encoded",
    /// Where it goes was given by running text from outside that the person did not point to.
    StrangerGives = "stranger-gives",
    /// Where it goes is nowhere in what was asked or returned.
    FromNowhere = "from-nowhere",
}
