"""A filled-in collection workbook (`auditcheck template`): case-record tables as sheets of one workbook."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa

from auditcheck import contract
from auditcheck.exports import headers
from auditcheck.exports.workbook import Sheet, names, sheets
from auditcheck.raw import BadExport, Export, InputFile, Problem, RawTable
from auditcheck.tidy import shorten


def recognised(path: Path) -> bool:
    """Whether the workbook holds a case-record table, told by the names of its sheets and their headings. Raises `BadExport`."""
    return any(name.strip().lower() in contract.supplied() for name in names(path)) and any(map(is_collection, sheets(path)))


def is_collection(sheet: Sheet) -> bool:
    """Whether a sheet is a case-record table: named after one, with its key or ``child_id`` among the headings."""
    table = sheet.name.strip().lower()
    headings = {cell.strip().lower() for cell in sheet.rows[0]} if sheet.rows else set()
    return table in contract.supplied() and bool(headings & {"child_id", contract.key_of(table)})


def read_collection(path: Path) -> Export:
    """The tables of a collection workbook; a sheet without rows is a table that is not supplied. Raises `BadExport`; `OSError`."""
    export = Export("collection workbook", {})
    for sheet in sheets(path):
        if is_collection(sheet):
            _take(export, path.name, sheet)
        elif any(any(row) for row in sheet.rows[1:]) and sheet.name != "Start here":
            export.problems.append(Problem(f"{path.name}: {shorten(sheet.name)}", 0, "", "", "no sheet of this name is known: ignored"))
    if not export.tables:
        raise BadExport(
            f"{path.name} holds no record: every sheet of it is empty below the headings. Fill it in, save it, and give it again."
        )
    with path.open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    export.inputs = [InputFile(path.name, digest, sum(map(len, export.tables.values())))]
    return export


def _take(export: Export, file: str, sheet: Sheet) -> None:
    table, place = sheet.name.strip().lower(), f"{file}: {sheet.name}"
    header, body = sheet.rows[0], sheet.rows[1:]
    filled = [at for at, row in enumerate(body) if any(cell.strip() for cell in row)]
    if not filled:
        return
    places, problems = headers.match(table, place, header, 1)
    columns = {at: pa.array([body[row][at] if at < len(body[row]) else "" for row in filled], pa.string()) for at in range(len(header))}
    chosen, more = headers.settle(place, 1, places, columns)
    export.problems += problems + more + [_doubtful(place, header, at, doubt.text, doubt.why) for at, doubt in sorted(sheet.doubts.items())]
    if headers.leads_to_no_child(table, chosen):
        what = "nothing here says whose records these are (no child_id, and no record that leads to a child): the table is set aside"
        export.problems.append(Problem(place, 1, "child_id", "", what, stopped=True))
        return
    rows = np.array(filled, np.int64) + 2
    export.tables[table] = RawTable(table, chosen, place, rows, {})


def _doubtful(place: str, header: list[str], at: tuple[int, int], value: str, why: str) -> Problem:
    row, column = at
    return Problem(place, row + 1, shorten(header[column]) if column < len(header) else "", value, why)
