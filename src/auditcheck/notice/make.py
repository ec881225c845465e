"""Puts together what is written: each reference with its evidence and what people say of it, and the calendar as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from auditcheck.board import book
from auditcheck.board.asked import Shows, shows
from auditcheck.board.order import Order
from auditcheck.notice.basis import said_of_start
from auditcheck.notice.dues import Due, dues
from auditcheck.notice.progress import Key, Written, key
from auditcheck.notice.stages import borne_out
from auditcheck.rulebook.notices import calendar


@dataclass(frozen=True)
class Row:
    """One reference: what shows something of it, what people wrote, and what they say shows it, in words."""

    shows: Shows
    written: Written
    shown_by: str


@dataclass(frozen=True)
class Table:
    """All that is written. ``notes``: what to know of the day on which the notice began; ``lacking``: what the file of progress has no
    row for."""

    book: book.Book
    rows: Sequence[Row]
    due: Sequence[Due]
    notes: Sequence[str]
    lacking: Sequence[Key]


def table(order: Order, start: date | None, written: Mapping[Key, Written], lacking: Sequence[Key]) -> Table:
    """Count, protect and put together. ``start``: the day on which the notice began.

    Raises:
        BadProgress, NotATable, CannotRelease: each a sentence.
    """
    made = book.make(order)
    found = shows(made, start)
    shown_by = borne_out(found, written, made.audits)
    rows = [Row(one, written.get(at, Written()), shown_by.get(at, "")) for one in found for at in (key(one.reference),)]
    due = dues(calendar(order.profile.notice, start), written, order.run.as_of)
    return Table(made, rows, due, said_of_start(order, start), lacking)
