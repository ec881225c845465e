"""What a measure counted in one set of children: it adds up with what it counted in another, and the figure is made of the sum.

So a measure comes out the same whether all children were looked at in one go or a portion at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.checks.figure import Figure, in_figures, share
from auditcheck.checks.scope import Answer
from auditcheck.checks.tally import PARTS, Asked


class Gathered(Protocol):
    """What was counted so far."""

    def __add__(self, other: Self) -> Self: ...
    def figure(self) -> Figure: ...


@dataclass(frozen=True)
class Records:
    """Records of one case file: ``rows`` (n,) of ``table``, and the ``outcome`` (n,) of each: MET, NOT_MET or CANNOT_TELL."""

    table: str
    rows: npt.NDArray[np.intp]
    outcome: npt.NDArray[np.int8]


@dataclass(frozen=True)
class Counted:
    """``met`` of ``known`` records, and those that can't be told, over a period; ``beside``: a sentence for the figure.

    ``records``: which they were, where no rule observed them; only of one case file, and gone from a sum.
    """

    met: int
    known: int
    unknown: int
    from_: int
    to: int
    beside: str = ""
    records: tuple[Records, ...] = field(default=(), compare=False)

    def __add__(self, other: Counted) -> Counted:
        met, known, unknown = self.met + other.met, self.known + other.known, self.unknown + other.unknown
        return replace(self, met=met, known=known, unknown=unknown, records=())

    def figure(self) -> Figure:
        found = share(self.met, self.known, self.unknown, self.from_, self.to)
        return found.and_also(self.beside) if self.beside else found


@dataclass(frozen=True)
class Grouped:
    """Of each group (``group``, text) whether a record of it is met (``yes``) and whether one can't be told (``unknown``)."""

    groups: pa.Table
    from_: int
    to: int

    def __add__(self, other: Grouped) -> Grouped:
        return replace(self, groups=pa.concat_tables([self.groups, other.groups]))

    def figure(self) -> Figure:
        each = self.groups.group_by("group").aggregate([("yes", "any"), ("unknown", "any")])
        yes, unknown = (np.asarray(each[name].combine_chunks().cast(pa.int8())).astype(bool) for name in ("yes_any", "unknown_any"))
        unsure = int((unknown & ~yes).sum())
        return share(int(yes.sum()), len(yes) - unsure, unsure, self.from_, self.to)


@dataclass(frozen=True)
class OfEveryone:
    """A share of the records of a table that is no child's (workers): it is there whole each time, and what its records had adds up."""

    members: Answer
    counted: Asked
    from_: int
    to: int

    def __add__(self, other: OfEveryone) -> OfEveryone:
        return replace(self, counted=self.counted + other.counted)

    def figure(self) -> Figure:
        counted, members = self.counted.answer(), self.members
        unknown = int(((members.yes & counted.unknown) | members.unknown).sum())
        every = int((members.yes | members.unknown).sum())
        return share(int((members.yes & counted.yes).sum()), every - unknown, unknown, self.from_, self.to)


@dataclass(frozen=True)
class Same:
    """A figure of tables that are there whole each time: it is the same each time."""

    of: Figure

    def __add__(self, other: Same) -> Same:
        return self

    def figure(self) -> Figure:
        return self.of


@dataclass(frozen=True)
class Spans:
    """How long ``known`` records lasted: days in all and the longest; ``unknown``: records of which that can't be told."""

    unit: str
    known: int
    unknown: int
    days: int
    longest: int
    from_: int
    to: int

    def __add__(self, other: Spans) -> Spans:
        days, longest = self.days + other.days, max(self.longest, other.longest)
        return replace(self, known=self.known + other.known, unknown=self.unknown + other.unknown, days=days, longest=longest)

    def figure(self) -> Figure:
        n, every, parts = self.known, self.known + self.unknown, 7 if self.unit == "weeks" else 1
        total, longest = Fraction(self.days, parts), Fraction(self.longest, parts)
        low = total / every if every else None
        high = low if not self.unknown else None  # nobody knows how long what can't be read lasted
        found = Figure(self.unit, total, Fraction(n), n, self.unknown, low, high, self.from_, self.to)
        return replace(found, highest=longest).and_also(f"The longest was {in_figures(longest)} {self.unit}.") if n else found


KNOWN, UNPAID, MAYBE = range(3)


@dataclass(frozen=True)
class Held:
    """Who holds what (``each``, ``what``: text): ``state`` is `KNOWN`, `UNPAID` (how much the holder counts for is unknown) or `MAYBE`
    (whether it is held is); ``parts``: how much the holder counts for, in ten-thousandths."""

    unit: str
    pairs: pa.Table
    from_: int
    to: int

    def __add__(self, other: Held) -> Held:
        return replace(self, pairs=pa.concat_tables([self.pairs, other.pairs]))

    def figure(self) -> Figure:
        pairs = self.pairs.group_by(["each", "what", "state"], use_threads=False).aggregate([("parts", "first")])
        known, unpaid, maybe = (pairs.filter(pc.equal(pairs["state"], state)) for state in (KNOWN, UNPAID, MAYBE))
        holders = known.group_by("each", use_threads=False).aggregate([("parts_first", "first"), ("what", "count")])
        total = Fraction(int(pc.sum(holders["parts_first_first"]).as_py() or 0), PARTS)
        lost = pc.count_distinct(pa.concat_tables([unpaid, maybe])["each"]).as_py()
        n, unsure = len(known), len(unpaid) + len(maybe)
        low = Fraction(n + len(unpaid)) / (total + lost) if total + lost else None
        high = Fraction(n + unsure) / total if total else None
        if low is not None and total:  # one who is not known may hold so much that even the least is more than what is known
            low = min(low, n / total)
        found = Figure(self.unit, Fraction(n), total, n, unsure, low, high, self.from_, self.to)
        if not n:
            return found
        load = np.sort(np.asarray(holders["what_count"]))
        return replace(found, highest=Fraction(int(load[-1]))).and_also(_spread(load, self.unit))


def _spread(load: npt.NDArray[np.int64], unit: str) -> str:
    """How the whole is spread: fewest, the middle half and the most (nearest ranks)."""
    n = len(load)
    low, high = (int(load[min(max(-(-n * part // 4), 1), n) - 1]) for part in (1, 3))
    return f"From {load[0]} to {load[-1]} {unit} each; the middle half from {low} to {high}."


def added(counted: list[Gathered | str]) -> Gathered | str:
    """What was counted in all; in words why there is none, where it can't be."""
    total, *more = counted
    for one in more:
        if isinstance(total, str) or isinstance(one, str):
            return total if isinstance(total, str) else one
        total = total + one
    return total
