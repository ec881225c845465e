"""What a reader has to know before the figures: which standards the run was checked with, and whether the calendar has its days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from auditcheck.board.aimed import of_another
from auditcheck.board.order import Order
from auditcheck.reports import words
from auditcheck.reports.words import count
from auditcheck.rulebook.model import Profile
from auditcheck.rulebook.notices import Notice, calendar
from auditcheck.rulebook.profile import apply, standard


def records(order: Order) -> str:
    """Up to which day the records go, and on which day they were checked, where that is another."""
    info = order.run.info
    up_to, checked = info.get("data_up_to", info["as_of"]), info["as_of"]
    other = f", checked as things stood on {words.in_words(checked)}" if checked != up_to else ""
    return f"records as at {words.in_words(up_to)}{other}"


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


def began(said: date | None, profile: Profile, run: Mapping[str, Any]) -> date | None:
    """The day on which the notice began: as somebody says, else the profile, else a run that was made with it."""
    counted = run.get("notice_start") if run["profile"] == profile.id else None
    return said or profile.notice_start or (date.fromisoformat(counted) if counted else None)


def said_of_start(order: Order, start: date | None) -> list[str]:
    """What to know of the day on which the notice began, in sentences."""
    found = [f"The notice began on {words.in_words(start.isoformat())}."] if start else []
    counted = order.run.info.get("notice_start", "")
    if start and not of_another(order) and counted != start.isoformat():
        by = f"{words.in_words(counted)}" if counted else "no day"
        found.append(
            f"The run counted from {by}: for targets that count from the notice's start run the audit with --notice-start {start}."
        )
    return [*found, *filter(None, [undated(order.profile.notice, start)])]


def undated(asked: Notice, start: date | None) -> str:
    """Why obligations of the calendar have no day, in a sentence; '' where the day on which the notice began is known."""
    without = 0 if start else sum(not one.day for one in calendar(asked, start))
    if not without:
        return ""
    have = f"{count(without, 'obligation')} {'has' if without == 1 else 'have'} no day"
    return f"{have}, because nobody said on which day the notice began: say --notice-start YYYY-MM-DD, or write it in the profile."
