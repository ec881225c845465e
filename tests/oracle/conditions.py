"""Paths and conditions: what a rule may ask of a record, answered yes, no or unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from . import clock, contract, values
from .casefile import CaseFile, Record
from .clock import NO, UNKNOWN, YES, Answer, Moment
from .values import State, Value

NOWHERE = Value(State.NOWHERE)
Condition = dict[str, Any]


@dataclass(frozen=True)
class Scope:
    """Where a path starts: at `record`; `subject.` and `event.` reach the other two.

    `population` is the subject's `where` (for first_in); `strict` makes a blank yes/no unknown: which rows count may not rest on a
    field that nobody filled in. Elsewhere a blank equals nothing.
    """

    case_file: CaseFile
    record: Record
    subject: Record
    event: Record | None = None
    population: Any = None
    strict: bool = False

    def at(self, record: Record) -> Scope:
        return replace(self, record=record)


def look(scope: Scope, path: str) -> Value:
    """The value at the end of a path."""
    if path == "as_of":
        return values.read(scope.case_file.as_of.isoformat(), "date")
    head, _, rest = path.partition(".")
    if head == "subject":
        return look(scope.at(scope.subject), rest)
    if head == "event":
        return look(scope.at(scope.event), rest) if scope.event else Value(State.BLANK)
    if not rest:
        return scope.case_file.value(scope.record, head)
    link = scope.case_file.value(scope.record, head)
    if link.state is State.ABSENT or contract.refers(scope.record.table, head) not in scope.case_file.records:
        return Value(State.ABSENT)
    found = scope.case_file.follow(scope.record, head)
    return look(scope.at(found), rest) if found else Value(State.NOWHERE, link.text)


def all_of(answers: list[Answer]) -> Answer:
    return NO if NO in answers else UNKNOWN if UNKNOWN in answers else YES


def any_of(answers: list[Answer]) -> Answer:
    return YES if YES in answers else UNKNOWN if UNKNOWN in answers else NO


def opposite(answer: Answer) -> Answer:
    return {YES: NO, NO: YES}.get(answer, UNKNOWN)


def truth(value: bool) -> Answer:
    return YES if value else NO


def holds(scope: Scope, condition: Condition | None) -> Answer:
    """Whether every test of a condition holds."""
    if not condition:
        return YES
    return all_of([one_test(scope, condition, path, test) for path, test in condition.items()])


def one_test(scope: Scope, condition: Condition, path: str, test: Any) -> Answer:
    if path == "any":
        return any_of([holds(scope, one) for one in test])
    if path == "none":
        return opposite(any_of([holds(scope, one) for one in test]))
    if path == "unborn":
        return unborn(scope, look(scope, test))
    if path == "under_age":
        return under_age(scope, int(test["years"]), look(scope, test["on"]))
    if path == "first_in":
        return first_in(scope, test)
    if path == "open" or path.endswith(".open"):
        return is_open(scope, path, test)
    return of_value(scope, look(scope, path), test)


def of_value(scope: Scope, value: Value, test: Any) -> Answer:
    """Equality, `not`, `blank`, `by` and `after`."""
    if not isinstance(test, dict):
        return equals(value, test if isinstance(test, list) else [test], scope.strict)
    if "not" in test:
        unwanted = test["not"] if isinstance(test["not"], list) else [test["not"]]
        if value.state in (State.BLANK, State.ABSENT):
            return YES
        return opposite(equals(value, unwanted, scope.strict))
    if "blank" in test:
        return is_blank(value, test["blank"] == "true")
    order = "by" if "by" in test else "after"
    return in_order(value, look(scope, test[order]), order)


def equals(value: Value, wanted: list[str], strict: bool) -> Answer:
    if value.state in (State.UNREADABLE, State.NOWHERE):
        return UNKNOWN
    if value.state in (State.BLANK, State.ABSENT):
        return UNKNOWN if strict and value.kind == "yesno" and value.state is State.BLANK else NO
    return truth(value.word in [values.plain(word, value.kind) for word in wanted])


def is_blank(value: Value, wanted: bool) -> Answer:
    if value.state is State.NOWHERE:
        return UNKNOWN
    if values.counts_as_blank(value):
        return truth(wanted)
    return UNKNOWN if value.state is State.UNREADABLE else truth(not wanted)


def in_order(left: Value, right: Value, order: str) -> Answer:
    """`by`: left on or before right; `after`: left later. London days."""
    if left.state in (State.BLANK, State.ABSENT):
        return NO
    if not left.moment or not right.moment:
        return UNKNOWN
    return truth(left.moment.day <= right.moment.day if order == "by" else left.moment.day > right.moment.day)


def birth(scope: Scope) -> tuple[Value, Value]:
    """Date of birth and expected date of birth; blanks for a child who is not in `children`."""
    child = scope.case_file.by_id.get(("children", scope.case_file.child_of(scope.record)))
    if child is None:
        return Value(State.BLANK), Value(State.BLANK)
    return scope.case_file.value(child, "date_of_birth"), scope.case_file.value(child, "expected_birth_date")


def unborn(scope: Scope, on: Value) -> Answer:
    """Born later than that day, or only expected."""
    born, expected = birth(scope)
    if born.state is State.UNREADABLE:
        return UNKNOWN
    if born.moment:
        return truth(born.moment.day > on.moment.day) if on.moment else UNKNOWN
    if expected.state is State.ABSENT and born.state is State.BLANK and scope.case_file.has("children", "date_of_birth"):
        return UNKNOWN  # the export has dates of birth but none that are expected
    return UNKNOWN if expected.state is State.UNREADABLE else truth(expected.moment is not None)


def under_age(scope: Scope, years: int, on: Value) -> Answer:
    """Born, and not yet that old on that day."""
    born, expected = birth(scope)
    if born.empty and expected.moment:
        return NO
    if not born.moment or not on.moment:
        return UNKNOWN
    return truth(born.moment.day <= on.moment.day < clock.months_from(born.moment.day, 12 * years))


def first_in(scope: Scope, parent: str) -> Answer:
    """The earliest record of its table and population in that parent; ties by id. A record that has no parent, or no date, is not first;
    where the date of another (of the population or not) cannot be read, the one that would be first may not be."""
    case_file, record = scope.case_file, scope.record
    own_parent = case_file.value(record, parent)
    by = contract.came_about(record.table) or ""
    own = case_file.value(record, by)
    if own.empty or own_parent.empty:
        return NO
    if not own.moment or not case_file.follow(record, parent):
        return UNKNOWN
    rest = {path: test for path, test in (scope.population or {}).items() if path != "first_in"}
    answers = []
    for other in case_file.linked(record.table, parent, own_parent.text):
        value = case_file.value(other, by)
        if other != record and case_file.has_happened(other) and not value.empty:
            if value.moment:
                earlier = truth(order_of(value.moment, other) < order_of(own.moment, record))
                answers.append(all_of([earlier, holds(scope.at(other), rest)]))
            else:
                answers.append(UNKNOWN)
    return opposite(any_of(answers))


def order_of(moment: Moment, record: Record) -> tuple[Any, str]:
    """Earliest first, ties by id."""
    return moment.early, record.id


def is_open(scope: Scope, path: str, wanted: str) -> Answer:
    record: Record | None = scope.record
    for link in path.split(".")[:-1]:
        record = scope.subject if link == "subject" else scope.case_file.follow(record, link) if record else None
    if record is None:
        return UNKNOWN
    answer = scope.case_file.is_open(record)
    return answer if wanted == "true" else opposite(answer)
