"""Reading a form back. What can't be taken is a problem with its file, sheet, cell and value; everything else of the form is kept."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from auditcheck.exports.workbook import Sheet, sheets
from auditcheck.raw import BadExport
from auditcheck.samples.layout import ANSWER, AUDIT, CASE, FIELDS, MODERATION, REF, TABLES, Entry, entry

#: Where a value stands in a form: sheet, ref of the row, heading of the column.
Place = tuple[str, str, str]
LONGEST_WHO = 40
_KINDS = (AUDIT, MODERATION)


@dataclass(frozen=True)
class Problem:
    """One thing in a form that can't be taken, and what to do about it."""

    file: str
    sheet: str
    cell: str
    value: str
    says: str

    def __str__(self) -> str:
        where = ", ".join(filter(None, (self.file, self.sheet and f"sheet '{self.sheet}'", self.cell and f"cell {self.cell}")))
        return f"{where}: {self.says}"


@dataclass(frozen=True)
class Form:
    """One form. ``facts``: what it was given; ``refs``: the rows of each sheet.

    ``values``: what was filled in, as codes for choices and ISO text for dates; ``cells``: where that stands.
    """

    file: str
    kind: str
    facts: Mapping[str, str]
    values: Mapping[Place, str] = field(default_factory=dict)
    cells: Mapping[Place, str] = field(default_factory=dict)
    refs: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def case(self) -> tuple[str, str]:
        """The sample and the case in it."""
        return self.facts["Sample"], self.facts["Case"]

    @property
    def child_id(self) -> str:
        return self.facts["Child"]

    def answer(self, ref: str, sheet: str = CASE, heading: str = ANSWER) -> str:
        """What was filled in; '' where nothing was."""
        return self.values.get((sheet, ref, heading), "")

    def filled(self, sheet: str, heading: str) -> dict[str, str]:
        """ref -> what was filled in under a heading."""
        return {ref: value for (on, ref, under), value in self.values.items() if (on, under) == (sheet, heading)}


def files_in(places: Iterable[Path]) -> list[Path]:
    """The workbooks named, and those in the folders named and below, by name; not what Excel leaves beside an open one."""
    found = [path for place in places for path in (sorted(place.rglob("*.xlsx")) if place.is_dir() else [place])]
    return list(dict.fromkeys(path for path in found if not path.name.startswith(("~$", ".~lock"))))


def read_form(path: Path, rules: Iterable[str]) -> tuple[Form | None, list[Problem]]:
    """One form and its problems; None where it is none. ``rules``: the ids that a person may name."""
    try:
        held = {sheet.name: sheet for sheet in sheets(path)}
    except BadExport as refusal:
        return None, [Problem(path.name, "", "", "", str(refusal).removeprefix(f"{path.name} "))]
    except OSError as error:
        return None, [Problem(path.name, "", "", "", f"can't be read: {error.strerror}. Give the form itself.")]
    facts = _facts(held.get(CASE))
    kind = facts.get("Form", "")
    if kind not in _KINDS or not {"Case", "Child", "Sample", "As at"} <= facts.keys():
        says = "is no audit or moderation form of auditcheck, or its first rows were changed. Give the form, or leave the file out."
        return None, [Problem(path.name, "", "", "", says)]
    reader = _Reader(path.name, kind, tuple(rules))
    for name in {**FIELDS[kind], **TABLES[kind]}:
        reader.read(name, held.get(name))
    return Form(path.name, kind, facts, reader.values, reader.cells, reader.refs), reader.problems


def _facts(sheet: Sheet | None) -> dict[str, str]:
    """What a form was given, from the first sheet: heading -> text."""
    facts = {}
    for row in sheet.rows if sheet else []:
        cells = [cell for cell in row if cell]
        if len(cells) == 3 and cells[2] == f"is:{cells[0]}":
            facts[cells[0]] = cells[1]
    return facts


class _Reader:
    """Takes the entries of one form, sheet by sheet."""

    def __init__(self, file: str, kind: str, rules: tuple[str, ...]) -> None:
        self.file, self.kind, self.rules = file, kind, rules
        self.values: dict[Place, str] = {}
        self.cells: dict[Place, str] = {}
        self.refs: dict[str, list[str]] = {}
        self.problems: list[Problem] = []

    def read(self, name: str, sheet: Sheet | None) -> None:
        head = next((i for i, row in enumerate(sheet.rows) if REF in row), None) if sheet else None
        if sheet is None or head is None:
            self._wrong(name, "", "", "the sheet or its headings are not there. Copy the answers into an unspoilt form and give that.")
            return
        headings = sheet.rows[head]
        self.refs[name] = [ref for row in sheet.rows[head + 1 :] if (ref := _at(row, headings.index(REF)))]
        for number, row in enumerate(sheet.rows[head + 1 :], head + 1):
            ref = _at(row, headings.index(REF))
            for column, heading in enumerate(headings):
                if heading != REF:
                    self._cell(sheet, number, column, ref, heading, _at(row, column))

    def _cell(self, sheet: Sheet, row: int, column: int, ref: str, heading: str, text: str) -> None:
        asked = entry(self.kind, sheet.name, ref, heading)
        place, cell = (sheet.name, ref, heading), f"{_letters(column)}{row + 1}"
        if (row, column) in sheet.doubts:
            self._wrong(sheet.name, cell, text, f"{sheet.doubts[row, column].why}. Type the answer itself.")
        elif asked is None or not text:
            return
        elif not ref or place in self.values:
            self._wrong(sheet.name, cell, text, f"{_short(text)} stands in a row that was added or copied. Move it to a row of the form.")
        elif (value := self._value(asked, text)) is None:
            self._wrong(sheet.name, cell, text, f"{_short(text)} {self._wanted(asked, text)}")
        else:
            self.values[place], self.cells[place] = value, cell

    def _value(self, asked: Entry, text: str) -> str | None:
        """The code, day or text; None where it is none of those asked for."""
        if asked.kind == "choice":
            return next((code for code, word in asked.words.items() if text.lower() == word.lower()), None)
        if asked.kind == "rule":
            return next((rule for rule in self.rules if text.upper() == rule), None)
        if asked.kind == "date":
            return _day(text)
        return None if asked.kind == "who" and len(text) > LONGEST_WHO else text

    def _wanted(self, asked: Entry, text: str) -> str:
        if asked.kind == "date":
            return "is not a date that can be read. Type one such as 30/06/2015."
        if asked.kind == "who":
            return f"is too long for a role or an id ({LONGEST_WHO} characters at most). Put what else there is to say in another cell."
        words = list(asked.words.values()) or list(self.rules)
        near = difflib.get_close_matches(text, words, 1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        choose = f"Choose {', '.join(words[:-1])} or {words[-1]}." if asked.words else "Choose one from the list."
        return f"is not in the list.{hint} {choose}"

    def _wrong(self, sheet: str, cell: str, value: str, says: str) -> None:
        self.problems.append(Problem(self.file, sheet, cell, value, says))


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
