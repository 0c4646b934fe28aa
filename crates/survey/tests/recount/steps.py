"""From the first count of what the public lists name (2026-11-20) to the figures of a report, step by step.

The first count is repeated as it was made; each step says how many things it takes away or adds; the last count has to be
the set that the store holds, thing for thing.
"""

from lists import Lists, declared, endpoints, images, later_links, links, newest, of_toolsdk, started
from normal import host, package

FIRST = {"repositories": 23379, "owners": 16459, "packages": 6659, "hosts": 20842}


class Table:
    """The steps of one figure."""

    def __init__(self, what, things, count=len):
        self.what, self.things, self.count = what, set(things), count
        self.rows = [("first count", None, count(self.things))]
        self.wrong = []
        if self.rows[0][2] != FIRST[what]:
            self.wrong.append(f"{what}: the first count was {FIRST[what]}; repeated it is {self.rows[0][2]}")

    def step(self, why, things):
        things = set(things)
        change = self.count(things) - self.count(self.things)
        self.things = things
        self.rows.append((why, change, self.count(things)))

    def ends(self, held):
        if self.things != held:
            lost, more = sorted(self.things - held)[:5], sorted(held - self.things)[:5]
            self.wrong.append(f"{self.what}: the lists name {len(self.things)}, the store holds {len(held)}; "
                              f"not held: {lost}, not named: {more}")

    def show(self):
        print(f"\n| {self.what} | | |\n|---|---:|---:|")
        for why, change, count in self.rows:
            print(f"| {why} | {'' if change is None else f'{change:+,}'} | {count:,} |")


def by_links(lists, held):
    named = links(lists)
    groups, ever, today = later_links(lists)
    union = set().union(*named.values())
    tables = []
    for what, count in (("repositories", len), ("owners", lambda places: len({place[:2] for place in places}))):
        table = Table(what, {place for place in union if place[0] == "github.com"}, count)
        table.step("repositories of other forges", union)
        table.step("servers that the official registry had once (`history_entries`)", union | ever)
        table.step("a list of groups of links (`enhansome`)", union | ever | groups)
        lists_of_today = set().union(*(places for name, places in named.items() if name != "snapshots"))
        table.step("links of 2025 that official servers replaced since", lists_of_today | today | groups)
        table.ends(held)
        tables.append(table)
    return tables


def by_packages(lists, held, by_list):
    docker, toolhive = images(lists)
    seed = {one for server in lists.tree("official-registry-seed/seed_2025_05_16.json") for one in declared(server)}
    last = {one for day, _, _, server in lists.snapshots() if day in {"2025-12-02", "2025-12-18"} for one in declared(server)}
    commands = set(started(lists))
    written = last | seed | of_toolsdk(lists) | docker
    table = Table("packages", {(kind, _cut(name)) for kind, name in written | commands})
    table.step("first arguments of commands, which often are no package", {(kind, _cut(name)) for kind, name in written})
    nowhere = {"unknown", "java", ""}
    written = {(kind, name) for kind, name in written if kind not in nowhere}
    table.step("kinds that name no registry (`unknown`, `java`)", {(kind, _cut(name)) for kind, name in written})
    normal = lambda names: {package(*name) for name in names} - {None}
    table.step("tags of images, and spellings that a registry takes for one name", normal(written))
    today = {one for server in newest(lists) for one in declared(server) if one[0] not in nowhere}
    current = today | {one for one in seed | of_toolsdk(lists) | docker if one[0] not in nowhere}
    table.step("what only versions of official servers name that are not the latest", normal(current))
    table.step("images of `toolhive`", normal(current | toolhive))
    by_command = set().union(*(by_list.get(name, set()) for name in ("archestra", "mcpm", "mcp.so", "tensorblock")))
    table.step("packages that commands start, as the store has them: whole commands are read", table.things | by_command)
    table.ends(held)
    return table


def _cut(name):
    """A name without what follows an `@` in it, in lower case."""
    return (name[:1] + name[1:].split("@")[0]).lower()


def by_endpoints(lists, held):
    named = endpoints(lists)
    proved = {host(f"https://{row['apex']}/") for row in lists.table("radixia-mcp-census/R-registry-2026-08-05.csv")} - {None}
    table = Table("hosts", named["last snapshot"] | named["census"] | named["tensorblock"] | proved)
    table.step("domains that were only asked whether they run a server", named["last snapshot"] | named["census"] | named["tensorblock"])
    table.step("hosts that no latest version of an official server names",
               named["official"] | named["census"] | named["tensorblock"])
    table.step("endpoints on shop and site platforms (`removed_platform_auth`)", table.things | named["removed"])
    table.step("endpoints in seven further lists", set().union(*(hosts for name, hosts in named.items() if name != "last snapshot")))
    table.ends(held)
    return table


def by_records(lists, store):
    """The files whose records were not all counted."""
    wrong, records = [], 0
    for row in store.rows("source"):
        name = row["locator"].removesuffix(".gz")
        there = lists.records(name)
        records += there or 0
        if there not in (None, row["records"]):
            wrong.append(f"{name}: it holds {there} records, of which the report counts {row['records']}")
    print(f"\n{records:,} records of the lists were counted anew, in {len(wrong)} files they differ")
    return wrong


def told(folder, store):
    """Prints the steps and says what does not fit."""
    lists, named = Lists(folder), store.named()
    by_list = {}
    for row in store.rows("package"):
        by_list.setdefault(store.registry(row["listing"]), set()).add(package(row["kind"], row["name"]))
    started_by = {name: names - {None} for name, names in by_list.items()}
    tables = by_links(lists, named["repositories"])
    tables += [by_packages(lists, named["packages"], started_by), by_endpoints(lists, named["hosts"])]
    wrong = by_records(lists, store)
    for table in tables:
        table.show()
        wrong += table.wrong
    return wrong
