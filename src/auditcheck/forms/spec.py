"""What a form is made of: sheets of rows, each found again by its ref, and cells that are given or to be filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

#: The heading of the last column, which says what a row is about.
REF = "Ref (leave as it is)"
LONGEST_WHO = 40


@dataclass(frozen=True)
class Entry:
    """A cell to be filled in. ``lines``: how tall it is. ``shown``: what it holds already, codes for choices and ISO text for dates.

    ``kind``: ``text``; ``who`` (a role or id, not a name); ``date``; ``choice`` among ``words`` (code -> what is shown); ``listed``: one of
    the first column of the sheet ``sheet``.
    """

    kind: str = "text"
    words: dict[str, str] = field(default_factory=dict)
    lines: int = 1
    sheet: str = ""
    shown: str = ""


#: What a cell holds: a text or number given, or an entry.
Cell = str | int | float | Entry


@dataclass(frozen=True)
class Row:
    """One row; ``ref`` says what it is about, and finds it again."""

    ref: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """One sheet of a form: headings with their widths in characters, then rows. ``printed``: how many columns are (0: all)."""

    name: str
    title: str
    says: str
    headings: tuple[tuple[str, int], ...]
    rows: Sequence[Row]
    landscape: bool = False
    printed: int = 0


@dataclass(frozen=True)
class Problem:
    """One thing in a form that can't be taken, and what to do about it."""

    file: str
    sheet: str
    cell: str
    value: str
    says: str

    def __str__(self) -> str:
        where = ", ".join(filter(None, (self.file, self.sheet and f"sheet '{self.sheet}'", self.cell and f"cell {self.cell}")))
        return f"{where}: {self.says}"
