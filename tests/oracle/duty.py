"""What one rule asks of one record: its limit, and the rows of other tables that belong to the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from . import clock, contract
from .casefile import CaseFile, End, Record
from .clock import NO, UNKNOWN, YES, Answer, Limit, Moment, UnreadableError
from .conditions import Scope, all_of, holds, look, truth
from .values import State, Value

Spec = dict[str, Any]
PLACE_BY_PERIOD = (
    "plans",
    "referrals",
    "care_episodes",
    "placements",
    "private_fostering",
    "section_47_enquiries",
    "strategy_discussions",
    "missing_episodes",
)
LOCAL_FROM = date(2010, 3, 1)


class NotSetError(Exception):
    """A local limit or setting that nobody set: the rule is not evaluated."""


class NoValueError(Exception):
    """No value is in force on that day: the duty does not exist."""


@dataclass(frozen=True)
class Found:
    """A row that belongs to the subject: `moment` is None where its date cannot be read; `counts` is the answer of its `where`."""

    record: Record
    moment: Moment | None
    counts: Answer

    @property
    def doubtful(self) -> bool:
        return self.counts is UNKNOWN or self.moment is None


@dataclass(frozen=True)
class Observation:
    """One judgement, before exemptions. `event` is the record that decided it, `same_day` the others of its day: one event with it."""

    subject: Record
    outcome: str
    record: Record
    kind: str = ""
    trigger: Moment | None = None
    due: Moment | None = None
    happened: Moment | None = None
    event: Record | None = None
    same_day: tuple[Record, ...] = ()


@dataclass
class Duty:
    """A rule at work on a case file; `check` is the body of its one check, `set_locally` what a profile says of the rule,
    `profile` what it says of every rule."""

    case_file: CaseFile
    rule: Spec
    check: Spec
    set_locally: Spec = field(default_factory=dict)
    profile: Spec = field(default_factory=dict)
    members: dict[Record, Answer] = field(default_factory=dict)

    @property
    def own_end(self) -> bool:
        return bool(self.rule.get("ends") != ["child"])

    def scope(self, subject: Record, event: Record | None = None) -> Scope:
        return Scope(self.case_file, subject, subject, event, self.rule.get("where"))

    def look(self, subject: Record, path: str) -> Value:
        return look(self.scope(subject), path)

    def belongs_to_population(self, subject: Record) -> Answer:
        if subject not in self.members:
            self.members[subject] = holds(self.scope(subject), self.rule.get("where"))
        return self.members[subject]

    def end(self, subject: Record, began: date | None = None) -> End:
        return self.case_file.end_of_duty(subject, self.own_end).for_duty_from(began)

    def limit(self, subject: Record, on: date) -> Limit:
        """The limit in force on that day. Raises NoValueError, NotSetError or UnreadableError."""
        return limit_of(self, subject, self.rule.get("limit"), on)

    def named_limit(self, subject: Record, name: str, on: date) -> Limit:
        """`limit`, the name of a setting, or a figure itself."""
        if name == "limit":
            return self.limit(subject, on)
        value = self.set_locally.get("settings", {}).get(name, self.rule.get("settings", {}).get(name, name))
        if value == "local":
            raise NotSetError(name)
        return clock.read_limit(value)


def limit_of(duty: Duty, subject: Record, given: Any, on: date) -> Limit:
    local = duty.set_locally.get("limit")
    if isinstance(given, dict) and "field" in given:
        return several(given, limit_in_record(duty, subject, given, on))
    if local is not None or isinstance(given, str):
        return set_limit(given if local is None and given != "local" else local, on)
    for value in given or []:
        if value.get("from", "0000") <= on.isoformat() < value.get("until", "9999"):
            if value["is"] == "none":
                break
            return clock.read_limit(value["is"])
    raise NoValueError


def set_limit(local: Any, on: date) -> Limit:
    """One figure, of a rule or a profile; it holds from 1 March 2010."""
    if not isinstance(local, str):
        raise NotSetError
    if on < LOCAL_FROM:
        raise NoValueError
    return clock.read_limit(local)


def several(given: Spec, limit: Limit) -> Limit:
    """`times: 2` makes two of it."""
    return Limit(limit.count * int(given.get("times", "1")), limit.unit)


def limit_in_record(duty: Duty, subject: Record, given: Spec, on: date) -> Limit:
    """A limit that stands in a field, or that a profile gives for the category in a field."""
    set_locally = duty.profile.get(given["like"], {}) if "like" in given else duty.set_locally
    local, value = set_locally.get("limit"), duty.look(subject, given["field"])
    if given.get("values") == "local":
        if not isinstance(local, dict):
            return set_limit(local, on)
        figure = local.get(value.word or "default")
        if figure is None:
            raise UnreadableError(value.text)
        return set_limit(figure, on)
    if not value.empty:
        return clock.read_limit(value.text)
    if local is None:
        raise UnreadableError("no figure on the record, and no local one")
    return set_limit(local, on)


def matching(duty: Duty, subject: Record, spec: Spec) -> list[Found]:
    """The rows of another table that belong to the subject, have happened, and may count."""
    found = []
    for record, moment, belongs_here in belonging(duty, subject, spec):
        counts = holds(Scope(duty.case_file, record, subject, None, spec.get("where"), True), spec.get("where"))
        counts = UNKNOWN if doubts_all(spec, belongs_here) else all_of([belongs_here, counts])
        if counts is not NO:
            found.append(Found(record, moment, counts))
    return sorted(found, key=lambda one: (one.moment.early.isoformat() if one.moment else "", one.record.id))


def belonging(duty: Duty, subject: Record, spec: Spec) -> list[tuple[Record, Moment | None, Answer]]:
    """Every row of the other table that belongs, or may belong, to the subject and has happened; with its date (None: unreadable, or
    none asked for) and whether it surely belongs."""
    found = []
    for record in candidates(duty, subject, spec):
        at = duty.case_file.value(record, spec["at"]) if "at" in spec else None
        planned = at and at.empty and spec.get("blank_at") != "doubtful"
        if planned or not duty.case_file.has_happened(record):
            continue
        answer = belongs(duty, subject, record, spec["match"], at)
        if answer is not NO:
            found.append((record, at.moment if at else None, answer))
    return found


def doubts_all(spec: Spec, belongs_here: Answer) -> bool:
    """A row without a date that may belong to any record of its child is a doubt for each, whatever it says."""
    return "at" not in spec and belongs_here is UNKNOWN


def candidates(duty: Duty, subject: Record, spec: Spec) -> list[Record]:
    """The rows that might belong: the child's, and those that name the subject (or what it names); each once."""
    table, link, case_file = spec["table"], spec["match"], duty.case_file
    near = case_file.of_child(table, case_file.child_of(subject))
    if link == "child_id":
        return near
    key = contract.keys()[subject.table]
    named = subject.id if key == link else case_file.value(subject, link).text
    return list(dict.fromkeys([*near, *(case_file.linked(table, link, named) if named else [])]))


def belongs(duty: Duty, subject: Record, record: Record, link: str, at: Value | None) -> Answer:
    """By the link; where it is blank, by the child and the period in which the row falls (an unreadable day may fall in any).

    A link that leads nowhere, or a blank one of a row without a date, may mean any of the child's records of the rule's population.
    """
    case_file = duty.case_file
    child = case_file.child_of(subject)
    same_child = bool(child) and case_file.child_of(record) == child
    if link == "child_id":
        return truth(same_child)
    linked = case_file.value(record, link).text
    if linked and case_file.follow(record, link):
        key = contract.keys()[subject.table]
        return truth(linked == (subject.id if key == link else case_file.value(subject, link).text))
    if not same_child or duty.belongs_to_population(subject) is not YES:
        return NO
    if linked or at is None:
        return UNKNOWN
    if subject.table not in PLACE_BY_PERIOD or "child_id" not in contract.tables()[record.table]:
        return NO
    return truth(at.moment is None or owner(duty, subject.table, child, at.moment.day) == subject)


def owner(duty: Duty, table: str, child: str, day: date) -> Record | None:
    """The child's record of the rule's population in whose period the day falls: the latest begun, ties by id."""
    holding = [
        record
        for record in duty.case_file.of_child(table, child)
        if duty.belongs_to_population(record) is YES and duty.case_file.period_holds(record, day)
    ]
    return max(holding, key=lambda record: (began(duty, record).early, record.id), default=None)


def began(duty: Duty, record: Record) -> Moment:
    moment = duty.case_file.began(record)
    assert moment is not None
    return moment


def hidden(duty: Duty, subject: Record, spec: Spec, start: date) -> bool:
    """Whether rows from that day on may be missing because the export holds only the latest, or only those since a date."""
    coverage = duty.case_file.coverage.get(spec["table"], "complete")
    if coverage.startswith("since "):
        return start < date.fromisoformat(coverage.removeprefix("since ").strip())
    if coverage == "latest_only":
        return any(moment is None or moment.day > start for _, moment, _ in belonging(duty, subject, spec))
    return False


def field_event(duty: Duty, subject: Record, path: str) -> list[Found]:
    """An event that is a field of the subject (or of a record it refers to). An expected birth may lie ahead and is known."""
    value = duty.look(subject, path)
    if value.state is State.UNREADABLE:
        return [Found(subject, None, UNKNOWN)]
    return [Found(subject, value.moment, YES)] if value.moment else []
