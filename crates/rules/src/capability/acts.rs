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
        "take get read retrieve view show find lookup describe check inspect display load obtain discover explore examine \
         summarize summarise analyze analyse audit extract collect receive peek poll tail grep cat head dump print \
         access enumerate preview select return gather export capture identify recall ls stat diff blame count \
         aggregate compare verify validate detect watch monitor tell ask consult investigate resolve scan",
    ),
    (Act::Read, Shape::Leading, "list search query look track trace report"),
    (
        Act::Fetch,
        Shape::Always,
        "fetch download browse navigate crawl scrape visit goto clone open surf spider transcribe wget curl",
    ),
    (Act::Fetch, Shape::Leading, "pull request"),
    (
        Act::Write,
        Shape::Always,
        "checkout draft create add update edit write set insert modify change append replace rename move save store put patch upsert \
         make configure enable disable assign unassign merge close reopen archive unarchive restore register cancel \
         install import mark mute unmute pin unpin commit rebase reset revert apply increment decrement attach detach \
         subscribe unsubscribe approve reject decline resize build upgrade downgrade provision initialize \
         initialise init setup sync complete toggle adjust duplicate stage fork mkdir touch redact ban unban kick \
         grant escalate promote demote reassign transition like unlike follow unfollow join leave restart start stop \
         pause resume reorder refactor populate seed migrate switch \
         activate deactivate finalize finalise rotate",
    ),
    (Act::Write, Shape::Leading, "copy place"),
    (Act::Write, Shape::First, "schedule label tag lock log record note book map bookmark star vote react"),
    (
        Act::Delete,
        Shape::Always,
        "delete remove drop erase purge wipe destroy truncate clear unlink uninstall prune rm rmdir del trash kill \
         terminate discard flush shred evict revoke deregister unregister",
    ),
    (Act::Delete, Shape::Leading, "empty"),
    (
        Act::Send,
        Shape::Always,
        "send sends reply forward notify broadcast deliver dial respond transmit exfiltrate",
    ),
    (Act::Send, Shape::Leading, "submit invite"),
    (Act::Send, Shape::First, "email mail message call text dm ping fax alert"),
    (
        Act::Publish,
        Shape::Always,
        "publish tweet upload push deploy announce retweet crosspost unpublish republish expose",
    ),
    (Act::Publish, Shape::Leading, "share release"),
    (Act::Publish, Shape::First, "post comment toot stream"),
    (Act::Run, Shape::Always, "execute exec eval evaluate invoke spawn interpret"),
    (Act::Run, Shape::Leading, "run launch shell bash"),
    (Act::Run, Shape::First, "script"),
    (Act::Pay, Shape::Always, "pay buy purchase refund withdraw donate unstake payout reimburse"),
    (Act::Pay, Shape::Leading, "sell swap"),
    (Act::Pay, Shape::First, "charge transfer order trade stake mint bid tip"),
    (Act::Operate, Shape::Always, "click fill"),
    (Act::Operate, Shape::Leading, "press type drag tap"),
    (
        Act::Other,
        Shape::Always,
        "calculate compute convert format parse encode decode sort accept scroll hover translate generate solve render think plan reason \
         draw plot simulate predict estimate sum subtract multiply divide hash wait sleep echo greet brainstorm use \
         provide allow help let perform handle manage process work support specify ensure include require need want \
         contain give begin define test",
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
