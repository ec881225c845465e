"""What a reader has to know before the figures: which standards the run was checked with, and whether the calendar has its days."""

from __future__ import annotations

from datetime import date

from auditcheck.board.aimed import of_another
from auditcheck.board.order import Order
from auditcheck.reports.words import count
from auditcheck.rulebook.notices import Notice, calendar
from auditcheck.rulebook.profile import apply, standard


def checked_with(order: Order) -> str:
    """Which profile the run was checked with."""
    info = order.run.info
    return f"The run was checked with the profile {info['profile']} ({info.get('profile_title', 'without a title')})."


def other_standards(order: Order) -> str:
    """What follows where the run was checked with other limits than the notice's profile sets; '' where with the same."""
    info, mine = order.run.info, order.profile
    if of_another(order):
        return (
            f"That is not the profile of this notice, {mine.id}: which rules were checked, and the limits that they took, are those of "
            f"{info['profile']}. Targets are those of {mine.id}, held against the figures shown here. "
            f"For figures by its own limits run the audit with --profile {mine.id}."
        )
    if info.get("standard") != standard(apply(order.book, mine)):
        return f"The rules or the limits of {mine.id} have changed since: the figures, and how targets stand, are by those of the run."
    return ""


def undated(asked: Notice, start: date | None) -> str:
    """Why obligations of the calendar have no day, in a sentence; '' where the day on which the notice began is known."""
    without = 0 if start else sum(not one.day for one in calendar(asked, start))
    if not without:
        return ""
    have = f"{count(without, 'obligation')} {'has' if without == 1 else 'have'} no day"
    return f"{have}, because nobody said on which day the notice began: say --notice-start YYYY-MM-DD, or write it in the profile."
