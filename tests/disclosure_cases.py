"""A small service, the tables that can be made of it, and what somebody must not find in them: for tests of disclosure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

from disclosure_attacker import Attacker, Print, Sets, read

from auditcheck.disclosure import DFE, Part, Policy, Raw, Released, days, everyone, joined, one, protect

TEAMS, AGES, RESULTS, MONTHS = ["Alsager", "Crewe", "Disley"], ["0", "1"], ["met", "justified", "not_met", "cannot_tell"], [7, 8]
ALL = frozenset({"team", "age", "period", "outcome"})
FIRST = {month: date(2015, month, 1) for month in (7, 8, 9)}
SPANS = {
    "July": days("July", FIRST[7], date(2015, 7, 31)),
    "August": days("August", FIRST[8], date(2015, 8, 31)),
    "to August": days("to August", FIRST[7], date(2015, 8, 31)),
}
Atom = tuple[str, str, str, int]


@dataclass(frozen=True)
class Cases:
    """How many cases there are of each team, age, result and month."""

    held: dict[Atom, int]

    def count(self, of: Sets) -> int:
        def inside(atom: Atom) -> bool:
            team, age, result, month = atom
            values = {"team": team, "age": age, "outcome": result, "period": FIRST[month].toordinal()}
            return all(members is None or values[name] in members for name, members in of.items())

        return sum(count for atom, count in self.held.items() if inside(atom))

    def table(self, name: str, rows: dict[str, list[Part]], period: Part, counts: dict[str, frozenset[str]]) -> Raw:
        """A table with every combination of these parts."""
        cells = {}
        for key in product(*rows.values()):
            where = {"period": period.members, **{name: part.members for name, part in zip(rows, key, strict=True)}}
            cells[key] = {count: self.count({**where, "outcome": outcomes}) for count, outcomes in counts.items()}
        return Raw(name, "visits", tuple(rows), cells, counts=counts, fixed={"period": period})


def parts(names: Iterable[str], total: bool = True) -> list[Part]:
    return [*(one(name) for name in names), *([everyone()] if total else [])]


def by_team(held: Cases, span: str, counts: dict[str, frozenset[str]]) -> Raw:
    return held.table(f"team {span}", {"team": parts(TEAMS)}, SPANS[span], counts)


def by_age(held: Cases, span: str, counts: dict[str, frozenset[str]]) -> Raw:
    return held.table(f"age {span}", {"age": parts(AGES)}, SPANS[span], counts)


def by_both(held: Cases, span: str, counts: dict[str, frozenset[str]]) -> Raw:
    return held.table(f"both {span}", {"team": parts(TEAMS), "age": parts(AGES)}, SPANS[span], counts)


def by_service(held: Cases, span: str, counts: dict[str, frozenset[str]]) -> Raw:
    services = [joined("South", ["Alsager", "Crewe"]), joined("All but Crewe", ["Alsager", "Disley"])]
    return held.table(f"service {span}", {"team": services}, SPANS[span], counts)


TABLES = [by_team, by_age, by_both, by_service]


def differences(prints: list[Print]) -> Iterator[tuple[Sets, Sets]]:
    """Printed counts of which one holds the other and differs in one dimension: what is between them is a count of somebody."""
    for outer, inner in product(prints, prints):
        apart = [name for name in ALL if outer.of.get(name) != inner.of.get(name)]
        if len(apart) == 1:
            more, less = outer.of.get(apart[0]), inner.of.get(apart[0])
            if less is not None and (more is None or less < more):
                yield outer.of, inner.of


def assert_nothing_found(held: Cases, prints: list[Print], policy: Policy = DFE) -> None:
    attacker = Attacker(prints, ALL)
    for one_ in {str(sorted(map(str, p.of.items()))): p for p in prints if p.hidden}.values():
        low, high = attacker.possible(one_.of)
        assert low <= held.count(one_.of) <= high
        assert high - low >= 5 and high >= 6, (one_, low, high)
    seen = set()
    for outer, inner in differences(prints):
        truth = held.count(outer) - held.count(inner)
        if policy.small(truth) and (case := f"{outer}{inner}") not in seen:
            seen.add(case)
            low, high = attacker.possible(outer, minus=[inner])
            assert high - low >= 5 and high >= 6, (outer, inner, low, high)


def release(packs: list[list[Raw]], policy: Policy = DFE) -> list[Print]:
    """Release one pack after another; all that was printed."""
    released, found = Released(), []
    for pack in packs:
        safe = protect(pack, policy, released)
        released.add(safe)
        found += [one_ for table in safe for one_ in read([table], least=table.policy.least_hidden)]
    return found
