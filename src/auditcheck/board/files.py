"""The book's figures for programs and spreadsheets: every one from a protected table, c where it is hidden."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from auditcheck.board.audit_quarters import ALL as ALL_AUDITS
from auditcheck.board.book import Book
from auditcheck.board.shown import Figure, bare
from auditcheck.board.stages import NAME as VOICE_BY_STAGE
from auditcheck.taking_part import VOICE
from auditcheck.workbooks import put_down

_RATES = ("denominator", "percent", "range_low", "range_high", "bound_low", "bound_high", "justified", "unknown")
_RATE_ALONE = dict.fromkeys(("justified", "unknown", "bound_low", "bound_high"), "")
COLUMNS = (
    "table", "about", "line", "title", "group", "numerator", "denominator", "percent", "range_low", "range_high", "bound_low", "bound_high",
    "justified", "unknown",
)  # fmt: skip

#: The first columns hold words, the others numbers.
_WORDS = COLUMNS.index("numerator")


def figures(book: Book) -> Iterator[dict[str, str]]:
    """Every figure of the book, one row each, in `COLUMNS`. ``title``: of the rule or measure that the line is."""
    titles = {rule.id: rule.title for rule in book.order.book.rules.values()} | {one.id: one.title for one in book.measures}
    for row in _figures(book):
        yield {column: titles.get(row["line"], "") if column == "title" else row[column] for column in COLUMNS}


def _figures(book: Book) -> Iterator[dict[str, str]]:
    for table in book.shown.values():
        for label, figure in table.lines:
            told = _row(table.name, table.about, label, "", figure)
            yield told if table.key != f"agency-{VOICE}" else told | dict.fromkeys(_RATES, "")  # a count of records, no rate
    for grid in book.grids:
        for row in grid.rows:
            yield _row(grid.name, grid.name, row.labels[0], row.labels[1], Figure(row.value("n"), row.value("d"))) | _RATE_ALONE
    for by_stage in book.voice:
        for stage, ages, figure in by_stage.lines:
            yield _row(VOICE_BY_STAGE, by_stage.about, stage, ages, figure) | {"justified": ""}
    for measure in book.measures:
        if measure.figure is not None:
            yield _row("Measures", measure.period, measure.id, "", measure.figure) | {"justified": ""}
        else:
            yield _count("Measures", measure.period, measure.id, measure.told)
        for day, then in measure.on_day.items():
            yield _row("Measures on the day of a target", day, measure.id, "", then) | {"justified": ""}
        for when, point in measure.trend.rows:
            yield _row("Trends", measure.title, measure.id, when, point) | _RATE_ALONE
    for funnel in book.funnels:
        for label, figure in funnel.rows:
            yield _row("Measures by team", funnel.about, funnel.measure, label, figure) | _RATE_ALONE
    for label, _, then in book.changes:
        yield _row("The period before", str(book.order.period.before()), label, "", then)
    yield from _audits(book)
    yield from _actions(book)
    for one in book.restated:
        for when, met, not_met in one.changes:
            yield _count("Restated", f"more or fewer than on {one.as_of}", one.measure, met) | {"group": f"{when}: met"}
            yield _count("Restated", f"more or fewer than on {one.as_of}", one.measure, not_met) | {"group": f"{when}: not met"}


def _audits(book: Book) -> Iterator[dict[str, str]]:
    if book.audits is None:
        return
    for table in book.audits.counts:
        for label, count in table.lines:
            yield _count(table.name, table.about, label, bare(count))
    for quarter in book.audits.quarters:
        for grade, count in (*quarter.grades, *quarter.other, (ALL_AUDITS, quarter.audits)):
            yield _count("Grades of audits by quarter", "", grade, bare(count)) | {"group": quarter.name}
    for theme, figure in book.audits.themes:
        yield _row("Themes of audits: good or better", book.audits.grades.about, theme, "", figure) | _RATE_ALONE


def _actions(book: Book) -> Iterator[dict[str, str]]:
    if book.actions is None:
        return
    for label, count in book.actions.counts.lines:
        yield _count(book.actions.counts.name, "", label, bare(count))
    for one in book.actions.differences:
        for period, figure in ((one.stretch.before, one.before), (one.stretch.after, one.after)):
            yield _row("Before and after actions", str(period), one.rule, "", figure) | _RATE_ALONE


def _count(table: str, about: str, line: str, count: str) -> dict[str, str]:
    """A count that is no rate."""
    return dict.fromkeys(COLUMNS, "") | {"table": table, "about": about, "line": line, "numerator": count}


def _row(table: str, about: str, line: str, group: str, figure: Figure) -> dict[str, str]:
    return {"table": table, "about": about, "line": line, "group": group, **figure.csv()}


def write_files(folder: Path, book: Book) -> None:
    """figures.csv, figures.json and tables.xlsx."""
    import pandas as pd

    from auditcheck.reports.tables import write_csv

    rows = list(figures(book))
    write_csv(folder / "figures.csv", pd.DataFrame(rows, columns=list(COLUMNS), dtype="str"))
    order = book.order
    about = {
        "period": order.period.slug,
        "as_of": order.run.info["as_of"],
        "profile": order.profile.id,
        "convention": book.convention,
        "figures": [{name: value for name, value in row.items() if value != ""} for row in rows],
    }
    (folder / "figures.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    _workbook(folder / "tables.xlsx", book)


def _workbook(path: Path, book: Book) -> None:
    """A sheet for each kind of table; text is text, numbers are numbers, hidden counts are ``[c]``."""
    import xlsxwriter

    as_of = datetime.fromisoformat(book.order.run.info["as_of"])
    # Its parts wait beside it, in the hidden folder of the book, not in the system's for temporary files.
    options = {"tmpdir": str(path.parent), "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(str(path), options)
    workbook.set_properties({"title": f"Board book, {book.order.period}", "created": as_of})
    head = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    title = workbook.add_format({"bold": True, "font_size": 14})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    cover = workbook.add_worksheet("Notes")
    cover.set_column(0, 0, 110)
    cover.write_string(0, 0, f"Board book, {book.order.period}", title)
    for at, sentence in enumerate(_notes(book), 1):
        cover.write_string(at, 0, sentence, wrapped)
    for name, rows in _sheets(book):
        _sheet(workbook.add_worksheet(name), name, rows, head, title)
    put_down(workbook)


def _notes(book: Book) -> list[str]:
    from auditcheck.board.page import always, methods

    return [*always(book), *(f"{term}: {text}" for term, text in methods().items())]


_SHEETS = {
    "By rule": "Rules",
    "By area": "Areas",
    "By theme": "Themes",
    VOICE_BY_STAGE: "Voice of the child",
    "Measures": "Measures",
    "Trends": "Trends",
    "The period before": "Before",
}


def _sheets(book: Book) -> Iterator[tuple[str, list[dict[str, str]]]]:
    rows = list(figures(book))
    for table, name in _SHEETS.items():
        yield name, [row for row in rows if row["table"] == table]
    yield "Groups", [row for row in rows if row["table"] not in _SHEETS]


def _sheet(sheet: Any, name: str, rows: list[dict[str, str]], head: Any, title: Any) -> None:
    sheet.write_string(0, 0, name, title)
    sheet.set_column(0, _WORDS - 1, 34)
    sheet.set_column(_WORDS, len(COLUMNS), 13)
    for at, column in enumerate(COLUMNS):
        sheet.write_string(2, at, column.replace("_", " ").capitalize(), head)
    sheet.freeze_panes(3, 3)
    for place, row in enumerate(rows, 3):
        for at, column in enumerate(COLUMNS):
            value = row[column]
            if at >= _WORDS and value.lstrip("-").replace(".", "", 1).isdigit():
                sheet.write_number(place, at, float(value))
            elif value:
                sheet.write_string(place, at, f"[{value}]" if at >= _WORDS and value in ("c", "z", "x") else value)
    if not rows:
        sheet.write_string(3, 0, "Nothing to show.")
