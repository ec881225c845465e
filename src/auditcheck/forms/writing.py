"""Writing a form as a workbook: locked but where it is to be filled in, drop-downs, A4 pages, text that is never a formula."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from auditcheck.forms.spec import REF, Cell, Entry, Sheet
from auditcheck.reports.words import excel_date, visible
from auditcheck.workbooks import put_down

HEADER = 3  # the row of the headings, counted from 0
_LINE = 15.0  # points
_TALLEST = 20  # lines in a row
_LONGEST = 32_000  # a cell holds 32,767 characters
#: In memory: its parts would wait in the system's folder for temporary files, and stay there if the command were killed.
_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
#: What a person may still do on a locked sheet: make rows and columns larger, and filter.
_ALLOWED = {"format_rows": True, "format_columns": True, "autofilter": True, "sort": False}


def write_form(path: Path, title: str, sheets: Sequence[Sheet], day: date) -> None:
    """Write a form. The same sheets give the same bytes: the file says it was made on ``day``."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), _PLAIN)
    book.set_properties({"title": title, "created": datetime(day.year, day.month, day.day)})
    formats = _formats(book)
    lists = {sheet.name: len(sheet.rows) for sheet in sheets}
    refs = any(row.ref for sheet in sheets for row in sheet.rows)
    for sheet in sheets:
        _Writer(book.add_worksheet(sheet.name), formats, lists, refs).write(sheet, title)
    put_down(book)


def _formats(book: Any) -> dict[str, Any]:
    top = {"valign": "top", "text_wrap": True}
    box = top | {"border": 2, "locked": False}
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "says": book.add_format(top | {"italic": True}),
        "head": book.add_format(
            {"bold": True, "font_color": "#FFFFFF", "bg_color": "#12436D", "border": 1, "valign": "top", "text_wrap": True}
        ),
        "given": book.add_format(top | {"border": 1, "bg_color": "#F3F2F1"}),
        "number": book.add_format({"valign": "top", "border": 1, "bg_color": "#F3F2F1", "align": "right"}),
        **{kind: book.add_format(box | {"num_format": "@"}) for kind in ("text", "who", "choice", "listed")},
        "date": book.add_format(box | {"num_format": "d mmm yyyy", "align": "left"}),
        "ref": book.add_format({"font_color": "#505A5F", "font_size": 8, "valign": "top"}),
    }


class _Writer:
    """One sheet while it is being written. ``lists``: how many rows each sheet has, for drop-downs; ``refs``: whether rows have any."""

    def __init__(self, sheet: Any, formats: dict[str, Any], lists: dict[str, int], refs: bool) -> None:
        self.sheet, self.formats, self.lists, self.refs = sheet, formats, lists, refs

    def write(self, spec: Sheet, form: str) -> None:
        widths = [width for _, width in spec.headings]
        across = sum(widths)
        self._text(0, 0, spec.title, "title")
        if len(widths) > 1:
            self.sheet.merge_range(1, 0, 1, len(widths) - 1, "", self.formats["says"])
        self._text(1, 0, spec.says, "says")
        self.sheet.set_row(1, _LINE * _lines(spec.says, across))
        for column, (heading, width) in enumerate([*spec.headings, *([(REF, 24)] if self.refs else [])]):
            self.sheet.set_column(column, column, width)
            self._text(HEADER, column, heading, "head")
        for place, row in enumerate(spec.rows, HEADER + 1):
            for column, cell in enumerate(row.cells):
                self._cell(place, column, cell)
            if self.refs:
                self._text(place, len(row.cells), row.ref, "ref")
            tall = max(_tall(cell, width) for cell, width in zip(row.cells, widths, strict=True))
            self.sheet.set_row(place, _LINE * min(tall, _TALLEST))
        if any(isinstance(cell, Entry) for row in spec.rows for cell in row.cells):
            self.sheet.protect("", _ALLOWED)
        self._paper(spec, form)

    def _cell(self, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, str):
            self._text(row, column, cell, "given")
            return
        if not isinstance(cell, Entry):
            self.sheet.write_number(row, column, cell, self.formats["number"])
            return
        shown = cell.words.get(cell.shown, cell.shown)
        if cell.kind == "date" and (day := excel_date(shown)) is not None:
            self.sheet.write_number(row, column, day, self.formats["date"])
        elif shown:
            self._text(row, column, shown, cell.kind)
        else:
            self.sheet.write_blank(row, column, None, self.formats[cell.kind])
        if (check := self._check(cell)) is not None:
            self.sheet.data_validation(row, column, row, column, {"ignore_blank": True, **check})

    def _check(self, cell: Entry) -> dict[str, Any] | None:
        if cell.kind == "choice":
            message = {"error_title": "Not in the list", "error_message": "Choose one of the words in the list, or leave the cell blank."}
            return {"validate": "list", "source": list(cell.words.values()), **message}
        if cell.kind == "listed":
            source = f"='{cell.sheet}'!$A${HEADER + 2}:$A${HEADER + 1 + self.lists[cell.sheet]}"
            message = {"error_title": "Not in the list", "error_message": f"Choose from the sheet {cell.sheet}, or leave the cell blank."}
            return {"validate": "list", "source": source, **message}
        if cell.kind == "date":
            limits = {"minimum": date(2000, 1, 1), "maximum": date(2099, 12, 31)}
            message = {"error_title": "Not a date", "error_message": "A date from 2000 to 2099, such as 30/06/2015."}
            return {"validate": "date", "criteria": "between", **limits, **message}
        return None

    def _text(self, row: int, column: int, text: str, style: str) -> None:
        self.sheet.write_string(row, column, visible(text)[:_LONGEST], self.formats[style])

    def _paper(self, spec: Sheet, form: str) -> None:
        """A4, one page wide, the headings on every page, the refs left off."""
        if spec.landscape:
            self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
        self.sheet.set_header(f"&L{form.replace('&', '&&')}&R&A")
        self.sheet.set_footer("&LContains personal data&RPage &P of &N")
        self.sheet.print_area(0, 0, HEADER + max(len(spec.rows), 1), (spec.printed or len(spec.headings)) - 1)
        self.sheet.repeat_rows(HEADER)
        self.sheet.freeze_panes(HEADER + 1, 0)
        self.sheet.hide_gridlines(2)


def _tall(cell: Cell, width: int) -> int:
    return cell.lines if isinstance(cell, Entry) else _lines(str(cell), width)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes, wrapped by words in so many characters."""
    return sum(1 + max(len(part) - 1, 0) // max(width - 1, 1) for part in text.split("\n"))
