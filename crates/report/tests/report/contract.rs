//! What the JSON formats promise to other programs, read with another reader than the one that wrote them.

use std::collections::BTreeSet;

use portcullis_model::{Finding, Severity, Target, TargetKind};
use portcullis_report::json::v1;
use portcullis_report::{Assessment, Format, JsonLines, Options, Sources};
use serde_json::Value;

use crate::formats::render;
use crate::sample;

fn json(format: Format) -> Value {
    serde_json::from_str(&render(&sample::assessment(), format, &sample::options())).unwrap()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn assert_keys(value: &Value, required: &[&str], optional: &[&str]) {
    let found = keys(value);
    for key in required {
        assert!(found.contains(key), "`{key}` is missing in {value}");
    }
    for key in found {
        assert!(required.contains(&key) || optional.contains(&key), "`{key}` is unknown in {value}");
    }
}

fn assert_finding(finding: &Value) {
    let required = [
        "id",
        "rule",
        "severity",
        "confidence",
        "threats",
        "origin",
        "trigger",
        "target",
        "location",
        "message",
        "references",
    ];
    assert_keys(finding, &required, &["evidence", "fix"]);
    let place = ["server", "item", "name", "field", "file", "line", "column", "end_line", "end_column"];
    assert_keys(&finding["location"], &[], &place);
    assert_keys(&finding["fix"], &["title", "safety", "edits"], &[]);
    assert!(["safe", "unsafe"].contains(&finding["fix"]["safety"].as_str().unwrap()));
    assert!(["info", "low", "medium", "high", "critical"].contains(&finding["severity"].as_str().unwrap()));
    assert!(["low", "medium", "high", "certain"].contains(&finding["confidence"].as_str().unwrap()));
}

fn assert_target(target: &Value) {
    assert_keys(target, &["id", "kind", "locator", "status"], &["reason"]);
    assert!(["scanned", "skipped", "failed"].contains(&target["status"].as_str().unwrap()));
    assert_eq!(target["status"] == "scanned", target.get("reason").is_none());
}

#[test]
fn json_has_the_members_that_are_promised() {
    let report = json(Format::Json);
    assert_keys(
        &report,
        &["schema", "tool", "targets", "findings", "summary"],
        &["servers", "chains", "suppressed", "notes", "asked_hosts"],
    );
    assert_eq!(report["schema"], "portcullis.findings/1");
    assert_eq!(report["tool"]["name"], "portcullis");
    report["targets"].as_array().unwrap().iter().for_each(assert_target);
    report["findings"].as_array().unwrap().iter().for_each(assert_finding);
    assert_keys(&report["summary"], &["by_severity", "targets", "findings", "elapsed_ms"], &["complete"]);
    assert_eq!(report["summary"]["by_severity"]["high"], 2);
    assert_eq!(report["summary"]["targets"], 4);
    assert_eq!(report["summary"]["complete"], false);
    assert_eq!(report["findings"][0]["threats"], serde_json::json!(["T04", "X07"]));
    assert_eq!(report["findings"][0]["origin"], "capability-declaration");
}

#[test]
fn json_keeps_hostile_text_as_it_was() {
    let report = json(Format::Json);
    let evidences: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|finding| finding["evidence"].as_str())
        .collect();
    assert!(evidences.contains(&sample::HOSTILE));
}

#[test]
fn json_words_are_those_of_the_model() {
    for severity in Severity::ALL {
        assert_eq!(serde_json::to_value(v1::Severity::from(*severity)).unwrap(), severity.as_str());
    }
    for threat in portcullis_model::Threat::ALL {
        assert_eq!(
            serde_json::to_value(v1::Activity::from(threat.origin())).unwrap(),
            threat.origin().as_str()
        );
        assert_eq!(
            serde_json::to_value(v1::Activity::from(threat.trigger())).unwrap(),
            threat.trigger().as_str()
        );
    }
    assert_eq!(serde_json::to_value(v1::TargetKind::from(TargetKind::HostConfig)).unwrap(), "host-config");
}

#[test]
fn json_reads_back_as_it_was_written() {
    let assessment = sample::assessment();
    let written = render(&assessment, Format::Json, &sample::options());
    let report = v1::Report::read(written.as_bytes()).unwrap();
    assert_eq!(report, v1::Report::new(&assessment, &sample::options()));
    assert_eq!(report.finding_ids().len(), 7);
}

#[test]
fn what_is_no_report_is_refused_with_a_reason() {
    let other =
        render(&sample::clean(), Format::Json, &sample::options()).replace("findings/1", "findings/9");
    let error = v1::Report::read(other.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("`portcullis.findings/9`"), "{error}");
    assert!(v1::Report::read(b"{}").is_err());
}

#[test]
fn json_lines_are_one_per_target_in_the_order_of_the_scan() {
    let lines = render(&sample::assessment(), Format::JsonLines, &sample::options());
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<&str> = lines.iter().map(|line| line["target"]["id"].as_str().unwrap()).collect();
    let given = sample::assessment();
    assert_eq!(ids, given.targets.iter().map(|target| target.id.as_str()).collect::<Vec<_>>());
    for line in &lines {
        assert_keys(line, &["target", "findings"], &[]);
        assert_target(&line["target"]);
        line["findings"].as_array().unwrap().iter().for_each(assert_finding);
    }
}

#[test]
fn streamed_lines_are_those_of_the_whole_report() {
    let assessment = sample::assessment();
    let mut lines = JsonLines::new(Vec::new());
    for target in &assessment.targets {
        let findings: Vec<Finding> =
            assessment.findings.iter().filter(|finding| finding.target == target.id).cloned().collect();
        lines.target(target, &findings, &assessment.sources).unwrap();
    }
    let streamed = String::from_utf8(lines.finish().unwrap()).unwrap();
    assert_eq!(streamed, render(&assessment, Format::JsonLines, &sample::options()));
}

#[test]
fn a_finding_without_a_listed_target_is_kept_and_its_target_is_not_called_scanned() {
    let mut assessment = sample::assessment();
    assessment.targets.retain(|target| target.kind != TargetKind::Surface);
    let report: Value = serde_json::from_str(&render(&assessment, Format::Json, &sample::options())).unwrap();
    let target =
        &report["targets"].as_array().unwrap().iter().find(|target| target["kind"] == "surface").unwrap();
    assert_eq!(target["status"], "failed");
    for format in Format::ALL {
        assert!(render(&assessment, *format, &sample::options()).contains("no-annotations"), "{format}");
    }
}

#[test]
fn a_report_is_complete_only_when_nothing_failed() {
    let mut assessment = sample::clean();
    assert!(assessment.is_complete());
    assessment.targets.push(Target::new(
        TargetKind::Server,
        "https://a.example/mcp",
        portcullis_model::TargetStatus::Failed("refused".to_owned()),
    ));
    assert!(!assessment.is_complete());
    assert!(!Assessment::default().is_complete());
    let text = render(&assessment, Format::Text, &sample::options());
    assert!(text.contains("No findings in what was looked at; 1 target could not be looked at"), "{text}");
}

#[test]
fn sarif_says_that_an_incomplete_run_was_not_successful() {
    let log = json(Format::Sarif);
    let run = &log["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notifications.len(), 4);
    let failed = notifications.iter().find(|one| one["descriptor"]["id"] == "target-failed").unwrap();
    assert!(failed["message"]["text"].as_str().unwrap().contains("no answer within 5 s"));
    let clean = render(&sample::clean(), Format::Sarif, &sample::options());
    let clean: Value = serde_json::from_str(&clean).unwrap();
    assert_eq!(clean["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn every_sarif_result_refers_to_its_rule_and_place() {
    let log = json(Format::Sarif);
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 7);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["partialFingerprints"]["portcullis/v1"].is_string());
        assert!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].is_string());
    }
    let suppressed: Vec<_> = results.iter().filter(|result| result.get("suppressions").is_some()).collect();
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0]["suppressions"][0]["justification"], "the laboratory network is closed");
    let fixed = results.iter().find(|result| result["ruleId"] == "unpinned-package").unwrap();
    let change = &fixed["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "weather-mcp@1.4.2");
    assert_eq!(change["replacements"][0]["deletedRegion"]["startLine"], 5);
}

#[test]
fn lines_without_sources_have_no_place() {
    let assessment = sample::assessment();
    let mut lines = JsonLines::new(Vec::new());
    lines.target(&assessment.targets[1], &assessment.findings, &Sources::default()).unwrap();
    let line: Value = serde_json::from_slice(&lines.finish().unwrap()).unwrap();
    assert!(
        line["findings"].as_array().unwrap().iter().all(|finding| finding["location"].get("line").is_none())
    );
}

#[test]
fn formats_are_named_as_the_option_names_them() {
    for format in Format::ALL {
        assert_eq!(format.as_str().parse::<Format>(), Ok(*format));
    }
    let error = "pdf\u{1b}".parse::<Format>().unwrap_err().to_string();
    assert_eq!(error, "unknown format `pdf\\u{1b}`; one of: text json jsonl sarif html markdown");
    assert_eq!(Options::default().width, 100);
}
