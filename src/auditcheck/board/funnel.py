"""Funnel charts: teams beside what chance alone gives around the rate of all together. No team is ranked.

Made of what a protected table shows and of nothing else: a row of which anything is hidden has no dot, and neither limits, scale nor
words hang on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from math import sqrt

from auditcheck.board.charts import GREY, HEIGHT, INK, ORANGE, WIDTH
from auditcheck.board.groups import NO_CHILD, NO_TEAM
from auditcheck.board.shown import Figure, of_row
from auditcheck.checks.figure import in_figures
from auditcheck.disclosure import Safe

#: Standard deviations of the 95% and of the 99.8% limits.
INNER, OUTER = 1.959964, 3.090232
#: Teams with fewer cases are not drawn; with fewer teams to draw there is no chart.
CASES, TEAMS = 10, 5
#: Nor is there one where the teams that are drawn hold less than half of the cases: those that are hidden would be what matters.
TOO_FEW = f"fewer than {TEAMS} teams with {CASES} cases or more, or less than half of all cases, can be shown"
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 596, 14, 248


def limits(whole: Fraction, cases: float, z: float) -> tuple[float, float]:
    """Between which shares (0 to 1) chance alone puts a team of so many cases, if it does as all together do."""
    width = z * sqrt(whole * (1 - whole) / cases)
    return max(float(whole) - width, 0.0), min(float(whole) + width, 1.0)


@dataclass(frozen=True)
class Dot:
    """A team that is drawn."""

    name: str
    n: int
    d: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.n, self.d)

    def lies(self, whole: Fraction) -> str:
        """Where it lies beside the limits, in words."""
        for z, which in ((OUTER, "99.8%"), (INNER, "95%")):
            low, high = limits(whole, self.d, z)
            if not low <= self.share <= high:
                return f"{'below' if self.share < low else 'above'} the {which} limits"
        return "within the limits"

    def outside(self, whole: Fraction) -> bool:
        """Whether it lies outside the 99.8% limits."""
        return self.lies(whole).endswith("99.8% limits")


@dataclass(frozen=True)
class Funnel:
    """One measure by team. ``about``: its period; ``source``: what is counted; ``rows``: all that the table has, the whole last;
    ``dots``: the teams that are drawn, by name."""

    measure: str
    title: str
    about: str
    source: str
    rows: tuple[tuple[str, Figure], ...]
    dots: tuple[Dot, ...]
    whole: Figure | None

    @property
    def share(self) -> Fraction | None:
        """Of all together; None where it is hidden, or there is nothing to count."""
        whole = self.whole
        return None if whole is None or whole.n is None or not whole.d else Fraction(whole.n, whole.d)

    @property
    def drawn(self) -> bool:
        """Whether there is enough to draw, and a difference between teams to draw."""
        held = sum(dot.d for dot in self.dots)
        return self.share not in (None, 0, 1) and len(self.dots) >= TEAMS and 2 * held >= (self.whole.d or 0 if self.whole else 0)

    def lies(self, name: str) -> str:
        """Where a row lies beside the limits; '' where it is not drawn."""
        dot = next((dot for dot in self.dots if dot.name == name), None)
        return "" if dot is None or self.share is None or not self.drawn else dot.lies(self.share)

    def outside(self) -> str:
        """Which teams lie outside the 99.8% limits, in a sentence."""
        if self.share in (0, 1):
            return f"No chart: every team is at {in_figures(100 * self.share)}%."
        if self.share is None or not self.drawn:
            return f"No chart: {TOO_FEW}."
        found = [f"{dot.name} ({dot.lies(self.share).split()[0]})" for dot in self.dots if dot.outside(self.share)]
        if not found:
            others = " The teams that are not drawn may differ from these." if {*self._not_drawn()} - {NO_CHILD, NO_TEAM} else ""
            return f"All {len(self.dots)} teams drawn lie within the 99.8% limits, so chance alone could explain how these differ.{others}"
        verb = "lies" if len(found) == 1 else "lie"
        return f"Of {len(self.dots)} teams drawn, {len(found)} {verb} outside the 99.8% limits around all together: {', '.join(found)}."

    def _not_drawn(self) -> list[str]:
        return [name for name, _ in self.rows[:-1] if not self.lies(name)]

    def says(self) -> str:
        """What the chart shows, in sentences, and what it does not."""
        left = "; ".join(self._not_drawn())
        if not left or not self.drawn:
            return self.outside()
        return f"{self.outside()} Not drawn, as too small, hidden or no team: {left}{'' if left.endswith('.') else '.'}"


def funnel(measure: str, title: str, safe: Safe) -> Funnel:
    """The funnel of a protected table by team."""
    rows = [(row, of_row(row, 100)) for row in safe.rows]
    dots = [
        Dot(row.labels[0], figure.n, figure.d)
        for row, figure in rows
        if len(row.parts[0].members or ()) == 1
        and row.labels[0] not in (NO_CHILD, NO_TEAM)
        and figure.n is not None
        and figure.d is not None
        and figure.d >= CASES
    ]
    whole = next((figure for row, figure in rows if row.total), None)
    source = "what the rules observed" if "rule" in safe.fixed else "the records that the measure counts"
    shown = tuple((row.labels[0], figure) for row, figure in rows)
    return Funnel(measure, title, safe.fixed["period"].label, source, shown, tuple(dots), whole)


def text(chart: Funnel) -> str:
    """The chart in words, for those who do not see it."""
    return f"Funnel chart, {chart.title} by team, {chart.about}. {chart.says()} Data in the table below."


def svg(chart: Funnel, key: str) -> str:
    """The drawing; '' where there is not enough to draw. ``key``: what makes the ids in it its own on the page."""
    if chart.share is None or not chart.drawn:
        return ""
    draw = _Drawing.of(chart.share, chart.dots)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{key}-t {key}-d" xmlns="http://www.w3.org/2000/svg">',
        f'<title id="{key}-t">{escape(chart.title)} by team</title><desc id="{key}-d">{escape(text(chart))}</desc>',
        *draw.axes(),
        *draw.limits(),
        *(draw.dot(dot) for dot in chart.dots),
        *draw.names([dot for dot in chart.dots if dot.outside(chart.share)]),
        "</svg>",
    ]
    return "".join(parts)


@dataclass(frozen=True)
class _Drawing:
    """Where things stand: cases from nought to ``most`` across, shares from ``low`` to ``high`` per cent upwards."""

    whole: Fraction
    least: int
    most: int
    low: int
    high: int

    @classmethod
    def of(cls, whole: Fraction, dots: Sequence[Dot]) -> _Drawing:
        least, most = min(dot.d for dot in dots), max(dot.d for dot in dots)
        ends = [100 * end for end in (*limits(whole, least, OUTER), *(float(dot.share) for dot in dots))]
        low, high = int(min(ends)) // 5 * 5, -(-int(max(ends) + 1) // 5) * 5
        return cls(whole, least, most, max(low, 0), min(high, 100))

    def x(self, cases: float) -> float:
        return _LEFT + (_RIGHT - _LEFT - 12) * cases / self.most

    def y(self, share: float | Fraction) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (100 * float(share) - self.low) / (self.high - self.low)

    def axes(self) -> list[str]:
        span = self.high - self.low
        step = 1 if span <= 10 else 5 if span <= 30 else 10 if span <= 60 else 20
        parts = []
        for value in range(-(-self.low // step) * step, self.high + 1, step):
            y = self.y(value / 100)
            parts.append(f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d9dcde"/>')
            parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value}%</text>')
        each = _round(self.most)
        parts += [
            f'<text x="{self.x(cases):.1f}" y="{_BOTTOM + 18}" text-anchor="middle">{cases:,}</text>'
            for cases in range(0, self.most + 1, each)
        ]
        starts = f". The axis of shares starts at {self.low}%" if self.low else ""
        parts.append(f'<text x="{_LEFT}" y="{_BOTTOM + 36}">Across: cases of a team{starts}</text>')
        return parts

    def limits(self) -> list[str]:
        """The rate of all together, and both pairs of limits, each named at its end; names that would touch are moved apart."""
        dashed, dotted = (f'stroke="{GREY}" stroke-width="1.5" stroke-dasharray="{dash}"' for dash in ("5 4", "1.5 3.5"))
        lines: list[tuple[list[float], str, str, list[float]]] = []
        lines.append(
            ([float(self.whole)] * 2, f"all {in_figures(100 * self.whole)}%", f'stroke="{INK}" stroke-width="2"', [self.least, self.most])
        )
        across = [self.least + (self.most - self.least) * i / 40 for i in range(41)]
        for z, name, style in ((INNER, "95%", dotted), (OUTER, "99.8%", dashed)):
            for end in (0, 1):
                lines.append(([limits(self.whole, cases, z)[end] for cases in across], f"{name} limit", style, across))
        found, last = [], -99.0
        for shares, name, style, places in sorted(lines, key=lambda one: -one[0][-1]):
            last = max(self.y(shares[-1]) + 4, last + 13)
            points = " ".join(f"{self.x(cases):.1f},{self.y(share):.1f}" for cases, share in zip(places, shares, strict=True))
            found.append(f'<polyline points="{points}" fill="none" {style}/>')
            found.append(f'<text x="{_RIGHT + 6}" y="{last:.1f}">{name}</text>')
        return found

    def dot(self, dot: Dot) -> str:
        """A circle is chance; a diamond lies outside the 99.8% limits."""
        x, y = self.x(dot.d), self.y(dot.share)
        if not dot.outside(self.whole):
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{GREY}"/>'
        points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in ((0, -6), (6, 0), (0, 6), (-6, 0)))
        return f'<polygon points="{points}" fill="{ORANGE}" stroke="{INK}" stroke-width="1.5"/>'

    def names(self, dots: Sequence[Dot]) -> list[str]:
        """The names of those outside, beside them and not upon each other."""
        found: list[str] = []
        taken: list[tuple[float, float]] = []
        for dot in sorted(dots, key=lambda one: (self.y(one.share), one.d)):
            x, y = self.x(dot.d), self.y(dot.share) + 4
            while any(abs(y - other) < 13 and abs(x - beside) < 90 for beside, other in taken):
                y += 13
            taken.append((x, y))
            side, anchor = (-10, "end") if x > (_LEFT + _RIGHT) / 2 else (10, "start")
            found.append(f'<text x="{x + side:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(dot.name)}</text>')
        return found


def _round(most: int) -> int:
    """A step of cases that makes five marks or so."""
    ten = int(10 ** (len(str(most)) - 1))
    return next(step for step in (ten // 5, ten // 2, ten, 2 * ten) if step and most / step <= 6)
