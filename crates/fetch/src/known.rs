//! A package registry for those who ask it something else than for a package.

use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use portcullis_model::Secret;
use reqwest::Url;

use crate::client::{Clients, Configured};
use crate::error::FetchError;
use crate::wanted::{Registry, Wanted};
use crate::web::Credentials;

/// A registry as the user's own client knows it.
pub struct KnownRegistry(Configured);

impl fmt::Debug for KnownRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KnownRegistry").field(&self.base()).finish()
    }
}

impl KnownRegistry {
    /// The registry that the user's client asks for packages that have no registry of their own.
    ///
    /// # Errors
    /// Nothing says which one it is, or what says so cannot be used.
    pub async fn find(registry: Registry, clients: &Clients<'_>) -> Result<Self, FetchError> {
        let wanted = Wanted { registry, name: String::from("x"), version: None };
        clients.registry(&wanted).await.map(Self)
    }

    /// Its base address, with a `/` at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        self.0.base.as_str()
    }

    /// What the header `Authorization` says towards an address: nothing where the user's credentials are not for.
    #[must_use]
    pub fn authorization(&self, address: &str) -> Option<Secret> {
        let url = Url::parse(address).ok()?;
        match self.0.credentials(&url) {
            Credentials::Nobody => None,
            Credentials::Bearer(token) => Some(Secret::new(format!("Bearer {}", token.expose()))),
            Credentials::Basic(encoded) => Some(Secret::new(format!("Basic {}", encoded.expose()))),
            Credentials::User(name, password) => {
                let both = format!("{name}:{}", password.expose());
                Some(Secret::new(format!("Basic {}", BASE64_STANDARD.encode(both))))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn credentials_are_spelt_for_their_address_only() {
        let clients = Clients {
            home: Path::new("/nonexistent"),
            root: Path::new("/nonexistent"),
            folder: None,
            variable: &|_| None,
            npm: None,
            pypi: Some("https://ann:canary@a.example/simple"),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let known = runtime.block_on(KnownRegistry::find(Registry::Pypi, &clients)).unwrap();
        assert_eq!(known.base(), "https://a.example/simple/");
        let said = known.authorization("https://a.example/simple/x/").unwrap();
        assert_eq!(said.expose(), "Basic YW5uOmNhbmFyeQ==");
        assert!(known.authorization("https://b.example/simple/x/").is_none());
        assert!(!format!("{known:?}").contains("canary"));
    }
}
