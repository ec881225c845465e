"""Which earlier figures give way where figures were restated: those that let all others stand, with the least change."""

from __future__ import annotations

from math import inf

import pytest

from auditcheck.disclosure.cell import Cell
from auditcheck.disclosure.restating import restated
from auditcheck.disclosure.solver import NoSolution

Sum = tuple[tuple[int, int], ...]


def now(count: int) -> Cell:
    return Cell("now", truth=count, current=True)


def then(low: float, high: float | None = None) -> Cell:
    """What an earlier pack told: a figure, or what it lies between."""
    return Cell("then", known=(low, low if high is None else high))


def adds_up(whole: int, *parts: int) -> Sum:
    return ((whole, -1), *((part, 1) for part in parts))


def test_what_fits_gives_no_way() -> None:
    cells = [now(9), then(4), then(5), then(8, 12), then(1, inf), Cell("nobody printed it")]
    assert restated(cells, [adds_up(0, 1, 2), adds_up(3, 1, 4), adds_up(3, 1, 5)]) == []


def test_a_total_that_grew_gives_way_to_the_rows_of_now() -> None:
    assert restated([then(8), now(4), now(5)], [adds_up(0, 1, 2)]) == [0]
    assert restated([then(10), now(4), now(5)], [adds_up(0, 1, 2)]) == [0]


def test_of_two_ways_the_one_that_changes_less() -> None:
    """One more of the first would do, or one more of each of the others."""
    cells = [now(10), then(4), then(5), then(5)]
    assert restated(cells, [adds_up(0, 1, 2), adds_up(0, 1, 3)]) == [1]


def test_two_that_were_one_too_low_give_way_before_three_that_were_one_too_high() -> None:
    """And the other way round: which way a figure was off makes no difference."""
    totals, parts = [then(10), then(10)], [then(3), then(3), then(3)]
    sums = [adds_up(total, part, 5) for total in (0, 1) for part in (2, 3, 4)]
    assert restated([*totals, *parts, now(8)], sums) == [0, 1]
    assert restated([*totals, *parts, now(6)], sums) == [0, 1]


def test_one_that_is_off_gives_way_and_those_that_fit_each_other_stand() -> None:
    cells = [now(30), then(40), then(10), then(15), then(25)]
    assert restated(cells, [adds_up(0, 1), adds_up(4, 2, 3)]) == [1]


def test_a_hidden_count_stays_at_least_what_it_was_said_to_be() -> None:
    """Hidden means 1 or more: a part of nought leaves it no room, so it gives way."""
    assert restated([now(7), now(7), then(1, inf)], [adds_up(0, 1, 2)]) == [2]


def test_a_rounded_figure_may_lie_anywhere_within_its_ends() -> None:
    ends = [then(8, 12), now(5)]
    assert [restated([now(5 + rest), *ends], [adds_up(0, 1, 2)]) for rest in (7, 8, 12, 13)] == [[1], [], [], [1]]


def test_what_nobody_told_may_be_anything_but_less_than_nought() -> None:
    cells = [now(5), then(6), Cell("nobody printed it")]
    assert restated(cells, [adds_up(0, 1, 2)]) == [1]
    assert restated([now(6), *cells[1:]], [adds_up(0, 1, 2)]) == []


def test_where_the_figures_of_now_contradict_each_other_nothing_helps() -> None:
    with pytest.raises(NoSolution):
        restated([now(9), now(4), now(4), then(4)], [adds_up(0, 1, 2), adds_up(0, 3, 2)])


def test_a_printed_figure_stands_rather_than_that_a_hidden_count_was_no_nought() -> None:
    """What was 10 is 9 and a hidden count: one more of the 10, or none that was hidden."""
    assert restated([then(10), now(10), then(1, inf)], [adds_up(0, 1, 2)]) == [2]
    assert restated([then(1, inf), now(10), then(10)], [adds_up(2, 1, 0)]) == [0]


def test_what_holds_in_fractions_alone_does_not_hold_in_whole_numbers() -> None:
    """Of three counts, any two are 11 together: each would be five and a half."""
    cells = [then(11), then(11), then(11), *(Cell("nobody printed it") for _ in range(3)), then(4)]
    sums = [adds_up(0, 3, 4), adds_up(1, 4, 5), adds_up(2, 3, 5)]
    assert restated(cells, sums) == []
    assert len(restated(cells, sums, whole=True)) == 1
    cells[2] = then(12)
    assert restated(cells, sums, whole=True) == []
