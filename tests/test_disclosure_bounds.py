"""Disclosure at its bounds: the row that is just small enough to be joined, and what a rounded count may be."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from auditcheck.disclosure import DFE, ROUND5, NotATable, Policy, Raw, Released, days, everyone, joined, one, protect
from auditcheck.disclosure.attack import Attack
from auditcheck.disclosure.cell import Cell
from auditcheck.disclosure.merging import merge_small
from auditcheck.disclosure.released import Published
from auditcheck.disclosure.solver import Program
from auditcheck.disclosure.system import System

OTHERS = Policy(merge={"team": "Other teams"})


def rows(sizes: list[int]) -> set[str]:
    """The rows of a table by team with so many cases each, after small ones are joined; a team's name is its size."""
    cells = {(one(f"{size} {number}"),): {"n": 0, "d": size} for number, size in enumerate(sizes)}
    cells[everyone(),] = {"n": 0, "d": sum(sizes)}
    merged, _ = merge_small(Raw("Visits", "visits", ("team",), cells), OTHERS)
    return {part.label.split(" ")[0] for (part,) in merged.cells if not part.total}


@pytest.mark.parametrize(
    ("sizes", "left"),
    [
        ([10, 20, 30], {"10", "20", "30"}),  # ten are enough
        ([9, 20, 30], {"Other", "30"}),  # one small row takes the next smallest
        ([9, 10, 20], {"Other", "20"}),
        ([4, 5, 12, 30], {"Other", "30"}),  # nine together are still too few
        ([4, 6, 12, 30], {"Other", "12", "30"}),  # ten together are enough
        ([1, 1, 1, 30], {"Other"}),
        ([3], {"3"}),  # nothing to join it with
    ],
)
def test_rows_are_joined_until_they_are_large_enough(sizes: list[int], left: set[str]) -> None:
    assert rows(sizes) == left


@pytest.mark.parametrize(
    "policy", [DFE, ROUND5, Policy(round_to=10), Policy(round_to=4), Policy(round_to=2)], ids=["plain", "5", "10", "4", "2"]
)
def test_a_shown_count_may_be_exactly_those_that_are_shown_alike(policy: Policy) -> None:
    for count in range(policy.smallest, 60):
        alike = [other for other in range(policy.smallest, 80) if policy.rounded(other) == policy.rounded(count)]
        assert policy.between(count) == (alike[0], alike[-1])
    assert policy.between(0) == (0, 0)


def test_halves_are_rounded_up() -> None:
    assert [Policy(round_to=10).rounded(count) for count in (14, 15, 24, 25)] == [10, 20, 20, 30]
    assert [ROUND5.rounded(count) for count in (7, 8, 12, 13)] == [5, 10, 10, 15]


@pytest.mark.parametrize(("zeros", "hidden"), [(False, [1, 5]), (True, [0, 1, 5])])
def test_what_is_small(zeros: bool, hidden: list[int]) -> None:
    policy = Policy(hide_zeros=zeros)
    assert [count for count in (0, 1, 5, 6) if policy.small(count)] == hidden


def test_a_point_on_a_chart_is_the_share() -> None:
    cells = {(one("Crewe"),): {"n": 30, "d": 120}, (one("Nantwich"),): {"n": 50, "d": 50}}
    (safe,) = protect([Raw("Visits", "visits", ("team",), cells)], DFE, Released())
    assert (safe.row("Crewe").share(), safe.row("Nantwich").share()) == (0.25, 1.0)
    crewe = safe.row("Crewe")  # of whatever is larger than its whole, all
    assert (crewe.share("d", "n"), crewe.percent("d", "n"), crewe.bounds("d", "n")) == (1.0, "100%", crewe.bounds("n", "n"))


@pytest.mark.parametrize(("to", "value", "ends"), [(1, 7, (7, 7)), (5, 10, (8, 12)), (10, 20, (15, 24)), (10, 0, (0, 0))])
def test_what_was_printed_earlier_is_as_wide_as_it_was_rounded(to: int, value: int, ends: tuple[int, int]) -> None:
    assert Published("Visits", "visits", (), {}, round_to=to).between(value) == ends


def test_what_was_printed_without_rounding_is_what_it_was() -> None:
    assert Published("Visits", "visits", (), {}).between(7) == (7, 7)


def test_a_table_without_teams_has_no_team_to_join() -> None:
    table = Raw("Visits", "visits", ("age",), {(one("0"),): {"n": 0, "d": 3}, (one("1"),): {"n": 0, "d": 4}})
    assert merge_small(table, OTHERS) == (table, [])


def test_a_range_that_is_wide_enough_in_fractions_alone_is_too_narrow() -> None:
    """Crewe and either other team are 8 together, and the other two 1 to 11: Crewe would be 2.5 to 7.5, and is 3 to 7."""
    alsager, crewe, disley, others, first, second = range(6)
    teams = [Cell("Alsager", counted=50), Cell("Crewe", 6, current=True), Cell("Disley", counted=50)]
    sums = [Cell("Alsager and Disley", 4, current=True, known=(0, 11)), Cell("South", 8, current=True), Cell("North", 8, current=True)]
    relations = [((whole, -1), (one_, 1), (crewe, 1)) for whole, one_ in ((first, alsager), (second, disley))]
    system = System(True, cells=[*teams, *sums], relations=[*relations, ((others, -1), (alsager, 1), (disley, 1))])
    assert [leak.cell for leak in Attack(system, DFE).leaks({crewe, others})] == [crewe]
    system.cells[others].known = (0, 13)  # then it is 2 to 7
    assert [leak.cell for leak in Attack(system, DFE).leaks({crewe, others})] == []


@pytest.mark.parametrize(("totals", "left"), [(True, {"Other teams", "Disley"}), (False, {"Other teams", "Disley"})])
def test_a_row_is_as_large_as_all_its_ages_together(totals: bool, left: set[str]) -> None:
    """Counted in the total of the ages where there is one, and not twice."""
    sizes = {"Alsager": (5, 4), "Crewe": (4, 8), "Disley": (6, 6)}
    cells = {(one(team), one(str(age))): {"n": 0, "d": d} for team, ds in sizes.items() for age, d in enumerate(ds)}
    if totals:
        cells |= {(one(team), everyone()): {"n": 0, "d": sum(ds)} for team, ds in sizes.items()}
    merged, notes = merge_small(Raw("Visits", "visits", ("team", "age"), cells), OTHERS)
    assert {team.label for team, _ in merged.cells} == left  # Alsager has nine, and takes the next smallest
    together = {age.label: counts["d"] for (team, age), counts in merged.cells.items() if team.label == "Other teams"}
    assert together == {"0": 9, "1": 12} | ({everyone().label: 21} if totals else {})
    assert notes == ["'Other teams' joins those with fewer than 10."]


def test_ages_are_no_teams_to_join() -> None:
    """The dimension that is joined may stand first or last."""
    cells = {(one(str(age)), one(team)): {"n": 0, "d": d} for age in (0, 1) for team, d in (("Alsager", 3), ("Crewe", 3), ("Disley", 6))}
    merged, _ = merge_small(Raw("Visits", "visits", ("age", "team"), cells), OTHERS)
    assert {(age.label, team.label): counts["d"] for (age, team), counts in merged.cells.items()} == {
        ("0", "Other teams"): 6, ("1", "Other teams"): 6, ("0", "Disley"): 6, ("1", "Disley"): 6,
    }  # fmt: skip


def test_a_service_and_its_teams_are_one_row_of_the_total() -> None:
    south = joined("South", ["Alsager", "Crewe"])
    rows_ = {one("Alsager"): 10, one("Crewe"): 20, south: 30, one("Disley"): 12}
    cells = {(part,): {"n": 0, "d": d} for part, d in rows_.items()}
    assert Raw("Visits", "visits", ("team",), cells | {(everyone(),): {"n": 0, "d": 42}}).cells
    with pytest.raises(NotATable, match="do not add up"):
        Raw("Visits", "visits", ("team",), cells | {(everyone(),): {"n": 0, "d": 72}})


@pytest.mark.parametrize(("n", "d", "good"), [(3, 3, True), (0, 3, True), (4, 3, False), (-1, 3, False), (0, 2.5, False)])
def test_no_more_are_met_than_were_due(n: int, d: float, good: bool) -> None:
    cells = {(one("Crewe"),): {"n": n, "d": d}}
    if good:
        assert Raw("Visits", "visits", ("team",), cells)  # type: ignore[arg-type]
    else:
        with pytest.raises(NotATable):
            Raw("Visits", "visits", ("team",), cells)  # type: ignore[arg-type]


def test_everything_that_is_hidden_is_at_least_one_where_zeros_are_shown() -> None:
    assert (Policy().least_hidden, Policy(hide_zeros=True).least_hidden) == (1, 0)


@pytest.mark.parametrize(
    ("policy", "shown", "meant"), [(ROUND5, 10, (8, 12)), (ROUND5, 0, (0, 0)), (DFE, 10, (10, 10)), (Policy(round_to=2), 8, (7, 8))]
)
def test_what_is_printed_of_a_count_may_mean_all_that_is_rounded_to_it(policy: Policy, shown: int, meant: tuple[int, int]) -> None:
    assert policy.meant(shown) == meant


def test_every_page_says_what_is_hidden() -> None:
    hidden = "Some larger counts are also c so that the small ones cannot be worked out."
    assert DFE.convention() == f"Counts of 1 to 5 are shown as c. {hidden}"
    assert Policy(hide_zeros=True, smallest=5).convention() == f"Counts of 0 to 4 are shown as c. {hidden}"
    assert ROUND5.convention() == f"Counts of 1 to 7 are shown as c. {hidden} Other counts are rounded to the nearest 5."
    assert Policy(round_to=2).convention().endswith("to the nearest 2.")
    assert Policy(cover_zeros=True).convention() == f"{DFE.convention()} In some tables a c may also be a 0: they say so."
    assert Policy(cover_zeros=True, hide_zeros=True).convention() == Policy(hide_zeros=True).convention()


def test_a_span_of_days_has_one_at_least() -> None:
    first, last = date(2015, 7, 1), date(2015, 7, 2)
    assert [days("", first, end).members for end in (first, last)] == [{first.toordinal()}, {first.toordinal(), last.toordinal()}]
    with pytest.raises(ValueError, match="'July' ends on 2015-07-01, before it starts on 2015-07-02"):
        days("July", last, first)


def test_a_row_joins_something() -> None:
    with pytest.raises(ValueError, match="joins nothing"):
        joined("Other teams", [])


@pytest.mark.parametrize(("total", "good"), [(30, True), (31, True), (29, False)])
def test_teams_are_no_more_than_the_service(total: int, good: bool) -> None:
    """Fewer they may be: somebody may be in no team."""
    teams = Raw("Teams", "visits", ("team",), {(one("Alsager"),): {"n": 0, "d": 10}, (one("Crewe"),): {"n": 0, "d": 20}})
    service = Raw("Service", "visits", (), {(): {"n": 0, "d": total}})
    if good:
        assert protect([teams, service], DFE, Released())
    else:
        with pytest.raises(NotATable, match="do not add up"):
            protect([teams, service], DFE, Released())


def test_the_least_in_whole_numbers_is_the_least_of_all_and_not_one_that_is_nearly_so() -> None:
    """Three of the first and one of the second make ten, which cost 2.1; the solver left to itself is content with 2.7."""
    aim = np.array([0.6, 0.3, 0.3])
    program = Program([{0: 3.0, 1: 1.0, 2: -1.0}], np.array([10.0]), np.array([12.0]), np.zeros(3), np.full(3, 9.0))
    assert program.least_whole(aim).tolist() == [3, 1, 0]
