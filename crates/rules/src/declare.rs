//! How a rule is declared: its page, its axes and its type in one place.

/// Declares a rule: the doc comment is its page (Markdown with executed examples), the fields are its [`Meta`](crate::Meta).
///
/// `remedy` is the imperative sentence shown when a finding has no better one; `audience` defaults to `Regular`,
/// `references` to none, `origin` and `trigger` to those of the first threat.
macro_rules! declare_rule {
    (
        $(#[doc = $page:literal])*
        pub(crate) struct $name:ident {
            id: $id:literal,
            summary: $summary:literal,
            severity: $severity:ident,
            confidence: $confidence:ident,
            $(audience: $audience:ident,)?
            threats: [$first:ident $(, $threat:ident)* $(,)?],
            entry: $entry:ident,
            remedy: $remedy:literal,
            $(references: [$($reference:literal),* $(,)?],)?
            since: $since:literal $(,)?
        }
    ) => {
        $(#[doc = $page])*
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $name;

        impl $crate::rule::Declared for $name {
            const META: $crate::rule::Meta = $crate::rule::Meta {
                id: portcullis_model::RuleId($id),
                summary: $summary,
                severity: portcullis_model::Severity::$severity,
                confidence: portcullis_model::Confidence::$confidence,
                audience: declare_rule!(@audience $($audience)?),
                threats: &[portcullis_model::Threat::$first $(, portcullis_model::Threat::$threat)*],
                entry: $crate::rule::Entry::$entry,
                remedy: $remedy,
                references: &[$($($reference),*)?],
                since: $since,
                page: concat!($($page, "\n"),*),
            };
        }
    };
    (@audience) => { portcullis_model::Audience::Regular };
    (@audience $audience:ident) => { portcullis_model::Audience::$audience };
}
