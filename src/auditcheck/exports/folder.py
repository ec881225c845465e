"""The project's own format: a folder (or a .zip of it) with one CSV or Parquet file a table."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pyarrow as pa

from auditcheck import contract
from auditcheck.exports import archive, headers, sniff
from auditcheck.exports.delimited import cells_of, open_csv
from auditcheck.exports.manifest import read_manifest
from auditcheck.exports.parquet import columns_of, header_of, open_parquet
from auditcheck.raw import BadExport, Export, InputFile, Problem, RawTable

_KNOWN = ("manifest.yml", "manifest.yaml", "readme*", "*.md", "expected*.csv", "datapackage.json")


@dataclass(frozen=True)
class _File:
    """One file of the folder; ``load`` gives its bytes (mapped, not copied, where it lies on disk)."""

    name: str
    load: Callable[[], pa.Buffer]

    @property
    def stem(self) -> str:
        return self.name.rpartition(".")[0].lower()

    @property
    def is_table(self) -> bool:
        return self.name.lower().endswith((".csv", ".parquet")) and self.stem in contract.supplied()


def read_folder(path: Path) -> Export:
    """The tables of a folder. Raises `BadExport` where it holds none; `OSError`."""
    entries = sorted(path.iterdir(), key=lambda entry: entry.name)
    files = [_File(sniff.legible(entry.name), _mapped(entry)) for entry in entries if entry.is_file()]
    export, sizes = _read(path.name, files)
    export.problems[:0] = [_not_a_file(sniff.legible(entry.name)) for entry in entries if not entry.is_file()]
    export.inputs = sizes
    return export


def read_zip(path: Path) -> Export:
    """The tables of a zipped folder, read in memory. Raises `BadExport` where it is unsafe, damaged or holds no table; `OSError`."""
    with archive.opened(path) as held:
        members = sorted(archive.tables(path.name, held.infolist()), key=lambda member: member.filename)
        files = [_File(m.filename.rpartition("/")[2], _unpacked(held, m)) for m in members]
        export, sizes = _read(path.name, files)
    with path.open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    export.inputs = [InputFile(path.name, digest, sum(size.rows for size in sizes))]
    return export


def _not_a_file(name: str) -> Problem:
    if _File(name, lambda: pa.py_buffer(b"")).is_table:
        return Problem(name, 0, "", "", "named after a table but not a file: the table is missing", stopped=True)
    return Problem(name, 0, "", "", "not a file: not read")


def _unpacked(held: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], pa.Buffer]:
    return lambda: pa.py_buffer(archive.content(held, member))


def _mapped(path: Path) -> Callable[[], pa.Buffer]:
    def load() -> pa.Buffer:
        if path.stat().st_size == 0:
            return pa.py_buffer(b"")
        return pa.memory_map(str(path)).read_buffer()

    return load


def _read(place: str, files: list[_File]) -> tuple[Export, list[InputFile]]:
    if not any(file.is_table for file in files):
        raise BadExport(_no_tables(place, files))
    export = Export("case-records", {})
    inputs = []
    stems = [file.stem for file in files if file.is_table]
    for file in files:
        if file.name.lower() in ("manifest.yml", "manifest.yaml"):
            data = file.load()
            said = read_manifest(file.name, data.to_pybytes())
            export.as_of, export.extracted_at = said.as_of or export.as_of, said.extracted_at or export.extracted_at
            export.coverage |= said.coverage
            export.problems += said.problems
            inputs.append(_input(file.name, data, 0))
        elif file.is_table and stems.count(file.stem) > 1:
            export.problems.append(Problem(file.name, 0, "", "", f"{file.stem} comes in more than one file: none of them is read", True))
        elif file.is_table:
            data = file.load()
            table, rows, problems = _read_table(file, data)
            export.problems += problems
            inputs.append(_input(file.name, data, rows))
            if table is not None:
                export.tables[table.name] = table
        elif not any(fnmatch(file.name.lower(), known) for known in _KNOWN):
            export.problems.append(Problem(file.name, 0, "", "", "not named after a table (such as plans.csv): not read"))
    return export, inputs


def _no_tables(place: str, files: list[_File]) -> str:
    tail = "Expected files named after tables: children.csv, plans.csv, visits.csv, ..."
    if not files:
        return f"{place} is an empty folder. {tail}"
    alone = [file.name for file in files if file.name.lower().endswith((".xlsx", ".xml"))]
    if alone:
        return f"{place} holds no case-record table. To audit {alone[0]}, give that file itself. {tail}"
    return f"{place} holds {len(files)} file{'s' if len(files) > 1 else ''} ({files[0].name}, ...), none named after a table. {tail}"


def _input(name: str, data: pa.Buffer, rows: int) -> InputFile:
    return InputFile(name, hashlib.sha256(data).hexdigest(), rows)


def _read_table(file: _File, data: pa.Buffer) -> tuple[RawTable | None, int, list[Problem]]:
    """The table (None where it is set aside), the rows in the file, and the problems."""
    if data.size == 0:
        return None, 0, [Problem(file.name, 0, "", "", "an empty file, without even a header: the table is missing", stopped=True)]
    try:
        table, rows, problems = (_from_csv if file.name.lower().endswith(".csv") else _from_parquet)(file, data)
    except (pa.ArrowException, OSError, ValueError) as error:
        kind = "CSV" if file.name.lower().endswith(".csv") else "Parquet"
        what = f"cannot be read as {kind} ({str(error).splitlines()[0][:80] if str(error) else 'damaged'}): the table is set aside"
        return None, 0, [Problem(file.name, 0, "", "", what, stopped=True)]
    if table is not None and not table.columns:
        what = "none of its columns is a field of this table: it is set aside"
        return None, rows, [*problems, Problem(file.name, 1, "", "", what, stopped=True)]
    if table is not None and headers.leads_to_no_child(table.name, table.columns):
        what = "no column child_id and none that leads to a child: the table is set aside"
        return None, rows, [*problems, Problem(file.name, 1, "child_id", "", what, stopped=True)]
    return table, rows, problems


def _from_csv(file: _File, data: pa.Buffer) -> tuple[RawTable | None, int, list[Problem]]:
    text, problems = open_csv(file.name, data)
    if not text.header:
        return None, 0, [*problems, Problem(file.name, 0, "", "", "nothing but blank lines: the table is missing", stopped=True)]
    places, odd = headers.match(file.stem, file.name, text.header, text.header_row)
    wanted = sorted(position for at in places.values() for position in at)
    cells, found = cells_of(file.name, text, wanted)
    columns, doubled = headers.settle(file.name, text.header_row, places, cells.columns)
    source = {name: text.header[places[name][0]] for name in columns}
    return RawTable(file.stem, columns, file.name, cells.rows, source), cells.total, problems + odd + doubled + found


def _from_parquet(file: _File, data: pa.Buffer) -> tuple[RawTable | None, int, list[Problem]]:
    held = open_parquet(data)
    header = header_of(held)
    places, odd = headers.match(file.stem, file.name, header, 1)
    arrays, found = columns_of(file.name, held, sorted(position for at in places.values() for position in at))
    places = {name: [p for p in at if p in arrays] for name, at in places.items() if any(p in arrays for p in at)}
    columns, doubled = headers.settle(file.name, 1, places, arrays)
    source = {name: header[places[name][0]] for name in columns}
    return RawTable(file.stem, columns, file.name, None, source), held.metadata.num_rows, odd + doubled + found
