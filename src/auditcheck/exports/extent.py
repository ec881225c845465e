"""How far the sheets of a workbook reach, told before they are loaded.

The reader of cells keeps every place up to the last row and the last column in which something stands. One stray cell in the last corner
makes billions of them out of a file of some kilobytes.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from xml.parsers.expat import ExpatError, ParserCreate

from auditcheck.exports import archive
from auditcheck.raw import BadExport

#: Places of all the sheets together. Six months' work of the largest authority fills far fewer; so many take a gigabyte.
_LARGEST = 10_000_000

#: Whatever might begin a cell, and cells as every common program writes them, of which the first bytes tell all.
_ANY_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c[\s/>]")
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,8})"(?: (?:s|t|cm|vm|ph)="\w*")* ?/?>')
_PLACE = re.compile(r"([A-Z]+)(\d+)")
_CONTENT = ("v", "is", "f")


def check(file: str, held: zipfile.ZipFile, sheets: Mapping[str, str]) -> None:
    """Raises `BadExport` where the sheets reach too far, or a cell's place can't be told. ``sheets``: the name of each -> its member.

    Every member that is XML is looked at: which of them the reader takes for a sheet is its affair.
    """
    unpacked = ((member, archive.content(held, member)) for member in held.namelist())
    rough = {member: _at_most(data) for member, data in unpacked if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")}
    if None not in rough.values() and sum(filter(None, rough.values())) <= _LARGEST:
        return
    exact = {member: _reach(file, archive.content(held, member)) for member, places in rough.items() if places != 0}
    total = sum(reach.places for reach in exact.values())
    if total > _LARGEST:
        member = max(exact, key=lambda one: exact[one].places)
        sheet = next((name for name, where in sheets.items() if where == member), member)
        raise BadExport(
            f"{file}: on sheet {sheet} something stands as far out as {exact[member].far}, which makes {total / 1e6:,.0f} million cells "
            f"of the workbook; more than {_LARGEST // 1_000_000} million are refused. "
            "Delete the rows and columns beyond the data, save it, and give it again."
        )


def column(letters: str) -> int:
    """The number of a column, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _at_most(data: bytes) -> int | None:
    """The places up to the last cell, blank ones counted; None where not every cell is written plainly."""
    last, letters, cells = 0, set(), 0
    for cell in _PLAIN_CELL.finditer(data):
        cells += 1
        letters.add(cell[1])
        last = max(last, int(cell[2]))
    if cells != sum(1 for _ in _ANY_CELL.finditer(data)):
        return None
    return last * max((column(one.decode()) for one in letters), default=0)


class _Reach:
    """The last row and column in which something stands: cells that are only formatted don't count, as the reader leaves them out."""

    def __init__(self) -> None:
        self._row = self._column = 0
        self._in_cell = False
        self._lowest, self._rightmost = (0, 0), (0, 0)

    @property
    def places(self) -> int:
        return self._lowest[0] * self._rightmost[1]

    @property
    def far(self) -> str:
        """The cells that are farthest out."""
        return " and ".join(dict.fromkeys(f"{_letters(column)}{row}" for row, column in (self._lowest, self._rightmost)))

    def element(self, name: str, attributes: dict[str, str]) -> None:
        kind, place = name.rpartition(":")[2], attributes.get("r")
        if kind == "row":
            self._row, self._column = int(place) if place else self._row + 1, 0
        elif kind == "c":
            self._go_to(place)
        elif self._in_cell and kind in _CONTENT:
            self._lowest = max(self._lowest, (self._row, self._column))
            self._rightmost = max(self._rightmost, (self._row, self._column), key=lambda at: at[1])
        self._in_cell = kind == "c" or (self._in_cell and kind in _CONTENT)

    def _go_to(self, place: str | None) -> None:
        if place is None:  # after the one before it
            self._row, self._column = max(self._row, 1), self._column + 1
            return
        found = _PLACE.fullmatch(place.upper())
        if found is None:
            raise ValueError(place)
        self._row, self._column = int(found[2]), column(found[1])


def _reach(file: str, data: bytes) -> _Reach:
    reach = _Reach()
    parser = ParserCreate()
    parser.StartElementHandler = reach.element
    try:
        parser.Parse(data, True)
    except (ExpatError, ValueError) as error:
        raise BadExport(f"{file} is a damaged workbook: open it in Excel, save it again, and give that.") from error
    return reach


def _letters(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
