//! Servers as people want to see them in a report.

use portcullis_model::{ConfiguredServer, HostConfig, Launch, Surface};
use portcullis_report::{ServerSummary, ToolSummary};
use portcullis_text::secret;

/// A server known by its surface.
pub(crate) fn of_surface(surface: &Surface, file: Option<&str>) -> ServerSummary {
    ServerSummary {
        name: surface.server.clone(),
        file: file.map(str::to_owned),
        tools: Some(
            surface
                .tools()
                .map(|tool| ToolSummary { name: tool.name.clone(), classes: Vec::new() })
                .collect(),
        ),
        coverage: surface.coverage.clone(),
        ..ServerSummary::default()
    }
}

/// A server known by its configuration.
pub(crate) fn of_configured(server: &ConfiguredServer, config: &HostConfig) -> ServerSummary {
    ServerSummary {
        name: server.name.clone(),
        host: Some(config.host_name.to_owned()),
        file: Some(config.path.clone()),
        launch: launch(&server.launch),
        tools: None,
        ..ServerSummary::default()
    }
}

/// How a server is reached, in words, secrets redacted.
pub(crate) fn launch(launch: &Launch) -> String {
    match launch {
        Launch::Stdio { command, args, .. } => {
            let words: Vec<String> = std::iter::once(command)
                .chain(args)
                .map(|word| secret::redact(&word.text).into_owned())
                .map(|word| if word.contains(char::is_whitespace) { format!("'{word}'") } else { word })
                .collect();
            words.join(" ")
        }
        Launch::Remote { url, .. } => secret::redact(&url.text).into_owned(),
        Launch::Unknown => String::from("(neither a command nor an address)"),
    }
}
