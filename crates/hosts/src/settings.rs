//! Settings beside the servers that run something or loosen a protection, as several hosts share their
//! shapes.

use portcullis_model::Setting;
use portcullis_model::config::{Located, SettingKind};

use crate::cursor::Cursor;
use crate::reading::Draft;

/// How deep a table of hooks is searched for commands.
const HOOK_DEPTH: usize = 8;

impl Draft<'_> {
    /// Notes a setting.
    pub(crate) fn set(&mut self, kind: SettingKind, value: Option<Located>) {
        self.settings.extend(value.map(|value| Setting { kind, value }));
    }

    /// Notes a switch, by its dotted name, when it is on.
    pub(crate) fn switch(&mut self, kind: SettingKind, name: &str) {
        let on = self.root.setting(name).filter(Cursor::is_true);
        self.set(kind, on.and_then(|value| value.located()));
    }

    /// Notes a protection, by its dotted name, when it is off.
    pub(crate) fn switched_off(&mut self, kind: SettingKind, name: &str) {
        let off = self.root.setting(name).filter(Cursor::is_false);
        self.set(kind, off.and_then(|value| value.located()));
    }

    /// Notes a setting, by its dotted name, when it has one of these values.
    pub(crate) fn choice(&mut self, kind: SettingKind, name: &str, dangerous: &[&str]) {
        let value = self.root.setting(name);
        let chosen = value.filter(|value| value.text().is_some_and(|text| dangerous.contains(&text)));
        self.set(kind, chosen.and_then(|value| value.located()));
    }

    /// Notes a setting, by its dotted name, whatever text it has.
    pub(crate) fn text_setting(&mut self, kind: SettingKind, name: &str) {
        let value = self.root.setting(name).and_then(|value| value.command_line());
        self.set(kind, value.filter(|value| !value.text.is_empty()));
    }

    /// Notes every text of a list, by its dotted name; the elements may carry the text in a member.
    pub(crate) fn list_setting(&mut self, kind: SettingKind, name: &str, accept: fn(&str) -> bool) {
        let elements: Vec<_> = self.root.setting(name).iter().flat_map(Cursor::elements).collect();
        for element in elements {
            self.set(kind, element.located().filter(|value| accept(&value.text)));
        }
    }

    /// Notes every command of a table of hooks, by its dotted name. Hosts nest the table differently (by
    /// event, by matcher, in lists or not), but all name the command in one of a few members.
    pub(crate) fn hooks(&mut self, name: &str) {
        if let Some(hooks) = self.root.setting(name) {
            self.commands_below(SettingKind::Hook, &hooks, HOOK_DEPTH);
        }
    }

    /// Notes every command below a place.
    pub(crate) fn commands_below(&mut self, kind: SettingKind, at: &Cursor<'_>, depth: usize) {
        if depth == 0 {
            return;
        }
        for key in ["command", "bash", "powershell", "run", "url"] {
            self.set(kind, at.member(key).and_then(|command| command.command_line()));
        }
        let below =
            at.members().chain(at.elements()).filter(|below| below.node.is_map() || below.node.is_list());
        for below in below.filter(|below| !(below.node.is_list() && below.key == "command")) {
            self.commands_below(kind, &below, depth - 1);
        }
    }

    /// Notes variables, in a mapping by its dotted name, that send model requests to another address.
    pub(crate) fn model_endpoints(&mut self, name: &str) {
        let variables: Vec<_> = self.root.setting(name).iter().flat_map(Cursor::members).collect();
        for variable in variables.iter().filter(|variable| moves_model_requests(variable.key)) {
            self.set(SettingKind::ModelEndpoint, variable.located());
        }
    }

    /// Notes members of the document itself that send model requests to another address.
    pub(crate) fn model_endpoints_here(&mut self) {
        for variable in self.root.clone().members().filter(|variable| moves_model_requests(variable.key)) {
            self.set(SettingKind::ModelEndpoint, variable.located());
        }
    }

    /// A command that runs by itself: a text, a list of words, or a mapping of names to either.
    pub(crate) fn automatic(&mut self, name: &str) {
        let Some(value) = self.root.setting(name) else { return };
        self.set(SettingKind::AutoRun, value.command_line());
        for member in value.members() {
            self.set(SettingKind::AutoRun, member.command_line());
        }
    }
}

/// Names of environment variables that say where model requests go.
fn moves_model_requests(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["_BASE_URL", "_API_BASE", "_API_HOST"].iter().any(|end| name.ends_with(end))
        || matches!(
            name.as_str(),
            "AZURE_OPENAI_ENDPOINT"
                | "OLLAMA_HOST"
                | "OPENAI_HOST"
                | "HTTPS_PROXY"
                | "HTTP_PROXY"
                | "ALL_PROXY"
        )
}
