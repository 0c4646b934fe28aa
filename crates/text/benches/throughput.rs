//! How fast texts are read and searched for secrets, and that hostile ones take time linear in their length.
//!
//! `cargo bench -p portcullis-text --bench throughput`

#![allow(clippy::print_stdout)] // it prints a table

use std::hint::black_box;
use std::time::{Duration, Instant};

use portcullis_text::{Reading, Role, secret};

const SMALL: usize = 100_000;
const LARGE: usize = 1_000_000;

fn main() {
    let first = time(|| {
        black_box(Reading::of("Adds two numbers.", Role::Description));
        black_box(secret::redact("Adds two numbers."));
    });
    println!("first reading and first search, all automata built: {:.2} ms\n", first.as_secs_f64() * 1e3);
    println!("{:<28} {:>12} {:>12} {:>12} {:>12}", "text", "read MB/s", "of 1 MB", "search MB/s", "of 1 MB");
    for (name, unit) in [
        (
            "plain prose",
            "Returns the forecast for a city, as a short text or as JSON. Use it when asked about the weather! ",
        ),
        (
            "prose with code",
            "Calls `GET /v1/items?limit=20&sort=asc` with <id> = 5; see C:\\temp\\x, 100% of [items](url). ",
        ),
        (
            "prose with accents",
            "Crée un fichier à l'endroit donné, puis renvoie son contenu à l'appelant, même s'il était là déjà. ",
        ),
        ("Chinese", "读取用户指定的文件，并返回其中的内容。如果文件不存在，则返回错误。"),
        (
            "Cyrillic",
            "Создаёт новый файл и записывает в него переданный текст, затем возвращает путь к файлу. ",
        ),
        ("log with colours", "\u{1b}[32mok\u{1b}[0m 12:00:01 request GET /status took 5 ms\r\n"),
        ("base64", "aGVsbG8gdGhlcmUsIHBsZWFzZSByZWFkIHRoaXMgbm90ZSBhbG91ZA== "),
        ("digests", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n"),
        ("open tags", "<a \"<b '<c "),
        ("open comments", "<!--"),
        ("hidden elements", "<p hidden><p hidden>x</p>"),
        ("link definitions", "[a]:["),
        ("entities", "&#65;&amp;"),
        ("escapes", "\\x41\\u0042\\"),
        ("percent", "%41%4"),
        ("quoted-printable", "=41=4\n="),
        ("zero width", "a\u{200B}\u{200C}b\u{2060}"),
        ("selectors", "\u{FE00}\u{E0101}"),
        ("mixed script", "p\u{430}ssw\u{43E}rd "),
        ("spaced letters", "i g n o r e "),
        ("leet", "s3nd t0k3n5 "),
        ("rot13", "cyrnfr ernq gur svyr naq "),
        ("control strings", "\u{1b}]\u{9d}\u{1b}["),
        ("blanks", " \t"),
        ("key names", "key=token="),
        ("token beginnings", "-eyJ-sk-ghp_a"),
        ("armour", "-----BEGIN PRIVATE KEY-----"),
        ("addresses", "a://b:c@"),
    ] {
        let rate = |size: usize| {
            let text = unit.repeat(size / unit.len() + 1);
            let read = best(|| drop(black_box(Reading::of(black_box(&text), Role::Description))));
            let search = best(|| drop(black_box(secret::find(black_box(&text)))));
            let per_second = |took: Duration| text.len() as f64 / 1e6 / took.as_secs_f64();
            (per_second(read), per_second(search))
        };
        let (small, large) = (rate(SMALL), rate(LARGE));
        println!("{name:<28} {:>12.0} {:>12.0} {:>12.0} {:>12.0}", small.0, large.0, small.1, large.1);
    }
}

fn best(mut run: impl FnMut()) -> Duration {
    (0..5).map(|_| time(&mut run)).min().unwrap_or_default()
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}
