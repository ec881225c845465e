"""Statistical process control: is a change more than chance? XmR and p-prime charts by the rules of Making Data Count.

The rules are those of the R package NHSRplotthedots (commit 050b07d), which mirrors NHS England's Making Data Count; its figures are the
oracle of the tests. Everything here is an exact fraction (but for the width of p-prime limits, which is a root), so that a point that lies
on the mean is seen to lie on it. The p-prime chart is Laney's; its oracle is PowerBI-SPC.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from auditcheck.board.gaps import windows

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


def limits(values: Sequence[Fraction], screened: bool = True, broken: Collection[int] = ()) -> Limits:
    """The limits of one point or more. ``broken``: the points that do not follow on the one before (`gaps`): they have no moving range.

    ``screened``: moving ranges of `SCREEN` times their mean or more are left out, once (Making Data Count's own Excel tool does not do so;
    its limits are wider).
    """
    ranges = [abs(values[pair[1]] - values[pair[0]]) for pair in windows(len(values), 2, broken)]
    if screened and ranges:
        most = SCREEN * mean(ranges)
        ranges = [one for one in ranges if one < most]
    return Limits(mean(values), mean(ranges) if ranges else Fraction(0))


#: Points whose denominators differ more than so many times are judged by p-prime limits: equal ones would raise false signals.
VARIES = 3
_ROOT = 1.128  # of a mean moving range to a standard deviation


def limits_of_rates(points: Sequence[tuple[int, int]], first: int, broken: Collection[int] = ()) -> list[Limits]:
    """Of rates in per cent, (n, d) with d above nought, the limits of every point, fixed on the first so many. ``broken``: as in `limits`.

    XmR, or where a denominator is more than `VARIES` times another, p-prime: the fewer cases a point has, the wider its limits.
    """
    denominators = [d for _, d in points]
    if max(denominators) <= VARIES * min(denominators):
        return [limits([Fraction(100 * n, d) for n, d in points[:first]], broken=broken)] * len(points)
    middle = Fraction(sum(n for n, _ in points[:first]), sum(d for _, d in points[:first]))
    if middle in (0, 1):
        return [Limits(100 * middle, Fraction(0))] * len(points)
    widths = [sqrt(middle * (1 - middle) / d) for d in denominators]
    scores = [Fraction(float(Fraction(n, d) - middle) / width) for (n, d), width in zip(points[:first], widths, strict=False)]
    spread = float(limits(scores, broken=broken).moving_range) / _ROOT
    return [Limits(100 * middle, Fraction(100 * 3 * spread * width) / LIMIT) for width in widths]


def mean(values: Sequence[Fraction]) -> Fraction:
    """Raises ZeroDivisionError where there are none."""
    return sum(values, Fraction(0)) / len(values)


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle one, or half-way between the two in the middle."""
    order = sorted(values)
    return (order[(len(order) - 1) // 2] + order[len(order) // 2]) / 2


def signals(values: Sequence[Fraction], of: Limits | Sequence[Limits], broken: Collection[int] = ()) -> list[tuple[str, ...]]:
    """For every point the special causes that mark it, in the order of `SIGNALS`. ``of``: the limits of all points, or of each.

    ``broken``: the points that do not follow on the one before (`gaps`): no points in a row reach across.
    """
    each = [of] * len(values) if isinstance(of, Limits) else of
    if any(one.still for one in each):
        return [()] * len(values)
    marked = {
        POINT: {i for i, (value, one) in enumerate(zip(values, each, strict=True)) if not one.lower <= value <= one.upper},
        TREND: set(_trends(values, broken)),
        TWO_OF_THREE: set(_two_of_three(values, each, broken)),
        SHIFT: set(_shifts(values, each[0].mean, broken)),
    }
    return [tuple(name for name in SIGNALS if i in marked[name]) for i in range(len(values))]


def _trends(values: Sequence[Fraction], broken: Collection[int]) -> Iterable[int]:
    """Seven points of which each is higher than the one before, or each lower; a tie breaks it."""
    for seven in windows(len(values), RUN, broken):
        if {_sign(values[i + 1] - values[i]) for i in seven[:-1]} in ({1}, {-1}):
            yield from seven


def _shifts(values: Sequence[Fraction], middle: Fraction, broken: Collection[int]) -> Iterable[int]:
    """Seven points strictly on one side of the mean; a point on it breaks it."""
    sides = [_sign(value - middle) for value in values]
    for seven in windows(len(values), RUN, broken):
        if {sides[i] for i in seven} in ({1}, {-1}):
            yield from seven


def _two_of_three(values: Sequence[Fraction], each: Sequence[Limits], broken: Collection[int]) -> Iterable[int]:
    """Of three points on one side of the mean, at least two between the near limit and the limit there: those two or three."""
    sides = [_sign(value - each[0].mean) for value in values]
    near = [one.near_upper < value <= one.upper or one.lower <= value < one.near_lower for value, one in zip(values, each, strict=True)]
    for three in windows(len(values), 3, broken):
        close = [i for i in three if near[i]]
        if len(close) >= 2 and {sides[i] for i in three} in ({1}, {-1}):
            yield from close


def _sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)


#: What the latest point says. HIGHER and LOWER: a real change of a measure of which neither way is better.
NO_CHANGE, BETTER, WORSE, HIGHER, LOWER = "no change", "better", "worse", "higher", "lower"


def variation(values: Sequence[Fraction], of: Limits | Sequence[Limits], good: str, broken: Collection[int] = ()) -> str:
    """What the latest point alone says. ``good``: higher | lower | anything else for neither; ``broken``: as in `signals`."""
    return meanings(values, of, good, broken)[-1]


def meanings(values: Sequence[Fraction], of: Limits | Sequence[Limits], good: str, broken: Collection[int] = ()) -> list[str]:
    """What each point says: the words are those of `variation`."""
    each = [of] * len(values) if isinstance(of, Limits) else of
    marks = signals(values, each, broken)

    def rising(at: int) -> bool:
        # A trend goes the way that it goes, whichever side of the mean its points lie on; the others lie on a side.
        if marks[at] != (TREND,):
            return values[at] > each[at].mean
        return values[at] > values[at - 1] if at and TREND in marks[at - 1] and at not in broken else values[at + 1] > values[at]

    def said(at: int) -> str:
        if not marks[at]:
            return NO_CHANGE
        if good not in ("higher", "lower"):
            return HIGHER if rising(at) else LOWER
        return BETTER if rising(at) == (good == "higher") else WORSE

    return [said(at) for at in range(len(values))]


def changing(marks: Sequence[tuple[str, ...]]) -> bool:
    """Whether a process may have left its limits (``marks``: its `signals`): its latest point is marked, or a shift or a trend is among its
    latest `RUN` points. What the limits say of a target is then of the process as it was."""
    return bool(marks[-1]) or any({SHIFT, TREND} & set(one) for one in marks[-RUN:])


#: How a target lies to the limits.
WILL, SOMETIMES, WILL_NOT = "will", "sometimes", "will not"


def assurance(of: Limits, target: Fraction, good: str) -> str:
    """Whether a process that keeps to its limits meets a target: always, sometimes or never. ``good``: higher | lower."""
    if good == "higher":
        return WILL_NOT if target > of.upper else WILL if target < of.lower else SOMETIMES
    return WILL_NOT if target < of.lower else WILL if target > of.upper else SOMETIMES
