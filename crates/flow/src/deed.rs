//! Deeds: what kinds of thing a call does and a text speaks of, coarse enough that both can be compared.

use portcullis_rules::capability::Capabilities;
use portcullis_text::meaning::{Concept, Concepts};

/// A set of kinds of deeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Deeds(u16);

impl Deeds {
    pub(crate) const NONE: Self = Self(0);
    /// Something is looked up.
    pub(crate) const READ: Self = Self(1);
    /// An address is gone to.
    pub(crate) const VISIT: Self = Self(1 << 1);
    /// Something is handed to somebody.
    pub(crate) const SEND: Self = Self(1 << 2);
    /// Something is made or changed.
    pub(crate) const WRITE: Self = Self(1 << 3);
    /// Something is taken away.
    pub(crate) const DELETE: Self = Self(1 << 4);
    /// Money moves.
    pub(crate) const PAY: Self = Self(1 << 5);
    /// Something is run or installed.
    pub(crate) const EXECUTE: Self = Self(1 << 6);
    /// Rights are given, guards are lowered.
    pub(crate) const GRANT: Self = Self(1 << 7);
    /// A device or a schedule is worked: unlocked, booked, ordered.
    pub(crate) const OPERATE: Self = Self(1 << 8);
    /// What cannot be taken back or leaves the house.
    pub(crate) const GRAVE: Self =
        Self(Self::SEND.0 | Self::DELETE.0 | Self::PAY.0 | Self::EXECUTE.0 | Self::GRANT.0 | Self::OPERATE.0);

    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) const fn shared(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What words stand for.
    pub(crate) fn of(concepts: Concepts) -> Self {
        SENSES
            .iter()
            .filter(|(concept, _)| concepts.has(*concept))
            .fold(Self::NONE, |deeds, (_, more)| deeds.with(*more))
    }

    /// What a sentence speaks of doing: acts, and the thing where an act alone says little ("make a payment").
    pub(crate) fn of_phrase(acts: Concepts, all: Concepts) -> Self {
        const LIGHT: Concepts = Concepts::of(&[
            Concept::Do,
            Concept::Send,
            Concept::Write,
            Concept::Pass,
            Concept::Operate,
            Concept::Move,
        ]);
        let pays = acts.any(LIGHT) && all.has(Concept::Money);
        Self::of(acts).with(if pays { Self::PAY } else { Self::NONE })
    }

    /// What a tool can do.
    pub(crate) fn of_tool(found: &Capabilities) -> Self {
        [
            (found.reads.is_some() || found.reads_private.is_some(), Self::READ),
            (found.ingests.is_some(), Self::READ),
            (found.sends.is_some(), Self::SEND),
            (found.writes.is_some(), Self::WRITE),
            (found.deletes.is_some(), Self::DELETE),
            (found.spends_money.is_some(), Self::PAY),
            (found.executes.is_some(), Self::EXECUTE),
        ]
        .into_iter()
        .filter(|(does, _)| *does)
        .fold(Self::NONE, |deeds, (_, more)| deeds.with(more))
    }

    /// The gravest of the deeds, in words.
    pub(crate) fn words(self) -> &'static str {
        [
            (Self::PAY, "moving money"),
            (Self::EXECUTE, "running something"),
            (Self::DELETE, "deleting something"),
            (Self::SEND, "sending something"),
            (Self::GRANT, "giving rights"),
            (Self::OPERATE, "ordering or operating something"),
            (Self::WRITE, "changing something"),
            (Self::VISIT, "opening an address"),
            (Self::READ, "reading something"),
        ]
        .into_iter()
        .find(|(deed, _)| self.any(*deed))
        .map_or("an act", |(_, words)| words)
    }
}

const SENSES: &[(Concept, Deeds)] = &[
    (Concept::Read, Deeds::READ.with(Deeds::VISIT)),
    (Concept::Fetch, Deeds::READ.with(Deeds::VISIT)),
    (Concept::Collect, Deeds::READ),
    (Concept::Check, Deeds::READ),
    (Concept::Visit, Deeds::VISIT),
    (Concept::Send, Deeds::SEND),
    (Concept::Tell, Deeds::SEND),
    (Concept::Pass, Deeds::SEND.with(Deeds::WRITE)),
    (Concept::Write, Deeds::WRITE),
    (Concept::Add, Deeds::WRITE),
    (Concept::Change, Deeds::WRITE),
    (Concept::Move, Deeds::WRITE),
    (Concept::Harm, Deeds::WRITE),
    (Concept::Delete, Deeds::DELETE),
    (Concept::Disable, Deeds::DELETE.with(Deeds::WRITE)),
    (Concept::Execute, Deeds::EXECUTE),
    (Concept::Install, Deeds::EXECUTE),
    (Concept::Pay, Deeds::PAY),
    (Concept::Grant, Deeds::GRANT),
    (Concept::Operate, Deeds::OPERATE.with(Deeds::WRITE)),
];
