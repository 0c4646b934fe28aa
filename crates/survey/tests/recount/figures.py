"""The figures of a survey's report, counted anew in its store (SQLite): plain rows are read, and Python counts."""

from collections import Counter, defaultdict
from datetime import datetime, timezone

from normal import host, identity, package, repository
from since import since

CASES = 50
LISTED = 25
# The numbers of the kinds of keys that are counted, as the table `key_kind` has them.
KEYS = {"repositories": "repository", "owners": "owner", "packages": "package", "hosts": "host"}
STRENGTH = ["low", "medium", "high", "certain"]


def time(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def lower(text):
    """Lower case of ASCII alone, as the store has it."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def by_count(items):
    """The largest first, equal ones by their bytes."""
    return sorted(items, key=lambda item: (-item[1], item[0].encode()))


def counted(counter):
    return [{"what": what, "count": count} for what, count in by_count(counter.items())[:LISTED]]


class Store:
    """The tables of a store."""

    def __init__(self, connection):
        self.connection = connection
        self.listings = {row["id"]: row for row in self.rows("listing")}
        self.findings = self.rows("finding")

    def rows(self, table):
        cursor = self.connection.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor]

    def registry(self, listing):
        return self.listings[listing]["registry"]

    def named(self):
        """What listings name, in normal form: repositories, owners, packages, hosts."""
        places = {repository(row["repository"]) for row in self.listings.values() if row["repository"]} - {None}
        return {
            "repositories": places,
            "owners": {place[:2] for place in places},
            "packages": {package(row["kind"], row["name"]) for row in self.rows("package")} - {None},
            "hosts": {host(row["address"]) for row in self.rows("remote")} - {None},
        }

    def keyed(self):
        """How many different keys of each of these kinds the store holds."""
        codes = {row["word"]: row["id"] for row in self.rows("key_kind")}
        sql = "SELECT DISTINCT value FROM key WHERE kind = ?"
        return {what: {row[0] for row in self.connection.execute(sql, [codes[kind]])} for what, kind in KEYS.items()}


def keys_of(what, things):
    """The keys that these things should have."""
    text = {
        "repositories": lambda place: "/".join(place),
        "owners": lambda place: "/".join(place),
        "packages": lambda name: ":".join(name),
        "hosts": lambda name: name,
    }[what]
    return {identity(KEYS[what], text(thing)) for thing in things}


def totals(store):
    count = lambda table: len(store.rows(table))
    named = {what: len(things) for what, things in store.named().items()}
    return {
        "listings": len(store.listings),
        "servers": len({row["server"] for row in store.listings.values()}),
        **named,
        "subjects": count("subject"),
        "observations": count("observation"),
        "changes": count("change"),
        "findings": len(store.findings),
        "rejected": sum(row["rejected"] for row in store.rows("source")),
    }


def registries(store):
    size = Counter(row["registry"] for row in store.listings.values())
    linked = Counter(row["registry"] for row in store.listings.values() if row["repository"] is not None)
    states = defaultdict(Counter)
    for row in store.rows("standing"):
        states[store.registry(row["listing"])][row["state"]] += 1

    def found(registry, test):
        return len({row["listing"] for row in store.findings if test(row) and store.registry(row["listing"]) == registry})

    return [
        {
            "registry": registry,
            "listings": listings,
            "linked": linked[registry],
            "states": dict(states[registry]),
            "maintainer_hijackable": found(registry, lambda row: (row["severity"], row["threat"]) == ("critical", "X01")),
            "redirection_hijackable": found(registry, lambda row: (row["severity"], row["threat"]) == ("critical", "X02")),
            "leaking": found(registry, lambda row: row["rule"] == "secret-in-listing"),
            "look_alike": found(registry, lambda row: row["rule"] == "look-alike-listing"),
        }
        for registry, listings in by_count(size.items())
    ]


def rules(store):
    listings = defaultdict(set)
    for row in store.findings:
        listings[row["rule"], row["threat"], row["severity"]].add(row["listing"])
    order = sorted(listings, key=lambda key: (-len(listings[key]), key[0], key[2]))
    return [{"rule": rule, "threat": threat, "severity": severity, "listings": len(listings[rule, threat, severity])}
            for rule, threat, severity in order]


def cases(store, names):
    live, seen = defaultdict(list), defaultdict(set)
    for row in store.rows("observation"):
        if row["status"] == "absent":
            seen[row["subject"]].add(row["seen"])
    for row in store.findings:
        if row["severity"] == "critical" and row["threat"] in ("X01", "X02"):
            live[row["listing"]].append(row)

    relies = [row for row in store.rows("relies") if row["listing"] in live]

    def absent(listing):
        subjects = {row["subject"] for row in relies if row["listing"] == listing}
        looks = sorted(at for subject in subjects for at in seen[subject])
        return {"looks": len(looks), "first": time(looks[0]), "last": time(looks[-1])} if looks else None

    def said(rows):
        first = min(rows, key=lambda found: (found["rule"].encode(), found["id"]))
        return first["message"] if first["evidence"] is None else f"{first['message']}: {first['evidence']}"

    def shown(listing, rows):
        row = store.listings[listing]
        return {
            "case": f"C-{identity('case', row['registry'], row['name']) % 2**64 >> 32:08x}",
            "registry": row["registry"],
            "name": row["name"] if names else None,
            "rule": min(found["rule"] for found in rows),
            "severity": "critical",
            "confidence": max((found["confidence"] for found in rows), key=STRENGTH.index),
            "reach": row["reach"],
            "absent": absent(listing),
            "evidence": said(rows) if names else None,
        }

    def rank(item):
        row = store.listings[item[0]]
        return -(row["reach"] or 0), row["registry"].encode(), row["name"].encode()

    return [shown(*item) for item in sorted(live.items(), key=rank)[:CASES]], len(live)


def likenesses(store):
    why = {"the same maintainer": "same_maintainer", "the same server": "same_server", "a fork": "fork",
           "more used": "more_used", "another purpose": "another_purpose", None: "left"}
    rows = defaultdict(Counter)
    for row in store.rows("likeness"):
        rows[row["kind"], row["confidence"]][why.get(row["benign"], row["benign"])] += 1
    order = sorted(rows, key=lambda key: (-rows[key].total(), key))
    return [{"kind": kind, "confidence": confidence, "pairs": rows[kind, confidence].total(),
             **{word: rows[kind, confidence][word] for word in why.values()}}
            for kind, confidence in order]


def groups(store):
    members = defaultdict(list)
    for row in store.rows("member"):
        members[row["group_"]].append(store.listings[row["listing"]])
    by_registry = defaultdict(list)
    for row in store.rows("group_"):
        by_registry[row["key"]].append(members[row["id"]])
    foreign = lambda group: len({lower(row["publisher"] or row["name"]) for row in group}) > 1
    found = [{"registry": registry, "groups": len(all_), "members": sum(map(len, all_)),
              "different_maintainers": sum(map(foreign, all_))}
             for registry, all_ in by_registry.items()]
    return sorted(found, key=lambda row: (-row["groups"], row["registry"].encode()))


def leaks(store):
    listings = defaultdict(set)
    for row in store.rows("leak"):
        listings[store.registry(row["listing"]), row["kind"]].add(row["listing"])
    order = sorted(listings, key=lambda key: (-len(listings[key]), key))
    return [{"registry": registry, "kind": kind, "listings": len(listings[registry, kind])} for registry, kind in order]


def tools(store):
    rows, servers = Counter(), defaultdict(set)
    for row in store.rows("tool"):
        rows[row["name"]] += 1
        servers[row["name"]].add(store.listings[row["listing"]]["server"] or row["listing"])
    return counted(Counter({name: len(servers[name]) for name in rows if len(servers[name]) > 1}))


def brands(store):
    listings = defaultdict(set)
    for row in store.findings:
        if row["rule"] == "borrowed-brand":
            listings[store.registry(row["listing"]), row["severity"]].add(row["listing"])
    order = sorted(listings, key=lambda key: (-len(listings[key]), key))
    return [{"registry": registry, "severity": severity, "listings": len(listings[registry, severity])}
            for registry, severity in order]


def server(store, listing):
    return store.listings[listing]["server"] or listing


def makings(store):
    found = {"language": defaultdict(set), "package": defaultdict(set), "remote": defaultdict(set)}
    for row in store.listings.values():
        if row["language"] is not None:
            found["language"][lower(row["language"])].add(server(store, row["id"]))
    for row in store.rows("package"):
        found["package"][row["kind"]].add(server(store, row["listing"]))
    for row in store.rows("remote"):
        found["remote"]["address on the web"].add(server(store, row["listing"]))
    return [{"by": by, "what": what, "servers": count}
            for by, servers in found.items()
            for what, count in by_count({word: len(found) for word, found in servers.items()}.items())[:15]]


def growth(store):
    last = {}
    for row in sorted(store.rows("counted"), key=lambda row: row["at"]):
        last[row["registry"], row["what"], time(row["at"])[:10]] = row["number"]
    found = defaultdict(list)
    for (registry, what, day), number in sorted(last.items()):
        found[registry, what].append([day, number])
    return [{"registry": registry, "what": what, "days": days} for (registry, what), days in sorted(found.items())]


def inspected(store, names):
    packages = store.rows("inspected")
    failed = sorted(store.rows("uninspected"), key=lambda row: [row[name].encode() for name in ("why", "kind", "name")])
    rounds = sorted(store.rows("fetch_round"), key=lambda row: row["at"])
    keys = {row["package"] for row in packages}
    kind = next(row["id"] for row in store.rows("key_kind") if row["word"] == "package")
    return {
        "packages": len(packages),
        "partly": sum(1 for row in packages if row["missing"] > 0),
        "grave": len({row["package"] for row in store.rows("inspection") if row["severity"] in ("high", "critical")}),
        "listings": len({row["listing"] for row in store.rows("key") if row["kind"] == kind and row["value"] in keys}),
        "listed": len({(row["kind"], row["name"]) for row in store.rows("package") if row["kind"] in ("npm", "pypi")}),
        "unadvised": sum(1 for row in packages if not row["advised"]),
        "failed": counted(Counter(row["why"] for row in failed)),
        "failures": [failure(row, names) for row in failed[:LISTED]],
        "fetched": {**rounds[-1], "at": time(rounds[-1]["at"])} if rounds else None,
    }


def not_understood(store):
    sources = {row["id"]: row for row in store.rows("source")}
    groups = defaultdict(list)
    for row in store.rows("rejected"):
        source = sources[row["source"]]
        order = source["registry"].encode(), source["locator"].encode(), source["fetched"], row["source"], row["reason"].encode()
        groups[order].append(row["position"])
    told = []
    for order, positions in sorted(groups.items()):
        source = sources[order[3]]
        told.append({
            "registry": source["registry"],
            "source": source["locator"],
            "fetched": time(source["fetched"]),
            "reason": order[4].decode(),
            "records": len(positions),
            "which": which(sorted(positions)),
        })
    return {"groups": told[:5000], "more": max(0, len(told) - 5000)}


def which(positions):
    """`3, 17, 20-31`: what follows one another is one range."""
    ranges = []
    for position in positions:
        if ranges and ranges[-1][1] == position - 1 and position > 1:
            ranges[-1][1] = position
        else:
            ranges.append([position, position])
    words = {0: "whole", 2**63 - 1: "rest"}
    texts = [words.get(first, f"{first}" if first == last else f"{first}-{last}") for first, last in ranges]
    return ", ".join(texts[:40] + ["…"] * (len(texts) > 40))


def given_up(store, names):
    jobs = sorted((row for row in store.rows("job") if (row["kind"], row["state"]) == ("probe", "failed")), key=lambda row: row["id"])
    absent = {row["subject"] for row in store.rows("observation") if row["status"] == "absent"}
    free = {row["text"] for row in store.rows("subject") if row["id"] in absent}
    return {
        "subjects": len(jobs),
        "listed": [
            {
                "subject": subject if names or subject not in free else None,
                "reason": row["reason"],
                "attempts": row["attempts"],
            }
            for row in jobs[:LISTED]
            for subject in [row["payload"].split(" ", 1)[1]]
        ],
    }


def failure(row, names):
    """A package that could not be had; one whose name may be free is not named."""
    shown = names or row["why"] not in ("unknown", "no-version")
    return {
        "package": f"{row['kind']}:{row['name']}" if shown else None,
        "why": row["why"],
        "reason": row["reason"] if shown else None,
    }


def toolset(store, reported):
    """What tools can do is a judgement on words, which is taken as it is reported; everything else is counted."""
    tools, registries, reach = defaultdict(set), defaultdict(set), defaultdict(int)
    for row in store.rows("tool"):
        tools[server(store, row["listing"])].add(lower(row["name"]))
    for row in store.listings.values():
        one = row["server"] or row["id"]
        registries[one].add(row["registry"])
        reach[one] = max(reach[one], row["reach"] or 0)
    users = Counter(name for names in tools.values() for name in names)
    shared = {name for name, count in users.items() if count > 1}
    popular = sorted(tools, key=lambda one: (-reach[one], -len(registries[one]), one))[:200]
    pairs = [(one, other) for at, one in enumerate(popular) for other in popular[at + 1:]]
    return {
        **reported,
        "servers": len(tools),
        "tools": sum(map(len, tools.values())),
        "popular": len(popular),
        "pairs": len(pairs),
        "shared_names": len(shared),
        "sharing_servers": sum(1 for names in tools.values() if names & shared),
        "conflicting": sum(1 for one, other in pairs if tools[one] & tools[other]),
    }


def months(store):
    new = Counter(time(row["first_seen"])[:7] for row in store.listings.values())
    found, so_far = [], 0
    for month in sorted(new):
        so_far += new[month]
        found.append({"month": month, "new": new[month], "all": so_far})
    return found


def sources(store):
    order = sorted(store.rows("source"), key=lambda row: (row["registry"].encode(), row["fetched"], row["locator"].encode()))
    kept = ["registry", "locator", "fetched", "digest", "records", "kept", "rejected"]
    return [{name: time(row[name]) if name == "fetched" else row[name] for name in kept} for row in order]


def figures(store, names, start, reported):
    """Everything in `portcullis.survey/1`; `start` is the number of the earlier run, where the report names one."""
    shown, in_all = cases(store, names)
    languages = Counter(lower(row["language"]) for row in store.listings.values() if row["language"] is not None)
    return {
        "schema": "portcullis.survey/1",
        "seen": [time(min(row["first_seen"] for row in store.listings.values())),
                 time(max(row["last_seen"] for row in store.listings.values()))],
        "totals": totals(store),
        "registries": registries(store),
        "rules": rules(store),
        "cases": shown,
        "cases_in_all": in_all,
        "likenesses": likenesses(store),
        "groups": groups(store),
        "brands": brands(store),
        "leaks": leaks(store),
        "tools": tools(store),
        "languages": counted(languages),
        "not_understood": not_understood(store),
        "given_up": given_up(store, names),
        "inspected": inspected(store, names),
        "toolset": toolset(store, reported.get("toolset", {})),
        "makings": makings(store),
        "growth": growth(store),
        "months": months(store),
        "since": since(store, names, time, start),
        "changes": counted(Counter(row["field"] for row in store.rows("change"))),
        "sources": sources(store),
        "rejected": counted(Counter(row["reason"] for row in store.rows("rejected"))),
    }
