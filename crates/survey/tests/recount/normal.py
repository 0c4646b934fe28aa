"""What is the same repository, package or host, told by the documents alone: no code of Portcullis is used here."""

import hashlib
import re

FORGES = {"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com", "git.sr.ht", "sr.ht"}
# First words of a path on GitHub that are pages of GitHub, not accounts.
PAGES = set(
    "about apps collections customer-stories enterprise explore features issues login marketplace new notifications orgs "
    "organizations pricing pulls search security settings site sponsors stars topics trending users".split()
)
LONGEST = 2048
REPOSITORY = re.compile(
    r"(?:git\+)?(?:(?P<short>github:)|(?:(?:https?|git|ssh)://)?(?:[^@/]*@)?(?P<host>[^/:@\s]+\.[^/:@\s]+)(?::\d+(?=/)|(?=[:/])))[:/]?(?P<path>.*)",
    re.DOTALL,
)
REMOTE = re.compile(r"(?:https?|wss?)://(?:[^/?#]*@)?(?P<host>[^/?#]*?)(?::\d+)?(?:[/?#].*)?", re.DOTALL | re.IGNORECASE)


def repository(address):
    """(forge, owner, name) of an address, in lower case; None for what is no repository of a forge that is known."""
    address = address.strip().strip("\"'<>`")
    found = REPOSITORY.fullmatch(address)
    if not found or len(address.encode()) > LONGEST:
        return None
    forge = "github.com" if found["short"] else found["host"].lower().removeprefix("www.")
    if forge not in FORGES and not forge.startswith(("gitlab.", "git.")):
        return None
    parts = [part for part in re.split("[?#]", found["path"])[0].split("/") if part]
    if "gitlab" in forge:
        parts = parts[: parts.index("-")] if "-" in parts else parts
    else:
        parts = parts[:2]
    if len(parts) < 2:
        return None
    owner, name = "/".join(parts[:-1]).lower(), parts[-1].removesuffix(".git").lower()
    plain = re.fullmatch(r"[a-z0-9._~/-]+", owner) and re.fullmatch(r"[a-z0-9._~-]+", name)
    if not plain or (forge == "github.com" and owner in PAGES):
        return None
    return forge, owner, name


def package(kind, name):
    """(kind, name) as a registry takes names for the same; None for a placeholder, a path or a sentence."""
    kind, name = kind.strip().lower(), name.strip()
    if not name or re.search(r"[\s\x00-\x1f\x7f-\x9f{}$<>\"'|;]", name) or name[0] in "./-~":
        return None
    kind = {"docker": "oci", "crates": "cargo", "golang": "go"}.get(kind, kind)
    if kind == "oci":
        name = re.sub(r":[^/:]*$", "", name.split("@")[0]).lower()
        name = re.sub(r"^(index\.)?docker\.io/", "", name).removeprefix("library/")
    elif kind == "npm":
        name = re.sub(r"(?<=.)@[^@]*$", "", name).lower()
    elif kind == "pypi":
        name = re.sub(r"[-_.]+", "-", name.lower()).strip("-")
    elif kind == "cargo":
        name = name.lower().replace("_", "-")
    elif kind in {"go", "nuget", "jsr", "mcp", "url", "mcpb", "git", "local"}:
        name = name.lower()
    return (kind, name) if kind and name else None


def host(address):
    """The host of a remote server, in lower case; None for what is no address, and for a placeholder."""
    address = address.strip()
    found = REMOTE.fullmatch(address)
    if not found or len(address.encode()) > LONGEST:
        return None
    name = found["host"].rstrip(".").lower()
    plain = name and all(letter.isalnum() or letter in "-._[]:" for letter in name)
    return name if plain and ("." in name or ":" in name) else None


def identity(*parts):
    """The 64 bits that stand for some texts: the first of a SHA-256 over the texts and their lengths, signed."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part.encode()).to_bytes(8, "big") + part.encode())
    return int.from_bytes(digest.digest()[:8], "big", signed=True)
