"""What somebody outside could work out of some tables: the product's ranges are the attacker's, whatever is hidden and was released."""

from __future__ import annotations

from itertools import product
from math import inf
from random import Random

import pytest
from disclosure_attacker import Attacker, Print, read
from disclosure_cases import ALL
from test_disclosure_cost import packs

from auditcheck.disclosure import ROUND5, Policy, Raw, Released, protect
from auditcheck.disclosure.attack import Attack
from auditcheck.disclosure.building import build
from auditcheck.disclosure.system import System

PLAIN, ZEROS = Policy(), Policy(hide_zeros=True)
QUICK = [*product((0, 3, 6, 8, 9, 11, 16, 23, 26), (PLAIN, ZEROS)), (3, ROUND5), (11, ROUND5)]
MORE = [*product((2, 4, 5, 7, 13, 18, 20, 24, 25, 29), (PLAIN, ZEROS)), *product((0, 2, 6, 9, 16, 23), (ROUND5,))]
FAR = 1000
"""No count of these cases is as large: what may be more may be anything."""


def hidden_by_lot(system: System, policy: Policy, random: Random) -> set[int]:
    """Every small count of the pack, and others."""
    known = [(at, cell.truth) for at, cell in enumerate(system.cells) if cell.current and cell.truth is not None]
    return {at for at, count in known if policy.small(count) or (count > 0 and random.random() < 0.4)}


def printed(tables: list[Raw], system: System, policy: Policy, hidden: set[int]) -> dict[int, Print]:
    """The figures of the tables, by their cells."""
    found = {}
    for table in tables:
        for key, counts in table.cells.items():
            where = {name: part.members for name, part in table.fixed.items()}
            where |= {name: part.members for name, part in zip(table.dimensions, key, strict=True)}
            for name, outcomes in table.counts.items():
                at = system.at(table, key, name)
                ends = (float(policy.least_hidden), inf) if at in hidden else policy.between(counts[name])
                found[at] = Print({**where, "outcome": outcomes}, *ends)
    return found


def asked_for(system: System) -> System:
    """The same, with every count that nobody printed asked for: as whoever made the tables does not know any of them."""
    for cell in system.cells:
        if not cell.current:
            cell.truth = None
    return system


@pytest.mark.parametrize(("seed", "policy"), [*QUICK, *(pytest.param(*one, marks=pytest.mark.deep) for one in MORE)])
def test_ranges_are_those_that_the_attacker_finds(seed: int, policy: Policy) -> None:
    released, before = Released(), []
    *earlier, tables = packs(seed)[0]
    for pack in earlier:
        safe = protect(pack, policy, released)
        released.add(safe)
        before += read(safe, spread=policy.round_to // 2, least=policy.least_hidden)
    system = asked_for(build(tables, released))
    hidden = hidden_by_lot(system, policy, Random(seed))
    prints = printed(tables, system, policy, hidden)
    attacker, ranges = Attacker([*before, *prints.values()], ALL), Attack(system, policy).ranges(hidden)
    between = {at: block for (_, block), at in system.index.items() if at not in prints and not system.cells[at].laid_out}
    asked = {at: prints[at].of for at in hidden} | {at: {name: system._members[of] for name, of in block} for at, block in between.items()}
    for at, of in asked.items():
        low, high = ranges.get(at, system.cells[at].known)  # where an earlier pack said it, that
        assert (low, inf if high > FAR else high) == attacker.possible(of), system.cells[at].name


@pytest.mark.parametrize("seed", [6, 8, 11, 16, 20, 23])
def test_a_reader_who_does_not_know_all_there_is_finds_no_more_than_is_reckoned_with(seed: int) -> None:
    """There may be teams and ages that no table names; that the rows of each table add up is known besides."""
    released = Released()
    *_, tables = packs(seed)[0]
    system = build(tables, released, complete=False)
    hidden = hidden_by_lot(system, PLAIN, Random(seed))
    prints = printed(tables, system, PLAIN, hidden)
    attacker, ranges = Attacker(list(prints.values()), frozenset({"outcome"})), Attack(system, PLAIN).ranges(hidden)
    for at in hidden:
        (low, high), (least, most) = ranges.get(at, system.cells[at].known), attacker.possible(prints[at].of)
        assert least <= low <= high <= most, system.cells[at].name
