"""Folders (or a .zip) of files: each file goes to the reader of its format, and a manifest.yml speaks for all of them."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from auditcheck.exports import archive, case_records, files, sniff
from auditcheck.exports.files import File
from auditcheck.exports.manifest import Manifest, read_manifest
from auditcheck.links import leads_out
from auditcheck.raw import BadExport, Export, InputFile, Problem
from auditcheck.shelf import Shelf
from auditcheck.yaml_text import LARGEST

_MANIFESTS = ("manifest.yml", "manifest.yaml")


def read_folder(path: Path, shelf: Shelf) -> list[Export]:
    """What the files of a folder hold, an export for each format. Raises `BadExport` where it holds none; `OSError`."""
    entries = sorted(path.iterdir(), key=lambda entry: entry.name)
    inside = {entry: entry.is_file() and not leads_out(entry, path) for entry in entries}
    found = _read(path.name, [File(sniff.legible(entry.name), _mapped(entry)) for entry in entries if inside[entry]], shelf)
    found[0].problems[:0] = [_not_a_file(sniff.legible(entry.name), entry.is_file()) for entry in entries if not inside[entry]]
    return found


def read_zip(path: Path, shelf: Shelf) -> list[Export]:
    """What a zipped folder holds, read in memory. Raises `BadExport` where it is unsafe, damaged or holds no table; `OSError`."""
    with archive.opened(path) as held:
        members = sorted(archive.tables(path.name, held.infolist()), key=lambda member: member.filename)
        found = _read(path.name, [File(m.filename.rpartition("/")[2], _unpacked(held, m)) for m in members], shelf)
    with path.open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    rows = sum(size.rows for export in found for size in export.inputs)
    for export in found:
        export.rows, export.inputs = export.accounted(), []
    found[0].inputs = [InputFile(path.name, digest, rows)]
    return found


def _not_a_file(name: str, leads_out: bool) -> Problem:
    what = "a link to a file outside its folder" if leads_out else "not a file"
    if case_records.is_table(File(name, lambda: pa.py_buffer(b""))):
        return Problem(name, 0, "", "", f"named after a table but {what}: the table is missing", stopped=True)
    return Problem(name, 0, "", "", f"{what}: not read", stopped=leads_out)


def _unpacked(held: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], pa.Buffer]:
    return lambda: pa.py_buffer(archive.content(held, member))


def _mapped(path: Path) -> Callable[[], pa.Buffer]:
    def load() -> pa.Buffer:
        if path.stat().st_size == 0:
            return pa.py_buffer(b"")
        return pa.memory_map(str(path)).read_buffer()

    return load


def _read(place: str, every: list[File], shelf: Shelf) -> list[Export]:
    manifests = [file for file in every if file.name.lower() in _MANIFESTS]
    tables = [file for file in every if file not in manifests]
    by_kind: dict[str, list[File]] = {}
    for file in tables:
        by_kind.setdefault(files.kind_of(file), []).append(file)
    own = by_kind.pop("", [])
    found = [files.read(kind, some) for kind, some in sorted(by_kind.items())]
    if any(case_records.is_table(file) for file in own) or not found:
        if not any(case_records.is_table(file) for file in own):
            raise BadExport(_no_tables(place, every))
        found.insert(0, case_records.read(own, shelf))
    else:
        found[0].problems += case_records.read(own, shelf).problems
    for file in manifests:
        data = file.load()
        _told(read_manifest(file.name, data[: LARGEST + 1].to_pybytes()), found)
        found[0].inputs = sorted([*found[0].inputs, InputFile(file.name, hashlib.sha256(data).hexdigest(), 0)], key=lambda one: one.name)
    return found


def _told(said: Manifest, found: list[Export]) -> None:
    """What the manifest says goes before what a mapping knows in general."""
    for export in found:
        export.as_of = said.as_of or export.as_of
        export.extracted_at = said.extracted_at or export.extracted_at
        own = export.kind == "case-records"
        export.coverage |= {table: how for table, how in said.coverage.items() if own or table in export.tables}
    found[0].problems += said.problems


def _no_tables(place: str, every: list[File]) -> str:
    tail = "Expected files named after tables: children.csv, plans.csv, visits.csv, ... or those of Annex A, the SSD or SSDA903."
    if not every:
        return f"{place} is an empty folder. {tail}"
    alone = [file.name for file in every if file.name.lower().endswith((".xlsx", ".xml"))]
    if alone:
        return f"{place} holds no table. To audit {alone[0]}, give that file itself. {tail}"
    return f"{place} holds {len(every)} file{'s' if len(every) > 1 else ''} ({every[0].name}, ...), none named after a table. {tail}"
