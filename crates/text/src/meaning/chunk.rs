//! What a run of characters without spaces is: a word, a number, a name in a machine's spelling, a path, an address.

use super::token::TokenKind;

/// Endings by which a dotted name is known for a host.
const TOP_LEVEL: &[&str] = &[
    "com", "net", "org", "io", "dev", "app", "ai", "co", "me", "info", "biz", "xyz", "site", "online", "top",
    "cloud", "evil", "tk", "ru", "cn", "de", "fr", "uk", "us", "eu", "jp", "in", "br", "it", "es", "nl",
    "ch", "pl", "to", "cc", "ly", "gg", "sh", "tech", "store", "shop", "club", "live", "link", "click",
    "space", "internal", "local", "example", "test", "invalid", "onion", "ws", "tv", "page", "pro", "world",
    "news", "gov", "edu", "network", "digital", "agency", "systems", "host", "zone", "run", "cam", "icu",
    "mil", "ca", "au", "kr", "tw",
];

/// Endings by which a dotted name is known for a file.
const FILE_ENDINGS: &[&str] = &[
    "txt", "md", "json", "jsonl", "yaml", "yml", "toml", "ini", "cfg", "conf", "env", "pem", "key", "crt",
    "log", "csv", "pdf", "doc", "docx", "xls", "xlsx", "py", "js", "ts", "rs", "go", "java", "sql", "db",
    "sqlite", "bak", "zip", "tar", "gz", "exe", "dll", "bat", "ps1", "html", "htm", "xml", "png", "jpg",
    "jpeg", "mp4", "mp3", "pub", "dat", "kdbx", "pfx", "p12", "plist", "lock", "tmp", "rb", "php", "c", "h",
    "cpp", "sh",
];

/// What a chunk is. The chunk holds no spaces, quotes or brackets, and no punctuation at its end.
pub(crate) fn kind(chunk: &str, called: bool) -> TokenKind {
    let bytes = chunk.as_bytes();
    if chunk.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return if called || is_camel(bytes) { TokenKind::Identifier } else { TokenKind::Word };
    }
    if chunk
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'%' | b'$' | b'+' | b'-'))
    {
        return if is_ip(chunk) { TokenKind::Address } else { TokenKind::Number };
    }
    if chunk.contains("://") || chunk.starts_with("www.") || is_mail(chunk) {
        return TokenKind::Address;
    }
    if is_path(chunk) {
        return TokenKind::Path;
    }
    if chunk.contains('/') {
        let host = chunk.split('/').next().unwrap_or_default();
        if is_host(host) {
            return TokenKind::Address;
        }
        return TokenKind::Path;
    }
    if chunk.contains('.') && !["e.g", "i.e", "E.g", "I.e", "z.B", "p.ej", "a.k.a"].contains(&chunk) {
        return dotted(chunk);
    }
    if called || chunk.contains('_') || is_camel(bytes) {
        return TokenKind::Identifier;
    }
    TokenKind::Word
}

/// True for words that a slash joins: "read/write" is two words, "src/main.rs" is a path.
pub(crate) fn is_slashed_words(chunk: &str) -> bool {
    chunk.split('/').count() <= 3
        && chunk
            .split('/')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

fn dotted(chunk: &str) -> TokenKind {
    let ending = chunk.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if FILE_ENDINGS.contains(&ending.as_str()) && !chunk.starts_with("www.") {
        TokenKind::Path
    } else if is_ip(chunk) || is_host(chunk) {
        TokenKind::Address
    } else {
        TokenKind::Identifier
    }
}

fn is_host(chunk: &str) -> bool {
    let host = chunk.split(':').next().unwrap_or_default();
    let mut labels = host.rsplit('.');
    let top = labels.next().unwrap_or_default().to_ascii_lowercase();
    let rest: Vec<&str> = labels.collect();
    TOP_LEVEL.contains(&top.as_str())
        && !rest.is_empty()
        && rest.iter().all(|label| {
            !label.is_empty()
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
}

fn is_ip(chunk: &str) -> bool {
    let parts: Vec<&str> = chunk.split(':').next().unwrap_or_default().split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok())
}

fn is_mail(chunk: &str) -> bool {
    chunk
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && (host.contains('.') || host.is_empty()))
}

fn is_path(chunk: &str) -> bool {
    let bytes = chunk.as_bytes();
    let drive = matches!(bytes, [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    let rooted = ["~/", "./", "../", "$HOME", "${HOME}", "%APPDATA%", "%USERPROFILE%"]
        .iter()
        .any(|start| chunk.starts_with(start));
    let absolute = matches!(bytes, [b'/', next, ..] if next.is_ascii_alphanumeric() || *next == b'.');
    let hidden = matches!(bytes, [b'.', next, ..] if next.is_ascii_alphabetic());
    drive || rooted || absolute || hidden || (chunk.contains('\\') && bytes.len() > 3)
}

/// True for a lower-case letter followed by an upper-case one, as in `readFile`, unless it is a known brand spelling.
fn is_camel(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(u8::is_ascii_lowercase)
        && bytes.windows(2).any(|pair| matches!(pair, [first, second] if first.is_ascii_lowercase() && second.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_told_apart_by_their_spelling() {
        for (chunk, expected) in [
            ("send", TokenKind::Word),
            ("case-insensitive", TokenKind::Word),
            ("read_file", TokenKind::Identifier),
            ("readFile", TokenKind::Identifier),
            ("~/.ssh/id_rsa", TokenKind::Path),
            (".env", TokenKind::Path),
            ("C:\\Users\\x", TokenKind::Path),
            ("notes.txt", TokenKind::Path),
            ("https://a.example/x", TokenKind::Address),
            ("evil-proxy.com", TokenKind::Address),
            ("a@b.com", TokenKind::Address),
            ("10.0.0.7", TokenKind::Address),
            ("1.25", TokenKind::Number),
            ("os.path", TokenKind::Identifier),
        ] {
            assert_eq!(kind(chunk, false), expected, "{chunk}");
        }
        assert!(is_slashed_words("read/write") && !is_slashed_words("src/main.rs"));
    }
}
