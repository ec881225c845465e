"""What a path holds, told by its first bytes: people rename files, and case systems export anything as .xls."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from auditcheck.exports import archive
from auditcheck.raw import BadExport

FOLDER, ZIP, WORKBOOK, XML = "folder", "zip", "workbook", "xml"

EXPECTED = (
    "Expected a folder or .zip of case-record tables (plans.csv, visits.csv, ...), an Annex A workbook (.xlsx) or a CIN census (.xml)."
)
_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = {
    b"%PDF": "a PDF",
    b"PAR1": "a single Parquet file; put it in a folder, named after its table",
    b"\x1f\x8b": "a gzip file; unpack it first",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it first",
    b"SQLite format 3": "an SQLite database",
}


def legible(name: str) -> str:
    """The name of a file as text that can be written down: bytes that are not UTF-8 become U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")


def form_of(path: Path) -> str:
    """One of `FOLDER`, `ZIP`, `WORKBOOK`, `XML`. Raises `BadExport` saying what the path looks like instead; `OSError`."""
    if legible(str(path)) != str(path):
        raise BadExport(f"{legible(path.name)}: its name, or that of a folder it lies in, is not UTF-8. Rename it.")
    if not path.exists():
        raise BadExport(f"{path.name or path} does not exist. {EXPECTED}")
    if path.is_dir():
        return FOLDER
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise BadExport(f"{path.name} is empty. {EXPECTED}")
    if head.startswith(b"PK"):
        return _zip_form(path)
    if head.startswith(_OLE):
        raise BadExport(f"{path.name} is {_old_office(path)} {EXPECTED}")
    for signature, what in _SIGNATURES.items():
        if head.startswith(signature):
            raise BadExport(f"{path.name} is {what}. {EXPECTED}")
    return _text_form(path.name, head)


def _zip_form(path: Path) -> str:
    with archive.opened(path) as held:
        names = set(held.namelist())
        if "xl/workbook.xml" in names:
            return WORKBOOK
        other = _other_office(held, names)
    if other:
        raise BadExport(f"{path.name} is {other}. {EXPECTED}")
    return ZIP


def _other_office(held: zipfile.ZipFile, names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return "a binary Excel workbook (.xlsb); save it as .xlsx"
    if "word/document.xml" in names:
        return "a Word document"
    if "mimetype" in names and b"opendocument" in archive.content(held, "mimetype")[:200]:
        return "an OpenDocument file; save it as .xlsx"
    return ""


def _old_office(path: Path) -> str:
    """Both old .xls files and password-protected .xlsx files are OLE containers; the names of their streams tell them apart."""
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        return "protected with a password; save it without one."
    return "a file of the old Office kind (.xls and the like); save it as .xlsx."


def _text_form(name: str, head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", "replace")
    else:
        text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    start = text.lstrip()
    if (start[:9].lower() == "<!doctype" and "html" in start[:40].lower()) or start[:5].lower() == "<html":
        raise BadExport(f"{name} is a web page, whatever its name says. {EXPECTED}")
    if start.startswith("<"):
        return XML
    if not start:
        raise BadExport(f"{name} holds nothing but blanks. {EXPECTED}")
    if "\0" in text:
        raise BadExport(f"{name} is not of a kind that is known here. {EXPECTED}")
    if start.startswith(("{", "[")):
        raise BadExport(f"{name} looks like JSON. {EXPECTED}")
    if any(mark in start.splitlines()[0] for mark in ",;\t"):
        if Path(name).suffix.lower() in (".xlsx", ".xlsm", ".xls"):
            raise BadExport(f"{name} is named like a workbook but holds comma-separated text (CSV). {EXPECTED}")
        raise BadExport(f"{name} is a single CSV file; put it in a folder, named after its table, and give the folder. {EXPECTED}")
    raise BadExport(f"{name} is text, but neither XML nor a table. {EXPECTED}")
