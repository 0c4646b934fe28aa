//! H9: a name under a platform that hands names out. A platform says in its own way that nobody has claimed one.

use portcullis_model::{ObservedStatus, Subject};

use super::Found;
use crate::client::Client;
use crate::dns::{self, Lookup};
use crate::recording::digest_of;
use crate::services::Services;

/// The ending of the name, a status and words that only the platform's page for unclaimed names has.
const UNCLAIMED: &[(&str, u16, &str)] = &[
    ("github.io", 404, "There isn't a GitHub Pages site here."),
    ("vercel.app", 404, "DEPLOYMENT_NOT_FOUND"),
    ("netlify.app", 404, "Not Found - Request ID"),
    ("herokuapp.com", 404, "No such app"),
    ("onrender.com", 404, "no-server"),
    ("railway.app", 404, "Application not found"),
    ("surge.sh", 404, "project not found"),
    ("pages.dev", 404, "Nothing is here yet"),
    ("web.app", 404, "Site Not Found"),
    ("firebaseapp.com", 404, "Site Not Found"),
    ("hf.space", 404, "Sorry, we can't find the page you are looking for"),
    ("ngrok-free.app", 404, "ERR_NGROK_3200"),
    ("ngrok.app", 404, "ERR_NGROK_3200"),
];

/// Why no name may be called absent: the name server knows no name that exists, or everything is there for it.
pub(super) async fn control(like: &Subject, client: &Client, services: &Services) -> Option<String> {
    let known = &services.controls.domain;
    if !matches!(dns::exists(known, client, services).await, Lookup::Something(_)) {
        return Some(format!("the control `{known}`, which exists, was not found"));
    }
    let digest = digest_of(like.to_string().as_bytes());
    let nobody = format!("no-such-{}.{known}", digest.get(7..23).unwrap_or_default());
    let is_told = matches!(dns::exists(&nobody, client, services).await, Lookup::Nothing(_));
    (!is_told).then(|| {
        format!("the name server does not say of `{nobody}`, which does not exist, that it is absent")
    })
}

/// Asks for the name, then for the page.
pub(super) async fn probe(name: &str, client: &Client, services: &Services) -> Found {
    if let Lookup::Nothing(seen) = dns::exists(name, client, services).await {
        let mut found = Found::unknown(seen, "");
        found.status = ObservedStatus::Absent;
        found.put("dns", "nxdomain");
        return found;
    }
    let reply = client.get(&services.host(name, "/")).await;
    let Some(status) = reply.status.filter(|_| reply.trouble.is_none()) else { return Found::of(&reply) };
    let marks =
        [reply.header("x-vercel-error"), reply.header("x-render-routing"), reply.header("ngrok-error-code")];
    let text = reply.text();
    let says = |mark: &str| text.contains(mark) || marks.iter().flatten().any(|value| value.contains(mark));
    let unclaimed =
        UNCLAIMED.iter().find(|(ending, code, mark)| name.ends_with(ending) && *code == status && says(mark));
    match (unclaimed, status) {
        (Some((_, _, mark)), _) => {
            let mut found = Found::is(&reply, ObservedStatus::Absent);
            found.put("fingerprint", *mark);
            found
        }
        // Whatever answers has somebody behind it.
        (None, 100..=499) => Found::is(&reply, ObservedStatus::Present),
        _ => Found::of(&reply),
    }
}
