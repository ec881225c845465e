"""Text to values, column-wise and strictly: dates and moments, yes/no, placeholders. Nothing is guessed; what can't be read says so.

Library date parsers are not used: each of those tried accepts impossible or abbreviated dates, or stops at the first bad one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import clock

Mask = npt.NDArray[np.bool_]
OK, BLANK, UNREADABLE, PLACEHOLDER = 0, 1, 2, 3

#: What several rows or sources disagree on is stored as this text; it is unreadable as any type.
DIFFERS = "?differs"

#: Words that stand where an answer should be (design: placeholders count as blank where a rule asks that something is stated).
PLACEHOLDERS = frozenset((files("auditcheck") / "data" / "placeholders.txt").read_text("utf-8").splitlines())
_LONGEST_PLACEHOLDER = 24
_EDGES = " \t\r\n\u00a0.,;:!?-\u2013\u2014_*()[]\"'"


@dataclass(frozen=True)
class When:
    """A column of dates or moments: ``day`` (n,) since 1970 or NAT, ``second`` of the day or -1 (only the day is known), ``state``."""

    day: clock.Days
    second: clock.Days
    state: npt.NDArray[np.uint8]

    def take(self, rows: npt.NDArray[np.integer[Any]]) -> When:
        """The values at ``rows``; -1 gives blank, -2 (a reference that leads nowhere) gives unreadable."""
        if len(self.day) == 0:
            state = np.where(rows == -2, UNREADABLE, BLANK).astype(np.uint8)
            return When(np.full(len(rows), clock.NAT, np.int32), np.full(len(rows), -1, np.int32), state)
        lost = rows < 0
        if not lost.any():
            return When(self.day[rows], self.second[rows], self.state[rows])
        at = np.maximum(rows, 0)
        state = np.where(rows == -2, UNREADABLE, np.where(lost, BLANK, self.state[at])).astype(np.uint8)
        return When(np.where(lost, clock.NAT, self.day[at]), np.where(lost, clock.DAY_ONLY, self.second[at]), state)

    @classmethod
    def joined(cls, several: Sequence[When]) -> When:
        """Several columns, one after the other."""
        return cls(*(np.concatenate([getattr(when, name) for when in several]) for name in ("day", "second", "state")))

    @property
    def known(self) -> Mask:
        """Where a day could be read."""
        known: Mask = self.state == OK
        return known


def never(n: int) -> When:
    """A column of ``n`` blanks."""
    return When(np.full(n, clock.NAT, np.int32), np.full(n, clock.DAY_ONLY, np.int32), np.full(n, BLANK, np.uint8))


@cache
def _day_table() -> clock.Days:
    """(200 * 13 * 32,) day number of each year, month and day of the month; NAT where there is no such day."""
    table = np.full((clock.LAST.year - clock.FIRST.year + 1, 13, 32), clock.NAT, np.int32)
    days = np.arange(clock.BASE, clock.BASE + clock.SPAN)
    dates = days.astype("datetime64[D]")
    month = dates.astype("datetime64[M]").astype(np.int64)
    of_month = (dates - dates.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    table[month // 12 + 1970 - clock.FIRST.year, month % 12 + 1, of_month] = days
    return table


def moments(texts: pa.Array, midnight_is_real: bool = False) -> When:
    """Read ``YYYY-MM-DD``, ``YYYY-MM-DDTHH:MM`` and ``...:SS`` (n,). 00:00 exactly is day-only unless midnight is real.

    Anything else that is not blank is UNREADABLE (PLACEHOLDER where it is one), and so are years outside 1900-2099 and times that
    London's clocks skipped.
    """
    result = never(len(texts))
    trimmed = pc.utf8_trim_whitespace(texts)
    offsets, data = _buffers(trimmed)
    lengths = np.diff(offsets)
    result.state[lengths > 0] = UNREADABLE
    for length in (10, 16, 19):
        rows = np.flatnonzero(lengths == length)
        for start in range(0, len(rows), 1 << 16):
            block = rows[start : start + (1 << 16)]
            _read_block(data[offsets[block][:, None] + np.arange(length)], block, result)
    if not midnight_is_real:
        result.second[result.second == 0] = clock.DAY_ONLY
    lost = clock.skipped(result.day, result.second)
    result.state[lost] = UNREADABLE
    bad = np.flatnonzero(result.state == UNREADABLE)
    result.day[bad], result.second[bad] = clock.NAT, clock.DAY_ONLY
    if len(bad):
        result.state[bad[placeholders(trimmed.take(pa.array(bad)))]] = PLACEHOLDER
    return result


def _buffers(texts: pa.Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """The (n+1,) offsets and the bytes of a string array."""
    if pa.types.is_large_string(texts.type):
        kind: type[np.generic] = np.int64
    else:
        kind = np.int32
    _, offset_buffer, data = texts.buffers()
    offsets = np.frombuffer(offset_buffer, kind, len(texts) + 1 + texts.offset)[texts.offset :] if offset_buffer else np.zeros(1, kind)
    raw = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return offsets.astype(np.int64), raw


def _read_block(cells: npt.NDArray[np.uint8], rows: npt.NDArray[np.intp], into: When) -> None:
    """Read (m, 10 | 16 | 19) bytes into the rows of ``into`` that they belong to."""
    length = cells.shape[1]
    digits = cells - np.uint8(48)
    marks = {4: b"-", 7: b"-", 10: b"T", 13: b":", 16: b":"}
    places = [p for p in range(length) if p not in marks]
    good = (digits[:, places] < 10).all(axis=1)
    for place, mark in marks.items():
        if place < length:
            good &= cells[:, place] == mark[0]

    def number(*at: int) -> npt.NDArray[np.int64]:
        value = np.zeros(len(cells), np.int64)
        for place in at:
            value = value * 10 + digits[:, place]
        return np.where(good, value, 0)

    year, month, of_month = number(0, 1, 2, 3) - clock.FIRST.year, number(5, 6), number(8, 9)
    table = _day_table()
    inside = good & (year >= 0) & (year < len(table)) & (month <= 12) & (of_month <= 31)
    day = table[np.where(inside, year, 0), np.where(inside, month, 0), np.where(inside, of_month, 0)]
    second = np.full(len(cells), clock.DAY_ONLY, np.int64)
    if length >= 16:
        hour, minute, rest = number(11, 12), number(14, 15), number(17, 18) if length == 19 else np.zeros(len(cells), np.int64)
        inside &= (hour < 24) & (minute < 60) & (rest < 60)
        second = hour * 3600 + minute * 60 + rest
    inside &= day != clock.NAT
    into.day[rows] = np.where(inside, day, clock.NAT)
    into.second[rows] = np.where(inside, second, clock.DAY_ONLY)
    into.state[rows] = np.where(inside, OK, UNREADABLE)


def placeholders(texts: pa.Array) -> Mask:
    """Where a text is blank or only holds the place of an answer (n,)."""
    result = np.asarray(pc.less_equal(pc.utf8_length(texts), _LONGEST_PLACEHOLDER)) & ~_ends_in_a_digit(texts)
    rows = np.flatnonzero(result)
    words = texts.take(pa.array(rows)).dictionary_encode()
    standing_in = np.array([is_placeholder(word) for word in words.dictionary.to_pylist()], bool)
    if len(rows):
        result[rows] = standing_in[np.asarray(words.indices)]
    return result


def _ends_in_a_digit(texts: pa.Array) -> Mask:
    """No placeholder does, and nearly all ids and days do, each of which is another text."""
    offsets, data = _buffers(texts)
    if not len(data):
        return np.zeros(len(texts), bool)
    last = data[np.maximum(offsets[1:] - 1, 0)]
    ends: Mask = (offsets[1:] > offsets[:-1]) & (last >= ord("0")) & (last <= ord("9"))
    return ends


def is_placeholder(text: str) -> bool:
    """Whether one text is blank or a placeholder."""
    bare = text.strip(_EDGES).lower()
    return not bare or bare in PLACEHOLDERS


_YES, _NO = frozenset({"yes", "true", "y", "1"}), frozenset({"no", "false", "n", "0"})


def normal(text: str, kind: str) -> str:
    """A code, yes/no or id as it is compared: trimmed, lower case (ids keep their case); yes/no in those words."""
    bare = text.strip()
    if kind == "id":
        return bare
    bare = bare.lower()
    if kind == "yesno":
        return "yes" if bare in _YES else "no" if bare in _NO else bare
    return bare
