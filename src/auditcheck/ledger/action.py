"""An action: what somebody undertook to do, by when, and what shows that it was done; and what keeps one from the register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from auditcheck.values import is_placeholder

FINDING, OBSERVATION, ALERT = "finding", "observation", "alert"
OPEN, CLOSED = "open", "closed"
#: Fields that hold one of a few words.
WORDS = {
    "kind": (FINDING, OBSERVATION, ALERT),
    "status": (OPEN, CLOSED),
    "alert": ("concern", "good_practice"),
}
#: How many characters a field holds at most; a register is no place for a case file.
LONGEST = {"what": 200, "evidence": 400, "outcome": 400, "owner": 40, "sent_to": 40, "stage": 40, "theme": 60}
_DATES = ("raised_on", "due", "closed_on", "reply_due", "replied_on")
_OF_ALERTS = ("alert", "stage", "sent_to", "reply_due", "replied_on", "outcome")


class Action(NamedTuple):
    """One action. All text, '' = none; dates ``YYYY-MM-DD``. ``owner``: a role or worker id. ``closed_by``: a run's stream, if it did.

    ``alert`` to ``outcome`` are those of a practice alert: concern or good practice, stage, to whom it was sent, when a reply is due and
    came, and the outcome for the child.
    """

    action_id: str
    kind: str
    finding_id: str
    child_id: str
    theme: str
    what: str
    owner: str
    raised_on: str
    due: str
    status: str = OPEN
    evidence: str = ""
    closed_on: str = ""
    closed_by: str = ""
    alert: str = ""
    stage: str = ""
    sent_to: str = ""
    reply_due: str = ""
    replied_on: str = ""
    outcome: str = ""

    def overdue(self, as_of: str) -> bool:
        """Whether it is open and its last day has passed, or that for the reply to a practice alert, which has not come."""
        return self.status == OPEN and (self.due < as_of or self.unanswered(as_of))

    def unanswered(self, as_of: str) -> bool:
        """Whether a reply to an open practice alert was due before then and has not come."""
        return self.status == OPEN and not self.replied_on and "" < self.reply_due < as_of


def wrong(action: Action) -> Iterator[tuple[str, str]]:
    """Everything that keeps an action from the register: (field, what is wrong and what to do)."""
    given = action._asdict()
    for name in ("what", "owner", "raised_on", "due"):
        if is_placeholder(given[name]):
            yield name, f"{_called(name)} is needed: {_NEEDED[name]}."
    for name, words in WORDS.items():
        if given[name] not in words and (given[name] or name != "alert"):
            yield name, f"{_called(name)} is '{given[name]}'. It is one of {', '.join(words)}."
    for name, most in LONGEST.items():
        if len(given[name]) > most:
            yield name, f"{_called(name)} has {len(given[name])} characters, {most} at most. Say it shorter; the rest is for the case file."
    bad = [name for name in _DATES if given[name] and not is_day(given[name]) and not is_placeholder(given[name])]
    for name in bad:
        yield name, f"{_called(name)} '{given[name]}' is not a date. Write it as 2015-06-30."
    if not bad:
        yield from _out_of_order(action)
    yield from _out_of_kind(action)
    yield from _not_closed(action)


_NEEDED = {
    "what": "one short sentence, no names",
    "owner": "the role or worker id of whoever does it",
    "raised_on": "the day on which it was agreed",
    "due": "the last day on which it is in time",
}


_CALLED = {"what": "What is to be done", "due": "The due date", "raised_on": "The day it was raised"}


def _called(name: str) -> str:
    return _CALLED.get(name, name.replace("_", " ").capitalize())


def _out_of_order(action: Action) -> Iterator[tuple[str, str]]:
    for name, word in (("due", "due"), ("closed_on", "closed"), ("reply_due", "a reply due"), ("replied_on", "replied to")):
        day = getattr(action, name)
        if day and action.raised_on and day < action.raised_on:
            yield name, f"It is {word} on {day}, before it was raised on {action.raised_on}. Correct one of the two."


def _out_of_kind(action: Action) -> Iterator[tuple[str, str]]:
    if action.kind == FINDING and not action.finding_id:
        yield "finding_id", "An action on a finding names the finding. Give its id, or make it an observation."
    if action.kind == ALERT and not action.alert:
        yield "alert", "A practice alert says which it is: concern or good_practice."
    if action.kind in (FINDING, ALERT) and not action.child_id:
        yield "child_id", f"An action of the kind {action.kind} names the child. Give the child's id."
    if action.kind != ALERT and (extra := [name for name in _OF_ALERTS if getattr(action, name)]):
        yield extra[0], f"{_called(extra[0])} is for practice alerts. Leave it blank, or make it an alert."


def _not_closed(action: Action) -> Iterator[tuple[str, str]]:
    if action.status == CLOSED:
        if is_placeholder(action.evidence):
            yield "evidence", "An action closes with evidence: what shows that it was done, or where that stands. A placeholder is none."
        if not action.closed_on:
            yield "closed_on", "An action that is closed says on which day."
    elif action.closed_on:
        yield "closed_on", "It has a day on which it was closed, and is open. Close it, or leave the day blank."


def is_day(text: str) -> bool:
    """Whether a text is a date as the register writes it."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
