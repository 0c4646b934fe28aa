//! Finds who does what to which things: the acts of a name and of the clauses of a description.

use super::acts::{Act, Shape, act_of};
use super::things::{CONTAINED, RUNNABLE, Traits, thing_at};
use super::words::{Opens, Words};

/// One act and the things it is done to.
#[derive(Debug, Clone)]
pub(crate) struct Clause {
    /// What is done.
    pub(crate) act: Act,
    /// Index of the word that says it.
    pub(crate) verb: usize,
    /// The things: index of the word and traits.
    pub(crate) things: Vec<(usize, Traits)>,
}

impl Clause {
    /// The traits of all its things.
    pub(crate) fn traits(&self) -> Traits {
        self.things.iter().fold(0, |all, (_, traits)| all | traits)
    }
}

/// A tool named `get_user_by_email` reads users: what follows these words is a means, not an object.
const MEANS: &[&str] = &["by", "using", "via", "with", "for", "without", "based", "as", "per", "within"];

/// The acts of a name. Every known thing of the name belongs to each of them.
pub(crate) fn acts_of_name(words: &Words) -> Vec<Clause> {
    let verbs = verbs_of_name(words);
    let end = (1..words.len()).find(|&at| MEANS.contains(&words.at(at))).unwrap_or(words.len());
    let things = things_of_name(words, end, |at| verbs.iter().any(|(_, verb)| *verb == at));
    verbs.into_iter().map(|(act, verb)| Clause { act, verb, things: things.clone() }).collect()
}

impl Clause {
    /// A name without any verb, such as `directory_tree`, reads what it names.
    pub(super) fn of_nouns(words: &Words) -> Option<Self> {
        let things = things_of_name(words, words.len(), |_| false);
        let (verb, _) = *things.first()?;
        Some(Self { act: Act::Read, verb, things })
    }
}

fn things_of_name(words: &Words, end: usize, is_verb: impl Fn(usize) -> bool) -> Vec<(usize, Traits)> {
    let mut things = Vec::new();
    let mut at = 0;
    while at < end {
        let (traits, width) = thing_at(words, at);
        if traits != 0 && (width == 2 || !is_verb(at) || traits & (RUNNABLE | CONTAINED) != 0) {
            things.push((at, traits));
        }
        at += width.max(1);
    }
    things
}

/// Words that end the name of something that is looked up: `order_status`, `deploy_list`.
const READ_ENDINGS: &[&str] = &[
    "list", "get", "status", "info", "details", "detail", "history", "stats", "count", "search", "summary",
    "read",
];

/// Verbs that are as often nouns in names: `build_status`, `update_history`.
const NOUN_LIKE: &[&str] = &[
    "build",
    "deploy",
    "merge",
    "install",
    "commit",
    "stage",
    "fork",
    "upload",
    "test",
    "design",
    "change",
    "sync",
    "audit",
    "scan",
    "transition",
    "reset",
    "refund",
    "update",
    "upgrade",
    "export",
    "import",
    "load",
    "plan",
    "view",
    "process",
    "work",
    "purchase",
    "checkout",
    "tweet",
    "work",
    "support",
    "need",
];

fn is_noun_like(word: &str) -> bool {
    NOUN_LIKE.contains(&word) || word.strip_suffix('s').is_some_and(|stem| NOUN_LIKE.contains(&stem))
}

/// The verbs of a name: the first that is clearly one, and those joined to it by `and`.
fn verbs_of_name(words: &Words) -> Vec<(Act, usize)> {
    let last = words.len().saturating_sub(1);
    let Some((act, shape, at)) = first_verb(words) else {
        return if READ_ENDINGS.contains(&words.at(last)) && last > 0 {
            vec![(Act::Read, last)]
        } else {
            Vec::new()
        };
    };
    let noun_like = shape != Shape::Always || NOUN_LIKE.contains(&words.at(at));
    if noun_like && at < last && act != Act::Read && READ_ENDINGS.contains(&words.at(last)) {
        return vec![(Act::Read, last)];
    }
    if let Some((other, Shape::Always)) = act_of(words.at(last))
        && noun_like
        && at > 0
        && at < last
        && other != Act::Other
        && !NOUN_LIKE.contains(&words.at(last))
    {
        return vec![(other, last)];
    }
    let joined =
        (at + 1..last).filter(|&at| matches!(words.at(at), "and" | "or" | "then")).filter_map(|at| {
            act_of(words.at(at + 1)).filter(|(_, shape)| *shape != Shape::First).map(|(act, _)| (act, at + 1))
        });
    std::iter::once((act, at)).chain(joined).collect()
}

/// The first word of a name that is its verb: a clear one, one that is usually a noun only where it leads.
fn first_verb(words: &Words) -> Option<(Act, Shape, usize)> {
    let verb = |at: usize| act_of(words.at(at)).map(|(act, shape)| (act, shape, at));
    let in_pair = |at: usize| at > 0 && (thing_at(words, at).1 == 2 || thing_at(words, at - 1).1 == 2);
    let clear = (0..words.len()).filter_map(verb).find(|(act, shape, at)| match shape {
        Shape::Always => (*act != Act::Other || *at == 0) && !in_pair(*at) && !words.at(*at).ends_with("ed"),
        Shape::Leading => {
            *at <= 2 && !in_pair(*at) && (*at == 0 || *act == Act::Read || *at + 1 == words.len())
        }
        Shape::First => false,
    });
    clear
        .or_else(|| verb(words.len().saturating_sub(1)).filter(|(_, shape, _)| *shape == Shape::Leading))
        .or_else(|| {
            let opens = |at: usize| at == 0 || (at == 1 && words.len() > 2);
            let singular = |at: usize| !words.at(at).ends_with('s');
            (0..2)
                .filter_map(verb)
                .find(|(_, shape, at)| *shape == Shape::First && opens(*at) && singular(*at))
        })
}

/// Reads prose from its first word to its last and hands over every clause that says what the tool does.
#[derive(Debug, Default)]
pub(crate) struct ClauseReader {
    clauses: Vec<Clause>,
    /// Verbs that wait for an object: `create or update a file`.
    waiting: Vec<(Act, usize)>,
    things: Vec<(usize, Traits)>,
    expects: Expects,
    first_sentence: bool,
    /// What is named is a means or a condition, not an object.
    aside: bool,
    negated: bool,
    /// A condition: nothing in it is done by the tool.
    muted: bool,
    verb_at: usize,
}

/// What kind of verb may stand at the next word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Expects {
    /// None: an object is being named.
    #[default]
    Nothing,
    /// One in the third person: a later sentence may go on about the tool.
    ThirdPerson,
    /// A clear one: after a comma or `and`.
    Clear,
    /// Any.
    Any,
}

/// Words between a verb's place and the verb.
const FILLERS: &[&str] = &[
    "a",
    "an",
    "the",
    "this",
    "tool",
    "function",
    "is",
    "you",
    "to",
    "and",
    "or",
    "can",
    "will",
    "also",
    "it",
    "that",
    "which",
    "then",
    "used",
    "use",
    "for",
    "allows",
    "allow",
    "lets",
    "enables",
    "optionally",
    "safely",
    "securely",
    "permanently",
    "quickly",
    "directly",
    "automatically",
    "be",
    "your",
    "users",
    "user",
    "api",
    "endpoint",
    "server",
    "both",
    "either",
    "provides",
    "simply",
    "easily",
    "powerful",
    "advanced",
    "comprehensive",
    "designed",
    "able",
];

/// How far after its verb an object may stand, in words.
const REACH: usize = 12;

impl ClauseReader {
    /// The clauses of a text, in its order.
    pub(crate) fn read(words: &Words) -> Vec<Clause> {
        let mut reader = Self { first_sentence: true, ..Self::default() };
        let mut at = 0;
        while at < words.len() {
            reader.opens(words.opens(at), at == 0);
            at += reader.word(words, at);
        }
        reader.finish();
        reader.clauses
    }

    fn opens(&mut self, opens: Opens, is_first: bool) {
        match opens {
            Opens::Sentence => {
                self.finish();
                self.first_sentence = is_first;
                self.expects = if is_first { Expects::Any } else { Expects::ThirdPerson };
                (self.aside, self.negated, self.muted) = (false, false, false);
            }
            Opens::Part => {
                self.negated = false;
                if !self.muted && self.expects == Expects::Nothing {
                    self.expects = if self.first_sentence { Expects::Clear } else { Expects::ThirdPerson };
                }
            }
            Opens::Nothing => {}
        }
    }

    /// Takes one word (or the two of a pair); returns how many were taken.
    fn word(&mut self, words: &Words, at: usize) -> usize {
        let word = words.at(at);
        let (traits, width) = thing_at(words, at);
        if !self.muted && width < 2 && self.verb(words, at) {
            return 1;
        }
        match word {
            "not" | "never" | "without" | "don't" | "doesn't" | "cannot" | "no" | "instead" | "rather" => {
                self.negated = true;
                self.aside |= matches!(word, "without" | "instead" | "rather");
            }
            "by" | "using" | "via" | "with" | "based" | "as" | "into" => {
                self.aside = true;
                self.expects = self.expects.max(Expects::ThirdPerson);
            }
            // `search for files`, but not `list styles for an account`.
            "for" if at > self.verb_at + 1 => self.aside = true,
            "when" | "if" | "before" | "after" | "unless" | "once" | "because" | "e" | "example" => {
                (self.aside, self.muted) = (true, true);
            }
            "and" | "or" | "then" if !self.muted => self.expects = self.expects.max(self.joined()),
            "to" => {
                self.muted = false;
                self.expects = if self.first_sentence || self.muted { Expects::Any } else { Expects::Clear };
            }
            "can" | "will" | "also" | "it" | "allows" | "lets" | "tool" if !self.muted => {
                self.expects = Expects::Any;
            }
            // `a tool that deletes files`, but not `variables that store a state`.
            "that" | "which" if !self.muted && self.waiting.is_empty() => self.expects = Expects::Any,
            "this" if self.expects == Expects::ThirdPerson => self.expects = Expects::Any,
            _ => self.thing(at, traits, width, FILLERS.contains(&word)),
        }
        width.max(1)
    }

    const fn joined(&self) -> Expects {
        if self.first_sentence { Expects::Clear } else { Expects::ThirdPerson }
    }

    fn thing(&mut self, at: usize, traits: Traits, width: usize, is_filler: bool) {
        if !is_filler && self.expects != Expects::Nothing {
            self.expects = Expects::Nothing;
        }
        let in_reach = at.saturating_sub(self.verb_at) <= REACH;
        if width > 0 && traits != 0 && !self.aside && !self.waiting.is_empty() && in_reach {
            self.things.push((at, traits));
        }
    }

    /// Takes the word as a verb when one may stand here.
    fn verb(&mut self, words: &Words, at: usize) -> bool {
        let word = words.at(at);
        let Some((act, shape)) = act_of(word) else { return false };
        let is_passive = at > 0 && matches!(words.at(at - 1), "be" | "is" | "are" | "was" | "been" | "being");
        let tells_result = !self.first_sentence && word.starts_with("return");
        if is_passive || tells_result {
            return false;
        }
        let third_person = word.ends_with('s') && !word.ends_with("ss");
        let fits = match self.expects {
            Expects::Nothing => false,
            Expects::ThirdPerson => shape == Shape::Always && (third_person || word.ends_with("ing")),
            Expects::Clear => shape == Shape::Always && !word.ends_with("ed") && !is_noun_like(word),
            Expects::Any => match shape {
                Shape::Always | Shape::Leading => true,
                Shape::First => begins_object(words.at(at + 1)),
            },
        };
        if !fits || FILLERS.contains(&word) {
            return false;
        }
        if self.negated {
            self.negated = false;
            self.finish();
            return true;
        }
        if !self.things.is_empty() || self.waiting.len() >= MOST_WAITING {
            self.finish();
        }
        self.waiting.push((act, at));
        self.verb_at = at;
        (self.expects, self.aside) = (Expects::Nothing, false);
        true
    }

    /// Ends the clause: every waiting verb is done to the things met since.
    fn finish(&mut self) {
        let things = std::mem::take(&mut self.things);
        for (act, verb) in self.waiting.drain(..) {
            self.clauses.push(Clause { act, verb, things: things.clone() });
        }
    }
}

/// More verbs in a row than this are a list of words, not a sentence.
const MOST_WAITING: usize = 8;

/// True for a word that follows a verb rather than a noun: `post a comment`, not `post details`.
fn begins_object(next: &str) -> bool {
    matches!(
        next,
        "a" | "an"
            | "the"
            | "to"
            | "on"
            | "your"
            | "this"
            | "one"
            | "new"
            | "text"
            | "all"
            | "any"
            | "some"
            | "multiple"
    )
}
