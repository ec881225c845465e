"""Counts as they are. Nothing here can be printed: a renderer takes a `Safe`, and only `protect` makes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from auditcheck.disclosure.blocks import Part

RATE: Mapping[str, frozenset[str]] = {"n": frozenset({"met"}), "d": frozenset({"met", "justified", "not_met"})}
"""The counts of a rate: n met of d decided."""

OUTCOMES: Mapping[str, frozenset[str]] = {**RATE, "justified": frozenset({"justified"}), "unknown": frozenset({"cannot_tell"})}
"""A rate, with those late for a recorded reason and those that can't be told beside it."""

COUNT: Mapping[str, frozenset[str]] = {"d": frozenset({"counted"})}
"""A plain count."""

ABOUT_ONE_PERSON = ("child", "worker", "manager", "auditor", "chair", "family", "record", "finding")


class NotATable(ValueError):
    """Figures that can't be protected as they are given: what is wrong, and what to do."""


@dataclass(frozen=True, repr=False)
class Raw:
    """One table of the pack, before anything is hidden.

    ``population``: what is counted ("visits due"). Tables of one population are protected together, whatever their dimensions.
    ``dimensions``: what the rows are by (``("team",)``; ``("month", "team")`` is written ``("period", "team")``: time is always "period").
    ``cells``: for each combination of parts, its counts. A total is a combination like any other, with `everyone` as its part.
    ``counts``: of each count, the outcomes it adds up, so that d - n is known to be a count too.
    ``fixed``: what holds for the whole table (``{"period": days(...), "rule": one("CPC-ICPC-01")}``). Give the period.
    ``sums``: of each mean to be shown, the count it is a mean over (``{"days": "d"}``); its sum stands in the cell under the same name.
    """

    name: str
    population: str
    dimensions: tuple[str, ...]
    cells: Mapping[tuple[Part, ...], Mapping[str, int]]
    counts: Mapping[str, frozenset[str]] = field(default_factory=lambda: RATE)
    fixed: Mapping[str, Part] = field(default_factory=dict)
    sums: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for dimension in (*self.dimensions, *self.fixed):
            if any(dimension.startswith(word) for word in ABOUT_ONE_PERSON):
                raise NotATable(f"{self.name}: no table by {dimension}; figures of one person are not for a board")
        for key, counts in self.cells.items():
            self._check(key, counts)
        for total, rows in self.margins():
            for count in self.counts:
                added = sum(self.cells[row][count] for row in rows)
                if added != self.cells[total][count]:
                    raise NotATable(
                        f"{self.name}: the rows do not add up to their total '{_said(total)}' ({count}). "
                        "Give those not recorded a row of their own, or leave the total out."
                    )

    def _check(self, key: tuple[Part, ...], counts: Mapping[str, int]) -> None:
        if len(key) != len(self.dimensions):
            raise NotATable(f"{self.name}: '{_said(key)}' is not one part for each of {', '.join(self.dimensions)}")
        if set(counts) != set(self.counts) | set(self.sums):
            raise NotATable(f"{self.name}: '{_said(key)}' does not hold the counts {', '.join([*self.counts, *self.sums])}")
        for inner, outer in ((a, b) for a in self.counts for b in self.counts if self.counts[a] < self.counts[b]):
            if counts[inner] > counts[outer]:
                raise NotATable(f"{self.name}: '{_said(key)}' counts more {inner} than {outer}")
        if any(counts[count] != int(counts[count]) or counts[count] < 0 for count in self.counts):
            raise NotATable(f"{self.name}: a count of '{_said(key)}' is not a whole number from 0 up")

    def margins(self) -> Iterator[tuple[tuple[Part, ...], list[tuple[Part, ...]]]]:
        """Every total of the table, with the rows that add up to it."""
        for total in self.cells:
            for at, part in enumerate(total):
                if part.total:
                    rows = [key for key in self.cells if not key[at].total and _but(key, at) == _but(total, at)]
                    widest = [key for key in rows if not any(_inside(key[at], other[at]) for other in rows)]
                    if widest:
                        yield total, widest

    def __repr__(self) -> str:
        return f"<{self.name}: not protected yet>"


def _but(key: tuple[Part, ...], at: int) -> tuple[Part, ...]:
    return (*key[:at], *key[at + 1 :])


def _inside(part: Part, other: Part) -> bool:
    return part.members is not None and other.members is not None and part.members < other.members


def _said(key: tuple[Part, ...]) -> str:
    return ", ".join(part.label for part in key)
