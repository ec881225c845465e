"""Moments and lengths as text: ISO for machines, plain words for people."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from auditcheck import clock
from auditcheck.values import When


@cache
def _iso_days() -> pa.Array:
    days = np.arange(clock.BASE, clock.BASE + clock.SPAN).astype("datetime64[D]")
    return pa.array(np.datetime_as_string(days), pa.string())


def iso(when: When) -> pa.Array:
    """Moments as the contract writes them (n,): ``YYYY-MM-DD``, with a time ``YYYY-MM-DDTHH:MM:SS+hh:mm``, null where there is none."""
    return coded_iso(when).dictionary_decode()


def coded_iso(when: When) -> pa.DictionaryArray:
    """The same, each different moment once: the same ones come again and again."""
    timed = when.known & (when.second != clock.DAY_ONLY)
    whole = when.known & ~timed
    days = when.day[whole]
    first, last = (int(days.min()), int(days.max())) if len(days) else (clock.BASE, clock.BASE - 1)
    there = np.zeros(last - first + 1, bool)
    there[days - first] = True
    code = np.full(len(when.day), -1, np.int32)
    code[whole] = (np.cumsum(there) - 1)[days - first]
    stamps, which = _stamps(when.day[timed], when.second[timed])
    code[timed] = int(there.sum()) + which
    words = pa.concat_arrays([_iso_days().slice(first - clock.BASE, len(there)).filter(pa.array(there)), stamps])
    return pa.DictionaryArray.from_arrays(pa.array(code, mask=code < 0), words)


def _stamps(day: clock.Days, second: clock.Days) -> tuple[pa.Array, npt.NDArray[np.int32]]:
    """The different moments with a time, in words, and which each is."""
    coded = pa.array(day.astype(np.int64) * 86400 + second).dictionary_encode()  # sooner than sorting them
    seconds, which = coded.dictionary.to_numpy(), coded.indices.to_numpy()
    hours = clock.offset_of((seconds // 86400).astype(np.int32), (seconds % 86400).astype(np.int32)) // 3600
    zone = np.array([f"+{h:02d}:00" for h in range(3)])[np.clip(hours, 0, 2)]
    return pa.array(np.char.add(np.datetime_as_string(seconds.astype("datetime64[s]")), zone), pa.string()), which


@cache
def in_words(day: int) -> str:
    """``3 April 2015``."""
    found: date = clock.as_date(day)
    return f"{found.day} {found:%B} {found.year}"


def moment_in_words(day: int, second: int) -> str:
    """``3 April 2015`` or ``3 April 2015 at 14:30``; ``an unknown date`` where there is none."""
    if day == clock.NAT:
        return "an unknown date"
    text = in_words(day)
    return text if second == clock.DAY_ONLY else f"{text} at {second // 3600:02d}:{second // 60 % 60:02d}"


def count(number: int, unit: str) -> str:
    """``9 working days``, ``1 day``, ``3 hours`` (of minutes, in whole hours from two on)."""
    if unit == "minutes" and number >= 120:
        number, unit = number // 60, "hours"
    return f"{number} {unit if number != 1 else unit.removesuffix('s')}"
