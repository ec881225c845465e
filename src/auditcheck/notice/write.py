"""Writes the progress against a notice into a folder: a page, a workbook and two CSV files, of protected figures alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from auditcheck.board.asked import Shows, printed, shows
from auditcheck.board.book import Book
from auditcheck.disclosure import Safe
from auditcheck.notice.basis import checked_with, other_standards, undated
from auditcheck.notice.progress import Written
from auditcheck.reports import words
from auditcheck.rulebook.notices import Occasion, calendar

PAGE = "progress.html"
HEADINGS = ("Reference", "What is asked", "Evidence", "Progress", "Next steps", "Owner", "Date")
EVIDENCE = ("document", "place", "action", "id", "title", "figure", "count", "trend", "target", "why", "checked_with")
CALENDAR = ("day", "what", "counted", "stands")


@dataclass(frozen=True)
class Due:
    """One obligation as it stands on the day of the run: passed, to come, or without a day."""

    occasion: Occasion
    stands: str

    @property
    def day(self) -> str:
        found = self.occasion.day
        return "No day: the notice's start was not given" if not found else words.in_words(found) if len(found) == 10 else found


def write(folder: Path, book: Book, start: date | None, written: Mapping[tuple[str, str], Written]) -> tuple[Safe, ...]:
    """Write progress.html, progress.xlsx, evidence.csv and calendar.csv into an existing folder; what was shown, for the ledger of what
    was released."""
    from auditcheck.reports.page import rendered
    from auditcheck.reports.tables import csv_text

    found, due = shows(book, start), list(dues(book, start))
    rows = [(one, written.get((one.reference.document, one.reference.place), Written())) for one in found]
    page = rendered("progress.html.j2", _context(book, rows, due, undated(book.order.profile.notice, start)))
    (folder / PAGE).write_text(page, encoding="utf-8", newline="\n")
    evidence = csv_text(EVIDENCE, [(*row, book.order.run.info["profile"]) for row in _evidence(found)])
    (folder / "evidence.csv").write_text(evidence, encoding="utf-8", newline="\n")
    days = csv_text(CALENDAR, [(one.occasion.day, one.occasion.what, one.occasion.counted, one.stands) for one in due])
    (folder / "calendar.csv").write_text(days, encoding="utf-8", newline="\n")
    _workbook(folder / "progress.xlsx", book, rows, due)
    return printed(book, found)


def dues(book: Book, start: date | None) -> Iterator[Due]:
    """The calendar of obligations, each as it stands on the day of the run."""
    today = book.order.run.as_of.isoformat()
    for one in calendar(book.order.profile.notice, start):
        stands = "" if not one.day else "passed" if one.day < today[: len(one.day)] else "to come"
        yield Due(one, stands)


def _context(book: Book, rows: Sequence[tuple[Shows, Written]], due: Sequence[Due], without_day: str) -> dict[str, object]:
    order = book.order
    return {
        "title": "Progress against the improvement notice",
        "profile": order.profile.title,
        "checked_with": checked_with(order),
        "other_standards": other_standards(order),
        "undated": without_day,
        "period": str(order.period),
        "as_of": words.in_words(order.run.info["as_of"]),
        "convention": order.policy.convention(),
        "incomplete": list(order.run.info.get("incomplete", ())),
        "rows": [{"shows": one, "written": text, "due": words.in_words(text.due) if text.due else ""} for one, text in rows],
        "due": due,
    }


def _evidence(found: Sequence[Shows]) -> Iterator[tuple[str, ...]]:
    for one in found:
        reference = one.reference
        head = (reference.document, reference.place, reference.action)
        for each in one.evidence:
            yield (*head, each.id, each.title, each.figure, each.n, each.trend, each.target, each.why)
        if not one.evidence:
            yield (*head, "", "", "", "", "", "", one.says)


def _told(one: Shows) -> str:
    """The evidence of a reference as the text of one cell."""
    lines = [one.says]
    for each in one.evidence:
        counts = f" ({each.n})" if each.n else ""
        more = "; ".join(filter(None, (each.trend, each.target)))
        lines.append(f"{each.id} {each.title}: {each.figure + counts if each.figure else each.why}" + (f". {more}" if more else ""))
    return "\n".join(lines)


def _workbook(path: Path, book: Book, rows: Sequence[tuple[Shows, Written]], due: Sequence[Due]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as made:
        made.set_properties({"title": "Progress against the improvement notice", "author": "auditcheck", "created": book.order.run.as_of})
        bold, wrap = (
            made.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            made.add_format({"text_wrap": True, "valign": "top"}),
        )
        sheet = made.add_worksheet("Progress")
        sheet.write_string(0, 0, f"{book.order.profile.title}. {book.order.period}. {book.order.policy.convention()}")
        sheet.write_string(1, 0, f"{checked_with(book.order)} {other_standards(book.order)}".strip())
        _rows(sheet, bold, wrap, 2, HEADINGS, [_cells(one, text) for one, text in rows])
        for column, width in enumerate((16, 40, 70, 40, 40, 20, 14)):
            sheet.set_column(column, column, width)
        sheet = made.add_worksheet("Calendar")
        told = [(one.day, one.occasion.what, one.occasion.counted, one.stands) for one in due]
        _rows(sheet, bold, wrap, 0, ("Day", "What falls due", "How it is counted", "On the day of this run"), told)
        for column, width in enumerate((24, 60, 44, 22)):
            sheet.set_column(column, column, width)
        for one in made.worksheets():
            one.set_landscape()
            one.set_paper(9)
            one.fit_to_pages(1, 0)


def _cells(one: Shows, text: Written) -> tuple[str, ...]:
    asked = one.reference.action + (f"\n{one.reference.says}" if one.reference.says else "")
    return (one.reference.place, asked, _told(one), text.progress, text.next_steps, text.owner, text.due)


def _rows(sheet: object, bold: object, wrap: object, first: int, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for at, row in enumerate([headings, *rows]):
        for column, cell in enumerate(row):
            sheet.write_string(first + at, column, cell, bold if not at or not column else wrap)  # type: ignore[attr-defined]
    sheet.freeze_panes(first + 1, 1)  # type: ignore[attr-defined]
    sheet.repeat_rows(first)  # type: ignore[attr-defined]
