"""The lists that some files hold, as they stand: CSV and Parquet files, the sheets of workbooks, and folders of those."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.exports import sniff, workbook
from auditcheck.exports.delimited import cells_of, open_csv
from auditcheck.exports.grid import Ints
from auditcheck.exports.lists import Sheet, sheet_of
from auditcheck.exports.parquet import columns_of, header_of, open_parquet
from auditcheck.exports.parquet_size import Room
from auditcheck.raw import BadExport, InputFile, Problem
from auditcheck.tidy import shorten

_ENDINGS = (".csv", ".parquet", ".xlsx", ".xlsm")
#: Some systems put a title above the header of a sheet.
_HEADER_WITHIN = 10


@dataclass
class Found:
    """One list: what its file or sheet is called, its rows (None where it can't be read) and what is odd about it."""

    title: str
    file: str
    sheet: Sheet | None
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Opened:
    """One file and the lists in it."""

    input: InputFile
    lists: list[Found]


def files_of(paths: Sequence[Path]) -> list[Path]:
    """The files that may hold lists; of a folder those in it. Raises `BadExport` for anything else."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.iterdir() if one.is_file() and one.suffix.lower() in _ENDINGS)
            if not inside:
                raise BadExport(f"{path.name} holds no CSV, Parquet or Excel (.xlsx) file.")
            found += inside
        elif not path.exists():
            raise BadExport(f"{path.name} does not exist.")
        elif path.suffix.lower() not in _ENDINGS:
            raise BadExport(f"{path.name} is no CSV, Parquet or Excel (.xlsx) file, by its name: a mapping reads no other.")
        else:
            found.append(path)
    return found


def opened(path: Path) -> Opened:
    """The lists of one file. Raises `BadExport` where it can't be read at all; `OSError`."""
    name = sniff.legible(path.name)
    with path.open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    lists = list(_sheets(path)) if path.suffix.lower() in (".xlsx", ".xlsm") else [_table(path, name)]
    return Opened(InputFile(name, digest, sum(len(one.sheet.rows) for one in lists if one.sheet)), lists)


def _table(path: Path, name: str) -> Found:
    data = pa.py_buffer(b"") if path.stat().st_size == 0 else pa.memory_map(str(path)).read_buffer()
    if data.size == 0:
        return _unread(path.stem, name, "an empty file, without even a header")
    try:
        if path.suffix.lower() == ".parquet":
            held = open_parquet(data)
            columns, problems = columns_of(name, data, range(len(header_of(held))), Room())
            rows = range(2, held.metadata.num_rows + 2)
            return Found(path.stem, name, Sheet(name, header_of(held), 1, columns, _numbers(rows)), problems)
        text, problems = open_csv(name, data)
        if len(text.header) == 1 and any(mark in text.header[0] for mark in ";\t|"):
            return _unread(path.stem, name, "its columns are not separated by commas: export it with commas, or as .xlsx")
        cells, found = cells_of(name, text, range(len(text.header)))
    except (pa.ArrowException, OSError, ValueError) as error:
        said = str(error).splitlines()[0][:80] if str(error) else "damaged"
        return _unread(path.stem, name, f"cannot be read ({said})")
    columns = {position: pc.utf8_trim_whitespace(column) for position, column in cells.columns.items()}
    rows_ = cells.rows if cells.rows is not None else _numbers(range(2, cells.total + 2))
    return Found(path.stem, name, Sheet(name, text.header, text.header_row, columns, rows_), problems + found)


def _sheets(path: Path) -> Iterator[Found]:
    for held in workbook.sheets(path):
        place = f"{sniff.legible(path.name)}, {held.name}"
        at = _header_row(held.rows)
        if at is None:
            yield Found(held.name, place, None, [Problem(place, 0, "", "", "a sheet without a header and rows: not read")])
            continue
        header = [cell.strip() for cell in held.rows[at]]
        body = [(number, held.rows[number - 1]) for number in range(at + 2, len(held.rows) + 1)]
        problems = [
            Problem(place, row + 1, shorten(header[column]) if column < len(header) else "", shorten(doubt.text), doubt.why)
            for (row, column), doubt in sorted(held.doubts.items())
            if row > at
        ]
        yield Found(held.name, place, sheet_of(place, header, at + 1, body), problems)


def _header_row(rows: Sequence[Sequence[str]]) -> int | None:
    """The first of the first rows that is filled nearly as far as the fullest of them."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:_HEADER_WITHIN]]
    most = max(filled, default=0)
    return next((at for at, count in enumerate(filled) if count >= max(2, 0.6 * most)), None) if most >= 2 else None


def _numbers(rows: range) -> Ints:
    return np.array(rows, np.int64)


def _unread(title: str, name: str, what: str) -> Found:
    return Found(title, name, None, [Problem(name, 0, "", "", f"{what}: the list is set aside", stopped=True)])
