"""What the public lists name, read from their files without recipes."""

import csv
import gzip
import io
import json
import re
from pathlib import Path

from normal import host, repository


class Lists:
    """The files of a folder of lists."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def text(self, name):
        return gzip.open(self.folder / f"{name}.gz").read().decode("utf-8-sig", "replace")

    def table(self, name):
        return list(csv.DictReader(io.StringIO(self.text(name))))

    def lines(self, name):
        return [json.loads(line) for line in self.text(name).split("\n") if line.strip()]

    def tree(self, name):
        return json.loads(self.text(name))

    def all_lines(self, name, pattern):
        """What follows a key at the beginning of a line of YAML."""
        return [found.strip("\"'") for found in re.findall(pattern, self.text(name), re.MULTILINE)]

    def entries(self, name):
        """The first link of each item of a Markdown list."""
        return re.findall(r"^\s*[-*+]\s.*?\]\((\S+?)\)", self.text(name), re.MULTILINE)

    def records(self, name):
        """How many records a file holds; None where that needs more than counting: Markdown and groups of links."""
        if name.endswith(".csv"):
            return len(self.table(name))
        if name.endswith(".jsonl"):
            return len(self.lines(name))
        if name.endswith(".yaml"):
            return len(re.findall("^--- # ", self.text(name), re.MULTILINE))
        if name.endswith(".json") and "enhansome" not in name:
            tree = self.tree(name)
            return len(tree.get("servers", tree) if isinstance(tree, dict) else tree)
        return None

    def snapshots(self):
        """Every record of the official registry's answers: (day, name, is it the latest version, the record)."""
        names = sorted(path.name.removesuffix(".gz") for path in self.folder.glob("official-registry-snapshots/*.json.gz"))
        files = [(name[-15:-5], self.tree(f"official-registry-snapshots/{name}")) for name in names]
        files.append(("2025-12-02", self.tree("official-registry-teamspark/server-registry_2025-12-02.json")["servers"]))
        official = "io.modelcontextprotocol.registry/official"
        for day, records in sorted(files, key=lambda file: file[0]):
            for record in records:
                meta = (record.get("_meta") or {}).get(official) or {}
                server = record.get("server", record)
                yield day, server["name"], bool(meta.get("isLatest", meta.get("is_latest", True))), server


def links(lists):
    """Every address of a repository, by the list that names it."""
    found = {
        "archestra": [(row.get("github_info") or {}).get("url") for row in lists.lines("archestra-catalog-facts/evaluations_facts.jsonl")],
        "wong2": lists.entries("awesome-lists/wong2_README.md"),
        "appcypher": lists.entries("awesome-lists/appcypher_README.md"),
        "docker": lists.all_lines("docker-mcp-registry/servers.multi.yaml", r"^\s+project:\s*(\S+)"),
        "ever-works": lists.all_lines("ever-works-awesome/items.headers.multi.yaml", r"^source_url:\s*(\S+)"),
        "servers README": lists.entries("mcp-servers-readme/README_2026-02-24.md"),
        "mcp.so": [row.get("url") for row in lists.lines("mcpcorpus-mcpso-partial/mcpso_servers_partial.jsonl")],
        "official": [row["repo_url"] for row in lists.table("official-registry-rosmur/servers_2026-06-12.csv")],
        "seed": [(row.get("repository") or {}).get("url") for row in lists.tree("official-registry-seed/seed_2025_05_16.json")],
        "snapshots": [(server.get("repository") or {}).get("url") for _, _, _, server in lists.snapshots()],
        "study": [row["github_repo_link"] for row in lists.table("sail-replication/all_mcp_servers.csv")],
        "tensorblock": [row["links"].get("repo") or row["links"].get("primary") for row in lists.lines("tensorblock-mcp-index/profiles.jsonl")],
        "toolhive": lists.all_lines("toolhive-registry/specs.multi.yaml", r"^repository_url:\s*(\S+)"),
        "toolsdk": [row.get("url") for row in lists.lines("toolsdk-mcp-registry/packages.jsonl")],
    }
    servers = lists.tree("chat2anyllm-mcpm/servers.json")["servers"]
    found["mcpm"] = [row["repository"]["url"] if isinstance(row.get("repository"), dict) else row.get("url") for row in servers]
    for day in ("2025-04-01", "2025-07-24", "2025-08-01", "2025-10-10"):
        found[f"hub {day}"] = [row["url"] for row in lists.table(f"mcp-servers-hub/servers_{day}.csv")]
    return {name: {repository(address) for address in addresses if address} - {None} for name, addresses in found.items()}


def later_links(lists):
    """Two lists beside them: the first link of each entry in a list of groups; every server that the official registry ever had.
    And the link that each official server has today: its history tells it, or else its newest record."""
    groups = [entry for group in lists.tree("awesome-lists/enhansome_README.json")["items"] for entry in group.get("items") or []]
    firsts = []
    for entry in groups:
        titles = [child.get("title") or "" for child in entry.get("children") or []] + [entry.get("title") or ""]
        firsts.append(next((found[0] for title in titles if (found := re.findall(r"https?://[^\s)]+", title))), ""))
    ever = {row["entry_name"]: row["repo_url"] for row in lists.table("official-registry-rosmur/history_entries.csv")}
    today = {server["name"]: (server.get("repository") or {}).get("url") for server in newest(lists)} | ever
    today |= {row["entry_name"]: row["repo_url"] for row in lists.table("official-registry-rosmur/servers_2026-06-12.csv")}
    shown = lambda addresses: {repository(address) for address in addresses if address} - {None}
    return shown(firsts), shown(ever.values()), shown(today.values())


def declared(server):
    """(kind, name) of the packages in a record of the official registry, as they are written."""
    for one in server.get("packages") or []:
        kind = one.get("registryType") or one.get("registry_type") or one.get("registry_name") or ""
        name = one.get("identifier") or one.get("name")
        if name:
            yield kind, name


def newest(lists):
    """The newest record of each server in the official registry's answers."""
    found = {}
    for _, name, is_latest, server in lists.snapshots():
        if is_latest or name not in found:
            found[name] = server
    return found.values()


def first_argument(command, arguments):
    """What a reader in a hurry takes for the package that a command starts."""
    program = Path(command or "").name
    words = [word for word in arguments or [] if isinstance(word, str)]
    if program in {"npx", "uvx", "bunx", "pnpx", "docker"}:
        for word in words:
            if not word.startswith("-") and word not in {"run", "dlx", "tool"}:
                yield ("pypi" if program == "uvx" else "npm"), word
                return


def started(lists):
    """The first arguments of all commands in four lists."""
    for row in lists.lines("archestra-catalog-facts/evaluations_facts.jsonl"):
        yield from first_argument((row.get("server") or {}).get("command"), (row.get("server") or {}).get("args"))
    for row in lists.tree("chat2anyllm-mcpm/servers.json")["servers"]:
        for one in (row.get("installations") or {}).values():
            yield from first_argument(one.get("command"), one.get("args"))
    commands = [row.get("server_command") for row in lists.lines("mcpcorpus-mcpso-partial/mcpso_servers_partial.jsonl")]
    for row in lists.lines("tensorblock-mcp-index/profiles.jsonl"):
        commands += row["install"].get("commands") or []
    for command in commands:
        words = command.split() if isinstance(command, str) else []
        if words:
            yield from first_argument(words[0], words[1:])


def images(lists):
    """(kind, name) of what two lists of images name."""
    docker = lists.all_lines("docker-mcp-registry/servers.multi.yaml", r"^image:\s*(\S+)")
    toolhive = lists.all_lines("toolhive-registry/specs.multi.yaml", r"^image:\s*(\S+)")
    return {("oci", name) for name in docker}, {("oci", name) for name in toolhive}


def of_toolsdk(lists):
    kinds = {"node": "npm", "python": "pypi", "docker": "oci"}
    rows = lists.lines("toolsdk-mcp-registry/packages.jsonl")
    return {(kinds.get(row.get("runtime"), row.get("runtime") or ""), row["packageName"]) for row in rows if row.get("packageName")}


def endpoints(lists):
    """Hosts of remote servers, by the list that names them."""
    remotes = lambda servers: {remote.get("url") or "" for server in servers for remote in server.get("remotes") or []}
    last = [server for day, _, _, server in lists.snapshots() if day == "2025-12-18"]
    servers = lists.tree("chat2anyllm-mcpm/servers.json")["servers"]
    found = {
        "last snapshot": remotes(last + lists.tree("official-registry-teamspark/server-registry_2025-12-02.json")["servers"]),
        "official": remotes(newest(lists)),
        "seed": remotes(lists.tree("official-registry-seed/seed_2025_05_16.json")),
        "census": {row["endpoint"] for row in lists.table("remote-mcp-census/remote_mcp_servers.csv")},
        "removed": {row["endpoint"] for row in lists.table("remote-mcp-census/removed_platform_auth.csv")},
        "tensorblock": {row["links"].get("endpoint") or "" for row in lists.lines("tensorblock-mcp-index/profiles.jsonl")},
        "tensorblock's own": {(row.get("links") or {}).get("endpoint") or "" for row in lists.lines("tensorblock-mcp-index/server-metadata.jsonl")},
        "toolsdk": {remote.get("url") or "" for row in lists.lines("toolsdk-mcp-registry/packages.jsonl") for remote in row.get("remotes") or []},
        "docker": set(lists.all_lines("docker-mcp-registry/servers.multi.yaml", r"^remote:\n(?:[ \t]+(?!url:).*\n)*[ \t]+url:\s*(\S+)")),
        "mcp.so": {row.get("sse_url") or "" for row in lists.lines("mcpcorpus-mcpso-partial/mcpso_servers_partial.jsonl")},
        "mcpm": {one.get("url") or "" for row in servers for one in (row.get("installations") or {}).values()},
        "archestra": {(row.get("server") or {}).get("url") or "" for row in lists.lines("archestra-catalog-facts/evaluations_facts.jsonl")},
    }
    return {name: {host(address) for address in addresses} - {None} for name, addresses in found.items()}
