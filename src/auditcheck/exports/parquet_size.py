"""Parquet columns decoded in pieces, so that a small file that swells is refused before it fills the memory.

A value that repeats stands once in a dictionary, and its repetitions take next to nothing: what a file decodes to, its size does not tell.
Nor does its footer, which may say anything: the headers of the pages do, and what is in the dictionaries.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from auditcheck.exports.compact import Malformed
from auditcheck.exports.parquet_pages import groups
from auditcheck.raw import BadExport

#: What the files of an export may decode to (bytes): so much whatever their size, or so many times their size, as with archives.
_ALWAYS, _RATIO = 256 << 20, 100
#: What a piece may decode to, and its rows.
_PIECE, _ROWS = 64 << 20, 1 << 20
#: What a value takes as text, at least, and where it begins: numbers, days and blanks are stored in less.
_VALUE = 16
#: What a value of a type without a length of its own takes, and an entry of a dictionary while it is read.
_FIXED, _ENTRY = 16, 64
#: Encodings (parquet.thrift) of values that stand there as they are, and of places in a dictionary.
_AS_IT_IS, _IN_DICTIONARY = frozenset({0, 3, 6, 9}), frozenset({2, 8})


class Room:
    """What is left of what the files of an export may decode to; the threads that read one of them take from it."""

    def __init__(self) -> None:
        self._files, self._stored, self._taken, self._lock = list[str](), 0, 0, threading.Lock()

    def opened(self, file: str, size: int) -> None:
        """Another file is read, of so many bytes."""
        self._files.append(file)
        self._stored += size

    def take(self, size: int) -> None:
        """Raises `BadExport` where there is no room for so many bytes."""
        self.look(size)
        with self._lock:
            self._taken += size

    def look(self, size: int) -> None:
        """Raises `BadExport` where there would be no room for so many bytes."""
        if size > max(_ALWAYS, _RATIO * self._stored) - self._taken:
            *before, last = self._files
            decodes, their, were = (
                ("decodes", "its", "it was") if not before else ("and the Parquet files read before it decode", "their", "they were")
            )
            raise BadExport(
                f"{last} {decodes} to more than {_RATIO} times {their} size and more than {_ALWAYS >> 20} MB; {were} not read. "
                "If it is what your system exports, export that table as CSV."
            )


class Columns:
    """The columns of a file, each decoded when it is asked for; several threads may ask.

    Raises `BadExport` where it is too large; `pa.ArrowException`, `OSError` or `ValueError` where the file is damaged.
    """

    def __init__(self, data: pa.Buffer, held: pq.ParquetFile, wanted: Sequence[int], room: Room) -> None:
        self._data, self._metadata, self._schema, self._room = data, held.metadata, held.schema_arrow, room
        self._room.look(_VALUE * held.metadata.num_rows)
        paths = [held.schema.column(leaf).path for leaf in range(held.metadata.num_columns)]
        self._leaves = {position: _leaves(self._schema.names[position], paths) for position in wanted}
        self._paths, self._about = paths, held.schema
        self._groups = groups(memoryview(data), sorted({0}.union(*self._leaves.values())))
        for group in self._groups:
            for leaf, chunk in group.chunks.items():
                if chunk.values != group.rows and not held.schema.column(leaf).max_repetition_level:
                    raise Malformed("its columns are not as long as its footer says")

    def __call__(self, position: int) -> pa.ChunkedArray:
        """One column. Its readers are its own: one can't be shared between threads."""
        name, kind = self._schema.names[position], self._schema.types[position]
        namesakes = self._schema.names[:position].count(name)
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        plain, found = self._reader([]), []
        coded = cache(partial(self._reader, [self._paths[leaf] for leaf in self._leaves[position]]))  # few columns need it
        for group in range(len(self._groups)):
            longest = max(self._longest(group, leaf, name, coded) for leaf in self._leaves[position])
            for columns in _read(plain, group, name, min(_ROWS, max(1, _PIECE // max(1, longest)))):
                piece = columns[namesakes]
                piece = piece.cast(kind) if pa.types.is_dictionary(piece.type) else piece
                self._room.take(piece.nbytes + _VALUE * len(piece))
                found.append(piece)
        return pa.chunked_array(found, kind)

    def _reader(self, coded: list[str]) -> pq.ParquetFile:
        return pq.ParquetFile(pa.BufferReader(self._data), metadata=self._metadata, read_dictionary=coded)

    def _longest(self, group: int, leaf: int, name: str, coded: Callable[[], pq.ParquetFile]) -> int:
        """What a value may decode to, at most, other than what stands there as it is."""
        chunk, about = self._groups[group].chunks[leaf], self._about.column(leaf)
        self._room.look(chunk.size + _ENTRY * chunk.entries)
        if about.physical_type != "BYTE_ARRAY":
            longest = about.length or _FIXED
            self._room.look(longest)
        elif chunk.encodings <= _AS_IT_IS:
            longest = _FIXED
        elif chunk.values * chunk.size <= _PIECE or not chunk.encodings <= _AS_IT_IS | _IN_DICTIONARY:
            longest = chunk.size  # each value may be written as a part of the one before
        else:
            longest = _longest_in_dictionary(coded(), group, name, chunk.size)
        if about.max_repetition_level:  # a row may hold any number of values
            self._room.look(chunk.values * longest)
        return longest


def _leaves(name: str, paths: Sequence[str]) -> list[int]:
    """Where the values of a column lie: a nested one has several places."""
    return [leaf for leaf, path in enumerate(paths) if path == name or path.startswith(f"{name}.")]


def _read(reader: pq.ParquetFile, group: int, name: str, rows: int) -> Iterator[list[pa.Array]]:
    """So many rows at a time; a name that comes twice brings both columns."""
    for batch in reader.iter_batches(rows, row_groups=[group], columns=[name], use_threads=False):
        yield [one for called, one in zip(batch.schema.names, batch.columns, strict=True) if called == name]


def _longest_in_dictionary(coded: pq.ParquetFile, group: int, name: str, otherwise: int) -> int:
    """The first row brings the whole dictionary. ``otherwise``: where it does not."""
    try:
        first = next((columns[0] for columns in _read(coded, group, name, 1)), None)
    except (NotImplementedError, OSError):
        return otherwise
    while first is not None and pa.types.is_nested(first.type) and hasattr(first, "flatten"):
        first = first.flatten()
    if first is None or not pa.types.is_dictionary(first.type):
        return otherwise
    return pc.max(pc.binary_length(first.dictionary)).as_py() or 1
