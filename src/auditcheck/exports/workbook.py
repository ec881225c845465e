"""Excel workbooks into rows of text, and the cells whose value cannot be trusted."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from auditcheck.exports import archive, extent
from auditcheck.exports.recipes import day_or_moment
from auditcheck.raw import BadExport

_SUSPECT = re.compile(rb"<(?:\w+:)?f[\s/>]|\st=[\"']e[\"']")
_PLACE = re.compile(r"([A-Z]+)(\d+)")
_OF_OTHER_KINDS = {"content.xml", "xl/workbook.bin"}

Place = tuple[int, int]


@dataclass(frozen=True)
class Doubt:
    """A cell without a value of its own: what stands for it, and why."""

    text: str
    why: str


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of text from row 1, column A on. Places are (row, column), both from 0.

    ``doubts``: place -> what is wrong there. ``formulas``: where a formula's saved result is read. ``spaced``: where spaces were left out
    that nobody sees (at the ends), or read as plain ones (non-breaking).
    """

    name: str
    rows: list[list[str]]
    doubts: dict[Place, Doubt]
    formulas: Sequence[Place] = ()
    spaced: Sequence[Place] = ()


def names(path: Path) -> list[str]:
    """The names of the sheets. Raises `BadExport` where the workbook is damaged or protected."""
    with _opened(path) as (book, _):
        return list(book.sheet_names)


def sheets(path: Path) -> Iterator[Sheet]:
    """Every sheet of the workbook, in its order. Raises `BadExport` where it is damaged, protected, or reaches too far."""
    with _opened(path) as (book, held):
        parts = _parts(path.name, held)
        extent.check(path.name, held, parts)
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            doubts, formulas = _formulas(path.name, archive.content(held, parts[name])) if name in parts else ({}, [])
            texts = [[_text(cell) for cell in row] for row in rows]
            _place(texts, doubts)
            yield Sheet(name, texts, doubts, formulas, _spaced(rows))


@contextmanager
def _opened(path: Path) -> Iterator[tuple[CalamineWorkbook, zipfile.ZipFile]]:
    with archive.opened(path) as held:
        members = {member.lower() for member in held.namelist()}
        # Which kind of workbook is read the name of the file decides; only of this kind is known how far it reaches.
        if "xl/workbook.xml" not in members or members & _OF_OTHER_KINDS:
            raise BadExport(f"{path.name} is no Excel workbook (.xlsx): open it in Excel, save it as one, and give that.")
        try:
            yield CalamineWorkbook.from_path(str(path)), held
        except CalamineError as error:
            raise BadExport(f"{path.name} is a damaged workbook: open it in Excel, save it again, and give that.") from error


def _place(texts: list[list[str]], doubts: dict[Place, Doubt]) -> None:
    """Put what stands for a doubtful cell in its place; such a cell may lie outside the area that has values."""
    for (row, column), doubt in doubts.items():
        while len(texts) <= row:
            texts.append([])
        texts[row].extend([""] * (column + 1 - len(texts[row])))
        texts[row][column] = doubt.text
    for row, cells in enumerate(texts):
        for column, text in enumerate(cells):
            if text == "#N/A" and (row, column) not in doubts:
                doubts[row, column] = Doubt("", "#N/A: a failed look-up, taken as blank")
                cells[column] = ""


def _text(cell: object) -> str:
    if isinstance(cell, str):  # most of them are
        return _bare(cell)
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return day_or_moment(cell)
    if isinstance(cell, (date, time, timedelta)):
        return cell.isoformat() if not isinstance(cell, timedelta) else str(cell)
    return _bare(str(cell))


def _bare(text: str) -> str:
    return text.replace("\u00a0", " ").strip()


def _spaced(rows: Sequence[Sequence[object]]) -> list[Place]:
    return [(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if isinstance(cell, str) and _bare(cell) != cell]


def _parse(name: str, data: bytes) -> etree._Element:
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))
    except etree.XMLSyntaxError as error:
        raise BadExport(f"{name} is a damaged workbook: open it in Excel, save it again, and give that.") from error


def _parts(name: str, held: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> the member of the archive that holds it."""
    members = set(held.namelist())
    links = "xl/_rels/workbook.xml.rels"
    if links not in members:
        return {}
    target = {
        one.get("Id", ""): posixpath.normpath(posixpath.join("/xl", one.get("Target", ""))).lstrip("/")
        for one in _parse(name, archive.content(held, links))
    }
    found = {}
    for sheet in _parse(name, archive.content(held, "xl/workbook.xml")).iter("{*}sheet"):
        link = next((value for key, value in sheet.attrib.items() if str(key).endswith("}id")), "")
        if target.get(str(link)) in members:
            found[str(sheet.get("name"))] = target[str(link)]
    return found


def _formulas(name: str, data: bytes) -> tuple[dict[Place, Doubt], list[Place]]:
    """Formulas that were saved without a result, and cells that hold an error: the reader gives both as blanks. And the other formulas."""
    if not _SUSPECT.search(data):
        return {}, []
    found: dict[Place, Doubt] = {}
    others: list[Place] = []
    try:
        for _, cell in etree.iterparse(io.BytesIO(data), tag="{*}c", resolve_entities=False, no_network=True, load_dtd=False):
            doubt = _doubt(cell)
            place = _PLACE.fullmatch(cell.get("r", ""))
            if doubt and place:
                found[int(place[2]) - 1, extent.column(place[1]) - 1] = doubt
            elif place and cell.find("{*}f") is not None:
                others.append((int(place[2]) - 1, extent.column(place[1]) - 1))
            cell.clear()
    except etree.XMLSyntaxError as error:
        raise BadExport(f"{name} is a damaged workbook: open it in Excel, save it again, and give that.") from error
    return found, others


def _doubt(cell: etree._Element) -> Doubt | None:
    formula, value = cell.find("{*}f"), cell.findtext("{*}v")
    if cell.get("t") == "e" and value:
        if value == "#N/A":
            return Doubt("", "#N/A: a failed look-up, taken as blank")
        return Doubt(value, f"{value}: the cell holds an error, not a value")
    if formula is not None and not value and cell.get("t") != "str":
        return Doubt("?formula", "a formula saved without its result: open the workbook in Excel, save it again")
    return None
