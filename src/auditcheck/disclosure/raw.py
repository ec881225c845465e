"""Counts as they are. Nothing here can be printed: a renderer takes a `Safe`, and only `protect` makes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from auditcheck.disclosure.blocks import Part

RATE: Mapping[str, frozenset[str]] = {"n": frozenset({"met"}), "d": frozenset({"met", "justified", "not_met"})}
"""The counts of a rate: n met of d decided."""

OUTCOMES: Mapping[str, frozenset[str]] = {**RATE, "justified": frozenset({"justified"}), "unknown": frozenset({"cannot_tell"})}
"""A rate, with those late for a recorded reason and those that can't be told beside it."""

COUNT: Mapping[str, frozenset[str]] = {"d": frozenset({"counted"})}
"""A plain count."""

ABOUT_ONE_PERSON = frozenset({"child", "family", "worker", "manager", "chair", "auditor"})


class NotATable(ValueError):
    """Figures that can't be protected as they are given: what is wrong, and what to do."""


@dataclass(frozen=True)
class Frame:
    """What a table is about, without its figures.

    ``population``: what is counted ("visits due"). Tables of one population are protected together, whatever their dimensions.
    ``dimensions``: what the rows are by (``("team",)``). Time is always the dimension "period", in rows or fixed.
    ``counts``: of each count, the outcomes it adds up, so that d - n is known to be a count too.
    ``fixed``: what holds for the whole table (``{"period": days(...), "rule": one("CPC-ICPC-01")}``). Give the period.
    ``overlapping``: dimensions in which one case may stand in several rows (children by agency), so that rows add up to no total.
    ``alike``: dimensions each value of which has as many cases, all outcomes together (every meeting is looked at for every agency).
    """

    name: str
    population: str
    dimensions: tuple[str, ...]
    counts: Mapping[str, frozenset[str]] = field(default_factory=lambda: RATE, kw_only=True)
    fixed: Mapping[str, Part] = field(default_factory=dict, kw_only=True)
    overlapping: frozenset[str] = field(default=frozenset(), kw_only=True)
    alike: frozenset[str] = field(default=frozenset(), kw_only=True)


@dataclass(frozen=True, repr=False)
class Raw(Frame):
    """One table of the pack, before anything is hidden.

    ``cells``: for each combination of parts, its counts. A total is a combination like any other, with `everyone` as its part.
    ``sums``: of each mean to be shown, the count it is a mean over (``{"days": "d"}``), and others that it tells something of; where one of
    them is hidden so is the mean. Its sum stands in the cell under the same name.
    """

    cells: Mapping[tuple[Part, ...], Mapping[str, int]]
    sums: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for dimension in (*self.dimensions, *self.fixed):
            if dimension in ABOUT_ONE_PERSON or dimension.endswith("_id"):
                raise NotATable(f"{self.name}: no table by {dimension}; figures of one person are not for a board")
        for key, counts in self.cells.items():
            self._check(key, counts)
        for at, total, rows in margins(list(self.cells)):
            if self.dimensions[at] in self.overlapping:
                continue
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

    def __repr__(self) -> str:
        return f"<{self.name}: not protected yet>"


def margins(keys: Sequence[tuple[Part, ...]]) -> Iterator[tuple[int, tuple[Part, ...], list[tuple[Part, ...]]]]:
    """Every total of a table: the place of the dimension it is a total of, itself, and the rows that add up to it."""
    for total in keys:
        for at, part in enumerate(total):
            if part.total:
                rows = [key for key in keys if not key[at].total and _but(key, at) == _but(total, at)]
                widest = [key for key in rows if not any(_inside(key[at], other[at]) for other in rows)]
                if widest:
                    yield at, total, widest


def _but(key: tuple[Part, ...], at: int) -> tuple[Part, ...]:
    return (*key[:at], *key[at + 1 :])


def _inside(part: Part, other: Part) -> bool:
    return part.members is not None and other.members is not None and part.members < other.members


def _said(key: tuple[Part, ...]) -> str:
    return ", ".join(part.label for part in key)
