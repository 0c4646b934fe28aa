//! What arXiv 2510.16558 measured once, in 2025, to stand beside what is measured now.

/// Tables III and IV: shares of all listings in per cent, and counts.
pub(super) struct Published {
    pub(super) registry: &'static str,
    pub(super) invalid: &'static str,
    pub(super) empty: &'static str,
    pub(super) no_readme: &'static str,
    pub(super) maintainer: i64,
    pub(super) redirection: i64,
}

const fn of(
    registry: &'static str,
    shares: [&'static str; 3],
    maintainer: i64,
    redirection: i64,
) -> Published {
    let [invalid, empty, no_readme] = shares;
    Published { registry, invalid, empty, no_readme, maintainer, redirection }
}

pub(super) const PUBLISHED: &[Published] = &[
    of("mcp.so", ["6.75", "0.07", "1.04"], 111, 98),
    of("mcp-market", ["3.30", "0", "0.29"], 95, 50),
    of("mcp-store", ["0.18", "4.25", "10.11"], 5, 155),
    of("pulsemcp", ["0.14", "0.04", "1.73"], 1, 1),
];

/// Affix groups on npm, and the share of them with different maintainers in per cent.
pub(super) const AFFIX_GROUPS: (i64, &str) = (408, "80.6");
/// Listings, invalid links, and those of them that could be taken over.
pub(super) const LISTINGS: i64 = 67_057;
pub(super) const INVALID: (i64, i64) = (1379, 212);
/// Links whose old account is free.
pub(super) const REDIRECTED: i64 = 304;
/// Tools and servers that arXiv 2509.06572 looked at.
pub(super) const TOOLS: (i64, i64) = (12_230, 1360);
/// Tools in servers written in Python.
pub(super) const PYTHON_TOOLS: i64 = 44_499;
/// GitHub tokens in listings of mcp.so.
pub(super) const TOKENS: i64 = 9;

/// The published figures of a registry.
pub(super) fn published(registry: &str) -> Option<&'static Published> {
    PUBLISHED.iter().find(|published| published.registry == registry)
}
