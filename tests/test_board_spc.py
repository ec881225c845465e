"""Statistical process control and intervals: every figure here was made by other programs (NHSRplotthedots, PHEindicatormethods)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from auditcheck.board import spc
from auditcheck.disclosure.intervals import wilson

OUTLIER = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
#: R: set.seed(123); rnorm(20)
NORMAL = [
    *(-0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123, -0.68685285, -0.44566197),
    *(1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314, 0.49785048, -1.96661716, 0.70135590, -0.47279141),
]
RATES = [(5, 113), (7, 132), (5, 121), (7, 134), (7, 116), (5, 131), (4, 93), (9, 138), (8, 182), (13, 157), (8, 100), (7, 103)]
RATES += [(8, 146), (7, 108), (12, 153), (11, 141), (8, 134)]
TWO_YEARS = [81, 84, 79, 83, 80, 85, 82, 78, 84, 81, 83, 80, 82, 86, 87, 88, 86, 89, 87, 90, 88, 91, 86, 89]
ONE_POINT = [50, 52, 49, 51, 50, 53, 48, 51, 50, 49, 52, 50, 62, 51, 50]


def exact(values: list[float] | list[int]) -> list[Fraction]:
    return [Fraction(str(value)) for value in values]


def marked(values: list[int], of: spc.Limits, name: str) -> list[int]:
    """The points (from 1) that one special cause marks."""
    return [i for i, names in enumerate(spc.signals(exact(values), of), 1) if name in names]


@pytest.mark.parametrize(
    ("values", "screened", "mean", "moving", "lower", "upper"),
    [
        (OUTLIER, True, 1.9444, 1.0, -0.7156, 4.6044),
        (OUTLIER, False, 1.9444, 1.8824, -3.0626, 6.9515),
        (NORMAL, True, 0.1416238, 1.1853396, -3.01138, 3.294627),
        ([*NORMAL[:14], 10, *NORMAL[15:]], True, 0.6694159, 1.14777, -2.383666, 3.722497),
        ([*NORMAL[:14], 10, *NORMAL[15:]], False, 0.6694159, 1.97971, -4.596625, 5.935457),
        ([n / d for n, d in RATES], True, 0.05930, 0.013701, 0.0229, 0.0957),
        (ONE_POINT, True, 51.2, 2.9231, 43.425, 58.975),
        (TWO_YEARS[:12], True, 81.667, 3.7273, 71.752, 91.581),
        (TWO_YEARS, True, 84.542, None, 76.215, 92.869),
        (TWO_YEARS[13:], True, 87.909, 2.5, 81.259, 94.559),
    ],
)
def test_limits_are_those_of_other_programs(
    values: list[float], screened: bool, mean: float, moving: float | None, lower: float, upper: float
) -> None:
    found = spc.limits(exact(values), screened)
    near = {"abs": 6e-4 if max(values) > 20 else 6e-6 if len(values) == 20 else 6e-5}
    assert float(found.mean) == pytest.approx(mean, **near)
    assert moving is None or float(found.moving_range) == pytest.approx(moving, **near)
    assert (float(found.lower), float(found.upper)) == (pytest.approx(lower, **near), pytest.approx(upper, **near))


#: Of 20 quarters how many patients of how many were seen in time (the test of PowerBI-SPC for p-prime charts), with its limits.
SEEN = (266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320, 267923, 271478, 255353, 256820, 261835, 259144)
SEEN += (255910, 260863, 264465, 260989)
CAME = (280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529, 279618, 283932, 266629, 268091, 276803, 271578)
CAME += (266005, 273520, 278574, 273772)
UPPER = (96.567, 96.5753, 96.5421, 96.5326, 96.5627, 96.5775, 96.5593, 96.5345, 96.5579, 96.5623, 96.5689, 96.5591, 96.5996, 96.5961)
UPPER += (96.5753, 96.5877, 96.6012, 96.583, 96.5713, 96.5824)
LOWER = (94.013, 94.0046, 94.0378, 94.0473, 94.0173, 94.0025, 94.0207, 94.0454, 94.022, 94.0177, 94.0111, 94.0208, 93.9803, 93.9839)
LOWER += (94.0046, 93.9923, 93.9788, 93.9969, 94.0087, 93.9975)


def test_limits_of_rates_with_unequal_denominators_are_those_of_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spc, "VARIES", 1)  # these denominators differ little; the other program is told to make p-prime limits
    found = spc.limits_of_rates(list(zip(SEEN, CAME, strict=True)), 20)
    assert [float(one.upper) for one in found] == pytest.approx(UPPER, abs=6e-5)
    assert [float(one.lower) for one in found] == pytest.approx(LOWER, abs=6e-5)


def test_equal_limits_up_to_three_times_as_many_cases_and_wider_ones_for_few_beyond() -> None:
    rates = [(80, 100), (240, 300), (82, 100), (250, 300), (79, 100), (235, 300)]
    assert len(set(spc.limits_of_rates(rates, 6))) == 1
    few, many = spc.limits_of_rates([*rates, (800, 1000)], 6)[-2:]
    assert few.mean == many.mean and few.upper - few.lower > many.upper - many.lower > 0


def test_each_point_is_judged_by_its_own_limits() -> None:
    narrow, wide = spc.Limits(Fraction(80), Fraction(1)), spc.Limits(Fraction(80), Fraction(5))
    values = exact([80, 81, 79, 90, 79, 90])
    assert [i for i, names in enumerate(spc.signals(values, [wide, wide, wide, wide, narrow, narrow])) if names] == [5]


WIDE = spc.Limits(Fraction(4), Fraction(100))


def test_seven_rising_points_are_a_trend_and_a_tie_breaks_it() -> None:
    assert marked([1, 2, 3, 4, 5, 6, 7], WIDE, spc.TREND) == [1, 2, 3, 4, 5, 6, 7]
    assert marked([7, 6, 5, 4, 3, 2, 1], WIDE, spc.TREND) == [1, 2, 3, 4, 5, 6, 7]
    assert marked([1, 2, 3, 3, 4, 5, 6], WIDE, spc.TREND) == []
    assert marked([1, 2, 3, 4, 5, 6], WIDE, spc.TREND) == []


def test_seven_points_on_one_side_are_a_shift_and_one_on_the_mean_breaks_it() -> None:
    assert marked([5, 6, 5, 6, 5, 6, 5], WIDE, spc.SHIFT) == [1, 2, 3, 4, 5, 6, 7]
    assert marked([5, 6, 5, 4, 5, 6, 5], WIDE, spc.SHIFT) == []
    assert marked([5, 6, 5, 6, 5, 6, 3], WIDE, spc.SHIFT) == []


def test_two_of_three_near_a_limit_on_one_side() -> None:
    # Mean 0, near limit 17.73, limit 26.6.
    of = spc.Limits(Fraction(0), Fraction(10))
    assert marked([5, 5, 20, 5, 20, 5, 5], of, spc.TWO_OF_THREE) == [3, 5]
    assert marked([5, -5, 20, -5, 20, -5, 5], of, spc.TWO_OF_THREE) == []
    assert marked([20, -20, 5], of, spc.TWO_OF_THREE) == []
    assert marked([30, 20, 5], of, spc.TWO_OF_THREE) == [], "a point outside the limit is not one of the two"
    assert marked([20, 20, 20], of, spc.TWO_OF_THREE) == [1, 2, 3]


def test_one_point_outside_the_limits_is_the_only_signal() -> None:
    of = spc.limits(exact(ONE_POINT))
    assert [names for names in spc.signals(exact(ONE_POINT), of) if names] == [(spc.POINT,)]
    assert marked(ONE_POINT, of, spc.POINT) == [13]


def test_a_point_on_a_limit_is_inside_it() -> None:
    of = spc.Limits(Fraction(0), Fraction(1))
    assert spc.signals([spc.LIMIT, -spc.LIMIT], of) == [(), ()]
    assert spc.signals([spc.LIMIT + Fraction(1, 10**9)], of) == [(spc.POINT,)]


def test_limits_of_the_first_year_show_the_change_that_limits_of_both_years_blur() -> None:
    first = spc.limits(exact(TWO_YEARS[:12]))
    assert marked(TWO_YEARS, first, spc.SHIFT) == list(range(13, 25))
    assert marked(TWO_YEARS, first, spc.TWO_OF_THREE) == [18, 20, 22, 24]
    both = spc.limits(exact(TWO_YEARS))
    assert set(range(7, 13)) <= {i for i, names in enumerate(spc.signals(exact(TWO_YEARS), both), 1) if names}
    since = spc.limits(exact(TWO_YEARS[13:]))
    assert not any(spc.signals(exact(TWO_YEARS[13:]), since))


def test_what_the_latest_point_says() -> None:
    values, first = exact(TWO_YEARS), spc.limits(exact(TWO_YEARS[:12]))
    assert spc.variation(values, first, "higher") == spc.BETTER
    assert spc.variation(values, first, "lower") == spc.WORSE
    assert spc.variation(values, first, "neither") == spc.HIGHER
    assert spc.variation(values[:12], first, "higher") == spc.NO_CHANGE
    falling = exact([95, 94, 93, 92, 91, 90, 89])
    assert spc.variation(falling, spc.Limits(Fraction(80), Fraction(100)), "neither") == spc.HIGHER, "the shift decides"
    assert spc.variation(exact([83, 82, 81, 80, 79, 78, 77]), spc.Limits(Fraction(80), Fraction(100)), "higher") == spc.WORSE


def test_a_target_beyond_the_limits_is_missed_or_met_as_things_run() -> None:
    since = spc.limits(exact(TWO_YEARS[13:]))
    assert [spc.assurance(since, Fraction(target), "higher") for target in (95, 85, 70)] == [spc.WILL_NOT, spc.SOMETIMES, spc.WILL]
    assert [spc.assurance(since, Fraction(target), "lower") for target in (95, 85, 70)] == [spc.WILL, spc.SOMETIMES, spc.WILL_NOT]


def test_a_process_that_never_varies_has_no_signals() -> None:
    still = spc.limits([Fraction(1, 3)] * 20)
    assert still.still and not any(spc.signals([Fraction(1, 3)] * 19 + [Fraction(5)], still))


def test_a_third_lies_on_a_mean_of_thirds() -> None:
    """What floating point would get wrong: a point on the mean breaks the shift."""
    of = spc.limits(exact([1, 0, 0]) * 4)
    assert of.mean == Fraction(1, 3)
    assert not any(spc.SHIFT in names for names in spc.signals([*[Fraction(1, 2)] * 6, Fraction(1, 3)], of))


@pytest.mark.parametrize(
    ("met", "known", "z", "low", "high"),
    [
        (65, 100, None, 0.5525444, 0.7363575),
        (1045, 5000, None, 0.1979555, 0.2204913),
        (65, 100, 3.090232, 0.4954947, 0.7783541),
        (1045, 5000, 3.090232, 0.1917938, 0.2273156),
        (5, 8, None, 0.3057, 0.8632),
        (0, 12, None, 0, 0.2425),
        (12, 12, None, 0.7575, 1),
        (61, 69, None, 0.7875, 0.9401),
        (182, 200, None, 0.8622, 0.9423),
    ],
)
def test_wilsons_interval(met: int, known: int, z: float | None, low: float, high: float) -> None:
    close = 6e-8 if known >= 100 and met != 182 else 6e-5
    assert wilson(met, known, *([z] if z else [])) == (pytest.approx(low, abs=close), pytest.approx(high, abs=close))
