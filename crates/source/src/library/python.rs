//! What is known of Python's libraries and of the packages that servers use.

mod code;
mod data;
mod files;
mod function;
mod machine;
mod network;
mod process;
mod registration;
mod text;
mod web;

use std::sync::LazyLock;

use super::words::{Library, Line};

/// What functions do.
pub(super) const FUNCTIONS: &[&[Line]] = &[
    code::FUNCTIONS,
    data::FUNCTIONS,
    files::FUNCTIONS,
    function::FUNCTIONS,
    machine::FUNCTIONS,
    network::FUNCTIONS,
    process::FUNCTIONS,
    registration::FUNCTIONS,
    text::FUNCTIONS,
    web::FUNCTIONS,
];

/// What members give.
pub(super) const PROPERTIES: &[&[Line]] =
    &[files::PROPERTIES, machine::PROPERTIES, network::PROPERTIES, web::PROPERTIES];

/// Modules that are another one in the tables. The longer name stands first.
const ALIASES: &[(&str, &str)] = &[
    ("builtins", ""),
    ("posixpath", "os.path"),
    ("ntpath", "os.path"),
    ("aiofiles.os.path", "os.path"),
    ("aiofiles.os", "os"),
    ("aiofiles.open", "open"),
    ("aiofile.async_open", "open"),
    ("anyio.open_file", "open"),
    ("io.open", "open"),
    ("anyio.Path", "pathlib.Path"),
    ("aiopath.AsyncPath", "pathlib.Path"),
    ("pathlib2", "pathlib"),
    ("upath.UPath", "pathlib.Path"),
    ("pathlib.PurePosixPath", "pathlib.PurePath"),
    ("pathlib.PosixPath", "pathlib.Path"),
    ("send2trash.send2trash", "os.remove"),
    ("cPickle", "pickle"),
    ("pickle5", "pickle"),
    ("_pickle", "pickle"),
    ("cloudpickle", "pickle"),
    ("dill", "pickle"),
    ("ruamel.yaml", "ruamel"),
    ("psycopg2", "psycopg"),
    ("psycopg_pool", "psycopg"),
    ("aiopg", "psycopg"),
    ("mysql.connector", "pymysql"),
    ("MySQLdb", "pymysql"),
    ("aiomysql", "pymysql"),
    ("asyncmy", "pymysql"),
    ("mariadb", "pymysql"),
    ("aiosqlite", "sqlite3"),
    ("pysqlite3", "sqlite3"),
    ("sqlcipher3", "sqlite3"),
    ("apsw", "sqlite3"),
    ("sqlmodel", "sqlalchemy"),
    ("motor.motor_asyncio", "pymongo"),
    ("motor", "pymongo"),
    ("redis.asyncio", "redis"),
    ("aioredis", "redis"),
    ("curl_cffi.requests", "requests"),
    ("cloudscraper", "requests"),
    ("niquests", "requests"),
    ("regex", "re"),
    ("re2", "re"),
    ("ujson", "json"),
    ("orjson", "json"),
    ("simplejson", "json"),
    ("rapidjson", "json"),
    ("json5", "json"),
    ("commentjson", "json"),
    ("pydantic_core", "pydantic"),
    ("toml", "tomllib"),
    ("tomli", "tomllib"),
    ("typing_extensions", "typing"),
    ("mcp.server.fastmcp.server.FastMCP", "fastmcp.FastMCP"),
    ("mcp.server.fastmcp.FastMCP", "fastmcp.FastMCP"),
    ("mcp.server.mcpserver.MCPServer", "fastmcp.FastMCP"),
    ("mcp.server.MCPServer", "fastmcp.FastMCP"),
    ("fastmcp.server.FastMCP", "fastmcp.FastMCP"),
    ("fastmcp.server.server.FastMCP", "fastmcp.FastMCP"),
    ("mcp.server.lowlevel.server.Server", "mcp.server.Server"),
    ("mcp.server.lowlevel.Server", "mcp.server.Server"),
    ("mcp.server.server.Server", "mcp.server.Server"),
];

/// What is known.
pub(super) static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::new(FUNCTIONS, PROPERTIES, ALIASES));
