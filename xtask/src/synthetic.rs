//! Listings that never were, with the marginals that arXiv 2510.16558 published, and what was planted in them: a survey of
//! them must find exactly that. The same on every run.
//!
//! Published are the shares and counts below. How many listings each registry had is not: the sizes here are chosen so that
//! shares and totals agree (1,379 invalid links, 67,057 listings).

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::Crc;

/// One registry of Tables III and IV: listings; invalid, empty and without a README; of the invalid those whose account
/// anybody may register; redirected links whose old account is free, and those of them with a server under the new one.
struct Shape {
    registry: &'static str,
    listings: usize,
    invalid: usize,
    empty: usize,
    no_readme: usize,
    claimable: usize,
    redirected: usize,
    leaked: usize,
}

const SHAPES: [Shape; 6] = [
    shape("mcp.so", 14_900, [1006, 10, 155, 111, 98, 9]),
    shape("mcp-market", 11_000, [363, 0, 32, 95, 50, 0]),
    shape("mcp-store", 2_300, [4, 98, 233, 5, 155, 0]),
    shape("pulsemcp", 4_300, [6, 2, 74, 1, 1, 0]),
    shape("smithery", 5_900, [0; 6]),
    shape("npm", 28_657, [0; 6]),
];

const fn shape(registry: &'static str, listings: usize, planted: [usize; 6]) -> Shape {
    let [invalid, empty, no_readme, claimable, redirected, leaked] = planted;
    Shape { registry, listings, invalid, empty, no_readme, claimable, redirected, leaked }
}

/// The listings of all registries together.
pub(crate) const PUBLISHED: usize = 67_057;
/// Groups of packages whose names differ by an affix, and those of them whose packages have different maintainers.
const AFFIX_GROUPS: usize = 408;
const FOREIGN_GROUPS: usize = 329;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// When a package was published, and when what has nearly its name came: who is later may imitate.
const PUBLISHED_FIRST: &str = "2025-03-01T00:00:00Z";
const PUBLISHED_LATER: &str = "2025-09-01T00:00:00Z";

const FIRST_LOOK: &str = "2026-06-01T00:00:00Z";
const SECOND_LOOK: &str = "2026-06-03T00:00:00Z";

/// What was written, by kind of what was planted.
pub(crate) struct Planted {
    pub(crate) listings: usize,
    pub(crate) observations: usize,
    pub(crate) truth: usize,
}

struct Files {
    listings: BufWriter<File>,
    probes: BufWriter<File>,
    truth: BufWriter<File>,
    planted: Planted,
}

/// `synthetic FOLDER [LISTINGS]`.
pub(crate) fn run(folder: &str, rest: &[&str]) -> Result<(), String> {
    let listings = match rest {
        [] => PUBLISHED,
        [number] => number.parse().map_err(|_| format!("`{number}` is no number of listings"))?,
        _ => return Err(String::from("synthetic FOLDER [LISTINGS]")),
    };
    let planted = write(Path::new(folder), listings)?;
    println!(
        "{} listings, {} observations, {} planted",
        planted.listings, planted.observations, planted.truth
    );
    Ok(())
}

/// Writes `listings.jsonl`, `probes.jsonl` and `truth.tsv` (registry, name, what was planted) into a folder. `listings` is how
/// many there shall be: counts grow and shrink with it.
pub(crate) fn write(folder: &Path, listings: usize) -> Result<Planted, String> {
    let fault = |error: io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(fault)?;
    let open =
        |name: &str| File::create(folder.join(name)).map(|file| BufWriter::with_capacity(1 << 20, file));
    let mut files = Files {
        listings: open("listings.jsonl").map_err(fault)?,
        probes: open("probes.jsonl").map_err(fault)?,
        truth: open("truth.tsv").map_err(fault)?,
        planted: Planted { listings: 0, observations: 0, truth: 0 },
    };
    let scaled = |count: usize| (count * listings).div_ceil(PUBLISHED).min(listings);
    for shape in &SHAPES {
        registry(shape, &scaled, &mut files).map_err(fault)?;
    }
    for file in [&mut files.listings, &mut files.probes, &mut files.truth] {
        file.flush().map_err(fault)?;
    }
    Ok(files.planted)
}

fn registry(shape: &Shape, scaled: &dyn Fn(usize) -> usize, files: &mut Files) -> io::Result<()> {
    match shape.registry {
        "npm" => packages(scaled(shape.listings), scaled, files),
        _ => linked(shape, scaled, files),
    }
}

/// Listings that link to repositories. Fates follow one another in the order of the numbers; names hide the order.
fn linked(shape: &Shape, scaled: &dyn Fn(usize) -> usize, files: &mut Files) -> io::Result<()> {
    let claimable = scaled(shape.claimable);
    let gone = claimable + scaled(shape.invalid).saturating_sub(claimable);
    let empty = gone + scaled(shape.empty);
    let no_readme = empty + scaled(shape.no_readme);
    let redirected = no_readme + scaled(shape.redirected);
    let leaked = redirected + scaled(shape.leaked);
    for number in 0..scaled(shape.listings) {
        let fate = match number {
            _ if number < claimable => "maintainer-hijackable",
            _ if number < gone => "dead-link",
            _ if number < empty => "empty-repository",
            _ if number < no_readme => "no-readme",
            _ if number < redirected => "redirection-hijackable",
            _ if number < leaked => "leaked-credential",
            _ => "",
        };
        listing(shape.registry, number, fate, files)?;
    }
    Ok(())
}

fn listing(registry: &str, number: usize, fate: &str, files: &mut Files) -> io::Result<()> {
    let core = word(registry, number);
    // Accounts of what is planted own one listing; others own three each, as accounts do, and none of what is planted.
    let owner = if fate.is_empty() {
        format!("own-{}", word(registry, number / 3))
    } else {
        format!("was-{}", word(registry, number))
    };
    let name = format!("{owner}/{core}");
    let link = format!("https://github.com/{owner}/{core}");
    let config = if fate == "leaked-credential" {
        let body: String = (0..5).map(|part| letters(number * 5 + part)).collect();
        let config = format!(
            ",\"config\":\"{{\\\"mcpServers\\\":{{\\\"{core}\\\":{{\\\"env\\\":{{\\\"GITHUB_TOKEN\\\":\\\"{}\\\"}}}}}}}}\"",
            token(&body)
        );
        config
    } else {
        String::new()
    };
    writeln!(
        files.listings,
        "{{\"registry\":\"{registry}\",\"name\":\"{name}\",\"repository\":\"{link}\",\"publisher\":\"{owner}\"{config},\"seen\":\"{FIRST_LOOK}\"}}"
    )?;
    files.planted.listings += 1;
    match fate {
        "maintainer-hijackable" => {
            observed(&link, "absent", "", files)?;
            observed(&format!("github-account:{owner}"), "absent", "", files)?;
        }
        "dead-link" => {
            observed(&link, "absent", "", files)?;
            observed(&format!("github-account:{owner}"), "present", "\"id\":\"1\"", files)?;
        }
        "redirection-hijackable" => {
            let moved = format!("\"moved-to\":\"https://github.com/new-{owner}/{core}\"");
            observed(&link, "moved", &moved, files)?;
            observed(&format!("github-account:{owner}"), "absent", "", files)?;
        }
        "empty-repository" => observed(&link, "empty", "", files)?,
        "no-readme" => observed(&link, "present", "\"readme\":\"no\"", files)?,
        _ => {
            observed(&link, "present", "\"readme\":\"yes\"", files)?;
            observed(&format!("github-account:{owner}"), "present", "", files)?;
        }
    }
    truth(registry, &name, fate, files)
}

/// Packages of npm: groups that differ by an affix, and names that resemble no other.
fn packages(count: usize, scaled: &dyn Fn(usize) -> usize, files: &mut Files) -> io::Result<()> {
    let (groups, foreign) = (scaled(AFFIX_GROUPS), scaled(FOREIGN_GROUPS));
    for group in 0..groups {
        let core = word("group", group);
        let both = [(format!("mcp-{core}"), PUBLISHED_FIRST), (format!("{core}-mcp"), PUBLISHED_LATER)];
        for (place, (name, published)) in both.iter().enumerate() {
            let publisher = if group < foreign { format!("by-{core}-{place}") } else { format!("by-{core}") };
            package(name, &publisher, published, files)?;
            let is_foreign = group < foreign;
            truth("npm", name, if is_foreign { "affix-group-foreign" } else { "affix-group-own" }, files)?;
            if is_foreign && place > 0 {
                truth("npm", name, "look-alike", files)?;
            }
        }
    }
    for number in 2 * groups..count {
        let (name, publisher) =
            (format!("mcp-{}", word("npm", number)), format!("by-{}", word("npm", number / 2)));
        package(&name, &publisher, PUBLISHED_FIRST, files)?;
    }
    Ok(())
}

fn package(name: &str, publisher: &str, published: &str, files: &mut Files) -> io::Result<()> {
    files.planted.listings += 1;
    writeln!(
        files.listings,
        "{{\"registry\":\"npm\",\"name\":\"{name}\",\"packages\":[{{\"type\":\"npm\",\"name\":\"{name}\"}}],\"publisher\":\"{publisher}\",\"published\":\"{published}\",\"seen\":\"{FIRST_LOOK}\"}}"
    )?;
    observed(&format!("npm:{name}"), "present", "", files)
}

fn observed(subject: &str, status: &str, facts: &str, files: &mut Files) -> io::Result<()> {
    for seen in [FIRST_LOOK, SECOND_LOOK] {
        files.planted.observations += 1;
        writeln!(
            files.probes,
            "{{\"subject\":\"{subject}\",\"seen\":\"{seen}\",\"status\":\"{status}\",\"facts\":{{{facts}}}}}"
        )?;
    }
    Ok(())
}

fn truth(registry: &str, name: &str, fate: &str, files: &mut Files) -> io::Result<()> {
    if fate.is_empty() {
        return Ok(());
    }
    files.planted.truth += 1;
    writeln!(files.truth, "{registry}\t{name}\t{fate}")
}

/// A token in the form that GitHub gives out, with its checksum; it was never given out.
fn token(body: &str) -> String {
    let mut crc = Crc::new();
    crc.update(body.as_bytes());
    let mut sum = crc.sum() as usize;
    let mut digits = ['0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS.get(sum % 62).copied().map_or('0', char::from);
        sum /= 62;
    }
    format!("ghp_{body}{}", digits.iter().collect::<String>())
}

/// Six letters and digits that look drawn at random, the same for the same number.
fn letters(number: usize) -> String {
    let mut bits = (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ bits >> 31).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (0..6)
        .map(|at| DIGITS.get((bits >> (at * 9)) as usize % DIGITS.len()).copied().map_or('0', char::from))
        .collect()
}

/// A word that stands for a number and resembles that of no other: five syllables of a permuted number, so that neighbours
/// differ in most of them.
fn word(salt: &str, number: usize) -> String {
    const FIRST: &[u8] = b"bdfghjklmnprstvz";
    const SECOND: &[u8] = b"aeiouy";
    let salt = salt
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3));
    let mut bits = (number as u64 ^ salt).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ bits >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits ^= bits >> 32;
    let mut word = String::with_capacity(12);
    for _ in 0..6 {
        let (first, second) = (bits as usize % FIRST.len(), (bits >> 8) as usize % SECOND.len());
        word.extend(
            [FIRST, SECOND]
                .iter()
                .zip([first, second])
                .filter_map(|(letters, at)| letters.get(at))
                .map(|letter| char::from(*letter)),
        );
        bits = bits.rotate_right(11).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_totals_are_those_that_were_published() {
        assert_eq!(SHAPES.iter().map(|shape| shape.listings).sum::<usize>(), PUBLISHED);
        assert_eq!(SHAPES.iter().map(|shape| shape.invalid).sum::<usize>(), 1379);
        assert_eq!(SHAPES.iter().map(|shape| shape.claimable).sum::<usize>(), 212);
        assert_eq!(SHAPES.iter().map(|shape| shape.redirected).sum::<usize>(), 304);
        for (registry, invalid, empty, no_readme) in [
            ("mcp.so", 6.75, 0.07, 1.04),
            ("mcp-market", 3.30, 0.0, 0.29),
            ("mcp-store", 0.18, 4.25, 10.11),
            ("pulsemcp", 0.14, 0.04, 1.73),
        ] {
            let shape = SHAPES.iter().find(|shape| shape.registry == registry).unwrap();
            let share = |count: usize| (count as f64 * 10_000.0 / shape.listings as f64).round() / 100.0;
            for (count, published) in
                [(shape.invalid, invalid), (shape.empty, empty), (shape.no_readme, no_readme)]
            {
                assert!((share(count) - published).abs() < 0.03, "{registry}: {} {published}", share(count));
            }
        }
    }

    #[test]
    fn words_of_neighbours_are_not_alike() {
        let mut words: Vec<String> = (0..20_000).map(|number| word("npm", number)).collect();
        words.sort();
        words.dedup();
        assert_eq!(words.len(), 20_000);
    }
}
