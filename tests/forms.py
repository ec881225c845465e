"""Fills in audit forms as an auditor would: finds a row by what stands in it, types into a cell, saves the workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.workbook.workbook import Workbook

REF = "Ref (leave as it is)"
HEADER = 4
Answer = str | date


class Pen:
    """One workbook, open for writing; ``save`` puts it back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book: Workbook = openpyxl.load_workbook(path)

    def cell(self, sheet: str, ref: str, heading: str = "Answer") -> Cell:
        """The cell under a heading, in the row of a ref."""
        page = self.book[sheet]
        headings = [cell.value for cell in page[HEADER]]
        column, key = headings.index(heading) + 1, headings.index(REF) + 1
        row = next(row for row in range(HEADER + 1, page.max_row + 1) if page.cell(row, key).value == ref)
        found = page.cell(row, column)
        assert isinstance(found, Cell) and not found.protection.locked, f"{sheet} {found.coordinate} can't be filled in"
        return found

    def put(self, sheet: str, ref: str, answer: Answer, heading: str = "Answer") -> str:
        """Fill in a cell; returns where it stands."""
        cell = self.cell(sheet, ref, heading)
        cell.value = answer
        return cell.coordinate

    def refs(self, sheet: str, group: str) -> Iterator[str]:
        """The refs of a group of rows, from the top."""
        page = self.book[sheet]
        key = [cell.value for cell in page[HEADER]].index(REF) + 1
        for row in range(HEADER + 1, page.max_row + 1):
            ref = str(page.cell(row, key).value or "")
            if ref.startswith(f"{group}:"):
                yield ref

    def fact(self, heading: str) -> str:
        """What the form was given of its case."""
        page = self.book["Case"]
        return next(str(row[1].value) for row in page.iter_rows() if row[0].value == heading)

    def save(self) -> None:
        self.book.save(self.path)


def graded(path: Path, grade: str, by: str, on: date = date(2015, 7, 10)) -> None:
    """Give a form its overall grade."""
    pen = Pen(path)
    pen.put("Case", "by", by)
    pen.put("Case", "on", on)
    pen.put("Case", "grade", grade)
    pen.save()
