"""What an attack finds and demands: a range is as wide as whole numbers make it, and only what holds it narrow is asked to be hidden."""

from __future__ import annotations

from math import inf

import pytest

from auditcheck.disclosure import DFE
from auditcheck.disclosure.attack import Attack
from auditcheck.disclosure.cell import Cell
from auditcheck.disclosure.system import Relation, System

#: Where a number is none, numpy warns and goes on.
pytestmark = pytest.mark.filterwarnings("error")


def shown(name: str, count: int) -> Cell:
    return Cell(name, count, current=True)


def between(name: str, low: float = 0, high: float = inf) -> Cell:
    """A count that nobody prints, large and so no secret, and of which an earlier pack told what it lies between."""
    return Cell(name, counted=50, known=(low, high))


def adds_up(whole: int, *parts: int) -> Relation:
    return ((whole, -1), *((part, 1) for part in parts))


def demands(cells: list[Cell], relations: list[Relation], hidden: set[str]) -> dict[str, set[str]]:
    """Of each count that is not protected, the shown counts of which one must be hidden too."""
    at = {cell.name: number for number, cell in enumerate(cells)}
    leaks = Attack(System(True, cells=cells, relations=relations), DFE).leaks({at[name] for name in hidden})
    return {cells[leak.cell].name: {cells[one].name for one in leak.mend} for leak in leaks}


def test_of_a_range_that_ends_in_fractions_only_what_holds_it_is_demanded() -> None:
    """Crewe and either other team are 6 together, and the others one at least: Crewe is 1 to 5.5. West is large, and leaves room."""
    cells = [between("Alsager"), shown("Crewe", 3), between("Disley"), Cell("others", 6, current=True, known=(0, 11))]
    cells += [shown("South", 6), shown("North", 6), between("Elworth"), shown("West", 50)]
    relations = [adds_up(4, 0, 1), adds_up(5, 2, 1), adds_up(3, 0, 2), adds_up(7, 1, 6)]
    assert demands(cells, relations, {"Crewe", "others"}) == {"Crewe": {"South", "North"}}


def test_what_is_so_is_a_witness_that_need_not_be_looked_for() -> None:
    """Where whoever made the tables knows every count, less has to be solved until a range is seen to be wide."""
    work = []
    for disley in (Cell("Disley", truth=20), Cell("Disley", counted=20)):
        cells = [shown("Crewe", 3), disley, shown("both", 23)]
        attack = Attack(System(True, cells=cells, relations=[adds_up(2, 0, 1)]), DFE)
        assert list(attack.leaks({0})) == []
        work.append(attack.work.done)
    assert 0 < work[0] < work[1]


def test_half_a_step_on_from_a_witness_is_none() -> None:
    """Three times Crewe and 41 are four times Disley, and that is 11 to 16: Crewe is 1 or 5, and 7 only by halves of Disley."""
    cells = [shown("Crewe", 5), Cell("Disley", 14, known=(11, 16)), shown("rest", 41)]
    assert demands(cells, [((1, -4), (0, 3), (2, 1))], {"Crewe"}) == {"Crewe": {"rest"}}


def test_a_count_that_hangs_together_with_nothing_is_wide() -> None:
    """An earlier pack hid it, and it stands in no sum: nobody knows anything of it, and there is no witness to begin with."""
    assert demands([Cell("hidden then", known=(1, inf), hidden_before=True)], [], set()) == {}


@pytest.mark.parametrize("twins", [True, False])
def test_what_stands_for_several_is_no_witness_by_itself(twins: bool) -> None:
    """Three times Crewe and two counts that nobody prints are 12: Crewe is 1 to 4, and these are nought to 9 together, not one of them."""
    cells = [shown("Crewe", 2), Cell("nought", 0), Cell("six", 6), shown("all", 12)]
    relations: list[Relation] = [((3, -1), (0, 3), (1, 1), (2, 1))]
    if twins:
        cells += [shown("as many", 2), shown("as many too", 2)]
        relations = [adds_up(3, 0, 1, 2, 4, 5), adds_up(0, 4), adds_up(0, 5)]
    hidden = {"Crewe"} | ({"as many", "as many too"} if twins else set())
    assert demands(cells, relations, hidden) == {name: {"all"} for name in hidden}


@pytest.mark.parametrize("beyond", [True, False])
def test_what_counts_twice_in_a_range_is_demanded_as_well(beyond: bool) -> None:
    """Crewe is what South and North hold beyond Disley, which is in both; or what Disley holds beyond each. Disley is West, or 2 less."""
    cells = [shown("Crewe", 3), between("Alsager"), between("Elworth"), between("Disley"), between("rest", 0, 2)]
    cells += [shown("South", 10 if beyond else 8), shown("North", 10 if beyond else 8), shown("West", 10)]
    relations = [adds_up(5, 1, 3), adds_up(6, 2, 3)] if beyond else [adds_up(3, 1, 5), adds_up(3, 2, 6)]
    assert demands(cells, [adds_up(0, 1, 2), *relations, adds_up(7, 3, 4)], {"Crewe"}) == {"Crewe": {"South", "North", "West"}}


@pytest.mark.parametrize(("least", "leaks"), [(28, {"both": set()}), (27, {})])
def test_a_range_of_which_only_fractions_reach_an_end_is_too_narrow(least: int, leaks: dict[str, set[str]]) -> None:
    """Of three teams any two are 11 at most, so all three are 16 (not 16.5), and twice three are 32 (not 33)."""
    teams = [between(f"team {number}") for number in range(6)]
    pairs = [between(f"pair {number}", 0, 11) for number in range(6)]
    both = Cell("both", 30, current=True, known=(least, inf))
    two = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5)]
    relations = [adds_up(6 + number, *some) for number, some in enumerate(two)]
    assert demands([*teams, *pairs, both], [*relations, adds_up(12, *range(6))], {"both"}) == leaks
