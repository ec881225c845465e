"""Parquet into columns of text, in the text forms of the contract."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from auditcheck.exports.delimited import whole
from auditcheck.exports.parquet_size import Columns, Room
from auditcheck.raw import Problem
from auditcheck.threads import in_threads

#: The largest footer (bytes): that of a table of many millions of rows.
_FOOTER = 16 << 20


def open_parquet(data: pa.Buffer) -> pq.ParquetFile:
    """The file, its footer read. Raises `pa.ArrowException`, `OSError` or `ValueError` where it is damaged."""
    if int.from_bytes(data[-8:-4].to_pybytes(), "little") > _FOOTER:  # read, it takes some fifty times as much
        raise ValueError(f"its footer is larger than {_FOOTER >> 20} MB")
    return pq.ParquetFile(pa.BufferReader(data))


def header_of(held: pq.ParquetFile) -> list[str]:
    """The names of the columns, in order."""
    return list(held.schema_arrow.names)


def columns_of(file: str, data: pa.Buffer, wanted: Sequence[int], room: Room) -> tuple[dict[int, pa.Array], list[Problem]]:
    """The wanted columns as text; a column of a type that has no text form is left out with a problem. ``room``: the export's.

    Raises `BadExport` where it would fill the memory; `pa.ArrowException`, `OSError` or `ValueError` where the file is damaged.
    """
    room.opened(file, data.size)
    held = open_parquet(data)
    schema, decoded = held.schema_arrow, Columns(data, held, wanted, room)

    def read(position: int) -> pa.Array | pa.DataType:
        """The text of a column, or the type that has none."""
        if _has_no_text(schema.types[position]):
            return schema.types[position]
        column = decoded(position)
        column.validate(full=True)
        try:
            return whole(as_text(column))
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
            return column.type

    columns, problems = {}, []
    for position, found in zip(wanted, in_threads(read, wanted), strict=True):  # twice the text of a few columns is in memory, not of all
        if isinstance(found, pa.DataType):
            what = f"a column of type {found} has no text form: the column is ignored"
            problems.append(Problem(file, 1, schema.names[position], "", what, stopped=True))
        else:
            columns[position] = found
    return columns, problems


def _has_no_text(kind: pa.DataType) -> bool:
    a_list = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    return pa.types.is_nested(kind) and (not a_list or pa.types.is_nested(kind.value_type))


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text of a column: days YYYY-MM-DD, moments YYYY-MM-DDTHH:MM:SS (at midnight only the day), yes/no, numbers; null is blank."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_text(column.cast(kind.value_type))
    if pa.types.is_timestamp(kind):
        text = _moments(column, kind)
    elif pa.types.is_date(kind):
        text = column.cast(pa.date32()).cast(pa.string())
    elif pa.types.is_boolean(kind):
        text = pc.if_else(column, "yes", "no")
    elif pa.types.is_floating(kind):
        text = _floats(column)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        text = pc.binary_join(column.cast(pa.list_(pa.string())), ";")
    elif pa.types.is_null(kind):
        text = pa.chunked_array([pa.nulls(len(column), pa.string())])
    else:
        text = column.cast(pa.string())
    return text.fill_null("")


def _moments(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if kind.tz is not None:
        # The contract's moments are local time in England.
        column = pc.local_timestamp(column.cast(pa.timestamp(kind.unit, "Europe/London")))
    seconds = column.cast(pa.timestamp("s"), safe=False)
    text = pc.binary_replace_slice(seconds.cast(pa.string()), 10, 11, "T")
    midnight = pc.equal(seconds, seconds.cast(pa.date32()).cast(pa.timestamp("s")))
    return pc.if_else(midnight, pc.utf8_slice_codeunits(text, 0, 10), text)


def _floats(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole numbers without a point or an exponent: ids that met a null on the way become floats in pandas."""
    column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    values = np.asarray(column.fill_null(0))
    if np.all((values == np.floor(values)) & (np.abs(values) < 2**53)):
        return column.cast(pa.int64()).cast(pa.string())
    return column.cast(pa.string())
