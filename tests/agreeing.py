"""Where an audit and the slow evaluator differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from oracle import Result
from oracle.clock import HOLIDAYS
from oracle.judgement import PREFERRED, Key

from auditcheck.results import Results
from auditcheck.rulebook.model import Rule

Row = dict[str, Any]


def rows(results: Results) -> list[Row]:
    """The observations, as they are told."""
    found: list[Row] = results.table().to_pylist()
    return found


def worst(told: Iterable[Row]) -> dict[Key, str]:
    """(rule, table, record, class) -> outcome; of a record that is judged for two subjects, as the slow evaluator keeps it."""
    found: dict[Key, str] = {}
    for row in told:
        key = _key(row)
        found[key] = min(found.get(key, row["outcome"]), row["outcome"], key=PREFERRED.index)
    return found


def other_days(told: Iterable[Row], asked: Mapping[str, Rule], slow: Mapping[Key, Result]) -> Iterator[tuple[Key, str, str, str]]:
    """Where both come to one outcome and name a day of the same thing, but not the same one: the day, as each tells it."""
    for row in told:
        other, rule = slow.get(_key(row)), asked[row["rule_id"]]
        if other is None or row["outcome"] != other.outcome or row["outcome"] == "not_applicable" or rule.check == "exists":
            continue
        days = {"trigger": (row["trigger_at"], other.trigger), "happened": (row["happened_at"], other.happened)}
        if "hours" not in str(rule.limit):  # 24 hours from some time of a day of 25
            days["due"] = (row["due_at"], other.due)
        for what, (mine, theirs) in days.items():
            if mine and theirs and mine[: len(theirs)] != theirs[: len(mine)]:
                yield _key(row), what, mine, theirs


def other_figures(told: Iterable[Row], asked: Mapping[str, Rule], as_of: date) -> Iterator[tuple[Key, str, int | None, int]]:
    """Where something is not as late as its days say: it was due on one, and happened on another or has not until the as-of day."""
    for row in told:
        check = asked[row["rule_id"]].check
        if row["outcome"] != "not_met" or not row["due_at"] or check not in ("within", "recurs", "before", "compares"):
            continue
        if not row["happened_at"] and check in ("before", "compares"):
            continue
        due, happened = row["due_at"], row["happened_at"] or as_of.isoformat()
        if row["unit"] == "minutes":
            if "T" in due and "T" in happened:
                late = -((datetime.fromisoformat(due) - datetime.fromisoformat(happened)) // timedelta(minutes=1))
                if row["over"] != late:
                    yield _key(row), row["unit"], row["over"], late
            continue
        late = _days(
            date.fromisoformat(due[:10]), date.fromisoformat(happened[:10]), row["unit"] != "days"
        )  # late by a weekend alone: none is told
        if (row["over"] or 0) != late:
            yield _key(row), row["unit"], row["over"], late


def _days(due: date, happened: date, at_work: bool) -> int:
    after = [due + timedelta(days=number + 1) for number in range((happened - due).days)]
    return sum(not at_work or (day.weekday() < 5 and day not in HOLIDAYS) for day in after)


def _key(row: Row) -> Key:
    return row["rule_id"], row["table"], row["record_id"], row["class"] or ""
