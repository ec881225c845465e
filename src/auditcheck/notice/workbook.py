"""progress.xlsx: the table of progress and the calendar as two sheets, every cell text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from auditcheck.board.asked import Evidence, Shows
from auditcheck.notice import days
from auditcheck.notice.dues import Due
from auditcheck.notice.make import Row
from auditcheck.workbooks import put_down

#: Headings and widths in characters.
_PROGRESS = {
    **{"Reference": 14, "What is asked": 36, "Evidence": 64, "Stage": 14, "Confidence in evidence": 12, "Shown by": 24},
    **{"Progress": 36, "Next steps": 36, "Owner": 16, "Date": 14, "Last changed": 14},
}
_CALENDAR = {
    **{"Day": 18, "What falls due": 48, "How it is counted": 36, "How it stands": 36},
    **{"Owner": 16, "Progress": 40, "Next steps": 40},
}


def write_workbook(path: Path, title: str, about: Sequence[str], as_of: date, rows: Sequence[Row], due: Sequence[Due]) -> None:
    """Write it. ``about``: sentences above the table of progress."""
    import xlsxwriter

    made = xlsxwriter.Workbook(path, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    made.set_properties({"title": title, "author": "auditcheck", "created": as_of})
    bold, wrap = (made.add_format({"bold": bold, "text_wrap": True, "valign": "top"}) for bold in (True, False))
    sheet = made.add_worksheet("Progress")
    for place, sentence in enumerate(about):
        sheet.write_string(place, 0, sentence)
    _rows(sheet, bold, wrap, len(about), _PROGRESS, [_reference(row) for row in rows])
    _rows(made.add_worksheet("Calendar"), bold, wrap, 0, _CALENDAR, [_obligation(one) for one in due])
    for one in made.worksheets():
        one.set_landscape()
        one.set_paper(9)
        one.fit_to_pages(1, 0)
    put_down(made)


def _rows(sheet: Any, bold: object, wrap: object, first: int, headings: dict[str, int], rows: Sequence[Sequence[str]]) -> None:
    for at, row in enumerate([list(headings), *rows]):
        for column, cell in enumerate(row):
            sheet.write_string(first + at, column, cell, bold if not at or not column else wrap)
    for column, width in enumerate(headings.values()):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(first + 1, 1)
    sheet.repeat_rows(first)


def _reference(row: Row) -> tuple[str, ...]:
    asked, said = row.shows.reference, row.written
    action = "\n".join(filter(None, (asked.action, asked.says)))
    dates = (days.in_words(day) if day else "" for day in (said.due, said.changed))
    words = (said.stage, said.confidence, row.shown_by, said.progress, said.next_steps, said.owner)
    return (asked.place, action, _told(row.shows), *words, *dates)


def _obligation(one: Due) -> tuple[str, ...]:
    what = "\n".join(filter(None, (one.occasion.what, one.occasion.says, one.occasion.mark)))
    said = one.written
    return (one.day, what, one.occasion.counted, one.stands, said.owner, said.progress, said.next_steps)


def _told(one: Shows) -> str:
    """The evidence of a reference as the text of one cell."""
    return "\n".join([one.says, *map(_line, one.evidence)])


def _line(one: Evidence) -> str:
    return f"{one.id} {one.title}: {'. '.join(one.sentences)}"
