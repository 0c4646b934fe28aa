//! A link that leads to no known forge: a page.

use portcullis_model::{ObservedStatus, Subject};
use portcullis_supply::ownership::host_of;

use super::Found;
use crate::client::Client;
use crate::request::Request;
use crate::services::Services;

fn request(link: &str, services: &Services) -> Option<Request> {
    let (scheme, rest) = link.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end)?;
    let path = path.split('#').next().unwrap_or_default();
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let request = services.host(host, &path).page().accepting("text/html, */*; q=0.5");
    let is_plain = scheme == "http" && !request.is_trusted;
    Some(if is_plain {
        Request { url: request.url.replacen("https://", "http://", 1), ..request }
    } else {
        request
    })
}

/// Asks for the page.
pub(super) async fn probe(link: &str, client: &Client, services: &Services) -> Found {
    let Some(request) = request(link, services) else {
        return Found::unknown(client.now(), "this is no address of the web");
    };
    let reply = client.get(&request).await;
    match reply.status {
        Some(200..=299) if reply.trouble.is_none() => Found::is(&reply, ObservedStatus::Present),
        Some(301 | 308) if reply.trouble.is_none() => {
            let target = reply.header("location").unwrap_or_default();
            let to = if target.contains("://") { host_of(target).map(|host| host.registered) } else { None };
            let from = host_of(link).map(|host| host.registered);
            // The same owner put it elsewhere.
            if to.is_none() || to == from {
                return Found::is(&reply, ObservedStatus::Present);
            }
            let mut found = Found::is(&reply, ObservedStatus::Moved);
            found.put("moved-to", target);
            found
        }
        Some(302 | 303 | 307) if reply.trouble.is_none() => Found::is(&reply, ObservedStatus::Present),
        _ => Found::of(&reply),
    }
}

/// Why nothing of a host may be called absent: its first page does not answer either.
pub(super) async fn control(like: &Subject, client: &Client, services: &Services) -> Option<String> {
    if let (Subject::Package(kind, name), Some(base)) = (like, &services.oci)
        && kind == "oci"
        && host_of(name).is_none()
    {
        let reply = client.get(&Request::service(format!("{}/v2/", base.trim_end_matches('/')))).await;
        return (!matches!(reply.status, Some(200 | 401)))
            .then(|| format!("the registry does not answer: {}", reply.why()));
    }
    let link = match like {
        Subject::Link(link) => link.clone(),
        Subject::Package(_, name) => format!("https://{}", name.trim_start_matches("https://")),
        Subject::Other(text) => {
            format!("https://{}", text.split_once(':').map_or(text.as_str(), |(_, name)| name))
        }
        _ => return None,
    };
    let first = link.split('/').take(3).collect::<Vec<_>>().join("/");
    let root = if matches!(like, Subject::Package(kind, _) if kind == "oci") { "/v2/" } else { "/" };
    let Some(request) = request(&format!("{first}{root}"), services) else {
        return Some(String::from("there is no host to ask"));
    };
    let reply = client.get(&Request { is_page: false, ..request }).await;
    match reply.status {
        Some(200..=499) if reply.trouble.is_none() => None,
        _ => Some(format!("the host itself does not answer: {}", reply.why())),
    }
}
