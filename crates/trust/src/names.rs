//! Names as addresses and registries spell them.

/// A part of an address, with everything but plain letters and signs in percent signs.
#[must_use]
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A path, each part of it [`encoded`].
pub(crate) fn encoded_path(path: &str) -> String {
    path.split('/').map(encoded).collect::<Vec<_>>().join("/")
}

/// The domains of mail addresses in a text, sorted, each once. Nothing else of an address is kept.
pub(crate) fn mail_domains<'a>(texts: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut found: Vec<String> = texts
        .flat_map(|text| text.split([',', ';', ' ', '<', '>']))
        .filter_map(|word| word.rsplit_once('@').map(|(_, domain)| domain.trim().to_ascii_lowercase()))
        .filter(|domain| domain.contains('.') && domain.len() <= 253)
        .collect();
    found.sort();
    found.dedup();
    found.truncate(20);
    (!found.is_empty()).then(|| found.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_mail_address_only_the_domain_is_kept() {
        let texts = ["Ann <ann@A.example>, bob@b.example", "none", "x@localhost"];
        assert_eq!(mail_domains(texts.into_iter()).as_deref(), Some("a.example,b.example"));
        assert_eq!(encoded("@a/b c"), "%40a%2Fb%20c");
        assert_eq!(encoded_path("a b/c"), "a%20b/c");
    }
}
