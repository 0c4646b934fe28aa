//! The table of hosts: one file and one line each.

use portcullis_model::Node;

use crate::host::Host;
use crate::reading::Draft;

/// Declares the modules and the table from one list, so that a host cannot be declared and forgotten.
macro_rules! hosts {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every host. Where several read one file, the first one gives its name.
        pub static ALL: &[Host] = &[$($module::HOST),*];
    };
}

hosts! {
    claude_desktop,
    claude_code,
    cursor,
    vscode,
    visual_studio,
    devcontainer,
    copilot_cli,
    copilot_jetbrains,
    windsurf,
    gemini_cli,
    antigravity,
    codex,
    opencode,
    kiro,
    amazon_q,
    zed,
    cline,
    roo,
    kilo,
    continue_dev,
    goose,
    lm_studio,
    warp,
    factory,
    amp,
    augment,
    crush,
    qwen,
    junie,
    jetbrains,
    grok,
    kimi,
    trae,
    openclaw,
    docker_mcp,
    compose,
    cortex,
    tabnine,
    librechat,
    void,
    aide,
    cody,
    pieces,
    zencoder,
    neovim,
    helix,
    maxclaw,
    mcp_bundle,
    server_json,
    generic,
}

/// True for a document that describes one server and no host's settings: a bundle's manifest and the like.
pub(crate) fn is_manifest(document: &Node) -> bool {
    mcp_bundle::is_manifest(document) || server_json::is_manifest(document)
}

/// Reads such a document.
pub(crate) fn manifests(draft: &mut Draft<'_>) {
    mcp_bundle::manifest(draft);
    server_json::manifest(draft);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::testing::{Disk, example};
    use crate::{Os, discover};

    #[test]
    fn every_file_is_in_the_table_and_every_name_is_used_once() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/hosts");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), ALL.len());
        let ids: BTreeSet<_> = ALL.iter().map(|host| host.id).collect();
        let names: BTreeSet<_> = ALL.iter().map(|host| host.name).collect();
        assert_eq!((ids.len(), names.len()), (ALL.len(), ALL.len()));
    }

    #[test]
    fn every_location_is_found_on_the_systems_it_names() {
        for os in Os::ALL {
            let disk = Disk::new(*os).variable("CLAUDE_CONFIG_DIR", "~/claude");
            let mut expected = Vec::new();
            for (host, location) in
                ALL.iter().flat_map(|host| host.locations.iter().map(move |one| (host, one)))
            {
                let path =
                    example(location.template, &disk.machine).filter(|_| location.systems.contains(os));
                let Some(path) = path else { continue };
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(&path, "{}").unwrap();
                expected.push((host, location, path));
            }
            let candidates = discover(&disk.machine).candidates;
            for (host, location, path) in expected {
                let found =
                    candidates.iter().any(|one| one.path == path && one.hosts().any(|one| one.id == host.id));
                assert!(found, "{} at {} on {os:?}", host.name, location.template);
            }
        }
    }
}
