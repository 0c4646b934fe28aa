//! Mirrored headers of Streamable HTTP since 2026-07-28 (SEP-2243): what the head of a request says about its body.
//!
//! The body is the truth. A head that says something else is refused, and whoever changes a body writes the headers
//! anew. Header names are given and compared in lower case.

use std::borrow::Cow;
use std::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use portcullis_model::{Node, Value};

use crate::envelope::Envelope;
use crate::json;

/// Says the revision that `params._meta` names.
pub const VERSION: &str = "mcp-protocol-version";
/// Says the method.
pub const METHOD: &str = "mcp-method";
/// Says `params.name` or `params.uri`.
pub const NAME: &str = "mcp-name";
/// Begins the headers that say arguments.
pub const PARAM: &str = "mcp-param-";

/// The member of `params._meta` that names the revision.
pub const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";

/// The member of a property's schema that names its header.
const ANNOTATION: &str = "x-mcp-header";

const PREFIX: &str = "=?base64?";
const SUFFIX: &str = "?=";

/// The largest integer that a mirrored argument may be.
const EXACT: f64 = 9_007_199_254_740_991.0;

/// Head and body disagree, or a required header is missing: the answer is status 400 and the code -32020.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What is wrong, with no value of the body in it.
    pub message: String,
}

impl Mismatch {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Mismatch {}

/// An argument that a tool wants mirrored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotated {
    /// The header, in lower case, `mcp-param-` included.
    pub header: Box<str>,
    /// The keys that lead to the argument.
    pub path: Vec<Box<str>>,
}

/// The headers of one request, as the client of `http` or a test holds them.
pub type Headers<'a> = [(&'a str, &'a [u8])];

/// A value as a header carries it: as it is where that is safe, else in base64 between marks.
#[must_use]
pub fn encode(value: &str) -> Cow<'_, str> {
    let plain = value.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~'))
        && value.trim_matches([' ', '\t']) == value
        && !(value.starts_with(PREFIX) && value.ends_with(SUFFIX));
    if plain {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(format!("{PREFIX}{}{SUFFIX}", BASE64_STANDARD.encode(value)))
    }
}

/// The value that a header carries.
///
/// # Errors
/// Bytes that no header value may hold, and base64 that is none or no UTF-8.
pub fn decode(value: &[u8]) -> Result<Cow<'_, str>, Mismatch> {
    if !value.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) {
        return Err(Mismatch::new("it holds characters that a header may not hold; encode it in base64"));
    }
    let text = std::str::from_utf8(value).map_err(|_| Mismatch::new("it is not ASCII"))?;
    match text.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX)) {
        None => Ok(Cow::Borrowed(text)),
        // Strict: padding is there, and the bits behind the last byte are zero, so that each value has one spelling.
        Some(encoded) => BASE64_STANDARD
            .decode(encoded)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .map(Cow::Owned)
            .ok_or_else(|| Mismatch::new("its base64 is none, or holds no UTF-8")),
    }
}

/// Compares head and body of a request.
///
/// `annotated` are the mirrored arguments of the tool that is called; none when its schema is not known: then other
/// headers of arguments are not looked at.
///
/// # Errors
/// What disagrees, is missing or stands twice.
pub fn check(headers: &Headers<'_>, message: &Envelope<'_>, annotated: &[Annotated]) -> Result<(), Mismatch> {
    let version = version(message).ok_or_else(|| Mismatch::new("`_meta` names no protocol version"))?;
    same(headers, VERSION, Some(version))?;
    same(headers, METHOD, message.method.as_deref())?;
    let name = named(message.method.as_deref(), message.params());
    if name.is_some() || find(headers, NAME)?.is_some() {
        same(headers, NAME, name)?;
    }
    if message.method.as_deref() != Some("tools/call") {
        return Ok(());
    }
    let arguments = message.params().and_then(|params| params.get("arguments"));
    for Annotated { header, path } in annotated {
        let value = arguments.and_then(|arguments| argument(arguments, path));
        let Some(said) = find(headers, header)? else {
            match value {
                None => continue,
                Some(_) => {
                    return Err(Mismatch::new(format!(
                        "header `{header}` is missing; the body has its value"
                    )));
                }
            }
        };
        let said = decode(said).map_err(|why| Mismatch::new(format!("header `{header}`: {why}")))?;
        if !value.is_some_and(|value| is_same(&said, value)) {
            return Err(Mismatch::new(format!("header `{header}` does not say what the body says")));
        }
    }
    Ok(())
}

/// The headers that belong to a body, each with its value as it is sent.
#[must_use]
pub fn headers(message: &Envelope<'_>, annotated: &[Annotated]) -> Vec<(Box<str>, String)> {
    let params = message.params();
    let method = message.method.as_deref();
    let arguments = params.and_then(|params| params.get("arguments"));
    let of_arguments = annotated.iter().filter_map(|Annotated { header, path }| {
        let value = spelt(argument(arguments?, path)?)?;
        Some((header.clone(), encode(&value).into_owned()))
    });
    let own = [
        version(message).map(|version| (VERSION, version)),
        method.map(|method| (METHOD, method)),
        named(method, params).map(|name| (NAME, name)),
    ];
    let own =
        own.into_iter().flatten().map(|(header, value)| (Box::from(header), encode(value).into_owned()));
    own.chain(of_arguments).collect()
}

/// Whether the value of a header says what one of the arguments says.
#[must_use]
pub fn repeats(value: &[u8], arguments: &Node) -> bool {
    let Ok(said) = decode(value) else { return false };
    match &arguments.value {
        Value::Map(entries) => entries.iter().any(|entry| repeats(value, &entry.node)),
        _ => is_same(&said, arguments),
    }
}

/// The revision that a message names in its metadata.
#[must_use]
pub fn version<'a>(message: &'a Envelope<'_>) -> Option<&'a str> {
    message.params()?.get("_meta")?.get_text(VERSION_KEY)
}

/// The arguments that a tool's schema wants mirrored.
///
/// # Errors
/// An annotation that the specification does not allow: the tool is left out of lists.
pub fn annotated(schema: &Node) -> Result<Vec<Annotated>, Mismatch> {
    let mut found = Vec::new();
    collect(schema, &mut Vec::new(), &mut found)?;
    if count(schema) != found.len() {
        return Err(Mismatch::new(format!("`{ANNOTATION}` stands where no argument can be read")));
    }
    for (index, one) in found.iter().enumerate() {
        if found.iter().take(index).any(|other| other.header == one.header) {
            return Err(Mismatch::new(format!("two arguments want the header `{}`", one.header)));
        }
    }
    Ok(found)
}

/// Walks along `properties` only: everything else cannot be read from an argument alone.
fn collect(schema: &Node, path: &mut Vec<Box<str>>, found: &mut Vec<Annotated>) -> Result<(), Mismatch> {
    if let Some(wanted) = schema.get(ANNOTATION) {
        let name = wanted.text().filter(|name| is_token(name) && !path.is_empty());
        let primitive = matches!(schema.get_text("type"), Some("string" | "integer" | "boolean"));
        match name {
            Some(name) if primitive => {
                let header = format!("{PARAM}{}", name.to_ascii_lowercase()).into();
                found.push(Annotated { header, path: path.clone() });
            }
            _ => {
                return Err(Mismatch::new(format!(
                    "`{ANNOTATION}` is no header name of a text, integer or truth value"
                )));
            }
        }
    }
    for entry in schema.get("properties").map(Node::entries).unwrap_or_default() {
        path.push(entry.key.clone());
        collect(&entry.node, path, found)?;
        path.pop();
    }
    Ok(())
}

/// How many annotations there are anywhere where a schema may stand.
fn count(node: &Node) -> usize {
    let own = usize::from(node.get(ANNOTATION).is_some());
    let below = node.entries().iter().map(|entry| {
        // The names of properties are not keywords; values that are data hold no schema.
        match &*entry.key {
            "default" | "const" | "enum" | "examples" => 0,
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                entry.node.entries().iter().map(|entry| count(&entry.node)).sum()
            }
            _ => count(&entry.node),
        }
    });
    own + below.sum::<usize>() + node.items().iter().map(count).sum::<usize>()
}

fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// What `mcp-name` says, for the methods that have it.
fn named<'a>(method: Option<&str>, params: Option<&'a Node>) -> Option<&'a str> {
    match method? {
        "tools/call" | "prompts/get" => params?.get_text("name"),
        "resources/read" => params?.get_text("uri"),
        "tasks/get" | "tasks/update" | "tasks/cancel" => params?.get_text("taskId"),
        _ => None,
    }
}

/// The argument at the end of `path`; null counts as none.
fn argument<'a>(arguments: &'a Node, path: &[Box<str>]) -> Option<&'a Node> {
    let value = path.iter().try_fold(arguments, |node, key| node.get(key))?;
    (value.value != Value::Null).then_some(value)
}

fn spelt(value: &Node) -> Option<String> {
    match &value.value {
        Value::Text(text) => Some(text.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(_) => Some(json::write(value)),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

fn is_same(said: &str, value: &Node) -> bool {
    match &value.value {
        Value::Number(spelling) => {
            let exact = |text: &str| text.parse::<f64>().ok().filter(|number| number.abs() <= EXACT);
            &**spelling == said || exact(said).is_some_and(|said| exact(spelling) == Some(said))
        }
        _ => spelt(value).is_some_and(|value| value == said),
    }
}

/// The header says exactly this, once.
fn same(headers: &Headers<'_>, header: &str, body: Option<&str>) -> Result<(), Mismatch> {
    let said = find(headers, header)?;
    let said = said.ok_or_else(|| Mismatch::new(format!("header `{header}` is missing; mirror the body")))?;
    let said = decode(said).map_err(|why| Mismatch::new(format!("header `{header}`: {why}")))?;
    if Some(&*said) == body {
        return Ok(());
    }
    Err(Mismatch::new(format!("header `{header}` does not say what the body says")))
}

/// The one value of a header.
fn find<'a>(headers: &Headers<'a>, header: &str) -> Result<Option<&'a [u8]>, Mismatch> {
    let mut values = headers.iter().filter(|(name, _)| *name == header).map(|(_, value)| *value);
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(Mismatch::new(format!("header `{header}` stands twice"))),
    }
}
