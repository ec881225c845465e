"""Reading a sheet back, cell by cell. What can't be taken is a problem with its sheet, cell and value; everything else is kept."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from auditcheck.exports.workbook import Sheet, sheets
from auditcheck.forms.spec import LONGEST_WHO, REF, Entry, Problem
from auditcheck.raw import BadExport

#: How the cell in a row (its ref) under a heading is filled in; None where it is not for filling in.
Asked = Callable[[str, str], Entry | None]


@dataclass
class Filled:
    """A sheet that came back. ``rows``: its refs, in order, and the line of each.

    By ref and heading: ``values`` (codes for choices, ISO text for dates; '' is not among them) and ``cells``, where each stands.
    ``spoilt``: refs of the rows that hold something that can't be taken.
    """

    rows: dict[str, int] = field(default_factory=dict)
    values: dict[tuple[str, str], str] = field(default_factory=dict)
    cells: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    spoilt: set[str] = field(default_factory=set)


def workbook(path: Path) -> tuple[dict[str, Sheet], list[Problem]]:
    """The sheets of a workbook by name, or what is wrong with the file."""
    try:
        return {sheet.name: sheet for sheet in sheets(path)}, []
    except BadExport as refusal:
        says = str(refusal).removeprefix(f"{path.name} ").removeprefix(f"{path.name}: ")
    except OSError as error:
        says = f"can't be read: {error.strerror}. Give the workbook itself."
    return {}, [Problem(path.name, "", "", "", says)]


def read_sheet(file: str, name: str, sheet: Sheet | None, asked: Asked, listed: Sequence[str] = ()) -> Filled:
    """Read the rows below the headings. ``listed``: what a ``listed`` entry may hold."""
    filled = Filled()
    head = next((i for i, row in enumerate(sheet.rows) if REF in row), None) if sheet else None
    if sheet is None or head is None:
        says = "the sheet or its headings are not there. Copy the answers into an unspoilt workbook and give that."
        filled.problems.append(Problem(file, name, "", "", says))
        return filled
    headings = sheet.rows[head]
    last = headings.index(REF)
    for number, row in enumerate(sheet.rows[head + 1 :], head + 1):
        ref = _at(row, last)
        ours = ref != "" and ref not in filled.rows
        if ours:
            filled.rows[ref] = number + 1
        for column, text in enumerate(map(str.strip, row)):
            heading = headings[column] if column < last else ""
            place, cell = (ref, heading), f"{_letters(column)}{number + 1}"
            entry = asked(ref, heading)
            if (number, column) in sheet.doubts:
                wrong = f"{sheet.doubts[number, column].why}. Type the answer itself."
            elif text and column != last and (column > last or not ours):
                wrong = f"{_short(text)} stands outside the rows and columns of the form. Move it to where it is asked for."
            elif entry is None or not text:
                continue
            elif (value := _value(entry, text, listed)) is None:
                wrong = f"{_short(text)} {_wanted(entry, text, listed)}"
            else:
                filled.values[place], filled.cells[place] = value, cell
                continue
            filled.problems.append(Problem(file, name, cell, text, wrong))
            filled.spoilt.add(ref)
    return filled


def _value(asked: Entry, text: str, listed: Sequence[str]) -> str | None:
    """The code, day or text; None where it is none of those asked for."""
    if asked.kind == "choice":
        return next((code for code, word in asked.words.items() if text.lower() == word.lower()), None)
    if asked.kind == "listed":
        return next((word for word in listed if text.upper() == word.upper()), None)
    if asked.kind == "date":
        return _day(text)
    return None if asked.kind == "who" and len(text) > LONGEST_WHO else text


def _wanted(asked: Entry, text: str, listed: Sequence[str]) -> str:
    if asked.kind == "date":
        return "is not a date that can be read. Type one such as 30/06/2015."
    if asked.kind == "who":
        return f"is too long for a role or an id ({LONGEST_WHO} characters at most). Put what else there is to say in another cell."
    words = list(asked.words.values()) or list(listed)
    near = difflib.get_close_matches(text, words, 1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    choose = f"Choose {', '.join(words[:-1])} or {words[-1]}." if asked.words else "Choose one from the list."
    return f"is not in the list.{hint} {choose}"


def _at(row: list[str], column: int) -> str:
    return row[column].strip() if column < len(row) else ""


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text[:10]).isoformat() if text[10:] in ("", "T00:00", "T00:00:00") else None
    except ValueError:
        return None


def _short(text: str) -> str:
    return f"'{text[:40]}{'...' if len(text) > 40 else ''}'"


def _letters(column: int) -> str:
    """``A`` for 0, ``AA`` for 26."""
    return (_letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)
