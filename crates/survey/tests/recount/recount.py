"""Counts the figures of a survey's report anew, and fails with the name of each that differs.

    recount.py STORE REPORT            the report in JSON and the store (SQLite) that it was written from
    recount.py STORE REPORT LISTS      also from the public lists themselves: what they name, step by step

It needs Python alone and uses nothing of Portcullis.
"""

import json
import sqlite3
import sys

from figures import Store, figures, keys_of
from steps import told


def differences(where, reported, counted):
    """The places where two trees differ."""
    if isinstance(reported, dict) and isinstance(counted, dict):
        for name in sorted(reported.keys() | counted.keys()):
            if name not in counted:
                yield f"{where}{name}: it is reported and nobody counts it anew; add it to figures.py"
            elif name not in reported:
                yield f"{where}{name}: it is not in the report"
            else:
                yield from differences(f"{where}{name}.", reported[name], counted[name])
    elif isinstance(reported, list) and isinstance(counted, list):
        if len(reported) != len(counted):
            yield f"{where[:-1]}: {len(reported)} rows are reported, {len(counted)} counted"
        for at, (one, other) in enumerate(zip(reported, counted)):
            yield from differences(f"{where}{at}.", one, other)
    elif reported != counted:
        yield f"{where[:-1]}: {reported!r} is reported, {counted!r} counted"


def leaves(tree):
    if isinstance(tree, dict):
        return sum(map(leaves, tree.values()))
    return sum(map(leaves, tree)) if isinstance(tree, list) else 1


def main(store, report, lists=None):
    with open(report, encoding="utf-8") as file:
        reported = json.load(file)
    store = Store(sqlite3.connect(f"file:{store}?mode=ro", uri=True))
    named = any(case["name"] is not None for case in reported.get("cases", []))
    start = (reported.get("since") or {}).get("from")
    wrong = list(differences("", reported, figures(store, named, start, reported)))
    keyed = store.keyed()
    for what, things in store.named().items():
        if keyed[what] != keys_of(what, things):
            wrong.append(f"keys of {what}: {len(keyed[what])} are kept, {len(things)} are named, or they are others")
    print(f"{leaves(reported)} figures of the report were counted anew, {len(wrong)} differ")
    if lists:
        wrong += told(lists, store)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
