//! A handful of questions to the registries that this machine's own package clients use.

use std::path::Path;
use std::sync::Arc;

use portcullis_fetch::{Clients, KnownRegistry, ProxySettings, Registry};
use portcullis_model::{ObservedStatus, Subject};
use portcullis_supply::ownership::History;
use portcullis_trust::{Client, Manners, Services, probe};

use crate::server::run;

#[test]
fn the_registries_of_this_machine_tell_what_exists_from_what_does_not() {
    let home = std::env::var("HOME").unwrap_or_default();
    let variable = |name: &str| std::env::var(name).ok();
    let clients = Clients {
        home: Path::new(&home),
        root: Path::new("/"),
        folder: None,
        variable: &variable,
        npm: None,
        pypi: None,
    };
    run(async {
        for (registry, there, gone) in [
            (Registry::Npm, "npm:semver", "npm:no-such-name-8f1c2b7a90d3"),
            (Registry::Pypi, "pypi:pip", "pypi:no-such-name-8f1c2b7a90d3"),
        ] {
            let Ok(known) = KnownRegistry::find(registry, &clients).await else {
                println!("skipped: no {} client on this machine says where it asks", registry.as_str());
                continue;
            };
            let services = match registry {
                Registry::Npm => Services { npm: Some(known), ..Services::default() },
                Registry::Pypi => Services { pypi: Some(known), ..Services::default() },
            };
            let proxy: ProxySettings = clients.proxy();
            let client = Arc::new(Client::new(Manners::default(), &proxy, None).unwrap());
            let subjects = [Subject::read(there), Subject::read(gone)];
            let found = probe(&subjects, &History::default(), &client, &Arc::new(services)).await;
            let of = |text: &str| found.iter().find(|seen| seen.subject == Subject::read(text)).unwrap();
            if of(there).status == ObservedStatus::Unknown {
                println!("skipped: {} could not be asked: {:?}", registry.as_str(), of(there).facts);
                continue;
            }
            assert_eq!(of(there).status, ObservedStatus::Present, "{found:?}");
            assert_eq!(of(gone).status, ObservedStatus::Absent, "{found:?}");
            println!("{} was asked with {} requests: {found:?}", registry.as_str(), client.spent());
        }
    });
}
