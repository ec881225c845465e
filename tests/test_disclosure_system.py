"""How figures hang together: what earlier packs told, what whoever made the tables knows, and how finely dimensions are laid out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import permutations, product
from math import inf
from pathlib import Path
from random import Random

import numpy as np
import pytest
from disclosure_attacker import Attacker, read

from auditcheck.disclosure import COUNT, DFE, CannotRelease, NotATable, Part, Policy, Raw, Released, days, everyone, joined, one, protect
from auditcheck.disclosure.attack import Attack
from auditcheck.disclosure.building import build
from auditcheck.disclosure.cell import Cell
from auditcheck.disclosure.group import _steps
from auditcheck.disclosure.intervals import wilson
from auditcheck.disclosure.layout import below, home, layouts, outcomes
from auditcheck.disclosure.merging import merge_small
from auditcheck.disclosure.protect import RESTATED, ZEROS
from auditcheck.disclosure.raw import Frame
from auditcheck.disclosure.released import Published
from auditcheck.disclosure.rings import ring
from auditcheck.disclosure.solver import NoSolution, Program, Undecided
from auditcheck.disclosure.system import System

Figures = Mapping[str, int | None]


def part(name: str) -> Part:
    """``Total``: all there are; ``A+B``: both."""
    return everyone() if name == "Total" else joined(name, name.split("+"))


def now(figures: Mapping[str, int], dimension: str = "team", **more: object) -> Raw:
    """Counts by team of this pack."""
    cells = {(part(name),): {"d": count} for name, count in figures.items()}
    return Raw(f"by {dimension}", "visits", (dimension,), cells, **{"counts": COUNT, **more})  # type: ignore[arg-type]


def then(figures: Figures, dimension: str = "team", round_to: int = 1, **more: object) -> Published:
    """Counts by team of an earlier pack, None where they were hidden."""
    cells = {(part(name),): {"d": count} for name, count in figures.items()}
    return Published(f"by {dimension}", "visits", (dimension,), cells, round_to, **{"counts": COUNT, **more})  # type: ignore[arg-type]


def cell(system: System, table: Raw | Published, name: str, count: str = "d") -> Cell:
    return system.cells[system.at(table, (part(name),), count)]


def shown(tables: list[Raw], *earlier: Published, policy: Policy = DFE) -> list[dict[str, str]]:
    """What is printed of each table, by its rows."""
    return [{", ".join(row.labels): row.csv("d") for row in safe.rows} for safe in protect(tables, policy, Released(list(earlier)))]


# ---- what earlier packs told


@pytest.mark.parametrize(
    ("told", "hidden", "truth", "known"),
    [
        ([7], False, 7, (7, 7)),
        ([None], True, None, (1, inf)),
        ([None, 7], True, 7, (7, 7)),
        ([7, None], True, 7, (7, 7)),
    ],
)
def test_what_was_hidden_once_was_hidden(told: list[int | None], hidden: bool, truth: int | None, known: tuple[float, float]) -> None:
    earlier = [then({"Crewe": count}) for count in told]
    found = cell(build([now({"Alsager": 20})], Released(earlier)), earlier[0], "Crewe")
    assert (found.hidden_before, found.truth, found.known, found.current) == (hidden, truth, known, False)


def test_a_rounded_count_is_not_the_count() -> None:
    earlier = then({"Crewe": 10}, round_to=5)
    found = cell(build([now({"Alsager": 20})], Released([earlier])), earlier, "Crewe")
    assert (found.truth, found.known) == (None, (8, 12))


def test_two_roundings_tell_more_than_one() -> None:
    earlier = [then({"Crewe": 10}, round_to=5), then({"Crewe": 12}, round_to=4)]
    assert cell(build([now({"Alsager": 20})], Released(earlier)), earlier[0], "Crewe").known == (10, 12)


@pytest.mark.parametrize(("today", "known"), [(10, (10, 10)), (9, (0, inf)), (11, (0, inf))])
def test_a_figure_restated_since_tells_nothing_and_those_beside_it_do(today: int, known: tuple[float, float]) -> None:
    counts = {"n": frozenset({"met"}), "d": frozenset({"met", "not_met"})}
    cells = {(part(name),): {"n": 10, "d": 30} for name in ("Crewe", "Disley")}
    earlier = Published("visits", "visits", ("team",), cells, counts=counts)
    pack = now({"Crewe": today}, counts={"d": counts["n"]})
    system = build([pack], Released([earlier]))
    assert cell(system, earlier, "Crewe", "n").known == known
    assert [cell(system, earlier, name, count).known for name, count in (("Crewe", "d"), ("Disley", "n"))] == [(30, 30), (10, 10)]


@pytest.mark.parametrize(("today", "high"), [(10, 19), (12, inf)])
def test_rows_of_which_one_was_restated_add_up_no_more(today: int, high: float) -> None:
    earlier = then({"Alsager": 10, "Crewe": None, "Disley": None, "Total": 30})
    system = System(complete=False)
    system.add_current(now({"Alsager": today}))
    system.add_released(earlier)
    system.solve(system.relations)
    low, most = Attack(system, DFE).ranges([])[system.at(earlier, (part("Crewe"),), "d")]
    assert (low, inf if most > 1000 else most) == (1, high)


def test_an_earlier_total_is_its_rows_and_no_more() -> None:
    """Whatever else there may be: Crewe is what is left of the total."""
    earlier = then({"Alsager": 15, "Disley": 10, "Crewe": None, "Total": 30})
    system = build([now({"Alsager": 15})], Released([earlier]), complete=False)
    assert cell(system, earlier, "Crewe").truth == 5


def test_rows_of_one_agency_add_up_though_agencies_do_not() -> None:
    counts: dict[str, int | None] = {"Alsager": 15, "Disley": 10, "Crewe": None, "Total": 30}
    cells = {(part(agency), part(team)): {"d": count} for agency in ("Total", "Police") for team, count in counts.items()}
    earlier = Published("both", "visits", ("agency", "team"), cells, counts=COUNT, overlapping=frozenset({"agency"}))
    system = build([now({"Alsager": 15})], Released([earlier]), complete=False)
    assert [system.cells[system.at(earlier, (part(name), part("Crewe")), "d")].truth for name in ("Police", "Total")] == [5, 5]


def test_what_stood_in_several_rows_before_is_not_added_up() -> None:
    """Two of 40 children were in neither row of an earlier table: today's total would tell that."""
    earlier = then({"Police": 30, "Health": 38}, "agency", overlapping=frozenset({"agency"}))
    total = Raw("all", "visits", (), {(): {"d": 40}}, counts=COUNT)
    assert shown([total], earlier) == [{"": "c"}]
    assert shown([total], then({"Police": 30, "Health": 34}, "agency", overlapping=frozenset({"agency"}))) == [{"": "40"}]


def test_a_row_that_one_month_lacks_is_a_count_there_too() -> None:
    """July's teams add up; August names two of the three, and its total tells the third."""

    def month(name: str, figures: Mapping[str, int]) -> Raw:
        return now(figures, fixed={"period": one(name)})

    august = [
        month("August", {"Alsager": 10, "Crewe": 20}),
        Raw("all", "visits", (), {(): {"d": 33}}, counts=COUNT, fixed={"period": one("August")}),
    ]
    found = shown([month("July", {"Alsager": 30, "Crewe": 40, "Disley": 50, "Total": 120}), *august])
    assert "c" in [*found[1].values(), *found[2].values()]


def test_where_rows_add_up_nothing_is_left_to_hide() -> None:
    """Nobody of the third team was visited in July, as every reader can see; zeros are hidden where they are printed."""
    july, august = ({"fixed": {"period": one(name)}} for name in ("July", "August"))
    tables = [now({"A": 30, "B": 40, "Total": 70}, **july), now({"A": 30, "B": 40, "C": 50, "Total": 120}, **august)]
    assert "c" not in str(shown(tables, policy=Policy(hide_zeros=True)))
    rates = [
        Raw(table.name, "visits", ("team",), {key: {"n": c["d"] // 2, "d": c["d"]} for key, c in table.cells.items()}, fixed=table.fixed)
        for table in tables
    ]
    assert sum(safe.hidden for safe in protect(rates, Policy(hide_zeros=True), Released())) == 0


@pytest.mark.parametrize(("every", "hides"), [(33, True), (45, False)])
def test_what_a_total_holds_beyond_rows_is_looked_at_beside_rows_that_overlap(every: int, hides: bool) -> None:
    agencies = now({"Police": 20, "Health": 22}, "agency", overlapping=frozenset({"agency"}))
    total = Raw("all", "visits", (), {(): {"d": every}}, counts=COUNT)
    assert any("c" in rows.values() for rows in shown([agencies, total, now({"A": 10, "C": 20})])) == hides


def test_figures_that_nothing_satisfies_any_more_are_left_out_and_that_is_said() -> None:
    """Two hidden teams are at least one each; what is left of the earlier figures is that all teams had 30: 29 tells of one."""
    earlier = then({"Alsager": 20, "Crewe": None, "Disley": None, "Alsager+Crewe+Disley": 30})
    ages = Raw("ages", "visits", ("age",), {(one("0"),): {"d": 10}, (one("1"),): {"d": 20}}, counts=COUNT)
    every = Raw("all", "visits", (), {(): {"d": 42}}, counts=COUNT)
    tables = [now({"Alsager": 29}), ages, every]
    safe = protect(tables, DFE, Released([earlier]))
    assert all(RESTATED in table.notes for table in safe)
    assert [row.csv("d") for table in safe for row in table.rows] == ["c", "10", "20", "42"]
    with pytest.raises(NotATable, match="do not add up"):
        protect([now({"Alsager": 29}), ages, Raw("all", "visits", (), {(): {"d": 29}}, counts=COUNT)], DFE, Released([earlier]))


def test_where_there_may_be_more_than_tables_name_that_is_thought_of_before_restating() -> None:
    """Three more than both teams had: if they are not of a third team, the teams' figures were restated."""
    total = Raw("all", "visits", (), {(): {"d": 33}}, counts=COUNT)
    (safe,) = protect([total], DFE, Released([then({"Alsager": 10, "Crewe": 20})]))
    assert RESTATED not in safe.notes and [row.csv("d") for row in safe.rows] == ["c"]


def test_earlier_figures_that_no_whole_numbers_satisfy_are_left_out_and_that_is_said() -> None:
    """Of three teams any two had 11: each would have had five and a half."""
    pairs = [then({names: 11}) for names in ("Alsager+Crewe", "Crewe+Disley", "Alsager+Disley")]
    (safe,) = protect([now({"Elworth": 20, "Foden": 3})], DFE, Released(pairs))
    assert RESTATED in safe.notes and [row.csv("d") for row in safe.rows] == ["20", "c"]
    assert [build([now({"Elworth": 20})], Released(pairs), **asked).restated for asked in ({}, {"whole": True})] == [False, True]


def test_where_earlier_figures_are_left_out_there_may_still_be_more_than_tables_name() -> None:
    june, july = ({"fixed": {"period": one(name)}} for name in ("June", "July"))
    pairs = [then({names: 11}, **june) for names in ("Alsager+Crewe", "Crewe+Disley", "Alsager+Disley")]
    every = Raw("all", "visits", (), {(): {"d": 33}}, counts=COUNT, **july)
    safes = protect([now({"Elworth": 20, "Foden": 10}, **july), every], DFE, Released(pairs))
    assert all(RESTATED in safe.notes for safe in safes) and sum(safe.hidden for safe in safes)


def test_what_was_restated_does_not_undo_what_all_other_earlier_figures_tell() -> None:
    """Of Elworth and Foden nothing was restated: whoever kept the earlier pack subtracts 11 from 14."""
    earlier = [then({"Alsager": 20, "Crewe": None, "Disley": None, "Alsager+Crewe+Disley": 30}), then({"Elworth": 11})]
    restated, joined_up = protect([now({"Alsager": 31}), now({"Elworth+Foden": 14})], DFE, Released(earlier))
    assert RESTATED in restated.notes and [row.csv("d") for row in joined_up.rows] == ["c"]
    unharmed, joined_up = protect([now({"Alsager": 20}), now({"Elworth+Foden": 14})], DFE, Released(earlier))
    assert RESTATED not in unharmed.notes and [row.csv("d") for row in joined_up.rows] == ["c"]


def test_earlier_figures_that_no_whole_numbers_satisfy_do_not_undo_the_others() -> None:
    """Any two of three teams had 11: no whole numbers do. Of Elworth and Foden that tells nothing: 11 from 14 is 3."""
    pairs = [then({pair: 11}) for pair in ("A+B", "B+C", "A+C")]
    (safe,) = protect([now({"Elworth+Foden": 14})], DFE, Released([then({"Elworth": 11}), *pairs]))
    assert [row.csv("d") for row in safe.rows] == ["c"] and RESTATED in safe.notes
    (safe,) = protect([now({"Elworth+Foden": 14})], DFE, Released([then({"Elworth": 11}), *pairs[:2], then({"A+C": 12})]))
    assert [row.csv("d") for row in safe.rows] == ["c"] and RESTATED not in safe.notes


@pytest.mark.parametrize(("then_in_july", "changed"), [(14, False), (15, True)])
def test_an_earlier_figure_may_fit_every_sum_that_is_printed_and_no_combination(then_in_july: int, changed: bool) -> None:
    """Over two months Alsager has 14 of two ages, and in the first of them it had 15: of whom one was taken out since."""
    july, both = ({"fixed": {"period": joined("then", months)}} for months in ("7", "78"))
    ages = {(part(team), part(age)): {"d": count} for team, age, count in (("Alsager", "0", 7), ("Alsager", "1", 7), ("Crewe", "0", 20))}
    table = Raw("ages", "visits", ("team", "age"), ages, counts=COUNT, **both)  # type: ignore[arg-type]
    earlier = [then({"Alsager": then_in_july}, **july), then({"Crewe": 16}, **july)]
    system = build([table], Released(earlier))
    assert system.restated == changed
    known = [cell(system, one_, name).known for one_, name in zip(earlier, ("Alsager", "Crewe"), strict=True)]
    assert known == [(0, inf) if changed else (14, 14), (16, 16)]


@pytest.mark.parametrize("seed", range(60))
def test_of_earlier_figures_as_few_as_must_be_give_way(seed: int) -> None:
    """Some earlier counts by team and age are changed: all others still hold, and fit what was counted."""
    lot = Random(seed)
    held = {(team, age): lot.choice([0, lot.randint(0, 30)]) for team in "ABC" for age in "01"}
    teams = {team: held[team, "0"] + held[team, "1"] for team in "ABC"}
    ages = {age: sum(held[team, age] for team in "ABC") for age in "01"}
    changed = lot.choice(["A", "B", "C", ""])
    by_team, by_age = {team: count + 7 * (team == changed) for team, count in teams.items()}, {**ages, "Total": sum(ages.values())}
    earlier = [then(by_team), then(by_age, "age")]
    services = now({"A+B+C": sum(teams.values()), "A+B": teams["A"] + teams["B"]})
    system = build([services, now({"0": ages["0"]}, "age")], Released(earlier))
    assert system.restated == bool(changed)
    stale = {name for name in "ABC" if cell(system, earlier[0], name).known == (0, inf)}
    assert bool(stale) == bool(changed) and stale <= (set("AB") if changed in {"A", "B"} else {changed})  # A and B are told together
    for table, names in ((earlier[0], set("ABC") - stale), (earlier[1], {"0", "1"})):
        for name in names:
            low, high = cell(system, table, name).known
            assert low == high == table.cells[part(name),]["d"]


def test_what_earlier_packs_nearly_gave_away_is_not_given_away_wholly() -> None:
    """Alsager has 3 to 5 visits, as another policy once told; that Crewe has none tells that it is 5."""
    earlier = Released([then({"Alsager": 5}, round_to=5), then({"Alsager+Crewe": 5})])
    (crewe,) = protect([now({"Crewe": 0})], DFE, earlier)
    assert [row.csv("d") for row in crewe.rows] == ["c"] and ZEROS in crewe.notes
    assert [row.csv("d") for row in protect([now({"Disley": 0})], DFE, earlier)[0].rows] == ["0"]


def test_figures_that_nothing_satisfies_are_refused_in_a_sentence() -> None:
    """No numbers from 0 up are made of figures drawn by lot, mostly; whatever earlier packs told."""
    for seed in range(60):
        lot = Random(seed)
        rows = [now({name: lot.randint(0, 40)}) for name in lot.sample(["A+B", "B+C", "A+C", "A", "Total"], 3)]
        every = Raw("all", "visits", (), {(): {"d": lot.randint(0, 80)}}, counts=COUNT)
        with suppress(NotATable, CannotRelease):
            protect([*rows, every], DFE, Released([then({lot.choice("ABC"): lot.randint(0, 40)})]))


def test_what_is_in_none_of_several_rows_is_another_count_beside_each() -> None:
    """Ten of 40 children are not with the police, and two not in health: neither tells that a figure was restated."""
    earlier = then({"Police": 30, "Health": 38}, "agency", overlapping=frozenset({"agency"}))
    system = build([Raw("all", "visits", (), {(): {"d": 40}}, counts=COUNT)], Released([earlier]))
    assert not system.restated
    assert [cell(system, earlier, name).known for name in ("Police", "Health")] == [(30, 30), (38, 38)]


@pytest.mark.parametrize(("complete", "count"), [(True, 3), (False, None)])
def test_what_is_left_of_a_total_is_of_those_that_others_name_where_they_are_all(complete: bool, count: int | None) -> None:
    """August's total is three more than its rows. Whoever knows the teams knows that these are Disley's; or there may be others."""
    july, august = ({"fixed": {"period": one(name)}} for name in ("July", "August"))
    rows = now({"Alsager": 10, "Crewe": 20}, **august)
    tables = [
        now({"Alsager": 30, "Crewe": 40, "Disley": 50}, **july),
        rows,
        Raw("all", "visits", (), {(): {"d": 33}}, counts=COUNT, **august),
    ]
    assert cell(build(tables, Released(), complete), rows, "Disley").truth == count


def test_a_total_that_is_left_of_two_others_holds_something_beyond_its_rows_too() -> None:
    """No table has August's total: it is what July leaves of both months."""
    july, august, both = ({"fixed": {"period": part(name)}} for name in ("July", "August", "July+August"))
    rows = now({"Alsager": 10, "Crewe": 20}, **august)
    totals = [Raw("all", "visits", (), {(): {"d": count}}, counts=COUNT, **when) for count, when in ((153, both), (120, july))]
    tables = [now({"Alsager": 30, "Crewe": 40, "Disley": 50}, **july), rows, *totals]
    assert cell(build(tables, Released()), rows, "Disley").truth == 3


def test_pieces_cut_others_in_their_turn() -> None:
    """South's August is what July leaves of both months; Alsager's what Crewe leaves of that; its September what that leaves of autumn."""

    def counted(team: str, months: str, count: int) -> Raw:
        return now({team: count}, fixed={"period": part(months)})

    south = [counted("Alsager+Crewe", "July+August", 30), counted("Alsager+Crewe", "July", 12)]
    system = build([*south, counted("Crewe", "August", 8), counted("Alsager", "August+September", 17)], Released())
    assert cell(system, counted("Alsager", "September", 0), "Alsager").truth == 7


# ---- what whoever made the tables knows


@pytest.mark.parametrize("least", [0, 1])
def test_what_nobody_printed_is_asked_and_nothing_else(least: int) -> None:
    """Nor what an earlier pack hid, though it may be nought."""
    earlier = [then({"Alsager": None}, least_hidden=least), then({"Elworth": 10}, round_to=5), then({"Foden": 7})]
    told: Counter[str] = Counter()

    def counted(population: str, of: Mapping[str, frozenset[object]]) -> int | None:
        assert population == "visits"
        told["+".join(sorted(map(str, of["team"])))] += 1
        return 12 if of["team"] == {"Crewe"} else None

    south, north = now({"Alsager+Crewe": 30}), now({"Crewe+Disley": 32})
    system = build([south, north], Released(earlier), counted=counted)
    assert told == {"Alsager": 1, "Crewe": 2, "Disley": 2}  # of the pack alone; and beside what earlier ones told
    truths = {name: cell(system, south, name).truth for name in ("Alsager", "Crewe", "Disley")}
    assert truths == {"Alsager": 18, "Crewe": 12, "Disley": 20}


@pytest.mark.parametrize(("number", "guarded"), [(0, False), (3, True), (6, False), (None, True)])
def test_what_is_counted_of_other_days_is_not_guarded_where_it_is_large_or_nought(number: int | None, guarded: bool) -> None:
    """Two years that overlap. What is counted of both today is no part of what the earlier figure means: it may have been restated."""
    year = days("year", date(2014, 4, 1), date(2015, 3, 31))
    earlier = then({"Crewe": 30}, fixed={"period": days("earlier", date(2014, 2, 1), date(2015, 1, 31))})
    table = now({"Crewe": 33}, fixed={"period": year})
    system = build([table], Released([earlier]), counted=lambda population, of: number)
    attack = Attack(system, DFE)
    pieces = [at for at, one_ in enumerate(system.cells) if not one_.current and not one_.laid_out and one_.truth is None]
    assert len(pieces) == 3 and [system.cells[at].counted for at in pieces] == [number] * 3
    assert {attack.wanted(at, ()) for at in pieces} == {guarded}


def test_what_the_maker_knows_must_not_contradict_what_is_printed() -> None:
    with pytest.raises(NotATable, match="contradict each other"):
        build([now({"Alsager+Crewe": 30}), now({"Crewe+Disley": 32})], Released(), counted=lambda population, of: 50)


def test_teams_are_cut_into_each_other_beside_rows_that_overlap() -> None:
    agencies = now({"Police": 30, "Health": 38}, "agency", overlapping=frozenset({"agency"}))
    south, north = now({"Alsager+Crewe": 30}), now({"Crewe+Disley": 32})
    system = build([agencies, south, north], Released())
    assert [cell(system, south, name).laid_out for name in ("Alsager", "Crewe", "Disley")] == [False, False, False]


def test_counts_follow_from_each_other_in_whatever_order() -> None:
    """Two unknown in the first sum, one in the second."""
    cells = [Cell("whole", 30), Cell("south", 20), Cell("a"), Cell("b"), Cell("c", 8)]
    system = System(True, cells=cells, relations=[((0, -1), (2, 1), (3, 1)), ((1, -1), (3, 1), (4, 1))])
    system.solve(system.relations)
    assert [one_.truth for one_ in cells] == [30, 20, 18, 12, 8]
    assert len(system.relations) == 2


@pytest.mark.parametrize("truth", [9, None])
def test_a_sum_that_cannot_be_is_refused(truth: int | None) -> None:
    """Of the parts one is as large as the whole, and the other is not nothing; or would be less than nothing."""
    system = System(True, cells=[Cell("whole", 8), Cell("a", 8 if truth else 9), Cell("b", truth)], relations=[((0, -1), (1, 1), (2, 1))])
    with pytest.raises(NotATable, match="at whole"):
        system.solve(system.relations)


def test_where_what_was_counted_does_not_fit_what_was_told_it_is_forgotten_and_the_sum_stands() -> None:
    """Of 20, two parts are counted as 8 and 9; what they are of another sum, and what follows from that, is as doubtful."""
    cells = [Cell("told", 20), Cell("a", 8), Cell("b", 9), Cell("more", None), Cell("c", 5), Cell("c too", None)]
    sums = [((0, -1), (1, 1), (2, 1)), ((3, -1), (1, 1), (4, 1)), ((5, -1), (4, 1))]
    system = System(True, cells=cells, relations=[*sums])
    system.solve(system.relations, sure={0})
    assert system.relations == sums
    assert [one_.truth for one_ in cells] == [20, None, None, None, 5, 5]
    with pytest.raises(NotATable, match="at told"):
        System(True, cells=[Cell("told", 20), Cell("a", 8), Cell("b", 9)], relations=sums[:1]).solve(sums[:1], sure={0, 1, 2})


def test_what_is_in_doubt_is_not_worked_out_again() -> None:
    """Of 20, two parts are counted as 8 and 9. What the next sum told of the one, another would gainsay, and so on for ever."""
    cells = [Cell("told", 20), Cell("a", 8), Cell("b", 9), Cell("a again", 8)]
    sums = [((0, -1), (1, 1), (2, 1)), ((3, -1), (1, 1))]
    System(True, cells=cells).solve(sums, sure={0, 3})
    assert [one_.truth for one_ in cells] == [20, None, None, 8]


def test_a_sum_of_what_was_told_is_guarded_though_what_is_counted_today_does_not_fit_it() -> None:
    """Then 30 in all: less the 16 and the 10 that are told, Crewe and Elworth have 4. Today they are counted as 3 each."""
    earlier = [then({"Alsager+Crewe+Disley+Elworth": 30}), then({"Disley": 10})]

    def counted(population: str, of: Mapping[str, frozenset[object]]) -> int | None:
        return 3 if of["team"] <= {"Crewe", "Elworth"} and len(of["team"]) == 1 else None

    apart = now({"Crewe+Foden": 40}), now({"Elworth+Foden": 40})
    safe = protect([now({"Alsager": 16}), *apart], DFE, Released(earlier), counted)
    assert safe[0].rows[0].csv("d") == "c"


def by_agency(rows: Mapping[str, tuple[int, int]]) -> list[Raw]:
    """Of each agency how many meetings are known, and how many are not; every meeting is one of each agency."""
    told = "known", "unknown"
    return [
        now({name: counts[at] for name, counts in rows.items()}, "agency", counts={"d": frozenset({told[at]})}, alike=frozenset({"agency"}))
        for at in (0, 1)
    ]


def test_of_what_every_agency_has_as_many_of_one_tells_another(tmp_path: Path) -> None:
    """The 224 of health tell that 5 are unknown of the police; where an earlier pack said so, too."""
    path, released = tmp_path / "released.jsonl", Released()
    known, unknown = protect(by_agency({"Health": (224, 0), "Police": (219, 5)}), DFE, released)
    assert [(row.labels[0], row.csv("d")) for row in (*known.rows, *unknown.rows)] == [
        ("Health", "224"), ("Police", "c"), ("Health", "0"), ("Police", "c"),
    ]  # fmt: skip
    released.add([known, unknown], path)
    assert Released.read(path).tables == released.tables and all(table.alike for table in released.tables)
    again = now({"Police": 219}, "agency", counts={"d": frozenset({"known"})})
    assert protect([again], DFE, Released.read(path))[0].rows[0].csv("d") == "c"


def test_what_is_left_of_several_agencies_is_cut_by_what_is_told_of_each() -> None:
    """Of the two together 448 less 433 are unknown, and 10 of one of them: 5 of the other."""
    known, _ = by_agency({"Health": (224, 0), "Police+Probation": (433, 15)})
    _, unknown = by_agency({"Health": (224, 0), "Police": (219, 5), "Probation": (214, 10)})
    safes = protect([known, unknown], DFE, Released())
    assert [row.csv("d") for safe in safes for row in safe.rows].count("c") > 1


def test_rows_of_several_agencies_have_as_many_of_each() -> None:
    """Twice 224 less 443 is 5, and once is nothing that could be."""
    system = build(by_agency({"Health": (224, 0), "Police+Probation": (443, 5)}), Released())
    assert [one_.truth for one_ in system.cells if "as many" in one_.name] == [224, 224]
    with pytest.raises(NotATable, match="do not add up"):
        build(by_agency({"Health": (224, 0), "Police": (219, 6)}), Released())


def test_a_row_of_two_agencies_has_twice_as_many_as_one_has() -> None:
    """Nobody prints what is unknown of the two: twice 224 less 443, as anybody can work out."""
    known, unknown = by_agency({"Health": (224, 0)})
    both = now({"Police+Probation": 443}, "agency", counts=known.counts, alike=known.alike)
    assert shown([both, known, unknown]) == [{"Police+Probation": "443"}, {"Health": "c"}, {"Health": "0"}]


def test_what_earlier_packs_told_of_as_many_holds_for_this_one() -> None:
    """Of health all 224 meetings were known then, and of the police 219 are: 5 are not."""
    police = now({"Police": 219}, "agency", counts={"d": frozenset({"known"})})
    told = [then({"Health": count}, "agency", counts={"d": frozenset({what})}) for what, count in (("known", 224), ("unknown", 0))]
    assert shown([police], *told) == [{"Police": "219"}]
    assert shown([police], *(replace(one_, alike=frozenset({"agency"})) for one_ in told)) == [{"Police": "c"}]


# ---- what can be worked out


def group(*cells: Cell, whole: int) -> System:
    """Cells that add up to one that is shown."""
    every = [*cells, Cell("whole", whole, current=True)]
    return System(True, cells=every, relations=[((len(cells), -1), *((at, 1) for at in range(len(cells))))])


@pytest.mark.parametrize(
    ("known", "truth", "leak"),
    [
        ((0, 1), None, True),  # it may be nought, and it may be one
        ((0, 5), None, True),
        ((0, 6), None, False),
        ((6, 8), None, False),  # large, whatever it is
        ((5, 8), None, True),
        ((0, 1), 30, False),  # known to be large, and nobody printed it
    ],
)
def test_what_nobody_printed_is_wide_large_or_nought(known: tuple[float, float], truth: int | None, leak: bool) -> None:
    system = group(Cell("nobody's", truth, known=known), Cell("hidden", 40, current=True), whole=40 + (truth or 0))
    assert (0 in {one_.cell for one_ in Attack(system, DFE).leaks([1])}) == leak


def test_only_what_a_pack_prints_is_hidden() -> None:
    cells = [Cell("small", 5, current=True), Cell("large", 6, current=True), Cell("nought", 0, current=True), Cell("nobody's", 3)]
    cells += [Cell("again", 9, current=True, hidden_before=True), Cell("said", 9, current=True, known=(9, 9), hidden_before=True)]
    attack = Attack(System(True, cells=[*cells, Cell("before", 3, hidden_before=True)]), DFE)
    assert [attack.must_hide(at) for at in range(7)] == [True, False, False, False, True, False, False]
    assert [attack.can_hide(at) for at in range(7)] == [True, True, False, False, True, False, False]
    assert [attack.printed(at) for at in range(7)] == [True, True, True, False, True, True, True]


@pytest.mark.parametrize(("known", "truth"), [((0, 3), 20), ((30, 33), 20)])
def test_a_count_that_was_said_to_be_otherwise_is_no_witness(known: tuple[float, float], truth: int) -> None:
    """By what earlier packs said the one is within three, and so is the other."""
    system = group(Cell("earlier", truth, known=known), Cell("hidden", 60 - truth, current=True), whole=60)
    assert [one_.cell for one_ in Attack(system, DFE).leaks([1])] == [1]


@pytest.mark.parametrize(
    ("move", "times"),
    [([1, 0], 7), ([2, 0], 3), ([-2, 0], 1), ([0, 3], 1), ([0, -3], 1), ([1, -1], 5), ([2, -2], 2), ([-1, 1], 3), ([0, 0], 0)],
)
def test_how_often_a_move_can_be_made(move: list[int], times: int) -> None:
    base, low, high = (np.array(numbers, float) for numbers in ([3, 6], [0, 1], [10, 10]))
    assert _steps(base, np.array(move, float), low, high) == times


# ---- the solver


def program(low: float, high: float, least: float) -> Program:
    """Two numbers within bounds, together at least so much."""
    ends = (np.full(2, end) for end in (low, high))
    return Program([{0: 1.0, 1: 1.0}], np.array([least]), np.array([inf]), *ends)


def test_the_solver_tells_what_is_least_what_cannot_be_and_what_it_does_not_know(capfd: pytest.CaptureFixture[str]) -> None:
    assert program(0, 9, 2.5).least(np.array([1.0, 2.0]))[0].tolist() == [2.5, 0]
    assert program(0, 9, 2.5).least_whole(np.array([1.0, 2.0])).tolist() == [3, 0]
    assert program(0, 9, 2.5).least(np.array([-1.0, -2.0]))[0].tolist() == [9, 9]
    with pytest.raises(NoSolution):
        program(0, 1, 2.5).least(np.ones(2))
    with pytest.raises(Undecided):
        program(0, inf, 2.5).least(-np.ones(2))
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("seed", range(20))
def test_the_least_whole_numbers_are_those_that_trying_them_all_finds(seed: int) -> None:
    random = Random(seed)
    rows = [[random.randint(1, 9) for _ in range(4)] for _ in range(3)]
    least, aim = [random.randint(20, 60) for _ in rows], [random.randint(5, 19) for _ in range(4)]
    every = (
        sum(a * x for a, x in zip(aim, point, strict=True))
        for point in product(range(7), repeat=4)
        if all(sum(a * x for a, x in zip(row, point, strict=True)) >= low for row, low in zip(rows, least, strict=True))
    )
    solver = Program(
        [dict(enumerate(map(float, row))) for row in rows], np.array(least, float), np.full(3, inf), np.zeros(4), np.full(4, 6.0)
    )
    assert np.array(aim) @ solver.least_whole(np.array(aim, float)) == min(every)


@pytest.mark.parametrize("d", range(30, 60))
def test_a_share_is_never_more_than_all(d: int) -> None:
    assert (wilson(d, d)[1], wilson(0, d)[0]) == (1.0, 0.0)


# ---- rings and layouts


def sets(text: str) -> list[frozenset[str]]:
    return [frozenset(word) for word in text.split()]


def test_a_ring_is_named_alike_in_whatever_order_its_tables_stand() -> None:
    tables = sets("bcd ad bdf ab")
    assert {ring(order) for order in permutations(tables)} == {frozenset(sets("ad ab bdf"))}
    assert ring(sets("cd bde f ac bc acd")) == frozenset(sets("bc cd bde"))


def frame(dimensions: str, parts: list[list[str]]) -> Raw:
    names = tuple(dimensions)
    cells = {tuple(part(value) for value in row): {"d": 20} for row in parts}
    return Raw(dimensions, "visits", names, cells, counts=COUNT)


def cut(*tables: Raw) -> dict[str, dict[str, int]]:
    """Of each layout the pieces of each of its dimensions."""
    (told,) = outcomes(tables)
    found = layouts(tables, True, told)
    return {"".join(sorted(one_.names)): {name: len(one_.pieces[name]) for name in sorted(one_.names)} for one_ in found}


BY_THEME_AND_TEAM = frame("tz", [["A", "x"], ["B", "x"], ["A", "y+z"], ["B", "y+z"]])


def test_a_dimension_is_cut_no_finer_than_it_must_be() -> None:
    fine = frame("z", [["x"], ["y"], ["z"]])
    assert cut(BY_THEME_AND_TEAM) == {"tz": {"t": 2, "z": 2}}
    assert cut(BY_THEME_AND_TEAM, fine) == {"z": {"z": 3}, "tz": {"t": 2, "z": 2}}
    coarse = [frame("az", [["0", "x+y+z"]]), frame("tz", [["A", "x+y+z"]]), frame("atz", [["0", "A", "x+y+z"]])]
    assert {name: of["z"] for name, of in cut(fine, *coarse).items()} == {"z": 3, "az": 1, "tz": 1, "atz": 1}
    # Two smaller sets that cut it finer have to meet somewhere.
    ages = frame("az", [["0", "y"], ["0", "x+z"]])
    wide = frame("atz", [["0", "A", "x+y+z"], ["1", "B", "x+y+z"]])
    assert cut(BY_THEME_AND_TEAM, ages, wide) == {
        "z": {"z": 3}, "az": {"a": 2, "z": 2}, "tz": {"t": 2, "z": 2}, "atz": {"a": 2, "t": 2, "z": 3},
    }  # fmt: skip


def test_what_is_cut_finer_in_one_table_adds_up_to_what_another_tells() -> None:
    """Crewe and Disley are South, whose visits stand by age alone: 23 in all, less Disley's 20."""
    teams = now({"Alsager": 30, "Crewe": 3, "Disley": 20})
    south = {(part("Crewe+Disley"), part(age)): {"d": count} for age, count in (("0", 11), ("1", 12))}
    safe = protect([teams, Raw("ages", "visits", ("team", "age"), south, counts=COUNT)], DFE, Released())
    low, high = Attacker(read(safe), frozenset({"team", "age", "outcome"})).possible({"team": frozenset({"Crewe"})})
    assert high - low >= 5 and high >= 6


def test_the_largest_within_and_the_smallest_around() -> None:
    found = layouts(
        [frame("atz", [["0", "A", "x"]]), frame("tz", [["A", "x"]]), frame("z", [["x"]]), frame("a", [["0"]])], True, COUNT["d"]
    )
    named = ["".join(sorted(one_.names)) for one_ in found]
    assert named == ["", "a", "z", "tz", "atz"]
    assert ["".join(sorted(one_.names)) for one_ in below(frozenset("atz"), found)] == ["a", "tz"]
    assert ["".join(sorted(home(frozenset(name), found).names)) for name in ("", "z", "t", "at")] == ["", "z", "tz", "atz"]


# ---- tables


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_rows_are_sized_in_the_total_of_all_other_dimensions(order: tuple[int, int, int]) -> None:
    """Wherever the teams stand among the dimensions."""
    rows = {("A", "0", "x"): 3, ("A", "1", "x"): 3, ("A", "0", "y"): 2, ("B", "0", "x"): 20, ("B", "1", "y"): 9}
    cells: dict[tuple[Part, ...], dict[str, int]] = {}
    for names, count in rows.items():
        for key in {(a, b, c) for a in (names[0], "Total") for b in (names[1], "Total") for c in (names[2], "Total")}:
            counts = cells.setdefault(tuple(part(key[at]) for at in order), {"n": 0, "d": 0})
            counts["d"] += count
    table = Raw("visits", "visits", tuple(("team", "age", "kind")[at] for at in order), cells)
    merged, notes = merge_small(table, Policy(merge={"team": "Other teams"}))
    assert notes and {key[order.index(0)].label for key in merged.cells} == {"Other teams", "Total"}
    assert merge_small(table, Policy(merge={"team": "Other teams"}, smallest_row=8)) == (table, [])


def test_rows_that_overlap_are_neither_added_up_nor_cut_and_others_are() -> None:
    agencies = {"Police": 30, "Health": 38, "Police+Health": 40}
    assert shown([now(agencies, "agency", overlapping=frozenset({"agency"}))]) == [
        {name: str(count) for name, count in sorted(agencies.items())}
    ]
    with pytest.raises(NotATable, match="contradict each other"):
        shown([now(agencies, "agency")])
    cells = {(part(agency), part(team)): {"d": 20} for team in ("A", "B", "Total") for agency in ("Police", "Total")}
    with pytest.raises(NotATable, match="do not add up to their total 'Police, Total'"):
        Raw("x", "x", ("agency", "team"), cells, counts=COUNT, overlapping=frozenset({"agency"}))


def test_a_table_says_what_is_wrong_with_it() -> None:
    with pytest.raises(NotATable, match="'Crewe' does not hold the counts d, days"):
        Raw("x", "x", ("team",), {(one("Crewe"),): {"d": 3}}, counts=COUNT, sums={"days": "d"})
    with pytest.raises(NotATable, match="'Crewe' does not hold the counts d"):
        Raw("x", "x", ("team",), {(one("Crewe"),): {"d": 3, "more": 3}}, counts=COUNT)
    with pytest.raises(NotATable, match="'Crewe' is not one part for each of team, age"):
        Raw("x", "x", ("team", "age"), {(one("Crewe"),): {"d": 3}}, counts=COUNT)
    twice = Raw("x", "x", ("team",), {(one("Crewe"),): {"d": 30, "all": 31}}, counts={"d": COUNT["d"], "all": COUNT["d"]})
    with pytest.raises(NotATable, match="is the same figure"):
        protect([twice], DFE, Released())


def test_a_total_of_any_dimension_is_a_total() -> None:
    cells = {
        (part(a), part(b)): {"d": 20 * (1 + (a == "Total")) * (1 + (b == "Total"))}
        for a in ("A", "B", "Total")
        for b in ("0", "1", "Total")
    }
    (safe,) = protect([Raw("x", "x", ("team", "age"), cells, counts=COUNT)], DFE, Released())
    assert {row.labels for row in safe.rows if not row.total} == {(a, b) for a in "AB" for b in "01"}
    assert isinstance(safe, Frame) and safe.hidden == 0
    with pytest.raises(KeyError):
        safe.row("A", "2")
