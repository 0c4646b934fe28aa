//! `[survey]`: where is asked, how politely, and for what.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Services, manners and registries of `portcullis survey`. Package registries are not named here but under
/// `[registries]`, or by the user's own clients. Secrets are references: `env:NAME` or `file:PATH`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SurveySettings {
    /// An address that an operator who sees the requests can write to; it is sent with each of them.
    pub contact: Option<String>,
    /// Milliseconds between two requests to one host.
    pub pause: Option<u64>,
    /// Requests of one run.
    pub budget: Option<u64>,
    /// The API of the forge: `https://api.github.com` when it is not given.
    pub forge: Option<String>,
    /// A token for it, as a reference.
    pub forge_token: Option<String>,
    /// The service for registrations of domains: `https://rdap.org` when it is not given.
    pub rdap: Option<String>,
    /// The sparse index of Rust crates.
    pub cargo: Option<String>,
    /// The flat container of NuGet packages.
    pub nuget: Option<String>,
    /// The proxy of Go modules.
    pub go: Option<String>,
    /// The registry of images whose names name none.
    pub oci: Option<String>,
    /// A name server, `ADDRESS:PORT`; the system's own when it is not given.
    pub dns: Option<String>,
    /// Hosts that are asked at another address: a mirror.
    #[serde(default)]
    pub mirrors: BTreeMap<String, String>,
    /// What exists for certain: `account`, `repository`, `npm`, `npm-scope`, `pypi`, `cargo`, `nuget`, `go`, `domain`.
    #[serde(default)]
    pub controls: BTreeMap<String, String>,
    /// Registries that are collected, by their words.
    #[serde(default)]
    pub registries: BTreeMap<String, SurveyRegistry>,
}

/// One registry that is collected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SurveyRegistry {
    /// Its address instead of the public one.
    pub address: Option<String>,
    /// A key that it wants, as a reference.
    pub key: Option<String>,
    /// A list of names, one a line, that is asked for instead of everything.
    pub names: Option<String>,
}
