"""What became of each finding since the night before: new, continuing, changed, or gone and why. Nothing here knows how it is kept.

Whether a finding changed: its outcome, severity, due or happened moment differ; being longer overdue is continuing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from auditcheck.ledger import whys
from auditcheck.ledger.night import Found, Night, record_key
from auditcheck.ledger.observed import Seen, seen

NEW, CONTINUING, CHANGED = "new", "continuing", "changed"  # the words of findings.csv
RETURNED, AGAIN, GONE = "returned", "again", "gone"  # and, with new and changed, those of the ledger's events

#: The columns of resolved.csv.
RESOLVED = (
    "finding_id", "rule_id", "title", "severity", "child_id", "table", "record_id", "team", "worker_id", "manager_id", "first_seen",
    "last_seen", "why", "says",
)  # fmt: skip
_COMPARED = ("outcome", "severity", "due_at", "happened_at")

Holder = tuple[str, str, str]
Holders = Callable[[Iterable[str]], Mapping[str, Holder]]


class Known(NamedTuple):
    """A finding as the nights before left it. ``why``: why it was gone at the last of them, '' where it was there."""

    found: Found
    first_seen: str
    last_seen: str
    why: str = ""

    @property
    def expected(self) -> bool:
        """Whether tonight has to account for it."""
        return not self.why or whys.WHYS[self.why].kept


class Gone(NamedTuple):
    """A finding that is absent tonight. ``says``: why, in a sentence or two."""

    known: Known
    why: str
    says: str


class Event(NamedTuple):
    """What is new about a finding tonight. ``found``: as it stands, or as it last stood; ``why``, ``last_seen``: of one that is gone."""

    found: Found
    event: str
    why: str = ""
    last_seen: str = ""


@dataclass(frozen=True)
class Compared:
    """``state`` and ``first_seen`` by finding id; ``gone`` and ``events`` sorted by rule, child and finding."""

    state: Mapping[str, str]
    first_seen: Mapping[str, str]
    gone: list[Gone]
    events: list[Event]

    def counts(self) -> dict[str, int]:
        """How many findings are in each state, and how many of the new ones were there before."""
        found = Counter(self.state.values())
        returned = sum(event.event == RETURNED for event in self.events)
        return {NEW: found[NEW], CONTINUING: found[CONTINUING], CHANGED: found[CHANGED], RETURNED: returned}

    def resolved(self, holders: Holders) -> list[tuple[str, ...]]:
        """resolved.csv, a row each in the columns of `RESOLVED`. ``holders``: who has these children's cases tonight, where anybody has."""
        held = holders({gone.known.found.child_id for gone in self.gone})
        return [_resolved(gone, held.get(gone.known.found.child_id)) for gone in self.gone]


def compared(before: Mapping[str, Known], night: Night) -> Compared:
    """Tonight beside what was known before (by finding id)."""
    events, state, first_seen = [], {}, {}
    for name, found in night.found.items():
        known = before.get(name)
        event = _event(known, found)
        state[name] = {NEW: NEW, RETURNED: NEW, CHANGED: CHANGED}.get(event, CONTINUING)
        first_seen[name] = known.first_seen if known else night.as_of
        if event:
            events.append(Event(found, event))
    gone = _gone({name: known for name, known in before.items() if known.expected and name not in night.found}, night)
    events += [Event(one.known.found, GONE, one.why, one.known.last_seen) for one in gone if one.why != one.known.why]
    return Compared(state, first_seen, gone, sorted(events, key=lambda event: _order(event.found)))


def unaccounted(before: Mapping[str, Known], tonight: Iterable[str], resolved: Iterable[str]) -> list[str]:
    """Findings that the night before left and that are neither among tonight's nor among those resolved, or among both."""
    here, gone = frozenset(tonight), frozenset(resolved)
    return sorted(name for name, known in before.items() if known.expected and (name in here) == (name in gone))


def _order(found: Found) -> tuple[str, str, str]:
    return found.rule_id, found.child_id, found.finding_id


def _event(known: Known | None, found: Found) -> str:
    """What there is to say of a finding that is there tonight; '' where nothing differs."""
    if known is None:
        return NEW
    if known.why and whys.WHYS[known.why].settles:
        return RETURNED
    if any(getattr(known.found, name) != getattr(found, name) for name in _COMPARED):
        return CHANGED
    return AGAIN if known.why else ""


def _gone(missing: Mapping[str, Known], night: Night) -> list[Gone]:
    where = [(k.found.rule_id, k.found.child_id, k.found.table, k.found.record_id) for k in missing.values()]
    tonight = seen(night.observations, where)
    gone = [Gone(known, *_why(known.found, tonight.get(name), night)) for name, known in missing.items()]
    return sorted(gone, key=lambda one: _order(one.known.found))


def _why(found: Found, now: Seen | None, night: Night) -> tuple[str, str]:
    status, because = night.rules.get(found.rule_id, ("", "not in the rulebook"))
    if status in ("", "not_selected"):
        return _said(whys.RULE_RETIRED, because)
    if status in (whys.NOT_EVALUATED, whys.RULE_ERROR):
        return _said(status, because)
    if now is not None:
        return _said(_by_outcome(found, now), f"recorded on {now.happened_at[:10]}" if now.happened_at else now.reason)
    if found.child_id and found.child_id not in night.children:
        return _said(whys.CHILD_GONE)
    return _said(whys.NO_LONGER_ASKED if record_key(found.table, found.record_id) in night.records else whys.RECORD_GONE)


def _by_outcome(found: Found, now: Seen) -> str:
    if now.outcome == "met":
        return whys.FIXED
    if now.outcome in (whys.CANNOT_TELL, whys.NOT_YET_DUE):
        return now.outcome
    if now.reason.startswith("Not asked while"):
        return whys.SUPERSEDED
    if now.reason.startswith("Exempt:"):
        return whys.EXEMPT
    closed = found.standing == "open" and now.standing == "past"
    return whys.CASE_CLOSED if closed or now.reason.startswith("The duty") else whys.NOT_APPLICABLE


def _said(why: str, detail: str = "") -> tuple[str, str]:
    return why, f"{whys.WHYS[why].says}{': ' + detail if detail else ''}."


def _resolved(gone: Gone, holder: Holder | None) -> tuple[str, ...]:
    known, found = gone.known, gone.known.found
    team, worker, manager = holder or (found.team, found.worker_id, found.manager_id)
    return (
        found.finding_id, found.rule_id, found.title, found.severity, found.child_id, found.table, found.record_id, team, worker, manager,
        known.first_seen, known.last_seen, gone.why, gone.says,
    )  # fmt: skip
