//! What is known of the functions of JavaScript, of its run times, and of the packages that servers use.

mod data;
mod files;
mod machine;
mod network;
mod process;
mod registration;
mod text;

use std::sync::LazyLock;

use super::words::{Library, Line};

/// What functions do.
pub(super) const FUNCTIONS: &[&[Line]] = &[
    data::FUNCTIONS,
    files::FUNCTIONS,
    machine::FUNCTIONS,
    network::FUNCTIONS,
    process::FUNCTIONS,
    registration::FUNCTIONS,
    text::FUNCTIONS,
];

/// What members give.
pub(super) const PROPERTIES: &[&[Line]] =
    &[machine::PROPERTIES, network::PROPERTIES, registration::PROPERTIES];

/// Modules that are another one in the tables. The longer name stands first.
const ALIASES: &[(&str, &str)] = &[
    ("globalThis", ""),
    ("global", ""),
    ("window", ""),
    ("self", ""),
    ("fs/promises", "fs"),
    ("fs.promises", "fs"),
    ("fs-extra", "fs"),
    ("graceful-fs", "fs"),
    ("mz/fs", "fs"),
    ("original-fs", "fs"),
    ("memfs.fs", "fs"),
    ("path/posix", "path"),
    ("path/win32", "path"),
    ("path.posix", "path"),
    ("path.win32", "path"),
    ("path-browserify", "path"),
    ("pathe", "path"),
    ("util.types", "util"),
    ("dns/promises", "dns"),
    ("http2.compat", "http"),
    ("buffer.Buffer", "Buffer"),
    ("process.default", "process"),
    ("timers.setTimeout", "setTimeout"),
    ("timers.setInterval", "setInterval"),
    ("crypto.webcrypto", "crypto"),
    ("node-fetch.default", "fetch"),
    ("node-fetch", "fetch"),
    ("cross-fetch", "fetch"),
    ("isomorphic-fetch", "fetch"),
    ("isomorphic-unfetch", "fetch"),
    ("undici.fetch", "fetch"),
    ("axios.default", "axios"),
    ("axios.Axios", "axios.create"),
    ("playwright-core", "playwright"),
    ("@playwright/test", "playwright"),
    ("playwright-extra", "playwright"),
    ("patchright", "playwright"),
    ("puppeteer", "playwright"),
    ("puppeteer-core", "playwright"),
    ("puppeteer-extra", "playwright"),
    ("rebrowser-puppeteer", "playwright"),
    ("lodash-es", "lodash"),
    ("underscore", "lodash"),
    ("lodash/fp", "lodash"),
    ("lodash/merge", "lodash.merge"),
    ("lodash/set", "lodash.set"),
    ("lodash/template", "lodash.template"),
    ("lodash/defaultsDeep", "lodash.defaultsDeep"),
    ("mysql2/promise", "mysql2"),
    ("promise-mysql", "mysql2"),
    ("@types/pg", "pg"),
    ("pg/lib", "pg"),
    ("duckdb-async", "duckdb"),
    ("@redis/client", "redis"),
    ("zod/v4", "zod"),
    ("zod/v3", "zod"),
    ("zod/v4/mini", "zod"),
    ("zod.default", "zod"),
    ("zod.z", "zod"),
    ("ejs.default", "ejs"),
    ("pug.default", "pug"),
    ("Handlebars", "handlebars"),
    ("handlebars.default", "handlebars"),
    ("nunjucks.default", "nunjucks"),
    ("shelljs/global", "shelljs"),
    ("zx/core", "zx"),
    ("dockerode.default", "dockerode"),
    ("simple-git/promise", "simple-git"),
    ("strip-json-comments.default", "strip-json-comments"),
    ("@modelcontextprotocol/sdk/dist/esm/server/mcp.js", "@modelcontextprotocol/sdk/server/mcp.js"),
    ("@modelcontextprotocol/sdk/server/mcp", "@modelcontextprotocol/sdk/server/mcp.js"),
    ("@modelcontextprotocol/sdk/server/index", "@modelcontextprotocol/sdk/server/index.js"),
    ("@modelcontextprotocol/sdk/server", "@modelcontextprotocol/sdk/server/index.js"),
    ("@modelcontextprotocol/sdk/dist/esm/server/index.js", "@modelcontextprotocol/sdk/server/index.js"),
];

/// What is known.
pub(super) static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::new(FUNCTIONS, PROPERTIES, ALIASES));
