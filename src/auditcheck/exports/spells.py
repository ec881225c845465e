"""Periods made of the episodes that a source splits them into: a period of care, a placement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from auditcheck.contract import Field
from auditcheck.exports.grid import Grid, Ints, texts
from auditcheck.exports.recipes import Part, Words, plain
from auditcheck.raw import Problem
from auditcheck.tidy import shorten
from auditcheck.values import DIFFERS

_DATE = Field("date", "date")


def spells(grid: Grid, said: Mapping[str, Any], words: Words) -> tuple[Grid, list[Problem]]:
    """A row for each period, in columns named ``spell`` (its id), ``start``, ``end``, ``why`` (it ended) and those of its last episode.

    ``said`` names the columns: ``start``, ``end``, ``why`` of an episode; ``by``: the id that the episodes of a period share, where the
    source has one; ``begins`` (column, is): the words that mark a period's first episode; ``goes_on``: the words in ``why`` after which
    the period goes on. A period whose first episode is not in the file has no start; one whose last episode says that it goes on has
    an end that is unreadable.
    """
    n = len(grid)

    def column(name: str) -> list[str]:
        held = grid.columns.get(str(said.get(name, "")))
        return held.to_pylist() if held is not None else [""] * n

    def days(name: str) -> list[str]:
        held = grid.columns.get(str(said.get(name, "")))
        return words.column(held, _DATE, Part()).to_pylist() if held is not None else [""] * n

    start, end, why, by = days("start"), days("end"), column("why"), column("by")
    entered = days("entered") if "entered" in said else None
    child = grid.child.to_pylist() if grid.child is not None else [""] * n
    first = _marks(grid, said.get("begins"))
    goes_on = {plain(str(word)) for word in said.get("goes_on", ())}
    periods: list[list[int]] = []
    for row in sorted(range(n), key=lambda i: (child[i], by[i], start[i], end[i] or "9", i)):
        last = periods[-1][-1] if periods else -1
        same = last >= 0 and (child[last], by[last]) == (child[row], by[row])
        over = bool(goes_on) and last >= 0 and end[last] != "" and plain(why[last]) not in goes_on and not by[row]
        if same and not first[row] and not over:
            periods[-1].append(row)
        else:
            periods.append([row])
    made: dict[str, list[str]] = {"spell": [], "start": [], "end": [], "why": []}
    problems = []
    for rows in periods:
        last = max(rows, key=lambda i: (start[i], end[i] or "9"))
        lost = bool(goes_on) and end[last] != "" and plain(why[last]) in goes_on
        if lost:
            what = f"it ends with {why[last]} (goes on) but nothing follows: the end of the whole is unreadable"
            problems.append(Problem(grid.file, int(grid.rows[last]), str(said["why"]), shorten(why[last]), what))
        given = sorted({entered[i] for i in rows if entered[i]}) if entered is not None else []
        made["spell"].append(by[rows[0]])
        if entered is not None:
            made["start"].append(given[0] if len(given) == 1 else DIFFERS if given else "")
        else:
            made["start"].append(start[rows[0]] if first[rows[0]] or "begins" not in said else "")
        made["end"].append(DIFFERS if lost else end[last])
        made["why"].append(why[last])
    lasts: Ints = np.array([max(rows, key=lambda i: (start[i], end[i] or "9")) for rows in periods], np.int64)
    columns = {name: column_.take(pa.array(lasts)) for name, column_ in grid.columns.items()}
    columns |= {name: texts(values) for name, values in made.items()}
    owner = grid.child.take(pa.array(lasts)) if grid.child is not None else None
    return Grid(
        f"{grid.name} spells", grid.file, columns, grid.rows[[rows[0] for rows in periods]] if periods else grid.rows[:0], owner
    ), problems


def _marks(grid: Grid, said: Mapping[str, Any] | None) -> list[bool]:
    if said is None or said["column"] not in grid.columns:
        return [False] * len(grid)
    words = {plain(str(word)) for word in said["is"]}
    return [plain(text) in words for text in grid.columns[said["column"]].to_pylist()]
