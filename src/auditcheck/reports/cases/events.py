"""What happened to a child by the clock: every event that a limit was set for, in the lanes of the timeline.

One observation of a rule with a limit is one thing that was, or is to be, done by a day. What several rules say of one day in one lane is
one event, and the worst of it is its mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from auditcheck.reports.words import in_words, over_in_words
from auditcheck.rulebook.model import Rule

#: The lanes, from the top, and the dates that are events in each. A review conference stands with the other reviews.
_LANES: Mapping[str, tuple[str, ...]] = {
    "Referral": ("contacts.decided_at", "referrals.decided_at"),
    "Assessment": ("assessments.authorised_on",),
    "Enquiry": ("section_47_enquiries.child_seen_at",),
    "Conference": ("conferences.held_at",),
    "Plan": ("plans.document_on",),
    "Plan review": ("reviews.held_on",),
    "Core group": ("core_groups.held_on",),
    "Visits": ("visits.visited_at", "private_fostering.first_visit_on"),
    "Supervision": ("supervisions.held_on", "management_decisions.decided_on"),
    "Care": (
        *("placements.placement_plan_on", "placements.suitability_assessed_on", "placements.fully_approved_on"),
        *("health_assessments.completed_on", "education_plans.started_on", "missing_episodes.interviewed_at"),
    ),
}
LANES = tuple(_LANES)
_OF = {date: lane for lane, dates in _LANES.items() for date in dates}

#: What the mark of an event says, the gravest first.
MISSING, LATE, UNTOLD, IN_TIME, AWAITED = "missing", "late", "untold", "in time", "awaited"
MARKS = {
    MISSING: "no record when due",
    LATE: "late",
    UNTOLD: "cannot tell whether in time",
    IN_TIME: "in time",
    AWAITED: "not yet due",
}
_GRAVEST = {mark: place for place, mark in enumerate(MARKS)}


@dataclass
class Event:
    """One mark on the timeline: what happened on ``day`` (or was, or is, due then) in a lane. ``said``: what each rule says of it.

    ``spans``: the limits that were set for it, from when each ran to when it ended. ``open``: it hangs on something that is still open.
    """

    lane: str
    day: str
    mark: str
    said: list[str] = field(default_factory=list)
    spans: list[tuple[str, str]] = field(default_factory=list)
    records: dict[str, None] = field(default_factory=dict)
    open: bool = False

    @property
    def limit(self) -> tuple[str, str] | None:
        """The limit that ended first; None where none did after it began."""
        return min((span for span in self.spans if span[0] <= span[1]), key=lambda span: span[::-1], default=None)

    @property
    def order(self) -> tuple[str, int]:
        """By which events are sorted, oldest first."""
        return self.day, -LANES.index(self.lane)


def lane(rule: Rule) -> str:
    """The lane of the event that a rule sets a limit for; '' where it sets none, or for an event that is not drawn."""
    if rule.check not in ("within", "recurs"):
        return ""
    event: Any = rule.body.get("event") or rule.body.get("of")
    if not isinstance(event, dict):
        return _OF.get(f"{rule.subject}.{event}", "")
    reviews = (event.get("where") or {}).get("kind") in ("review", ["review"])
    where = _OF.get(f"{event['table']}.{event['at']}", "")
    return "Plan review" if where == "Conference" and reviews else where


def events(observations: Iterable[Mapping[str, Any]], lanes: Mapping[str, str], titles: Mapping[str, str]) -> list[Event]:
    """The events of one child, newest first. ``lanes``: the lane of each rule that has one; ``titles``: what each rule is called."""
    found: dict[tuple[str, str, bool], Event] = {}
    for row in observations:
        where = lanes.get(row["rule_id"])
        mark, moment = _mark(row) if where else ("", "")
        if not where or not mark:
            continue
        day = moment[:10]
        key = (where, day, mark in (MISSING, AWAITED))  # what did not happen is not drawn over what did
        event = found.setdefault(key, Event(where, day, mark))
        event.mark = min(event.mark, mark, key=_GRAVEST.__getitem__)
        event.said.append(f"{titles[row['rule_id']]}: {_result(row, mark)}")
        if row["trigger_at"] and row["due_at"]:
            event.spans.append((row["trigger_at"][:10], row["due_at"][:10]))
        event.records[record(row)] = None
        event.open |= row["standing"] == "open"
    return sorted(found.values(), key=lambda event: event.order, reverse=True)


def record(row: Mapping[str, Any]) -> str:
    """A record as a person looks for it: ``visits V7``, ``cases of 3 May 2015``."""
    return f"{row['table'].replace('_', ' ')} {named(row)}"


def named(row: Mapping[str, Any]) -> str:
    """A record within its table: its id, or its day where it has no id of its own."""
    own = f"{row['table']}:{row['child_id']}:"
    if not row["record_id"].startswith(own):
        return str(row["record_id"])
    day, *more = row["record_id"].removeprefix(own).split(":")
    return f"of {', '.join([in_words(day), *filter(None, more)])}"


def _mark(row: Mapping[str, Any]) -> tuple[str, str]:
    """The mark of one observation and the moment at which it stands; blank where there is nothing to draw."""
    outcome, happened, due = row["outcome"], row["happened_at"], row["due_at"]
    if outcome == "not_yet_due" and due:
        return AWAITED, due
    if outcome == "not_met" and due and not happened:
        return MISSING, due
    if not happened:
        return "", ""
    return {"met": IN_TIME, "not_met": LATE, "justified": LATE, "cannot_tell": UNTOLD}.get(outcome, ""), happened


def _result(row: Mapping[str, Any], mark: str) -> str:
    """What came of one observation, in words."""
    due = in_words(row["due_at"]) if row["due_at"] else ""
    over = over_in_words(row["over"], row["unit"])
    if mark == AWAITED:
        return "not yet due"
    if mark == MISSING:
        return f"no record when due{f', {over} ago' if over else ''}"
    if mark == UNTOLD:
        return "cannot tell whether in time"
    until = f" (limit {due})" if due else ""
    if mark == IN_TIME:
        return f"in time{until}"
    reason = "; a reason is recorded" if row["outcome"] == "justified" else ""
    return f"late{f' by {over}' if over else ''}{until}{reason}"
