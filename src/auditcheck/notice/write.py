"""Writes the progress against a notice into a folder: a page, a workbook and CSV files, of protected figures alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from auditcheck.board.asked import Shows, printed
from auditcheck.board.shown import ALIKE
from auditcheck.disclosure import Safe
from auditcheck.notice import progress
from auditcheck.notice.basis import checked_with, other_standards, records
from auditcheck.notice.dues import Due, summary
from auditcheck.notice.make import Table
from auditcheck.notice.stages import themes_shown
from auditcheck.notice.workbook import write_workbook
from auditcheck.reports import words

PAGE, TO_ADD = "progress.html", "rows-to-add.csv"
TITLE = "Progress against the improvement notice"
EVIDENCE = (
    *("document", "place", "action", "id", "title", "figure", "count", "range", "bounds", "unknown", "trend", "target", "why"),
    *("mark", "checked_with"),
)
CALENDAR = ("day", "what", "counted", "state", "stands", "done", "owner", "progress", "next_steps", "mark")


def write(folder: Path, table: Table) -> tuple[Safe, ...]:
    """Write progress.html, progress.xlsx, evidence.csv and calendar.csv into an existing folder, and rows-to-add.csv where the file of
    progress lacks rows; what was shown, for the ledger of what was released."""
    from auditcheck.reports.page import rendered
    from auditcheck.reports.tables import csv_text

    book = table.book
    found = [row.shows for row in table.rows]
    files = {
        PAGE: rendered("progress.html.j2", _context(table), "progress.css"),
        "evidence.csv": csv_text(EVIDENCE, [(*row, book.order.run.info["profile"]) for row in _evidence(found)]),
        "calendar.csv": csv_text(CALENDAR, list(map(_of_calendar, table.due))),
    }
    if table.lacking:
        files[TO_ADD] = progress.template(table.lacking)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    write_workbook(folder / "progress.xlsx", TITLE, _about(table), book.order.run.as_of, table.rows, table.due)
    return printed(book, found, themes_shown(row.written for row in table.rows))


def _about(table: Table) -> list[str]:
    """What stands above the tables of the workbook."""
    order = table.book.order
    return [
        f"{order.profile.title}. {order.period}, {records(order)}. {table.book.convention}",
        f"{checked_with(order)} {other_standards(order)}".strip(),
        *table.notes,
        summary(table.due),
    ]


def _context(table: Table) -> dict[str, object]:
    order = table.book.order
    return {
        "title": TITLE,
        "profile": order.profile.title,
        "checked_with": checked_with(order),
        "other_standards": other_standards(order),
        "notes": table.notes,
        "period": str(order.period),
        "records": records(order),
        "alike": ALIKE if any(each.alike for row in table.rows for each in row.shows.evidence) else "",
        "as_of": words.in_words(order.run.info["as_of"]),
        "convention": table.book.convention,
        "incomplete": list(order.run.info.get("incomplete", ())),
        "rows": table.rows,
        "due": table.due,
        "summary": summary(table.due),
    }


def _evidence(found: Sequence[Shows]) -> Iterator[tuple[str, ...]]:
    for one in found:
        reference = one.reference
        head = (reference.document, reference.place, reference.action)
        for each in one.evidence:
            counts = (each.figure, each.n, each.range, each.bounds, each.unknown)
            yield (*head, each.id, each.title, *counts, each.trend, each.target, each.why, each.mark)
        if not one.evidence:
            yield (*head, *[""] * 9, one.says, "")


def _of_calendar(one: Due) -> tuple[str, ...]:
    said = one.written
    due = (one.occasion.day, one.occasion.what, one.occasion.counted, one.state, one.stands)
    return (*due, said.done, said.owner, said.progress, said.next_steps, one.occasion.mark)
