"""Single observations out of the hundreds of thousands of a night: those of some records, or those that another night knew too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.findings import finding_id

#: How many observations are looked through at once: it bounds what a run of any size costs in memory.
_AT_ONCE = 500_000
#: What a finding is known by; ``class`` tells apart what one rule asks of one record several times.
KEY = ("rule_id", "child_id", "table", "record_id")
Key = tuple[str, str, str, str]


class Seen(NamedTuple):
    """An observation. Text, '' = none."""

    rule_id: str
    child_id: str
    table: str
    record_id: str
    class_: str
    outcome: str
    trigger_at: str
    due_at: str
    happened_at: str
    standing: str
    reason: str

    @property
    def finding_id(self) -> str:
        """The id that a finding made of it has."""
        return finding_id(self.rule_id, self.child_id, self.table, self.record_id, self.class_)


_COLUMNS = tuple(name.rstrip("_") for name in Seen._fields)
#: What is needed of an observation to lay it beside that of another night.
DATED = ("rule_id", "child_id", "table", "record_id", "class", "outcome", "trigger_at", "due_at", "happened_at")


def seen(observations: pa.Table, wanted: Iterable[Key]) -> dict[str, Seen]:
    """The observations of these (rule, child, table, record), by the id that a finding made of each would have."""
    keys = {"\x1f".join(key): key[-1] for key in wanted}
    return {one.finding_id: one for one in rows(_of(observations, KEY, keys.keys(), keys.values()))} if keys else {}


def beside(then: pa.Table, now: pa.Table) -> tuple[pa.Table, pa.Table]:
    """The observations that are in both nights, row by row, in the columns of `DATED`."""
    names = joined(then, (*KEY, "class"))
    found = _of(now.select(DATED), (*KEY, "class"), names, then["record_id"])
    place = pc.index_in(names, joined(found, (*KEY, "class")))
    return then.select(DATED).filter(pc.is_valid(place)), found.take(pc.drop_null(place))


def rows(observations: pa.Table) -> Iterator[Seen]:
    """Observations one by one; columns that are not there are blank."""
    return map(Seen._make, texts(observations, _COLUMNS))


def distinct(observations: pa.Table, *columns: str) -> frozenset[str]:
    """What stands in the columns, put together as `joined` does."""
    found: set[str] = set()
    for batch in observations.to_batches(max_chunksize=_AT_ONCE):
        found.update(pc.unique(joined(batch, columns)).to_pylist())
    return frozenset(found)


def joined(table: pa.Table | pa.RecordBatch, columns: Sequence[str]) -> pa.Array:
    """The texts of several columns as one, with a character between that none of them holds."""
    return pc.binary_join_element_wise(*(pc.fill_null(table.column(name), "") for name in columns), "\x1f")


def texts(table: pa.Table | pa.RecordBatch, columns: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Rows of text; '' where there is none, or no such column."""
    there, blank = frozenset(table.schema.names), [""] * len(table)
    return zip(*(pc.fill_null(table.column(name), "").to_pylist() if name in there else blank for name in columns), strict=True)


def _of(observations: pa.Table, columns: Sequence[str], names: Iterable[str], records: Iterable[str]) -> pa.Table:
    """The rows whose joined columns are one of ``names``. ``records``: the record ids of those, which are looked at first: only of the few
    rows that have one of them is the whole name put together."""
    wanted, near = (some if isinstance(some, pa.ChunkedArray) else pa.array(sorted(set(some)), pa.string()) for some in (names, records))

    def of(batch: pa.RecordBatch) -> pa.RecordBatch:
        few = pc.indices_nonzero(pc.is_in(batch.column("record_id"), near))
        return batch.take(few.filter(pc.is_in(joined(batch.select(columns).take(few), columns), wanted)))

    return pa.Table.from_batches(map(of, observations.to_batches(max_chunksize=_AT_ONCE)), observations.schema)
