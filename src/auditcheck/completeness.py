"""How full the records are: each field of each table, days on which far too many records stand, and how late records are entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from auditcheck import clock, contract, values
from auditcheck.casefile import CaseFile
from auditcheck.contract import Field

#: A day stands out where it has at least so many records, such a share of the table's, and so many times as many as its usual day.
_MANY, _SHARE, _TIMES = 20, 0.05, 10
#: Fewer records than this say nothing about how late records are entered.
_FEWEST = 10


@dataclass(frozen=True)
class Fill:
    """One field of one table: of its records how many say something, hold only a placeholder, or can't be read; the rest are blank."""

    table: str
    field: str
    records: int
    filled: int
    placeholder: int
    unreadable: int

    def and_(self, other: Fill) -> Fill:
        """The same field of more records."""
        told = ((getattr(self, name) + getattr(other, name)) for name in ("records", "filled", "placeholder", "unreadable"))
        return Fill(self.table, self.field, *told)


@dataclass(frozen=True)
class Spike:
    """One day (``YYYY-MM-DD``) that bears far more records of a table than its other days: often the day of a move from another system."""

    table: str
    field: str
    day: str
    records: int
    share: float


@dataclass(frozen=True)
class Lateness:
    """How many days after it happened a record was entered (`recorded_at`): of so many records the middle and the ninth of ten."""

    table: str
    records: int
    middle: int
    most: int


def completeness(cf: CaseFile) -> list[Fill]:
    """Every field that the export carries, in the contract's order."""
    return [
        _fill(cf, table, field)
        for table in contract.supplied()
        if cf.has(table) and cf.n(table)
        for field in contract.tables()[table].values()
        if cf.has(table, field.name)
    ]


def _fill(cf: CaseFile, table: str, field: Field) -> Fill:
    n = cf.n(table)
    if field.type in ("date", "moment"):
        state = np.bincount(cf.when(table, field.name).state, minlength=4).tolist()
        return Fill(table, field.name, n, state[values.OK], state[values.PLACEHOLDER], state[values.UNREADABLE])
    empty = int(pc.sum(pc.equal(cf.text(table, field.name), "")).as_py() or 0)
    if field.key or field.refers_to:  # an id is what it is: TBC may be one
        return Fill(table, field.name, n, n - empty, 0, 0)
    blank = int(cf.blank(table, field.name).sum())
    return Fill(table, field.name, n, n - blank, blank - empty, 0)


Key = TypeVar("Key")
#: Whole numbers (days), and how often each occurs.
Times = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(frozen=True)
class Records:
    """How full the records of one set of children are, and their days; two sets add up.

    ``days``: (table, field) -> the days on which records stand; ``delays``: table -> how many days after it happened each was entered.
    """

    fills: list[Fill]
    days: dict[tuple[str, str], Times]
    delays: dict[str, Times]

    @classmethod
    def of(cls, cf: CaseFile) -> Records:
        """Those of some case files."""
        return cls(completeness(cf), _days(cf), _delays(cf))

    @classmethod
    def added(cls, several: Sequence[Records]) -> Records:
        """Those of several sets of children together; a table that is no child's is the same in each of them."""
        fills: dict[tuple[str, str], Fill] = {}
        for fill in (fill for one in several for fill in one.fills):
            before = fills.get((fill.table, fill.field))
            fills[fill.table, fill.field] = before.and_(fill) if before and fill.table not in contract.OF_NO_CHILD else fill
        order = [(table, name) for table in contract.supplied() for name in contract.tables()[table]]
        return cls(
            [fills[key] for key in order if key in fills], _added([one.days for one in several]), _added([o.delays for o in several])
        )


def _added(several: Sequence[Mapping[Key, Times]]) -> dict[Key, Times]:
    if len(several) == 1:
        return dict(several[0])
    found: dict[Key, Times] = {}
    for key in dict.fromkeys(key for one in several for key in one):
        values, counts = (np.concatenate(part) for part in zip(*(one[key] for one in several if key in one), strict=True))
        each, at = np.unique(values, return_inverse=True)
        found[key] = each, np.bincount(at, counts, len(each)).astype(np.int64)
    return found


def _counted(values: npt.NDArray[np.integer[Any]]) -> Times:
    each, counts = np.unique(values.astype(np.int64), return_counts=True)
    return each, counts.astype(np.int64)


def _days(cf: CaseFile) -> dict[tuple[str, str], Times]:
    return {
        (table, name): _counted(cf.when(table, name).day[cf.when(table, name).known])
        for table in contract.supplied()
        for name in sorted({contract.HAPPENED.get(table, ""), *contract.PERIODS.get(table, ())} - {""})
        if cf.has(table, name)
    }


def _delays(cf: CaseFile) -> dict[str, Times]:
    found = {}
    for table, name in contract.HAPPENED.items():
        if cf.has(table, name) and cf.has(table, "recorded_at"):
            happened, entered = cf.when(table, name), cf.when(table, "recorded_at")
            both = happened.known & entered.known
            found[table] = _counted(entered.day[both] - happened.day[both])
    return found


def spikes(records: Records) -> list[Spike]:
    """Days that stand out, by table and field."""
    found = []
    for (table, name), (days, counts) in records.days.items():
        total = int(counts.sum())
        out = (counts >= _MANY) & (counts >= _SHARE * total) & (counts >= _TIMES * np.median(counts)) if total else counts > 0
        dated = zip(days[out].tolist(), counts[out].tolist(), strict=True)
        found += [Spike(table, name, clock.as_date(day).isoformat(), count, count / total) for day, count in dated]
    return found


def lateness(records: Records) -> list[Lateness]:
    """How late each table's records are entered, where the export says when they were."""
    found = []
    for table, (days, counts) in records.delays.items():
        n = int(counts.sum())
        if n >= _FEWEST:
            place = np.searchsorted(np.cumsum(counts), [int(part * (n - 1)) for part in (0.5, 0.9)], side="right")
            middle, most = days[place].tolist()
            found.append(Lateness(table, n, middle, most))
    return found
