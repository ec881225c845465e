"""Names for records that come without an id: made of what the record says, never of where it stands in the file."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import contract


def first_date(table: str) -> str | None:
    """The field whose date names a record of the table."""
    if table == "conferences":
        return "held_at"  # notified_on comes first in the contract, and only transfers have it
    fields = contract.tables()[table].values()
    return next((f.name for f in fields if f.type in ("date", "moment")), None)


def stems(table: str, columns: Mapping[str, pa.Array]) -> pa.Array:
    """``table:child:first date:kind`` of every record (n,); the kind is left out where the table has none."""
    n = len(next(iter(columns.values())))
    blank = pa.repeat(pa.scalar("", pa.string()), n)
    dated = first_date(table)
    day = columns.get(dated) if dated else None
    parts = [pa.repeat(pa.scalar(table, pa.string()), n), columns.get("child_id", blank)]
    parts.append(blank if day is None else pc.utf8_slice_codeunits(day, 0, 10))
    if "kind" in contract.tables()[table]:
        parts.append(columns.get("kind", blank))
    return pc.binary_join_element_wise(*parts, ":")


def names(table: str, columns: Mapping[str, pa.Array]) -> pa.Array:
    """A key for every record, ``table:child:first date:kind:ordinal among equals`` (n,).

    Ordinals count from 1 in the order of what else the records say, so they do not move with the order of the rows; records that agree
    in everything get the same key, for they are one record.
    """
    stem = stems(table, columns)
    codes = np.asarray(stem.dictionary_encode().indices)
    ordinals = np.ones(len(codes), np.int64)
    shared = np.flatnonzero(np.bincount(codes, minlength=1)[codes] > 1) if len(codes) else codes
    if len(shared):
        chosen = pa.array(shared)
        content = pc.binary_join_element_wise(*(columns[name].take(chosen) for name in sorted(columns)), "\x1f").to_pylist()
        order = sorted(range(len(shared)), key=lambda i: (codes[shared[i]], content[i]))
        at = 0
        for before, i in zip([-1, *order], order, strict=False):
            if before < 0 or codes[shared[before]] != codes[shared[i]]:
                at = 1
            elif content[before] != content[i]:
                at += 1
            ordinals[shared[i]] = at
    return pc.binary_join_element_wise(stem, pa.array(ordinals).cast(pa.string()), ":")
