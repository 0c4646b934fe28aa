//! Servers as people want to see them in a report.

use portcullis_model::{ConfiguredServer, HostConfig, Launch, Surface};
use portcullis_report::{Assessment, CapabilityClass, ChainStep, ServerSummary, ToolChain, ToolSummary};
use portcullis_rules::Installation;
use portcullis_rules::capability::{self, Capabilities};
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

/// Fills in what each tool can do, and how tools can be joined.
pub(crate) fn classify(assessment: &mut Assessment, installation: &Installation<'_>) {
    for classed in capability::tool_classes(installation) {
        let classes = classes(&classed.capabilities);
        let servers = assessment.servers.iter_mut().filter(|server| server.name == classed.server);
        for tool in servers.filter_map(|server| server.tools.as_mut()).flatten() {
            if tool.name == classed.tool {
                tool.classes.clone_from(&classes);
            }
        }
    }
    assessment.chains = capability::chains(installation).iter().map(chain).collect();
}

pub(crate) fn classes(capabilities: &Capabilities) -> Vec<CapabilityClass> {
    let holds = [&capabilities.ingests, &capabilities.reads_private, &capabilities.reaches_network];
    CapabilityClass::ALL.iter().zip(holds).filter(|(_, why)| why.is_some()).map(|(class, _)| *class).collect()
}

fn chain(chain: &capability::ToolChain) -> ToolChain {
    let steps = [&chain.ingests, &chain.reads_private, &chain.reaches_network];
    let step = |(tool, class): (&capability::ClassedTool, &CapabilityClass)| ChainStep {
        server: tool.server.clone(),
        tool: tool.tool.clone(),
        class: *class,
    };
    ToolChain { steps: steps.into_iter().zip(CapabilityClass::ALL).map(step).collect() }
}
