"""Tonight's export beside an earlier run's: an audit of half an export looks like a good night, so what has shrunk is said loudly."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from auditcheck import clock, contract, texts
from auditcheck.completeness import Fill, Records
from auditcheck.raw import BadExport
from auditcheck.rulebook.model import Shrinkage

#: Tables with fewer records than this rise and fall by themselves, and an export with fewer says nothing by its newest record.
_FEWEST, _ENOUGH = 20, 200


@dataclass(frozen=True)
class Alarm:
    """One sentence about the export as a whole; ``stops``: the audit is incomplete because of it."""

    says: str
    stops: bool = False


@dataclass(frozen=True)
class Earlier:
    """What an earlier run knew of its export: rows by table, share filled by ``table.field``, children (ids), the day it spoke of."""

    as_of: str
    rows: dict[str, int]
    filled: dict[str, float]
    children: frozenset[str]

    @property
    def day(self) -> str:
        """The day in words."""
        return texts.in_words(clock.day_number(date.fromisoformat(self.as_of)))


def earlier(folder: Path) -> Earlier:
    """Read the folder of an earlier run. Raises BadExport where it is none."""
    try:
        info = json.loads((folder / "run.json").read_text("utf-8"))
        seen = pq.read_table(folder / "observations.parquet", columns=["child_id"]).column("child_id")
        with (folder / "completeness.csv").open(encoding="utf-8", newline="") as text:
            filled = {f"{row['table']}.{row['field']}": int(row["filled"]) / max(int(row["records"]), 1) for row in csv.DictReader(text)}
        children = frozenset(child for child in seen.unique().to_pylist() if child)
        return Earlier(str(info["as_of"]), {str(name): int(n) for name, n in info["tables"].items()}, filled, children)
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException) as error:
        what = f"{folder} is not the folder of an earlier run, or not of this version"
        raise BadExport(f"{what} (run.json, observations.parquet and completeness.csv are needed).") from error


def compared(now: dict[str, int], children: Collection[str], fills: Iterable[Fill], before: Earlier, limits: Shrinkage) -> list[Alarm]:
    """What is missing tonight that was there then. ``now``: records by table."""
    found = [*_tables(now, before, limits), *_children(children, before, limits), *_fields(fills, before, limits)]
    return sorted(found, key=lambda warning: not warning.stops)


def stale(records: Records, up_to: int, limits: Shrinkage) -> list[Alarm]:
    """Whether the newest record lies long before the day that the records are said to reach (a day number)."""
    newest, number = None, 0
    for table, name in contract.HAPPENED.items():
        days, counts = records.days.get((table, name), (np.zeros(0, np.int64), np.zeros(0, np.int64)))
        past = days <= up_to
        number += int(counts[past].sum())
        if past.any():
            newest = max(int(days[past].max()), newest) if newest is not None else int(days[past].max())
    if newest is None or number < _ENOUGH or up_to - newest <= limits.old:
        return []
    last, said = map(texts.in_words, (newest, up_to))
    return [Alarm(f"The newest record is of {last}, {up_to - newest} days before {said}: the export may be older than it says.")]


def _tables(now: dict[str, int], before: Earlier, limits: Shrinkage) -> Iterator[Alarm]:
    for table, then in sorted(before.rows.items()):
        here = now.get(table)
        if here is None:
            yield Alarm(f"The table {table} is missing: the run of {before.day} had {then:,} records of it.", then >= _FEWEST)
        elif then >= _FEWEST and _share(then - here, then) >= limits.warns:
            lost = _share(then - here, then)
            yield Alarm(f"{table} has {here:,} records, {lost}% fewer than the {then:,} of {before.day}.", lost >= limits.stops)


def _children(children: Collection[str], before: Earlier, limits: Shrinkage) -> Iterator[Alarm]:
    gone = before.children.difference(children)
    lost = _share(len(gone), len(before.children))
    if len(gone) and len(before.children) >= _FEWEST and lost >= limits.warns:
        says = f"{len(gone):,} of the {len(before.children):,} children of {before.day} are not in this export ({lost}%)."
        yield Alarm(says, lost >= limits.stops)


def _fields(fills: Iterable[Fill], before: Earlier, limits: Shrinkage) -> Iterator[Alarm]:
    now = {f"{fill.table}.{fill.field}": fill for fill in fills}
    tables = {name.split(".")[0] for name in now}
    for name, then in sorted(before.filled.items()):
        if name.split(".")[0] not in tables or not then:
            continue
        fill = now.get(name)
        if fill is None:
            yield Alarm(f"The column {name} is missing: it was there on {before.day}.")
        elif fill.records >= _FEWEST and (fell := round(100 * (then - fill.filled / fill.records))) >= limits.warns:
            share = round(100 * fill.filled / fill.records)
            yield Alarm(f"{name} is filled in for {share}% of its records, {fell} points fewer than on {before.day}.")


def _share(part: int, whole: int) -> int:
    """Whole percent, rounded half up."""
    return int(np.floor(100 * part / whole + 0.5)) if whole > 0 else 0
