//! What is in a bundle or what a configuration launches, for a bill of materials.

use std::collections::{BTreeMap, BTreeSet};

use portcullis_model::{Bundle, HostConfig, Launch};
use portcullis_report::{Component, ComponentKind, Inventory, Need};
use portcullis_supply::advisory::canonical;
use portcullis_supply::manifest::{self, Dependency, DependencyKind, Manifest, ManifestKind, Source};
use portcullis_supply::range::{Release, Requirement};
use portcullis_supply::{Ecosystem, Purl, VersionPin, packages_of};
use portcullis_text::{decode, secret};

/// Where components are kept while they are gathered: ecosystem, canonical name, version.
type Key = (Ecosystem, String, String);

/// What is in a bundle. `digest` is that of its archive, such as `sha512:…`.
pub(super) fn of_bundle(bundle: &Bundle, digest: Option<&str>) -> Inventory {
    let manifests = manifest::of_bundle(bundle);
    let mut root = root(bundle, &manifests);
    root.hashes.extend(digest.and_then(|digest| hash(digest.split_once(':')?)));
    let mut components: BTreeMap<Key, Component> = BTreeMap::new();
    let mut edges: BTreeMap<Key, BTreeSet<Key>> = BTreeMap::new();
    for entry in manifests.iter().filter(|it| it.kind.is_lock()).flat_map(|it| &it.dependencies) {
        let key = key(entry, &entry.requirement);
        let needs = entry
            .needs
            .iter()
            .map(|it| (entry.ecosystem, canonical(entry.ecosystem, &it.name), it.version.clone()));
        edges.entry(key.clone()).or_default().extend(needs);
        components.entry(key).or_insert_with(|| component(entry, Some(&entry.requirement)));
    }
    let mut direct: BTreeSet<Key> = BTreeSet::new();
    let mut is_settled = true;
    for wanted in manifests.iter().filter(|it| !it.kind.is_lock()).flat_map(|it| &it.dependencies) {
        if let Some(key) = locked(wanted, &components) {
            direct.insert(key);
        } else if wanted.kind != DependencyKind::Development && !matches!(wanted.source, Source::Local(_)) {
            let version = exact(wanted);
            is_settled &= wanted.kind == DependencyKind::Peer;
            let key = key(wanted, version.as_deref().unwrap_or_default());
            components.entry(key.clone()).or_insert_with(|| component(wanted, version.as_deref()));
            direct.insert(key);
        }
    }
    let name = |key: &Key| Some(components.get(key)?.reference.clone());
    root.depends_on = direct.iter().filter_map(name).collect();
    root.depends_on.sort_unstable();
    let named: BTreeMap<&Key, Vec<String>> =
        edges.iter().map(|(key, needs)| (key, needs.iter().filter_map(name).collect())).collect();
    let mut named: BTreeMap<Key, Vec<String>> =
        named.into_iter().map(|(key, needs)| (key.clone(), needs)).collect();
    let components = components
        .into_iter()
        .map(|(key, mut component)| {
            component.depends_on = named.remove(&key).unwrap_or_default();
            component.depends_on.sort_unstable();
            component.depends_on.dedup();
            component
        })
        .collect();
    let is_whole = bundle.unread.iter().all(|unread| unread.left_out);
    Inventory { root, components, is_complete: is_settled && is_whole }
}

/// The packages that a configuration's servers are launched from; none when it launches no package.
pub(super) fn of_config(config: &HostConfig) -> Option<Inventory> {
    let mut components: BTreeMap<String, Component> = BTreeMap::new();
    for server in &config.servers {
        let Launch::Stdio { command, args, .. } = &server.launch else { continue };
        let words: Vec<&str> = args.iter().map(|word| word.text.as_str()).collect();
        for package in packages_of(&command.text, &words) {
            let Some(purl) = Purl::of(package.ecosystem, &package.name, &package.version) else { continue };
            let mut component = blank(&purl.full_name(), ComponentKind::Application);
            if package.ecosystem == Ecosystem::Oci {
                component.kind = ComponentKind::Container;
            }
            if purl.version.is_none() {
                component.requirement = package.version.text().map(clean);
            }
            identified(&mut component, &purl);
            components.insert(component.reference.clone(), component);
        }
    }
    if components.is_empty() {
        return None;
    }
    let mut root = blank(&config.path, ComponentKind::File);
    root.depends_on = components.keys().cloned().collect();
    // What the packages themselves need is in none of these files.
    Some(Inventory { root, components: components.into_values().collect(), is_complete: false })
}

fn root(bundle: &Bundle, manifests: &[Manifest]) -> Component {
    let rank = |manifest: &&Manifest| {
        let kind = match manifest.kind {
            ManifestKind::ServerBundle => 0,
            ManifestKind::PackageJson | ManifestKind::PythonMetadata => 1,
            ManifestKind::Pyproject => 2,
            _ => 3,
        };
        (manifest.path.matches('/').count(), kind)
    };
    let own = manifests
        .iter()
        .filter(|it| matches!(rank(it), (0..=1, 0..=2)) || it.kind == ManifestKind::SetupCfg)
        .filter(|it| it.name.is_some())
        .min_by_key(rank);
    let Some(manifest) = own else { return blank(&bundle.locator, ComponentKind::Application) };
    let text = |stated: &Option<manifest::Stated>| stated.as_ref().map(|it| clean(&it.text));
    let name = text(&manifest.name).unwrap_or_default();
    let mut root = blank(&name, ComponentKind::Application);
    root.version = text(&manifest.version);
    root.repository = text(&manifest.repository);
    root.licence = manifest.licence.as_deref().map(clean);
    let ecosystem = match manifest.kind {
        ManifestKind::PackageJson => Some(Ecosystem::Npm),
        ManifestKind::PythonMetadata | ManifestKind::Pyproject | ManifestKind::SetupCfg => {
            Some(Ecosystem::Pypi)
        }
        _ => None,
    };
    let pin = root.version.clone().map_or(VersionPin::Missing, VersionPin::Exact);
    if let Some(purl) = ecosystem.and_then(|ecosystem| Purl::of(ecosystem, &name, &pin)) {
        identified(&mut root, &purl);
    }
    root
}

fn key(dependency: &Dependency, version: &str) -> Key {
    (dependency.ecosystem, canonical(dependency.ecosystem, real_name(dependency)), version.to_owned())
}

fn real_name(dependency: &Dependency) -> &str {
    match &dependency.source {
        Source::Alias(other) => other,
        _ => &dependency.name,
    }
}

/// The entry of a lock file that answers a requirement.
fn locked(wanted: &Dependency, components: &BTreeMap<Key, Component>) -> Option<Key> {
    let name = canonical(wanted.ecosystem, real_name(wanted));
    let first = (wanted.ecosystem, name.clone(), String::new());
    let mut entries = components
        .range(first..)
        .map(|(key, _)| key)
        .take_while(|key| key.0 == wanted.ecosystem && key.1 == name)
        .filter(|key| !key.2.is_empty());
    let admits = |key: &&Key| {
        let requirement = Requirement::read(wanted.ecosystem, &wanted.requirement);
        let release = Release::read(wanted.ecosystem, &key.2);
        requirement.zip(release).is_some_and(|(requirement, release)| requirement.admits(&release))
    };
    entries.clone().find(admits).or_else(|| entries.next()).cloned()
}

/// The version of a dependency that admits a single one.
fn exact(wanted: &Dependency) -> Option<String> {
    let pin = match (wanted.kind, wanted.ecosystem) {
        (DependencyKind::Started, _) => VersionPin::Exact(wanted.requirement.clone()),
        (_, Ecosystem::Npm) => VersionPin::npm(&wanted.requirement),
        (_, Ecosystem::Pypi) => VersionPin::pypi_specifier(&wanted.requirement),
        _ => return None,
    };
    match pin {
        VersionPin::Exact(version) => Some(version.trim_start_matches(['=', 'v', ' ']).to_owned()),
        _ => None,
    }
}

fn component(dependency: &Dependency, version: Option<&str>) -> Component {
    let name = real_name(dependency);
    let version = version.filter(|version| !version.is_empty());
    let mut component = blank(&clean(name), ComponentKind::Library);
    component.version = version.map(clean);
    component.licence = dependency.licence.as_deref().map(clean);
    component.need = match dependency.kind {
        DependencyKind::Optional | DependencyKind::Peer => Need::Optional,
        DependencyKind::Development | DependencyKind::Build => Need::Excluded,
        DependencyKind::Runtime | DependencyKind::Locked | DependencyKind::Started => Need::Required,
    };
    let digests = dependency.integrity.iter().flat_map(|text| text.split_ascii_whitespace());
    component.hashes = digests.filter_map(|word| hash(word.split_once([':', '-'])?)).collect();
    component.address = dependency.resolved.as_deref().map(clean);
    if version.is_none() && !dependency.requirement.is_empty() {
        component.requirement = Some(clean(&dependency.requirement));
    }
    let pin = version.map_or(VersionPin::Missing, |version| VersionPin::Exact(version.to_owned()));
    let Some(mut purl) = Purl::of(dependency.ecosystem, name, &pin) else { return component };
    match &dependency.source {
        Source::Git(address) => purl.qualifiers.push((String::from("vcs_url"), clean(address))),
        Source::Url(address) => purl.qualifiers.push((String::from("download_url"), clean(address))),
        Source::Registry | Source::Alias(_) | Source::Local(_) => {}
    }
    identified(&mut component, &purl);
    component
}

fn identified(component: &mut Component, purl: &Purl) {
    component.group.clone_from(&purl.namespace);
    component.name.clone_from(&purl.name);
    if component.version.is_none() {
        component.version.clone_from(&purl.version);
    }
    component.reference = purl.to_string();
    component.purl = Some(component.reference.clone());
}

fn blank(name: &str, kind: ComponentKind) -> Component {
    Component {
        reference: name.to_owned(),
        kind,
        group: None,
        name: name.to_owned(),
        version: None,
        purl: None,
        hashes: Vec::new(),
        licence: None,
        repository: None,
        address: None,
        need: Need::Required,
        requirement: None,
        depends_on: Vec::new(),
    }
}

/// A digest by its algorithm: in hexadecimal, or in base64 as npm writes it.
fn hash((algorithm, value): (&str, &str)) -> Option<(&'static str, String)> {
    let (name, bytes) = match algorithm {
        "sha1" => ("SHA-1", 20),
        "sha256" => ("SHA-256", 32),
        "sha384" => ("SHA-384", 48),
        "sha512" => ("SHA-512", 64),
        _ => return None,
    };
    if value.len() == bytes * 2 && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some((name, value.to_ascii_lowercase()));
    }
    let decoded = decode::base64(value.as_bytes())?;
    (decoded.len() == bytes).then(|| (name, decoded.iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// A text without the secrets in it.
fn clean(text: &str) -> String {
    secret::redact(text).into_owned()
}
