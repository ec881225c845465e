"""Whatever the cases are, whatever tables are made of them and whatever was released before: the attacker finds no small count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

import pytest
from disclosure_attacker import Attacker, Print, Sets, read
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from auditcheck.disclosure import (
    DFE,
    OUTCOMES,
    RATE,
    CannotRelease,
    NotATable,
    Part,
    Policy,
    Raw,
    Released,
    days,
    everyone,
    joined,
    one,
    protect,
)
from auditcheck.disclosure.rings import ring

SEARCH = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], derandomize=True)
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


@st.composite
def cases(draw: Callable[..., object]) -> Cases:
    """Few or many cases, with many empty cells."""
    atoms = list(product(TEAMS, AGES, RESULTS, MONTHS))
    most = draw(st.sampled_from([2, 5, 12, 40]))
    counts = draw(st.lists(st.one_of(st.just(0), st.integers(0, most)), min_size=len(atoms), max_size=len(atoms)))
    return Cases(dict(zip(atoms, counts, strict=True)))  # type: ignore[arg-type]


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
    """Release one pack after another, but those that the tool refuses; all that was printed."""
    released, found = Released(), []
    for pack in packs:
        try:
            safe = protect(pack, policy, released)
        except CannotRelease:
            assert released.tables  # the first pack can always be released
            continue
        released.add(safe)
        found += read(safe, least=policy.least_hidden)
    return found


@SEARCH
@given(cases(), st.lists(st.sampled_from(TABLES), min_size=1, max_size=4, unique=True), st.sampled_from([RATE, OUTCOMES]))
def test_one_pack(held: Cases, tables: list[Callable[..., Raw]], counts: dict[str, frozenset[str]]) -> None:
    assert_nothing_found(held, release([[table(held, "to August", counts) for table in tables]]))


@SEARCH
@given(
    cases(),
    st.lists(st.tuples(st.sampled_from(TABLES), st.sampled_from(sorted(SPANS))), min_size=2, max_size=5, unique=True),
    st.integers(1, 4),
    st.booleans(),
)
def test_packs_one_after_another(held: Cases, wanted: list[tuple[Callable[..., Raw], str]], cut: int, zeros: bool) -> None:
    made, policy = [table(held, span, RATE) for table, span in wanted], Policy(hide_zeros=zeros)
    assert_nothing_found(held, release([pack for pack in (made[:cut], made[cut:]) if pack], policy), policy)


Packs = list[list[tuple[Callable[..., Raw], str]]]
CROSSING: dict[str, tuple[Packs, dict[str, tuple[int, ...]]]] = {
    # Each gave a count away once. Of each team and age: met in July and August, not met in July and August.
    "team by age over both months, team in one, age in the other: a ring through the months": (
        [[(by_both, "to August"), (by_team, "July"), (by_age, "August")]],
        {"Alsager 0": (0, 5, 2, 0), "Alsager 1": (2, 3, 3, 1), "Crewe 0": (1, 4, 0, 0), "Crewe 1": (2, 0, 0, 0), "Disley 0": (4, 0, 0, 0),
         "Disley 1": (0, 3, 3, 0)},
    ),
    "teams joined over both months, apart in one: who knows the teams knows that there are no others": (
        [[(by_service, "to August"), (by_team, "July"), (by_age, "July"), (by_age, "to August")]],
        {"Alsager 1": (2, 0, 0, 0), "Crewe 1": (3, 0, 0, 3), "Disley 0": (0, 0, 0, 4), "Disley 1": (0, 1, 0, 0)},
    ),
    "the same, where the teams stand in a later pack": (
        [[(by_service, "August"), (by_age, "August")], [(by_team, "to August")]],
        {"Alsager 0": (0, 2, 0, 0), "Crewe 0": (0, 0, 0, 3), "Crewe 1": (0, 0, 0, 3), "Disley 0": (0, 4, 0, 3), "Disley 1": (0, 0, 0, 3)},
    ),
    "zeros hidden: what is left of a total of which nothing is left is no count": (
        [[(by_age, "to August"), (by_team, "July")], [(by_team, "to August"), (by_age, "July"), (by_team, "August")]],
        {"Crewe 1": (0, 0, 3, 0), "Disley 0": (0, 2, 0, 4), "Disley 1": (0, 0, 3, 0)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("zeros", [False, True], ids=["shown", "hidden"])
@pytest.mark.parametrize("case", CROSSING)
def test_tables_that_cross_tell_no_more_than_each(case: str, zeros: bool) -> None:
    packs, counts = CROSSING[case]
    policy = Policy(hide_zeros=zeros)
    places = list(product(["met", "not_met"], MONTHS))
    named = {key: dict(zip(places, some, strict=True)) for key, some in counts.items()}
    held = Cases({(t, a, r, m): named.get(f"{t} {a}", {}).get((r, m), 0) for t, a, r, m in product(TEAMS, AGES, RESULTS, MONTHS)})
    assert_nothing_found(held, release([[table(held, span, RATE) for table, span in pack] for pack in packs], policy), policy)


@SEARCH
@given(cases(), st.lists(st.sampled_from(TABLES), min_size=1, max_size=3, unique=True))
def test_with_zeros_hidden(held: Cases, tables: list[Callable[..., Raw]]) -> None:
    policy = Policy(hide_zeros=True)
    prints = release([[table(held, "to August", RATE) for table in tables]], policy)
    assert_nothing_found(held, prints, policy)


def test_primary_alone_is_found_out() -> None:
    """The attacker can win: the same tables with only their small counts hidden."""
    held = Cases({atom: 1 + 7 * number for number, atom in enumerate(product(TEAMS, AGES, RESULTS, MONTHS))})
    raw = by_team(held, "July", RATE)
    prints = []
    for key, counts in raw.cells.items():
        for name, outcomes in RATE.items():
            of = {"team": key[0].members, "period": raw.fixed["period"].members, "outcome": outcomes}
            hide = counts[name] == min(c["n"] for c in raw.cells.values())
            prints.append(Print(of, 1 if hide else counts[name], float("inf") if hide else counts[name]))
    with pytest.raises(AssertionError):
        assert_nothing_found(held, prints)


def test_tables_that_cross_in_a_ring_are_refused() -> None:
    sets = [frozenset(pair) for pair in (("team", "age"), ("age", "kind"), ("kind", "team"))]
    assert ring(sets) == frozenset(sets)
    assert ring([*sets, frozenset({"team", "age", "kind"})]) == frozenset()
    assert ring([*sets[:2], frozenset({"team"}), frozenset()]) == frozenset()
    tables = []
    for names in (("team", "age"), ("age", "kind"), ("kind", "team")):
        cells = {(one("a"), one("b")): {"n": 20, "d": 40}}
        tables.append(Raw(" by ".join(names), "visits", names, cells))
    with pytest.raises(NotATable, match="cross in a ring"):
        protect(tables, DFE, Released())
    assert len(protect(tables[:2], DFE, Released())) == 2
