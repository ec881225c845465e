"""Drawing: proportions, floors, shares, and a draw that depends on the seed and the ids alone."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditcheck import sampling

SIZES = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 60), min_size=1, max_size=8)
WORKED = {"child_in_need": 871, "child_protection": 308, "looked_after": 357, "care_leaver": 120}


def test_the_worked_example() -> None:
    assert sampling.proportionate(WORKED, 60) == {"child_in_need": 32, "child_protection": 11, "looked_after": 13, "care_leaver": 4}
    given, floor = sampling.at_least(WORKED, 60, 5)
    assert (given, floor) == ({"child_in_need": 31, "child_protection": 11, "looked_after": 13, "care_leaver": 5}, 5)


@settings(deadline=None)
@given(SIZES, st.integers(0, 120))
def test_proportions_are_kept_to_within_one_and_nothing_is_drawn_twice(sizes: dict[str, int], n: int) -> None:
    given, whole = sampling.proportionate(sizes, n), sum(sizes.values())
    assert sum(given.values()) == min(n, whole)
    for name, size in sizes.items():
        assert 0 <= given[name] <= size
        assert not whole or abs(given[name] - min(n, whole) * size / whole) < 1


@settings(deadline=None)
@given(SIZES, st.integers(0, 120), st.integers(0, 9))
def test_the_floor_is_kept_or_the_greatest_possible_one_is(sizes: dict[str, int], n: int, floor: int) -> None:
    given, kept = sampling.at_least(sizes, n, floor)
    assert sum(given.values()) == min(n, sum(sizes.values()))
    assert all(min(size, kept) <= given[name] <= size for name, size in sizes.items())
    if kept < floor:
        assert sum(min(size, kept + 1) for size in sizes.values()) > n


@pytest.mark.parametrize(
    ("high", "others", "share", "expected"),
    [
        (20, 180, 0.3, (9, 21)),
        (150, 50, 0.3, (23, 7)),
        (2, 100, 0.3, (2, 28)),
        (20, 5, 0.3, (20, 5)),
        (0, 9, 1, (0, 9)),
        (80, 3, 0, (29, 1)),
    ],
)
def test_a_share_of_high_risk(high: int, others: int, share: float, expected: tuple[int, int]) -> None:
    assert sampling.with_share(high, others, 30, share) == expected


def test_the_draw_depends_on_seed_and_ids_alone() -> None:
    ids = [f"C{i:03d}" for i in range(200)]
    mixed = random.Random(1).sample(ids, 200)
    assert sampling.drawn(ids, 20, "7") == sampling.drawn(mixed, 20, "7") != sampling.drawn(ids, 20, "8")
    assert set(sampling.drawn(ids, 10, "7")) < set(sampling.drawn(ids, 20, "7"))
    assert sampling.frame_hash([("a", "b"), ("c", "d")]) == sampling.frame_hash([("c", "d"), ("a", "b")])
    assert sampling.frame_hash([("a", "b")]) != sampling.frame_hash([("ab", "")])


def test_every_case_is_as_likely_as_any_other() -> None:
    ids = [f"C{i}" for i in range(10)]
    times = dict.fromkeys(ids, 0)
    for seed in range(2000):
        for name in sampling.drawn(ids, 3, str(seed)):
            times[name] += 1
    # 600 each, standard deviation 20.5: five of them either way
    assert all(500 < count < 700 for count in times.values())


@pytest.mark.parametrize(("population", "margin", "n"), [(308, 0.10, 74), (308, 0.15, 38), (871, 0.10, 87), (60, 0.10, 38)])
def test_how_many_cases_a_margin_takes(population: int, margin: float, n: int) -> None:
    assert sampling.size_for(margin, population) == n
    assert sampling.margin_of(n, population) <= margin < sampling.margin_of(n - 1, population) + 1e-3
