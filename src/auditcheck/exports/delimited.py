"""CSV into columns of text. Rows that do not fit their header are set aside, each with its row number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from auditcheck.raw import Problem
from auditcheck.tidy import shorten

_BOM = b"\xef\xbb\xbf"
_BLOCK = 16 << 20
_PEEK = 1 << 16
#: A file with the wrong separator has nothing but bad rows: that many are listed one by one.
_LISTED = 10_000


@dataclass
class Text:
    """A file as UTF-8: its header, the header's row, and the bytes after it. ``marked``: it began with a byte order mark."""

    header: list[str]
    header_row: int
    body: pa.Buffer
    marked: bool = False


@dataclass
class Cells:
    """Position -> text of every row that was kept, and the row numbers of those (None: none was left out)."""

    columns: dict[int, pa.Array]
    rows: npt.NDArray[np.int64] | None
    total: int


@dataclass
class _Bad:
    number: int
    cells: int
    text: str


def open_csv(file: str, data: pa.Buffer, peek: bool = False) -> tuple[Text, list[Problem]]:
    """The header and the rest. Text that is not UTF-8 is read as cp1252, and that is said. An empty header: nothing to read.

    ``peek``: only the header is wanted, so that the text is not looked at any further than its beginning.
    """
    if peek and data.size > _PEEK:
        data = pa.py_buffer(data[:_PEEK].to_pybytes().decode("utf-8", "replace").encode())
    try:
        _check_utf8(data)
        problems = []
    except UnicodeDecodeError as error:
        raw = data.to_pybytes()
        row = raw.count(b"\n", 0, error.start) + 1
        data = pa.py_buffer(raw.decode("cp1252", "replace").encode())
        problems = [Problem(file, row, "", "", "not UTF-8 (first seen in this line): read as Windows text (cp1252)")]
    marked = data.size >= 3 and data[:3].to_pybytes() == _BOM
    if marked:
        data = data.slice(3)
    header, lines, used = _header(data)
    return Text(header, lines, data.slice(used), marked), problems


def _check_utf8(data: pa.Buffer) -> None:
    """Raise `UnicodeDecodeError` at the first byte that is not UTF-8. In blocks, so that a large file is not held twice."""
    view = memoryview(data)
    start = 0
    while start < len(view):
        stop = min(start + _BLOCK, len(view))
        while stop < len(view) and stop > start + 1 and view[stop] & 0xC0 == 0x80:
            stop -= 1
        try:
            str(view[start:stop], "utf-8")
        except UnicodeDecodeError as error:
            raise UnicodeDecodeError("utf-8", b"", start + error.start, start + error.end, error.reason) from None
        start = stop


def _header(data: pa.Buffer) -> tuple[list[str], int, int]:
    """The first row that holds anything, its number, and the bytes up to its end."""
    used = 0

    def lines() -> Iterator[str]:
        nonlocal used
        reader = io.TextIOWrapper(pa.BufferReader(data), encoding="utf-8", newline="")
        for line in reader:
            used += len(line.encode())
            yield line

    for number, row in enumerate(csv.reader(lines()), start=1):
        if any(cell.strip() for cell in row):
            return row, number, used
    return [], 1, used


def cells_of(file: str, text: Text, wanted: Sequence[int]) -> tuple[Cells, list[Problem]]:
    """The wanted columns as text, exactly as they stand. Raises `pa.ArrowInvalid` where the body is beyond reading."""
    names = [str(position) for position in range(len(text.header))]
    bad: list[_Bad] = []
    if text.body.size == 0 or not wanted:
        return Cells({position: pa.array([], pa.string()) for position in wanted}, None, 0), []
    try:
        table = _parse(text.body, names, [names[p] for p in wanted], bad, _BLOCK)
    except pa.ArrowInvalid as error:
        if "straddl" not in str(error):
            raise
        bad.clear()
        table = _parse(text.body, names, [names[p] for p in wanted], bad, min(text.body.size + 1, (1 << 31) - 1))
    first = text.header_row + 1
    total = table.num_rows + len(bad)
    columns = {position: whole(table.column(names[position])) for position in wanted}
    problems = _bad_rows(file, len(names), first, bad)
    problems += _unclosed_quote(file, text.body, columns, bad)
    numbers = np.delete(np.arange(first, first + total, dtype=np.int64), [b.number - 1 for b in bad])
    columns, numbers, blanks = _without_blank_rows(file, columns, numbers)
    plain = first == 2 and len(numbers) == total
    return Cells(columns, None if plain else numbers, total), problems + blanks


def _parse(body: pa.Buffer, names: list[str], wanted: list[str], bad: list[_Bad], block: int) -> pa.Table:
    def set_aside(row: pa.csv.InvalidRow) -> str:
        bad.append(_Bad(row.number, row.actual_columns, row.text))
        return "skip"

    return pa.csv.read_csv(
        pa.BufferReader(body),
        # Only one thread knows the number of a bad row.
        read_options=pa.csv.ReadOptions(use_threads=False, column_names=names, block_size=block),
        # Blank lines are kept for now: leaving them out would shift the numbers of the rows below.
        parse_options=pa.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=set_aside),
        convert_options=pa.csv.ConvertOptions(
            column_types={name: pa.string() for name in names},
            include_columns=wanted,
            null_values=[],
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    )


def whole(column: pa.ChunkedArray) -> pa.Array:
    """One array of the chunks; large_string where they are too long for string."""
    if column.nbytes > 1 << 30:
        column = column.cast(pa.large_string())
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], pa.string())


def _bad_rows(file: str, expected: int, first: int, bad: list[_Bad]) -> list[Problem]:
    listed = [
        Problem(
            file,
            b.number - 1 + first,
            "",
            shorten(b.text),
            f"{b.cells} cells where the header has {expected}: the row is set aside",
            rows=1,
        )
        for b in bad[:_LISTED]
    ]
    if len(bad) > _LISTED:
        more = len(bad) - _LISTED
        listed.append(Problem(file, 0, "", "", f"{more} more rows do not fit the header and are set aside", stopped=True, rows=more))
    return listed


def _unclosed_quote(file: str, body: pa.Buffer, columns: dict[int, pa.Array], bad: list[_Bad]) -> list[Problem]:
    """A quotation mark that is never closed swallows the rest of the file into one cell; that must not pass unseen."""
    last = [column[-1].as_py() for column in columns.values() if len(column)] + [b.text for b in bad[-1:]]
    if not any("\n" in cell or "\r" in cell for cell in last):
        return []
    marks = np.frombuffer(body, np.uint8)
    count = sum(int(np.count_nonzero(marks[at : at + _BLOCK] == ord('"'))) for at in range(0, len(marks), _BLOCK))
    if count % 2 == 0:
        return []
    what = "a quotation mark is opened and not closed: what follows it ran together into one cell"
    return [Problem(file, 0, "", "", what, stopped=True)]


def _without_blank_rows(
    file: str, columns: dict[int, pa.Array], numbers: npt.NDArray[np.int64]
) -> tuple[dict[int, pa.Array], npt.NDArray[np.int64], list[Problem]]:
    blank = np.ones(len(numbers), bool)
    for column in columns.values():
        if not blank.any():
            return columns, numbers, []
        blank &= np.asarray(pc.equal(column, ""))
    if not blank.any():
        return columns, numbers, []
    kept = pa.array(~blank)
    count = int(blank.sum())
    what = f"{count} row{'s' if count > 1 else ''} with nothing in any known column left out, the first of them here"
    problem = Problem(file, int(numbers[blank][0]), "", "", what, rows=count)
    return {position: column.filter(kept) for position, column in columns.items()}, numbers[~blank], [problem]
