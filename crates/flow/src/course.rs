//! The course of one session: what was asked, called and returned.

use std::collections::VecDeque;
use std::fmt;

use portcullis_model::{Confidentiality, Integrity, Item, Label, Node};
use portcullis_text::Readings;

use crate::assessment::Assessment;
use crate::digest::{self, Digest};
use crate::evidence::{self, Case};
use crate::gather;
use crate::given;
use crate::memory::{Memory, label};
use crate::order::Order;
use crate::person::Person;
use crate::tool::{Tool, Tools};
use crate::trace::{self, Traces};
use crate::weights::Weights;
use crate::words;

/// Most calls that wait for their result.
const MOST_PENDING: usize = 256;
/// Most results whose tool is remembered for explanations.
const MOST_RESULTS: usize = 256;
/// How much of what went out last is remembered, to see secrets that leave in parts, in bytes.
const TAIL: usize = 256;

/// A call of a tool.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Tells this call from the others of the session that are not answered yet.
    pub id: &'a str,
    /// The server, by the name that we gave it.
    pub server: &'a str,
    /// The tool, by the name that its server gave it.
    pub tool: &'a str,
    /// Its arguments; an empty mapping where there are none.
    pub arguments: &'a Node,
}

/// How a text reached the model, other than as the result of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// A prompt that the person picked.
    Prompt,
    /// The content of a resource.
    Resource,
    /// A question of a server to the model or the person, or a notification or log line.
    Unasked,
}

impl Channel {
    const fn words(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Resource => "resource",
            Self::Unasked => "message",
        }
    }
}

/// How much a course remembers. What is oldest is forgotten first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most remembered values.
    pub values: usize,
    /// Most remembered sentences that ask for something.
    pub orders: usize,
    /// Most bytes of one result whose running text is read.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { values: 4096, orders: 256, bytes: 1024 * 1024 }
    }
}

/// A call that passed and was not answered yet.
#[derive(Debug)]
pub(crate) struct Pending {
    id: Box<str>,
    pub(crate) tool_name: Box<str>,
    pub(crate) server: Digest,
    pub(crate) tool: Tool,
    /// The values of its arguments: what comes back of them is an echo.
    pub(crate) values: Vec<Digest>,
    /// The person mentioned one of its arguments.
    pub(crate) pointed: bool,
    /// The order whose words or values its arguments are; 0 for none.
    pub(crate) led_by: Digest,
}

/// The course of one session. It cannot print what it remembers.
pub struct Course {
    limits: Limits,
    weights: &'static Weights,
    pub(crate) person: Person,
    pub(crate) tools: Tools,
    pub(crate) memory: Memory,
    pub(crate) orders: VecDeque<Order>,
    pending: VecDeque<Pending>,
    /// What each result came from, for people, with its number.
    sources: VecDeque<(u64, Box<str>)>,
    /// How many calls passed, and how many texts came in.
    calls: u64,
    results: u64,
    label: Label,
    /// The end of what went out last.
    tail: String,
    forgotten: u64,
}

impl fmt::Debug for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Course")
            .field("calls", &self.calls)
            .field("results", &self.results)
            .field("orders", &self.orders.len())
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

impl Default for Course {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Course {
    /// The course of a new session.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self::weighing(limits, Weights::shipped())
    }

    /// The course of a new session with other weights.
    #[must_use]
    pub fn weighing(limits: Limits, weights: &'static Weights) -> Self {
        Self {
            limits,
            weights,
            person: Person::default(),
            tools: Tools::default(),
            memory: Memory::default(),
            orders: VecDeque::new(),
            pending: VecDeque::new(),
            sources: VecDeque::new(),
            calls: 0,
            results: 0,
            label: Label::default(),
            tail: String::new(),
            forgotten: 0,
        }
    }

    /// Learns what the person asked. A session in which this is not known is judged without it.
    pub fn said(&mut self, text: &str) {
        self.person.hear(text);
    }

    /// Learns the tools of a server; what was known of them before is replaced. Without it, names tell what tools do.
    pub fn roster<'i>(&mut self, server: &str, items: impl IntoIterator<Item = &'i Item>) {
        self.tools.learn(server, items);
    }

    /// What is thought of a call that has not been passed on yet.
    #[must_use]
    pub fn call(&self, call: &Call<'_>) -> Assessment {
        let (tool, traces) = self.follow(call);
        let (server_words, name) = names_of(call);
        let (server_words, name) = (server_words.as_slice(), name.as_ref());
        evidence::weigh(Case { course: self, call, tool: &tool, traces: &traces, server_words, name })
    }

    /// Learns that a call was passed on.
    pub fn called(&mut self, call: &Call<'_>) {
        self.calls += 1;
        let (tool, traces) = self.follow(call);
        self.tools.used(call.server, call.tool, self.calls);
        if tool.lets_out() {
            self.tail.push_str(&traces.text);
            let mut cut = self.tail.len().saturating_sub(TAIL);
            while !self.tail.is_char_boundary(cut) {
                cut += 1;
            }
            self.tail.drain(..cut);
        }
        let case = Case { course: self, call, tool: &tool, traces: &traces, server_words: &[], name: None };
        let led_by = given::led_by(case);
        if self.pending.len() >= MOST_PENDING {
            self.pending.pop_front();
            self.forgotten += 1;
        }
        self.pending.push_back(Pending {
            id: call.id.into(),
            tool_name: call.tool.into(),
            server: digest::of(call.server),
            tool,
            values: echoes(&traces),
            pointed: traces.values.iter().any(|trace| {
                let mentioned = trace.mentioned && (trace.distinct || trace.value.len() > 3);
                mentioned || (trace.whole && self.person.speaks_of(&trace.value))
            }),
            led_by,
        });
    }

    /// Learns the result of a call, or its error: the label of the whole. A result that belongs to no call counts as
    /// one from outside.
    pub fn result(&mut self, id: &str, result: &Node) -> Label {
        self.result_read(id, result, &Readings::default())
    }

    /// The same, where texts of the result were read already: they are not read again.
    pub fn result_read(&mut self, id: &str, result: &Node, readings: &Readings<'_>) -> Label {
        let place = self.pending.iter().position(|pending| &*pending.id == id);
        let pending = place.and_then(|place| self.pending.remove(place));
        let (source, class) = match &pending {
            Some(call) => (format!("(`{}`)", call.tool_name), class_of(&call.tool)),
            None => ("to no known call".to_owned(), label(true, true, false)),
        };
        self.take(
            &format!("result {} {source}", self.results + 1),
            (result, readings),
            class,
            pending.as_ref(),
        )
    }

    /// Learns a text that reached the model otherwise: the label of the whole. `name` says what it is for people.
    pub fn received(&mut self, channel: Channel, server: &str, name: &str, body: &Node) -> Label {
        self.received_read(channel, (server, name), body, &Readings::default())
    }

    /// The same, where texts of it were read already. The names of its server and of what it is are for people.
    pub fn received_read(
        &mut self,
        channel: Channel,
        (server, name): (&str, &str),
        body: &Node,
        readings: &Readings<'_>,
    ) -> Label {
        let class = label(channel != Channel::Prompt, channel == Channel::Resource, false);
        let name = name.replace(['`', '\n'], " ");
        self.take(&format!("{} `{name}` of `{server}`", channel.words()), (body, readings), class, None)
    }

    fn take(
        &mut self,
        source: &str,
        (body, readings): (&Node, &Readings<'_>),
        class: Label,
        pending: Option<&Pending>,
    ) -> Label {
        self.results += 1;
        let gathered = gather::gather(gather::Source {
            body,
            readings,
            class,
            pending,
            person: &self.person,
            result: self.results,
            calls: self.calls,
            bytes: self.limits.bytes,
        });
        let label = gathered.label;
        for value in gathered.values {
            self.memory.note(value.digest, value.place, value.is_field, value.label, self.limits.values);
        }
        for secret in gathered.secrets {
            self.memory.note_secret(secret.expose(), &gathered.plain, self.results, self.limits.values);
        }
        for order in gathered.orders {
            self.remember(order);
        }
        if self.sources.len() >= MOST_RESULTS {
            self.sources.pop_front();
        }
        self.sources.push_back((self.results, source.into()));
        self.label = self.label.join(label);
        label
    }

    /// Keeps an order, unless the same text was read before: what came first tells what was usual before it.
    fn remember(&mut self, order: Order) {
        if self.orders.iter().any(|known| known.identity == order.identity) {
            return;
        }
        if self.orders.len() >= self.limits.orders.max(1) {
            // Sentences that only tell go first: a flood of them does not wash an order away.
            let told = self.orders.iter().position(|known| known.reports && known.lead == 0);
            self.orders.remove(told.unwrap_or(0));
            self.forgotten += 1;
        }
        self.orders.push_back(order);
    }

    /// Learns that the text rules spoke on the text that was taken in last.
    pub fn doubted(&mut self) {
        let last = self.results;
        for order in self.orders.iter_mut().rev().take_while(|order| order.result == last) {
            order.doubted = true;
        }
    }

    /// The labels of everything that the session has seen.
    #[must_use]
    pub const fn label(&self) -> Label {
        self.label
    }

    /// How much it remembers.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// How many remembered things were forgotten because the course was full.
    #[must_use]
    pub const fn forgotten(&self) -> u64 {
        self.forgotten + self.memory.forgotten
    }

    /// The tool of a call and the values of its arguments.
    fn follow(&self, call: &Call<'_>) -> (Tool, Traces) {
        let tool = self.tools.get(call.server, call.tool);
        let traces = trace::follow(call.arguments, &tool, &self.memory, &self.person);
        let goes = traces.values.iter().any(|trace| trace.whole && trace.is_address());
        (if goes { tool.visiting() } else { tool }, traces)
    }

    pub(crate) const fn weights(&self) -> &Weights {
        self.weights
    }

    /// A result for people.
    pub(crate) fn from(&self, result: u64) -> &str {
        self.sources
            .iter()
            .find(|(number, _)| *number == result)
            .map_or("an earlier result", |(_, source)| source)
    }

    /// The result whose secret a text repeats, alone or together with what went out before it.
    pub(crate) fn repeated_secret(&self, text: &str) -> Option<u64> {
        if !self.memory.holds_secrets() {
            return None;
        }
        let mut end = text.len().min(TAIL);
        while !text.is_char_boundary(end) {
            end += 1;
        }
        let across = format!("{}{}", self.tail, text.get(..end).unwrap_or_default());
        self.memory.repeats_secret(text).or_else(|| self.memory.repeats_secret(&across))
    }
}

/// The values of a call, and the names at the ends of its paths: what comes back of them is an echo.
fn echoes(traces: &Traces) -> Vec<Digest> {
    let ends = traces.values.iter().filter_map(|trace| trace.value.rsplit_once(['/', '\\']));
    let ends = ends.map(|(_, end)| words::normal(end));
    words::sorted(traces.values.iter().map(|trace| trace.digest).chain(ends).collect())
}

/// The label of what a tool returns, by what it can do.
fn class_of(tool: &Tool) -> Label {
    let label = label(tool.can.ingests.is_some(), tool.can.reads_private.is_some(), false);
    debug_assert!(label.integrity <= Integrity::Outside && label.confidentiality < Confidentiality::Secret);
    label
}

/// The words of the server's name, and the tool's name where no prose would hold it by chance.
fn names_of(call: &Call<'_>) -> (Vec<Digest>, Option<(String, Vec<Digest>)>) {
    let telling = call.tool.len() > 3 && call.tool.contains(|c: char| !c.is_ascii_lowercase());
    let name = telling.then(|| (call.tool.to_lowercase(), words::set(call.tool, 24)));
    (words::of_name(call.server), name)
}
