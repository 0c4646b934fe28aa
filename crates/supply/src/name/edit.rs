//! How far two words are apart, and by which slip of the hand.

use std::fmt;

/// The one slip that makes a word of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// A letter is left out.
    Omitted(char),
    /// A letter is written twice.
    Repeated(char),
    /// Two neighbouring letters have changed places.
    Swapped(char, char),
    /// A letter is put in.
    Inserted(char),
    /// A letter stands in place of its neighbour on the keyboard.
    KeyboardNeighbour(char, char),
    /// A vowel stands in place of another.
    VowelSwapped(char, char),
    /// A letter stands in place of one whose code differs in one bit.
    BitFlip(char, char),
    /// A letter stands in place of another.
    Replaced(char, char),
    /// An `s` at the end is there or not.
    Plural,
    /// A digit is there or not, or is another.
    Numeral,
    /// More than one slip.
    Several,
}

impl fmt::Display for Operation {
    /// What happened to the known word, to stand behind "is `known` with".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operation::Omitted(letter) => write!(f, "`{letter}` left out"),
            Operation::Repeated(letter) => write!(f, "`{letter}` written twice"),
            Operation::Swapped(one, other) => write!(f, "`{one}` and `{other}` swapped"),
            Operation::Inserted(letter) => write!(f, "`{letter}` put in"),
            Operation::KeyboardNeighbour(new, old) => {
                write!(f, "`{new}` in place of `{old}`, its neighbour on the keyboard")
            }
            Operation::VowelSwapped(new, old)
            | Operation::BitFlip(new, old)
            | Operation::Replaced(new, old) => {
                write!(f, "`{new}` in place of `{old}`")
            }
            Operation::Plural => f.write_str("its final `s` changed"),
            Operation::Numeral => f.write_str("a digit changed"),
            Operation::Several => f.write_str("two letters changed"),
        }
    }
}

/// Words longer than this are not compared letter by letter.
const LENGTH_LIMIT: usize = 100;

/// The number of letters to leave out, put in, replace or swap with a neighbour to turn `one` into `other` (optimal
/// string alignment). `None` when it is more than `limit`, or when a word is longer than 100 characters.
#[must_use]
pub fn distance(one: &str, other: &str, limit: usize) -> Option<usize> {
    if one.is_ascii() && other.is_ascii() && one.len().abs_diff(other.len()) > limit {
        return None;
    }
    let one: Vec<char> = one.chars().take(LENGTH_LIMIT + 1).collect();
    let other: Vec<char> = other.chars().take(LENGTH_LIMIT + 1).collect();
    if one.len().max(other.len()) > LENGTH_LIMIT || one.len().abs_diff(other.len()) > limit {
        return None;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let mut previous: Option<char> = None;
    for (row, &letter) in one.iter().enumerate() {
        let current = next_row(letter, previous, row, &other, &last, &before_last);
        if current.iter().min().is_some_and(|&least| least > limit) {
            return None;
        }
        before_last = std::mem::replace(&mut last, current);
        previous = Some(letter);
    }
    last.last().copied().filter(|&found| found <= limit)
}

/// One row of the alignment table.
fn next_row(
    letter: char,
    previous: Option<char>,
    row: usize,
    other: &[char],
    last: &[usize],
    before_last: &[usize],
) -> Vec<usize> {
    let mut current = Vec::with_capacity(last.len());
    current.push(row + 1);
    let mut left = row + 1;
    let mut passed: Option<char> = None;
    for (column, &target) in other.iter().enumerate() {
        let at = |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(usize::MAX - 1);
        let replaced = at(last, column) + usize::from(letter != target);
        let mut least = replaced.min(left + 1).min(at(last, column + 1) + 1);
        if previous == Some(target) && passed == Some(letter) {
            least = least.min(at(before_last, column.wrapping_sub(1)) + 1);
        }
        current.push(least);
        left = least;
        passed = Some(target);
    }
    current
}

/// Which slip turns `known` into `asked`; they must be one step apart for anything but [`Operation::Several`].
pub(super) fn operation(asked: &str, known: &str) -> Operation {
    let (asked, known): (Vec<char>, Vec<char>) = (asked.chars().collect(), known.chars().collect());
    let prefix = asked.iter().zip(&known).take_while(|(one, other)| one == other).count();
    let (asked_rest, known_rest) =
        (asked.get(prefix..).unwrap_or_default(), known.get(prefix..).unwrap_or_default());
    let suffix =
        asked_rest.iter().rev().zip(known_rest.iter().rev()).take_while(|(one, other)| one == other).count();
    let before = prefix.checked_sub(1).and_then(|index| known.get(index)).copied();
    let at_end = suffix == 0;
    let middle = |rest: &[char]| -> Vec<char> { rest.iter().take(rest.len() - suffix).copied().collect() };
    match (middle(asked_rest).as_slice(), middle(known_rest).as_slice()) {
        ([], ['s']) | (['s'], []) if at_end && before != Some('s') => Operation::Plural,
        ([], [digit]) | ([digit], []) if digit.is_ascii_digit() => Operation::Numeral,
        ([], [letter]) => Operation::Omitted(*letter),
        ([letter], []) if before == Some(*letter) => Operation::Repeated(*letter),
        ([letter], []) => Operation::Inserted(*letter),
        ([new], [old]) => replacement(*new, *old),
        ([one, two], [three, four]) if one == four && two == three => Operation::Swapped(*three, *four),
        _ => Operation::Several,
    }
}

fn replacement(new: char, old: char) -> Operation {
    let is_vowel = |letter: char| "aeiouy".contains(letter);
    if new.is_ascii_digit() && old.is_ascii_digit() {
        Operation::Numeral
    } else if is_vowel(new) && is_vowel(old) {
        Operation::VowelSwapped(new, old)
    } else if are_keyboard_neighbours(new, old) {
        Operation::KeyboardNeighbour(new, old)
    } else if new.is_ascii() && old.is_ascii() && (u32::from(new) ^ u32::from(old)).is_power_of_two() {
        Operation::BitFlip(new, old)
    } else {
        Operation::Replaced(new, old)
    }
}

/// True for keys that touch on a keyboard with the letters of the first row in the order `qwerty`.
fn are_keyboard_neighbours(one: char, other: char) -> bool {
    const ROWS: [&str; 4] = ["1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let place = |letter: char| {
        ROWS.iter().enumerate().find_map(|(row, keys)| keys.find(letter).map(|column| (row, column)))
    };
    let (Some(one), Some(other)) = (place(one), place(other)) else { return false };
    let (upper, lower) = if one.0 <= other.0 { (one, other) } else { (other, one) };
    match lower.0 - upper.0 {
        0 => upper.1.abs_diff(lower.1) == 1,
        // Each row lies half a key to the right of the one above it.
        1 => upper.1 == lower.1 || upper.1 == lower.1 + 1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_of_neighbours_counts_once() {
        assert_eq!(distance("github", "githbu", 2), Some(1));
        assert_eq!(distance("github", "gihtbu", 2), Some(2));
        assert_eq!(distance("github", "gitlab", 2), Some(2));
        assert_eq!(distance("github", "gitlab", 1), None);
        assert_eq!(distance("", "ab", 2), Some(2));
        assert_eq!(distance("abc", "abc", 0), Some(0));
        assert_eq!(distance("ca", "abc", 3), Some(3));
        assert_eq!(distance(&"a".repeat(101), "a", 200), None);
    }

    #[test]
    fn every_slip_has_its_name() {
        let slips = [
            ("githb", "github", Operation::Omitted('u')),
            ("githhub", "github", Operation::Repeated('h')),
            ("githbu", "github", Operation::Swapped('u', 'b')),
            ("giithub", "github", Operation::Repeated('i')),
            ("gitxhub", "github", Operation::Inserted('x')),
            ("guthub", "github", Operation::VowelSwapped('u', 'i')),
            ("hithub", "github", Operation::KeyboardNeighbour('h', 'g')),
            ("gidhub", "github", Operation::BitFlip('d', 't')),
            ("gizhub", "github", Operation::Replaced('z', 't')),
            ("githubs", "github", Operation::Plural),
            ("urllib", "urllib3", Operation::Numeral),
            ("xxthub", "github", Operation::Several),
        ];
        for (asked, known, expected) in slips {
            assert_eq!(operation(asked, known), expected, "{asked}");
        }
        assert_eq!(Operation::Swapped('u', 'b').to_string(), "`u` and `b` swapped");
    }
}
