//! What collecting and probing share: the store, the client and what the settings say of whom to ask.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use portcullis_assess::SurveySettings;
use portcullis_fetch::{Clients, FetchError, KnownRegistry, Registry};
use portcullis_model::{Moment, Secret};
use portcullis_store::Store;
use portcullis_survey::table;
use portcullis_trust::{Client, Controls, Manners, Recording, Services};

use crate::cli::{AskingArgs, StoreArgs};
use crate::downloads::Downloads;
use crate::exit::Failure;
use crate::{machine, write};

/// What a secret can stand in.
const REFERENCES: [&str; 3] = ["env:", "file:", "keyring:"];

/// Where a survey is kept when nobody says.
fn own_folder() -> Result<PathBuf, Failure> {
    let folder = machine::state_folder()?.join("survey");
    write::private_folder(&folder)?;
    Ok(folder)
}

/// The address of the store: as it is named, or what is named refers to, so that its password stands in no command line.
fn address(named: Option<&str>) -> Result<String, Failure> {
    let Some(store) = named else { return Ok(own_folder()?.join("survey.db").display().to_string()) };
    if !REFERENCES.iter().any(|scheme| store.starts_with(scheme)) {
        if is_server(store) && store.rsplit_once('@').is_some_and(|(user, _)| user.matches(':').count() > 1) {
            let mut err = anstream::stderr().lock();
            writeln!(
                err,
                "the password of the store stands in the command line, where others can read it; `--store env:NAME` keeps it out"
            )?;
        }
        return Ok(store.to_owned());
    }
    let address = secret(&machine::working_folder(), "--store", store)?;
    let address = address.expose();
    // Anything else would be taken for the name of a file, and shown as one.
    if !is_server(address) {
        return Err(Failure::usage(format!(
            "what `--store {store}` refers to is no address of a server; write postgres://USER:PASSWORD@HOST:PORT/DATABASE there"
        )));
    }
    Ok(address.to_owned())
}

fn is_server(address: &str) -> bool {
    address.starts_with("postgres://") || address.starts_with("postgresql://")
}

/// Opens the store that is named, or the usual one.
pub(crate) async fn open(arguments: &StoreArgs) -> Result<Store, Failure> {
    table::open(&address(arguments.store.as_deref())?).await.map_err(super::lists::failure)
}

/// Everything that is needed to ask.
pub(crate) struct Asking {
    pub(crate) settings: SurveySettings,
    pub(crate) downloads: Downloads,
    /// The address of the store.
    pub(crate) store: String,
    /// Paths of references are relative to this.
    folder: PathBuf,
    recording: Option<(PathBuf, bool)>,
}

impl Asking {
    pub(crate) fn new(arguments: &AskingArgs) -> Result<Self, Failure> {
        let settings = machine::settings(arguments.config.as_deref())?;
        let folder = arguments.config.as_deref().and_then(Path::parent).map(Path::to_path_buf);
        let store = address(arguments.store.as_deref())?;
        let recording = match (&arguments.record, &arguments.replay) {
            (_, Some(replay)) => (replay.clone(), true),
            (Some(record), None) => (record.clone(), false),
            (None, None) => (own_folder()?.join("heard.jsonl"), false),
        };
        Ok(Self {
            downloads: Downloads::new(&machine::here()?, &settings),
            settings: settings.survey,
            store,
            folder: folder.unwrap_or_else(machine::working_folder),
            recording: Some(recording),
        })
    }

    /// The polite client. It is made once: there is one recording.
    pub(crate) fn client(&mut self) -> Result<Client, Failure> {
        let recording = match self.recording.take() {
            Some((path, true)) => Some(Recording::replay(&path).map_err(Failure::usage)?),
            Some((path, false)) => Some(Recording::append(&path).map_err(Failure::usage)?),
            None => None,
        };
        let usual = Manners::default();
        let manners = Manners {
            pause: self.settings.pause.map_or(usual.pause, Duration::from_millis),
            budget: self.settings.budget.unwrap_or(usual.budget),
            contact: self.settings.contact.clone(),
            ..usual
        };
        Client::new(manners, &self.clients().proxy(), recording).map_err(Failure::usage)
    }

    pub(crate) fn clients(&self) -> Clients<'_> {
        self.downloads.fetching().clients
    }

    /// The package registry of the user's own client.
    pub(crate) async fn known(&self, registry: Registry) -> Result<KnownRegistry, FetchError> {
        KnownRegistry::find(registry, &self.clients()).await
    }

    /// Whom probes ask. A package registry that no client knows is left out, and its packages stay unknown.
    pub(crate) async fn services(&self) -> Result<Services, Failure> {
        let settings = &self.settings;
        let usual = Services::default();
        let dns = settings.dns.as_ref().map(|dns| {
            dns.parse()
                .map_err(|_| Failure::usage(format!("`dns = \"{dns}\"` is no address; write `192.0.2.1:53`")))
        });
        let mut controls = Controls::default();
        for (name, value) in &settings.controls {
            let place = match name.as_str() {
                "account" => &mut controls.account,
                "repository" => &mut controls.repository,
                "npm" => &mut controls.npm,
                "npm-scope" => &mut controls.npm_scope,
                "pypi" => &mut controls.pypi,
                "cargo" => &mut controls.cargo,
                "nuget" => &mut controls.nuget,
                "go" => &mut controls.go,
                "domain" => &mut controls.domain,
                _ => {
                    return Err(Failure::usage(format!(
                        "`{name}` under `[survey.controls]` is no control; remove it"
                    )));
                }
            };
            value.clone_into(place);
        }
        Ok(Services {
            forge: settings.forge.clone().unwrap_or(usual.forge),
            forge_token: settings
                .forge_token
                .as_deref()
                .map(|text| self.secret("forge-token", text))
                .transpose()?,
            rdap: settings.rdap.clone().unwrap_or(usual.rdap),
            npm: self.known(Registry::Npm).await.ok(),
            pypi: self.known(Registry::Pypi).await.ok(),
            cargo: settings.cargo.clone(),
            nuget: settings.nuget.clone(),
            go: settings.go.clone(),
            oci: settings.oci.clone(),
            dns: dns.transpose()?,
            mirrors: settings.mirrors.clone().into_iter().collect(),
            controls,
        })
    }

    /// What a reference in the settings refers to.
    pub(crate) fn secret(&self, key: &str, reference: &str) -> Result<Secret, Failure> {
        secret(&self.folder, key, reference)
    }
}

/// What a reference refers to; paths are relative to a folder. A literal is refused: where it stands others can read it.
fn secret(folder: &Path, key: &str, reference: &str) -> Result<Secret, Failure> {
    let value = if let Some(name) = reference.strip_prefix("env:") {
        std::env::var(name).map_err(|_| {
            Failure::usage(format!("`{key}` refers to the variable `{name}`, which is not set; set it"))
        })?
    } else if let Some(path) = reference.strip_prefix("file:") {
        let path = folder.join(path);
        let text = std::fs::read_to_string(&path);
        text.map_err(|why| Failure::usage(format!("`{key}`: `{}` cannot be read: {why}", path.display())))?
    } else if reference.starts_with("keyring:") {
        return Err(Failure::usage(format!(
            "`{key}`: no keyring is read yet; use `env:NAME` or `file:PATH`"
        )));
    } else {
        return Err(Failure::usage(format!(
            "`{key}` holds a secret itself; write `env:NAME` or `file:PATH`"
        )));
    };
    let value = value.trim();
    if value.is_empty() {
        return Err(Failure::usage(format!("the secret that `{key}` refers to is empty; set it")));
    }
    Ok(Secret::new(value))
}

/// The present time.
pub(crate) fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
