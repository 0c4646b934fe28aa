//! npm's settings: variables, then the project's `.npmrc`, then the user's, then that of the whole machine.

use std::path::{Path, PathBuf};

use base64::engine::Engine as _;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT;
use portcullis_model::Secret;
use reqwest::Url;

use super::{Clients, Configured, Login, ask, ini, text_of};
use crate::error::{FetchError, FetchErrorKind};

/// One pair of one file.
struct Setting {
    key: String,
    value: String,
    /// The file, for messages.
    file: String,
    /// A stranger's project may not choose which variable of the environment goes where.
    is_project: bool,
}

/// The registry that npm fetches this package from.
pub(super) async fn registry(clients: &Clients<'_>, name: &str) -> Result<Configured, FetchError> {
    let settings = settings(clients)?;
    let mut notes = Vec::new();
    let credentials = credentials(clients, &settings, &mut notes);
    let (address, said_by) = match address(clients, name, &settings)? {
        Some(found) => found,
        None => asked().await?,
    };
    Ok(Configured { notes, ..Configured::new(&address, &said_by, credentials)? })
}

fn address(
    clients: &Clients<'_>,
    name: &str,
    settings: &[Setting],
) -> Result<Option<(String, String)>, FetchError> {
    let quoted = |place: &str| format!("`{place}`");
    let scope = name.split_once('/').map(|(scope, _)| scope);
    if let Some(npm) = clients.npm {
        return Ok(Some((npm.to_owned(), String::from("`portcullis.toml`"))));
    }
    let keys: Vec<String> = scope
        .map(|scope| format!("{scope}:registry"))
        .into_iter()
        .chain([String::from("registry")])
        .collect();
    for key in &keys {
        let variables = [format!("npm_config_{key}"), format!("NPM_CONFIG_{}", key.to_ascii_uppercase())];
        for variable in &variables {
            if let Some(value) = clients.value(variable) {
                return Ok(Some((value, quoted(variable))));
            }
        }
        if let Some(setting) = settings.iter().find(|setting| setting.key == *key) {
            let value = resolved(&setting.value, clients).map_err(|variable| {
                let message = format!(
                    "`{}` refers to the variable `{variable}`, which is not set; set it",
                    setting.file
                );
                FetchError::new(FetchErrorKind::Configuration, message)
            })?;
            return Ok(Some((value, quoted(&setting.file))));
        }
    }
    Ok(None)
}

async fn asked() -> Result<(String, String), FetchError> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    match ask::ask(program, &["config", "get", "registry"]).await {
        Some(address) => Ok((address, String::from("npm's own settings"))),
        None => Err(FetchError::new(
            FetchErrorKind::Configuration,
            "nothing says which npm registry to ask: npm is not installed or did not answer; write its address as \
             `npm = \"https://…\"` under `[registries]` in `portcullis.toml`, or as `registry=https://…` in `~/.npmrc`",
        )),
    }
}

/// The pairs of all files, the ones that go first first.
fn settings(clients: &Clients<'_>) -> Result<Vec<Setting>, FetchError> {
    let project = clients.folder.and_then(|folder| project_file(folder, clients.home));
    let user = [clients.value("npm_config_userconfig"), clients.value("NPM_CONFIG_USERCONFIG")];
    let user = user.into_iter().flatten().next().map_or_else(|| clients.home.join(".npmrc"), PathBuf::from);
    let global = [clients.value("npm_config_globalconfig"), clients.value("NPM_CONFIG_GLOBALCONFIG")];
    let global = match global.into_iter().flatten().next() {
        Some(path) => vec![PathBuf::from(path)],
        None => ["usr/local/etc/npmrc", "usr/etc/npmrc", "opt/homebrew/etc/npmrc"]
            .map(|path| clients.root.join(path))
            .to_vec(),
    };
    let project = project.filter(|project| *project != user);
    let files = project.map(|path| (path, true)).into_iter().chain([(user, false)]);
    let mut found = Vec::new();
    for (path, is_project) in files.chain(global.into_iter().map(|path| (path, false))) {
        let Some(text) = text_of(&path)? else { continue };
        let file = shown(&path, clients.home);
        // Of equal keys of one file the last one holds.
        let pairs = ini::pairs(&text).into_iter().rev().filter(|(section, _, _)| section.is_empty());
        found.extend(pairs.map(|(_, key, value)| Setting { key, value, file: file.clone(), is_project }));
    }
    Ok(found)
}

/// The `.npmrc` of the project that a folder belongs to.
fn project_file(folder: &Path, home: &Path) -> Option<PathBuf> {
    let is_root =
        |folder: &Path| folder.join("package.json").is_file() || folder.join("node_modules").is_dir();
    let below_home = folder.ancestors().take_while(|ancestor| *ancestor != home);
    let root = below_home.into_iter().find(|folder| is_root(folder)).unwrap_or(folder);
    Some(root.join(".npmrc"))
}

fn shown(path: &Path, home: &Path) -> String {
    match path.strip_prefix(home) {
        Ok(inside) => format!("~/{}", inside.display()),
        Err(_) => path.display().to_string(),
    }
}

/// Logins for parts of hosts: `//HOST/PATH/:_authToken=…`. The one that goes first comes last and wins.
fn credentials(clients: &Clients<'_>, settings: &[Setting], notes: &mut Vec<String>) -> Vec<(String, Login)> {
    let mut found = Vec::new();
    for setting in settings.iter().rev() {
        let Some((part, kind)) = setting.key.rsplit_once(':').filter(|(part, _)| part.starts_with("//"))
        else {
            continue;
        };
        if !matches!(kind, "_authToken" | "_auth" | "_password") {
            continue;
        }
        let host = part.trim_start_matches('/').split('/').next().unwrap_or_default();
        if setting.is_project && setting.value.contains("${") && !is_users(host, clients, settings) {
            notes.push(format!(
                "the credentials for `{host}` in `{}` refer to the environment and were not used: a project could \
                 send any of your variables anywhere; write them to `~/.npmrc`",
                setting.file
            ));
            continue;
        }
        let login = resolved(&setting.value, clients).ok().and_then(|value| match kind {
            "_auth" => Some(Login::Basic(Secret::new(value))),
            "_password" => user(part, &value, settings),
            _ => Some(Login::Bearer(Secret::new(value))),
        });
        let Some(login) = login else {
            notes.push(format!(
                "the credentials for `{host}` in `{}` are not whole and were not used",
                setting.file
            ));
            continue;
        };
        let prefix = if part.ends_with('/') { part.to_owned() } else { format!("{part}/") };
        found.push((prefix, login));
    }
    found
}

/// The name that stands beside a password, and the password, which npm keeps in base 64.
fn user(part: &str, password: &str, settings: &[Setting]) -> Option<Login> {
    let name = settings.iter().find(|setting| setting.key == format!("{part}:username"))?;
    let password = String::from_utf8(STANDARD_PAD_INDIFFERENT.decode(password).ok()?).ok()?;
    Some(Login::User(name.value.clone(), Secret::new(password)))
}

/// True when the user's own settings name this host, not only the project's.
fn is_users(host: &str, clients: &Clients<'_>, settings: &[Setting]) -> bool {
    let of = |address: &str| Url::parse(address).is_ok_and(|url| crate::web::host(&url) == host);
    let variables = ["npm_config_registry", "NPM_CONFIG_REGISTRY"];
    let named = settings.iter().filter(|setting| !setting.is_project && setting.key.ends_with("registry"));
    clients.npm.is_some_and(of)
        || variables.iter().filter_map(|name| clients.value(name)).any(|address| of(&address))
        || named.into_iter().any(|setting| of(&setting.value))
}

/// A value with `${NAME}` replaced by the variable. The name when there is none such.
fn resolved(value: &str, clients: &Clients<'_>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else { break };
        out.push_str(before);
        let (name, fallback) = match name.strip_suffix('?') {
            Some(name) => (name, Some("")),
            None => name.split_once(":-").map_or((name, None), |(name, fallback)| (name, Some(fallback))),
        };
        let set = clients.value(name).or_else(|| fallback.map(str::to_owned));
        out.push_str(&set.ok_or_else(|| name.to_owned())?);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::Credentials;

    struct Machine {
        folder: tempfile::TempDir,
        variables: Vec<(&'static str, &'static str)>,
    }

    impl Machine {
        fn new(variables: &[(&'static str, &'static str)]) -> Self {
            Self { folder: tempfile::tempdir().unwrap(), variables: variables.to_vec() }
        }

        fn file(self, path: &str, text: &str) -> Self {
            let path = self.folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
            self
        }

        fn registry(&self, name: &str) -> Configured {
            let home = self.folder.path().join("home");
            let work = home.join("work");
            let variable = |name: &str| {
                self.variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            };
            let clients = Clients {
                home: &home,
                root: &self.folder.path().join("root"),
                folder: Some(&work),
                variable: &variable,
                npm: None,
                pypi: None,
            };
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap()
                .block_on(registry(&clients, name))
                .unwrap()
        }
    }

    fn token(configured: &Configured, url: &str) -> Option<String> {
        match configured.credentials(&Url::parse(url).unwrap()) {
            Credentials::Bearer(token) => Some(token.expose().to_owned()),
            _ => None,
        }
    }

    #[test]
    fn a_variable_goes_before_the_project_and_that_before_the_user_and_the_machine() {
        let machine = Machine::new(&[]).file("root/usr/etc/npmrc", "registry=https://machine.example/");
        assert_eq!(machine.registry("a").base.as_str(), "https://machine.example/");
        let machine = machine
            .file("home/.npmrc", "registry = https://first.example/\nregistry = https://user.example/npm");
        assert_eq!(machine.registry("a").base.as_str(), "https://user.example/npm/");
        let machine = machine.file("home/work/.npmrc", "registry=https://project.example/");
        assert_eq!(machine.registry("a").base.as_str(), "https://project.example/");
        let machine =
            Machine { variables: vec![("NPM_CONFIG_REGISTRY", "https://variable.example/")], ..machine };
        assert_eq!(machine.registry("a").base.as_str(), "https://variable.example/");
    }

    #[test]
    fn a_scope_has_its_own_registry_and_a_token_its_own_place() {
        let machine = Machine::new(&[("TOKEN", "canary")]).file(
            "home/.npmrc",
            "registry=https://a.example/\n@corp:registry=https://corp.example/npm/\n//corp.example/npm/:_authToken=${TOKEN}\n",
        );
        assert_eq!(machine.registry("@other/a").base.as_str(), "https://a.example/");
        let corp = machine.registry("@corp/a");
        assert_eq!(corp.base.as_str(), "https://corp.example/npm/");
        assert_eq!(token(&corp, "https://corp.example/npm/a").as_deref(), Some("canary"));
        assert_eq!(token(&corp, "https://a.example/npm/a"), None);
    }

    #[test]
    fn a_name_and_a_password_are_sent_together() {
        let text = "//a.example/:username=ann\n//a.example/:_password=Y2FuYXJ5\n//b.example/:_password=Y2FuYXJ5\nregistry=https://a.example/\n";
        let configured = Machine::new(&[]).file("home/.npmrc", text).registry("a");
        let url = Url::parse("https://a.example/a").unwrap();
        let Credentials::User(name, password) = configured.credentials(&url) else { panic!("nobody") };
        assert_eq!((name.as_str(), password.expose()), ("ann", "canary"));
        assert!(configured.notes[0].contains("`b.example`"));
    }

    #[test]
    fn a_project_cannot_have_a_variable_sent_to_a_host_that_the_user_never_named() {
        let text = "registry=https://evil.example/\n//evil.example/:_authToken=${TOKEN}\n";
        let machine = Machine::new(&[("TOKEN", "canary")]).file("home/work/.npmrc", text);
        let configured = machine.registry("a");
        assert_eq!(token(&configured, "https://evil.example/a"), None);
        assert!(configured.notes[0].contains("were not used") && !configured.notes[0].contains("canary"));
        let machine = machine.file("home/.npmrc", "registry=https://evil.example/");
        assert_eq!(token(&machine.registry("a"), "https://evil.example/a").as_deref(), Some("canary"));
    }
}
