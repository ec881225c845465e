"""What a protected series says: chart, variation and assurance in words. From twelve points on; never from a hidden one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from auditcheck.board import spc
from auditcheck.board.charts import Chart, percent
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
_SIGNALS = {
    spc.POINT: "lies outside the limits",
    spc.TREND: "ends seven or more points that all go one way",
    spc.TWO_OF_THREE: "is one of two in three near a limit",
    spc.SHIFT: "is one of seven or more in a row on one side of the mean",
}


#: Fewer points than these are no chart.
FEWEST = 6


@dataclass(frozen=True)
class Trend:
    """A measure over time. ``chart``: None where there is none, and ``why``; ``rows``: what stands in the table under it."""

    rows: tuple[tuple[str, Figure], ...]
    chart: Chart | None
    variation: str
    assurance: str
    mean: str
    why: str = ""
    signal: str = spc.NO_CHANGE


def none(why: str, variation: str = "No monthly figures") -> Trend:
    """No trend, and why."""
    return Trend((), None, variation, "", "", why)


def of_series(title: str, safe: Safe, good: str, target: Target | None, unknown_over: int) -> Trend:
    """The trend of a protected series: of its latest points without a gap."""
    rows = tuple((row.labels[0], of_row(row, unknown_over)) for row in sorted(safe.rows, key=lambda row: _first_day(row.parts[0].members)))
    points = _unbroken(rows)
    if len(points) < FEWEST:
        return Trend(rows, None, "Too few points", "", "", f"There are {len(points)} points that can be shown: too few for a chart.")
    names, values = tuple(name for name, _ in points), tuple(Fraction(100 * n, d) for _, (n, d) in points)
    aim, wants = _aim(target, good)
    if len(points) < spc.ENOUGH:
        says = f"There are {len(points)} points; limits need {spc.ENOUGH}."
        chart = Chart(title, names, values, None, good, aim, says)
        return Trend(rows, chart, f"Too few points ({len(points)} of {spc.ENOUGH})", "", "", "")
    limits = spc.limits_of_rates([counts for _, counts in points], spc.ENOUGH)
    says = sentence(names, values, limits)
    chart = Chart(title, names, values, tuple(limits), good, aim, says)
    signal = spc.variation(values, limits, good)
    assurance = "" if aim is None else ASSURANCE[spc.assurance(limits[-1], aim, wants)]
    return Trend(rows, chart, VARIATION[signal], assurance, percent(spc.mean(values[-12:])), "", signal)


def sentence(names: Sequence[str], values: Sequence[Fraction], limits: Sequence[spc.Limits]) -> str:
    """What the chart shows, in words that the figures carry."""
    trial = " They are trial limits: there are fewer than 20 points." if len(names) < spc.FIRM else ""
    wider = " The fewer cases a point has, the wider they are." if len(set(limits)) > 1 else ""
    said = f"The mean and limits are those of {names[0]} to {names[spc.ENOUGH - 1]}.{wider}{trial} "
    if limits[0].still:
        return f"{said}There was no variation in those points, so nothing can be told from limits."
    marks = spc.signals(values, limits)
    latest = marks[-1]
    if latest:
        return f"{said}The latest point, {names[-1]}, {_SIGNALS[latest[0]]}: more than chance."
    earlier = [name for name, marked in zip(names, marks, strict=True) if marked]
    if earlier:
        return f"{said}The latest point is within what chance alone gives. Earlier points were not: {earlier[0]}" + (
            f" to {earlier[-1]}." if len(earlier) > 1 else "."
        )
    return f"{said}All points are within what chance alone gives."


def _unbroken(rows: Sequence[tuple[str, Figure]]) -> list[tuple[str, tuple[int, int]]]:
    """The latest points, (n, d), back to the first gap. A month without a case is one."""
    found: list[tuple[str, tuple[int, int]]] = []
    for name, figure in reversed(rows):
        if figure.value is None or figure.n is None or figure.d is None:
            break
        found.append((name, (figure.n, figure.d)))
    return found[::-1]


def _aim(target: Target | None, good: str) -> tuple[Fraction | None, str]:
    """The end of a target that is the harder to reach, and which way it asks for."""
    if target is None:
        return None, good
    if target.at_least is not None:
        return target.at_least.number, "higher"
    return (target.at_most.number, "lower") if target.at_most is not None else (None, good)


def _first_day(members: frozenset[str | int] | None) -> int:
    return min(int(day) for day in members or (0,))
