//! How a sentence that orders nothing speaks of acts: it reports what happened, offers what may be done, or tells how
//! things are done.

/// How acts are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Manner {
    /// How things are done or should be: "bookings get copied to the office".
    #[default]
    Rule,
    /// What may be done: "you can get coupons at the counter".
    Offer,
    /// What happened: "your invoice has been attached". Nobody has to do it any more.
    Report,
}

/// Words of what is, may or shall be.
const NOW: &[&str] = &[
    "is", "are", "be", "get", "gets", "must", "should", "shall", "can", "could", "may", "will", "would",
    "need", "needs", "please", "to",
];

/// Past forms that do not end as the others do.
const PAST: &[&str] = &[
    "was", "were", "had", "did", "sent", "paid", "made", "wrote", "written", "gave", "given", "bought",
    "sold", "took", "taken", "came", "went", "got", "left", "lost", "found", "broke", "broken", "began",
    "ran",
];

impl Manner {
    /// The manner of a sentence; `permits` where one of its acts is permitted.
    pub(crate) fn of(sentence: &str, permits: bool) -> Self {
        let any = |test: &dyn Fn(&str) -> bool| words(sentence).any(test);
        if any(&is_past) && !any(&|word| listed(NOW, word)) {
            Self::Report
        } else if permits {
            Self::Offer
        } else {
            Self::Rule
        }
    }
}

/// True for "Order 7 came twice": a thing with its number, and what happened to it. It only looks like an order.
pub(crate) fn tells_of_numbered(sentence: &str) -> bool {
    let mut words = words(sentence).skip(1);
    let numbered = words.next().is_some_and(|word| word.contains(|c: char| c.is_ascii_digit()));
    let happened = |word: &str| is_past(word) || listed(&["has", "is", "are", "have"], word);
    numbered && words.next().is_some_and(happened)
}

/// True for "the door should stay open" and "every copy must be sent": what must be, somebody has to bring about.
pub(crate) fn demands(sentence: &str) -> bool {
    let mut before = "";
    words(sentence).any(|word| {
        let must = listed(&["must", "should", "shall"], before);
        before = word;
        must && listed(&["be", "stay", "remain", "get", "go", "become"], word)
    })
}

fn words(sentence: &str) -> impl Iterator<Item = &str> {
    sentence.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty())
}

fn listed(list: &[&str], word: &str) -> bool {
    list.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// The sentences of a text: a full stop inside an address ends none.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut after = text.chars();
    after.next();
    text.split_inclusive(move |c: char| {
        let next = after.next();
        matches!(c, '\n' | ';') || (matches!(c, '.' | '!' | '?') && next.is_none_or(char::is_whitespace))
    })
}

/// True for "Please find the bill attached": letters say so, and nobody has to do anything.
pub(crate) fn presents(sentence: &str) -> bool {
    const WITH: &[&str] = &["attached", "enclosed", "attachment", "herewith"];
    words(sentence).take(5).any(|word| word.eq_ignore_ascii_case("find"))
        && words(sentence).any(|word| listed(WITH, word))
}

/// True for the form of a verb that tells: "fixed" or "fixes", which opens no order.
pub(crate) fn reports(word: &str) -> bool {
    is_past(word) || (word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us"))
}

fn is_past(word: &str) -> bool {
    (word.len() > 4 && word.ends_with("ed")) || listed(PAST, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_told_from_what_may_be_and_what_is_the_rule() {
        assert_eq!(Manner::of("Your invoice for A-77 has been attached.", false), Manner::Report);
        assert_eq!(Manner::of("Code X9 with 50% added", false), Manner::Report);
        assert_eq!(Manner::of("You can get coupons from shop.example", true), Manner::Offer);
        assert_eq!(Manner::of("Bookings get copied to feed@shop.example", false), Manner::Rule);
        assert_eq!(Manner::of("Requests should be sent to a@shop.example", false), Manner::Rule);
    }

    #[test]
    fn an_address_ends_no_sentence() {
        let all: Vec<&str> = sentences("Point it at mx.shop.example. Then go; now").collect();
        assert_eq!(all, ["Point it at mx.shop.example.", " Then go;", " now"]);
    }

    #[test]
    fn a_numbered_thing_is_no_order() {
        assert!(tells_of_numbered("Order 90177 came twice."));
        assert!(!tells_of_numbered("Order K-7 and nothing else."));
        assert!(!tells_of_numbered("Order the lamp."));
        assert!(demands("The side door should stay unlocked."));
        assert!(!demands("The side door stays unlocked."));
    }
}
