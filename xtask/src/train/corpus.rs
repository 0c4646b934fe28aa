//! What the model learns from and is measured on: texts as bags of sentences, sentences as sets of features.

use std::collections::BTreeMap;
use std::path::Path;

use portcullis_model::{Confidence, Finding, Severity};
use portcullis_rules::{Engine, Neighbours, Subject};
use portcullis_text::Role;
use portcullis_text::meaning::Meaning;
use portcullis_text::model::{Feature, features, is_order};
use serde::Deserialize;

use super::RULE;
use crate::devset::{self, Half};
use crate::fixtures;

/// One text.
pub(super) struct Bag {
    pub(super) attack: bool,
    /// Attacks and honest texts of one source are left out together.
    pub(super) source: String,
    /// False for what may only be measured: no licence, or kept to state figures on.
    pub(super) learn: bool,
    /// Keeps copies and siblings in one fold: the server, or the text's id.
    pub(super) key: String,
    /// The features of each sentence that asks for something, as numbers of the dictionary.
    pub(super) sentences: Vec<Vec<u32>>,
    /// True when a rule finds it without the model.
    pub(super) found: bool,
}

/// Every feature that was seen, by its number.
#[derive(Default)]
pub(super) struct Dictionary {
    numbers: BTreeMap<Feature, u32>,
    pub(super) features: Vec<Feature>,
}

impl Dictionary {
    fn number(&mut self, feature: Feature) -> u32 {
        let next = u32::try_from(self.features.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(feature).or_insert_with(|| {
            self.features.push(feature);
            next
        })
    }
}

/// A text before it is read.
struct Text {
    attack: bool,
    source: String,
    learn: bool,
    key: String,
    role: Role,
    tool: String,
    text: String,
}

/// All texts that describe, and all that report.
pub(super) struct Corpus {
    pub(super) describing: Vec<Bag>,
    pub(super) reporting: Vec<Bag>,
    pub(super) dictionary: Dictionary,
}

impl Corpus {
    pub(super) fn read(root: &Path, folder: &Path) -> Result<Self, String> {
        let mut texts = own(root)?;
        texts.extend(descriptions(folder)?);
        texts.extend(results(folder)?);
        let mut corpus =
            Self { describing: Vec::new(), reporting: Vec::new(), dictionary: Dictionary::default() };
        let engine = Engine::default();
        for text in texts {
            let bag = bag(&text, &engine, &mut corpus.dictionary);
            match text.role {
                Role::Result => corpus.reporting.push(bag),
                _ => corpus.describing.push(bag),
            }
        }
        Ok(corpus)
    }
}

fn bag(text: &Text, engine: &Engine, dictionary: &mut Dictionary) -> Bag {
    let meaning = Meaning::of(&text.text);
    let orders = meaning.sentences().iter().enumerate().filter(|(_, sentence)| is_order(&meaning, sentence));
    let sentences = orders
        .map(|(index, _)| {
            features(&meaning, index).into_iter().map(|feature| dictionary.number(feature)).collect()
        })
        .collect();
    let neighbours = Neighbours::default();
    let name = (!text.tool.is_empty()).then_some(text.tool.as_str());
    let subject = Subject { server: "", file: None, item: None, name, neighbours: &neighbours };
    let findings = engine.one_text(&subject, &text.text, text.role);
    Bag {
        attack: text.attack,
        source: text.source.clone(),
        learn: text.learn,
        key: text.key.clone(),
        sentences,
        found: findings.iter().any(|finding| finding.rule.as_str() != RULE && speaks_up(finding, text.role)),
    }
}

/// Of a result, a hint alone flags nothing: `judge` needs more.
fn speaks_up(finding: &Finding, role: Role) -> bool {
    role != Role::Result
        || finding.severity >= Severity::High
        || (finding.severity == Severity::Medium && finding.confidence >= Confidence::Medium)
}

/// Our own texts that figures are stated on: nothing learns from them.
const STATED: &str = "own, to state on";

fn own(root: &Path) -> Result<Vec<Text>, String> {
    let examples = fixtures::texts(root)?;
    let role = |surface: &str| match surface {
        "description" | "instructions" => Some(Role::Description),
        "result" => Some(Role::Result),
        _ => None,
    };
    Ok(examples
        .into_iter()
        .filter_map(|example| {
            let hand = match example.file.split_once('-') {
                Some(("model", _)) => "own, first hand",
                Some(("develop", _)) => "own, to develop on",
                Some(("state", _)) => STATED,
                _ => "own, second hand",
            };
            Some(Text {
                attack: example.attack,
                source: hand.to_owned(),
                learn: hand != STATED,
                key: example.id,
                role: role(&example.surface)?,
                tool: example.tool,
                text: example.text,
            })
        })
        .collect())
}

#[derive(Deserialize)]
struct Surface {
    server: String,
    tools: Vec<Tool>,
}

#[derive(Deserialize)]
struct Tool {
    name: String,
    #[serde(default)]
    description: String,
}

fn descriptions(folder: &Path) -> Result<Vec<Text>, String> {
    let mut labels: BTreeMap<(String, String), devset::LabelledTool> = devset::tools(folder)?
        .into_iter()
        .map(|label| ((label.server.clone(), label.tool.clone()), label))
        .collect();
    let mut texts = Vec::new();
    for name in ["poisoned", "benign"] {
        for line in devset::unpacked(folder, &format!("metadata/{name}.surfaces.jsonl.zst"))?.lines() {
            let surface: Surface = serde_json::from_str(line).map_err(|error| format!("{name}: {error}"))?;
            for tool in surface.tools {
                let Some(label) = labels.remove(&(surface.server.clone(), tool.name.clone())) else {
                    continue;
                };
                // Honest tools of the half on which figures are stated are not learned from.
                let stated = !label.poisoned && label.half() == Half::State;
                texts.push(Text {
                    attack: label.poisoned,
                    learn: label.tier != "C" && !stated,
                    key: label.server.split('#').next().unwrap_or_default().to_owned(),
                    source: label.source,
                    role: Role::Description,
                    tool: tool.name,
                    text: tool.description,
                });
            }
        }
    }
    Ok(texts)
}

#[derive(Deserialize)]
struct Output {
    id: String,
    text: String,
    #[serde(default)]
    tool: String,
}

fn results(folder: &Path) -> Result<Vec<Text>, String> {
    let mut labels: BTreeMap<String, devset::LabelledText> =
        devset::texts(folder)?.into_iter().map(|label| (label.id.clone(), label)).collect();
    let mut texts = Vec::new();
    for name in ["attack", "benign"] {
        for line in devset::unpacked(folder, &format!("outputs/{name}.jsonl.zst"))?.lines() {
            let output: Output = serde_json::from_str(line).map_err(|error| format!("{name}: {error}"))?;
            let Some(label) = labels.remove(&output.id) else { continue };
            if label.surface != "result" {
                continue;
            }
            texts.push(Text {
                attack: label.attack,
                learn: label.tier != "C",
                source: label.family().to_owned(),
                key: output.id,
                role: Role::Result,
                tool: output.tool,
                text: output.text,
            });
        }
    }
    Ok(texts)
}
