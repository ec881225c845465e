"""exceptions.xlsx: the practice manager's list, a sheet for each of its parts. Text is always text, never a formula or a link."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditcheck.reports import notices, words
from auditcheck.reports.order import HOW, WHENS
from auditcheck.reports.page import about
from auditcheck.reports.sheets import Sheet, sheets
from auditcheck.workbooks import put_down

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from auditcheck.reports.columns import Column
    from auditcheck.reports.listing import Listing
    from auditcheck.reports.quick import QuickSheet

MOST_ROWS = 50_000
_HEADER = 3  # the row of the headings, counted from 0
_PAGE = 104  # characters across the first sheet: as many as A4 on its side takes, in wider letters than Excel's too
_LINE = 15.0  # points
_MOMENT = 18  # characters that a day and a time take
_TALLEST = 12  # lines in a row; the rest of a long text is seen in the cell itself
_TEXT_LIMIT = 32_000  # a cell holds 32,767 characters
_FILTERS = "Arrows in the headings filter; a filter hides rows, it does not remove them."
_FROZEN = "The headings stay in view when the sheet is scrolled, and so does the child where it stands at the left."
_TEXT_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_workbook(path: Path, listing: Listing) -> None:
    """Write the workbook. The same listing gives the same bytes; nothing in its properties says who made it."""
    import xlsxwriter

    # Its parts wait beside it, in the run's own hidden folder: a killed run leaves nothing of a child in the system's folder for such.
    book = xlsxwriter.Workbook(str(path), _TEXT_ONLY | {"tmpdir": str(path.parent)})
    # A fixed moment in place of the wall clock.
    as_of = words.as_date(str(listing.info["as_of"]))
    book.set_properties({"title": "auditcheck exceptions", "created": datetime(as_of.year, as_of.month, as_of.day)})
    with _no_pauses():
        _Book(book, listing).write()
        put_down(book)


@contextmanager
def _no_pauses() -> Iterator[None]:
    """A million small cells and no cycles among them: looking for cycles would take a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _lines(texts: list[str], width: int) -> npt.NDArray[np.int64]:
    """How many lines each text takes, wrapped by words in a column so many characters wide. Not every program works that out itself."""
    import numpy as np

    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    return 1 + np.maximum(lengths - 1, 0) // width


def _held_in_view(shown: Sequence[Column]) -> int:
    """How many columns stay when a sheet is scrolled sideways: up to the child, where that is near the left."""
    return next((place for place, column in enumerate(shown[:2], 1) if column.source == "child_id"), 0)


class _Book:
    """The workbook while it is being written: its formats and what it shows."""

    def __init__(self, book: Any, listing: Listing) -> None:
        self.book, self.listing = book, listing
        top = {"valign": "top"}
        self.formats = {
            "text": book.add_format(top | {"text_wrap": True}),
            "number": book.add_format(top | {"num_format": "0", "align": "right", "indent": 1}),
            "figure": book.add_format(top | {"num_format": "#,##0.0", "align": "right", "indent": 1}),
            "count": book.add_format(top | {"align": "right", "indent": 1}),
            "date": book.add_format(top | {"num_format": "d mmm yyyy", "align": "left"}),
            "day": book.add_format(top | {"num_format": "ddd d mmm yyyy", "align": "left"}),
            "moment": book.add_format(top | {"num_format": "d mmm yyyy hh:mm", "align": "left"}),
            "strong": book.add_format(top | {"text_wrap": True, "bold": True}),
            "title": book.add_format({"bold": True, "font_size": 16}),
            "section": book.add_format({"bold": True, "font_size": 13, "top": 1, "valign": "bottom"}),
            "notice": book.add_format({"bold": True}),
            "loud": book.add_format(top | {"bold": True, "text_wrap": True, "border": 2}),
            "head": book.add_format(
                {"bold": True, "font_color": "#FFFFFF", "bg_color": "#12436D", "text_wrap": True, "valign": "top", "border": 1}
            ),
        }

    def write(self) -> None:
        """Every sheet, in the order that a reader meets them."""
        self.notes()
        for sheet in sheets(self.listing):
            self.table(sheet)

    def notes(self) -> None:
        """The first sheet: sentences down one column, the counts in two."""
        sheet = self.book.add_worksheet("Notes")
        sheet.set_column(0, 0, _PAGE)
        sheet.hide_gridlines(2)
        self.printed(sheet)
        for row, (text, style) in enumerate(self.sentences()):
            sheet.write_string(row, 0, text[:_TEXT_LIMIT], self.formats[style])
            sheet.set_row(row, {"title": 26, "section": 30}.get(style, _LINE * _lines([text], _PAGE)[0]))

    def sentences(self) -> Iterator[tuple[str, str]]:
        listing = self.listing
        yield notices.title(listing), "title"
        yield "What the case records show against the law, the guidance and the service's own standards.", "text"
        if not listing.complete:
            yield notices.incomplete(listing), "loud"
        for sentence in notices.always(listing):
            yield sentence, "text"
        yield "How many", "section"
        for what, number in listing.counts.items():
            yield f"{what}: {number:,}", "strong" if what == WHENS[0] else "text"
        if since := notices.since(listing.work):
            yield since, "strong"
        said = [*notices.notices(listing, listing.work), notices.too_many(listing.work), notices.no_exceptions(listing, listing.work)]
        if any(said):
            yield "Before you rely on this list", "section"
        yield from ((sentence, "text") for sentence in said if sentence)
        if listing.causes:
            yield "One cause behind many rows", "section"
            yield notices.CAUSES, "text"
        for cause in listing.work.causes_here:
            yield f"{cause.title}: {notices.cause(cause, len(listing.work.behind(cause)))}.", "text"
        yield "How the list is made", "section"
        yield from ((sentence, "text") for sentence in HOW)
        yield "Each sheet is one part of the list, in the order of the pages. All findings holds every finding by itself.", "text"
        yield f"{_FILTERS} {_FROZEN}", "text"
        yield from ((f"{name}: {value}", "text") for name, value in about(listing))

    def table(self, held: Sheet) -> None:
        """One sheet: a title, a notice, how to read it, the headings and at most `MOST_ROWS` rows."""
        import numpy as np

        from auditcheck.reports.quick import QuickSheet

        sheet: QuickSheet = self.book.add_worksheet(held.name, QuickSheet)
        self.printed(sheet)
        rows, shown = held.rows, held.columns
        kept = rows.head(MOST_ROWS)
        sheet.begin(_HEADER + 1 + len(kept), len(shown))
        sheet.write_string(
            0, 0, f"{held.heading}, {self.listing.as_of}: {words.count(len(rows), 'row')}"[:_TEXT_LIMIT], self.formats["title"]
        )
        notice = " ".join(filter(None, (notices.incomplete(self.listing), held.notice))) or notices.brief(self.listing)
        sheet.write_string(1, 0, notice[:_TEXT_LIMIT], self.formats["notice"])
        hint = held.empty if rows.empty else f"{_FILTERS} {_FROZEN}"
        if len(rows) > MOST_ROWS:
            hint = f"The first {MOST_ROWS:,} rows are shown. {len(rows) - MOST_ROWS:,} more are in the Parquet files. {_FILTERS}"
        sheet.write_string(2, 0, hint)
        sheet.set_row(0, 26)
        sheet.set_row(_HEADER, _LINE * max(_lines([column.heading], column.width)[0] for column in shown) + 5)
        tall = np.ones(len(kept), dtype=np.int64)
        for place, column in enumerate(shown):
            values = column.values(kept)
            timed = column.kind in ("date", "day") and any("T" in value for value in values)
            sheet.set_column(place, place, max(column.width, _MOMENT) if timed else column.width)
            sheet.write_string(_HEADER, place, column.heading, self.formats["head"])
            self.cells(sheet, place, column.kind, values)
            if column.kind == "text":
                tall = np.maximum(tall, _lines(values, column.width))
        for row, lines in enumerate(tall.tolist(), _HEADER + 1):
            sheet.set_row(row, _LINE * min(lines, _TALLEST))
        sheet.print_area(0, 0, _HEADER + max(len(kept), 1), sum(column.printed for column in shown) - 1)
        sheet.freeze_panes(_HEADER + 1, _held_in_view(shown))
        sheet.repeat_rows(_HEADER)
        sheet.autofilter(_HEADER, 0, _HEADER + max(len(kept), 1), len(shown) - 1)

    def cells(self, sheet: QuickSheet, place: int, kind: str, values: list[Any]) -> None:
        """One column under its heading; blanks are left out."""
        text, strong = self.formats["text"], self.formats["strong"]
        for row, value in enumerate(values, _HEADER + 1):
            if value is None or value == "":
                continue
            if isinstance(value, int | float):
                sheet.put_number(row, place, value, self.formats[kind])
            elif kind in ("date", "day") and (day := words.excel_date(value)) is not None:
                sheet.put_number(row, place, day, self.formats["moment" if "T" in value else kind])
            else:
                sheet.put_text(row, place, value[:_TEXT_LIMIT], strong if value.startswith(WHENS[0]) else text)

    def printed(self, sheet: Any) -> None:
        """A4 landscape, one page wide, the day on every page."""
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
        day = f"As at {self.listing.as_of}{'' if self.listing.complete else ' - INCOMPLETE'}"
        sheet.set_header(f"&L{day}&R&A")
        sheet.set_footer("&LContains personal data&RPage &P of &N")
