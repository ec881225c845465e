"""Parquet files whose metadata lie: any number of a footer or of a page's header replaced, all else left as it was.

Both are written in Thrift's compact protocol, which is read here into plain lists, and written again. A struct is {field: (kind, value)}, a
list (kind, [value]); whatever is a number is an int.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_NUMBERS = (_I16, _I32, _I64)

Struct = dict[int, tuple[int, Any]]


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        found = shift = 0
        while True:
            byte = self.byte()
            found |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return found

    def value(self, kind: int) -> Any:
        if kind in (_TRUE, _FALSE):
            return kind == _TRUE
        if kind == _BYTE:
            return self.byte()
        if kind in _NUMBERS:
            found = self.number()
            return (found >> 1) ^ -(found & 1)
        if kind in (_DOUBLE, _BINARY):
            size = 8 if kind == _DOUBLE else self.number()
            self.at += size
            return self.data[self.at - size : self.at]
        if kind == _LIST:
            head = self.byte()
            size, of = head >> 4, head & 15
            return of, [self.value(of) for _ in range(self.number() if size == 15 else size)]
        assert kind == _STRUCT, f"nothing in Parquet is of kind {kind}"
        return self.struct()

    def struct(self) -> Struct:
        found: Struct = {}
        field = 0
        while head := self.byte():
            field = field + (head >> 4) if head >> 4 else self.value(_I16)
            found[field] = head & 15, self.value(head & 15)
        return found


def _number(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _written(kind: int, value: Any) -> bytes:
    if kind in (_TRUE, _FALSE):
        return bytes([_TRUE if value else _FALSE])  # in a list; a field says it by its kind
    if kind == _BYTE:
        return bytes([value])
    if kind in _NUMBERS:
        return _number((value << 1) if value >= 0 else (-value << 1) - 1)
    if kind == _DOUBLE:
        return bytes(value)
    if kind == _BINARY:
        return _number(len(value)) + value
    if kind == _LIST:
        of, several = value
        head = bytes([len(several) << 4 | of]) if len(several) < 15 else bytes([0xF0 | of]) + _number(len(several))
        return head + b"".join(_written(of, one) for one in several)
    return written(value)


def written(one: Struct) -> bytes:
    """A struct in bytes."""
    found, last = bytearray(), 0
    for field, (kind, value) in one.items():
        kind = (_TRUE if value else _FALSE) if kind in (_TRUE, _FALSE) else kind
        found += bytes([(field - last) << 4 | kind]) if 0 < field - last < 16 else bytes([kind]) + _written(_I16, field)
        found += b"" if kind in (_TRUE, _FALSE) else _written(kind, value)
        last = field
    return bytes(found) + b"\0"


def read(data: bytes, at: int = 0) -> tuple[Struct, int]:
    """The struct that begins there, and where it ends."""
    reader = _Reader(data, at)
    return reader.struct(), reader.at


#: Fields of Parquet's own structs (parquet.thrift).
ROW_GROUPS, NUM_ROWS = 4, 3
COLUMNS, GROUP_ROWS = 1, 3
META, CODEC, VALUES, UNCOMPRESSED, COMPRESSED, DATA_PAGE, DICTIONARY_PAGE = 3, 4, 5, 6, 7, 9, 11
PAGE_UNCOMPRESSED, PAGE_COMPRESSED, DATA_HEADER, DICTIONARY_HEADER, PAGE_VALUES = 2, 3, 5, 7, 1


class File:
    """A Parquet file taken apart: ``footer``, and of each column chunk its pages, (header, content)."""

    def __init__(self, path: Path) -> None:
        self.path, data = path, path.read_bytes()
        size = struct.unpack("<I", data[-8:-4])[0]
        self.footer, _ = read(data, len(data) - 8 - size)
        self.pages: list[list[tuple[Struct, bytes]]] = []
        for chunk in self.chunks():
            at = min(chunk[name][1] for name in (DATA_PAGE, DICTIONARY_PAGE) if name in chunk)
            end, pages = at + chunk[COMPRESSED][1], list[tuple[Struct, bytes]]()
            while at < end:
                header, at = read(data, at)
                content = header[PAGE_COMPRESSED][1]
                pages.append((header, data[at : at + content]))
                at += content
            self.pages.append(pages)

    def chunks(self) -> Iterator[Struct]:
        """The metadata of each column chunk."""
        for group in self.footer[ROW_GROUPS][1][1]:
            for column in group[COLUMNS][1][1]:
                yield column[META][1]

    def write(self) -> Path:
        """Put together again, with every offset where things are now, whatever else is said of them."""
        data = bytearray(b"PAR1")
        for chunk, pages in zip(self.chunks(), self.pages, strict=True):
            starts = []
            for header, content in pages:
                starts.append(len(data))
                data += written(header) + content
            put(chunk, len(data) - starts[0], COMPRESSED)
            for name in (DATA_PAGE, DICTIONARY_PAGE):
                if name in chunk:
                    chunk[name] = chunk[name][0], starts[1 if name == DATA_PAGE and DICTIONARY_PAGE in chunk else 0]
        footer = written(self.footer)
        self.path.write_bytes(data + footer + struct.pack("<I", len(footer)) + b"PAR1")
        return self.path


def put(one: Struct, value: int, *way: int) -> None:
    """Replace the number that a way (fields, and places in lists) leads to."""
    *before, last = way
    held = _held(one, before)
    if isinstance(held, dict):
        held[last] = held[last][0], value
    else:
        held[last] = value


def get(one: Struct, *way: int) -> int:
    """The number that a way leads to."""
    *before, last = way
    held = _held(one, before)
    found: int = held[last][1] if isinstance(held, dict) else held[last]
    return found


def _held(one: Any, way: Iterable[int]) -> Any:
    """A struct, or the things of a list."""
    for step in way:
        one = one[step][1] if isinstance(one, dict) else one[step]
        one = one[1] if isinstance(one, tuple) else one
    return one


def numbers(one: Struct, *path: int) -> Iterator[tuple[int, ...]]:
    """The way to every number in a struct: fields, and places in lists."""
    for field, (kind, value) in one.items():
        yield from _numbers(kind, value, (*path, field))


def _numbers(kind: int, value: Any, path: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    if kind in _NUMBERS:
        yield path
    elif kind == _STRUCT:
        yield from numbers(value, *path)
    elif kind == _LIST:
        for place, one in enumerate(value[1]):
            yield from _numbers(value[0], one, (*path, place))
