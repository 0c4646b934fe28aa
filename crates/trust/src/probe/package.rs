//! H5: names of the other package registries, at the addresses that the settings name.

use portcullis_model::ObservedStatus;

use super::Found;
use crate::client::Client;
use crate::names::{encoded, encoded_path};
use crate::request::Request;
use crate::services::Services;

/// Asks for a package of cargo, `NuGet` or Go.
pub(super) async fn probe(kind: &str, name: &str, client: &Client, services: &Services) -> Found {
    let (base, path, mark) = match kind {
        "cargo" => (&services.cargo, sparse(name), "\"vers\""),
        "nuget" => {
            (&services.nuget, format!("{}/index.json", encoded(&name.to_ascii_lowercase())), "\"versions\"")
        }
        "go" => (&services.go, format!("{}/@v/list", encoded_path(&escaped(name))), ""),
        _ => return Found::unknown(client.now(), "nobody knows how to ask for this"),
    };
    let Some(base) = base else {
        return Found::unknown(
            client.now(),
            format!("no address of a {kind} registry is configured; name one under `[survey]`"),
        );
    };
    let request = Request::service(format!("{}/{path}", base.trim_end_matches('/'))).accepting("*/*");
    let reply = client.follow(&request).await;
    if !reply.is(200) {
        return Found::of(&reply);
    }
    let text = reply.text();
    let is_page = text.trim_start().starts_with('<');
    if is_page || !text.contains(mark) {
        return Found::odd(&reply);
    }
    let is_empty = text.trim().is_empty();
    Found::is(&reply, if is_empty { ObservedStatus::Empty } else { ObservedStatus::Present })
}

/// Where a crate lies in a sparse index: `1/a`, `2/ab`, `3/a/abc`, `ab/cd/abcd…`.
fn sparse(name: &str) -> String {
    let name = encoded(&name.to_ascii_lowercase());
    let part = |from: usize, to: usize| name.get(from..to).unwrap_or_default().to_owned();
    match name.len() {
        0..=2 => format!("{}/{name}", name.len()),
        3 => format!("3/{}/{name}", part(0, 1)),
        _ => format!("{}/{}/{name}", part(0, 2), part(2, 4)),
    }
}

/// A module's path as proxies spell it: capitals with a `!` before them.
fn escaped(module: &str) -> String {
    let mut out = String::new();
    for letter in module.chars() {
        if letter.is_ascii_uppercase() {
            out.push('!');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelt_as_each_registry_spells_them() {
        for (name, path) in [("A", "1/a"), ("ab", "2/ab"), ("abc", "3/a/abc"), ("Some-mcp", "so/me/some-mcp")]
        {
            assert_eq!(sparse(name), path);
        }
        assert_eq!(escaped("github.com/Ann/x"), "github.com/!ann/x");
    }
}
