"""What is odd in a source and yet read as it was meant: a line for each kind of it, with how often and where first, not one for each cell.

A mapping says it under ``noted``: what is ``seen`` and how it is ``read`` (the two halves of the sentence), each with where to look:

``columns`` (a list, or ``all``) with ``like``: texts of that pattern; or with ``same_as``: the text that another column of the row has;
``children``: ``alone`` (those that one list names and no other) or ``several``; ``always``: told whenever there is such a source.
In XML ``group``: every element of that name; ``several``: elements that hold more than one of that name; ``empty``, ``again``: elements
that hold others, where they hold none or stand more than once in one place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pyarrow.compute as pc

from auditcheck import contract
from auditcheck.exports.elements import Elements
from auditcheck.exports.grid import Grid, Ints
from auditcheck.raw import NOTED, Problem, RawTable
from auditcheck.tidy import row_numbers, shorten

Said = Mapping[str, Any]


@dataclass
class _Line:
    first: Problem
    times: int = 0
    files: set[str] = field(default_factory=set)


class Noted:
    """What has been seen so far, by the words for it."""

    def __init__(self, said: Sequence[Said] = ()) -> None:
        self.said = said
        self._lines: dict[tuple[str, str], _Line] = {}

    def add(self, said: Said, file: str, row: int, column: str = "", value: str = "", times: int = 1) -> None:
        """Note something (``seen``, ``read``) that is in a file, first in that row."""
        line = self._lines.setdefault((said["seen"], said["read"]), _Line(Problem(file, row, column, shorten(value), "")))
        line.times += times
        line.files.add(file)

    def look_at(self, grid: Grid) -> None:
        """Note what is odd in the columns of a list."""
        for said in self.said:
            columns = said.get("columns", ())
            for name in grid.columns if columns == "all" else filter(grid.columns.__contains__, columns):
                rows = _odd(grid, name, said)
                if len(rows):
                    self.add(said, grid.file, int(grid.rows[rows[0]]), name, grid.columns[name][int(rows[0])].as_py(), len(rows))

    def look_at_children(self, table: RawTable) -> None:
        """Note which children one list alone names, or several do. ``table``: a row for each mention of a child."""
        if table.which is None:
            return
        who = np.asarray(table.columns[contract.key_of(table.name)].dictionary_encode().indices, np.int64)
        _, first = np.unique(who, return_index=True)
        lists = np.bincount(np.unique(who * len(table.files) + table.which) // len(table.files))
        for said in self.said:
            if "children" in said:
                rows = np.sort(first[lists == 1 if said["children"] == "alone" else lists > 1])
                if len(rows):
                    self.add(said, table.file_of(rows[0]), int(row_numbers(table)[rows[0]]), times=len(rows))

    def look_at_elements(self, elements: Elements, grids: Mapping[str, Grid]) -> None:
        """Note what is odd in the elements of an XML file."""
        lines_of: dict[str, Callable[[str], Sequence[int]]] = {
            "group": lambda name: grids[name].rows.tolist(),
            "several": lambda name: _several(grids[name]).tolist(),
            "empty": lambda name: elements.empty.get(name, ()),
            "again": lambda name: elements.again.get(name, ()),
        }
        for said, kind in product(self.said, lines_of):
            for name in said.get(kind, ()):
                lines = lines_of[kind](name)
                if lines:
                    self.add(said, elements.file, lines[0], name, times=len(lines))

    def problems(self, file: str) -> list[Problem]:
        """The lines. ``file``: the source as a whole."""
        found = [
            Problem(one.first.file, one.first.row, one.first.column, one.first.value, f"{NOTED}{seen} ({_times(one)}): {read}")
            for (seen, read), one in self._lines.items()
        ]
        whole = [said for said in self.said if said.get("always")]
        return found + [Problem(file, 0, "", "", f"{NOTED}{said['seen']}: {said['read']}") for said in whole]


def _times(line: _Line) -> str:
    if line.times == 1:
        return "once"
    return f"{line.times:,} times{f' in {len(line.files)} lists' if len(line.files) > 1 else ''}, first here"


def _odd(grid: Grid, name: str, said: Said) -> Ints:
    """The rows of a list in which a column holds what is noted."""
    column = grid.columns[name]
    if "same_as" in said:
        other = grid.columns.get(said["same_as"])
        return np.flatnonzero([]) if other is None else np.flatnonzero(pc.and_(pc.equal(column, other), pc.not_equal(column, "")))
    encoded = column.dictionary_encode()
    odd = [at for at, text in enumerate(encoded.dictionary.to_pylist()) if re.fullmatch(said["like"], text)]
    return np.flatnonzero(np.isin(np.asarray(encoded.indices), odd))


def _several(grid: Grid) -> Ints:
    """The lines of elements that stand after the first of their kind within the element around them."""
    if grid.above is None:
        return grid.rows[:0]
    around = grid.above[1]
    _, first = np.unique(around, return_index=True)
    later = np.ones(len(grid), bool)
    later[first] = False
    return grid.rows[later & (around >= 0)]
