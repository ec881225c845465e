"""What a protected series says: chart, variation and assurance in words. From twelve points on; never from a hidden one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from auditcheck.board import spc
from auditcheck.board.charts import Chart, percent
from auditcheck.board.gaps import begin, breaks
from auditcheck.board.shown import Figure, of_row
from auditcheck.disclosure import Safe
from auditcheck.rulebook.model import Target

VARIATION = {
    spc.NO_CHANGE: "No real change",
    spc.BETTER: "Better: real change",
    spc.WORSE: "Worse: real change",
    spc.HIGHER: "Higher (not good or bad)",
    spc.LOWER: "Lower (not good or bad)",
}
ASSURANCE = {
    spc.WILL: "Will meet target as it runs now",
    spc.SOMETIMES: "Will sometimes miss",
    spc.WILL_NOT: "Will miss unless something changes",
}
#: Where the points that fix the limits do not vary there are none, and no change is seen by them, nor how a target lies to them.
NO_VARIATION = "Can't be told from limits: no variation"
#: Limits are never moved, so after a real change they are those of the process as it was.
CHANGED = "Can't be told after a real change"
_SIGNALS = {
    spc.POINT: "lies outside the limits",
    spc.TREND: "ends seven or more points that all go one way",
    spc.TWO_OF_THREE: "is one of two in three near a limit",
    spc.SHIFT: "is one of seven or more in a row on one side of the mean",
}


LATEST_HIDDEN = "The latest point is hidden"
#: Fewer points than these are no chart.
FEWEST = 6


@dataclass(frozen=True)
class Trend:
    """A measure over time. ``chart``: None where there is none, and ``why``; ``rows``: what stands in the table under it.

    ``missed``: how many of the latest points in a row lie outside the target that is drawn.
    """

    rows: tuple[tuple[str, Figure], ...]
    chart: Chart | None
    variation: str
    assurance: str
    mean: str
    why: str = ""
    signal: str = spc.NO_CHANGE
    missed: int = 0


def none(why: str, variation: str = "No monthly figures") -> Trend:
    """No trend, and why."""
    return Trend((), None, variation, "", "", why)


def of_series(title: str, safe: Safe, good: str, target: Target | None, unknown_over: int) -> Trend:
    """The trend of a protected series: of its latest points, of which few are hidden."""
    rows = tuple((row.labels[0], of_row(row, unknown_over)) for row in sorted(safe.rows, key=lambda row: _first_day(row.parts[0].members)))
    charted = rows[begin([figure.value is not None for _, figure in rows], spc.ENOUGH) :]
    points = _Points.of(charted)
    count = len(points.values)
    if count < FEWEST:
        return Trend(rows, None, "Too few points", "", "", f"Too few points can be shown for a chart: {count}, and it needs {FEWEST}.")
    aim = _aim(target)
    left = points.left_out()

    def chart(limits: Sequence[spc.Limits] | None, says: str) -> Chart:
        return Chart(title, points.names, points.places, points.values, tuple(limits) if limits else None, good, aim, f"{says}{left}")

    if count < spc.ENOUGH:
        says = f"There are {count} points; limits need {spc.ENOUGH}."
        return Trend(rows, chart(None, says), f"Too few points ({count} of {spc.ENOUGH})", "", "", "")
    limits = spc.limits_of_rates(points.counts, spc.ENOUGH, points.broken)
    mean, missed = percent(spc.mean(points.values[-12:])), _missed(points, target)
    if limits[0].still:
        return Trend(rows, chart(None, unvarying(points)), NO_VARIATION, NO_VARIATION if target else "", mean, missed=missed)
    # The latest point alone says how things are; where it is hidden, nothing is said.
    signal = spc.variation(points.values, limits, good, points.broken) if points.known else spc.NO_CHANGE
    variation = VARIATION[signal] if points.known else LATEST_HIDDEN
    return Trend(rows, chart(limits, sentence(points, limits)), variation, _assurance(points, limits, target), mean, "", signal, missed)


@dataclass(frozen=True)
class _Points:
    """The stretch that is charted. ``names``: of all its points; ``counts``: (n, d) of those shown, at their ``places`` among the names."""

    names: tuple[str, ...]
    places: tuple[int, ...]
    counts: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, rows: Sequence[tuple[str, Figure]]) -> _Points:
        shown = [(i, (one.n, one.d)) for i, (_, one) in enumerate(rows) if one.value is not None and one.n is not None and one.d]
        return cls(tuple(name for name, _ in rows), tuple(i for i, _ in shown), tuple(counts for _, counts in shown))

    @property
    def values(self) -> tuple[Fraction, ...]:
        return tuple(Fraction(100 * n, d) for n, d in self.counts)

    @property
    def broken(self) -> frozenset[int]:
        return breaks(self.places)

    @property
    def shown(self) -> list[str]:
        return [self.names[i] for i in self.places]

    @property
    def known(self) -> bool:
        """Whether the latest point is shown."""
        return self.places[-1] == len(self.names) - 1

    @property
    def latest(self) -> str:
        return "latest point" if self.known else "latest point that is shown"

    def left_out(self) -> str:
        """What the chart lacks, in sentences."""
        hidden = [name for i, name in enumerate(self.names) if i not in self.places]
        if not hidden:
            return ""
        which = f"{', '.join(hidden)} {'is' if len(hidden) == 1 else 'are'} hidden (c) or without a case"
        return f" {which}: the line is broken there, and what is said rests on the {len(self.places)} points that are shown."


def sentence(points: _Points, limits: Sequence[spc.Limits]) -> str:
    """What the chart shows, in words that the figures carry."""
    names, values = points.shown, points.values
    trial = " They are trial limits: there are fewer than 20 points." if len(names) < spc.FIRM else ""
    wider = " The fewer cases a point has, the wider they are." if len(set(limits)) > 1 else ""
    said = f"The mean and limits are those of {names[0]} to {names[spc.ENOUGH - 1]}.{wider}{trial} "
    marks = spc.signals(values, limits, points.broken)
    latest = marks[-1]
    if latest:
        return f"{said}The {points.latest}, {names[-1]}, {_SIGNALS[latest[0]]}: more than chance."
    earlier = [name for name, marked in zip(names, marks, strict=True) if marked]
    if earlier:
        others = (
            f"One earlier point was not, {earlier[0]}."
            if len(earlier) == 1
            else f"{len(earlier)} earlier points were not, the last {earlier[-1]}."
        )
        return f"{said}The {points.latest} is within what chance alone gives. {others}"
    every = "All points" if len(names) == len(points.names) else "All points that are shown"
    return f"{said}{every} are within what chance alone gives."


def unvarying(points: _Points) -> str:
    """Why there are no limits, though there are points enough, and what the figures are."""
    names, values = points.shown, points.values
    fixing = values[: spc.ENOUGH]
    said = f"all are {percent(fixing[0])}" if len(set(fixing)) == 1 else "but for single jumps, which limits leave out"
    since = f" The {points.latest}, {names[-1]}, is {percent(values[-1])}." if len(values) > spc.ENOUGH else ""
    return (
        f"The points that would fix limits, {names[0]} to {names[spc.ENOUGH - 1]}, show no variation ({said}), "
        f"so nothing can be told from limits.{since}"
    )


def _assurance(points: _Points, limits: Sequence[spc.Limits], target: Target | None) -> str:
    """How a target lies to the latest limits, at the worse of its ends; '' where there is none."""
    if target is None:
        return ""
    if spc.changing(spc.signals(points.values, limits, points.broken)):
        return CHANGED
    ends = ((target.at_least, "higher"), (target.at_most, "lower"))
    found = {spc.assurance(limits[-1], end.number, way) for end, way in ends if end is not None}
    return ASSURANCE[next(one for one in (spc.WILL_NOT, spc.SOMETIMES, spc.WILL) if one in found)]


def _missed(points: _Points, target: Target | None) -> int:
    """How many points in a row miss a target, up to the latest: none where that is hidden, and not across a gap."""
    if target is None or not points.known:
        return 0
    found = 0
    for place, value in reversed(list(enumerate(points.values))):
        low, high = target.at_least, target.at_most
        if (low is None or value >= low.number) and (high is None or value <= high.number):
            break
        found += 1
        if place in points.broken:
            break
    return found


def _aim(target: Target | None) -> Fraction | None:
    """The end of a target that is drawn."""
    end = target and (target.at_least or target.at_most)
    return end.number if end else None


def _first_day(members: frozenset[str | int] | None) -> int:
    return min(int(day) for day in members or (0,))
