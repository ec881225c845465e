"""How much a Parquet column decodes to, by the headers of its pages: these are what a reader goes by, whatever the footer says of them.

Footer and headers are read here and not asked of Arrow, which ends the process over some that are damaged. Their fields are those of
parquet.thrift: FileMetaData, RowGroup, ColumnMetaData, PageHeader.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from auditcheck.exports.compact import I32, I64, LIST, STRUCT, Compact, Malformed, Struct, of

#: Of the footer and a row group; of a column chunk what is said of it, and in that how many values, how many bytes and where they begin.
_GROUPS, _COLUMNS, _GROUP_ROWS = 4, 1, 3
_ELSEWHERE, _META, _VALUES, _STORED_IN_ALL, _DATA_AT, _DICTIONARY_AT = 1, 3, 5, 7, 9, 11
#: Of a page's header; and of each kind of page the field that says more, and in that those of how many values and how encoded.
_KIND, _SIZE, _STORED = 1, 2, 3
_DICTIONARY, _MORE = 2, {0: (5, 1, 2), 2: (7, 1, 2), 3: (8, 1, 4)}
#: No more pages than these, and one for so many bytes of the file: reading headers takes time.
_PAGES, _BYTES_A_PAGE = 1_000_000, 1_000


class Chunk(NamedTuple):
    """A column in a row group, by its pages. ``size``: bytes that they decode to; ``values``: how many, blanks included; ``entries``: of
    its dictionary; ``encodings``: of its values, as parquet.thrift numbers them."""

    size: int
    values: int
    entries: int
    encodings: frozenset[int]


class Group(NamedTuple):
    """``rows``: as the footer says; ``chunks``: by the column's place among those that hold values."""

    rows: int
    chunks: dict[int, Chunk]


class _Page(NamedTuple):
    kind: int
    size: int
    stored: int
    values: int = 0
    encoding: int = 0


def groups(data: memoryview, wanted: Collection[int]) -> list[Group]:
    """The row groups of a file, with the columns that are wanted. Raises Malformed where pages and footer don't go together."""
    data = data.cast("B")
    footer = data[len(data) - 8 - int.from_bytes(data[-8:-4], "little") : -8]
    pages, found = _Pages(data), []
    for group in Compact(footer).each(_GROUPS):
        columns = of(group, _COLUMNS, LIST)
        found.append(Group(of(group, _GROUP_ROWS, I64), {place: pages.chunk(columns[place]) for place in wanted if place < len(columns)}))
        if len(found[-1].chunks) < len(wanted):
            raise Malformed("a column is missing")
    return found


class _Pages:
    """Walks the pages of a file, each once."""

    def __init__(self, data: memoryview) -> None:
        self._data, self._unread, self._left = data, len(data), _PAGES + len(data) // _BYTES_A_PAGE

    def chunk(self, column: Struct) -> Chunk:
        """What the pages of a column come to, as far as they are read: until there are as many values as the footer says."""
        about = of(column, _META, STRUCT)
        if _ELSEWHERE in column:
            raise Malformed("a column is said to be in another file")
        expected, data = of(about, _VALUES, I64), self._stored(about)
        size = values = entries = at = 0
        encodings = set()
        while values < expected and at < len(data):
            page, at = _page(data, at)
            self._left -= 1
            if self._left < 0:
                raise Malformed("it has more pages than a table has")
            size, at = size + max(page.size, page.stored), at + page.stored
            if page.kind == _DICTIONARY:
                entries += page.values
            elif page.kind in _MORE:
                values += page.values
                encodings.add(page.encoding)
        if values != expected or at > len(data):
            raise Malformed("its pages and its footer say different things")
        return Chunk(size, values, entries, frozenset(encodings))

    def _stored(self, about: Struct) -> memoryview:
        """Where the pages lie."""
        start, length = of(about, _DATA_AT, I64), of(about, _STORED_IN_ALL, I64)
        dictionary = of(about, _DICTIONARY_AT, I64) if _DICTIONARY_AT in about else 0
        start = dictionary if 0 < dictionary < start else start
        if of(about, _VALUES, I64) == 0:  # nothing is read, wherever it may be said to lie
            return self._data[:0]
        self._unread -= length
        if not 0 < start <= start + length <= len(self._data) or self._unread < 0:
            raise Malformed("its columns lie upon each other, or outside of it")
        return self._data[start : start + length]


def _page(data: memoryview, at: int) -> tuple[_Page, int]:
    """The page whose header begins there, and where its content does."""
    reader = Compact(data, at)
    header = reader.struct()
    page = _Page(of(header, _KIND, I32), of(header, _SIZE, I32), of(header, _STORED, I32))
    if page.kind in _MORE:
        field, values, encoding = _MORE[page.kind]
        about = of(header, field, STRUCT)
        page = page._replace(values=of(about, values, I32), encoding=of(about, encoding, I32))
    if min(page) < 0:
        raise Malformed("the header of a page holds a number below 0")
    return page, reader.at
