"""Folders (or a .zip) of CSV and Parquet files that are lists of another format: Annex A, the SSD, SSDA903, the census as tables.

Each is told by its headers, never by the name of the file: a folder of case records has a `reviews.csv` too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import contract
from auditcheck.exports import recipes
from auditcheck.exports.delimited import Text, cells_of, open_csv
from auditcheck.exports.lists import Lists, Name, Sheet
from auditcheck.exports.parquet import columns_of, header_of, open_parquet
from auditcheck.exports.parquet_size import Room
from auditcheck.exports.recipes import plain
from auditcheck.raw import Export, InputFile, Problem

#: Kind of export -> its mapping.
MAPPINGS = {"annex-a": "annex_a.yaml", "cin-tables": "cin_tables.yaml", "ssd": "ssd.yaml", "ssda903": "ssda903.yaml"}
_READABLE = (".csv", ".parquet")
_MARK = {"seen": "a byte order mark (BOM) before the header", "read": "left out; the file is UTF-8"}


@dataclass(frozen=True)
class File:
    """One file of the folder; ``load`` gives its bytes (mapped, not copied, where it lies on disk)."""

    name: str
    load: Callable[[], pa.Buffer]

    @property
    def stem(self) -> str:
        return self.name.rpartition(".")[0].lower()

    @property
    def may_be_table(self) -> bool:
        return self.name.lower().endswith(_READABLE)


def kind_of(file: File) -> str:
    """Which of `MAPPINGS` a file belongs to, by its headers; empty where it is none of them.

    A file without a header that can be read is told by its name, where no table of the contract is called so.
    """
    if not file.may_be_table:
        return ""
    try:
        header = {plain(written) for written in _header(file, file.load())}
    except (pa.ArrowException, OSError, ValueError):
        header = set()
    if not header:
        return "" if file.stem in contract.supplied() else next((kind for kind in MAPPINGS if plain(file.stem) in _titles(kind)), "")
    return next((kind for kind in MAPPINGS if not header.isdisjoint(_marks(kind))), "")


def _header(file: File, data: pa.Buffer) -> Sequence[str]:
    if data.size == 0:
        return []
    if file.name.lower().endswith(".parquet"):
        return header_of(open_parquet(data))
    return open_csv(file.name, data, peek=True)[0].header


@cache
def _marks(kind: str) -> frozenset[str]:
    """The headers, as they are compared, any one of which tells the kind."""
    said: dict[str, Any] = recipes.load(MAPPINGS[kind])
    if said["recognised_by"] == "columns":
        return frozenset(plain(written) for about in said["lists"].values() for names in about["columns"] for written in names)
    return frozenset(plain(written) for written in said["recognised_by"])


@cache
def _titles(kind: str) -> frozenset[str]:
    """What the files of a kind are called, as it is compared."""
    return frozenset(plain(title) for about in recipes.load(MAPPINGS[kind])["lists"].values() for title in about["titles"])


def read(kind: str, files: Sequence[File]) -> Export:
    """What some files of one kind hold."""
    lists = Lists(recipes.load(MAPPINGS[kind]))
    inputs, room = [], Room()
    for file in files:
        data = file.load()
        rows = 0
        try:
            sheet, problems = _sheet(lists, file, data, room)
            lists.problems += problems
            if sheet is not None:
                rows = len(sheet[1].rows)
                lists.read(*sheet)
        except (pa.ArrowException, OSError, ValueError) as error:
            said = str(error).splitlines()[0][:80] if str(error) else "damaged"
            lists.problems.append(Problem(file.name, 0, "", "", f"cannot be read ({said}): the table is set aside", stopped=True))
        inputs.append(InputFile(file.name, hashlib.sha256(data).hexdigest(), rows))
    if kind == "annex-a":
        lists.say_what_is_missing(files[0].name, "file")
    return lists.export(kind, inputs)


def _sheet(lists: Lists, file: File, data: pa.Buffer, room: Room) -> tuple[tuple[Name, Sheet] | None, list[Problem]]:
    """Which list a file is, and its columns that are known; None where it is not read, with the reason among the problems."""
    if data.size == 0:
        return None, [Problem(file.name, 0, "", "", "an empty file, without even a header: the table is missing", stopped=True)]
    csv = file.name.lower().endswith(".csv")
    text, problems = open_csv(file.name, data) if csv else (None, [])
    held = None if csv else open_parquet(data)
    header = text.header if text is not None else header_of(held)
    key = lists.by_header(header)
    if key is None:
        key = lists.named(file.stem)
    what, stopped = _why_not(lists, key, file.name)
    if key is None or what:
        return None, [*problems, Problem(file.name, 0, "", "", what, stopped)]
    lists.done[key] = file.name
    if text is not None and text.marked:
        lists.noted.add(_MARK, file.name, 1)
    spellings = lists.spellings(key)
    wanted = [position for position, written in enumerate(header) if plain(written) in spellings]
    if text is not None:
        columns, rows, found = _cells(file.name, text, wanted)
    else:
        columns, found = columns_of(file.name, data, wanted, room)
        rows = np.arange(2, held.metadata.num_rows + 2) if held is not None else np.zeros(0, np.int64)
    return (key, Sheet(file.name, header, text.header_row if text else 1, columns, rows)), problems + found


def _why_not(lists: Lists, key: Name | None, file: str) -> tuple[str, bool]:
    """Why a file is not read (empty where it is), and whether that stops the audit."""
    if key is None:
        return "its headers are not those of any list that is known here: not read", False
    about = lists.lists[key]
    if "not_read" in about:
        lists.done[key] = file
        return f"not read: {about['not_read']}", False
    if key in lists.done and not about.get("several"):
        return f"list {key} was already read from {lists.done[key]}: this file is not read", True
    return "", False


def _cells(file: str, text: Text, wanted: Sequence[int]) -> tuple[dict[int, pa.Array], np.ndarray, list[Problem]]:
    cells, found = cells_of(file, text, wanted)
    columns = {position: _trimmed(column) for position, column in cells.columns.items()}
    rows = cells.rows if cells.rows is not None else np.arange(2, cells.total + 2)
    return columns, rows, found


def _trimmed(column: pa.Array) -> pa.Array:
    return pc.utf8_trim_whitespace(column)
