//! Whatever stands in a configuration or a listing: nothing here panics, and what is told about it holds together.

use portcullis_supply::name::{Asked, KnownName, NameForms, NameIndex, distance, look_alike};
use portcullis_supply::{Ecosystem, Purl, package_of, packages_of, resemblances};
use proptest::prelude::*;

const PROGRAMS: [&str; 18] = [
    "npx", "npm", "pnpm", "yarn", "bunx", "bun", "uvx", "uv", "pipx", "pip", "python3", "docker", "cargo",
    "go", "deno", "dnx", "sh", "cmd",
];

const ECOSYSTEMS: [Ecosystem; 7] = [
    Ecosystem::Npm,
    Ecosystem::Pypi,
    Ecosystem::Oci,
    Ecosystem::Go,
    Ecosystem::Mcp,
    Ecosystem::Cargo,
    Ecosystem::Git,
];

/// Words that mean something to a launcher, and any text.
fn word() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "run",
        "exec",
        "dlx",
        "x",
        "tool",
        "install",
        "--",
        "-y",
        "-p",
        "--package=a@1",
        "--from",
        "--with",
        "-c",
        "/c",
        "-lc",
        "npx",
        "uvx",
        "docker",
        "a@b@c",
        "@s/n@1",
        "git+https://h/o/r@v1#x",
        "o/r#1",
        "h:1/i:t@sha256:0",
        "a[b]==1",
        "-itv",
        "-m",
        "$(x)",
        "\"",
        "'",
        "\\",
        "é@é",
        "&&",
        "|",
        "=",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => ".{0,20}"]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z@/._-]{0,20}", ".{0,24}"]
}

proptest! {
    #[test]
    fn any_command_line_is_read_and_every_place_can_be_cut_out(
        program in prop::sample::select(PROGRAMS.to_vec()),
        args in prop::collection::vec(word(), 0..8),
    ) {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        for found in packages_of(program, &args) {
            let argument = found.place.argument.map_or(Some(program), |index| args.get(index).copied());
            prop_assert!(argument.is_some());
            if let (Some(argument), Some(span)) = (argument, found.place.span) {
                prop_assert!(argument.get(span.clone()).is_some(), "{argument:?} {span:?}");
            }
        }
        prop_assert_eq!(package_of(program, &args).is_some(), !packages_of(program, &args).is_empty());
    }

    #[test]
    fn any_script_is_read(script in ".{0,80}") {
        let _ = packages_of("sh", &["-c", &script]);
        let _ = packages_of("cmd", &["/c", &script]);
        let _ = packages_of(&script, &[]);
    }

    #[test]
    fn a_purl_that_reads_writes_what_reads_the_same(text in "(pkg:)?[a-zA-Z@%:/?#&=.0-9_-]{0,40}") {
        if let Ok(purl) = text.parse::<Purl>() {
            let again = purl.to_string().parse::<Purl>();
            prop_assert_eq!(again, Ok(purl), "{}", text);
        }
    }

    #[test]
    fn any_two_names_can_be_compared_and_none_resembles_itself(one in name(), other in name()) {
        for ecosystem in ECOSYSTEMS {
            let (first, second) = (NameForms::new(ecosystem, &one), NameForms::new(ecosystem, &other));
            let _ = look_alike(&first, &second);
            prop_assert_eq!(look_alike(&first, &first), None);
            let _ = resemblances(ecosystem, &Asked { name: &one, publisher: Some(&other) });
        }
    }

    #[test]
    fn the_distance_is_the_same_from_both_sides(one in "[a-d]{0,8}", other in "[a-d]{0,8}") {
        prop_assert_eq!(distance(&one, &other, 8), distance(&other, &one, 8));
    }

    /// The index may not hide what a comparison of the two names sees.
    #[test]
    fn the_index_finds_every_slip(known in "[a-f]{5,14}", at in 0_usize..14, letter in "[a-z]", slip in 0_usize..4) {
        let mut letters: Vec<char> = known.chars().collect();
        let at = at % letters.len();
        let letter = letter.chars().next().unwrap_or('x');
        match slip {
            0 => { letters.remove(at); }
            1 => letters.insert(at, letter),
            2 => letters[at] = letter,
            _ => letters.swap(at, (at + 1) % known.len()),
        }
        let asked: String = letters.into_iter().collect();
        let known_name = KnownName { name: known.clone(), publisher: None, standing: None };
        let index = NameIndex::new(Ecosystem::Npm, vec![known_name]);
        let direct = look_alike(&NameForms::new(Ecosystem::Npm, &asked), &NameForms::new(Ecosystem::Npm, &known));
        let hits = index.closest(&Asked { name: &asked, publisher: None });
        prop_assert_eq!(hits.first().map(|hit| &hit.look), direct.as_ref(), "{} {}", asked, known);
    }
}
