"""Compares, name by name, what was planted in synthetic listings with what a survey of them found; fails when they differ.

    planted.py STORE TRUTH             the store (SQLite) after `survey analyse`, and `truth.tsv` of `cargo xtask synthetic`

It needs Python alone and uses nothing of Portcullis.
"""

import sqlite3
import sys
from collections import defaultdict

STATES = {
    "gone-owner-present": "dead-link",
    "absent-unverified": "dead-link",
    "empty": "empty-repository",
    "no-readme": "no-readme",
}
THREATS = {"X01": "maintainer-hijackable", "X02": "redirection-hijackable"}
RULES = {"secret-in-listing": "leaked-credential", "look-alike-listing": "look-alike"}


def planted(path):
    """What was planted: names by registry and kind of case."""
    cases = defaultdict(set)
    with open(path, encoding="utf-8") as file:
        for line in file:
            registry, name, kind = line.rstrip("\n").split("\t")
            cases[registry, kind].add(name)
    return cases


def found(store):
    """What the survey found, in the same shape."""
    cases = defaultdict(set)
    sql = "SELECT l.registry, l.name, s.state FROM standing AS s JOIN listing AS l ON l.id = s.listing"
    for registry, name, state in store.execute(sql):
        if state in STATES:
            cases[registry, STATES[state]].add(name)
    sql = "SELECT l.registry, l.name, f.rule, f.threat, f.severity FROM finding AS f JOIN listing AS l ON l.id = f.listing"
    for registry, name, rule, threat, severity in store.execute(sql):
        if severity == "critical" and threat in THREATS:
            cases[registry, THREATS[threat]].add(name)
        if rule in RULES:
            cases[registry, RULES[rule]].add(name)
    groups = defaultdict(list)
    sql = """SELECT m.group_, l.registry, l.name, l.publisher FROM member AS m JOIN listing AS l ON l.id = m.listing"""
    for group, registry, name, publisher in store.execute(sql):
        groups[group, registry].append((name, publisher))
    for (_, registry), members in groups.items():
        kind = "affix-group-own" if len({publisher for _, publisher in members}) == 1 else "affix-group-foreign"
        cases[registry, kind].update(name for name, _ in members)
    return cases


def main(store, truth):
    wanted, told = planted(truth), found(sqlite3.connect(f"file:{store}?mode=ro", uri=True))
    print("| registry | case | planted | found | not found | found and not planted |")
    print("|---|---|---:|---:|---:|---:|")
    right = missed = extra = 0
    for registry, kind in sorted(wanted.keys() | told.keys()):
        there, seen = wanted[registry, kind], told[registry, kind]
        both, lost, more = len(there & seen), len(there - seen), len(seen - there)
        print(f"| {registry} | {kind} | {len(there)} | {both} | {lost} | {more} |")
        right, missed, extra = right + both, missed + lost, extra + more
    share = lambda part, rest: f"{100 * part / max(part + rest, 1):.2f} %"
    print(f"\nRecall {share(right, missed)} ({right} of {right + missed}), precision {share(right, extra)} ({right} of {right + extra}).")
    return 1 if missed or extra else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
