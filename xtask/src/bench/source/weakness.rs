//! What kind of weakness a rule is about, so that rules of different scanners can be compared.

/// Words in names of rules, and the weakness; the first that fits counts.
const WORDS: &[(&str, &str)] = &[
    ("nosql", "nosql"),
    ("sql", "sql"),
    ("knex", "sql"),
    ("ldap", "ldap"),
    ("log-injection", "log"),
    ("header-injection", "header"),
    ("host-header", "header"),
    ("ssrf", "ssrf"),
    ("server-side-request", "ssrf"),
    ("deseriali", "deserialization"),
    ("template", "template"),
    ("script-injection", "template"),
    ("xpath", "xml"),
    ("xxe", "xml"),
    ("xml", "xml"),
    ("regex", "regex"),
    ("prototype", "prototype"),
    ("archive", "archive"),
    ("zip", "archive"),
    ("traversal", "path"),
    ("import", "code"),
    ("reflection", "code"),
    ("require", "code"),
    ("eval", "code"),
    ("code-injection", "code"),
    ("sandbox", "code"),
    ("vm2", "code"),
    ("command", "command"),
    ("argument-injection", "command"),
    ("shell", "command"),
    ("exec", "command"),
    ("dangerous-params-cmd", "command"),
];

/// The weakness that a rule is about, by the rule's name; `None` for rules about anything else.
pub(super) fn of_rule(rule: &str) -> Option<&'static str> {
    let last = rule.rsplit('.').next().unwrap_or(rule).to_ascii_lowercase().replace('_', "-");
    // About what is missing around a call and not about what reaches it.
    if last.contains("no-timeout") {
        return None;
    }
    // A string template that makes a command or a path is about the command or the path.
    let last = last.strip_prefix("mcp-js-").and_then(|rest| rest.strip_suffix("-template")).unwrap_or(&last);
    WORDS.iter().find(|(word, _)| last.contains(word)).map(|(_, weakness)| *weakness)
}

/// The weaknesses that a rule may call the kind of a twin (`fixtures/twins`).
pub(super) fn of_twin(kind: &str) -> &'static [&'static str] {
    match kind {
        "archive" => &["archive", "path"],
        "code" | "import" | "reflection" => &["code"],
        "command" => &["command"],
        "deserialization" => &["deserialization", "code"],
        "header" => &["header"],
        "ldap" => &["ldap"],
        "log" => &["log"],
        "nosql" => &["nosql"],
        "path-delete" | "path-read" | "path-write" => &["path"],
        "prototype" => &["prototype"],
        "regex" => &["regex"],
        "sql" => &["sql"],
        "ssrf" => &["ssrf"],
        "template" => &["template", "code"],
        "xml" => &["xml"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_all_scanners_are_sorted_by_weakness() {
        for (rule, weakness) in [
            ("path-traversal", Some("path")),
            ("server-side-request-forgery", Some("ssrf")),
            ("unsafe-archive-extraction", Some("archive")),
            ("argument-injection", Some("command")),
            ("unsafe-reflection", Some("code")),
            ("a.rules.python.mcp-python-shell-injection-os-system", Some("command")),
            ("mcp-js-command-injection-template", Some("command")),
            ("mcp-js-path-traversal-template", Some("path")),
            ("mcp-js-eval-template", Some("code")),
            ("server_side_template_injection", Some("template")),
            ("yaml_deserialize", Some("deserialization")),
            ("sql_injection", Some("sql")),
            ("node_nosqli_injection", Some("nosql")),
            ("mcp-js-no-timeout-execfile", None),
            ("mcp-python-missing-error-handling", None),
            ("hardcoded_secrets", None),
            ("prompt_injection", None),
        ] {
            assert_eq!(of_rule(rule), weakness, "{rule}");
        }
    }
}
