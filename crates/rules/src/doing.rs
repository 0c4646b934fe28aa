//! What code does beside its work, gathered with whose it is: for rules about behaviour.

use portcullis_model::Location;
use portcullis_source::analysis::{Effect, Offer, Spot};
use portcullis_source::library::EffectKind;

use crate::evidence::SourceEvidence;
use crate::flows::place;
use crate::sourced;

/// An effect and the offer whose call has it; none for what loading the files does.
pub(crate) struct Deed<'a> {
    pub(crate) offer: Option<&'a Offer>,
    pub(crate) effect: &'a Effect,
}

/// Everything that loading the files and calling the offers does. An effect of several offers is told of the first.
pub(crate) fn deeds<'a>(source: &SourceEvidence<'a>) -> Vec<Deed<'a>> {
    let mut deeds: Vec<Deed<'a>> = Vec::new();
    let loading = source.analysis.on_load.iter().map(|effect| Deed { offer: None, effect });
    let calling = source
        .analysis
        .offers
        .iter()
        .flat_map(|offer| offer.effects.iter().map(move |effect| Deed { offer: Some(offer), effect }));
    for deed in loading.chain(calling) {
        let known = deeds
            .iter()
            .any(|known| known.effect.spot == deed.effect.spot && known.effect.kind == deed.effect.kind);
        if !known {
            deeds.push(deed);
        }
    }
    deeds
}

impl Deed<'_> {
    /// Where it is done.
    pub(crate) fn location(&self) -> Location {
        at(self.offer, &self.effect.spot)
    }

    /// Who does it: ``tool `x` `` or `loading the files`.
    pub(crate) fn who(&self) -> String {
        match self.offer {
            Some(offer) if !offer.name.is_empty() => format!("`{}`", offer.name),
            Some(_) => String::from("a tool"),
            None => String::from("loading the code"),
        }
    }

    /// The host that it reaches, if that is known.
    pub(crate) fn host(&self) -> Option<&str> {
        host_of(&self.effect.address.as_ref()?.text)
    }
}

/// A place in the code of an offer.
pub(crate) fn at(offer: Option<&Offer>, spot: &Spot) -> Location {
    let name = offer.map(|offer| offer.name.clone()).filter(|name| !name.is_empty());
    let item = offer.and_then(|offer| sourced::kind(offer.kind));
    Location { item, name, ..place(spot) }
}

/// The host of an address, or a bare host name.
pub(crate) fn host_of(address: &str) -> Option<&str> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let rest = rest.rsplit('@').next().unwrap_or_default();
    let host = rest.split(':').next().unwrap_or_default();
    let is_host = host.contains('.')
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    is_host.then_some(host)
}

/// What an effect does, in words that follow the name of a tool.
pub(crate) const fn does(kind: EffectKind) -> &'static str {
    match kind {
        EffectKind::Process => "starts a program",
        EffectKind::Evaluate => "evaluates code",
        EffectKind::Read => "reads a file",
        EffectKind::Write => "writes a file",
        EffectKind::Delete => "deletes a file",
        EffectKind::Network => "reaches the network",
        EffectKind::Listen => "listens on the network",
        EffectKind::Environment => "reads the environment",
        EffectKind::Clipboard => "uses the clipboard",
        EffectKind::Keyring => "uses stored credentials",
        EffectKind::Database => "uses a database",
        EffectKind::Fingerprint => "looks at the machine",
        EffectKind::Native => "loads native code",
    }
}
