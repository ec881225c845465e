"""Rows of a source that hold no record, told of in one line a list or element: nothing is left out without a word."""

from __future__ import annotations

from collections.abc import Iterable

from auditcheck.exports.grid import Grid
from auditcheck.exports.records import Records
from auditcheck.raw import Problem, Rows


def told(records: Records, grids: Iterable[Grid], read: int) -> tuple[Rows, list[Problem]]:
    """What became of the rows of some grids, and a line for each in which some hold no record. ``read``: how many rows there were."""
    used, problems = 0, []
    for grid in grids:
        rows = records.idle(grid)
        used += len(grid) - len(rows)
        if len(rows):
            what = "nothing that a record is made of"
            what += f" ({len(rows):,} of {len(grid):,} rows; the first is here)" if len(rows) > 1 else ""
            problems.append(Problem(grid.file, int(grid.rows[rows[0]]), grid.name, "", f"{what}: not in any record", rows=len(rows)))
    return Rows(read, used, sum(problem.rows for problem in problems), len(records)), problems
