//! H6: an image of a registry, by the digest that its tag has now.

use portcullis_model::{ObservedStatus, Secret};

use super::Found;
use crate::client::Client;
use crate::names::encoded_path;
use crate::request::{Reply, Request};
use crate::services::Services;

const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, \
     application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

/// Host, path and reference of an image's name; no host where the name names none.
fn parts(name: &str) -> (Option<&str>, String, &str) {
    let (host, rest) = match name.split_once('/') {
        Some((host, rest)) if host.contains(['.', ':']) => (Some(host), rest),
        _ => (None, name),
    };
    let (path, reference) = match rest.split_once('@') {
        Some((path, digest)) => (path.split(':').next().unwrap_or(path), digest),
        None => rest.rsplit_once(':').unwrap_or((rest, "latest")),
    };
    let path =
        if host.is_none() && !path.contains('/') { format!("library/{path}") } else { path.to_owned() };
    (host, path, reference)
}

/// Asks for the head of the manifest, with the anonymous token that the registry hands out.
pub(super) async fn probe(name: &str, client: &Client, services: &Services) -> Found {
    let (host, path, reference) = parts(name);
    let question =
        format!("/v2/{}/manifests/{}", encoded_path(&path), encoded_path(reference).replace("%3A", ":"));
    let request = match (host, &services.oci) {
        (Some(host), _) => services.host(host, &question),
        (None, Some(base)) => Request::service(format!("{}{question}", base.trim_end_matches('/'))),
        (None, None) => {
            return Found::unknown(
                client.now(),
                "no address of an image registry is configured; name one under `[survey]`",
            );
        }
    };
    let request = request.accepting(MANIFESTS).head();
    let mut reply = client.follow(&request).await;
    let mut has_token = false;
    if reply.is(401)
        && let Some(token) = token(&reply, &path, request.is_trusted, client).await
    {
        has_token = true;
        reply = client.follow(&request.known_as(Some(token))).await;
    }
    if reply.is(200) {
        let mut found = Found::is(&reply, ObservedStatus::Present);
        found.put_some("digest", reply.header("docker-content-digest"));
        return found;
    }
    let mut found = Found::of(&reply);
    // Who is let in nowhere has not heard that there is nothing.
    if has_token {
        found.put("token", "yes");
    }
    found
}

/// `WWW-Authenticate: Bearer realm="…",service="…",scope="…"`.
async fn token(reply: &Reply, path: &str, is_trusted: bool, client: &Client) -> Option<Secret> {
    let header = reply.header("www-authenticate")?.strip_prefix("Bearer ")?;
    let value = |name: &str| {
        header.split(',').find_map(|part| {
            let (key, value) = part.trim().split_once('=')?;
            (key == name).then(|| value.trim_matches('"'))
        })
    };
    let realm = value("realm")?;
    let service = value("service").map(|service| format!("&service={}", crate::names::encoded(service)));
    let scope = crate::names::encoded(&format!("repository:{path}:pull"));
    let url = format!("{realm}?scope={scope}{}", service.unwrap_or_default());
    let request = Request { is_trusted, ..Request::stranger(url).accepting("application/json") };
    // A token is no evidence and is not recorded.
    let root = client.unrecorded(&request).await.json()?;
    let token = root.get_text("token").or_else(|| root.get_text("access_token"))?;
    Some(Secret::new(format!("Bearer {token}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_images_name_is_taken_apart() {
        for (name, expected) in [
            ("ghcr.io/ann/x:1.2", (Some("ghcr.io"), "ann/x", "1.2")),
            ("localhost:5000/x", (Some("localhost:5000"), "x", "latest")),
            ("mcp/time", (None, "mcp/time", "latest")),
            ("redis:7", (None, "library/redis", "7")),
            ("a.example/x:1@sha256:00", (Some("a.example"), "x", "sha256:00")),
        ] {
            let (host, path, reference) = parts(name);
            assert_eq!((host, path.as_str(), reference), expected, "{name}");
        }
    }
}
