//! Where a program listens, whether it asks who is there, and texts under names.

use rustc_hash::FxHashSet;

use crate::ir::visit::{self, Visitor};
use crate::ir::{
    Argument, At, Expression, ExpressionKind, File, Language, Literal, Pattern, Statement, StatementKind,
};

use super::find::{self, Names, dotted, last};
use super::{Listen, NamedText, Remark, Serving, spot};

/// Texts beyond this are not kept.
const MOST_TEXTS: usize = 4000;

pub(super) fn look(files: &[File], serving: &mut Serving) {
    let mut hosts = Vec::new();
    for file in files.iter().filter(|file| !is_for_browsers(file)) {
        let mut look = Look {
            file,
            names: Names::of(file),
            serving,
            hosts: &mut hosts,
            words: FxHashSet::default(),
            relayed: At::default(),
            is_bare: false,
        };
        visit::statements(&file.body, &mut look);
        let mut places = FxHashSet::default();
        find::bindings(file, &mut |name, value| text(file, name, value, &mut places, serving));
    }
    if serving.over_http {
        serving.listens.extend(hosts);
    }
    for file in files {
        routes(file, serving);
    }
}

struct Look<'f, 's> {
    file: &'f File,
    names: Names<'f>,
    serving: &'s mut Serving,
    /// Addresses that a server object is made with: they count only if it is run over HTTP.
    hosts: &'s mut Vec<Listen>,
    /// Names that were looked at.
    words: FxHashSet<&'f str>,
    /// The last branch on whether somebody else has answered 401: its own 401 is that answer passed on.
    relayed: At,
    /// Whether the server is made by a library that compares no Host by itself.
    is_bare: bool,
}

impl<'f> Visitor<'f> for Look<'f, '_> {
    fn statement(&mut self, statement: &'f Statement) {
        match &statement.kind {
            StatementKind::If { condition, .. }
                if find::inside(condition).into_iter().any(is_unauthorized) =>
            {
                self.relayed = statement.at;
            }
            StatementKind::Import { module, .. } => {
                self.is_bare |= &**module == "fastmcp" || module.starts_with("fastmcp.");
            }
            _ => {}
        }
        if let StatementKind::Declare { pattern: Pattern::Record { entries, .. }, value: Some(value), .. } =
            &statement.kind
            && last(&dotted(value)) == "headers"
        {
            for (key, _) in entries {
                self.header(find::literal(key).unwrap_or_default());
            }
        }
    }

    fn expression(&mut self, expression: &'f Expression) {
        match &expression.kind {
            ExpressionKind::Call { callee, arguments, .. } => {
                self.call(expression, &dotted(callee), arguments);
            }
            ExpressionKind::Index { object, index } if is_headers(object) => {
                self.header(find::literal(index).unwrap_or_default());
            }
            ExpressionKind::Member { object, name, .. } => {
                if is_headers(object) {
                    self.header(name);
                }
                self.word(name);
            }
            ExpressionKind::Name(name) => self.word(name),
            _ if is_unauthorized(expression) => {
                let at = expression.at;
                let is_relayed = self.relayed.start <= at.start && at.end <= self.relayed.end;
                self.serving.authenticates |= !is_relayed;
            }
            _ => {}
        }
    }
}

impl<'f> Look<'f, '_> {
    fn header(&mut self, name: &str) {
        match name.to_ascii_lowercase().as_str() {
            "authorization" | "x-api-key" | "cookie" | "x-auth-token" => self.serving.authenticates = true,
            "host" | "origin" => self.serving.checks_host = true,
            _ => {}
        }
    }

    fn word(&mut self, name: &'f str) {
        const ASKS: &[&str] = &[
            "authent",
            "unauthorized",
            "bearerauth",
            "requireauth",
            "verifytoken",
            "verify_token",
            "oauth",
            "jwtverif",
            "compare_digest",
            "timingsafeequal",
            "constanttimecompare",
            "apikeyheader",
            "httpbearer",
            "basicauth",
            "checkauth",
            "check_auth",
            "authmiddleware",
            "auth_middleware",
            "verifyapikey",
            "verify_api_key",
            "passport",
            "requiretoken",
            "require_token",
        ];
        const CHECKS: &[&str] = &[
            "hostheadervalidation",
            "hostvalidation",
            "createmcpexpressapp",
            "transportsecuritysettings",
            "trustedhostmiddleware",
            "allowedhosts",
            "allowed_hosts",
            "allowedorigins",
            "allowed_origins",
            "crossoriginprotection",
            "checkorigin",
        ];
        if !self.words.insert(name) {
            return;
        }
        let lower = name.to_ascii_lowercase();
        self.serving.authenticates |= ASKS.iter().any(|word| lower.contains(word));
        self.serving.checks_host |= CHECKS.iter().any(|word| lower.contains(word));
    }

    fn call(&mut self, expression: &'f Expression, path: &str, arguments: &'f [Argument]) {
        let place = spot(self.file, expression.at);
        let name = last(path);
        for argument in arguments {
            if let Argument::Named(key, value) = argument {
                self.word(key);
                let none = matches!(value.kind, ExpressionKind::Literal(Literal::Nothing));
                let asks = matches!(&**key, "auth" | "token_verifier" | "auth_server_provider") && !none;
                self.serving.authenticates |= asks && is_server(name);
            }
        }
        if matches!(name, "get" | "Get" | "header" | "get_header")
            && let Some(Argument::Plain(first)) = arguments.first()
        {
            self.header(find::literal(first).unwrap_or_default());
        }
        let host = find::option(arguments, "host").or_else(|| find::option(arguments, "hostname"));
        match name {
            "FastMCP" | "MCPServer" if self.file.language == Language::Python => {
                if let Some(host) = host {
                    let listen = self.listen(place, Some(host));
                    self.hosts.push(listen);
                }
            }
            "run" | "run_async" if self.file.language == Language::Python && !path.starts_with("uvicorn") => {
                let transport =
                    find::option(arguments, "transport").and_then(|one| find::text(one, &self.names));
                if transport.is_some_and(|one| one.contains("http") || one == "sse") {
                    self.serving.over_http = true;
                    if host.is_some() {
                        let listen = self.listen(place, host);
                        self.serving.listens.push(listen);
                    }
                }
            }
            "run_http_async" | "run_sse_async" | "run_streamable_http_async"
                if self.file.language == Language::Python =>
            {
                self.serving.over_http = true;
                if self.is_bare {
                    self.serving.unprotected.push(place.clone());
                }
                if host.is_some() {
                    let listen = self.listen(place, host);
                    self.serving.listens.push(listen);
                }
            }
            "run" | "Config" if path.starts_with("uvicorn") => {
                let listen = self.listen(place, host);
                self.serving.listens.push(listen);
            }
            "streamable_http_app"
            | "sse_app"
            | "http_app"
            | "SseServerTransport"
            | "StreamableHTTPSessionManager"
            | "NewStreamableHTTPHandler"
            | "NewSSEHandler"
            | "NewStreamableHTTPServer"
            | "NewSSEServer" => {
                self.serving.over_http = true;
            }
            "StreamableHTTPServerTransport"
            | "SSEServerTransport"
            | "NodeStreamableHTTPServerTransport"
            | "WebStandardStreamableHTTPServerTransport" => {
                self.serving.over_http = true;
                let protected = find::option(arguments, "enableDnsRebindingProtection").is_some();
                if !protected {
                    self.serving.unprotected.push(place);
                }
            }
            "TransportSecuritySettings" => {
                let on = find::option(arguments, "enable_dns_rebinding_protection");
                if on.is_some_and(|on| matches!(on.kind, ExpressionKind::Literal(Literal::Bool(false)))) {
                    self.serving.switched_off.push(place);
                }
            }
            "listen" if self.file.language == Language::JavaScript => {
                let plain: Vec<&Expression> = arguments.iter().map(visit::given).collect();
                let second = plain.get(1).copied().filter(|one| !is_function(one));
                if !plain.is_empty() {
                    let listen = self.listen(place, host.or(second));
                    self.serving.listens.push(listen);
                }
            }
            "ListenAndServe" | "ListenAndServeTLS" => {
                let address = arguments.first().map(visit::given);
                let listen = self.listen(place, address);
                self.serving.listens.push(listen);
            }
            _ => {}
        }
    }

    fn listen(&self, spot: crate::analysis::Spot, host: Option<&'f Expression>) -> Listen {
        let address = host.and_then(|host| {
            let host = match &host.kind {
                ExpressionKind::Name(name) => self.names.0.get(&**name).copied().unwrap_or(host),
                _ => host,
            };
            let named = find::inside(host).into_iter().filter_map(|one| find::text(one, &self.names));
            let texts: Vec<&str> = named.filter(|text| !is_variable(text)).collect();
            let open = texts.iter().find(|text| super::is_everywhere(text) && !text.is_empty());
            open.or(texts.first()).map(|text| (*text).to_owned())
        });
        Listen { spot, address, given: host.is_some() }
    }
}

/// `HOST`: the name of a variable, not an address.
fn is_variable(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Whether a file is a part of web pages that the server hands out: it runs in a browser and asks nobody.
fn is_for_browsers(file: &File) -> bool {
    let mut folders = file.path.rsplit('/').skip(1);
    file.language == Language::JavaScript
        && folders.any(|folder| matches!(folder, "assets" | "public" | "static"))
}

/// The status of an answer to who is not known.
fn is_unauthorized(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Literal(Literal::Number(number)) if number == 401.0)
}

fn is_server(name: &str) -> bool {
    matches!(name, "FastMCP" | "MCPServer" | "Server" | "McpServer" | "FastAPI" | "include_router")
}

fn is_headers(object: &Expression) -> bool {
    matches!(find::name(object), "headers" | "Header")
}

fn is_function(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Function(_))
}

/// Keeps texts whose name or content may make them secrets.
fn text(file: &File, name: &str, value: &Expression, places: &mut FxHashSet<At>, serving: &mut Serving) {
    const NAMES: &[&str] = &["pass", "secret", "token", "key", "credential", "auth", "pwd"];
    let lower = name.to_ascii_lowercase();
    let by_name = NAMES.iter().any(|part| lower.contains(part));
    for one in find::inside(value) {
        let ExpressionKind::Literal(Literal::Text(text)) = &one.kind else { continue };
        let direct = std::ptr::eq(one, value);
        let address = text.contains("://") && text.contains('@');
        if !(by_name && direct || address || text.len() >= 20 && !text.contains(' ')) {
            continue;
        }
        if serving.named_texts.len() < MOST_TEXTS && places.insert(one.at) {
            let spot = spot(file, one.at);
            let name = if direct { name.to_owned() } else { String::new() };
            serving.named_texts.push(NamedText { name, text: text.to_string(), spot });
        }
    }
}

/// Routes for the operator that anybody may call.
fn routes(file: &File, serving: &mut Serving) {
    struct Routes<'f>(Vec<(&'f str, At)>);
    impl<'f> Visitor<'f> for Routes<'f> {
        fn function(&mut self, function: &'f crate::ir::Function) {
            for decorator in &function.decorators {
                let ExpressionKind::Call { callee, arguments, .. } = &decorator.kind else { continue };
                let path = dotted(callee);
                let changes = match last(&path) {
                    "custom_route" | "route" => find::option(arguments, "methods").is_some_and(|methods| {
                        find::texts(methods)
                            .iter()
                            .any(|method| !matches!(*method, "GET" | "HEAD" | "OPTIONS"))
                    }),
                    "post" | "put" | "delete" | "patch" => true,
                    _ => false,
                };
                let Some(route) = arguments.first().map(visit::given).and_then(find::literal) else {
                    continue;
                };
                if changes && is_for_operators(route) {
                    self.0.push((route, function.at));
                }
            }
        }
    }
    let mut found = Routes(Vec::new());
    visit::statements(&file.body, &mut found);
    for (route, at) in found.0 {
        serving.open_routes.push(Remark { what: route.to_owned(), spot: spot(file, at) });
    }
}

fn is_for_operators(route: &str) -> bool {
    const WORDS: &[&str] = &["admin", "internal", "shutdown", "restart", "exec", "debug", "purge", "wipe"];
    route.starts_with('/') && route.split(['/', '-', '_']).any(|part| WORDS.contains(&part))
}
