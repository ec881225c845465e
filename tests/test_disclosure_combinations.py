"""Tables that join different themes, and ages: one may be subtracted from another on one dimension once it is added up over the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import chain, product
from random import Random

import pytest
from disclosure_attacker import Attacker, Sets, read

from auditcheck.disclosure import COUNT, DFE, RATE, Part, Raw, Released, days, everyone, joined, one, protect

THEMES, AGES = ("T1", "T2", "T3", "T4"), ("u5", "5+", "?")
YEAR = {"period": days("2015", date(2015, 1, 1), date(2015, 12, 31))}
ALL = frozenset({"rule", "age", "period", "outcome"})
Held = dict[tuple[str, str, str], int]


def themes(*names: str) -> Part:
    return joined("+".join(names), names)


def by_theme_and_by_age(t1: int) -> list[Raw]:
    """``t1`` of the first theme under five, and as many of five and over."""
    by_theme = {(themes("T1", "T3"),): 17 + 2 * t1, (themes("T2"),): 30}
    under, over = one("under five"), one("five and over")
    by_both = {
        (themes("T1", "T2"), under): 16 + t1,
        (themes("T1", "T2"), over): 14 + t1,
        (themes("T3"), under): 7,
        (themes("T3"), over): 10,
    }
    tables = ("By theme", ("rule",), by_theme), ("Themes by age", ("rule", "age"), by_both)
    return [
        Raw(name, "checks", dimensions, {key: {"d": count} for key, count in cells.items()}, counts=COUNT, fixed=YEAR)
        for name, dimensions, cells in tables
    ]


@pytest.mark.parametrize(("t1", "hides"), [(1, True), (2, True), (3, False), (0, False)])
def test_what_two_ages_together_tell_of_one_theme_is_no_secret_only_if_it_is_large_or_nought(t1: int, hides: bool) -> None:
    """T1 and T2 of all ages are the sum of two rows; T2 of all ages stands in another table: T1 is what is left, twice ``t1``."""
    safes = protect(by_theme_and_by_age(t1), DFE, Released())
    assert any(safe.hidden for safe in safes) == hides
    low, high = Attacker(read(safes), ALL).possible({"rule": frozenset({"T1"})})
    assert low <= 2 * t1 <= high
    assert not hides or (high - low >= 5 and high >= 6)


def split(random: Random, names: tuple[str, ...], into: int) -> list[Part]:
    """Names in some groups, two at least."""
    while True:
        group = {name: random.randrange(into) for name in names}
        if len(set(group.values())) > 1:
            return [themes(*(name for name in names if group[name] == number)) for number in sorted(set(group.values()))]


def some_tables(seed: int) -> tuple[Held, list[Raw]]:
    """Two or three tables by theme, by age or by both, each of which joins other themes and ages."""
    random = Random(seed)
    counts, most = (COUNT, RATE)[seed % 2], random.choice([3, 8, 20])
    outcomes = sorted(frozenset(chain(*counts.values())) - {"justified"})
    held = {atom: random.choice([0, random.randint(0, most), random.randint(0, most)]) for atom in product(THEMES, AGES, outcomes)}
    tables = []
    for number in range(random.choice([2, 3])):
        dimensions = random.choice([("rule",), ("age",), ("rule", "age"), ("rule", "age")])
        rows = [
            split(random, THEMES if name == "rule" else AGES, random.choice([2, 3])) + ([everyone()] if random.random() < 0.4 else [])
            for name in dimensions
        ]
        cells = {}
        for key in product(*rows):
            of = {name: part.members for name, part in zip(dimensions, key, strict=True)}
            cells[key] = {name: counted(held, {**of, "outcome": told}) for name, told in counts.items()}
        tables.append(Raw(f"table {number}", "checks", dimensions, cells, counts=counts, fixed=YEAR))
    return held, tables


def counted(held: Held, of: Sets) -> int:
    wanted = [of.get(name) for name in ("rule", "age", "outcome")]
    return sum(
        count for atom, count in held.items() if all(some is None or value in some for value, some in zip(atom, wanted, strict=True))
    )


def known(held: Held) -> Callable[[str, Sets], int]:
    """What whoever made the tables knows."""
    return lambda population, of: counted(held, {name: of[name] for name in of.keys() - {"period"}})


def ranges(seed: int, asks: bool) -> list[tuple[float, float]]:
    """What can be known of each block in which there is something small, of what is shown. ``asks``: the door asks for the others."""
    held, tables = some_tables(seed)
    attacker = Attacker(read(protect(tables, DFE, Released(), known(held) if asks else None)), ALL)
    small = [(of, truth) for of in attacker.blocks() if DFE.small(truth := counted(held, of))]
    found = [attacker.possible(of) for of, _ in small]
    assert all(low <= truth <= high for (_, truth), (low, high) in zip(small, found, strict=True))
    return found


@pytest.mark.parametrize("asks", [True, False])
@pytest.mark.parametrize("seed", [12, 33, 120, 204, 273])
def test_of_no_block_it_is_known_that_it_is_small(seed: int, asks: bool) -> None:
    """Of these some were known to be no more than 5 before combinations were guarded: nobody prints them, and no line tells them."""
    assert all(high >= DFE.reach for _, high in ranges(seed, asks))


def test_what_is_known_to_be_large_or_nought_costs_nothing() -> None:
    held, tables = some_tables(66)
    asked, unasked = (sum(safe.hidden for safe in protect(tables, DFE, Released(), of)) for of in (known(held), None))
    assert asked < unasked


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(300, 400))
def test_of_no_small_block_it_is_known_that_there_is_something(seed: int) -> None:
    """Blocks cut finer than combinations are laid out may be known to be small, and then they may be nought as well."""
    assert all(low == 0 or high >= DFE.reach for low, high in ranges(seed, seed % 2 == 0))
