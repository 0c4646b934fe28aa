//! The settings of pip and uv: variables, then the files of the user, then those of the machine.

use std::path::PathBuf;

use portcullis_model::Secret;

use super::{Clients, Configured, Login, ask, ini, text_of};
use crate::error::{FetchError, FetchErrorKind};

/// Variables that name an index, the one that goes first first.
const VARIABLES: &[&str] = &["PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"];

/// What pip's own package knows as the index that it asks when nothing else is said.
const QUESTION: &str = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)";

/// The index that pip fetches from.
pub(super) async fn registry(clients: &Clients<'_>) -> Result<Configured, FetchError> {
    let (address, said_by) = match address(clients)? {
        Some(found) => found,
        None => asked().await?,
    };
    // uv lets a name stand before the address.
    let address =
        address.split_once('=').filter(|(name, _)| !name.contains(':')).map_or(&*address, |(_, it)| it);
    Configured::new(address, &said_by, logins(clients)?)
}

/// Logins of `.netrc`, which pip and uv use: `machine HOST login NAME password PASSWORD`.
fn logins(clients: &Clients<'_>) -> Result<Vec<(String, Login)>, FetchError> {
    let path = clients.value("NETRC").map_or_else(|| clients.home.join(".netrc"), PathBuf::from);
    Ok(text_of(&path)?.map(|text| of_netrc(&text)).unwrap_or_default())
}

fn of_netrc(text: &str) -> Vec<(String, Login)> {
    let mut found = Vec::new();
    let mut words = text.split_ascii_whitespace();
    let (mut host, mut name) = (None, None);
    while let Some(word) = words.next() {
        match word {
            "machine" => (host, name) = (words.next(), None),
            "login" => name = words.next(),
            // It is for every host, which no credentials should be.
            "default" => host = None,
            "password" => {
                let password = words.next();
                if let (Some(host), Some(name), Some(password)) = (host, name, password) {
                    found.push((format!("//{host}/"), Login::User(name.to_owned(), Secret::new(password))));
                }
            }
            _ => {}
        }
    }
    found
}

fn address(clients: &Clients<'_>) -> Result<Option<(String, String)>, FetchError> {
    if let Some(pypi) = clients.pypi {
        return Ok(Some((pypi.to_owned(), String::from("`portcullis.toml`"))));
    }
    for variable in VARIABLES {
        if let Some(value) = clients.value(variable) {
            return Ok(Some((value, format!("`{variable}`"))));
        }
    }
    for path in files(clients) {
        let Some(text) = text_of(&path)? else { continue };
        let said_by = format!("`{}`", path.display());
        let found = if path.extension().is_some_and(|extension| extension == "toml") {
            of_uv(&text)
        } else {
            of_pip(&text)
        };
        if let Some(address) = found {
            return Ok(Some((address, said_by)));
        }
    }
    Ok(None)
}

/// Where pip and uv keep their settings, the ones that go first first.
fn files(clients: &Clients<'_>) -> Vec<PathBuf> {
    let home = clients.home;
    let configuration = clients.value("XDG_CONFIG_HOME").map_or_else(|| home.join(".config"), PathBuf::from);
    let mut files: Vec<PathBuf> = clients.value("PIP_CONFIG_FILE").map(PathBuf::from).into_iter().collect();
    files.extend(clients.value("VIRTUAL_ENV").map(|folder| PathBuf::from(folder).join("pip.conf")));
    files.push(configuration.join("pip/pip.conf"));
    files.push(home.join("Library/Application Support/pip/pip.conf"));
    files.push(home.join(".pip/pip.conf"));
    if let Some(folder) = clients.value("APPDATA").map(PathBuf::from) {
        files.push(folder.join("pip/pip.ini"));
        files.push(folder.join("uv/uv.toml"));
    }
    files.push(configuration.join("uv/uv.toml"));
    let machine = [
        "etc/xdg/pip/pip.conf",
        "etc/pip.conf",
        "Library/Application Support/pip/pip.conf",
        "etc/uv/uv.toml",
    ];
    files.extend(machine.iter().map(|path| clients.root.join(path)));
    files
}

fn of_pip(text: &str) -> Option<String> {
    let pairs = ini::pairs(text);
    let of = |wanted: &str| {
        let fits = |(section, key, value): &&(String, String, String)| {
            section == wanted && key.replace('_', "-") == "index-url" && !value.is_empty()
        };
        pairs.iter().rev().find(fits).map(|(_, _, value)| value.clone())
    };
    // A command's own section goes before the one for all.
    ["download", "install", "global"].into_iter().find_map(of)
}

fn of_uv(text: &str) -> Option<String> {
    let table: toml::Table = text.parse().ok()?;
    let default = |index: &&toml::Value| index.get("default").and_then(toml::Value::as_bool) == Some(true);
    let listed = table.get("index").and_then(toml::Value::as_array);
    let listed = listed.and_then(|indexes| indexes.iter().find(default)?.get("url")?.as_str());
    let old = || table.get("index-url")?.as_str();
    let pip = || table.get("pip")?.get("index-url")?.as_str();
    listed.or_else(old).or_else(pip).map(str::to_owned)
}

async fn asked() -> Result<(String, String), FetchError> {
    for program in ["python3", "python"] {
        // Isolated: neither the folder nor the environment can put another package in pip's place.
        if let Some(address) = ask::ask(program, &["-I", "-c", QUESTION]).await {
            return Ok((address, String::from("pip's own settings")));
        }
    }
    Err(FetchError::new(
        FetchErrorKind::Configuration,
        "nothing says which Python index to ask: pip is not installed or did not answer; write its address as \
         `pypi = \"https://…\"` under `[registries]` in `portcullis.toml`, or set `PIP_INDEX_URL`",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_found_for_its_host_only() {
        let text = "machine a.example login ann password canary\nmachine b.example\n  login bob\ndefault login x password y\n";
        let found = of_netrc(text);
        let [(part, Login::User(name, password))] = found.as_slice() else { panic!("{}", found.len()) };
        assert_eq!((part.as_str(), name.as_str(), password.expose()), ("//a.example/", "ann", "canary"));
    }

    #[test]
    fn an_index_is_found_in_the_files_of_pip_and_uv() {
        let pip = "[global]\nindex-url = https://g.example/simple\ntimeout = 60\n";
        assert_eq!(of_pip(pip).as_deref(), Some("https://g.example/simple"));
        let both = format!("{pip}[install]\nindex_url = https://i.example/simple\n");
        assert_eq!(of_pip(&both).as_deref(), Some("https://i.example/simple"));
        assert_eq!(of_pip("[global]\nextra-index-url = https://x.example\n"), None);
        let uv = "[[index]]\nurl = \"https://extra.example\"\n[[index]]\nurl = \"https://d.example\"\ndefault = true\n";
        assert_eq!(of_uv(uv).as_deref(), Some("https://d.example"));
        assert_eq!(of_uv("index-url = \"https://o.example\"").as_deref(), Some("https://o.example"));
        assert_eq!(of_uv("[pip]\n= broken"), None);
    }
}
