"""The check that lays the texts of brothers and sisters side by side (distinct). Only the comparing of two word lists is a library's."""

from __future__ import annotations

import re
from datetime import date

from rapidfuzz.distance import LCSseq

from . import clock
from .casefile import Record
from .clock import NO, UNKNOWN, YES, Answer, Limit, OutsideCalendarError
from .conditions import look
from .duty import Duty, Observation
from .values import State, Value, counts_as_blank

ANYBODY = {"he", "she", "they", "him", "her", "them", "his", "hers", "their", "theirs", "himself", "herself", "themself", "themselves"}
CHILDREN = {"boy", "girl", "son", "daughter", "brother", "sister", "sibling"}
EDGE = r"[\s.,;:!?()\[\]{}<>\"'*_/\\\u2018\u2019\u201c\u201d\u2013\u2014-]+"
FEWEST_WORDS, MOST_CHILDREN = 10, 20


def distinct(duty: Duty, subject: Record) -> list[Observation]:
    """One observation a subject record."""
    return [Observation(subject, outcome(duty, subject), subject, "", own_date(duty, subject).moment)]


def outcome(duty: Duty, subject: Record) -> str:
    family = family_of(duty, subject)
    if family is None:
        return "cannot_tell"
    children = [one.id for one in duty.case_file.records["children"] if duty.case_file.value(one, "family_id").word == family]
    if len(children) == 1:
        return "not_applicable"
    if len(children) > MOST_CHILDREN:
        return "cannot_tell"
    mine = duty.case_file.child_of(subject)
    beside = [
        (other, near(duty, subject, other))
        for child in children
        if child != mine
        for other in duty.case_file.of_child(subject.table, child)
    ]
    beside = [(other, answer) for other, answer in beside if answer is not NO and comparable(duty, other)]
    answers = [answer for other, answer in beside if any(alike(duty, subject, other, name) for name in names(duty))]
    if answers:
        return "not_met" if YES in answers else "cannot_tell"
    return unlike(duty, subject, [other for other, answer in beside if answer is YES])


def unlike(duty: Duty, subject: Record, others: list[Record]) -> str:
    """What is to be said where no copy is known, of the records that surely are to be compared with."""
    if may_be_hidden(duty, subject) or any(unreadable(duty, other) for other in others):
        return "cannot_tell"
    if not any(text(duty, other, name) for other in others for name in names(duty)):
        return "not_applicable"
    if unreadable(duty, subject) or not any(text(duty, subject, name) for name in names(duty)):
        return "cannot_tell"
    both = any(text(duty, subject, name) and text(duty, other, name) for other in others for name in names(duty))
    return "met" if both else "not_applicable"


def names(duty: Duty) -> list[str]:
    named = duty.check["field"]
    return [named] if isinstance(named, str) else named


def own_date(duty: Duty, record: Record) -> Value:
    return duty.look(record, duty.check["at"])


def family_of(duty: Duty, subject: Record) -> str | None:
    """The family's id for comparing; None where it is not recorded."""
    value = look(duty.scope(subject), duty.check["siblings"])
    return None if counts_as_blank(value) or value.state is not State.FILLED else value.word


def comparable(duty: Duty, other: Record) -> bool:
    """It has happened, and its child is on everybody's lists."""
    child = duty.case_file.by_id["children", duty.case_file.child_of(other)]
    sealed = duty.case_file.value(child, "restricted")
    return duty.case_file.has_happened(other) and (sealed.empty or sealed.word == "no")


def near(duty: Duty, subject: Record, other: Record) -> Answer:
    """Whether the other record is of the rule's population and lies no further away than that."""
    belongs = duty.belongs_to_population(other)
    days = [value.moment.day for value in (own_date(duty, subject), own_date(duty, other)) if value.moment]
    if belongs is NO:
        return NO
    if len(days) < 2:
        return UNKNOWN
    try:
        last = clock.day_from(min(days), reach(duty), 1)
    except OutsideCalendarError:
        return UNKNOWN
    return belongs if max(days) <= last else NO


def reach(duty: Duty) -> Limit:
    return duty.named_limit(Record("", {}), duty.check["near"], date.min)


def may_be_hidden(duty: Duty, subject: Record) -> bool:
    """Whether the export may hold back a record that lies near."""
    coverage = duty.case_file.coverage.get(subject.table, "complete")
    if not coverage.startswith("since "):
        return coverage == "latest_only"
    moment = own_date(duty, subject).moment
    if moment is None:
        return True
    try:
        return clock.day_from(moment.day, reach(duty), -1) < date.fromisoformat(coverage.removeprefix("since ").strip())
    except OutsideCalendarError:
        return True


def unreadable(duty: Duty, record: Record) -> bool:
    return any(duty.look(record, name).state is State.UNREADABLE for name in names(duty))


def text(duty: Duty, record: Record, name: str) -> str:
    """The text, where there is enough of it."""
    found = duty.look(record, name).text
    return found if len(found.split()) >= FEWEST_WORDS else ""


def alike(duty: Duty, one: Record, other: Record, name: str) -> bool:
    texts = text(duty, one, name), text(duty, other, name)
    if not all(texts):
        return False
    first, second = (said(each) for each in texts)
    least = int(duty.set_locally.get("settings", {}).get(duty.check["alike"], duty.rule["settings"][duty.check["alike"]]).rstrip("% "))
    total = len(first) + len(second)
    return total > 0 and 200 * LCSseq.similarity(first, second) >= least * total


def said(given: str) -> list[str]:
    """The words, without what tells one child from another."""
    words = [re.sub(f"^{EDGE}|{EDGE}$", "", word) for word in given.split()]
    loud = len([word for word in words if word[:1].isupper()]) > len(words) / 2
    return ["somebody" if word[:1].isupper() and not loud else common(word.lower().replace("\u2019", "'")) for word in words]


def common(word: str) -> str:
    word = word.removesuffix("'s")
    return "somebody" if word in ANYBODY else "child" if word in CHILDREN else word
