"""Parquet columns decoded in pieces, so that a small file that swells is refused before it fills the memory.

A value that repeats stands once in a dictionary, and its repetitions take next to nothing: what a file decodes to, its size does not tell.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from auditcheck.raw import BadExport

#: What a file may decode to (bytes): so much whatever its size, or so many times its size, as with archives.
_ALWAYS, _RATIO = 512 << 20, 200
#: What a piece may decode to, and its rows.
_PIECE, _ROWS = 64 << 20, 1 << 20
#: What a value takes as text, at least, and where it begins: numbers, days and blanks are stored in less.
_VALUE = 16
#: What a value of a type without a length of its own takes.
_FIXED = 16


class Room:
    """What is left of what a file may decode to; several threads take from it."""

    def __init__(self, file: str, size: int) -> None:
        self._file, self._left, self._lock = file, max(_ALWAYS, _RATIO * size), threading.Lock()

    def take(self, size: int) -> None:
        """Raises `BadExport` where there is no room for so many bytes."""
        self.look(size)
        with self._lock:
            self._left -= size

    def look(self, size: int) -> None:
        """Raises `BadExport` where there would be no room for so many bytes."""
        if size > self._left:
            raise BadExport(
                f"{self._file} decodes to more than {_RATIO} times its size and more than {_ALWAYS >> 20} MB; it was not read. "
                "If it is what your system exports, export that table as CSV."
            )


def column_of(data: pa.Buffer, position: int, room: Room) -> pa.ChunkedArray:
    """One column, decoded. Raises `BadExport` where it is too large; `pa.ArrowException` or `OSError` where the file is damaged."""
    column = _Column(data, position)
    found = []
    for piece in column.pieces(room):
        room.take(piece.nbytes + _VALUE * len(piece))
        found.append(piece)
    return pa.chunked_array(found, column.kind)


class _Column:
    """A column, with readers of its own: one can't be shared between threads."""

    def __init__(self, data: pa.Buffer, position: int) -> None:
        self._held = pq.ParquetFile(pa.BufferReader(data))
        names, kind = self._held.schema_arrow.names, self._held.schema_arrow.types[position]
        self._name, self._namesakes = names[position], names[:position].count(names[position])
        self.kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        paths = {at: self._held.schema.column(at).path for at in range(self._held.metadata.num_columns)}
        self._leaves = {at: path for at, path in paths.items() if path == self._name or path.startswith(f"{self._name}.")}
        self._coded = pq.ParquetFile(pa.BufferReader(data), metadata=self._held.metadata, read_dictionary=list(self._leaves.values()))

    def pieces(self, room: Room) -> Iterator[pa.Array]:
        """Group by group, no more rows at a time than are sure to fit."""
        for group in range(self._held.metadata.num_row_groups):
            longest = max(self._longest(group, leaf, room) for leaf in self._leaves)
            for piece in self._read(self._held, group, min(_ROWS, max(1, _PIECE // max(1, longest)))):
                yield piece.cast(self.kind) if pa.types.is_dictionary(piece.type) else piece

    def _read(self, reader: pq.ParquetFile, group: int, rows: int) -> Iterator[pa.Array]:
        for batch in reader.iter_batches(rows, row_groups=[group], columns=[self._name], use_threads=False):
            # A name that comes twice brings both columns.
            yield [one for name, one in zip(batch.schema.names, batch.columns, strict=True) if name == self._name][self._namesakes]

    def _longest(self, group: int, leaf: int, room: Room) -> int:
        """What a value may decode to, at most, other than what stands there as it is."""
        chunk, about = self._held.metadata.row_group(group).column(leaf), self._held.schema.column(leaf)
        room.look(chunk.total_uncompressed_size)
        if about.physical_type != "BYTE_ARRAY":
            longest = about.length or _FIXED
        elif chunk.num_values * chunk.total_uncompressed_size <= _PIECE:
            longest = chunk.total_uncompressed_size
        else:
            longest = self._longest_in_dictionary(group, chunk.total_uncompressed_size)
        if about.max_repetition_level:  # a row may hold any number of values
            room.look(chunk.num_values * longest)
        return longest

    def _longest_in_dictionary(self, group: int, otherwise: int) -> int:
        """The first row brings the whole dictionary. ``otherwise``: where each value may be written as a part of the one before."""
        try:
            first = next(self._read(self._coded, group, 1), None)
        except (NotImplementedError, OSError):
            return otherwise
        while first is not None and pa.types.is_nested(first.type) and hasattr(first, "flatten"):
            first = first.flatten()
        if first is None or not pa.types.is_dictionary(first.type):
            return otherwise
        return pc.max(pc.binary_length(first.dictionary)).as_py() or 1
