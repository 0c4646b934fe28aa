//! A question in Cedar's terms: request, context and entities. Everything that does not change is made once.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression, Schema,
};
use portcullis_model::{Confidence, Confidentiality, Integrity, Severity, Threat};

use crate::arguments::Shown;
use crate::question::{Action, Advice, PinState, Question, Transport};

/// Why a question cannot be put: a text for the reason of the denial.
type Unaskable = String;

/// The names of the schema, made once.
pub(crate) struct Vocabulary {
    principal: EntityTypeName,
    group: EntityTypeName,
    server: EntityTypeName,
    tool: EntityTypeName,
    arguments: EntityUid,
    actions: Vec<(EntityUid, Entity)>,
    transports: Vec<RestrictedExpression>,
    integrities: Vec<RestrictedExpression>,
    confidentialities: Vec<RestrictedExpression>,
    advices: Vec<RestrictedExpression>,
    pins: Vec<RestrictedExpression>,
    threats: Vec<RestrictedExpression>,
}

/// What the authorizer needs.
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
            let id = uid(&action_type, action.as_str());
            let entity = hierarchy.get(&id).cloned();
            entity
                .map(|entity| (id, entity))
                .ok_or_else(|| format!("the schema knows no action `{}`", action.as_str()))
        };
        let words = |name: &str, words: Vec<&str>| -> Result<Vec<RestrictedExpression>, String> {
            let kind = kind(name)?;
            Ok(words.into_iter().map(|word| RestrictedExpression::new_entity_uid(uid(&kind, word))).collect())
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

    /// The question as the authorizer needs it.
    pub(crate) fn facts(&self, question: &Question<'_>) -> Result<Facts, Unaskable> {
        let shown = Shown::of(question.arguments, question.target);
        let (action, action_entity) = self.action(question.action)?;
        let principal = self.principal(question)?;
        let server = self.server(question)?;
        let tool = self.tool(question, &server.uid())?;
        let resource = tool.as_ref().unwrap_or(&server).uid();
        let context = self.context(question, &shown)?;
        let request = Request::new(principal.uid(), action, resource, context, None)
            .map_err(|error| error.to_string())?;
        let tags = shown.values.into_iter().map(|(at, value)| (at, RestrictedExpression::new_string(value)));
        let arguments =
            Entity::new_with_tags(self.arguments.clone(), [], [], tags).map_err(|error| error.to_string())?;
        let entities = [action_entity, principal, server, arguments].into_iter().chain(tool);
        let entities = Entities::from_entities(entities, None).map_err(|error| error.to_string())?;
        Ok(Facts { request, entities })
    }

    fn action(&self, action: Action) -> Result<(EntityUid, Entity), Unaskable> {
        pick(&self.actions, Action::ALL, action)
    }

    fn principal(&self, question: &Question<'_>) -> Result<Entity, Unaskable> {
        let principal = &question.principal;
        let id = format!("{}|{}", principal.issuer.replace('|', "%7C"), principal.subject);
        let attributes = [
            ("issuer", text(principal.issuer)),
            ("subject", text(principal.subject)),
            ("groups", texts(principal.groups)),
        ];
        let groups = principal.groups.iter().map(|group| uid(&self.group, group)).collect();
        entity(uid(&self.principal, &id), attributes, groups)
    }

    fn server(&self, question: &Question<'_>) -> Result<Entity, Unaskable> {
        let server = &question.server;
        let attributes = [
            ("name", text(server.name)),
            ("pinned", truth(server.pinned)),
            ("transport", pick(&self.transports, Transport::ALL, server.transport)?),
        ];
        entity(uid(&self.server, server.name), attributes, HashSet::new())
    }

    fn tool(&self, question: &Question<'_>, server: &EntityUid) -> Result<Option<Entity>, Unaskable> {
        let tool = match (question.action, &question.tool) {
            (Action::CallTool, None) => return Err("a call names no tool".to_owned()),
            (Action::CallTool | Action::ReceiveResult | Action::ReceiveRequest, Some(tool)) => tool,
            _ => return Ok(None),
        };
        let id = format!("{}/{}", question.server.name.replace('/', "%2F"), tool.name);
        let attributes = [
            ("name", text(tool.name)),
            ("server", RestrictedExpression::new_entity_uid(server.clone())),
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
        entity(uid(&self.tool, &id), attributes, HashSet::from([server.clone()])).map(Some)
    }

    fn context(&self, question: &Question<'_>, shown: &Shown) -> Result<Context, Unaskable> {
        let labels = record([
            ("integrity", pick(&self.integrities, INTEGRITIES, question.labels.label.integrity)?),
            (
                "confidentiality",
                pick(&self.confidentialities, CONFIDENTIALITIES, question.labels.label.confidentiality)?,
            ),
            ("sources", texts(question.labels.sources)),
        ])?;
        let flow = record([
            ("advice", pick(&self.advices, Advice::ALL, question.flow.advice)?),
            ("because", texts(question.flow.because)),
        ])?;
        let budgets = record([
            ("calls_session", count(question.budgets.calls_session)),
            ("calls_tool_minute", count(question.budgets.calls_tool_minute)),
            ("bytes_session", count(question.budgets.bytes_session)),
        ])?;
        let time = record([
            ("hour", RestrictedExpression::new_long(question.moment.hour())),
            ("weekday", RestrictedExpression::new_long(question.moment.weekday())),
            ("unix", RestrictedExpression::new_long(question.moment.unix_seconds)),
        ])?;
        let names = shown.values.iter().map(|(at, _)| text(at));
        let pairs = [
            ("method", text(question.method)),
            ("revision", text(question.revision)),
            ("transport", pick(&self.transports, Transport::ALL, question.server.transport)?),
            ("target", text(question.target)),
            ("size", count(question.size)),
            ("arguments", RestrictedExpression::new_entity_uid(self.arguments.clone())),
            ("argument_names", RestrictedExpression::new_set(names)),
            ("arguments_truncated", truth(shown.truncated)),
            ("hosts", RestrictedExpression::new_set(shown.hosts.iter().map(|host| text(host)))),
            ("labels", labels),
            ("flow", flow),
            ("findings", self.findings(question)?),
            ("pin", pick(&self.pins, PinState::ALL, question.pin)?),
            ("budgets", budgets),
            ("time", time),
            ("secrets", count(question.secrets)),
            ("asks_for_secret", truth(question.asks_for_secret)),
            ("approved", truth(question.approved)),
        ];
        Context::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value)))
            .map_err(|error| error.to_string())
    }

    fn findings(&self, question: &Question<'_>) -> Result<RestrictedExpression, Unaskable> {
        let findings = &question.findings;
        let (severity, confidence) = findings.worst.map_or((0, 0), |(severity, confidence)| {
            (position(Severity::ALL, severity), position(Confidence::ALL, confidence))
        });
        let threats = findings.threats.iter().map(|threat| pick(&self.threats, Threat::ALL, *threat));
        record([
            ("severity", RestrictedExpression::new_long(severity)),
            ("confidence", RestrictedExpression::new_long(confidence)),
            ("rules", texts(findings.rules)),
            ("threats", RestrictedExpression::new_set(threats.collect::<Result<Vec<_>, _>>()?)),
        ])
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

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn entity<const N: usize>(
    uid: EntityUid,
    attributes: [(&str, RestrictedExpression); N],
    parents: HashSet<EntityUid>,
) -> Result<Entity, Unaskable> {
    let attributes: HashMap<String, RestrictedExpression> =
        attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Entity::new(uid, attributes, parents).map_err(|error| error.to_string())
}

fn record<const N: usize>(
    fields: [(&str, RestrictedExpression); N],
) -> Result<RestrictedExpression, Unaskable> {
    RestrictedExpression::new_record(fields.map(|(name, value)| (name.to_owned(), value)))
        .map_err(|error| error.to_string())
}

fn text(value: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(value.to_owned())
}

fn texts(values: &[&str]) -> RestrictedExpression {
    RestrictedExpression::new_set(values.iter().map(|value| text(value)))
}

fn truth(value: bool) -> RestrictedExpression {
    RestrictedExpression::new_bool(value)
}

/// A count; one that is too large for the schema's numbers is as large as they can be.
fn count(value: u64) -> RestrictedExpression {
    RestrictedExpression::new_long(i64::try_from(value).unwrap_or(i64::MAX))
}
