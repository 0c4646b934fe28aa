//! The list of all rules: one line each. The list expands to the modules, the static table and the static dispatch,
//! so a rule cannot be declared and forgotten. A group is a folder.

use portcullis_model::{Change, HostConfig};

use crate::evidence::{
    Advised, Installation, LaunchEvidence, PackageEvidence, Passage, ServerEvidence, SourceEvidence,
    ToolEvidence,
};
use crate::listed::ListingEvidence;
use crate::report::Report;
use crate::rule::{Declared, Entry, Meta, Rule};
use crate::selection::Selection;

macro_rules! rules {
    ($($folder:literal $group:ident { $($module:ident::$rule:ident,)* })*) => {
        $(
            #[path = $folder]
            mod $group {
                $(pub(crate) mod $module;)*
            }
        )*

        /// Every rule, in the order of the list.
        pub static RULES: &[Meta] = &[$($(<$group::$module::$rule as Declared>::META,)*)*];

        /// Position of a rule in [`RULES`].
        #[derive(Clone, Copy)]
        enum Index { $($($rule,)*)* }

        rules! { @checks [$($($group $module $rule,)*)*]
            check_text Text (passage: &Passage<'_>);
            check_tool Tool (tool: &ToolEvidence<'_>);
            check_server Server (server: &ServerEvidence<'_>);
            check_launch Launch (launch: &LaunchEvidence<'_>);
            check_host_config HostConfig (config: &HostConfig);
            check_installation Installation (installation: &Installation<'_>);
            check_change Change (change: &Change);
            check_package Package (package: &PackageEvidence<'_>);
            check_advised Advisory (package: &Advised<'_>);
            check_source Source (source: &SourceEvidence<'_>);
            check_listing Listing (listing: &ListingEvidence<'_>);
        }
    };
    (@checks $list:tt $($check:ident $entry:ident ($argument:ident: $type:ty);)*) => {
        $(rules! { @check $list $check $entry ($argument: $type) })*
    };
    (@check [$($group:ident $module:ident $rule:ident,)*] $check:ident $entry:ident ($argument:ident: $type:ty)) => {
        pub(crate) fn $check($argument: $type, report: &mut Report<'_>, selection: &Selection) {
            $(
                if matches!(<$group::$module::$rule as Declared>::META.entry, Entry::$entry)
                    && selection.runs(Index::$rule as usize)
                {
                    report.enter(const { &<$group::$module::$rule as Declared>::META });
                    $group::$module::$rule.$check($argument, report);
                }
            )*
        }
    };
}

rules! {
    "surface" surface {
        hidden_unicode_tags::HiddenUnicodeTags,
        hidden_zero_width_text::HiddenZeroWidthText,
        hidden_bidi_controls::HiddenBidiControls,
        hidden_variation_selectors::HiddenVariationSelectors,
        look_alike_letters::LookAlikeLetters,
        terminal_escapes::TerminalEscapes,
        padded_text::PaddedText,
        encoded_text::EncodedText,
        hidden_markup::HiddenMarkup,
        secret_in_text::SecretInText,
        instruction_override::InstructionOverride,
        concealment_from_user::ConcealmentFromUser,
        parameter_tampering::ParameterTampering,
        cross_tool_directive::CrossToolDirective,
        secret_access_directive::SecretAccessDirective,
        unrelated_side_action::UnrelatedSideAction,
        exfiltration_directive::ExfiltrationDirective,
        data_in_parameter::DataInParameter,
        preference_manipulation::PreferenceManipulation,
        authority_claim::AuthorityClaim,
        confirmation_bypass::ConfirmationBypass,
        persistence_directive::PersistenceDirective,
        tool_steering_before_others::ToolSteeringBeforeOthers,
        indirect_instruction::IndirectInstruction,
        jailbreak::Jailbreak,
        // Last: it speaks where no rule did.
        learned_order::LearnedOrder,
    }
    "tool" tool {
        annotation_contradiction::AnnotationContradiction,
        misleading_title::MisleadingTitle,
        external_schema_reference::ExternalSchemaReference,
        oversized_schema::OversizedSchema,
        exploding_schema::ExplodingSchema,
        expensive_pattern::ExpensivePattern,
        prototype_key::PrototypeKey,
        prose_in_schema_value::ProseInSchemaValue,
        context_harvesting::ContextHarvesting,
        unrelated_parameter::UnrelatedParameter,
        secret_parameter::SecretParameter,
        open_ended_parameter::OpenEndedParameter,
        missing_description::MissingDescription,
        oversized_description::OversizedDescription,
        invalid_tool_name::InvalidToolName,
    }
    "launch" launch {
        auto_approved_tools::AutoApprovedTools,
        borrowed_host::BorrowedHost,
        broad_access::BroadAccess,
        container_breakout::ContainerBreakout,
        direct_source::DirectSource,
        elevated_launch::ElevatedLaunch,
        injected_environment::InjectedEnvironment,
        inline_code::InlineCode,
        network_tool_as_server::NetworkToolAsServer,
        pipe_to_shell::PipeToShell,
        plain_http::PlainHttp,
        registry_override::RegistryOverride,
        secret_in_configuration::SecretInConfiguration,
        shell_launcher::ShellLauncher,
        unpinned_package::UnpinnedPackage,
        unusable_server::UnusableServer,
        volatile_program::VolatileProgram,
    }
    "config" config {
        command_on_event::CommandOnEvent,
        model_redirected::ModelRedirected,
        open_permissions::OpenPermissions,
        protection_switched_off::ProtectionSwitchedOff,
    }
    "server" server {
        duplicate_name::DuplicateName,
        look_alike_names::LookAlikeNames,
        identity_claim::IdentityClaim,
        too_many_tools::TooManyTools,
        prompt_shadows_command::PromptShadowsCommand,
        sensitive_resource::SensitiveResource,
        unrestricted_template::UnrestrictedTemplate,
    }
    "installation" installation {
        parasitic_toolchain::ParasiticToolchain,
        tool_name_conflict::ToolNameConflict,
        look_alike_server::LookAlikeServer,
        look_alike_package::LookAlikePackage,
        package_version_conflict::PackageVersionConflict,
        dangling_approval::DanglingApproval,
        cross_server_mention::CrossServerMention,
    }
    "change" change {
        changed_text::ChangedText,
        changed_schema::ChangedSchema,
        changed_annotations::ChangedAnnotations,
        changed_launch::ChangedLaunch,
        changed_roster::ChangedRoster,
        returned_item::ReturnedItem,
        equivocal_answers::EquivocalAnswers,
    }
    "package" package {
        install_script::InstallScript,
        manifest_mismatch::ManifestMismatch,
        foreign_dependency::ForeignDependency,
        weak_lock::WeakLock,
        native_binary::NativeBinary,
        listing_mismatch::ListingMismatch,
        record_mismatch::RecordMismatch,
        confusable_dependency::ConfusableDependency,
        tool_settings_run_code::ToolSettingsRunCode,
        risky_workflow::RiskyWorkflow,
        secret_in_file::SecretInFile,
    }
    "advisory" advisory {
        known_vulnerable_package::KnownVulnerablePackage,
        known_malicious_package::KnownMaliciousPackage,
    }
    "source" source {
        command_injection::CommandInjection,
        argument_injection::ArgumentInjection,
        code_injection::CodeInjection,
        path_traversal::PathTraversal,
        server_side_request_forgery::ServerSideRequestForgery,
        sql_injection::SqlInjection,
        nosql_injection::NosqlInjection,
        unsafe_deserialization::UnsafeDeserialization,
        template_injection::TemplateInjection,
        xml_external_entities::XmlExternalEntities,
        xpath_injection::XpathInjection,
        regex_denial_of_service::RegexDenialOfService,
        header_injection::HeaderInjection,
        log_injection::LogInjection,
        ldap_injection::LdapInjection,
        dynamic_import::DynamicImport,
        unsafe_reflection::UnsafeReflection,
        prototype_pollution::PrototypePollution,
        unsafe_archive_extraction::UnsafeArchiveExtraction,
        script_injection::ScriptInjection,
        ineffective_guard::IneffectiveGuard,
        private_data_sent::PrivateDataSent,
        hidden_trigger::HiddenTrigger,
        hidden_payload::HiddenPayload,
        obfuscated_code::ObfuscatedCode,
        hint_denied_by_code::HintDeniedByCode,
        code_beyond_description::CodeBeyondDescription,
        open_server::OpenServer,
        rebindable_server::RebindableServer,
        guessable_session::GuessableSession,
        token_passed_on::TokenPassedOn,
        secret_in_source::SecretInSource,
        install_effect::InstallEffect,
        unlisted_tool::UnlistedTool,
    }
    "listing" listing {
        freed_account::FreedAccount,
        hijackable_link::HijackableLink,
        hijackable_redirect::HijackableRedirect,
        replaced_repository::ReplacedRepository,
        free_package_name::FreePackageName,
        image_drift::ImageDrift,
        release_mismatch::ReleaseMismatch,
        expired_domain::ExpiredDomain,
        lost_proof::LostProof,
        repository_runs_code::RepositoryRunsCode,
        owner_drift::OwnerDrift,
        dead_listing::DeadListing,
        secret_in_listing::SecretInListing,
        look_alike_listing::LookAlikeListing,
        borrowed_brand::BorrowedBrand,
    }
}
