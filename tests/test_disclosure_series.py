"""Trends of some teams beside other tables of longer periods: laid out apart, and nothing that they tell together is lost."""

from __future__ import annotations

from datetime import date
from itertools import product
from random import Random
from typing import Any

import pytest
from disclosure_attacker import Attacker
from disclosure_cases import AGES, ALL, FIRST, RESULTS, TEAMS, Cases, assert_nothing_found, parts, release
from test_disclosure_ranges import asked_for

from auditcheck.disclosure import DFE, RATE, Part, Raw, Released, days, everyone, joined, layout, one
from auditcheck.disclosure.attack import Attack
from auditcheck.disclosure.building import build

MONTHS = [7, 8, 9]
LAST = {7: date(2015, 7, 31), 8: date(2015, 8, 31), 9: date(2015, 9, 30)}
MONTH = {month: days(f"{last:%B}", FIRST[month], last) for month, last in LAST.items()}
SPANS = [days("to August", FIRST[7], LAST[8]), days("from August", FIRST[8], LAST[9]), days("all", FIRST[7], LAST[9])]
WHOSE = [joined("South", ["Alsager", "Crewe"]), one("Crewe"), joined("All but Crewe", ["Alsager", "Disley"])]


def seeds(*long: int) -> list[Any]:
    """Forty; every other one, and those that take seconds, are for `make test-deep`."""
    return [pytest.param(seed, marks=pytest.mark.deep) if seed % 2 or seed in long else seed for seed in range(40)]


def trend(held: Cases, of: Part, months: list[int]) -> Raw:
    def counts(month: int) -> dict[str, int]:
        where = {"team": of.members, "period": MONTH[month].members}
        return {name: held.count({**where, "outcome": told}) for name, told in RATE.items()}

    return Raw(f"trend {of.label}", "visits", ("period",), {(MONTH[month],): counts(month) for month in months}, fixed={"team": of})


def some_tables(random: Random) -> tuple[Cases, list[Raw]]:
    """Few or many cases; a trend or two, and some tables over longer periods. All teams are named: whoever is named is all there is."""
    most = random.choice([2, 5, 12, 40])
    held = Cases({atom: random.choice([0, random.randint(0, most)]) for atom in product(TEAMS, AGES, RESULTS, MONTHS)})
    rows = [{"team": parts(TEAMS)}, {"age": parts(AGES)}, {"team": parts(TEAMS), "age": parts(AGES)}, {"team": WHOSE[::2]}]
    wanted = random.sample(list(product(range(len(rows)), SPANS)), random.randint(1, 4))
    tables = [held.table(f"{number} {span.label}", rows[number], span, RATE) for number, span in wanted]
    named = any(number != 1 for number, _ in wanted)
    trends = [
        trend(held, of, random.choice([MONTHS, MONTHS[1:]])) for of in (random.sample(WHOSE, random.randint(1, 2)) if named else WHOSE)
    ]
    return held, random.sample([*tables, *trends], len(tables) + len(trends))


@pytest.mark.parametrize("seed", seeds(0, 2, 4, 10, 19, 21, 28, 29, 31, 39))
def test_nothing_small_is_found(seed: int) -> None:
    random = Random(seed)
    held, tables = some_tables(random)
    cut = random.randint(1, len(tables))
    assert_nothing_found(held, release([pack for pack in (tables[:cut], tables[cut:]) if pack]))


@pytest.mark.parametrize("seed", seeds(3, 4, 6, 13, 21, 25, 26, 27, 31, 33, 37, 38, 39))
def test_what_can_be_worked_out_is_what_every_combination_tells(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The range of every count is the same where trends are laid out by every team and month; only in more numbers."""
    random = Random(100 + seed)
    _, tables = some_tables(random)
    found = []
    for apart in (True, False):
        if not apart:
            monkeypatch.setattr(layout, "_series", lambda table: False)
        system = asked_for(build(tables, Released()))
        attack = Attack(system, DFE)
        hidden = [cell for cell in range(len(system.cells)) if attack.must_hide(cell) or (attack.can_hide(cell) and cell % 3 == seed % 3)]
        ranges = attack.ranges(hidden)
        found.append(({cell: ends for cell, ends in ranges.items() if not system.cells[cell].laid_out}, len(system.cells)))
    assert found[0][0] == found[1][0]


def test_what_ages_tell_of_one_month_is_guarded_beside_a_trend() -> None:
    """Crewe has 20 in two months, and in July 8 and 9 of two ages, who stand in no row together: three in August."""
    counts = {("Crewe", "0", 7): 8, ("Crewe", "1", 7): 9, ("Crewe", "1", 8): 3, ("Alsager", "0", 7): 30, ("Alsager", "1", 8): 40}
    held = Cases({(team, age, "not_met", month): count for (team, age, month), count in counts.items()})
    teams, ages = ({name: parts(names, total=False)} for name, names in (("team", ["Alsager", "Crewe"]), ("age", AGES)))
    tables = [held.table("teams", teams, SPANS[0], RATE), held.table("ages", {**teams, **ages}, MONTH[7], RATE)]
    prints = release([[*tables, trend(held, WHOSE[0], MONTHS[:2])]])
    low, high = Attacker(prints, ALL).possible({"team": frozenset({"Crewe"}), "period": MONTH[8].members, "outcome": RATE["d"]})
    assert low <= 3 <= high and high - low >= 5 and high >= 6


def test_trends_are_not_laid_out_by_every_team_and_age() -> None:
    held = Cases({atom: 9 + number for number, atom in enumerate(product(TEAMS, AGES, RESULTS, MONTHS))})
    tables = [held.table("both", {"team": parts(TEAMS), "age": parts(AGES)}, SPANS[2], RATE), trend(held, WHOSE[0], MONTHS)]
    teams = next(one for one in layout.layouts(tables, True, RATE["d"]) if one.names == {"team", "period"})
    assert teams.series is not None
    assert [len(some.pieces["team"]) * len(some.pieces["period"]) for some in (teams, teams.series)] == [3 * 1, 2 * 3]
    assert len(teams) == 3 * 1 * 2 + 2 * 3 * 2  # each of them met or not


@pytest.mark.parametrize(
    ("teams", "apart"),
    [(["Crewe"], True), (["Alsager", "Disley"], True), (["Alsager"], False), (["Elworth"], True), (["Alsager", "Crewe"], False)],
)
def test_a_trend_is_laid_out_apart_unless_a_count_is_made_of_neither(teams: list[str], apart: bool) -> None:
    """Crewe's months, and those of all others together; of either of the others alone they tell nothing, and Elworth nobody names."""
    held = Cases(dict.fromkeys(product(TEAMS, AGES, RESULTS, MONTHS), 9))
    tables = [held.table("both", {"team": parts(TEAMS), "age": parts(AGES)}, SPANS[2], RATE), trend(held, WHOSE[1], MONTHS)]
    asked = {"team": frozenset(teams), "period": MONTH[7].members or frozenset(), "outcome": RATE["d"]}
    found = layout.layouts(tables, True, RATE["d"], [asked])
    assert any(some.series is not None for some in found) == apart
    if not apart:
        assert layout.home(frozenset({"team", "period"}), found).holds(asked)


def test_only_trends_of_something_are_laid_out_apart() -> None:
    """Not tables by team, nor the months of all there are."""
    held = Cases(dict.fromkeys(product(TEAMS, AGES, RESULTS, MONTHS), 9))
    tables = [held.table("teams", {"team": parts(TEAMS)}, SPANS[2], RATE), trend(held, everyone(), MONTHS)]
    found = layout.layouts(tables, True, RATE["d"])
    assert [(some.series, len(some)) for some in found] == [(None, 3 * 2), (None, 3 * 2)]  # months, and teams; met or not
