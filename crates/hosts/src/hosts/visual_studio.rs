use portcullis_model::HostId;

use crate::host::{Host, Location};
use crate::machine::Os;
use crate::reading::Draft;

/// Visual Studio, on Windows only.
pub(super) const HOST: Host = Host {
    id: HostId("visual-studio"),
    name: "Visual Studio",
    locations: &[
        Location::user("~/.mcp.json", servers).on(Os::Windows),
        Location::project(".mcp.json", servers).on(Os::Windows),
        Location::project(".vs/mcp.json", servers).on(Os::Windows),
    ],
};

fn servers(draft: &mut Draft<'_>) {
    draft.server_map(&["servers"]);
}

#[cfg(test)]
mod tests {
    use crate::Os;
    use crate::testing::found_on;

    #[test]
    fn a_file_that_claude_code_reads_too_is_named_after_the_host_that_understands_it() {
        let text = r#"{"inputs": [], "servers": {"a": {"type": "http", "url": "https://a.example"}}}"#;
        assert_eq!(
            found_on(Os::Windows, ".mcp.json", text),
            ["visual-studio project ~/work/app/.mcp.json", "  a = https://a.example (http)"]
        );
    }
}
