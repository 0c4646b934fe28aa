//! The machine: environment, chance, names, credentials, logs.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // The process and the machine.
    "process.exit" | "process.abort" | "Deno.exit" => Special(Exit);
    "process.cwd" | "process.memoryUsage" | "process.hrtime" | "process.uptime" | "process.kill" | "process.emitWarning"
        | "process.umask" => Clean;
    "process.chdir" [Read] PathRead(At(0)) => Clean;
    "process.loadEnvFile" [Environment Read] PathRead(At(0)) => Clean;
    "process.getuid" | "process.geteuid" | "process.getgid" [Fingerprint] => Clean;
    "process.stdout.write" | "process.stderr.write" => Clean;
    "process.on" | "process.once" => Special(Listener);
    "Deno.env.get" | "dotenv.config" | "dotenv" | "dotenv/config" | "dotenv-safe.config" | "env-var.get"
        | "envalid.cleanEnv" | "@dotenvx/dotenvx.config" [Environment] => Clean;
    "os.hostname" | "os.userInfo" | "os.platform" | "os.arch" | "os.release" | "os.type" | "os.cpus"
        | "os.networkInterfaces" | "os.version" | "os.machine" | "os.totalmem" | "os.freemem" | "os.uptime"
        | "os.loadavg" | "systeminformation.**" | "node-machine-id.**" | "getmac" | "macaddress.**" | "os-name"
        | "username" | "is-docker" | "is-wsl" | "is-ci" | "ci-info.**" | "public-ip.**" [Fingerprint] => Clean;
    "os.homedir" | "os.tmpdir" | "os.endianness" | "env-paths" => Clean;

    // Chance, digests, identifiers.
    "crypto.randomUUID" | "crypto.randomBytes" | "crypto.randomInt" | "crypto.getRandomValues"
        | "crypto.pseudoRandomBytes" | "Math.random" | "uuid.**" | "nanoid.**" | "nanoid" | "ulid.**"
        | "@paralleldrive/cuid2.**" => Clean;
    "crypto.*" | "crypto-js.**" | "bcrypt.**" | "bcryptjs.**" | "argon2.**"
        | "object-hash" | "jose.**" | "tweetnacl.**" | "md5" | "sha1"
        | "hash-wasm.**" | "xxhashjs.**" => Make(Measure, &[]);
    "crypto.createDecipheriv().update" | "crypto.createDecipheriv().final" => Unknown;
    "jsonwebtoken.sign" => Clean;
    "jsonwebtoken.verify" | "jsonwebtoken.decode" | "jwt-decode" | "jwt-decode.jwtDecode" => Make(ParseJson, &[At(0)]);

    // Credentials and clipboard.
    "keytar.**" | "@napi-rs/keyring.**" | "node-keytar.**" | "keychain.**" | "@github/keytar.**" | "cross-keychain.**"
        [Keyring] => Clean;
    "clipboardy.**" | "copy-paste.**" | "node-clipboardy.**" | "clipboard-event.**" | "navigator.clipboard.readText"
        | "navigator.clipboard.writeText" [Clipboard] => Clean;
    "screenshot-desktop" [Fingerprint] => Clean;

    // Logs.
    "console.log" | "console.error" | "console.warn" | "console.info" | "console.debug" | "console.trace"
        Log(From(0)) => Clean;
    "console.**" => Clean;
    "winston.*.info" | "winston.*.error" | "winston.*.warn" | "winston.*.debug" | "winston.*.log"
        | "winston.*.verbose" | "winston.info" | "winston.error" | "winston.warn" | "bunyan.*.info" | "bunyan.*.error"
        | "bunyan.*.warn" | "log4js.*.info" | "log4js.*.error" | "log4js.*.warn" | "log4js.*.debug" | "signale.**"
        | "consola.**" | "npmlog.**" | "tslog.*.info" | "tslog.*.error" | "tslog.*.warn" | "loglevel.**"
        | "electron-log.**" Log(From(0)) => Clean;
    "winston.transports.File" [Write] PathWrite(Field(0, "filename")) => Clean;
    "pino.destination" [Write] PathWrite(At(0)) => Clean;
    // pino and winston's JSON write every message in one line.
    "pino" | "pino.**" | "winston.**" | "bunyan.**" | "log4js.**" | "debug" | "debug()" | "chalk.*" | "kleur.*"
        | "picocolors.*" | "ora.**" | "ora" | "boxen" | "figlet.**" => Clean;
    "*.info" | "*.warn" | "*.error" | "*.debug" | "*.log" => Clean;
    "update-notifier" | "import-meta-resolve.resolve" => Clean;
};

pub(super) const PROPERTIES: &[Line] = table! {
    "process.env" | "Deno.env" | "Bun.env" | "import.meta.env" [Environment] => Clean;
    "process.argv" | "process.version" | "process.versions" | "process.pid" | "process.stdin" | "process.stdout"
        | "process.stderr" | "process.execPath" | "import.meta.url" | "import.meta.dirname" | "import.meta.filename"
        | "os.EOL" | "path.sep" | "path.delimiter" | "fs.constants" => Clean;
    "process.platform" | "process.arch" | "navigator.userAgent" [Fingerprint] => Clean;
};
