"""Suspensions: times in which a duty did not bind, as a rule or a profile writes them, and what can be wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from auditcheck import contract
from auditcheck.rulebook.problems import wrong
from auditcheck.yaml_text import Path

Complaint = tuple[Path, bool, str]


def by_own_date(check: str, body: Mapping[str, Any]) -> bool:
    """Whether a kind of check with this body has no trigger and no due date in the record, so that a duty's day is the record's own."""
    return check in ("exists", "together") or (check == "states" and "by" not in body)


def undated(subject: str, check: str, body: Mapping[str, Any]) -> bool:
    """Whether nothing says on which day the duties of such a rule fall (a measure has none), so that no suspension can reach them."""
    return check == "measure" or (by_own_date(check, body) and not contract.own_date(subject) and "once" not in body)


def of_rule(rule: dict[str, Any]) -> Iterator[Complaint]:
    """What is wrong with a rule's own suspensions, beyond the shape."""
    ((check, body),) = rule["requires"].items()
    for at, one in enumerate(rule.get("suspended", [])):
        yield from _time(one, ("suspended", at))
        if undated(rule["subject"], check, body):
            what = f"records of {rule['subject']} have no date, so nobody can tell which fall in that time"
            yield ("suspended", at), False, wrong(what, "no suspension here")


def of_profile(one: dict[str, Any], rules: list[Any], where: Path) -> Iterator[Complaint]:
    """What is wrong with one suspension of a profile. ``rules``: those that it names, as (id, subject, check, body)."""
    for key in ("from", "until"):
        if _day(one[key]) is None:
            yield (*where, key), False, wrong(f"'{one[key]}' is no date", "one such as 2015-04-01")
    yield from _time(one, where)
    lost = [rule_id for rule_id, *rest in rules if undated(*rest)]
    if lost:
        what = f"the records that {', '.join(lost)} look at have no date, so nobody can tell which fall in that time"
        yield (*where, "rules"), False, wrong(what, "the other rules by name")


def _time(one: dict[str, Any], where: Path) -> Iterator[Complaint]:
    first, end = _day(one["from"]), _day(one["until"])
    if first and end and end <= first:
        yield (*where, "until"), False, wrong(f"until {end} is not after from {first}", "the first day on which the duty binds again")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
