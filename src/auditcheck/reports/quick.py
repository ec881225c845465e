"""A worksheet that takes the short way for its two common kinds of cell: a sheet in little over half the time."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import CellNumberTuple, CellStringTuple, Worksheet


class QuickSheet(Worksheet):  # type: ignore[misc]
    """Like its parent, for cells that have a format. Whatever is not plain text or a number goes the library's own way."""

    def begin(self, rows: int, columns: int) -> None:
        """Say how far the sheet will reach, once, instead of asking at every cell. To be called before the two methods below."""
        self._check_dimensions(0, 0)
        self._check_dimensions(rows - 1, columns - 1)

    def put_text(self, row: int, col: int, text: str, style: Any) -> None:
        """`write_string` for text that is known to fit, in a place that is known to exist."""
        self.table[row][col] = CellStringTuple(self.str_table._get_shared_string_index(text), style)

    def put_number(self, row: int, col: int, number: float, style: Any) -> None:
        """`write_number` for a number that is known to be finite, in a place that is known to exist."""
        self.table[row][col] = CellNumberTuple(number, style)

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = type(cell).__name__
        if cell.format is None or kind not in ("String", "Number"):
            super()._write_cell(row, col, cell)
            return
        place = f'<c r="{xl_rowcol_to_cell_fast(row, col)}" s="{cell.format._get_xf_index()}"'
        if kind == "String":
            self.fh.write(f'{place} t="s"><v>{cell.string}</v></c>')
        else:
            self.fh.write(f"{place}><v>{cell.number:.16G}</v></c>")

    def _calculate_spans(self) -> None:
        """Leave out the hint on each row that says where its cells begin and end: readers do without it."""
