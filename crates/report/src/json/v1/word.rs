//! The words of the format: twins of the model's enumerations.

use portcullis_model as model;
use serde::{Deserialize, Serialize};

use crate::assessment;

/// Declares the twin of a model enumeration whose words are its variants in kebab case.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident from $model:path { $($variant:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        #[allow(missing_docs, reason = "each word means what the model says")]
        pub enum $name { $($variant),+ }

        impl From<$model> for $name {
            fn from(value: $model) -> Self {
                type Model = $model;
                match value { $(Model::$variant => $name::$variant),+ }
            }
        }
    };
}

words! {
    /// How bad.
    Severity from model::Severity { Info, Low, Medium, High, Critical }
}
words! {
    /// How sure.
    Confidence from model::Confidence { Low, Medium, High, Certain }
}
words! {
    /// What kind of thing a target is.
    TargetKind from model::TargetKind { HostConfig, Surface, Server, Source, Package, Listing }
}
words! {
    /// What kind of thing a finding is in.
    ItemKind from model::ItemKind { Tool, Prompt, Resource, Template, Instructions, Config, Package, Listing }
}
words! {
    /// Whether the edits of a fix keep everything working.
    Safety from model::Safety { Safe, Unsafe }
}
words! {
    /// An activity of a server's life.
    Activity from model::Activity {
        MetadataDefinition, CapabilityDeclaration, CodeImplementation, SlashCommandDefinition,
        ServerRelease, InstallerDeployment, EnvironmentSetup, ToolRegistration,
        IntentAnalysis, ExternalResourceAccess, ToolInvocation, SessionManagement,
        VersionControl, ConfigurationChange, AccessAudit, LogAudit,
    }
}
words! {
    /// Where a suppression is written.
    SuppressionPlace from assessment::SuppressionPlace { Inline, Configuration, Baseline }
}

/// Whether a target was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Everything of it was read.
    Scanned,
    /// It was left out on purpose.
    Skipped,
    /// It, or a part of it, could not be read.
    Failed,
}

impl From<&model::TargetStatus> for Status {
    fn from(status: &model::TargetStatus) -> Self {
        match status {
            model::TargetStatus::Scanned => Status::Scanned,
            model::TargetStatus::Skipped(_) => Status::Skipped,
            model::TargetStatus::Failed(_) => Status::Failed,
        }
    }
}
