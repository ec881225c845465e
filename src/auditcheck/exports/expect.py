"""What a source's own columns may hold, where nothing else would notice: columns that no record is made of, free text, codes.

A mapping says it under ``expect``: the name of a column -> ``{codes: name}`` (a list under ``words``) or ``{like: pattern}``. With
``written`` beside ``codes`` the codes of today: others of the list are read as well, and that is told once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from auditcheck.exports.grid import Grid
from auditcheck.exports.recipes import Words
from auditcheck.raw import NOTED, Problem
from auditcheck.tidy import shorten
from auditcheck.values import DIFFERS

#: A column that holds something else altogether would give a line for every row.
_LISTED = 200


def unexpected(grid: Grid, said: Mapping[str, Mapping[str, Any]], words: Words) -> list[Problem]:
    """A problem for each text that a column may not hold; blanks are always in order."""
    found = []
    for column, test in said.items():
        if column in grid.columns:
            if not ("written" in test and test["codes"] == "yesno"):  # what is neither yes nor no is told of the record there
                found += _of_column(grid, column, test, words)
            found += _otherwise(grid, column, test, words)
    return found


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
    if len(rows) > _LISTED:
        found.append(Problem(grid.file, 0, column, "", f"{len(rows) - _LISTED} more rows are {what}"))
    return found


def _fits(text: str, test: Mapping[str, Any], words: Words) -> bool:
    if "codes" in test:
        return all(words.knows(one, test["codes"]) for one in text.split(";"))
    return re.fullmatch(test["like"], text, re.IGNORECASE) is not None
