"""The rows that audits of several sets of children left, brought into one order: all at once for lists, or a few at a time for files."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from auditcheck.audited import LISTED, Audited, Tables
from auditcheck.finding_table import ORDER
from auditcheck.findings import COLUMNS, OBSERVED
from auditcheck.reports.view import plain

#: So many rows of each set are held at a time.
_AT_ONCE = 20_000
#: So many observations are read back at once.
_BATCH = 1_000_000
_WAITING = [(name, "ascending") for name in ("rule_id", "child_id", "record_id", "class")]


def observations(found: Audited) -> Iterator[pa.Table]:
    """observations.parquet as far as it is still in memory."""
    return (one.observations for one in found.tables if isinstance(one, Tables))


def observed(found: Audited, folder: Path) -> Iterator[pa.Table]:
    """The observations in batches, from memory or from the observations.parquet that was written into ``folder`` as they came.

    All but the ids of records are coded, as they are in memory: writing the same words out millions of times costs more than all that is
    asked of them.
    """
    held = list(observations(found))
    if held:
        yield from held
        return
    coded = [name for name in OBSERVED if name != "record_id"]
    with pq.ParquetFile(folder / "observations.parquet", read_dictionary=coded) as file:
        for batch in file.iter_batches(_BATCH):
            yield pa.Table.from_batches([batch])


def every_observation(found: Audited, folder: Path) -> pa.Table:
    """The observations as one table."""
    held = list(observations(found))
    return plain(pa.concat_tables(held)) if held else pq.read_table(folder / "observations.parquet", memory_map=True)


def take_observations(found: Audited) -> pa.Table:
    """observations.parquet of one set of children whose rows lie in a folder, and are no longer there afterwards."""
    (folder,) = found.tables
    if isinstance(folder, Tables):
        return folder.observations
    rows = _read(folder / "observations")
    (folder / "observations").unlink()
    return rows


def findings(found: Audited) -> Iterator[pa.Table]:
    """findings.csv, in order, a few thousand rows at a time ('' = none)."""
    for some in in_order([one.findings if isinstance(one, Tables) else _read(one / "findings") for one in found.tables], ORDER):
        yield some.select(COLUMNS)


def finding_frame(found: Audited) -> pd.DataFrame:
    """findings.csv and `LISTED`."""
    held = [one.findings if isinstance(one, Tables) else _read(one / "findings") for one in found.tables]
    rows = plain(pa.concat_tables(in_order(held, ORDER)).select([*COLUMNS, LISTED]))
    return rows.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)


def waiting_frame(found: Audited, outcome: int) -> pd.DataFrame:
    """The open observations of an outcome that the lists show."""
    held = [one.waiting[outcome] if isinstance(one, Tables) else _read(one / str(outcome)) for one in found.tables]
    return pa.concat_tables(held).sort_by(_WAITING).to_pandas()


def in_order(tables: Sequence[pa.Table], by: Sequence[tuple[str, str]], at_once: int = _AT_ONCE) -> Iterator[pa.Table]:
    """Tables that are each in order as one, a batch at a time (equal rows of two tables: either may come first)."""
    waiting = [table for table in tables if len(table)] or list(tables[:1])
    while len(waiting) > 1:
        heads = [table.slice(0, at_once) for table in waiting]
        least = min(_key(head, len(head) - 1, by) for head in heads)
        upto = [bisect_right(range(len(head)), least, key=lambda row, head=head: _key(head, row, by)) for head in heads]  # type: ignore[misc]
        some = pa.concat_tables(head.slice(0, n) for head, n in zip(heads, upto, strict=True))
        yield some.take(pc.sort_indices(some.select([name for name, _ in by]), sort_keys=list(by)))
        waiting = [rest for table, n in zip(waiting, upto, strict=True) if len(rest := table.slice(n))]
    yield from waiting


def _key(table: pa.Table, row: int, by: Sequence[tuple[str, str]]) -> tuple[object, ...]:
    return tuple(table[name][row].as_py() for name, _ in by)


def _read(file: Path) -> pa.Table:
    return pa.ipc.open_file(pa.memory_map(str(file))).read_all()
