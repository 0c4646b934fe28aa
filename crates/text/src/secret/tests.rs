//! Tokens for these tests are drawn here, so that the repository holds none.

#![allow(clippy::string_slice)] // a test may panic

use std::borrow::Cow;

use proptest::prelude::*;

use super::provider::{Check, Part, Provider};
use super::*;

/// A small generator of numbers: tests want the same tokens every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as usize
    }

    fn draw(&mut self, alphabet: alphabet::Alphabet, length: usize) -> String {
        let letters: Vec<u8> = (b' '..0x7F)
            .filter(|&byte| alphabet.contains(byte) && (length < 3 || !b"=%-._".contains(&byte)))
            .collect();
        (0..length).map(|_| char::from(letters[self.next() % letters.len()])).collect()
    }
}

fn token_of(provider: &Provider, dice: &mut Dice) -> String {
    if provider.check == Check::JsonWebToken {
        // {"alg":"HS256"} and {"sub":"u-77","iat":1}
        return ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJ1LTc3IiwiaWF0IjoxfQ", &dice.draw(alphabet::BASE62, 43)]
            .join(".");
    }
    let mut token = dice.draw(provider.lead_alphabet, provider.lead.0);
    token.push_str(provider.literal);
    for part in provider.rest {
        match part {
            Part::Literal(text) => token.push_str(text),
            Part::Run(alphabet, least, _) => token.push_str(&dice.draw(*alphabet, *least)),
        }
    }
    if provider.check == Check::Crc32Base62 {
        let body = &token[provider.literal.len()..token.len() - 6];
        token = format!("{}{body}{}", provider.literal, checksum::crc32_base62(body));
    }
    token
}

fn named(kind: &str, value: &str) -> String {
    format!("the {kind} is `{value}`, keep it")
}

#[test]
fn more_than_a_hundred_kinds_of_token_are_known_and_none_twice() {
    let mut ids: Vec<&str> = PROVIDERS.iter().map(|provider| provider.kind.id).collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all);
    assert!(all > 100, "{all}");
}

#[test]
fn a_token_of_every_provider_is_found_and_redacted_and_its_stump_is_not() {
    let mut dice = Dice(7);
    for provider in PROVIDERS {
        let token = token_of(provider, &mut dice);
        let text = named("value", &token);
        let hits = find(&text);
        assert_eq!(hits.len(), 1, "{}: {token}", provider.kind.id);
        assert_eq!(&text[hits[0].span.start..hits[0].span.end], token, "{}", provider.kind.id);
        let same_shape = hits[0].kind.id == provider.kind.id
            || PROVIDERS.iter().any(|other| {
                other.kind.id == hits[0].kind.id
                    && (token.starts_with(other.literal) || token.contains(other.literal))
            });
        assert!(same_shape, "{} taken for {}", provider.kind.id, hits[0].kind.id);
        let redacted = redact(&text);
        assert!(!redacted.contains(&token), "{redacted}");
        assert!(redacted.contains(hits[0].kind.title), "{redacted}");
        assert!(find(&redacted).is_empty(), "{redacted}");
        let stump = &token[..provider.literal.len().max(token.len() / 3).min(12)];
        assert!(find(&named("value", stump)).is_empty(), "{}: {stump}", provider.kind.id);
    }
}

#[test]
fn a_checksum_makes_certain_and_its_lack_does_not_hide_the_token() {
    let mut dice = Dice(11);
    for provider in PROVIDERS.iter().filter(|provider| provider.check == Check::Crc32Base62) {
        let token = token_of(provider, &mut dice);
        let [hit] = find(&token)[..] else { panic!("{token}") };
        assert_eq!((hit.verified_checksum, hit.confidence), (true, Confidence::Certain));
        let wrong = format!("{}{}", &token[..token.len() - 1], if token.ends_with('Z') { 'Y' } else { 'Z' });
        let [hit] = find(&wrong)[..] else { panic!("{wrong}") };
        assert!(!hit.verified_checksum);
    }
}

#[test]
fn what_documentation_writes_is_no_secret() {
    let aws = ["AKIA", "IOSFODNN7EXAMPLE"].concat();
    let stripe = ["sk_live_", "xxxxxxxxxxxxxxxxxxxxxxxx"].concat();
    for text in [
        aws.as_str(),
        stripe.as_str(),
        "export OPENAI_API_KEY=sk-your-key-here-and-nothing-else",
        "GITHUB_TOKEN=${GITHUB_TOKEN}",
        "\"API_KEY\": \"<your-api-key-goes-here>\"",
        "postgres://user:password@localhost:5432/database",
        "postgresql://{user}:{password}@host/database_name",
        "https://username:your-password@example.com/path",
        "Authorization: Bearer YOUR_ACCESS_TOKEN_GOES_HERE",
        "token: the_name_of_the_token_variable_in_use",
        "max_tokens=10000000000000000000000",
        "next_page_token: CAUQAA9x8Yz7w6V5u4T3s2R1",
        "key: getUserProfileInformationFromServer",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "/usr/share/doc/task-management-and-other-things/README.html",
        "b7e23ec29af22b0b4e41da31e868d57226121c84",
    ] {
        assert_eq!(find(text), [], "{text}");
    }
}

#[test]
fn a_bot_token_is_known_by_the_number_in_it() {
    let mut dice = Dice(13);
    // 104857600123456789
    let number = "MTA0ODU3NjAwMTIzNDU2Nzg5";
    let token = [number, &dice.draw(alphabet::BASE62, 6), &dice.draw(alphabet::BASE62, 38)].join(".");
    let [hit] = find(&named("token", &token))[..] else { panic!("{token}") };
    assert_eq!(
        (hit.kind.id, hit.span.len(), hit.verified_checksum),
        ("discord-bot-token", token.len(), true)
    );
    let no_number = token.replacen("MTA0", "getU", 1);
    assert_eq!(find(&named("value", &no_number)), []);
}

#[test]
fn a_private_key_is_redacted_from_its_first_line_to_its_last() {
    let mut dice = Dice(3);
    let body = (0..5).map(|_| dice.draw(alphabet::BASE64, 64)).collect::<Vec<_>>().join("\n");
    let dashes = "-----";
    let key = format!("{dashes}BEGIN RSA PRIVATE KEY{dashes}\n{body}\n{dashes}END RSA PRIVATE KEY{dashes}");
    let text = format!("before\n{key}\nafter");
    let redacted = redact(&text);
    assert!(redacted.starts_with("before\n‹private key, ") && redacted.ends_with("›\nafter"), "{redacted}");
    let cut = redact(&text[..200]).into_owned();
    assert!(!cut.contains(&body[..20]), "{cut}");
}

#[test]
fn a_password_in_an_address_is_redacted_and_the_rest_stays_readable() {
    let password = ["k9", "Xw2", "rTz7"].concat();
    let redacted = redact(&format!("postgres://app:{password}@db.internal:5432/app")).into_owned();
    assert_eq!(redacted, "postgres://app:‹password in an address, 9 characters›@db.internal:5432/app");
}

#[test]
fn a_name_that_says_secret_makes_a_random_value_one() {
    let value = Dice(5).draw(alphabet::BASE62, 32);
    for text in [
        format!("SERVICE_API_KEY={value}"),
        format!("{{\"clientSecret\": \"{value}\"}}"),
        format!("--api-key {value}"),
        format!("Authorization: Bearer {value}"),
        format!("password = '{value}'"),
    ] {
        assert_eq!(find(&text).len(), 1, "{text}");
        assert!(!redact(&text).contains(&value), "{text}");
    }
    assert_eq!(find(&format!("commit {value}")), []);
    assert!(looks_secret("API_KEY", &value).is_some());
    assert!(looks_secret("COMMIT", &value).is_none());
    assert!(looks_secret("API_KEY", "${API_KEY}").is_none());
    assert!(looks_secret("DB_PASSWORD", &["tr0ub", "4dor&3"].concat()).is_some());
}

#[test]
fn a_text_without_secrets_is_not_copied() {
    assert!(matches!(redact("Adds two numbers."), Cow::Borrowed(_)));
}

proptest! {
    #[test]
    fn spans_lie_in_the_text_in_order_on_character_boundaries(text in "(?s)(.|ghp_|sk-|eyJ|://|key=|-----BEGIN |PRIVATE KEY-----|[a-zA-Z0-9:@]{10,40}){0,40}") {
        let mut end = 0;
        for hit in find(&text) {
            prop_assert!(hit.span.start >= end && hit.span.end > hit.span.start);
            prop_assert!(text.get(hit.span.start..hit.span.end).is_some());
            end = hit.span.end;
        }
        prop_assert!(redact(&text).len() <= text.len() * 8 + 64);
    }
}
