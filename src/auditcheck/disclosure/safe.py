"""Tables that may be shown. All that is printed, drawn, spoken or saved of a figure comes from here, so that a hidden count can give
nothing: the count itself is not held, only that it is hidden.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from math import isnan
from types import MappingProxyType

from auditcheck.disclosure.blocks import Part
from auditcheck.disclosure.intervals import wilson
from auditcheck.disclosure.policy import Policy
from auditcheck.disclosure.raw import Frame

HIDDEN, DOES_NOT_APPLY = "c", "z"
Names = str | Sequence[str]
_DOOR = object()


@dataclass(frozen=True)
class Row:
    """One row of a table that may be shown. ``labels``: one a dimension. ``shown``: each count, None where it is hidden.
    ``means``: as ``shown``; not a number where there is nothing to count.

    Where two counts are named, they are added: ``row.percent(("n", "unknown"), ("d", "unknown"))`` is the upper bound.
    """

    labels: tuple[str, ...]
    parts: tuple[Part, ...]
    shown: Mapping[str, int | None]
    means: Mapping[str, float | None]

    @property
    def total(self) -> bool:
        """Whether the row is a total of any dimension."""
        return any(part.total for part in self.parts)

    def value(self, names: Names) -> int | None:
        """The count as it may be used in further arithmetic; None: hidden."""
        found = [self.shown[name] for name in ([names] if isinstance(names, str) else names)]
        return None if None in found else sum(count for count in found if count is not None)

    def figure(self, names: Names) -> str:
        """The count in words: ``1,204`` or ``c``."""
        value = self.value(names)
        return HIDDEN if value is None else f"{value:,}"

    def csv(self, names: Names) -> str:
        """The count for a machine: ``1204`` or ``c``."""
        value = self.value(names)
        return HIDDEN if value is None else str(value)

    def sheet(self, names: Names) -> int | str:
        """The count for a spreadsheet that people read: a number, or ``[c]``."""
        value = self.value(names)
        return f"[{HIDDEN}]" if value is None else value

    def share(self, n: Names = "n", d: Names = "d") -> float | None:
        """n / d for a point on a chart; None: hidden or nothing to count, so nothing is drawn."""
        part, whole = self.value(n), self.value(d)
        return None if part is None or not whole else min(1.0, part / whole)

    def percent(self, n: Names = "n", d: Names = "d", places: int = 0) -> str:
        """``68%``; ``c`` where n or d is hidden (d - n is too, then); ``z`` where there is nothing to count. Halves are rounded up."""
        part, whole = self.value(n), self.value(d)
        if part is None or whole is None:
            return HIDDEN
        return f"{_percent(Decimal(min(part, whole)) / Decimal(whole), places)}%" if whole else DOES_NOT_APPLY

    def bounds(self, n: Names = "n", d: Names = "d") -> tuple[float, float] | None:
        """The 95% Wilson interval of n / d, 0 to 1; None: hidden or nothing to count."""
        part, whole = self.value(n), self.value(d)
        return None if part is None or not whole else wilson(min(part, whole), whole)

    def interval(self, n: Names = "n", d: Names = "d", places: int = 0) -> str:
        """``55% to 74%``, the 95% Wilson interval; ``c`` or ``z`` as for the percentage."""
        ends = self.bounds(n, d)
        if ends is None:
            return self.percent(n, d)
        low, high = (_percent(Decimal(end), places) for end in ends)
        return f"{low}% to {high}%"

    def mean(self, name: str, places: int = 1) -> str:
        """A mean (of days, say); ``c`` where the count it is over is hidden, ``z`` where there is nothing to count."""
        value = self.means[name]
        if value is None:
            return HIDDEN
        return DOES_NOT_APPLY if isnan(value) else str(_rounded(Decimal(value), places))


@dataclass(frozen=True)
class Safe(Frame):
    """A table that may be shown. ``rows``: by name or the order agreed, totals last. ``notes``: sentences that belong under the table.

    It can't be made but by `protect`: ``door`` is the key to it, and is not kept.
    """

    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    policy: Policy
    door: object = field(repr=False)

    def __post_init__(self) -> None:
        if self.door is not _DOOR:
            raise TypeError("A table that may be shown comes from auditcheck.disclosure.protect, and from nowhere else.")
        object.__setattr__(self, "door", None)

    def row(self, *labels: str) -> Row:
        """The row with these labels, one a dimension; KeyError where there is none (small rows may have been joined)."""
        for row in self.rows:
            if row.labels == labels:
                return row
        raise KeyError(labels)

    def part(self, labels: Collection[str]) -> Safe:
        """The rows that bear one of these labels in the first dimension: where no more of the table is printed, no more is released."""
        return make(self, [row for row in self.rows if row.labels[0] in labels], self.notes, self.policy)

    @property
    def hidden(self) -> int:
        """How many counts are hidden."""
        return sum(value is None for row in self.rows for value in row.shown.values())


def make(table: Frame, rows: Sequence[Row], notes: Sequence[str], policy: Policy) -> Safe:
    """For `protect` alone."""
    known = (table.name, table.population, table.dimensions)
    counts, fixed = MappingProxyType(dict(table.counts)), MappingProxyType(dict(table.fixed))
    apart, alike = table.overlapping, table.alike
    return Safe(*known, tuple(rows), tuple(notes), policy, _DOOR, counts=counts, fixed=fixed, overlapping=apart, alike=alike)


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _percent(share: Decimal, places: int) -> Decimal:
    return _rounded(share * 100, places)
