"""audits.xlsx: what the audits came to, for people. Counts and figures of all cases together; no ids and no free text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from auditcheck.forms.spec import Row, Sheet
from auditcheck.forms.writing import write_form

Cells = list[str | int | float]
#: Columns and rows.
Table = tuple[Sequence[str], Sequence[Cells]]

#: What stands over each table of figures.
SAYS = {
    "Grades": (
        "The grade that stands: the one agreed after moderation, else the auditor's. Percentages are of cases with a grade in order, from "
        "20 cases on; weighted: each case counts for as many as it stands for."
    ),
    "Agreement": (
        "Same: both gave the same grade. Lowered, raised: by the moderator, who had not seen the first grade. AC2: Gwet's coefficient "
        "with linear weights; 1 is full agreement, 0 what chance would give."
    ),
    "Annex": "Kappa is low, whatever the agreement, where nearly all grades are alike: read AC2 first. 95% interval of kappa beside it.",
    "The tool": (
        "Where auditors and the automated checks differ. Precision: of the findings judged right or wrong, how many were right. "
        "Missed: of results that were met and drawn for checking, how many the auditor called wrong. Ranges are 95% (Wilson). "
        "Elsewhere: misses noted without being asked for, which give no rate."
    ),
    "Questions": "Answers to what only a person who reads the file can say.",
}
_WIDTHS = {"theme": 34, "says": 60, "title": 44, "rule_id": 16, "grade": 30, "question": 60}


def write_book(path: Path, said: Iterable[str], tables: Mapping[str, Table], day: date) -> None:
    """Write the workbook. ``said``: the sentences of the first sheet; ``tables``: sheet -> columns and rows."""
    first = Sheet(
        "Start here", "What the audits came to", "From the forms that came back.", (("", 120),), [Row("", (line,)) for line in said]
    )
    write_form(path, "audits", [first, *(_sheet(name, *table) for name, table in tables.items())], day)


def _sheet(name: str, columns: Sequence[str], rows: Sequence[Cells]) -> Sheet:
    headings = tuple((column.replace("_", " ").capitalize(), _WIDTHS.get(column, 11)) for column in columns)
    return Sheet(name, name, SAYS[name], headings, [Row("", tuple(row)) for row in rows], landscape=True)
