"""Statistical process control: is a change more than chance? XmR and p-prime charts by the rules of Making Data Count.

The rules are those of the R package NHSRplotthedots (commit 050b07d), which mirrors NHS England's Making Data Count; its figures are the
oracle of the tests. Everything here is an exact fraction (but for the width of p-prime limits, which is a root), so that a point that lies
on the mean is seen to lie on it. The p-prime chart is Laney's; its oracle is PowerBI-SPC.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import sqrt

#: How far a natural limit lies from the mean, and past which moving range is left out, both in mean moving ranges.
LIMIT, SCREEN = Fraction("2.66"), Fraction("3.267")
NEAR = LIMIT * 2 / 3
#: Points in a row that make a shift or a trend.
RUN = 7
#: Fewer points have a median and no limits; fewer than `FIRM` have trial limits.
ENOUGH, FIRM = 12, 20

POINT, TREND, TWO_OF_THREE, SHIFT = "point", "trend", "two of three", "shift"
#: The order in which a point's signals are named.
SIGNALS = (POINT, TREND, TWO_OF_THREE, SHIFT)


@dataclass(frozen=True)
class Limits:
    """The natural limits of a process: what it does while nothing changes it. ``moving_range``: the mean one, screened or not."""

    mean: Fraction
    moving_range: Fraction

    @property
    def lower(self) -> Fraction:
        return self.mean - LIMIT * self.moving_range

    @property
    def upper(self) -> Fraction:
        return self.mean + LIMIT * self.moving_range

    @property
    def near_lower(self) -> Fraction:
        return self.mean - NEAR * self.moving_range

    @property
    def near_upper(self) -> Fraction:
        return self.mean + NEAR * self.moving_range

    @property
    def still(self) -> bool:
        """No variation at all: there are no limits, and nothing is a signal."""
        return self.moving_range == 0


def limits(values: Sequence[Fraction], screened: bool = True) -> Limits:
    """The limits of one point or more.

    ``screened``: moving ranges of `SCREEN` times their mean or more are left out, once (Making Data Count's own Excel tool does not do so;
    its limits are wider).
    """
    ranges = [abs(later - earlier) for earlier, later in pairwise(values)]
    if screened and ranges:
        most = SCREEN * mean(ranges)
        ranges = [one for one in ranges if one < most]
    return Limits(mean(values), mean(ranges) if ranges else Fraction(0))


#: Points whose denominators differ more than so many times are judged by p-prime limits: equal ones would raise false signals.
VARIES = 3
_ROOT = 1.128  # of a mean moving range to a standard deviation


def limits_of_rates(points: Sequence[tuple[int, int]], first: int) -> list[Limits]:
    """Of rates in per cent, (n, d) with d above nought, the limits of every point, fixed on the first so many.

    XmR, or where a denominator is more than `VARIES` times another, p-prime: the fewer cases a point has, the wider its limits.
    """
    denominators = [d for _, d in points]
    if max(denominators) <= VARIES * min(denominators):
        return [limits([Fraction(100 * n, d) for n, d in points[:first]])] * len(points)
    middle = Fraction(sum(n for n, _ in points[:first]), sum(d for _, d in points[:first]))
    if middle in (0, 1):
        return [Limits(100 * middle, Fraction(0))] * len(points)
    widths = [sqrt(middle * (1 - middle) / d) for d in denominators]
    scores = [Fraction(float(Fraction(n, d) - middle) / width) for (n, d), width in zip(points[:first], widths, strict=False)]
    spread = float(limits(scores).moving_range) / _ROOT
    return [Limits(100 * middle, Fraction(100 * 3 * spread * width) / LIMIT) for width in widths]


def mean(values: Sequence[Fraction]) -> Fraction:
    """Raises ZeroDivisionError where there are none."""
    return sum(values, Fraction(0)) / len(values)


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle one, or half-way between the two in the middle."""
    order = sorted(values)
    return (order[(len(order) - 1) // 2] + order[len(order) // 2]) / 2


def signals(values: Sequence[Fraction], of: Limits | Sequence[Limits]) -> list[tuple[str, ...]]:
    """For every point the special causes that mark it, in the order of `SIGNALS`. ``of``: the limits of all points, or of each."""
    each = [of] * len(values) if isinstance(of, Limits) else of
    if any(one.still for one in each):
        return [()] * len(values)
    marked = {
        POINT: {i for i, (value, one) in enumerate(zip(values, each, strict=True)) if not one.lower <= value <= one.upper},
        TREND: set(_trends(values)),
        TWO_OF_THREE: set(_two_of_three(values, each)),
        SHIFT: set(_shifts(values, each[0].mean)),
    }
    return [tuple(name for name in SIGNALS if i in marked[name]) for i in range(len(values))]


def _trends(values: Sequence[Fraction]) -> Iterable[int]:
    """Seven points of which each is higher than the one before, or each lower; a tie breaks it."""
    ways = [_sign(later - earlier) for earlier, later in pairwise(values)]
    for start in range(len(values) - RUN + 1):
        way = set(ways[start : start + RUN - 1])
        if way in ({1}, {-1}):
            yield from range(start, start + RUN)


def _shifts(values: Sequence[Fraction], middle: Fraction) -> Iterable[int]:
    """Seven points strictly on one side of the mean; a point on it breaks it."""
    sides = [_sign(value - middle) for value in values]
    for start in range(len(values) - RUN + 1):
        if set(sides[start : start + RUN]) in ({1}, {-1}):
            yield from range(start, start + RUN)


def _two_of_three(values: Sequence[Fraction], each: Sequence[Limits]) -> Iterable[int]:
    """Of three points on one side of the mean, at least two between the near limit and the limit there: those two or three."""
    sides = [_sign(value - each[0].mean) for value in values]
    near = [one.near_upper < value <= one.upper or one.lower <= value < one.near_lower for value, one in zip(values, each, strict=True)]
    for start in range(len(values) - 2):
        three = range(start, start + 3)
        close = [i for i in three if near[i]]
        if len(close) >= 2 and {sides[i] for i in three} in ({1}, {-1}):
            yield from close


def _sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)


#: What the latest point says. HIGHER and LOWER: a real change of a measure of which neither way is better.
NO_CHANGE, BETTER, WORSE, HIGHER, LOWER = "no change", "better", "worse", "higher", "lower"


def variation(values: Sequence[Fraction], of: Limits | Sequence[Limits], good: str) -> str:
    """What the latest point alone says. ``good``: higher | lower | anything else for neither."""
    marks = signals(values, of)[-1]
    if not marks:
        return NO_CHANGE
    # A trend goes the way that it goes, whichever side of the mean its latest point lies on; the others lie on a side.
    middle = of.mean if isinstance(of, Limits) else of[-1].mean
    rising = values[-1] > values[-2] if marks == (TREND,) else values[-1] > middle
    if good not in ("higher", "lower"):
        return HIGHER if rising else LOWER
    return BETTER if rising == (good == "higher") else WORSE


#: How a target lies to the limits.
WILL, SOMETIMES, WILL_NOT = "will", "sometimes", "will not"


def assurance(of: Limits, target: Fraction, good: str) -> str:
    """Whether the process, as it runs now, meets a target: always, sometimes or never. ``good``: higher | lower."""
    if good == "higher":
        return WILL_NOT if target > of.upper else WILL if target < of.lower else SOMETIMES
    return WILL_NOT if target < of.lower else WILL if target > of.upper else SOMETIMES
