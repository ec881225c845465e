"""The project's own format: one CSV or Parquet file a table of the contract."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from fnmatch import fnmatch

import pyarrow as pa

from auditcheck import contract
from auditcheck.exports import headers
from auditcheck.exports.delimited import cells_of, open_csv
from auditcheck.exports.files import File
from auditcheck.exports.parquet import columns_of, header_of, open_parquet
from auditcheck.exports.parquet_size import Room
from auditcheck.raw import Export, InputFile, Problem, RawTable
from auditcheck.shelf import Shelf

_KNOWN = ("readme*", "*.md", "expected*.csv", "datapackage.json")


def is_table(file: File) -> bool:
    """Whether a file is named after a table of the contract."""
    return file.may_be_table and file.stem in contract.supplied()


def read(files: Sequence[File], shelf: Shelf) -> Export:
    """The tables that some files hold; those not named after a table are not read, and that is said."""
    export = Export("case-records", {})
    stems, room = [file.stem for file in files if is_table(file)], Room()
    for file in files:
        if is_table(file) and stems.count(file.stem) > 1:
            export.problems.append(Problem(file.name, 0, "", "", f"{file.stem} comes in more than one file: none of them is read", True))
        elif is_table(file):
            data = file.load()
            table, rows, problems = _read_table(file, data, room)
            export.problems += problems
            export.inputs.append(InputFile(file.name, hashlib.sha256(data).hexdigest(), rows))
            if table is not None:
                export.tables[table.name] = shelf(table)
        elif not any(fnmatch(file.name.lower(), known) for known in _KNOWN):
            export.problems.append(Problem(file.name, 0, "", "", "not named after a table (such as plans.csv): not read"))
    return export


def _read_table(file: File, data: pa.Buffer, room: Room) -> tuple[RawTable | None, int, list[Problem]]:
    """The table (None where it is set aside), the rows in the file, and the problems."""
    if data.size == 0:
        return None, 0, [Problem(file.name, 0, "", "", "an empty file, without even a header: the table is missing", stopped=True)]
    try:
        table, rows, problems = _from_csv(file, data) if file.name.lower().endswith(".csv") else _from_parquet(file, data, room)
    except (pa.ArrowException, OSError, ValueError) as error:
        kind = "CSV" if file.name.lower().endswith(".csv") else "Parquet"
        what = f"cannot be read as {kind} ({str(error).splitlines()[0][:80] if str(error) else 'damaged'}): the table is set aside"
        return None, 0, [Problem(file.name, 0, "", "", what, stopped=True)]
    if table is not None and not table.columns:
        what = "none of its columns is a field of this table: it is set aside"
        return None, rows, [*problems, Problem(file.name, 1, "", "", what, stopped=True, rows=rows)]
    if table is not None and headers.leads_to_no_child(table.name, table.columns):
        what = "no column child_id and none that leads to a child: the table is set aside"
        return None, rows, [*problems, Problem(file.name, 1, "child_id", "", what, stopped=True, rows=rows)]
    return table, rows, problems


def _from_csv(file: File, data: pa.Buffer) -> tuple[RawTable | None, int, list[Problem]]:
    text, problems = open_csv(file.name, data)
    if not text.header:
        return None, 0, [*problems, Problem(file.name, 0, "", "", "nothing but blank lines: the table is missing", stopped=True)]
    places, odd = headers.match(file.stem, file.name, text.header, text.header_row)
    wanted = sorted(position for at in places.values() for position in at)
    cells, found = cells_of(file.name, text, wanted)
    columns, doubled = headers.settle(file.name, text.header_row, places, cells.columns)
    source = {name: text.header[places[name][0]] for name in columns}
    return RawTable(file.stem, columns, file.name, cells.rows, source), cells.total, problems + odd + doubled + found


def _from_parquet(file: File, data: pa.Buffer, room: Room) -> tuple[RawTable | None, int, list[Problem]]:
    held = open_parquet(data)
    header = header_of(held)
    places, odd = headers.match(file.stem, file.name, header, 1)
    arrays, found = columns_of(file.name, data, sorted(position for at in places.values() for position in at), room)
    places = {name: [p for p in at if p in arrays] for name, at in places.items() if any(p in arrays for p in at)}
    columns, doubled = headers.settle(file.name, 1, places, arrays)
    source = {name: header[places[name][0]] for name in columns}
    return RawTable(file.stem, columns, file.name, None, source), held.metadata.num_rows, odd + doubled + found
