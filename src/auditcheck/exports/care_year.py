"""What a yearly return of looked-after children says of each child's whole year: a record for every child of the return.

Two facts are worked out from all of a child's episodes: whether the child was looked after for the twelve months of the year, and
whether in short breaks alone. What the episodes do not show for certain is unreadable, never guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from auditcheck.contract import Field
from auditcheck.exports import keys
from auditcheck.exports.grid import Grid, texts
from auditcheck.exports.manifest import is_day
from auditcheck.exports.recipes import Part, Words, plain
from auditcheck.raw import Problem, RawTable
from auditcheck.tidy import row_numbers
from auditcheck.values import DIFFERS

TABLE = "yearly_returns"
_DATE = Field("date", "date")


class Episode(NamedTuple):
    """One episode: days as ``YYYY-MM-DD`` (an open one has no ``end``); ``goes_on`` after its end, ``begins`` a period of care,
    ``short``: its legal status is that of a short break. None: blank."""

    start: str
    end: str
    goes_on: bool | None
    begins: bool | None
    short: bool | None


class _Child(NamedTuple):
    """The episodes of one child and where the first of them stands: file, row."""

    file: str
    row: int
    episodes: set[Episode]


def care_year(
    said: Mapping[str, Any], grids: Sequence[Grid], words: Words, answers: RawTable | None, since: str
) -> tuple[RawTable | None, list[Problem]]:
    """The table, None where nothing speaks of a child. ``grids``: the lists of episodes; ``answers``: what the return's list of yearly
    facts says; ``since``: the coverage of the year's tables, ``since YYYY-MM-DD`` where the year is told.

    ``said`` names the columns of an episode: ``start``, ``end``; ``goes_on``, ``begins`` and ``short``, each with the words that mean so.
    """
    children: dict[str, _Child] = {}
    for grid in grids:
        _gather(grid, said, words, children)
    if answers is None and not children:
        return None, []
    file = " + ".join(dict.fromkeys(grid.file for grid in grids)) or (answers.file if answers is not None else "")
    year, problems = _year(since, children.values(), file)
    made = _table(answers, children, year)
    return made, [*problems, *_untold(made, file)]


def _gather(grid: Grid, said: Mapping[str, Any], words: Words, children: dict[str, _Child]) -> None:
    def days(name: str) -> list[str]:
        held = grid.columns.get(said[name])
        return words.column(held, _DATE, Part()).to_pylist() if held is not None else [""] * len(grid)

    def marks(name: str) -> list[bool | None]:
        among = {plain(str(word)) for word in said[name]["is"]}
        held = grid.columns.get(said[name]["column"])
        return [plain(text) in among if text else None for text in held.to_pylist()] if held is not None else [None] * len(grid)

    columns = zip(days("start"), days("end"), marks("goes_on"), marks("begins"), marks("short"), strict=True)
    who = grid.child.to_pylist() if grid.child is not None else [""] * len(grid)
    for child, row, episode in zip(who, grid.rows.tolist(), columns, strict=True):
        if child:
            children.setdefault(child, _Child(grid.file, row, set())).episodes.add(Episode(*episode))


def _year(since: str, children: Iterable[_Child], file: str) -> tuple[tuple[str, str], list[Problem]]:
    """The first and the last day of the year; blank where fewer than half of the episodes that ended did so within it."""
    ends = Counter(episode.end for child in children for episode in child.episodes if episode.end)
    if since.startswith("since "):
        first = date.fromisoformat(since.removeprefix("since "))
        year = first.isoformat(), date(first.year + 1, 3, 31).isoformat()
        if 2 * sum(n for end, n in ends.items() if is_day(end) and year[0] <= end <= year[1]) > ends.total():
            return year, []
    what = "the episodes do not show which year the return is of: what is asked of a whole year can't be told"
    return ("", ""), [Problem(file, 0, "ReferenceDate", "", what)]


def twelve_months(episodes: Iterable[Episode], first: str, last: str) -> str:
    """Whether a child was looked after from ``first`` through ``last`` without a break, short breaks aside: yes, no, or unreadable.

    No: a short break in the year, a start after its first day, or an end before its last after which care did not go on. Yes: the
    episodes of the year follow each other without a gap from its first day to its last. Whatever lies between can't be told.
    """
    held = sorted(episodes, key=lambda one: (one.start, one.end or "9", str(one)))
    if not held or not all(is_day(one.start) and (not one.end or is_day(one.end)) for one in held):
        return DIFFERS
    held = [one for one in held if one.start <= last and (not one.end or one.end >= first)]
    if not held or any(
        one.short or (one.begins and one.start > first) or (one.goes_on is False and one.end and one.end < last) for one in held
    ):
        return "no"
    joined = all(before.end == after.start and before.goes_on for before, after in pairwise(held))
    whole = held[0].start <= first and (not held[-1].end or held[-1].end >= last)
    return "yes" if joined and whole and all(one.short is False for one in held) else DIFFERS


def short_breaks_only(episodes: Iterable[Episode]) -> str:
    """Whether every episode of a child is a short break; unreadable where one does not say its legal status and none is another."""
    shorts = {one.short for one in episodes}
    return "no" if False in shorts else "yes" if shorts == {True} else DIFFERS


def _untold(made: RawTable, file: str) -> list[Problem]:
    """A sentence for each fact that can't be told of some children."""
    found = []
    for name, what in (
        ("looked_after_twelve_months", "were looked after for the whole year"),
        ("short_breaks_only", "had short breaks alone"),
    ):
        held = made.columns[name].to_pylist() if name in made.columns else []
        if DIFFERS in held:
            text = f"whether {held.count(DIFFERS):,} of {len(held):,} children {what} can't be told from their episodes"
            found.append(Problem(file, 0, name, "", f"{text}, and neither can what depends on it"))
    return found


def _table(answers: RawTable | None, children: Mapping[str, _Child], year: tuple[str, str]) -> RawTable:
    """The rows of ``answers``, and one that says nothing more for each child that has episodes alone."""
    named = answers.columns["child_id"].to_pylist() if answers is not None else []
    alone = sorted(children.keys() - set(named))
    every = [*named, *alone]
    columns = {"child_id": texts(every), "year_started_on": texts([year[0]] * len(every)), "year_ended_on": texts([year[1]] * len(every))}
    if children:
        none = _Child("", 0, set())
        held = [children.get(child, none).episodes for child in every]
        whole = [twelve_months(one, *year) if year[0] else DIFFERS for one in held]
        columns["looked_after_twelve_months"] = texts(whole)
        columns["short_breaks_only"] = texts([short_breaks_only(one) for one in held])
    if answers is not None:
        blank = texts([""] * len(alone))
        own = {name: column for name, column in answers.columns.items() if name not in ("child_id", "yearly_return_id")}
        columns |= {name: pa.concat_arrays([column, blank]) for name, column in own.items()}
    columns = {"yearly_return_id": keys.names(TABLE, columns), **columns}
    files = [*(answers.file_of(row) for row in range(len(named)))] if answers is not None else []
    files += [children[child].file for child in alone]
    rows = [*(row_numbers(answers).tolist() if answers is not None else []), *(children[child].row for child in alone)]
    distinct = list(dict.fromkeys(files))
    which = np.array([distinct.index(file) for file in files], np.int64)
    source = answers.source if answers is not None else {}
    return RawTable(
        TABLE,
        columns,
        " + ".join(distinct),
        np.array(rows, np.int64),
        source,
        files=tuple(distinct),
        which=which if len(distinct) > 1 else None,
    )
