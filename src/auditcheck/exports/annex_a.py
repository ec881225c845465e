"""Ofsted's ILACS Annex A workbook: lists of six months' work, read by annex_a.yaml.

Names of workers stand in these lists. They are not read: a hash stands for each (`recipes.worker`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from auditcheck.exports import recipes
from auditcheck.exports.lists import Lists, Name, sheet_of
from auditcheck.exports.recipes import plain
from auditcheck.exports.workbook import Sheet, sheets
from auditcheck.raw import BadExport, Export, InputFile, Problem
from auditcheck.tidy import shorten

#: Some authorities put a title above the header.
_HEADER_WITHIN = 10
_RESULT = {"seen": "a formula", "read": "the result is read that Excel saved last"}
_SPACES = {
    "seen": "a text with spaces that nobody sees (non-breaking, or at its ends)",
    "read": "read with plain ones, and none at the ends",
}


def read_workbook(path: Path) -> Export:
    """The tables that an Annex A workbook carries. Raises `BadExport` where no sheet is an Annex A list; `OSError`."""
    lists = Lists(recipes.load("annex_a.yaml"))
    names = []
    for sheet in sheets(path):
        names.append(sheet.name)
        _read(lists, f"{path.name}, {sheet.name}", sheet)
    if not lists.done:
        raise BadExport(
            f"{path.name} is an Excel workbook without any Annex A list (its sheets: {', '.join(names[:8])}). "
            "Expected sheets named List 1 to List 11, or Contacts, Referrals, Child Protection, ..."
        )
    lists.say_what_is_missing(path.name, "sheet")
    with path.open("rb") as whole:
        digest = hashlib.file_digest(whole, "sha256").hexdigest()
    return lists.export("annex-a", [InputFile(path.name, digest, lists.rows)])


def _read(lists: Lists, where: str, sheet: Sheet) -> None:
    def problem(what: str, stopped: bool = False) -> None:
        lists.problems.append(Problem(where, 0, "", "", what, stopped))

    key = lists.named(sheet.name)
    key = _by_header(lists, sheet) if key is None else key
    if key is None:
        problem("not an Annex A list: the sheet is not read")
        return
    if key in lists.done:
        problem(f"list {key} was already read from sheet {lists.done[key]}: this sheet is not read", stopped=True)
        return
    lists.done[key] = sheet.name
    about = lists.lists[key]
    if "not_read" in about:
        problem(f"{max(0, sum(any(row) for row in sheet.rows) - 1)} rows not read: {about['not_read']}")
        return
    at = _header_row(sheet, lists.spellings(key))
    if at is not None:
        _read_rows(lists, key, where, sheet, at)
    elif any(any(row) for row in sheet.rows):
        problem("no row has the headers of this list: it is set aside", stopped=True)
    else:
        problem("an empty sheet, without even a header: the list is missing", stopped=True)


def _by_header(lists: Lists, sheet: Sheet) -> Name | None:
    """A sheet that is called neither by number nor by title may still be told by its headers."""
    found = (lists.by_header(row) for row in sheet.rows[:_HEADER_WITHIN] if sum(bool(cell) for cell in row) >= 3)
    return next((key for key in found if key is not None and _header_row(sheet, lists.spellings(key)) is not None), None)


def _header_row(sheet: Sheet, spellings: Mapping[str, str]) -> int | None:
    """The first row with at least three known headers."""
    rows = enumerate(sheet.rows[:_HEADER_WITHIN])
    return next((at for at, row in rows if sum(plain(cell) in spellings for cell in row) >= 3), None)


def _read_rows(lists: Lists, key: Name, where: str, sheet: Sheet, at: int) -> None:
    header = sheet.rows[at]
    spellings, child = lists.spellings(key), lists.children_in(key)
    for (row, position), doubt in sorted(sheet.doubts.items()):
        name = spellings.get(plain(header[position])) if position < len(header) else None
        if row > at and name is not None:
            lists.problems.append(Problem(where, row + 1, name, shorten(doubt.text), doubt.why))
            if name == child:
                sheet.rows[row][position] = ""
    for oddity, places in ((_RESULT, sheet.formulas), (_SPACES, sheet.spaced)):
        if places:
            row, position = places[0]
            column = spellings.get(plain(header[position]), "") if position < len(header) else ""
            lists.noted.add(oddity, where, row + 1, column, times=len(places))
    body = [(number, sheet.rows[number - 1]) for number in range(at + 2, len(sheet.rows) + 1)]
    lists.read(key, sheet_of(where, header, at + 1, body))
