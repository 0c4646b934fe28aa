//! File names as URI references (RFC 3986), which is how SARIF names artifacts.

use std::fmt::Write as _;

/// A relative path stays relative; an absolute one becomes a `file:` URI; a URI stays one.
pub(crate) fn of_file(file: &str) -> String {
    let path = file.replace('\\', "/");
    if ["https://", "http://", "file://"].iter().any(|scheme| path.starts_with(scheme)) {
        return escaped(&path, b":?=&%#[]@+,;");
    }
    let escaped = escaped(&path, b"@+,=");
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes().get(2) == Some(&b'/');
    if escaped.starts_with('/') {
        format!("file://{escaped}")
    } else if drive {
        format!("file:///{}", escaped.replacen("%3A", ":", 1))
    } else {
        escaped
    }
}

/// Everything but unreserved characters, slashes and `kept` in percent escapes.
fn escaped(path: &str, kept: &[u8]) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) || kept.contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(of_file("~/.cursor/mcp.json"), "~/.cursor/mcp.json");
        assert_eq!(of_file("/etc/a b/ü.json"), "file:///etc/a%20b/%C3%BC.json");
        assert_eq!(of_file(r"C:\Users\x.json"), "file:///C:/Users/x.json");
        assert_eq!(of_file("javascript:alert(1)"), "javascript%3Aalert%281%29");
        assert_eq!(of_file("https://a.example/mcp?x=<>"), "https://a.example/mcp?x=%3C%3E");
    }
}
