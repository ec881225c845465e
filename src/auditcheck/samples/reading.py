"""Reading a form back: whose it is, and what was filled in on each of its sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from auditcheck.exports.workbook import Sheet
from auditcheck.forms.reading import read_sheet, workbook
from auditcheck.forms.spec import Problem
from auditcheck.samples.layout import ANSWER, AUDIT, CASE, FIELDS, MODERATION, TABLES, entry

#: Where a value stands in a form: sheet, ref of the row, heading of the column.
Place = tuple[str, str, str]


@dataclass(frozen=True)
class Form:
    """One form. ``facts``: what it was given; ``refs``: the rows of each sheet.

    ``values``: what was filled in, as codes for choices and ISO text for dates; ``cells``: where that stands.
    """

    file: str
    kind: str
    facts: Mapping[str, str]
    values: dict[Place, str] = field(default_factory=dict)
    cells: dict[Place, str] = field(default_factory=dict)
    refs: dict[str, list[str]] = field(default_factory=dict)

    @property
    def case(self) -> tuple[str, str]:
        """The sample and the case in it."""
        return self.facts["Sample"], self.facts["Case"]

    @property
    def child_id(self) -> str:
        return self.facts["Child"]

    @property
    def of(self) -> int:
        """How many cases its sample has."""
        return int(self.facts["Cases in all"])

    @property
    def weight(self) -> float:
        """For how many children its case stands."""
        return float(self.facts["Weight"])

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
    held, problems = workbook(path)
    if problems:
        return None, problems
    facts = _facts(held.get(CASE))
    if not _ours(facts):
        says = "is no audit or moderation form of auditcheck, or its first rows were changed. Give the form, or leave the file out."
        return None, [Problem(path.name, "", "", "", says)]
    form, known = Form(path.name, facts["Form"], facts), tuple(rules)
    for name in {**FIELDS[form.kind], **TABLES[form.kind]}:
        filled = read_sheet(path.name, name, held.get(name), partial(entry, form.kind, name), known)
        form.values.update({(name, *place): value for place, value in filled.values.items()})
        form.cells.update({(name, *place): cell for place, cell in filled.cells.items()})
        form.refs[name] = list(filled.rows)
        problems += filled.problems
    return form, problems


def _ours(facts: Mapping[str, str]) -> bool:
    """Whether what stands at the head of a workbook is what our forms are given."""
    named = {"Case", "Child", "Sample", "As at"} <= facts.keys() and facts.get("Form") in (AUDIT, MODERATION)
    numbers = re.fullmatch(r"\d{1,9}", facts.get("Cases in all", "")) and re.fullmatch(r"\d{1,9}(\.\d+)?", facts.get("Weight", ""))
    return named and numbers is not None


def _facts(sheet: Sheet | None) -> dict[str, str]:
    """What a form was given, from the first sheet: heading -> text."""
    rows = [[cell for cell in row if cell] for row in sheet.rows] if sheet else []
    return {row[0]: row[1] for row in rows if len(row) == 3 and row[2] == f"is:{row[0]}"}
