"""Figures as they may be shown: made of what the door of `disclosure` let through, and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from auditcheck.board.tables import JUSTIFIED, RATE, UNKNOWN, Table
from auditcheck.checks.figure import in_figures
from auditcheck.disclosure import Row, Safe
from auditcheck.disclosure.intervals import wilson

HIDDEN, NOTHING, NO_ONE_FIGURE = "c", "z", "x"
ALIKE = "Where a row is at 100% or 0%, whoever is known to be in it has that result."


@dataclass(frozen=True)
class Figure:
    """One figure; a count that is None is hidden. ``unknown_over``: beyond so many per cent unknown only the bounds are shown."""

    n: int | None
    d: int | None
    justified: int | None = None
    unknown: int | None = None
    unknown_over: int = 20

    @property
    def hidden(self) -> bool:
        """Whether the rate may not be shown."""
        return self.n is None or self.d is None

    @property
    def only_bounds(self) -> bool:
        """Whether too much is unknown to show one figure."""
        return bool(self.d is not None and self.unknown and self.unknown * 100 > self.unknown_over * (self.d + self.unknown))

    @property
    def value(self) -> Fraction | None:
        """Per cent; None where it is hidden, there is nothing to count, or too much is unknown."""
        if self.n is None or not self.d or self.only_bounds:
            return None
        return Fraction(100 * self.n, self.d)

    @property
    def range(self) -> tuple[float, float] | None:
        """The 95% Wilson interval, in per cent."""
        if self.value is None or self.n is None or self.d is None:
            return None
        low, high = wilson(self.n, self.d)
        return 100 * low, 100 * high

    def bounds(self) -> tuple[Fraction, Fraction] | None:
        """What the figure is if none of the unknown is met, and if all is, in per cent."""
        if self.n is None or self.d is None or self.unknown is None or not self.d + self.unknown:
            return None
        every = self.d + self.unknown
        return Fraction(100 * self.n, every), Fraction(100 * (self.n + self.unknown), every)

    # In words, for pages; `csv` for machines.
    def words(self) -> dict[str, str]:
        """Every column of a table in words."""
        return {
            "percent": self._percent(),
            "n": in_words(self.n),
            "d": in_words(self.d),
            "range": self._range(),
            "bounds": self._bounds(),
            "justified": in_words(self.justified),
            "unknown": in_words(self.unknown),
        }

    def _percent(self) -> str:
        if self.hidden:
            return HIDDEN
        if not self.d and not self.only_bounds:
            return NOTHING
        return "bounds only" if self.value is None else f"{in_figures(self.value)}%"

    def _range(self) -> str:
        found = self.range
        if found is None:
            return HIDDEN if self.hidden else "" if self.only_bounds else NOTHING
        return "{} to {}%".format(*(in_figures(Fraction(end)) for end in found))

    def _bounds(self) -> str:
        found = self.bounds()
        if found is None:
            return HIDDEN if self.hidden or self.unknown is None else NOTHING
        return f"{in_figures(found[0])}%" if found[0] == found[1] else "{} to {}%".format(*map(in_figures, found))

    def csv(self) -> dict[str, str]:
        """Every column for a machine: bare numbers, ``c`` where hidden, ``z`` where there is nothing to count, ``x`` (as in official
        statistics for what is not available) where too much is not recorded for one figure and there are bounds alone."""
        range_, bounds = self.range, self.bounds()
        nothing = HIDDEN if self.hidden else NO_ONE_FIGURE if self.only_bounds else NOTHING
        return {
            "numerator": bare(self.n),
            "denominator": bare(self.d),
            "percent": nothing if self.value is None else in_figures(self.value, 4),
            "range_low": nothing if range_ is None else in_figures(Fraction(range_[0]), 4),
            "range_high": nothing if range_ is None else in_figures(Fraction(range_[1]), 4),
            "bound_low": HIDDEN if bounds is None else in_figures(bounds[0], 4),
            "bound_high": HIDDEN if bounds is None else in_figures(bounds[1], 4),
            "justified": bare(self.justified),
            "unknown": bare(self.unknown),
        }


def bare(count: int | None) -> str:
    """``1204`` or ``c``, for a machine."""
    return HIDDEN if count is None else str(count)


@dataclass(frozen=True)
class Shown:
    """A table that may be shown: each line with its figure; last those counted together, and the total. ``about``: what is counted."""

    key: str
    name: str
    dimension: str
    lines: tuple[tuple[str, Figure], ...]
    notes: tuple[str, ...] = ()
    about: str = ""

    def figure(self, label: str) -> Figure | None:
        """The figure of a line; None where there is no such line."""
        return next((figure for name, figure in self.lines if name == label), None)


@dataclass(frozen=True)
class Counts:
    """Counts that may be shown, with no rate: each label and its count, None where it is hidden. ``about``: what is counted."""

    name: str
    about: str
    lines: tuple[tuple[str, int | None], ...]

    def count(self, label: str) -> int | None:
        """The count of a label; None where it is hidden, or there is no such label."""
        return next((count for name, count in self.lines if name == label), None)


def in_words(count: int | None) -> str:
    """``1,204`` or ``c``."""
    return HIDDEN if count is None else f"{count:,}"


def counts(safe: Safe, about: str, order: Sequence[str] = ()) -> Counts:
    """A protected table of counts by its first dimension: in an order agreed beforehand, what is in none by name, totals last."""
    lines = [(row.labels[0], row.value("d")) for row in safe.rows]
    places = {label: place for place, label in enumerate(order)}
    totals = {row.labels[0] for row in safe.rows if row.total}
    lines.sort(key=lambda line: (line[0] in totals, places.get(line[0], len(order))))
    return Counts(safe.name, about, tuple(lines))


def of_table(table: Table, safe: Mapping[str, Safe], unknown_over: int) -> Shown:
    """Put the three parts of a table together again. ``safe``: what became of each."""
    found = {which: {row.labels[0]: row for row in one.rows} for which, one in safe.items()}

    def figure(label: str) -> Figure:
        rate = found[RATE].get(label)
        justified, unknown = (_value(found[which].get(label), which) for which in (JUSTIFIED, UNKNOWN))
        return Figure(_value(rate, "n"), _value(rate, "d"), justified, unknown, unknown_over)

    lines = [(label, figure(label)) for label in table.lines]
    together = [label for label in found[RATE] if label not in table.lines and label != table.total]
    lines += [(label, figure(label)) for label in together]
    if table.total and table.lines:
        lines.append((table.total, figure(table.total)))
    notes = tuple(dict.fromkeys(note for one in safe.values() for note in one.notes if "share one result" not in note))
    if any(figure.n in (0, figure.d) and figure.d for _, figure in lines):
        notes += (ALIKE,)
    return Shown(table.key, table.name, safe[RATE].dimensions[0], tuple(lines), notes, table.about)


def _value(row: Row | None, name: str) -> int | None:
    return None if row is None else row.value(name)


def of_row(row: Row, unknown_over: int) -> Figure:
    """One row of a protected table."""
    n, d, unknown = (row.value(name) if name in row.shown else None for name in ("n", "d", "unknown"))
    return Figure(n, d, None, unknown, unknown_over)
