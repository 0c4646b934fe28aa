//! A question in Cedar's terms: request, context and entities. Everything that does not change is made once.

use std::collections::{BTreeMap, HashSet};
use std::str::FromStr;
use std::sync::Arc;

use cedar_policy::{ActionConstraint, Entities, EntityId, EntityTypeName, EntityUid, Request, Schema};
use cedar_policy_core::ast::{Context, Entity, EntityUID, PartialValue, Value};
use cedar_policy_core::entities::{self, NoEntitiesSchema, TCComputation};
use cedar_policy_core::extensions::Extensions;
use portcullis_model::{Confidence, Confidentiality, Integrity, Severity, Threat};

use crate::arguments::Shown;
use crate::needs::Needs;
use crate::question::{Action, Advice, PinState, Question, Transport};

/// Why a question cannot be put: a text for the reason of the denial.
type Unaskable = String;

/// The names of the schema, made once.
pub(crate) struct Vocabulary {
    principal: EntityTypeName,
    group: EntityTypeName,
    server: EntityTypeName,
    tool: EntityTypeName,
    arguments: EntityUID,
    actions: Vec<Entity>,
    transports: Vec<Value>,
    integrities: Vec<Value>,
    confidentialities: Vec<Value>,
    advices: Vec<Value>,
    pins: Vec<Value>,
    threats: Vec<Value>,
}

/// How a member of the context is made.
type Member = fn(&Vocabulary, &Question<'_>, &Shown) -> Result<Value, Unaskable>;

/// What conditions are evaluated over.
pub(crate) struct Facts {
    pub(crate) request: Request,
    pub(crate) entities: Entities,
}

impl Vocabulary {
    /// The names that questions use; an error names the first that the schema lacks.
    pub(crate) fn of(schema: &Schema) -> Result<Self, String> {
        let known: HashSet<EntityTypeName> = schema.entity_types().cloned().collect();
        let kind = |name: &str| {
            let found = EntityTypeName::from_str(name).ok().filter(|found| known.contains(found));
            found.ok_or_else(|| format!("the schema knows no `{name}`"))
        };
        let action_type = EntityTypeName::from_str("Action").map_err(|error| error.to_string())?;
        let hierarchy = schema.action_entities().map_err(|error| error.to_string())?;
        let action = |action: &Action| {
            let id = EntityUid::from_type_name_and_id(action_type.clone(), EntityId::new(action.as_str()));
            let entity: Option<&Entity> = hierarchy.get(&id).map(AsRef::as_ref);
            entity.cloned().ok_or_else(|| format!("the schema knows no action `{}`", action.as_str()))
        };
        let words = |name: &str, words: Vec<&str>| -> Result<Vec<Value>, String> {
            let kind = kind(name)?;
            Ok(words.into_iter().map(|word| Value::from(uid(&kind, word))).collect())
        };
        Ok(Self {
            principal: kind("Principal")?,
            group: kind("Group")?,
            server: kind("Server")?,
            tool: kind("Tool")?,
            arguments: uid(&kind("Arguments")?, "arguments"),
            actions: Action::ALL.iter().map(action).collect::<Result<_, _>>()?,
            transports: words("Transport", Transport::ALL.iter().map(|word| word.as_str()).collect())?,
            integrities: words("Integrity", INTEGRITIES.iter().map(|word| word.as_str()).collect())?,
            confidentialities: words(
                "Confidentiality",
                CONFIDENTIALITIES.iter().map(|word| word.as_str()).collect(),
            )?,
            advices: words("Advice", Advice::ALL.iter().map(|word| word.as_str()).collect())?,
            pins: words("Pin", PinState::ALL.iter().map(|word| word.as_str()).collect())?,
            threats: words("Threat", Threat::ALL.iter().map(|threat| threat.id()).collect())?,
        })
    }

    /// Whether a policy with this scope can apply to messages of this kind.
    pub(crate) fn admits(&self, scope: &ActionConstraint, action: Action) -> bool {
        let Ok(entity) = pick(&self.actions, Action::ALL, action) else { return true };
        let is = |named: &EntityUid| {
            let named: &EntityUID = named.as_ref();
            entity.uid() == named || entity.is_descendant_of(named)
        };
        match scope {
            ActionConstraint::Any => true,
            ActionConstraint::In(named) => named.iter().any(is),
            ActionConstraint::Eq(named) => is(named),
        }
    }

    /// The question in Cedar's terms, as far as it is needed.
    pub(crate) fn facts(&self, question: &Question<'_>, needs: &Needs) -> Result<Facts, Unaskable> {
        let looks = needs.tags() || needs.any(&["argument_names", "arguments_truncated", "hosts"]);
        let shown = if looks { Shown::of(question.arguments, question.target) } else { Shown::default() };
        let action = pick(&self.actions, Action::ALL, question.action)?;
        let principal = self.principal(question, needs);
        let server = self.server(question, needs)?;
        let tool = self.tool(question, server.uid(), needs)?;
        let resource = tool.as_ref().unwrap_or(&server).uid().clone();
        let context = self.context(question, &shown, needs)?;
        let request = Request::new(
            principal.uid().clone().into(),
            action.uid().clone().into(),
            resource.into(),
            context.into(),
            None,
        )
        .map_err(|error| error.to_string())?;
        let tags = shown.values.into_iter().map(|(at, value)| (at.into(), PartialValue::from(value)));
        let arguments = Entity::new_with_attr_partial_value(
            self.arguments.clone(),
            [],
            HashSet::new(),
            HashSet::new(),
            tags,
        );
        let entities = [action, principal, server, arguments].into_iter().chain(tool);
        // Nobody's parent has parents, so that nothing is left to compute.
        let closed = TCComputation::AssumeAlreadyComputed;
        let extensions = Extensions::all_available();
        let entities =
            entities::Entities::from_entities(entities, None::<&NoEntitiesSchema>, closed, extensions)
                .map_err(|error| error.to_string())?;
        Ok(Facts { request, entities: entities.into() })
    }

    fn principal(&self, question: &Question<'_>, needs: &Needs) -> Entity {
        let principal = &question.principal;
        let id = format!("{}|{}", principal.issuer.replace('|', "%7C"), principal.subject);
        let attributes = [
            ("issuer", text(principal.issuer)),
            ("subject", text(principal.subject)),
            ("groups", texts(principal.groups)),
        ];
        let groups = principal.groups.iter().map(|group| uid(&self.group, group)).collect();
        entity(uid(&self.principal, &id), attributes, groups, needs)
    }

    fn server(&self, question: &Question<'_>, needs: &Needs) -> Result<Entity, Unaskable> {
        let server = &question.server;
        let attributes = [
            ("name", text(server.name)),
            ("pinned", truth(server.pinned)),
            ("transport", pick(&self.transports, Transport::ALL, server.transport)?),
        ];
        Ok(entity(uid(&self.server, server.name), attributes, HashSet::new(), needs))
    }

    fn tool(
        &self,
        question: &Question<'_>,
        server: &EntityUID,
        needs: &Needs,
    ) -> Result<Option<Entity>, Unaskable> {
        let tool = match (question.action, &question.tool) {
            (Action::CallTool, None) => return Err("a call names no tool".to_owned()),
            (Action::CallTool | Action::ReceiveResult | Action::ReceiveRequest, Some(tool)) => tool,
            _ => return Ok(None),
        };
        let id = format!("{}/{}", question.server.name.replace('/', "%2F"), tool.name);
        let attributes = [
            ("name", text(tool.name)),
            ("server", Value::from(server.clone())),
            ("ingests", truth(tool.ingests)),
            ("reads_private", truth(tool.reads_private)),
            ("reaches_network", truth(tool.reaches_network)),
            ("writes", truth(tool.writes)),
            ("deletes", truth(tool.deletes)),
            ("sends", truth(tool.sends)),
            ("executes", truth(tool.executes)),
            ("spends_money", truth(tool.spends_money)),
            ("accepts_secrets", truth(tool.accepts_secrets)),
            ("pinned", truth(tool.pinned)),
            ("approved", truth(tool.approved)),
        ];
        Ok(Some(entity(uid(&self.tool, &id), attributes, HashSet::from([server.clone()]), needs)))
    }

    /// Only what is needed is made.
    fn context(&self, question: &Question<'_>, shown: &Shown, needs: &Needs) -> Result<Context, Unaskable> {
        let mut made = BTreeMap::new();
        for (name, make) in Self::CONTEXT.iter().filter(|(name, _)| needs.has(name)) {
            made.insert((*name).into(), make(self, question, shown)?);
        }
        Ok(Context::Value(Arc::new(made)))
    }

    /// The members of the context, and how each is made.
    const CONTEXT: &[(&str, Member)] = &[
        ("method", |_, question, _| Ok(text(question.method))),
        ("revision", |_, question, _| Ok(text(question.revision))),
        ("transport", |words, question, _| {
            pick(&words.transports, Transport::ALL, question.server.transport)
        }),
        ("target", |_, question, _| Ok(text(question.target))),
        ("size", |_, question, _| Ok(count(question.size))),
        ("arguments", |words, _, _| Ok(Value::from(words.arguments.clone()))),
        ("argument_names", |_, _, shown| Ok(Value::set(shown.values.iter().map(|(at, _)| text(at)), None))),
        ("arguments_truncated", |_, _, shown| Ok(truth(shown.truncated))),
        ("hosts", |_, _, shown| Ok(Value::set(shown.hosts.iter().map(|host| text(host)), None))),
        ("labels", |words, question, _| words.labels(question)),
        ("flow", |words, question, _| {
            let advice = pick(&words.advices, Advice::ALL, question.flow.advice)?;
            Ok(record([("advice", advice), ("because", texts(question.flow.because))]))
        }),
        ("findings", |words, question, _| words.findings(question)),
        ("pin", |words, question, _| pick(&words.pins, PinState::ALL, question.pin)),
        ("budgets", |_, question, _| {
            Ok(record([
                ("calls_session", count(question.budgets.calls_session)),
                ("calls_tool_minute", count(question.budgets.calls_tool_minute)),
                ("bytes_session", count(question.budgets.bytes_session)),
            ]))
        }),
        ("time", |_, question, _| {
            Ok(record([
                ("hour", Value::from(question.moment.hour())),
                ("weekday", Value::from(question.moment.weekday())),
                ("unix", Value::from(question.moment.unix_seconds)),
            ]))
        }),
        ("secrets", |_, question, _| Ok(count(question.secrets))),
        ("asks_for_secret", |_, question, _| Ok(truth(question.asks_for_secret))),
        ("approved", |_, question, _| Ok(truth(question.approved))),
    ];

    fn labels(&self, question: &Question<'_>) -> Result<Value, Unaskable> {
        let label = question.labels.label;
        let confidentiality = pick(&self.confidentialities, CONFIDENTIALITIES, label.confidentiality)?;
        Ok(record([
            ("integrity", pick(&self.integrities, INTEGRITIES, label.integrity)?),
            ("confidentiality", confidentiality),
            ("sources", texts(question.labels.sources)),
        ]))
    }

    fn findings(&self, question: &Question<'_>) -> Result<Value, Unaskable> {
        let findings = &question.findings;
        let (severity, confidence) = findings.worst.map_or((0, 0), |(severity, confidence)| {
            (position(Severity::ALL, severity), position(Confidence::ALL, confidence))
        });
        let threats = findings.threats.iter().map(|threat| pick(&self.threats, Threat::ALL, *threat));
        Ok(record([
            ("severity", Value::from(severity)),
            ("confidence", Value::from(confidence)),
            ("rules", texts(findings.rules)),
            ("threats", Value::set(threats.collect::<Result<Vec<_>, _>>()?, None)),
        ]))
    }
}

const INTEGRITIES: &[Integrity] = &[Integrity::Trusted, Integrity::Outside];
const CONFIDENTIALITIES: &[Confidentiality] =
    &[Confidentiality::Public, Confidentiality::Private, Confidentiality::Secret];

/// What stands in `made` where `value` stands in `all`.
fn pick<T: Clone, V: Copy + PartialEq + std::fmt::Debug>(
    made: &[T],
    all: &[V],
    value: V,
) -> Result<T, Unaskable> {
    let at = all.iter().position(|known| *known == value);
    at.and_then(|at| made.get(at)).cloned().ok_or_else(|| format!("`{value:?}` is not in the schema"))
}

fn position<V: Copy + PartialEq>(all: &[V], value: V) -> i64 {
    all.iter().position(|known| *known == value).and_then(|at| i64::try_from(at).ok()).unwrap_or(i64::MAX)
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUID {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id)).into()
}

fn entity<const N: usize>(
    uid: EntityUID,
    attributes: [(&str, Value); N],
    parents: HashSet<EntityUID>,
    needs: &Needs,
) -> Entity {
    let needed = attributes.into_iter().filter(|(name, _)| needs.has(name));
    let attributes = needed.map(|(name, value)| (name.into(), PartialValue::Value(value)));
    Entity::new_with_attr_partial_value(uid, attributes, HashSet::new(), parents, [])
}

fn record<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::record(fields, None)
}

fn text(value: &str) -> Value {
    Value::from(value)
}

fn texts(values: &[&str]) -> Value {
    Value::set(values.iter().map(|value| text(value)), None)
}

fn truth(value: bool) -> Value {
    Value::from(value)
}

/// A count; one that is too large for the schema's numbers is as large as they can be.
fn count(value: u64) -> Value {
    Value::from(i64::try_from(value).unwrap_or(i64::MAX))
}
