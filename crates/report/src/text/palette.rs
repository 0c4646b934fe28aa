//! The colours of the terminal report: the sixteen that every theme defines, so that they suit any background.

use anstyle::{AnsiColor, Effects, Style};
use portcullis_model::Severity;

/// One style per meaning; all empty when there are no colours.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Palette {
    pub(crate) colour: bool,
    pub(crate) critical: Style,
    pub(crate) high: Style,
    pub(crate) medium: Style,
    pub(crate) low: Style,
    pub(crate) info: Style,
    pub(crate) strong: Style,
    pub(crate) faint: Style,
    pub(crate) fine: Style,
    pub(crate) failed: Style,
    pub(crate) remedy: Style,
}

impl Palette {
    pub(crate) fn new(colour: bool) -> Self {
        if !colour {
            return Self::default();
        }
        Self {
            colour,
            critical: AnsiColor::BrightRed.on_default().effects(Effects::BOLD | Effects::INVERT),
            high: AnsiColor::BrightRed.on_default().effects(Effects::BOLD),
            medium: AnsiColor::Yellow.on_default().effects(Effects::BOLD),
            low: AnsiColor::Cyan.on_default(),
            info: AnsiColor::Blue.on_default(),
            strong: Style::new().bold(),
            faint: Style::new().dimmed(),
            fine: AnsiColor::Green.on_default().effects(Effects::BOLD),
            failed: AnsiColor::Magenta.on_default().effects(Effects::BOLD),
            remedy: AnsiColor::Green.on_default(),
        }
    }

    pub(crate) const fn of(&self, severity: Severity) -> Style {
        match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
            Severity::Info => self.info,
        }
    }
}
