"""What people write beside the figures: progress, next steps, an owner and a date for each thing that the notice asks.

It is a CSV file of theirs: runs read it, add what it lacks when it is not there at all, and never change a word.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from auditcheck.board import BoardRefused
from auditcheck.rulebook.notices import Reference

COLUMNS = ("document", "place", "progress", "next_steps", "owner", "due")


class BadProgress(BoardRefused):
    """The file can't be used. The message is a sentence that names file, row, column and what to do; exit 2."""


@dataclass(frozen=True)
class Written:
    """What people wrote about one reference; all of it may be empty."""

    progress: str = ""
    next_steps: str = ""
    owner: str = ""
    due: str = ""


def template(references: Sequence[Reference]) -> str:
    """The file to fill in: one row a reference."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows((one.document, one.place, "", "", "", "") for one in references)
    return text.getvalue()


def read(file: Path, references: Sequence[Reference], children: Collection[str]) -> dict[tuple[str, str], Written]:
    """What stands in the file, by document and place. ``children``: ids that nothing in it may name. Raises BadProgress."""
    try:
        rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise BadProgress(f"{file.name} can't be read as CSV in UTF-8 ({problem}).") from problem
    if not rows or tuple(rows[0]) != COLUMNS:
        raise BadProgress(f"{file.name}, row 1: expected the columns {', '.join(COLUMNS)}.")
    known, ids = {(one.document, one.place) for one in references}, {child.casefold() for child in children}
    found: dict[tuple[str, str], Written] = {}
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        where = f"{file.name}, row {number}"
        if len(row) != len(COLUMNS):
            raise BadProgress(f"{where}: {len(row)} cells, expected {len(COLUMNS)}.")
        cells = dict(zip(COLUMNS, (cell.strip() for cell in row), strict=True))
        key = cells["document"], cells["place"]
        _check(cells, key in known, key in found, ids, where)
        found[key] = Written(cells["progress"], cells["next_steps"], cells["owner"], cells["due"])
    return found


def _check(cells: dict[str, str], is_known: bool, twice: bool, ids: Collection[str], where: str) -> None:
    if not is_known:
        raise BadProgress(f"{where}: the profile's notice has no place '{cells['place']}' in '{cells['document']}'.")
    if twice:
        raise BadProgress(f"{where}: '{cells['place']}' has a row already. Put the two together.")
    for column in ("progress", "next_steps", "owner"):
        if found := next((word for word in cells[column].split() if word.strip(".,;:()'\"").casefold() in ids), None):
            raise BadProgress(f"{where}, column {column}, names the child '{found}'. Nothing here may: say it without the id.")
    try:
        date.fromisoformat(cells["due"] or "2000-01-01")
    except ValueError:
        raise BadProgress(f"{where}, column due: '{cells['due']}' is no date, expected one such as 2015-04-01.") from None
