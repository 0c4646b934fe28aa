//! From a target to evidence to findings: the one way in which scan, registry and survey look at a server.
//!
//! It knows the order of things (read, ask when allowed, let the rules look, compose, compare with pins, suppress) and
//! nothing about any of them: formats are in `report`, hosts in `hosts`, rules in `rules`, protocol in `wire` and
//! `probe`. It never prints; progress and questions go through the caller.
//!
//! Products and the binary depend on it; it depends on everything below.

mod catalogue;
pub mod fix;
mod judge;
mod lock;
mod pool;
mod scan;
mod settings;
mod summary;
pub mod suppress;

pub use catalogue::{descriptor, descriptors};
pub use judge::{Judgement, judge, weigh};
pub use lock::{Lock, LockError, Pin, PinnedField, PinnedItem};
pub use scan::{
    Advisories, Ask, DATABASE, Fetching, Live, Observer, Request, Scan, Seen, SeenSurface, Together,
};
#[cfg(feature = "schema")]
pub use settings::settings_schema;
pub use settings::{
    GuardLimits, GuardServer, GuardSettings, GuardTransport, RegistrySettings, ScanSettings, Settings,
    SettingsError, SuppressSettings, SurveyRegistry, SurveySettings, ToolSettings,
};
