//! Acts: what the verbs of names and descriptions do. A reviewed table.

use std::sync::LazyLock;

use super::words::{look_up, sorted};

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Something is looked up.
    Read,
    /// Something is brought from elsewhere.
    Fetch,
    /// Something is made or changed.
    Write,
    /// Something is destroyed.
    Delete,
    /// Something is handed to somebody.
    Send,
    /// Something is made visible to many.
    Publish,
    /// Code or a command is run.
    Run,
    /// Money moves.
    Pay,
    /// A page is operated as a person would.
    Operate,
    /// Something is worked out, or the verb says nothing of what is done.
    Other,
}

/// When a word is a verb; most English verbs are nouns too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Wherever a verb can stand.
    Always,
    /// At the beginning or the end of a name, at the beginning of a part of a sentence.
    Leading,
    /// Only as the very first word, and when nothing else is a verb.
    First,
}

/// The act of a word in any of its English forms.
pub(crate) fn act_of(word: &str) -> Option<(Act, Shape)> {
    look_up(&ACTS, word).copied()
}

static ACTS: LazyLock<Vec<(&'static str, (Act, Shape))>> =
    LazyLock::new(|| sorted(TABLE.iter().map(|(act, shape, words)| ((*act, *shape), *words))));

static TABLE: &[(Act, Shape, &str)] = &[
    (
        Act::Read,
        Shape::Always,
        "access aggregate analyse analyze ask audit blame capture cat check collect compare conduct consult \
         count describe detect diff discover display dump enumerate examine explore export extract find \
         gather get grep head identify ingest inspect investigate load lookup ls monitor obtain peek \
         perform poll preview print read recall receive resolve retrieve return scan select show stat \
         summarise summarize tail take tell validate verify view watch",
    ),
    (Act::Read, Shape::Leading, "list search query look track trace report"),
    (
        Act::Fetch,
        Shape::Always,
        "browse clone convert crawl curl download fetch goto navigate open scrape spider surf transcribe \
         visit wget",
    ),
    (Act::Fetch, Shape::Leading, "pull request"),
    (
        Act::Write,
        Shape::Always,
        "activate add adjust append apply approve archive assign attach ban build cancel change checkout \
         close commit complete configure create deactivate decline decrement demote detach disable \
         downgrade draft duplicate edit enable escalate finalise finalize follow fork grant import \
         increment init initialise initialize insert install join kick leave make mark merge migrate \
         mkdir modify move mute patch pause pin populate promote provision put reassign rebase redact \
         refactor register reject rename reopen reorder replace reset resize restart restore resume revert \
         rotate save seed set setup stage start stop store subscribe switch sync toggle touch transition \
         unarchive unassign unban unfollow unlike unmute unpin unsubscribe update upgrade upsert write",
    ),
    (Act::Write, Shape::Leading, "copy place"),
    (
        Act::Write,
        Shape::First,
        "book bookmark label like lock log map note react record schedule star tag vote",
    ),
    (
        Act::Delete,
        Shape::Always,
        "clear del delete deregister destroy discard drop erase evict flush kill prune purge remove revoke \
         rm rmdir shred terminate trash truncate uninstall unlink unregister wipe",
    ),
    (Act::Delete, Shape::Leading, "empty"),
    (Act::Send, Shape::Always, "deliver dial exfiltrate forward notify reply respond send sends transmit"),
    (Act::Send, Shape::Leading, "broadcast submit invite"),
    (Act::Send, Shape::First, "alert call dm email fax mail message ping text"),
    (
        Act::Publish,
        Shape::Always,
        "announce crosspost deploy expose publish push republish retweet tweet unpublish upload",
    ),
    (Act::Publish, Shape::Leading, "share release"),
    (Act::Publish, Shape::First, "post comment toot stream"),
    (Act::Run, Shape::Always, "execute exec eval evaluate invoke spawn interpret"),
    (Act::Run, Shape::Leading, "run launch shell bash"),
    (Act::Run, Shape::First, "script"),
    (Act::Pay, Shape::Always, "buy donate pay payout purchase refund reimburse unstake withdraw"),
    (Act::Pay, Shape::Leading, "sell swap"),
    (Act::Pay, Shape::First, "bid charge mint order stake tip trade transfer"),
    (Act::Operate, Shape::Always, "click fill"),
    (Act::Operate, Shape::Leading, "press type drag tap"),
    (
        Act::Other,
        Shape::Always,
        "accept allow begin brainstorm calculate compute contain decode define divide draw echo encode \
         ensure estimate format generate give greet handle hash help hover include let manage multiply need \
         parse plan plot predict process provide reason render require scroll simulate sleep solve sort \
         specify subtract sum support test think translate use wait want work",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_two_acts() {
        assert!(ACTS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn inflected_verbs_are_the_same_act() {
        assert_eq!(act_of("deletes"), Some((Act::Delete, Shape::Always)));
        assert_eq!(act_of("searching"), Some((Act::Read, Shape::Leading)));
        assert_eq!(act_of("weather"), None);
    }
}
