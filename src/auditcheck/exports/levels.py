"""What a return should say at one of two levels, and says at both: once for the episode, and once for an enquiry within it.

A mapping says it under ``at_one_level``: the ``column``, the groups or lists that are the ``outer`` and the ``inner`` level, and what
quality.csv says: ``same`` where an inner one of the child has the same date, ``other`` where only inner ones of the same episode with other
dates do (all of them are shown), ``alone`` (if given) where there is none. ``by``: the columns that name the episode in both, each a list
of them, where the inner level does not lie within the outer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from auditcheck.contract import Field
from auditcheck.exports.grid import Grid
from auditcheck.exports.recipes import Part, Words
from auditcheck.raw import Problem
from auditcheck.tidy import shorten
from auditcheck.values import DIFFERS

_DATE = Field("date", "date")
#: Of a kind that stands in every episode a line each would hide the rest.
_LISTED = 200


class _Said(NamedTuple):
    child: str
    episode: object
    day: str


def at_both(said: Mapping[str, Any], outer: Sequence[Grid], inner: Sequence[Grid], words: Words) -> list[Problem]:
    """A problem for each row of the outer level whose text stands at the inner level too, or should not stand where it does."""
    days: dict[str, set[str]] = defaultdict(set)
    within: dict[object, set[str]] = defaultdict(set)
    for one in (one for grid in inner for one in _rows(grid, said, words, outer)):
        if one.day:
            days[one.child].add(one.day)
            within[one.episode].add(one.day)
    found = []
    for grid in outer:
        for row, one in zip(grid.rows.tolist(), _rows(grid, said, words, outer), strict=True):
            others = sorted(within.get(one.episode, ()))
            kind = "same" if one.day in days.get(one.child, ()) else "other" if others else "alone"
            shown = " / ".join([one.day, *others]) if kind == "other" else one.day
            if one.day and kind in said:
                found.append(Problem(grid.file, row, said["column"], shorten(shown), said[kind]))
    if len(found) > _LISTED:
        what = f"{len(found) - _LISTED} more rows are like the last {_LISTED} lines of this column"
        found = [*found[:_LISTED], Problem(found[0].file, 0, said["column"], "", what)]
    return found


def _rows(grid: Grid, said: Mapping[str, Any], words: Words, outer: Sequence[Grid]) -> Iterator[_Said]:
    """Child, episode and day of every row; the day is blank where none is given or it can't be read."""
    column = grid.columns.get(said["column"])
    days = words.column(column, _DATE, Part()).to_pylist() if column is not None else [""] * len(grid)
    children = grid.child.to_pylist() if grid.child is not None else [""] * len(grid)
    for child, episode, day in zip(children, _episodes(grid, said, outer), days, strict=True):
        yield _Said(child, episode, "" if day == DIFFERS else day)


def _episodes(grid: Grid, said: Mapping[str, Any], outer: Sequence[Grid]) -> Sequence[object]:
    """What names the episode of every row: the columns of ``by``, or the row of the outer grid that it lies within."""
    for names in said.get("by", ()):
        if all(name in grid.columns for name in names):
            return list(zip(*(grid.columns[name].to_pylist() for name in names), strict=True))
    return next((rows.tolist() for around, rows in grid.upward() if around in outer), [None] * len(grid))
