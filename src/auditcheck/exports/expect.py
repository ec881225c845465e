"""What a source's own columns may hold, where nothing else would notice: columns that no record is made of, free text, codes.

A mapping says it under ``expect``: the name of a column -> ``{codes: name}`` (a list under ``words``) or ``{like: pattern}``. With
``written`` beside ``codes`` the codes of today: others of the list are read as well, and that is told once. ``filled_with``: columns beside
which it may not be blank, where it decides whether there is a record at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.exports.grid import Grid
from auditcheck.exports.recipes import Words
from auditcheck.raw import NOTED, Problem
from auditcheck.tidy import shorten
from auditcheck.values import DIFFERS

#: A column that holds something else altogether would give a line for every row.
_LISTED = 200


def unexpected(grid: Grid, said: Mapping[str, Mapping[str, Any]], words: Words) -> list[Problem]:
    """A problem for each text that a column may not hold; blanks are in order, but where another column calls for an answer."""
    found = []
    for column, test in said.items():
        if column in grid.columns:
            if not ("written" in test and test["codes"] == "yesno"):  # what is neither yes nor no is told of the record there
                found += _of_column(grid, column, test, words)
            found += _otherwise(grid, column, test, words)
            found += _left_blank(grid, column, test.get("filled_with", ()))
    return found


def _left_blank(grid: Grid, column: str, others: Sequence[str]) -> list[Problem]:
    """A line for each row that leaves the column blank and fills one of the others."""
    filled = np.zeros(len(grid), bool)
    for name in filter(grid.columns.__contains__, others):
        filled |= np.asarray(pc.not_equal(grid.columns[name], ""))
    rows = np.flatnonzero(filled & np.asarray(pc.equal(grid.columns[column], ""))).tolist()
    what = f"blank, though {' or '.join(others)} is filled in: nothing is made of the row"
    found = [Problem(grid.file, int(grid.rows[row]), column, "", what) for row in rows[:_LISTED]]
    return found + _more(grid, column, len(rows), what)


def _more(grid: Grid, column: str, rows: int, what: str) -> list[Problem]:
    return [Problem(grid.file, 0, column, "", f"{rows - _LISTED} more rows are {what}")] if rows > _LISTED else []


def _otherwise(grid: Grid, column: str, test: Mapping[str, Any], words: Words) -> list[Problem]:
    """A line for a column in which known answers are written otherwise than in the codes of today."""
    if "written" not in test:
        return []
    encoded = grid.columns[column].dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    other = [at for at, text in enumerate(texts) if text and text not in test["written"] and text != DIFFERS and _fits(text, test, words)]
    rows = np.flatnonzero(np.isin(np.asarray(encoded.indices), other))
    if not len(rows):
        return []
    times = f"{len(rows):,} times, first here" if len(rows) > 1 else "once"
    what = f"{NOTED}not written as {', '.join(test['written'])}, which are the codes ({times}): read all the same"
    return [Problem(grid.file, int(grid.rows[rows[0]]), column, shorten(" / ".join(sorted(texts[at] for at in other))), what)]


def _of_column(grid: Grid, column: str, test: Mapping[str, Any], words: Words) -> list[Problem]:
    encoded = grid.columns[column].dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    wrong = [place for place, text in enumerate(texts) if text and text != DIFFERS and not _fits(text, test, words)]
    if not wrong:
        return []
    rows = np.flatnonzero(np.isin(np.asarray(encoded.indices), wrong)).tolist()
    what = "not one of the answers that this column may hold" if "codes" in test else "not what this column may hold"
    found = [
        Problem(grid.file, int(grid.rows[row]), column, shorten(text), what)
        for row, text in zip(rows[:_LISTED], grid.columns[column].take(pa.array(rows[:_LISTED], pa.int64())).to_pylist(), strict=True)
    ]
    return found + _more(grid, column, len(rows), what)


def _fits(text: str, test: Mapping[str, Any], words: Words) -> bool:
    if "codes" in test:
        return all(words.knows(one, test["codes"]) for one in text.split(";"))
    return re.fullmatch(test["like"], text, re.IGNORECASE) is not None
