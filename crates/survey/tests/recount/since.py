"""What changed between two runs, counted anew."""

from collections import Counter, defaultdict

from normal import identity, repository

TOLD = 25
FIELDS = ["repository", "package", "remote", "status"]


def owner(address):
    place = repository(address) if address else None
    return place[1] if place else None


def owners(store, changes, live, names):
    """Listings whose repository belonged to another account, the most used first: (listing, what is told of it)."""
    first = {}
    for row in sorted(changes, key=lambda row: row["at"]):
        if row["field"] == "repository":
            first.setdefault(row["listing"], row["before"])
    found = []
    for listing, before in first.items():
        row = store.listings[listing]
        if owner(before) is None or owner(before) == owner(row["repository"]):
            continue
        shown = {"registry": row["registry"], "name": row["name"], "before": before, "after": row["repository"]}
        if listing in live and not names:
            case = f"C-{identity('case', row['registry'], row['name']) % 2**64 >> 32:08x}"
            shown = {"registry": row["registry"], "name": case, "before": None, "after": None}
        found.append((listing, shown))
    rank = lambda item: (-(store.listings[item[0]]["reach"] or 0), store.listings[item[0]]["registry"].encode(),
                         store.listings[item[0]]["name"].encode())
    return sorted(found, key=rank)


def since(store, names, time, start):
    """From the run `start`, or from the one before the last, to the last one; none when there is no earlier one."""
    runs = sorted(store.rows("run"), key=lambda row: row["id"])
    if start is None:
        if len(runs) < 2:
            return None
        start = runs[-2]["id"]
    at = {run["id"]: run["at"] for run in runs}
    known = {row["listing"]: row for row in store.rows("known")}
    counts = defaultdict(Counter)
    for listing, row in known.items():
        registry = counts[store.registry(listing)]
        registry["new"] += row["since"] > start and row["gone"] == 0
        registry["gone"] += row["since"] <= start < row["gone"]
    changes = [row for row in store.rows("change") if row["run"] > start and known[row["listing"]]["since"] <= start]
    for listing, field in {(row["listing"], row["field"]) for row in changes if row["field"] in FIELDS}:
        counts[store.registry(listing)][field] += 1
    live = {row["listing"] for row in store.findings if row["severity"] == "critical" and row["threat"] in ("X01", "X02")}
    changed = owners(store, changes, live, names)
    for listing, _ in changed:
        counts[store.registry(listing)]["owner"] += 1
    rules = defaultdict(Counter)
    for row in store.rows("found"):
        appeared, went = row["since"] > start and row["until"] == 0, row["since"] <= start < row["until"]
        for counter in (counts[store.registry(row["listing"])], rules[row["rule"], row["severity"]]):
            counter["appeared"] += appeared
            counter["went"] += went
    then = {row["listing"]: row["state"] for row in store.rows("stood") if row["since"] <= start < (row["until"] or 0)}
    now = {row["listing"]: row["state"] for row in store.rows("stood") if row["until"] == 0}
    links = Counter((then[listing], now[listing]) for listing in then.keys() & now.keys() if then[listing] != now[listing])
    columns = ["new", "gone", "owner", *FIELDS, "appeared", "went"]
    return {
        "from": start,
        "from_at": time(at[start]),
        "to": runs[-1]["id"],
        "to_at": time(runs[-1]["at"]),
        "registries": [{"registry": registry, **{column: int(counts[registry][column]) for column in columns}}
                       for registry in sorted(counts, key=str.encode)],
        "rules": [{"rule": rule, "severity": severity, "appeared": int(rules[rule, severity]["appeared"]), "went": int(rules[rule, severity]["went"])}
                  for rule, severity in sorted(rules) if any(rules[rule, severity].values())],
        "links": [{"before": before, "after": after, "listings": links[before, after]}
                  for before, after in sorted(links, key=lambda key: (-links[key], key))],
        "owners": [shown for _, shown in changed[:TOLD]],
    }
