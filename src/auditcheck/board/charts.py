"""Charts as SVG written by hand: only what a protected table shows, readable in grey, with the same in words beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from itertools import pairwise

from auditcheck.board import spc
from auditcheck.board.gaps import breaks
from auditcheck.checks.figure import in_figures

WIDTH, HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 596, 14, 262
INK, GREY = "#0b0c0c", "#505a5f"
BLUE, ORANGE, PURPLE = "#12436D", "#F46A25", "#490092"
_SQUARE = ((-5, -5), (5, -5), (5, 5), (-5, 5))


@dataclass(frozen=True)
class Chart:
    """A series as it may be shown. ``names``: of all its points; ``values``: per cent, of those that are shown, at their ``places``
    among the names; ``limits``: of each that is shown; None where there are too few points for them."""

    title: str
    names: tuple[str, ...]
    places: tuple[int, ...]
    values: tuple[Fraction, ...]
    limits: tuple[spc.Limits, ...] | None
    good: str
    target: Fraction | None
    says: str

    @property
    def meanings(self) -> list[str]:
        """What each point that is shown says: chance, better, worse or (where neither way is good) a change."""
        return spc.meanings(self.values, self.limits, self.good, breaks(self.places)) if self.limits else [spc.NO_CHANGE] * len(self.values)


def svg(chart: Chart, key: str) -> str:
    """The drawing. ``key``: what makes the ids in it its own on the page."""
    low, high = _reach(chart)
    draw = _Drawing(low, high, len(chart.names), chart.places)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{key}-t {key}-d" xmlns="http://www.w3.org/2000/svg">',
        f'<title id="{key}-t">{escape(chart.title)}</title><desc id="{key}-d">{escape(text(chart))}</desc>',
        *draw.axes(chart.names),
        *_rules(chart, draw),
        *draw.gaps(),
        *draw.lines(chart.values),
        *(draw.point(i, *point) for i, point in enumerate(zip(chart.values, chart.meanings, strict=True))),
        "</svg>",
    ]
    return "".join(parts)


def text(chart: Chart) -> str:
    """The chart in words, for those who do not see it."""
    of = chart.limits[-1] if chart.limits else None
    at = " at the latest point" if len(set(chart.limits or ())) > 1 else ""
    limits = "" if of is None else f" Mean {percent(of.mean)}, limits {percent(_inside(of.lower))} to {percent(_inside(of.upper))}{at}."
    return f"Line chart, {chart.title}, {chart.names[0]} to {chart.names[-1]}.{limits} {chart.says} Data in the table below."


def percent(value: Fraction) -> str:
    """``99.6%``: as everywhere in the book, so that what is not all is never called 100%."""
    return f"{in_figures(value)}%"


def _inside(value: Fraction) -> Fraction:
    return min(max(value, Fraction(0)), Fraction(100))


def _reach(chart: Chart) -> tuple[int, int]:
    """The ends of the axis: all points, limits and target with some room, in fives, within 0 and 100."""
    shown = [*chart.values, *([chart.target] if chart.target is not None else [])]
    for one in chart.limits or ():
        shown += [_inside(one.lower), _inside(one.upper)]
    low, high = int(min(shown)) // 5 * 5 - 5, -(-int(max(shown) + 1) // 5) * 5 + 5
    return max(low, 0), min(high, 100)


def _rules(chart: Chart, draw: _Drawing) -> list[str]:
    """The lines across: mean (or median), limits, target, each named at its end; names that would touch are moved apart."""
    said: list[tuple[Sequence[Fraction], str, str]] = []
    if chart.limits is None:
        said.append(([spc.median(chart.values)] * len(chart.values), "median", f'stroke="{INK}" stroke-width="2"'))
    else:
        dashed = f'stroke="{GREY}" stroke-width="1.5" stroke-dasharray="5 4"'
        said.append(([one.mean for one in chart.limits], "mean", f'stroke="{INK}" stroke-width="2"'))
        said.append(([_inside(one.upper) for one in chart.limits], "upper limit", dashed))
        said.append(([_inside(one.lower) for one in chart.limits], "lower limit", dashed))
    if chart.target is not None:
        said.append(([chart.target] * len(chart.values), "target", f'stroke="{INK}" stroke-width="1.5" stroke-dasharray="14 5"'))
    found, last = [], -99.0
    for values, name, style in sorted(said, key=lambda one: -one[0][-1]):
        heights = [draw.y(value) for value in values]
        last = max(heights[-1] + 4, last + 13)
        found.append(draw.across(heights, style))
        found.append(f'<text x="{_RIGHT + 6}" y="{last:.1f}">{name} {percent(values[-1])}</text>')
    return found


@dataclass(frozen=True)
class _Drawing:
    """Where things stand on a chart with an axis from ``low`` to ``high`` per cent and so many points, of which those at ``places`` are
    shown."""

    low: int
    high: int
    points: int
    places: tuple[int, ...]

    def x(self, at: int) -> float:
        """Of a place among all points."""
        return _LEFT + 8 + (_RIGHT - _LEFT - 16) * at / max(self.points - 1, 1)

    def y(self, value: Fraction) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * float(value - self.low) / (self.high - self.low)

    def axes(self, names: Sequence[str]) -> list[str]:
        step = 5 if self.high - self.low <= 30 else 10 if self.high - self.low <= 60 else 20
        parts = []
        for value in range(-(-self.low // step) * step, self.high + 1, step):
            y = self.y(Fraction(value))
            parts.append(f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d9dcde"/>')
            parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value}%</text>')
        every = 3 if len(names) <= 24 else 6
        for at in range((len(names) - 1) % every, len(names), every):
            anchor = "end" if at == len(names) - 1 else "middle"
            parts.append(f'<text x="{self.x(at):.1f}" y="{_BOTTOM + 18}" text-anchor="{anchor}">{escape(names[at])}</text>')
        if self.low:
            parts.append(f'<text x="{_LEFT}" y="{_BOTTOM + 34}">The axis starts at {self.low}%</text>')
        return parts

    def across(self, heights: Sequence[float], style: str) -> str:
        """A line at one height, or in steps, a step a point that is shown."""
        if len(set(heights)) == 1:
            return f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{heights[0]:.1f}" y2="{heights[0]:.1f}" {style}/>'
        half = (self.x(1) - self.x(0)) / 2
        steps = " ".join(
            f"{max(self.x(i) - half, _LEFT):.1f},{y:.1f} {min(self.x(i) + half, _RIGHT):.1f},{y:.1f}"
            for i, y in zip(self.places, heights, strict=True)
        )
        return f'<polyline points="{steps}" fill="none" {style}/>'

    def lines(self, values: Sequence[Fraction]) -> list[str]:
        """From point to point, broken where one is hidden."""
        ends = [0, *sorted(breaks(self.places)), len(values)]
        stretches = [range(first, last) for first, last in pairwise(ends)]
        points = [" ".join(f"{self.x(self.places[i]):.1f},{self.y(values[i]):.1f}" for i in some) for some in stretches]
        return [f'<polyline points="{some}" fill="none" stroke="{GREY}" stroke-width="1.5"/>' for some in points]

    def gaps(self) -> list[str]:
        """A c at the foot of every point that is hidden."""
        hidden = [at for at in range(self.points) if at not in self.places]
        return [f'<text x="{self.x(at):.1f}" y="{_BOTTOM - 4}" text-anchor="middle">c</text>' for at in hidden]

    def point(self, at: int, value: Fraction, mark: str) -> str:
        """A circle is chance, a triangle better, a diamond worse, a square a change that is neither. ``at``: among those shown."""
        x, y = self.x(self.places[at]), self.y(value)
        if mark == spc.NO_CHANGE:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{GREY}"/>'
        shapes = {
            spc.BETTER: (BLUE, ((0, -7), (6.5, 5), (-6.5, 5))),
            spc.WORSE: (ORANGE, ((0, -7), (7, 0), (0, 7), (-7, 0))),
            spc.HIGHER: (PURPLE, _SQUARE),
            spc.LOWER: (PURPLE, _SQUARE),
        }
        colour, corners = shapes[mark]
        points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
        return f'<polygon points="{points}" fill="{colour}" stroke="{INK}" stroke-width="1.5"/>'
