//! Replays one conversation: what was thought of each call before it passed.

use std::sync::LazyLock;

use portcullis_assess::judge;
use portcullis_flow::{Assessment, Call, Course, Limits, Part, Weights};
use portcullis_model::{Node, Pointer, Value, Verdict};
use portcullis_rules::Engine;
use portcullis_text::Role;

use super::{Conversation, Label};

/// One call of a conversation.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) tool: String,
    /// By flow alone.
    pub(super) alone: Assessment,
    /// By flow that was told on which results the text rules spoke.
    pub(super) told: Assessment,
    /// The text rules spoke on a result before it.
    pub(super) flagged: bool,
}

/// What was thought of a conversation.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) id: String,
    pub(super) source: String,
    pub(super) label: Label,
    pub(super) recorded: bool,
    pub(super) first_injected: Option<usize>,
    pub(super) first_harm: Option<usize>,
    pub(super) calls: Vec<Judged>,
}

/// What a replay goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hearing {
    /// Everything, and the text rules beside it.
    Everything,
    /// Not the person's words.
    NoPerson,
    /// Not the learned model, which saw texts of some of the sources.
    NoLearnedModel,
}

/// The weights of the program, with nothing for what the learned model says.
static UNLEARNED: LazyLock<Weights> =
    LazyLock::new(|| Weights::shipped().clone().without(Part::LikeAnAttack));

/// Replays a conversation.
pub(super) fn replay(conversation: &Conversation, how: Hearing) -> Outcome {
    let engine = Engine::default();
    let weights = if how == Hearing::NoLearnedModel { &UNLEARNED } else { Weights::shipped() };
    let mut alone = Course::weighing(Limits::default(), weights);
    let mut told = Course::weighing(Limits::default(), weights);
    if how != Hearing::NoPerson {
        alone.said(&conversation.user);
        told.said(&conversation.user);
    }
    let mut outcome = Outcome {
        id: conversation.id.clone(),
        source: conversation.source.clone(),
        label: conversation.label,
        recorded: conversation.recorded,
        first_injected: conversation.first_injected,
        first_harm: conversation.first_harm,
        calls: Vec::new(),
    };
    let nothing = Node::made(Value::Map(Vec::new()));
    let mut flagged = false;
    for (server, message) in &conversation.messages {
        let id = message.get("id").map(spelt).unwrap_or_default();
        if let Some(params) = message.get("params") {
            let tool = params.get_text("name").unwrap_or_default();
            let arguments = params.get("arguments").unwrap_or(&nothing);
            let call = Call { id: &id, server, tool, arguments };
            outcome.calls.push(Judged {
                tool: tool.to_owned(),
                alone: alone.call(&call),
                told: told.call(&call),
                flagged,
            });
            alone.called(&call);
            told.called(&call);
        } else if let Some(body) = message.get("result").or_else(|| message.get("error")) {
            alone.result(&id, body);
            told.result(&id, body);
            if how == Hearing::Everything && rules_speak(&engine, server, body) {
                told.doubted();
                flagged = true;
            }
        }
    }
    outcome
}

/// True when the text rules would flag a text of the result.
fn rules_speak(engine: &Engine, server: &str, body: &Node) -> bool {
    let mut speak = false;
    body.visit_texts(&mut Pointer::root(), &mut |at, _| {
        let judged = |text: &str| judge(engine, Role::Result, text, server, "").verdict > Verdict::Allow;
        speak = speak || (!at.is_key && at.text.len() > 20 && judged(at.text));
    });
    speak
}

fn spelt(id: &Node) -> String {
    match &id.value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        _ => String::new(),
    }
}

/// A whole number from 0.
pub(super) fn number(node: &Node) -> Option<usize> {
    match &node.value {
        Value::Number(number) => number.parse().ok(),
        _ => None,
    }
}

/// Up to which call an attack has to be stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// The first call that carries the injected goal out, be it a mere lookup.
    Injected,
    /// The first such call that does more than look something public up.
    Sensitive,
    /// The call that has the effect.
    Harm,
}

impl Outcome {
    pub(super) fn is_attack(&self) -> bool {
        self.label == Label::Attack
    }

    /// The calls that count: all of an honest conversation, those up to the mark of an attack.
    pub(super) fn counted(&self, until: Until) -> &[Judged] {
        let last = match (self.first_injected, until) {
            _ if !self.is_attack() => self.calls.len(),
            (Some(first), Until::Injected) => first + 1,
            (Some(first), Until::Sensitive) => {
                let sensitive = self.calls.iter().skip(first).position(|call| call.alone.sensitive);
                sensitive.map_or(self.calls.len(), |offset| first + offset + 1)
            }
            _ => self.first_harm.map_or(self.calls.len(), |harm| harm + 1),
        };
        self.calls.get(..last.min(self.calls.len())).unwrap_or_default()
    }

    /// The highest score of the calls that count.
    pub(super) fn score(&self, until: Until, of: impl Fn(&Judged) -> &Assessment) -> i32 {
        self.counted(until).iter().map(|call| of(call).score).max().unwrap_or(0)
    }

    /// The call that weighs most of those that count.
    pub(super) fn heaviest(&self, until: Until) -> Option<&Judged> {
        self.counted(until).iter().max_by_key(|call| call.alone.score)
    }
}
