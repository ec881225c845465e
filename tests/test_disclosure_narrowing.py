"""What equations tell one after another: never less than is possible, and at once what a zero or a total settles."""

from __future__ import annotations

from itertools import product
from random import Random

import numpy as np
import pytest

from auditcheck.disclosure.narrowing import narrowed

Row = dict[int, float]


def narrow(rows: list[Row], right: list[float], most: list[int], least: list[int] | None = None) -> list[tuple[float, float]]:
    low, high = narrowed(rows, np.array(right, float), np.array(least or [0] * len(most), float), np.array(most, float))
    return list(zip(low.tolist(), high.tolist(), strict=True))


def test_a_total_of_nought_leaves_nothing_to_its_parts_nor_to_theirs() -> None:
    assert narrow([{0: -1, 1: 1, 2: 1}, {1: -1, 3: 1, 4: 1}], [0, 0], [0, 9, 9, 9, 9]) == [(0, 0)] * 5


def test_what_is_left_of_a_total_is_a_bound_on_either_side() -> None:
    assert narrow([{0: 1, 1: 1}], [10], [4, 20]) == [(0, 4), (6, 10)]
    assert narrow([{0: 1, 1: 1}], [10], [20, 20], [3, 1]) == [(3, 9), (1, 7)]


def test_bounds_are_whole_numbers() -> None:
    assert narrow([{0: 2, 1: 3}], [7], [9, 9]) == [(2, 2), (1, 1)]


def test_where_nothing_follows_bounds_stay() -> None:
    assert narrow([{0: -1, 1: 1, 2: 1}], [0], [6, 9, 9]) == [(0, 6), (0, 6), (0, 6)]
    assert narrow([], [], [3]) == [(0, 3)]


@pytest.mark.parametrize("seed", range(40))
def test_nothing_that_is_possible_is_ruled_out(seed: int) -> None:
    """Beside every solution there is, found by trying all."""
    random = Random(seed)
    numbers, most = random.randint(2, 5), random.randint(1, 4)
    truth = [random.randint(0, most) for _ in range(numbers)]
    rows = [
        {at: random.choice([-1.0, 1.0, 1.0, 2.0]) for at in random.sample(range(numbers), random.randint(1, numbers))}
        for _ in range(random.randint(1, 3))
    ]
    right = [sum(times * truth[at] for at, times in row.items()) for row in rows]
    found = narrow(rows, right, [most] * numbers)
    possible = [
        some
        for some in product(range(most + 1), repeat=numbers)
        if all(sum(times * some[at] for at, times in row.items()) == total for row, total in zip(rows, right, strict=True))
    ]
    for at, (low, high) in enumerate(found):
        assert low <= min(some[at] for some in possible) <= max(some[at] for some in possible) <= high
