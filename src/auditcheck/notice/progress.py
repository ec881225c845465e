"""What people write beside the figures: of each thing that the notice asks, how far it has come, progress, next steps, an owner and a
date; of each obligation of the calendar, when it was done.

It is a CSV file of theirs: runs read it, write it to be filled in when it is not there at all, and never change a word.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from auditcheck.board import BoardRefused
from auditcheck.board.commentary import child_named
from auditcheck.notice import days
from auditcheck.rulebook.notices import Occasion, Reference
from auditcheck.rulebook.problems import wrong

#: What stands under ``document`` where a row is about an obligation of the calendar.
CALENDAR = "calendar"
COLUMNS = ("document", "place", "stage", "confidence", "shown_by", "progress", "next_steps", "owner", "due", "done", "changed")
NAMING = COLUMNS[:2]
#: How far something has come. The last needs a figure that bears it out (`auditcheck.notice.stages`).
STAGES = ("Not started", "In place", "Being used", "Making a difference")
CONFIDENCE = ("strong", "some", "none")

_ONLY_REFERENCES, _ONLY_CALENDAR = ("stage", "confidence", "shown_by"), ("done",)
_FREE = ("shown_by", "progress", "next_steps", "owner")

#: Document, place and, of the calendar, the day (or month) on which it falls due.
Key = tuple[str, str, str]


class BadProgress(BoardRefused):
    """The file can't be used. The message is a sentence that names file, row, column and what to do; exit 2."""


@dataclass(frozen=True)
class Written:
    """What people wrote in one row; all of it may be empty. Days are ISO; ``where``: file and row."""

    stage: str = ""
    confidence: str = ""
    shown_by: str = ""
    progress: str = ""
    next_steps: str = ""
    owner: str = ""
    due: str = ""
    done: str = ""
    changed: str = ""
    where: str = ""


def key(one: Reference) -> Key:
    """How a row names a reference."""
    return one.document, one.place, ""


def keys(references: Iterable[Reference], calendar: Iterable[Occasion]) -> list[Key]:
    """All that a row may be about, in order: what has no day can't be said to be done in time."""
    return list(dict.fromkeys([*map(key, references), *((CALENDAR, one.what, one.day) for one in calendar if one.day)]))


def template(about: Iterable[Key]) -> str:
    """The file to fill in, or rows to add to it."""
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    rows.writeheader()
    rows.writerows({"document": document, "place": place, "due": due} for document, place, due in about)
    return text.getvalue()


def read(file: Path, about: Collection[Key], children: Collection[str], start: date | None) -> dict[Key, Written]:
    """What stands in the file. ``children``: ids that nothing in it may name; ``start``: the day on which the notice began.

    Raises:
        BadProgress: it can't be read, or a row says what it can't.
    """
    found: dict[Key, Written] = {}
    ids = {child.casefold() for child in children}
    for where, cells in _rows(file):
        of = _of(cells, about, where)
        if of in found:
            raise BadProgress(f"{where}: '{' of '.join(filter(None, of[1:]))}' has a row already. Put the two together.")
        _check(cells, of[0] == CALENDAR, ids, where)
        written = {name: cells[name] for name in COLUMNS if name not in NAMING}
        written |= {name: _day(cells, name, days.day, where) for name in ("done", "changed")}
        written |= {"due": of[2] or _day(cells, "due", days.day, where)}
        written |= {"stage": _word(cells, "stage", STAGES, where), "confidence": _word(cells, "confidence", CONFIDENCE, where)}
        found[of] = Written(**written, where=where)
        if start and "" < found[of].done < start.isoformat():
            raise BadProgress(f"{where}, column done: '{cells['done']}' is before the notice began ({days.in_words(start.isoformat())}).")
    return found


def _rows(file: Path) -> list[tuple[str, dict[str, str]]]:
    """(file and row, its cells by column, '' for a column that is not there) of every row that holds anything."""
    try:
        rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline=""), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise BadProgress(f"{file.name} can't be read as CSV in UTF-8 ({problem}). Save it as CSV UTF-8.") from problem
    head = [cell.strip() for cell in rows[0]] if rows else []
    if unknown := [name for name in head if name not in COLUMNS]:
        raise BadProgress(f"{file.name}, row 1: {wrong(f'there is no column {unknown[0]!r}', COLUMNS, unknown[0])}.")
    if missing := [name for name in NAMING if name not in head]:
        raise BadProgress(f"{file.name}, row 1: the column {missing[0]} is missing. The columns are {', '.join(COLUMNS)}.")
    if len(set(head)) < len(head):
        raise BadProgress(f"{file.name}, row 1: a column is there twice. Put the two together.")
    found = []
    for number, row in enumerate(rows[1:], 2):
        where = f"{file.name}, row {number}"
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(head):
            raise BadProgress(f"{where}: {len(row)} cells, expected {len(head)}.")
        found.append((where, dict.fromkeys(COLUMNS, "") | dict(zip(head, (cell.strip() for cell in row), strict=True))))
    return found


def _of(cells: Mapping[str, str], about: Collection[Key], where: str) -> Key:
    """What a row is about."""
    document, place = cells["document"], cells["place"]
    if document != CALENDAR:
        if (document, place, "") not in about:
            raise BadProgress(f"{where}: the profile's notice has no place '{place}' in '{document}'.")
        return document, place, ""
    due = [one[2] for one in about if one[:2] == (CALENDAR, place)]
    if not due:
        known = list(dict.fromkeys(one[1] for one in about if one[0] == CALENDAR))
        why = wrong(f"the calendar has no '{place}' with a day", known, place)
        raise BadProgress(f"{where}, column place: {why}. Days that count from the notice's start need --notice-start.")
    day = _day(cells, "due", days.day_or_month, where)
    if day not in due:
        what = f"'{place}' does not fall due on '{cells['due']}'" if day else f"which of the days of '{place}' is not said"
        raise BadProgress(f"{where}, column due: {wrong(what, due)}.")
    return CALENDAR, place, day


def _check(cells: Mapping[str, str], of_calendar: bool, ids: Collection[str], where: str) -> None:
    for column in _ONLY_REFERENCES if of_calendar else _ONLY_CALENDAR:
        if cells[column]:
            instead = "of an obligation of the calendar say when it was done" if of_calendar else "of what the notice asks say its stage"
            raise BadProgress(f"{where}, column {column}: '{cells[column]}' can't stand here: {instead}.")
    for column in _FREE:
        if found := child_named(cells[column], ids):
            raise BadProgress(f"{where}, column {column}, names the child '{found}'. Nothing here may: say it without the id.")


def _word(cells: Mapping[str, str], column: str, known: Sequence[str], where: str) -> str:
    """One of the words that may stand in a column, as it is spelt here; '' where nothing stands there."""
    text = cells[column]
    found = next((word for word in known if word.casefold() == text.casefold()), "")
    if text and not found:
        raise BadProgress(f"{where}, column {column}: {wrong(f'{text!r} is none', known, text)}.")
    return found


def _day(cells: Mapping[str, str], column: str, read_day: Callable[[str], str], where: str) -> str:
    try:
        return read_day(cells[column])
    except ValueError:
        raise BadProgress(f"{where}, column {column}: '{cells[column]}' is no date, expected {days.EXPECTED}.") from None
