//! Versions and ranges as npm reads them. Written anew after its own reader, because the order in which that one rewrites
//! a range decides what odd ranges mean, and because a range may be a stranger's: nothing here can panic.

use std::cmp::Ordering;

/// Longer versions and ranges are none.
const LONGEST: usize = 256;
/// The largest number of a version: what JavaScript counts exactly to.
const LARGEST: u64 = (1 << 53) - 1;
/// A range with more parts is none.
const MOST_PARTS: usize = 1000;

/// A semantic version. What stands behind `+` counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NpmVersion {
    numbers: [u64; 3],
    /// What stands behind `-`; empty for a release.
    pre: Vec<String>,
}

impl NpmVersion {
    /// Reads a version, with or without a `v` before it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > LONGEST {
            return None;
        }
        let partial = Partial::read(text.strip_prefix('v').unwrap_or(text))?;
        match partial.numbers {
            [Some(major), Some(minor), Some(patch)] => {
                Some(Self { numbers: [major, minor, patch], pre: partial.pre })
            }
            _ => None,
        }
    }

    const fn release(major: u64, minor: u64, patch: u64) -> Self {
        Self { numbers: [major, minor, patch], pre: Vec::new() }
    }

    /// The lowest version of these numbers, before every pre-release.
    fn lowest(major: u64, minor: u64, patch: u64) -> Self {
        Self { numbers: [major, minor, patch], pre: vec![String::from("0")] }
    }

    /// True for versions such as `1.2.3-beta.1`.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        !self.pre.is_empty()
    }
}

impl PartialOrd for NpmVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NpmVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        let numbers = self.numbers.cmp(&other.numbers);
        numbers.then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => {
                let parts = self.pre.iter().zip(&other.pre).map(|(left, right)| compare_parts(left, right));
                let differing = parts.into_iter().find(|order| order.is_ne());
                differing.unwrap_or_else(|| self.pre.len().cmp(&other.pre.len()))
            }
        })
    }
}

/// Numbers by value and before words; words by their bytes.
fn compare_parts(left: &str, right: &str) -> Ordering {
    match (is_number(left), is_number(right)) {
        (true, true) => left.len().cmp(&right.len()).then_with(|| left.cmp(right)),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => left.cmp(right),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A version of which parts may be left open: `1`, `1.x`, `1.2.3-beta`.
struct Partial {
    /// `None` for a part that is left open.
    numbers: [Option<u64>; 3],
    pre: Vec<String>,
}

impl Partial {
    /// Reads `1.2.3-pre+build` with open or missing parts.
    fn read(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut numbers = [None; 3];
        for (index, number) in numbers.iter_mut().enumerate() {
            if index > 0 {
                match rest.strip_prefix('.') {
                    Some(behind) => rest = behind,
                    None if rest.is_empty() => break,
                    None => return None,
                }
            }
            let end = rest.find(['.', '-', '+']).unwrap_or(rest.len());
            let (part, behind) = rest.split_at_checked(end)?;
            *number = number_or_open(part)?;
            rest = behind;
            if index < 2 && !(rest.is_empty() || rest.starts_with('.')) {
                return None;
            }
        }
        let (rest, build) = rest.split_once('+').map_or((rest, None), |(rest, build)| (rest, Some(build)));
        if build.is_some_and(|build| !build.split('.').all(is_identifier)) {
            return None;
        }
        let pre = match rest.strip_prefix('-') {
            Some(pre) => pre.split('.').map(str::to_owned).collect(),
            None if rest.is_empty() => Vec::new(),
            None => return None,
        };
        let sound = |part: &String| is_identifier(part) && !(is_number(part) && has_leading_zero(part));
        pre.iter().all(sound).then_some(Self { numbers, pre })
    }

    fn is_whole(&self) -> bool {
        self.numbers.iter().all(Option::is_some)
    }

    /// True when a stated number follows an open one, as in `1.x.3`.
    fn is_out_of_order(&self) -> bool {
        let [major, minor, patch] = self.numbers.map(|number| number.is_some());
        (!major && minor) || (!minor && patch)
    }

    /// Its numbers up to the first open one, zeros behind.
    fn floor(&self) -> [u64; 3] {
        let mut floor = [0; 3];
        for (part, number) in floor.iter_mut().zip(self.numbers.iter().map_while(|number| *number)) {
            *part = number;
        }
        floor
    }

    /// How many numbers stand before the first open one.
    fn stated(&self) -> usize {
        self.numbers.iter().take_while(|number| number.is_some()).count()
    }

    fn version(&self) -> NpmVersion {
        NpmVersion { numbers: self.floor(), pre: if self.is_whole() { self.pre.clone() } else { Vec::new() } }
    }

    /// The lowest version that has a larger number at this place, counted from 0; none when there is no larger number.
    fn above(&self, place: usize) -> Option<NpmVersion> {
        let [major, minor, patch] = self.floor();
        let (number, above) = match place {
            0 => (major, NpmVersion::lowest(major + 1, 0, 0)),
            1 => (minor, NpmVersion::lowest(major, minor + 1, 0)),
            _ => (patch, NpmVersion::lowest(major, minor, patch + 1)),
        };
        (number < LARGEST).then_some(above)
    }
}

/// A number, or `Some(None)` for one that is left open; `None` for anything else.
fn number_or_open(part: &str) -> Option<Option<u64>> {
    if matches!(part, "x" | "X" | "*") {
        return Some(None);
    }
    if !is_number(part) || has_leading_zero(part) {
        return None;
    }
    part.parse().ok().filter(|number| *number <= LARGEST).map(Some)
}

fn has_leading_zero(part: &str) -> bool {
    part.len() > 1 && part.starts_with('0')
}

fn is_identifier(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// One comparison that a version has to pass.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Comparator {
    operator: Operator,
    version: NpmVersion,
}

impl Comparator {
    fn passes(&self, version: &NpmVersion) -> bool {
        let order = version.cmp(&self.version);
        match self.operator {
            Operator::Equal => order.is_eq(),
            Operator::Less => order.is_lt(),
            Operator::AtMost => order.is_le(),
            Operator::Greater => order.is_gt(),
            Operator::AtLeast => order.is_ge(),
        }
    }
}

/// A range of versions such as `^1.2.3 || >=3 <4`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NpmRange {
    /// A version has to pass all comparisons of one of these. One without comparisons is passed by every release.
    alternatives: Vec<Vec<Comparator>>,
}

impl NpmRange {
    /// Reads a range; none when npm refuses it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST * 16 {
            return None;
        }
        let parts = text.split("||").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
        let mut alternatives = parts.map(|part| alternative(&part)).collect::<Option<Vec<_>>>()?;
        // Whoever takes everything takes it without pre-releases, whatever stands beside it.
        if alternatives.len() > 1 && alternatives.iter().any(Vec::is_empty) {
            alternatives = vec![Vec::new()];
        }
        Some(Self { alternatives })
    }

    /// True when npm would take this version for the range. A pre-release is taken only where the range names one of the
    /// same three numbers.
    #[must_use]
    pub fn admits(&self, version: &NpmVersion) -> bool {
        self.alternatives.iter().any(|comparators| {
            let names_it = |comparator: &Comparator| {
                comparator.version.is_prerelease() && comparator.version.numbers == version.numbers
            };
            comparators.iter().all(|comparator| comparator.passes(version))
                && (!version.is_prerelease() || comparators.iter().any(names_it))
        })
    }
}

fn alternative(text: &str) -> Option<Vec<Comparator>> {
    let text = &without_builds(text);
    let mut comparators = Vec::new();
    if let Some((from, to)) = text.split_once(" - ")
        && let (Some(from), Some(to)) = (partial(from), partial(to))
    {
        // npm puts an operator before a whole version as it stands, and two of them are none.
        let doubled = |end: &Partial, text: &str| end.is_whole() && text.contains('=');
        let (first, last) = text.split_once(" - ")?;
        if doubled(&from, first) || (to.pre.is_empty() && doubled(&to, last)) {
            return None;
        }
        between(&from, &to, &mut comparators)?;
    } else {
        for part in joined(text).split(' ').filter(|part| !part.is_empty()).take(MOST_PARTS) {
            comparison(part, &mut comparators)?;
        }
    }
    let everything = Comparator { operator: Operator::AtLeast, version: NpmVersion::release(0, 0, 0) };
    let nothing = Comparator { operator: Operator::Less, version: NpmVersion::lowest(0, 0, 0) };
    if comparators.contains(&nothing) {
        return Some(vec![nothing]);
    }
    comparators.retain(|comparator| *comparator != everything);
    Some(comparators)
}

/// A range without what stands behind each `+`, as npm takes it out before it reads on.
fn without_builds(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('+') {
        out.push_str(before);
        let of_build = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
        if !behind.starts_with(of_build) {
            out.push('+');
        }
        rest = behind.trim_start_matches(of_build);
        while let Some(more) = rest.strip_prefix('.').filter(|more| more.starts_with(of_build)) {
            rest = more.trim_start_matches(of_build);
        }
        if !behind.starts_with(of_build) {
            rest = behind;
        }
    }
    out + rest
}

/// Operators with the blanks behind them taken out, where a version follows.
fn joined(text: &str) -> String {
    let mut out = String::new();
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.next() {
        out.push_str(word);
        let is_open = word.ends_with(['<', '>', '=', '^']) || word.ends_with('~');
        let follows = words.peek().is_some_and(|next| {
            next.starts_with(|sign: char| {
                sign.is_ascii_digit() || matches!(sign, 'v' | 'x' | 'X' | '*' | '=')
            })
        });
        let is_lone = word.trim_start_matches(['<', '>', '=', '^', '~']).is_empty();
        if !(is_open && is_lone && follows) {
            out.push(' ');
        }
    }
    out
}

/// A version with open parts behind any `v` and `=`.
fn partial(text: &str) -> Option<Partial> {
    Partial::read(text.trim_start_matches(['v', '=']))
}

/// `1.2 - 2`
fn between(from: &Partial, to: &Partial, comparators: &mut Vec<Comparator>) -> Option<()> {
    if from.stated() > 0 {
        comparators.push(Comparator { operator: Operator::AtLeast, version: from.version() });
    }
    match to.stated() {
        0 => {}
        3 => comparators.push(Comparator { operator: Operator::AtMost, version: to.version() }),
        stated => comparators.push(Comparator { operator: Operator::Less, version: to.above(stated - 1)? }),
    }
    Some(())
}

/// One word of a range, as the comparisons that it stands for.
fn comparison(word: &str, comparators: &mut Vec<Comparator>) -> Option<()> {
    let mut push = |operator, version| comparators.push(Comparator { operator, version });
    if let Some(rest) = word.strip_prefix('^') {
        let from = partial(rest)?;
        if let Some(place) = caret_place(&from) {
            push(Operator::AtLeast, from.version());
            push(Operator::Less, from.above(place)?);
        }
        return Some(());
    }
    if let Some(rest) = word.strip_prefix('~') {
        let from = partial(rest.strip_prefix('>').unwrap_or(rest))?;
        if let Some(last) = from.stated().checked_sub(1) {
            push(Operator::AtLeast, from.version());
            push(Operator::Less, from.above(last.min(1))?);
        }
        return Some(());
    }
    let length = word.find(|sign| !matches!(sign, '<' | '>')).unwrap_or(word.len()).min(1);
    let (sign, rest) = word.split_at_checked(length)?;
    let (equal, rest) = rest.strip_prefix('=').map_or((false, rest), |rest| (true, rest));
    let to = partial(rest)?;
    if to.is_whole() {
        // Before a whole version at most one `v` and no second `=` stands.
        Partial::read(rest.strip_prefix('v').unwrap_or(rest))?;
        let operator = match (sign, equal) {
            ("<", false) => Operator::Less,
            ("<", true) => Operator::AtMost,
            (">", false) => Operator::Greater,
            (">", true) => Operator::AtLeast,
            _ => Operator::Equal,
        };
        push(operator, to.version());
        return Some(());
    }
    if to.is_out_of_order() {
        return None;
    }
    let Some(last) = to.stated().checked_sub(1) else {
        if !sign.is_empty() && !equal {
            push(Operator::Less, NpmVersion::lowest(0, 0, 0));
        }
        return Some(());
    };
    let floor = || NpmVersion { pre: Vec::new(), ..to.version() };
    match (sign, equal) {
        ("<", false) => push(Operator::Less, NpmVersion { pre: vec![String::from("0")], ..floor() }),
        ("<", true) => push(Operator::Less, to.above(last)?),
        (">", false) => push(Operator::AtLeast, NpmVersion { pre: Vec::new(), ..to.above(last)? }),
        (">", true) => push(Operator::AtLeast, floor()),
        _ => {
            push(Operator::AtLeast, floor());
            push(Operator::Less, to.above(last)?);
        }
    }
    Some(())
}

/// The place that `^` lets no larger number in; none when everything is let in.
fn caret_place(from: &Partial) -> Option<usize> {
    let [major, minor, _] = from.floor();
    match from.stated() {
        0 => None,
        1 => Some(0),
        _ if major > 0 => Some(0),
        2 => Some(1),
        _ if minor > 0 => Some(1),
        _ => Some(2),
    }
}
