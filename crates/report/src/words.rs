//! Sentences that several formats share.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use portcullis_model::{Finding, TargetStatus};

use crate::assessment::{Assessment, CapabilityClass, ChainStep, Suppressed, ToolSummary};
use crate::order::{self, Counts};
use crate::source::Sources;

/// `n` things, in the singular when there is one.
pub(crate) fn number(n: usize, thing: &str) -> String {
    if n == 1 { format!("1 {thing}") } else { format!("{n} {thing}s") }
}

/// Such as `1 critical, 2 high`.
pub(crate) fn counts(counts: &Counts) -> String {
    let parts: Vec<String> =
        counts.worst_first().map(|(severity, count)| format!("{count} {severity}")).collect();
    parts.join(", ")
}

/// The one sentence that a reader takes away.
pub(crate) fn verdict(assessment: &Assessment) -> String {
    let by_severity = Counts::of(&assessment.findings);
    let failed = failed_targets(assessment);
    let open = match (assessment.is_complete(), failed) {
        (true, _) => String::new(),
        (false, 0) => "; not everything could be looked at".to_owned(),
        (false, failed) => format!("; {} could not be looked at", number(failed, "target")),
    };
    match by_severity.total() {
        0 if assessment.targets.is_empty() => "Nothing to look at was found".to_owned(),
        0 if open.is_empty() => "No findings".to_owned(),
        0 => format!("No findings in what was looked at{open}"),
        total => format!("{}: {}{open}", number(total, "finding"), counts(&by_severity)),
    }
}

pub(crate) fn failed_targets(assessment: &Assessment) -> usize {
    let failed = |status: &TargetStatus| matches!(status, TargetStatus::Failed(_));
    assessment.targets.iter().filter(|target| failed(&target.status)).count()
}

/// What was looked at, in numbers.
pub(crate) fn looked_at(assessment: &Assessment) -> String {
    let scanned = assessment.targets.iter().filter(|target| target.status == TargetStatus::Scanned).count();
    let mut parts = vec![format!("{scanned} of {} looked at", number(assessment.targets.len(), "target"))];
    if !assessment.servers.is_empty() {
        parts.push(number(assessment.servers.len(), "server"));
    }
    let listed: usize =
        assessment.servers.iter().filter_map(|server| server.tools.as_ref()).map(Vec::len).sum();
    let tools = listed + assessment.source_tools.values().map(Vec::len).sum::<usize>();
    if tools > 0 {
        parts.push(number(tools, "tool"));
    }
    if !assessment.rules.is_empty() {
        parts.push(number(assessment.rules.len(), "rule"));
    }
    parts.push(if assessment.asked_hosts.is_empty() {
        "nothing looked up over the network".to_owned()
    } else {
        format!("{} asked", number(assessment.asked_hosts.len(), "host"))
    });
    parts.join(", ")
}

/// The targets that were looked at, each with what was read of its servers.
pub(crate) fn scanned(assessment: &Assessment) -> Vec<String> {
    let mut read: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for server in &assessment.servers {
        let parts = if server.coverage.read.is_empty() {
            "configuration only".to_owned()
        } else {
            server.coverage.read.join(", ")
        };
        read.entry(&server.target).or_default().push(format!("{} ({parts})", brief(&server.name)));
    }
    order::targets(assessment)
        .iter()
        .filter(|target| target.status == TargetStatus::Scanned)
        .map(|target| match read.get(target.id.as_str()) {
            Some(servers) => format!("{}: {}", target.locator, servers.join(", ")),
            None => target.locator.clone(),
        })
        .collect()
}

/// A time as people say it.
pub(crate) fn duration(time: Duration) -> String {
    match time.as_millis() {
        0 => "less than a millisecond".to_owned(),
        millis @ 1..1000 => format!("{millis} ms"),
        millis if millis < 60_000 => format!("{:.1} s", time.as_secs_f64()),
        _ => format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60),
    }
}

/// Such as `4 tools (1 EIT, 2 NAT)`.
pub(crate) fn tools(tools: &[ToolSummary]) -> String {
    let classes: Vec<String> = CapabilityClass::ALL
        .iter()
        .map(|class| (class, tools.iter().filter(|tool| tool.classes.contains(class)).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(class, count)| format!("{count} {}", class.as_str()))
        .collect();
    let all = number(tools.len(), "tool");
    if classes.is_empty() { all } else { format!("{all} ({})", classes.join(", ")) }
}

/// Where a finding is: item and field, and the file with its line.
pub(crate) fn place(finding: &Finding, sources: &Sources) -> String {
    let location = &finding.location;
    let mut parts = Vec::new();
    let item = match (location.item, &location.name) {
        (Some(item), Some(name)) => format!("{item} `{}`", brief(name)),
        (Some(item), None) => item.to_string(),
        (None, Some(name)) => format!("`{}`", brief(name)),
        (None, None) => String::new(),
    };
    let field = location.field.as_ref().map(|field| brief(field.as_str())).unwrap_or_default();
    let item = [item, field].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if !item.is_empty() {
        parts.push(item);
    }
    if let Some(file) = &location.file {
        parts.push(match sources.place(location) {
            Some(place) => format!("{file}:{}:{}", place.line, place.column),
            None => file.clone(),
        });
    }
    parts.join(" · ")
}

/// A name short enough for one line. Names are from outside: some are pages long.
pub(crate) fn brief(name: &str) -> String {
    cut(name, 64)
}

/// The first `most` characters, with an ellipsis when there are more.
pub(crate) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A sentence in stretches: prose, and what stands between backticks. An unpaired backtick is prose.
pub(crate) fn quoted(sentence: &str) -> Vec<(bool, &str)> {
    let parts: Vec<&str> = sentence.split('`').collect();
    let paired = parts.len() % 2 == 1;
    let last = parts.len().saturating_sub(1);
    let mut stretches: Vec<(bool, &str)> = parts
        .into_iter()
        .enumerate()
        .map(|(index, part)| (index % 2 == 1 && (paired || index < last), part))
        .collect();
    stretches.retain(|(_, part)| !part.is_empty());
    stretches
}

/// The threats of a finding, how sure it is, its rule.
pub(crate) fn about_rule(finding: &Finding) -> String {
    let threats: Vec<String> =
        finding.threats.iter().map(|threat| format!("{} {}", threat.id(), threat.name())).collect();
    let confidence = match finding.confidence {
        portcullis_model::Confidence::Certain => "certain".to_owned(),
        other => format!("{other} confidence"),
    };
    format!("{} · {confidence} · {}", threats.join(", "), finding.rule)
}

/// Such as `weather/get_forecast`.
pub(crate) fn step(step: &ChainStep) -> String {
    // A server whose tools are not known stands for them.
    if step.tool.is_empty() { step.server.clone() } else { format!("{}/{}", step.server, step.tool) }
}

/// How many findings were suppressed, and who answers for them.
fn suppressed(suppressed: &[Suppressed]) -> String {
    let owners: BTreeSet<&str> = suppressed.iter().filter_map(|one| one.owner.as_deref()).collect();
    let owners: Vec<&str> = owners.into_iter().collect();
    let by = if owners.is_empty() { String::new() } else { format!(" (by {})", owners.join(", ")) };
    format!("{} suppressed{by}", number(suppressed.len(), "finding"))
}

/// Notes, suppressions and hosts asked, one sentence each.
pub(crate) fn remarks(assessment: &Assessment) -> Vec<String> {
    let mut remarks = assessment.notes.clone();
    if !assessment.suppressed.is_empty() {
        remarks.push(suppressed(&assessment.suppressed));
    }
    if !assessment.asked_hosts.is_empty() {
        remarks.push(format!("asked over the network: {}", assessment.asked_hosts.join(", ")));
    }
    remarks
}

/// What to do next: command and purpose.
pub(crate) fn next_steps(assessment: &Assessment) -> Vec<(String, &'static str)> {
    let mut steps = Vec::new();
    if let Some(worst) = order::findings(assessment).first() {
        steps.push((
            format!("portcullis rules {}", worst.rule),
            "explains the worst of them; so for every rule",
        ));
    }
    if assessment.findings.iter().any(|finding| !finding.fix.edits.is_empty()) {
        steps.push(("portcullis scan --fix --diff".to_owned(), "shows what can be repaired for you"));
    }
    if assessment.servers.iter().any(|server| server.tools.is_none()) {
        steps.push((
            "portcullis scan --live".to_owned(),
            "looks at what the servers offer; asks before starting each",
        ));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_backticks_is_told_from_prose() {
        assert_eq!(quoted("the `a` of `b`"), [(false, "the "), (true, "a"), (false, " of "), (true, "b")]);
        assert_eq!(quoted("one ` alone"), [(false, "one "), (false, " alone")]);
        assert_eq!(quoted("`a` and ` alone"), [(true, "a"), (false, " and "), (false, " alone")]);
    }

    #[test]
    fn a_time_is_told_as_people_say_it() {
        let told = [0, 999, 1_500, 61_000].map(|millis| duration(Duration::from_millis(millis)));
        assert_eq!(told, ["less than a millisecond", "999 ms", "1.5 s", "1 min 1 s"]);
    }
}
