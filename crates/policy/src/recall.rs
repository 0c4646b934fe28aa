//! What the policies said of questions that differ in nothing that they can see: it is said again.
//!
//! Policies are functions without state. A call that repeats another in everything but its size, its time and its
//! arguments is the same question to policies that look at none of those.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::decision::Reason;
use crate::needs::Needs;
use crate::question::{Findings, Flow, Labels, Principal, Question, Server, Tool};

/// The most questions that are remembered; beyond, all are forgotten.
const MOST: usize = 1024;
/// The longest that is remembered, in bytes.
const LONGEST: usize = 2048;
/// What hardly ever comes again. Policies that look at any of it are asked each time.
const PASSING: &[&str] =
    &["target", "size", "arguments", "argument_names", "arguments_truncated", "hosts", "budgets", "time"];

/// Answers by what could be seen.
type Answers = HashMap<Box<[u8]>, Arc<[Reason]>>;

/// What was said before.
#[derive(Default)]
pub(crate) struct Recall(Mutex<Answers>);

impl Recall {
    /// What was said to what is seen here.
    pub(crate) fn said(&self, seen: &[u8]) -> Option<Vec<Reason>> {
        let said = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(seen).cloned();
        said.map(|reasons| reasons.to_vec())
    }

    /// Remembers what was said.
    pub(crate) fn keep(&self, seen: Vec<u8>, reasons: &[Reason]) {
        if seen.len() <= LONGEST {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(seen.into(), reasons.into());
        }
    }
}

/// All of a question that policies with these needs can see, in one spelling; nothing when that hardly ever comes again.
pub(crate) fn seen(question: &Question<'_>, needs: &Needs) -> Option<Vec<u8>> {
    if needs.tags() || needs.any(PASSING) {
        return None;
    }
    // Every part is named, so that none that is new is forgotten.
    let Question {
        action,
        principal: Principal { issuer, subject, groups },
        server: Server { name, pinned, transport },
        tool,
        method,
        revision,
        target: _,
        size: _,
        arguments: _,
        labels: Labels { label, sources },
        flow: Flow { advice, because },
        findings: Findings { worst, rules, threats },
        pin,
        budgets: _,
        moment: _,
        secrets,
        asks_for_secret,
        approved,
    } = *question;
    let mut seen = Seen(Vec::with_capacity(256));
    seen.0.extend([action as u8, transport as u8, advice as u8, pin as u8]);
    seen.0.extend([label.integrity as u8, label.confidentiality as u8]);
    seen.flags(&[pinned, asks_for_secret, approved]);
    seen.0.extend(secrets.to_le_bytes());
    seen.0.extend(worst.map_or([u8::MAX; 2], |(severity, confidence)| [severity as u8, confidence as u8]));
    [issuer, subject, name].into_iter().for_each(|text| seen.text(text));
    seen.texts(groups);
    seen.text(if needs.has("method") { method } else { "" });
    seen.text(if needs.has("revision") { revision } else { "" });
    seen.texts(if needs.has("labels") { sources } else { &[] });
    seen.texts(if needs.has("flow") { because } else { &[] });
    if needs.has("findings") {
        seen.texts(rules);
        seen.0.extend((threats.len() as u64).to_le_bytes());
        threats.iter().for_each(|threat| seen.0.push(*threat as u8));
    }
    if let Some(tool) = tool {
        seen.tool(&tool);
    }
    Some(seen.0)
}

/// What can be seen, in bytes. Every length stands before what it is the length of.
struct Seen(Vec<u8>);

impl Seen {
    fn flags(&mut self, flags: &[bool]) {
        self.0.extend(flags.iter().map(|flag| u8::from(*flag)));
    }

    fn text(&mut self, text: &str) {
        self.0.extend((text.len() as u64).to_le_bytes());
        self.0.extend(text.as_bytes());
    }

    fn texts(&mut self, texts: &[&str]) {
        self.0.extend((texts.len() as u64).to_le_bytes());
        texts.iter().for_each(|text| self.text(text));
    }

    fn tool(&mut self, tool: &Tool<'_>) {
        let Tool {
            name,
            ingests,
            reads_private,
            reaches_network,
            writes,
            deletes,
            sends,
            executes,
            spends_money,
            accepts_secrets,
            pinned,
            approved,
        } = *tool;
        self.text(name);
        self.flags(&[ingests, reads_private, reaches_network, writes, deletes, sends, executes]);
        self.flags(&[spends_money, accepts_secrets, pinned, approved]);
    }
}
