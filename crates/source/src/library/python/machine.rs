//! The machine: environment, clock, chance, names, credentials, logs.

use super::super::words::*;

pub(super) const FUNCTIONS: &[Line] = table! {
    // Environment.
    "os.getenv" | "os.getenvb" | "os.environ.get" | "os.environ.setdefault" | "os.environ.copy" | "os.environ.items"
        | "os.environ.keys" | "os.environ.values" | "os.environ.pop" | "os.putenv" | "os.unsetenv" | "os.environ.update"
        [Environment] => Clean;
    "dotenv.load_dotenv" | "dotenv.dotenv_values" | "dotenv.find_dotenv" [Environment Read] => Clean;
    "dotenv.set_key" [Write] PathWrite(At(0)) => Clean;
    "environs.**" | "decouple.config" | "starlette.config.Config" | "pydantic_settings.**" | "environ.**"
        [Environment] => Clean;

    // Looking at the machine.
    "platform.**" | "getpass.getuser" | "socket.gethostname" | "socket.getfqdn" | "os.uname" | "os.getlogin"
        | "os.getuid" | "os.geteuid" | "os.getgid" | "os.getpid" | "os.getppid" | "os.cpu_count" | "os.getloadavg"
        | "pwd.**" | "grp.**" | "uuid.getnode" | "sys.getwindowsversion" | "distro.**" | "cpuinfo.*" | "GPUtil.*"
        | "locale.**" | "os.isatty" | "sys.gettrace" | "netifaces.*" [Fingerprint] => Clean;
    "datetime.datetime.now" | "datetime.datetime.utcnow" | "datetime.datetime.today" | "datetime.date.today"
        | "time.time" | "time.localtime" | "time.gmtime" | "time.strftime" | "arrow.now" | "arrow.utcnow"
        | "pendulum.now" [Fingerprint] => Clean;
    "datetime.**" | "time.**" | "zoneinfo.**" | "pytz.**" | "dateutil.**" | "arrow.**" | "pendulum.**" | "calendar.**"
        => Make(Measure, &[]);
    "*.strftime" | "*.isoformat" | "*.timestamp" | "*.total_seconds" => Clean;
    "sys.**" => Clean;
    "getpass.getpass" => Clean;

    // Chance, digests, identifiers, numbers.
    "random.choice" | "random.*.choice" | "random.*.sample" | "random.sample" | "random.choices" | "random.shuffle"
        | "secrets.choice" => Unknown;
    "random.**" | "secrets.**" => Clean;
    "hashlib.*" | "hmac.*" | "zlib.crc32" | "math.**" | "statistics.**" | "cmath.*"
        | "xxhash.*" | "bcrypt.*" | "passlib.*" | "string.**" | "scipy.*" | "sklearn.*" => Make(Measure, &[]);
    "uuid.UUID" => Make(Number, &[At(0)]);
    "uuid.**" | "nanoid.*" | "shortuuid.*" | "ulid.*" => Clean;
    "cryptography.**" | "jwt.encode" | "nacl.*" | "jose.*" => Clean;
    "jwt.decode" => Make(ParseJson, &[At(0)]);
    "hashlib.file_digest" [Read] => Clean;

    // Credentials and clipboard.
    "keyring.get_password" | "keyring.set_password" | "keyring.delete_password" | "keyring.get_credential"
        | "keyring.**" | "secretstorage.*" | "win32cred.*" | "browser_cookie3.*" | "browsercookie.*"
        [Keyring] => Clean;
    "pyperclip.**" | "clipboard.**" | "pyperclip3.*" | "win32clipboard.*" | "AppKit.NSPasteboard.generalPasteboard"
        [Clipboard] => Clean;
    "pyautogui.screenshot" | "PIL.ImageGrab.grab" | "mss.**" [Fingerprint] => Clean;
    "winreg.*" [Fingerprint] => Clean;

    // Logs: a line break in a message is another line.
    "logging.debug" | "logging.info" | "logging.warning" | "logging.warn" | "logging.error" | "logging.critical"
        | "logging.exception" | "logging.log" | "logging.*.debug" | "logging.*.info" | "logging.*.warning"
        | "logging.*.warn" | "logging.*.error" | "logging.*.critical" | "logging.*.exception" | "logging.*.log"
        | "loguru.*.debug" | "loguru.*.info" | "loguru.*.warning" | "loguru.*.error" | "loguru.*.critical"
        | "loguru.*.exception" | "loguru.*.success" | "loguru.*.trace" | "loguru.*.log" Log(Formatted(0)) => Clean;
    "logging.FileHandler" | "logging.handlers.RotatingFileHandler" | "logging.handlers.TimedRotatingFileHandler"
        [Write] PathWrite(Either(0, "filename")) => Clean;
    "logging.basicConfig" [Write] PathWrite(Named("filename")) => Clean;
    "logging.config.fileConfig" [Evaluate Read] Deserialize(At(0)) => Clean;
    "logging.config.dictConfig" [Evaluate] Deserialize(At(0)) => Clean;
    "logging.config.listen" [Listen Evaluate] => Clean;
    "logging.**" | "loguru.**" | "structlog.**" => Clean;
    "*.info" | "*.debug" | "*.warning" | "*.exception" | "*.critical" | "*.error" => Clean;
    "syslog.syslog" Log(At(0)) => Clean;
};

pub(super) const PROPERTIES: &[Line] = table! {
    "os.environ" | "os.environb" [Environment] => Clean;
    "sys.argv" | "sys.modules" | "sys.path" | "sys.version" | "sys.version_info" | "sys.executable" | "sys.stdin"
        | "sys.stdout" | "sys.stderr" => Clean;
    "sys.platform" | "os.name" [Fingerprint] => Clean;
};
