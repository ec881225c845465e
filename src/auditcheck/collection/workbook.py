"""collection.xlsx: one sheet a table, with drop-downs and checks as one types, for records that no system exports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from auditcheck.collection.tables import Tables, layout
from auditcheck.collection.wanted import Wanted
from auditcheck.contract import Field
from auditcheck.workbooks import put_down

ROWS = 5_000  # how far down the checks of a sheet reach
_INTRODUCTION = (
    "Fill in one row a record; leave blank what is not recorded. A sheet left empty is a table not supplied.",
    "No names and no addresses: the ids of your own system only. Move the pointer over a heading to see how its column is written.",
    "Cells are checked as you type: dates must be dates, and closed lists offer their words. Dates may be typed as you always do.",
    "When it is done: auditcheck run collection.xlsx --as-of YYYY-MM-DD (or put it beside another export).",
)


def write_collection(path: Path, tables: Tables) -> None:
    """Write the workbook. The same tables give the same bytes."""
    import xlsxwriter

    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), plain)
    book.set_properties({"title": "auditcheck collection", "created": datetime(2010, 3, 1)})
    formats = {
        "head": book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#12436D", "border": 1}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "text": book.add_format({"num_format": "@"}),
    }
    start = book.add_worksheet("Start here")
    start.set_column(0, 0, 120)
    for row, sentence in enumerate(_INTRODUCTION):
        start.write_string(row, 0, sentence)
    for row, (name, fields) in enumerate(tables.items(), len(_INTRODUCTION) + 1):
        start.write_url(row, 0, f"internal:'{name}'!A1", string=f"{name}: {len(fields)} columns")
    for name, fields in tables.items():
        _sheet(book.add_worksheet(name), fields, formats)
    put_down(book)


def _sheet(sheet: Any, fields: Sequence[Wanted], formats: dict[str, Any]) -> None:
    for column, wanted in enumerate(fields):
        field = wanted.field
        sheet.write_string(0, column, field.name, formats["head"])
        sheet.write_comment(0, column, f"{layout(field)}\n{wanted.of_use}", {"author": "auditcheck", "x_scale": 2})
        sheet.set_column(column, column, max(12, len(field.name) + 2), formats.get(field.type, formats["text"]))
        check = _check(field)
        if check:
            sheet.data_validation(1, column, ROWS, column, {"ignore_blank": True, **check})
    sheet.freeze_panes(1, 1)


def _check(field: Field) -> dict[str, Any] | None:
    words = list(field.codes) if field.codes else ["yes", "no"] if field.type == "yesno" else []
    if words and len(",".join(words)) <= 255:  # what a drop-down can hold
        return {
            "validate": "list",
            "source": words,
            "error_title": field.name[:32],
            "error_message": "Choose one of the words in the list.",
        }
    if field.type in ("date", "moment"):
        limits = {"minimum": date(1900, 1, 1), "maximum": date(2099, 12, 31)}
        return {
            "validate": "date",
            "criteria": "between",
            **limits,
            "error_title": field.name[:32],
            "error_message": "A date from 1900 to 2099.",
        }
    if field.type == "number":
        message = {"error_title": field.name[:32], "error_message": "A number, 0 or more."}
        return {"validate": "decimal", "criteria": ">=", "value": 0, **message}
    return None
