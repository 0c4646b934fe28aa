//! What a request of 2026-07-28 says a second time in its headers.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use portcullis_model::{Node, Value};

/// The header that repeats the method.
pub const METHOD: &str = "mcp-method";
/// The header that repeats the name of what is called, got or read.
pub const NAME: &str = "mcp-name";
/// The header that names the revision.
pub const VERSION: &str = "mcp-protocol-version";

const PREFIX: &str = "=?base64?";
const SUFFIX: &str = "?=";

/// A value as a header can carry it: in base64 between marks when it is not visible ASCII, or could be taken for that.
#[must_use]
pub fn encode(value: &str) -> String {
    let plain = value.bytes().all(|byte| matches!(byte, b' '..=b'~')) && value.trim() == value;
    if plain && !is_marked(value) {
        value.to_owned()
    } else {
        format!("{PREFIX}{}{SUFFIX}", BASE64_STANDARD.encode(value))
    }
}

/// What a header's value says; nothing when what stands between the marks is no base64 of a text.
#[must_use]
pub fn decode(value: &str) -> Option<String> {
    let value = value.trim_matches([' ', '\t']);
    if !is_marked(value) {
        return Some(value.to_owned());
    }
    let inner = value.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    String::from_utf8(BASE64_STANDARD.decode(inner).ok()?).ok()
}

fn is_marked(value: &str) -> bool {
    value.strip_prefix(PREFIX).is_some_and(|rest| rest.ends_with(SUFFIX))
}

/// The member of the parameters that [`NAME`] repeats, for methods that have one.
#[must_use]
pub fn named_member(method: &str) -> Option<&'static str> {
    match method {
        "tools/call" | "prompts/get" => Some("name"),
        "resources/read" => Some("uri"),
        "tasks/get" | "tasks/update" | "tasks/cancel" => Some("taskId"),
        _ => None,
    }
}

/// A parameter of a tool that is repeated in a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    /// The header, in lower case.
    pub header: String,
    /// The parameter.
    pub parameter: String,
}

/// The parameters of a tool that are repeated in headers.
///
/// # Errors
/// Why the tool must not be used: a header's name that is none, on a type that cannot be mirrored, or given twice.
pub fn mirrors(schema: &Node) -> Result<Vec<Mirror>, String> {
    let mut mirrors: Vec<Mirror> = Vec::new();
    for property in schema.get("properties").map_or(&[][..], Node::entries) {
        let Some(name) = property.node.get("x-mcp-header") else { continue };
        let name = name.text().unwrap_or_default();
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(format!("`{name}` cannot be a part of a header's name"));
        }
        if !matches!(property.node.get_text("type"), Some("string" | "integer" | "boolean")) {
            return Err(format!("`{}` is of a type that no header repeats", property.key));
        }
        let header = format!("mcp-param-{}", name.to_ascii_lowercase());
        if mirrors.iter().any(|mirror| mirror.header == header) {
            return Err(format!("two parameters are repeated in `{header}`"));
        }
        mirrors.push(Mirror { header, parameter: property.key.to_string() });
    }
    Ok(mirrors)
}

/// A value as its header spells it before encoding; nothing for null, which is not repeated.
#[must_use]
pub fn spelt(value: &Node) -> Option<String> {
    match &value.value {
        Value::Text(text) => Some(text.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

/// Whether a header says what the value in the body says.
#[must_use]
pub fn agrees(header: &str, value: &Node) -> bool {
    let Some(header) = decode(header) else { return false };
    match &value.value {
        Value::Number(number) => {
            header == **number
                || matches!((header.parse(), number.parse()), (Ok(a), Ok(b)) if a == b && f64::is_finite(a))
        }
        _ => spelt(value).is_some_and(|spelt| spelt == header),
    }
}

/// A character of a token (RFC 9110, section 5.6.2).
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::literal;

    #[test]
    fn a_value_survives_its_header() {
        for value in
            ["us-west1", "", " padded ", "Hello, 世界", "a\r\nb", "\tx", "=?base64?SGVsbG8=?=", "us west 1"]
        {
            let header = encode(value);
            assert!(header.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{header}");
            assert_eq!(decode(&header).unwrap(), value);
        }
        assert_eq!(encode("us west 1"), "us west 1");
        assert_eq!(decode("=?base64?SGVsbG8=").unwrap(), "=?base64?SGVsbG8=");
        assert_eq!(decode("=?base64?SGVsbG8?="), None);
    }

    #[test]
    fn a_header_agrees_with_the_value_and_with_no_other() {
        assert!(
            agrees("42", &literal("42"))
                && agrees("42.0", &literal("42"))
                && agrees("true", &literal("true"))
        );
        assert!(
            !agrees("43", &literal("42"))
                && !agrees("TRUE", &literal("true"))
                && !agrees("x", &literal("null"))
        );
    }

    #[test]
    fn a_tool_with_a_header_that_is_none_is_refused() {
        let schema = |name: &str, kind: &str| {
            literal(&format!(r#"{{"properties":{{"a":{{"type":"{kind}","x-mcp-header":"{name}"}}}}}}"#))
        };
        assert_eq!(mirrors(&schema("Region", "string")).unwrap().len(), 1);
        for (name, kind) in
            [("", "string"), ("A b", "string"), ("A:b", "string"), ("Ré", "string"), ("A", "number")]
        {
            assert!(mirrors(&schema(name, kind)).is_err(), "{name} {kind}");
        }
        let twice = r#"{"properties":{"a":{"type":"string","x-mcp-header":"X"},"b":{"type":"string","x-mcp-header":"x"}}}"#;
        assert!(mirrors(&literal(twice)).is_err());
    }
}
