//! Values that name a secret instead of holding it.

/// True when a value refers to something kept elsewhere and holds no literal that could itself be a secret.
///
/// References are `${NAME}`, `${env:NAME}`, `${input:id}`, `${NAME:-default}`, `$NAME`, `$env:NAME`, `$(command)`,
/// `%NAME%`, `{env:NAME}`, `{file:path}`, `{{secrets.name}}`, and addresses of secret stores such as
/// `op://vault/item/field`. They may stand inside a text (`Bearer ${TOKEN}`). A text beside a reference, or the
/// default of one, that looks like a key (16 or more characters in a row, letters and digits mixed) makes the value a
/// literal: `${TOKEN:-ghp_0123456789abcdef}` is a secret with a reference around it.
#[must_use]
pub fn is_reference(value: &str) -> bool {
    let value = value.trim();
    if STORES.iter().any(|store| value.strip_prefix(store).is_some_and(|rest| !rest.is_empty())) {
        return !value.contains(char::is_whitespace);
    }
    let mut found = false;
    let mut literal = String::new();
    let mut rest = value;
    while let Some(next) = rest.chars().next() {
        if let Some((kept, after)) = reference(rest, literal.chars().next_back()) {
            found = true;
            literal.push(' ');
            literal.push_str(kept);
            literal.push(' ');
            rest = after;
        } else {
            literal.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
        }
    }
    found && !looks_like_a_key(&literal)
}

/// Addresses of secret stores: such a value is whole a reference.
const STORES: &[&str] = &[
    "op://",
    "bw://",
    "pass://",
    "vault://",
    "vault:",
    "keyring:",
    "keychain:",
    "keychain://",
    "doppler://",
    "infisical://",
    "env://",
    "env:",
    "aws-sm://",
    "gcp-sm://",
    "azure-kv://",
    "akv://",
    "sops://",
    "secretref:",
    "arn:aws:secretsmanager:",
    "arn:aws:ssm:",
];

/// The reference at the start of a text: the literal that it keeps (a default) and what follows it.
fn reference(text: &str, before: Option<char>) -> Option<(&str, &str)> {
    if let Some(inner) = text.strip_prefix("${{") {
        return inner
            .split_once("}}")
            .filter(|(name, _)| !name.trim().is_empty())
            .map(|(_, after)| ("", after));
    }
    if let Some(inner) = text.strip_prefix("{{") {
        return inner.split_once("}}").filter(|(name, _)| is_path(name.trim())).map(|(_, after)| ("", after));
    }
    if let Some(inner) = text.strip_prefix("${") {
        let (name, after) = inner.split_once('}')?;
        let (name, default) = name.split_once(":-").or_else(|| name.split_once(":=")).unwrap_or((name, ""));
        return is_path(name).then_some((default, after));
    }
    if let Some(inner) = text.strip_prefix("$(") {
        return inner
            .split_once(')')
            .filter(|(command, _)| !command.trim().is_empty())
            .map(|(_, after)| ("", after));
    }
    if let Some(inner) = ["{env:", "{file:"].iter().find_map(|start| text.strip_prefix(start)) {
        return inner.split_once('}').filter(|(name, _)| is_path(name)).map(|(_, after)| ("", after));
    }
    if let Some(inner) = text.strip_prefix("$env:") {
        let (name, after) = word(inner, |character| character.is_ascii_alphanumeric() || character == '_');
        return (!name.is_empty()).then_some(("", after));
    }
    // A dollar or percent sign inside a word belongs to a password.
    if before.is_some_and(|before| before.is_alphanumeric() || before == '$') {
        return None;
    }
    if let Some(inner) = text.strip_prefix('%') {
        let (name, after) =
            word(inner, |character| character.is_ascii_alphanumeric() || "_()".contains(character));
        let named = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        return after.strip_prefix('%').filter(|_| named && name.len() > 1).map(|after| ("", after));
    }
    let inner = text.strip_prefix('$')?;
    let (name, after) = word(inner, |character| character.is_ascii_alphanumeric() || character == '_');
    let shouted = !name.contains(|character: char| character.is_ascii_lowercase());
    let named = name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_');
    (shouted && named && name.len() > 1).then_some(("", after))
}

/// A name as references use it: words with dots, colons, slashes and the like, no spaces, not empty.
fn is_path(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|character| character.is_alphanumeric() || "_.:-/~@?".contains(character))
}

fn word(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|character| !belongs(character)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// True when a run of key characters is long and mixes letters with digits.
fn looks_like_a_key(text: &str) -> bool {
    text.split(|character: char| !(character.is_ascii_alphanumeric() || "_+/=-".contains(character))).any(
        |run| {
            run.len() >= 16
                && run.bytes().any(|byte| byte.is_ascii_digit())
                && run.bytes().any(|byte| byte.is_ascii_alphabetic())
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_every_host_are_recognised() {
        for value in [
            "${TOKEN}",
            "${env:TOKEN}",
            "${input:api-key}",
            "${TOKEN:-}",
            "${API_URL:-https://api.example.com}",
            "$TOKEN",
            "$env:Token",
            "$(pass show mcp/token)",
            "%APPDATA%",
            "%ProgramFiles(x86)%",
            "{env:TOKEN}",
            "{file:~/.secrets/token}",
            "{{secrets.github_token}}",
            "${{ secrets.TOKEN }}",
            "${user_config.api_key}",
            "op://work/github/token",
            "Bearer ${TOKEN}",
            "Basic $AUTH",
            "https://example.com/mcp?key=${KEY}&user=$USER",
        ] {
            assert!(is_reference(value), "{value}");
        }
    }

    #[test]
    fn literals_are_not_references_even_beside_one() {
        for value in [
            "",
            "plain",
            "pa$$WORD",
            "p4ss$WORD",
            "100%",
            "50%OFF",
            "${}",
            "$1",
            "{{}}",
            "op://",
            "$lowercase",
            "${TOKEN:-abcdefgh0123456789}",
            "abcdefgh0123456789${SUFFIX}",
            "sk-abcdefgh0123456789 $USER",
        ] {
            assert!(!is_reference(value), "{value}");
        }
    }
}
