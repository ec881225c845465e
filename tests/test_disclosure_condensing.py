"""What the door leaves out of its equations before it solves them: nothing that anybody could have worked out."""

from __future__ import annotations

from itertools import product
from random import Random

import numpy as np
import pytest

from auditcheck.disclosure.condensing import condensed
from auditcheck.disclosure.independent import independent

PRINTED, BETWEEN = range(4), range(4, 8)
Relations = list[tuple[tuple[int, int], ...]]


def total(whole: int, *parts: int) -> tuple[tuple[int, int], ...]:
    return (whole, -1), *((part, 1) for part in parts)


def cells(relations: Relations) -> set[int]:
    return {cell for relation in relations for cell, _ in relation}


def possible(relations: Relations, most: int) -> set[tuple[int, ...]]:
    """What the printed cells can be, up to 2 each, when each of the others is any whole number up to ``most``: all of them tried."""
    others = sorted(cells(relations) & set(BETWEEN))
    some = np.array(list(product(range(most + 1), repeat=len(others))), int).reshape((most + 1) ** len(others), len(others))
    found = set()
    for shown in product(range(3), repeat=len(PRINTED)):
        fits = np.ones(len(some), bool)
        for relation in relations:
            of = dict(relation)
            rest = sum(times * shown[cell] for cell, times in relation if cell in PRINTED)
            fits &= some @ np.array([of.get(cell, 0) for cell in others], int) + rest == 0
        if fits.any():
            found.add(shown)
    return found


def drawn(seed: int) -> Relations:
    """Sums of some cells by lot, so that every cell between has its place in one at least that is printed."""
    random = Random(seed)
    found = [total(cell, *random.sample(BETWEEN, random.randint(1, 3))) for cell in PRINTED]
    for _ in range(random.randint(0, 3)):
        whole, *parts = random.sample([*PRINTED, *BETWEEN], random.randint(2, 4))
        found.append(total(whole, *parts))
    return found


@pytest.mark.parametrize("seed", range(60))
def test_what_printed_cells_can_be_stays_the_same(seed: int) -> None:
    relations = drawn(seed)
    fewer = condensed(relations, set(BETWEEN))
    assert cells(fewer) <= cells(relations)
    assert possible(fewer, 9) == possible(relations, 6)


def test_much_of_what_stands_between_is_left_out() -> None:
    before = after = 0
    for seed in range(60):
        relations = drawn(seed)
        before += len(cells(relations) & set(BETWEEN))
        after += len(cells(condensed(relations, set(BETWEEN))) & set(BETWEEN))
    assert after < 0.6 * before


def test_cells_that_always_stand_together_are_one() -> None:
    fewer = condensed([total(0, 4, 5, 6), total(1, 4, 5, 7), total(2, 6, 7)], set(BETWEEN))
    assert cells(fewer) == {0, 1, 2, 4, 6, 7}


def test_a_cell_that_is_no_more_than_once_in_one_and_twice_in_another_stands_alone() -> None:
    relations = [total(0, 4, 5, 6), ((1, -1), (4, 2), (5, 1), (7, 1)), total(2, 6, 7)]
    assert cells(condensed(relations, set(BETWEEN))) == {0, 1, 2, 4, 5, 6, 7}


def test_a_sum_is_written_out_and_a_difference_is_not() -> None:
    """What is left of one cell when another is taken off may not be less than nought, and only its own place says so."""
    assert condensed([total(4, 0, 1), total(2, 4, 3)], {4}) == [((2, -1), (3, 1), (0, 1), (1, 1))]
    assert condensed([total(0, 4, 1)], {4}) == [total(0, 4, 1)]


def test_what_is_asked_for_stays() -> None:
    relations = [total(0, 4, 5), total(1, 4, 5)]
    assert condensed(relations, set()) == relations


def test_what_would_grow_too_much_is_not_written_out() -> None:
    many = range(10, 30)
    relations = [total(4, *many), *(total(30 + number, 4, 40 + number) for number in range(5))]
    assert condensed(relations, {4}) == relations


@pytest.mark.parametrize(("others", "parts", "out"), [(4, 18, True), (5, 14, False)])
def test_a_sum_is_written_out_where_the_relations_grow_by_fifty_terms_at_most(others: int, parts: int, out: bool) -> None:
    """It stands in so many others, and has so many parts: 4 x 18 terms for 4 and 18 are 50 more, 5 x 14 for 5 and 14 are 51."""
    relations = [total(4, *range(10, 10 + parts)), *(total(30 + number, 4, 40 + number) for number in range(others))]
    assert (4 not in cells(condensed(relations, {4}))) == out


def test_a_cell_that_is_two_sums_is_written_out_as_the_shorter() -> None:
    fewer = condensed([total(4, 10, 11, 12), total(4, 5, 6), total(0, 4, 1)], {4})
    assert [cells([relation]) for relation in fewer] == [{5, 6, 10, 11, 12}, {0, 1, 5, 6}]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_left_cannot_be_left_out_by_beginning_again(seed: int) -> None:
    """Cells that are alike once others are written out are one then, and a sum of what is left may be written out next."""
    random = Random(seed)
    relations = [total(*random.sample(range(12), random.randint(3, 5))) for _ in range(6)]
    fewer = condensed(relations, set(range(4, 12)))
    assert condensed(fewer, set(range(4, 12))) == fewer


@pytest.mark.parametrize("seed", range(40))
def test_all_relations_follow_from_those_that_are_kept(seed: int) -> None:
    random = Random(seed)
    size = random.randint(2, 9)
    relations = [
        tuple((cell, random.choice([-3, -2, -1, 1, 1, 2, 6])) for cell in sorted(random.sample(range(8), random.randint(1, 5))))
        for _ in range(size)
    ]
    relations += [tuple((cell, -2 * times) for cell, times in relations[0])]
    table = np.zeros((len(relations), 8))
    for number, relation in enumerate(relations):
        for cell, times in relation:
            table[number, cell] = times
    kept = independent(relations)
    assert len(kept) == np.linalg.matrix_rank(table) == np.linalg.matrix_rank(table[kept])


def test_the_short_ones_are_kept() -> None:
    first, second = total(0, 1), total(1, 2)
    assert independent([((0, -2), (1, -1), (2, 3)), first, second]) == [1, 2]
