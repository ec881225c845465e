"""Moments and lengths as text: ISO for machines, plain words for people."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import clock
from auditcheck.values import When


@cache
def _iso_days() -> pa.Array:
    days = np.arange(clock.BASE, clock.BASE + clock.SPAN).astype("datetime64[D]")
    return pa.array(np.datetime_as_string(days), pa.string())


def iso(when: When) -> pa.Array:
    """Moments as the contract writes them (n,): ``YYYY-MM-DD``, with a time ``YYYY-MM-DDTHH:MM:SS+hh:mm``, null where there is none."""
    days = _iso_days().take(pa.array(np.where(when.known, when.day - clock.BASE, 0)))
    days = pc.if_else(pa.array(when.known), days, pa.scalar(None, pa.string()))
    timed = np.flatnonzero(when.known & (when.second != clock.DAY_ONLY))
    if not len(timed):
        return days
    # The same moments come again and again (a due moment of many records, midnight's end): each is put in words once.
    seconds = when.day[timed].astype(np.int64) * 86400 + when.second[timed]
    distinct, which = np.unique(seconds, return_inverse=True)
    stamps = np.datetime_as_string(distinct.astype("datetime64[s]"))
    hours = clock.offset_of((distinct // 86400).astype(np.int32), (distinct % 86400).astype(np.int32)) // 3600
    zone = np.array([f"+{h:02d}:00" for h in range(3)])[np.clip(hours, 0, 2)]
    full = pa.array(np.char.add(stamps, zone), pa.string()).take(pa.array(which))
    mask = np.zeros(len(days), bool)
    mask[timed] = True
    return pc.replace_with_mask(days, pa.array(mask), full)


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
